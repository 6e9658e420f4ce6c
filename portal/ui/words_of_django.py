"""Sentences of Django whose own German is stiff: named here, so that our catalogue, which comes first, has them."""

from django.utils.translation import gettext_noop as _

OF_DJANGO = (_("This field is required."), _("Select a valid choice. That choice is not one of the available choices."))
