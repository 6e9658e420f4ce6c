"""Verbs of the consent ledger: one function for each thing a person, a customer or the clock can do."""

from consent.rules import Thresholds
from consent.services.common import KEEPERS, WITHDRAWERS
from consent.services.erasing import erase_traces
from consent.services.following import follow_customer
from consent.services.giving import correct_consent, give_consent, record_use, renew_consent
from consent.services.importing import import_consent, undo_import
from consent.services.ledger import NO_TRACE, Trace
from consent.services.links import (
    ask_for_link,
    drop_outlived_links,
    open_link,
    opened_link,
    preference_link,
    send_asked_link,
    send_preference_link,
    unsubscribe_link,
)
from consent.services.opt_in import confirm_opt_in, drop_unconfirmed, request_opt_in
from consent.services.passage import apply_thresholds, record_passage
from consent.services.rebuilding import differences, rebuild
from consent.services.refusing import end_refused
from consent.services.texts import draft_text, edit_text, publish_text, record_earlier_text
from consent.services.thresholds import follow_rules, set_thresholds
from consent.services.unsubscribing import is_unsubscribed, withdraw_by_link
from consent.services.warning import warn_ahead
from consent.services.withdrawing import (
    object_by_customer,
    object_by_machine,
    withdraw_by_customer,
    withdraw_by_machine,
    withdraw_consent,
)

DEFAULT = Thresholds()

__all__ = [
    "DEFAULT",
    "KEEPERS",
    "NO_TRACE",
    "WITHDRAWERS",
    "Trace",
    "apply_thresholds",
    "ask_for_link",
    "confirm_opt_in",
    "correct_consent",
    "differences",
    "draft_text",
    "drop_outlived_links",
    "drop_unconfirmed",
    "edit_text",
    "end_refused",
    "erase_traces",
    "follow_customer",
    "follow_rules",
    "give_consent",
    "import_consent",
    "is_unsubscribed",
    "object_by_customer",
    "object_by_machine",
    "open_link",
    "opened_link",
    "preference_link",
    "publish_text",
    "rebuild",
    "record_earlier_text",
    "record_passage",
    "record_use",
    "renew_consent",
    "request_opt_in",
    "send_asked_link",
    "send_preference_link",
    "set_thresholds",
    "undo_import",
    "unsubscribe_link",
    "warn_ahead",
    "withdraw_by_customer",
    "withdraw_by_link",
    "withdraw_by_machine",
    "withdraw_consent",
]
