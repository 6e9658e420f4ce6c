"""The part of the rights of people in the table of test_audit_of_verbs: how each verb is called, and what the trail
says."""

import pkgutil
from collections.abc import Callable
from functools import partial
from importlib import import_module
from pathlib import Path
from uuid import UUID

import contacts.rights.services as services_of_rights
from contacts.customers import restricting
from contacts.customers.importing import erasing as erasing_imports
from contacts.incidents.services import erasing as erasing_incidents
from contacts.rights.models import ErasureEntry
from contacts.rights.services import answering, clock, common, documents, erasing, ledger, register, releasing
from tests.rights import scenes

MODULES = (
    *(
        import_module(f"contacts.rights.services.{one.name}")
        for one in pkgutil.iter_modules(services_of_rights.__path__)
    ),
    restricting,
    erasing_imports,
)
RIGHTS = "contacts.rights.services"
CUSTOMERS = "contacts.customers"
Row = tuple[str, Callable, list[str]]


def enter(s):
    values = {"key": UUID(int=5), "kind": "access", "how": "email", "received_at": s.now, "customer": s.customer}
    return partial(register.enter, s.cast.clara, at=s.now, **values)


def confirm_identity(s):
    made = scenes.entered(s.cast, s.customer, s.now)
    return partial(register.confirm_identity, s.cast.clara, request=made, how="questions", at=s.now)


def extend(s):
    return partial(register.extend, s.cast.dora, request=_open(s), reason="Many lists", at=s.now)


def refuse(s):
    return partial(register.refuse, s.cast.dora, request=_open(s), reason="Asked every day", at=s.now)


def withdraw(s):
    return partial(register.withdraw, s.cast.clara, request=_open(s), reason="Not any more", at=s.now)


def answer(s):
    made = scenes.opened(s.cast, s.customer, s.now, "rectification")
    return partial(answering.answer, s.cast.dora, request=made, text="Put right.", at=s.now)


def answer_a_restriction(s):
    made = scenes.opened(s.cast, s.customer, s.now, "restriction")
    return partial(answering.answer, s.cast.dora, request=made, text="Disputed.", at=s.now)


def answer_an_objection(s):
    made = scenes.opened(s.cast, s.customer, s.now, "objection")
    return partial(answering.answer, s.cast.dora, request=made, text="Noted.", at=s.now)


def make_letter(s):
    return partial(documents.make_letter, s.cast.dora, request=_open(s), kind="receipt", at=s.now)


def ask_names(s):
    return partial(releasing.ask_names, s.cast.dora, request=_open(s), reason="The court asks", at=s.now)


def agree_to_names(s):
    return _decide(s, agreed=True)


def refuse_names(s):
    return _decide(s, agreed=False)


def _decide(s, *, agreed: bool):
    release = ask_names(s)()
    return partial(releasing.decide_names, s.cast.adam, release=release, agreed=agreed, reason="So it is", at=s.now)


def propose(s):
    made = scenes.opened(s.cast, s.customer, s.now, "erasure")
    return partial(erasing.propose, s.cast.clara, request=made, reason="The contract is over", at=s.now)


def send_back(s):
    made = scenes.proposed(s.cast, s.customer, s.now)
    return partial(erasing.send_back, s.cast.dora, request=made, reason="A bill is open", at=s.now)


def carry_out(s):
    made = scenes.proposed(s.cast, s.customer, s.now)
    return partial(erasing.carry_out, s.cast.dora, request=made, at=s.now)


def remind_rights(s):
    scenes.opened(s.cast, s.customer, s.now)
    return partial(clock.remind_deadlines, at=s.now + 27 * scenes.DAY)


def write_out(s):
    scenes.erased(s.cast, s.customer, s.now)
    return partial(ledger.write_out, Path(s.settings.MEDIA_ROOT) / "erasures.jsonl", at=s.now)


def replay(s):
    """The table says that somebody was erased who is there again."""
    digest = ledger.digests_of(s.customer.number)[-1]
    ErasureEntry.objects.create(digest=digest, fingerprint="0" * 16, at=s.now)
    return partial(ledger.replay, Path(s.settings.MEDIA_ROOT) / "nowhere.jsonl", at=s.now)


def restrict(s):
    return partial(restricting.restrict, s.cast.dora, customer=s.customer, reason="Disputed", at=s.now)


def lift_restriction(s):
    restrict(s)()
    return partial(restricting.lift_restriction, s.cast.dora, customer=s.customer, reason="Settled", at=s.now)


def note_request(s):
    return partial(common.note, s.cast.clara, "entered", scenes.entered(s.cast, s.customer, s.now), at=s.now)


def keep_letter(s):
    return partial(documents.keep, s.cast.dora, _open(s), "receipt", b"letter", at=s.now)


def close_request(s):
    made = _open(s)
    row = common.transition(common.Verb.ANSWER, "open", made.kind)
    return partial(register.close, made, s.cast.dora, row, "Sent", s.now, word="answered")


def erase_imported_lists(s):
    scenes.kept_list(s.cast, s.customer, s.now)
    return partial(erasing_imports.erase_lists, s.cast.dora, s.customer, s.now)


def _open(s):
    return scenes.opened(s.cast, s.customer, s.now)


TABLE: list[Row] = [
    (f"{RIGHTS}.register.enter", enter, ["data_request.entered by clara"]),
    (f"{RIGHTS}.register.confirm_identity", confirm_identity, ["data_request.identified by clara"]),
    (f"{RIGHTS}.register.extend", extend, ["data_request.extended by dora"]),
    (f"{RIGHTS}.register.refuse", refuse, ["data_request.refused by dora"]),
    (f"{RIGHTS}.register.withdraw", withdraw, ["data_request.withdrawn by clara"]),
    (f"{RIGHTS}.answering.answer", answer, ["data_request.answered by dora"]),
    (
        f"{RIGHTS}.answering.answer",
        answer_a_restriction,
        ["restriction.recorded by dora", "data_request.answered by dora"],
    ),
    (
        f"{RIGHTS}.answering.answer",
        answer_an_objection,
        ["objection.recorded by dora", "data_request.answered by dora"],
    ),
    (f"{RIGHTS}.documents.make_letter", make_letter, ["data_request.letter_made by dora"]),
    (f"{RIGHTS}.releasing.ask_names", ask_names, ["data_request.names_asked by dora"]),
    (f"{RIGHTS}.releasing.decide_names", agree_to_names, ["data_request.names_agreed by adam"]),
    (f"{RIGHTS}.releasing.decide_names", refuse_names, ["data_request.names_refused by adam"]),
    (f"{RIGHTS}.erasing.propose", propose, ["data_request.proposed by clara"]),
    (f"{RIGHTS}.erasing.send_back", send_back, ["data_request.sent_back by dora"]),
    (
        f"{RIGHTS}.erasing.carry_out",
        carry_out,
        ["data_request.carried_out by dora", "data_request.letter_made by dora", "customer.erased by dora"],
    ),
    (f"{RIGHTS}.clock.remind_deadlines", remind_rights, []),
    (f"{RIGHTS}.ledger.write_out", write_out, []),
    (f"{RIGHTS}.ledger.replay", replay, ["customer.erased by the job erasures.replay"]),
    (f"{CUSTOMERS}.restricting.restrict", restrict, ["restriction.recorded by dora"]),
    (f"{CUSTOMERS}.restricting.lift_restriction", lift_restriction, ["restriction.lifted by dora"]),
]
# Parts of verbs that write an entry of their own: they need a transaction around them.
PARTS: list[Row] = [
    (f"{RIGHTS}.common.note", note_request, ["data_request.entered by clara"]),
    (f"{RIGHTS}.documents.keep", keep_letter, ["data_request.letter_made by dora"]),
    (f"{RIGHTS}.register.close", close_request, ["data_request.answered by dora"]),
    (f"{CUSTOMERS}.importing.erasing.erase_lists", erase_imported_lists, ["import.forgotten by dora"]),
]
WITHOUT_WRITING = {
    f"{RIGHTS}.common.lock_request",
    f"{RIGHTS}.common.demand",
    f"{RIGHTS}.common.may",
    f"{RIGHTS}.common.allowed",
    f"{RIGHTS}.common.demand_words",
    f"{RIGHTS}.documents.fitting",
    f"{RIGHTS}.ledger.digests_of",
    f"{RIGHTS}.ledger.unwritten",
    f"{RIGHTS}.ledger.line_of",
    f"{RIGHTS}.ledger.read",
    f"{CUSTOMERS}.importing.erasing.under_way",
}
WITHOUT_A_ROW = {
    f"{RIGHTS}.erasing.erase_requests_of": "part of the erasure, which has the entry",
    f"{RIGHTS}.ledger.enter_into_ledger": "part of the erasure, which has the entry",
    f"{CUSTOMERS}.services.forget_words": "part of the erasure, which has the entry",
    f"{erasing_incidents.__name__}.erase_incidents": "part of the erasure, which has the entry",
}
