"""The operator's pages under /admin/, by django-unfold: how the portal is, and what waits for a hand.

Only administrators enter, by the portal's own sign-in. There is nothing to be written here but what a verb of a room
does: each act calls the service, with its check of the role and its entry in the trail (docs/decisions/0051).
"""
