"""The answer as plain text with its time, to be pasted beside what one is working on."""

from __future__ import annotations

from typing import TYPE_CHECKING

from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from contacts.requests.presenting import account_words, reason_of, sentence

if TYPE_CHECKING:
    from contacts.requests.deciding import Answer
    from contacts.requests.models import ContactRequest


def as_text(asked: ContactRequest, given: Answer) -> str:
    """One sentence, whom and which address it is about, the reasons, and when it was true."""
    reasons = [f"- {reason_of(finding.rule)} ({finding.rule.id})" for finding in given.decision.deciding]
    return "\n".join([sentence(given), _about(asked), *reasons, _when(asked, given)])


def _about(asked: ContactRequest) -> str:
    customer = f"{asked.customer.display_name} ({asked.customer.number})"
    return f"{customer}; {asked.contact_point}; {account_words(asked)}"


def _when(asked: ContactRequest, given: Answer) -> str:
    local = localtime(given.context.at)
    words = {
        "at": date_format(local, "SHORT_DATETIME_FORMAT"),
        "zone": str(local.tzinfo),
        "number": asked.number,
        "rules": given.decision.rule_set,
    }
    return _("As of %(at)s (%(zone)s), %(number)s, rule set %(rules)s. This is an answer, not a permit.") % words
