"""What the verbs share."""

from __future__ import annotations

from django.core.exceptions import ValidationError


class NotNow(ValidationError):
    """The act was possible when the page was shown and no longer is: a friendly word, not a fault."""
