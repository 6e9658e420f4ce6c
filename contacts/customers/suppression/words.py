"""The reasons and scopes of refusals in the reader's language."""

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

#: What a person may choose; codes, so that they can be counted and carry nobody's name.
BY_HAND: dict[str, str | Promise] = {
    "asked": _("The person asked us (no customer, or not any more)"),
    "complaint": _("A complaint or a warning letter"),
    "authority": _("A court or an authority ordered it"),
    "wrong_person": _("The address belongs to somebody else"),
    "deceased": _("The person has died"),
}
REASONS: dict[str, str | Promise] = {
    "objection": _("Objection of a customer"),
    "import": _("Advertising block of an imported list"),
    "erasure": _("Refusal kept at an erasure"),
    **BY_HAND,
}
SCOPES: dict[str, str | Promise] = {
    "marketing_objection": _("No advertising"),
    "full_block": _("No contact at all"),
}
EFFECTS: dict[str, str | Promise] = {
    "robinson": _("On a Robinson list"),
    "marketing_objection": _("No advertising"),
}


def reason_word(reason: str) -> str:
    """The word for a reason's code; anything else as it was written."""
    return str(REASONS.get(reason, reason))


def scope_word(scope: str) -> str:
    return str(SCOPES.get(scope, scope))


def effect_word(effect: str) -> str:
    return str(EFFECTS.get(effect, effect))
