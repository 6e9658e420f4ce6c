"""Where lawyers disagree: the question behind a rule, the two views, and the cautious default that was taken.

Views, rulings and defaults are those of the legal notes of the rule book; nothing is cited that is not there.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _


@dataclass(frozen=True, slots=True)
class Dispute:
    question: str | Promise
    views: tuple[str | Promise, str | Promise]
    default: str | Promise


_SILENCE = Dispute(
    _("Does a consent end because nobody used it?"),
    (
        _("No, time alone does not end it (BGH III ZR 196/17)."),
        _("Yes, after one and a half to four years (LG München I 17 HK O 138/10, AG München 161 C 12736/22)."),
    ),
    _("A consent unused for a long time goes to the data protection officer; after the hard limit it has ended."),
)
_NETWORK = Dispute(
    _("Is a job offer in a business network advertising?"),
    (_("Yes, it is an advertising message."), _("No, nothing is sold by it.")),
    _("The data protection officer decides; over leisure networks it needs consent."),
)
_MESSENGER = Dispute(
    _("May service reach a known number over a messenger without agreement?"),
    (_("Yes, out of legitimate interest."), _("No, only with consent (HmbBfDI).")),
    _("The data protection officer decides; the manager only where nothing else reaches the customer."),
)
_SURVEY = Dispute(
    _("May customers be asked about their satisfaction by e-mail?"),
    (
        _("A survey is advertising and needs consent (BGH VI ZR 225/17)."),
        _("The notices of section 7(3) UWG are enough."),
    ),
    _("With all four conditions a manager may release it; without them it is forbidden."),
)

DISPUTES: Mapping[str, Dispute] = {
    "CON-04": _SILENCE,
    "CON-05": _SILENCE,
    "EXI-02": Dispute(
        _("Does the exception for existing customers cover numbers for SMS and messengers?"),
        (_("Yes, an SMS is electronic mail."), _("No, it is only about e-mail addresses.")),
        _("The data protection officer decides, also where the last purchase is long ago."),
    ),
    "EXI-03": _SURVEY,
    "LET-03": Dispute(
        _("May bought postal addresses be written to?"),
        (_("Yes (OLG Stuttgart 2 U 63/22)."), _("The data protection authorities say nothing about it any more.")),
        _("The data protection officer checks where they come from."),
    ),
    "LET-04": Dispute(
        _("Does a Robinson list bind a company that is no member?"),
        (_("No, it is voluntary."), _("An entry shows that advertising is not wanted.")),
        _("No advertising letter to prospects who are on the list."),
    ),
    "SRV-03": _MESSENGER,
    "SRV-06": Dispute(
        _("May a social network be used where no other way is left?"),
        (
            _("No, such a contact is never necessary (LG Baden-Baden 3 S 13/23)."),
            _("Yes, in a single case, out of legitimate interest (GDPR Art. 6(1)(f))."),
        ),
        _("The data protection officer decides in each case."),
    ),
    "SRC-02": Dispute(
        _("May contact data be used that somebody has looked up?"),
        (
            _("A look-up is a collection of data and needs a notice (LAG Düsseldorf 12 Sa 1007/23)."),
            _("Looking up professional details can rest on legitimate interest (GDPR Art. 6(1)(f))."),
        ),
        _("The data protection officer weighs the interests and checks the notice."),
    ),
    "REC-01": _NETWORK,
    "REC-02": _NETWORK,
    "DOI-01": Dispute(
        _("Is the mail that asks to confirm a sign-up itself advertising?"),
        (
            _("No (OLG Düsseldorf I-15 U 64/15, OLG Celle 13 U 15/14)."),
            _("Yes (OLG München 29 U 1682/12)."),
        ),
        _("One confirmation mail is allowed, if it advertises nothing."),
    ),
}
