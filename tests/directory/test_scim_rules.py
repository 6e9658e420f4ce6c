"""Filters, paths and PATCH by the examples that RFC 7644 itself gives, and which roles groups give."""

import pytest

from portal.access.roles import Role
from portal.directory.rules import read_table, roles_after
from portal.directory.scim.errors import ScimError
from portal.directory.scim.patching import PATCH, patched
from portal.directory.scim.paths import Filter, read_filter, read_path

BABS = "2819c223-7f76-453a-919d-413861904646"
JAMES = "08e1d05d-121c-4561-8b96-473d93df9210"
EMAILS = [
    {"value": "bjensen@example.com", "type": "work", "primary": True},
    {"value": "babs@jensen.org", "type": "home"},
]


def message(*operations: dict) -> dict:
    return {"schemas": [PATCH], "Operations": list(operations)}


# --- RFC 7644, 3.5.2: the operations of its figures, on resources of theirs
EXAMPLES = {
    "add_a_member": (
        {"members": []},
        {
            "op": "add",
            "path": "members",
            "value": [{"display": "Babs Jensen", "$ref": f"https://example.com/v2/Users/{BABS}", "value": BABS}],
        },
        {"members": [{"display": "Babs Jensen", "$ref": f"https://example.com/v2/Users/{BABS}", "value": BABS}]},
    ),
    "add_without_a_path": (
        {"emails": EMAILS[:1]},
        {"op": "add", "value": {"emails": [{"value": "babs@jensen.org", "type": "home"}], "nickname": "Babs"}},
        {"emails": EMAILS, "nickname": "Babs"},
    ),
    "add_what_is_there": ({"emails": EMAILS}, {"op": "add", "path": "emails", "value": EMAILS[:1]}, {"emails": EMAILS}),
    "remove_a_member": (
        {"members": [{"value": BABS}, {"value": JAMES}]},
        {"op": "remove", "path": f'members[value eq "{BABS}"]'},
        {"members": [{"value": JAMES}]},
    ),
    "remove_all_members": ({"members": [{"value": BABS}]}, {"op": "remove", "path": "members"}, {}),
    "replace_all_members": (
        {"members": [{"value": JAMES}]},
        {"op": "replace", "path": "members", "value": [{"value": BABS}]},
        {"members": [{"value": BABS}]},
    ),
    "replace_one_part_of_the_chosen": (
        {"addresses": [{"type": "work", "streetAddress": "100 Universal City Plaza"}, {"type": "home"}]},
        {"op": "replace", "path": 'addresses[type eq "work"].streetAddress', "value": "1010 Broadway Ave"},
        {"addresses": [{"type": "work", "streetAddress": "1010 Broadway Ave"}, {"type": "home"}]},
    ),
    "replace_without_a_path": (
        {"emails": EMAILS[:1], "nickname": "Barbie"},
        {"op": "replace", "value": {"emails": EMAILS, "nickname": "Babs"}},
        {"emails": EMAILS, "nickname": "Babs"},
    ),
    # what directories send beside the figures
    "a_verb_in_capitals": ({"active": True}, {"op": "Replace", "path": "active", "value": False}, {"active": False}),
    "a_name_in_another_case": (
        {"userName": "a"},
        {"op": "replace", "path": "username", "value": "b"},
        {"userName": "b"},
    ),
    "a_sub_attribute": (
        {"name": {"familyName": "Jensen"}},
        {"op": "replace", "path": "name.familyName", "value": "Smith"},
        {"name": {"familyName": "Smith"}},
    ),
    "members_to_remove_in_the_value": (
        {"members": [{"value": BABS}, {"value": JAMES}]},
        {"op": "remove", "path": "members", "value": [{"value": BABS}]},
        {"members": [{"value": JAMES}]},
    ),
    "an_extension": (
        {},
        {
            "op": "add",
            "path": "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User:employeeNumber",
            "value": "701984",
        },
        {"urn:ietf:params:scim:schemas:extension:enterprise:2.0:User": {"employeeNumber": "701984"}},
    ),
}


@pytest.mark.parametrize(("before", "operation", "after"), EXAMPLES.values(), ids=EXAMPLES)
def test_a_patch_does_what_the_rfc_says(before, operation, after):
    assert patched(before, message(operation)) == after


@pytest.mark.parametrize(
    ("operation", "kind"),
    [
        ({"op": "move", "path": "members"}, "invalidSyntax"),
        ({"op": "remove"}, "noTarget"),
        ({"op": "add", "value": "x"}, "invalidValue"),
        ({"op": "add", "path": "a b", "value": 1}, "invalidPath"),
        ({"op": "add", "path": 7, "value": 1}, "invalidPath"),
        ({"op": "remove", "path": 'emails[type eq "work" and value ew "example.com"]'}, "invalidFilter"),
        ({"op": "replace", "path": 'members[value eq "9"]', "value": {"display": "x"}}, "noTarget"),
        ("add", "invalidSyntax"),
    ],
)
def test_a_patch_that_is_none_is_refused_and_changes_nothing(operation, kind):
    before = {"members": [{"value": BABS}]}
    with pytest.raises(ScimError) as refusal:
        patched(before, message({"op": "add", "path": "nickname", "value": "Babs"}, operation))
    assert (refusal.value.kind, before) == (kind, {"members": [{"value": BABS}]})


@pytest.mark.parametrize("body", [{}, {"schemas": [PATCH]}, {"schemas": [PATCH], "Operations": []}, {"schemas": []}])
def test_a_message_without_its_schema_or_operations_is_refused(body):
    with pytest.raises(ScimError):
        patched({}, body)


@pytest.mark.parametrize(
    ("text", "parts"),
    [
        ('userName eq "bjensen"', [Filter("username", "bjensen")]),
        ('userName Eq "john"', [Filter("username", "john")]),
        (
            'urn:ietf:params:scim:schemas:core:2.0:User:userName eq "a" and active eq true',
            [Filter("username", "a"), Filter("active", True)],
        ),
        (r'displayName eq "a \"b\" c"', [Filter("displayname", 'a "b" c')]),
    ],
)
def test_a_filter_of_comparisons_is_read(text, parts):
    assert read_filter(text) == parts


@pytest.mark.parametrize(
    "text",
    ["", "userName", 'userName co "b"', 'userName eq "a" or active eq true', 'not (a eq "b")', "a eq b", 'a eq "b'],
)
def test_another_filter_is_refused(text):
    with pytest.raises(ScimError) as refusal:
        read_filter(text)
    assert refusal.value.kind == "invalidFilter"


def test_a_long_filter_of_blanks_takes_no_time():
    with pytest.raises(ScimError):
        read_filter("a" + " " * 900 + "eq" + " " * 90)
    with pytest.raises(ScimError):
        read_path("[" * 5000)


TABLE = {"privacy": frozenset({"dpo"}), "leads": frozenset({"manager", "employee"})}


@pytest.mark.parametrize(
    ("now", "groups", "after"),
    [
        ({"employee"}, ["Privacy"], {"dpo"}),
        ({"dpo", "auditor"}, [], {"auditor"}),
        ({"dpo"}, [], {"employee"}),
        ({"auditor"}, ["LEADS", "unknown"], {"auditor", "manager", "employee"}),
    ],
)
def test_the_directory_rules_over_the_roles_of_the_table_and_no_other(now, groups, after):
    assert roles_after(now, groups, TABLE) == after


def test_without_a_table_no_role_changes():
    assert roles_after({"dpo", "manager"}, ["privacy"], {}) == {"dpo", "manager"}


@pytest.mark.parametrize("entry", ["privacy", "=dpo", "privacy=", "privacy=king"])
def test_a_table_that_cannot_be_read_says_what_is_wrong(entry):
    with pytest.raises(ValueError, match="DIRECTORY_ROLES"):
        read_table([entry], Role.values)
