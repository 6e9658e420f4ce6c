"""The launcher: runs PostgreSQL, Redis, the web server, the worker and beat from one checkout.

Standard library only and free of Django, so that it can speak before anything is installed and so that a fault of
the portal is reported by something that does not share it.
"""
