"""The verbs about people and how they sign in, for the table of tests/requests/test_audit_of_verbs.py."""

from functools import partial

from allauth.mfa.models import Authenticator

from portal.audit.services import Job
from portal.directory import services as directory
from portal.directory.models import Group
from portal.directory.scim import services as scim
from portal.help import services as helping
from portal.people import glass
from portal.people.second_factor import services as second_factor
from portal.people.sessions import services as sessions
from portal.people.sessions.models import SignedIn

MODULES = (sessions, second_factor, glass, directory, scim, helping)
DIRECTORY, SCIM = directory.__name__, scim.__name__
FIELDS = {
    "email": "neu@firma.example",
    "first_name": "Nora",
    "last_name": "Neu",
    "person_number": "N-neu",
    "department": "",
    "manager": None,
    "language": "de",
    "is_active": True,
    "external_id": "4711",
}
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


def break_the_glass(s):
    return partial(glass.tell, s.cast.adam, at=s.now)


def follow_groups(s):
    s.settings.DIRECTORY_ROLES = {"privacy": frozenset({"dpo"})}
    return partial(directory.follow_groups, Job("directory.oidc"), person=s.cast.anna, groups=["Privacy"], at=s.now)


def link_identity(s):
    told = {"issuer": "https://login.firma.example", "subject": "7f1c", "at": s.now}
    return partial(directory.link_identity, Job("directory.oidc"), person=s.cast.anna, **told)


def provision_person(s):
    return partial(scim.provision_person, Job("api:dir"), fields=FIELDS, at=s.now)


def write_person(s):
    fields = FIELDS | {"email": s.cast.anna.email}
    return partial(scim.write_person, Job("api:dir"), person=s.cast.anna, fields=fields, at=s.now)


def remove_person(s):
    return partial(scim.remove_person, Job("api:dir"), person=s.cast.anna, at=s.now)


def group_of(s):
    return Group.objects.create(name="Privacy", created_at=s.now, changed_at=s.now)


def make_group(s):
    fields = {"name": "Privacy", "external_id": "", "members": {s.cast.anna.pk}}
    return partial(scim.write_group, Job("api:dir"), group=None, fields=fields, at=s.now)


def change_group(s):
    s.settings.DIRECTORY_ROLES = {"privacy": frozenset({"dpo"})}
    fields = {"name": "Privacy", "external_id": "", "members": {s.cast.anna.pk}}
    return partial(scim.write_group, Job("api:dir"), group=group_of(s), fields=fields, at=s.now)


def remove_group(s):
    return partial(scim.remove_group, Job("api:dir"), group=group_of(s), at=s.now)


def first_visit(s):
    return partial(helping.go_on_with_visit, s.cast.anna, act="next")


def feedback(s):
    return partial(helping.send_feedback, words="The button", page="", reply_to="", at=s.now)


TABLE = [
    # How somebody likes the portal to greet them, and who found a barrier, are nobody's business.
    (f"{helping.__name__}.go_on_with_visit", first_visit, []),
    (f"{helping.__name__}.send_feedback", feedback, []),
    (f"{SESSIONS}.end_session", end_own_session, ["session.ended by anna"]),
    (f"{SESSIONS}.end_sessions", end_sessions_of_somebody, ["session.ended by adam"]),
    (f"{SESSIONS}.end_sessions", end_no_sessions, []),
    (f"{FACTORS}.new_recovery_codes", new_recovery_codes, ["second_factor.codes_made by anna"]),
    (f"{FACTORS}.reset_second_factor", reset_second_factor, ["second_factor.reset by adam"]),
    (f"{glass.__name__}.tell", break_the_glass, ["person.broke_glass by adam"]),
    (f"{DIRECTORY}.follow_groups", follow_groups, ["person.changed by the job directory.oidc"]),
    (f"{DIRECTORY}.link_identity", link_identity, ["identity.linked by the job directory.oidc"]),
    (f"{SCIM}.provision_person", provision_person, ["person.created by the job api:dir"]),
    (f"{SCIM}.write_person", write_person, ["person.changed by the job api:dir"]),
    (f"{SCIM}.remove_person", remove_person, ["person.changed by the job api:dir"]),
    (f"{SCIM}.write_group", make_group, ["group.created by the job api:dir"]),
    # and the roles of everybody concerned, each with an entry of their own
    (
        f"{SCIM}.write_group",
        change_group,
        ["group.changed by the job api:dir", "person.changed by the job api:dir"],
    ),
    (f"{SCIM}.remove_group", remove_group, ["group.removed by the job api:dir"]),
]
PARTS = [(f"{FACTORS}.note", note_a_factor, ["second_factor.added by anna"])]
# What a directory sends is done once; sent again it meets what is there, and is refused.
ONCE_A_CALL = (link_identity, provision_person, make_group, remove_group)
