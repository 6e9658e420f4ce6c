"""The verbs about people and how they sign in, for the table of tests/requests/test_audit_of_verbs.py."""

from functools import partial

from allauth.mfa.models import Authenticator

from portal.people.second_factor import services as second_factor
from portal.people.sessions import services as sessions
from portal.people.sessions.models import SignedIn

MODULES = (sessions, second_factor)
SESSIONS, FACTORS = sessions.__name__, second_factor.__name__
#: Parts of verbs that say in their own entry what they took away, or that only ask.
SILENT = {f"{SESSIONS}.drop_sessions", f"{FACTORS}.may_remove"}


def signed_in(person, now) -> SignedIn:
    """A session of somebody; its data opens nothing."""
    fields = {"expire_date": now.replace(year=now.year + 1), "begun_at": now, "seen_at": now, "session_data": ""}
    return SignedIn.objects.create(session_key=f"of-{person.pk}-{SignedIn.objects.count()}", person=person, **fields)


def with_app(person) -> Authenticator:
    return Authenticator.objects.create(user=person, type="totp", data={"secret": ""})


def end_own_session(s):
    return partial(sessions.end_session, s.cast.anna, session=signed_in(s.cast.anna, s.now), at=s.now)


def end_sessions_of_somebody(s):
    signed_in(s.cast.anna, s.now)
    return partial(sessions.end_sessions, s.cast.adam, person=s.cast.anna, at=s.now)


def end_no_sessions(s):
    return partial(sessions.end_sessions, s.cast.anna, person=s.cast.anna, at=s.now)


def new_recovery_codes(s):
    with_app(s.cast.anna)
    return partial(second_factor.new_recovery_codes, s.cast.anna, at=s.now)


def reset_second_factor(s):
    with_app(s.cast.anna)
    return partial(second_factor.reset_second_factor, s.cast.adam, person=s.cast.anna, at=s.now)


def note_a_factor(s):
    return partial(second_factor.note, s.cast.anna, verb="second_factor.added", kind="totp", at=s.now)


TABLE = [
    (f"{SESSIONS}.end_session", end_own_session, ["session.ended by anna"]),
    (f"{SESSIONS}.end_sessions", end_sessions_of_somebody, ["session.ended by adam"]),
    (f"{SESSIONS}.end_sessions", end_no_sessions, []),
    (f"{FACTORS}.new_recovery_codes", new_recovery_codes, ["second_factor.codes_made by anna"]),
    (f"{FACTORS}.reset_second_factor", reset_second_factor, ["second_factor.reset by adam"]),
]
PARTS = [(f"{FACTORS}.note", note_a_factor, ["second_factor.added by anna"])]
