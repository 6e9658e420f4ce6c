"""People and groups written by the company's directory: RFC 7643 and 7644, as far as directories use them."""

import json
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from portal.audit.models import AuditEntry
from portal.directory.models import Group
from portal.machines.services import confirm_token, make_token
from portal.people.models import User
from tests.cast import person as make_person

pytestmark = pytest.mark.django_db
USER = "urn:ietf:params:scim:schemas:core:2.0:User"
GROUP = "urn:ietf:params:scim:schemas:core:2.0:Group"
WORK = "urn:ietf:params:scim:schemas:extension:enterprise:2.0:User"
PATCH = "urn:ietf:params:scim:api:messages:2.0:PatchOp"
ERROR = "urn:ietf:params:scim:api:messages:2.0:Error"
ROLES = {"privacy": frozenset({"dpo"}), "admins": frozenset({"administrator"}), "staff": frozenset({"employee"})}
# RFC 7644, 3.3 and 3.5.1, word for word.
CREATE = {
    "schemas": [USER],
    "userName": "bjensen",
    "externalId": "bjensen",
    "name": {"formatted": "Ms. Barbara J Jensen III", "familyName": "Jensen", "givenName": "Barbara"},
}
REPLACE = {
    "schemas": [USER],
    "id": "2819c223-7f76-453a-919d-413861904646",
    "userName": "bjensen",
    "externalId": "bjensen",
    "name": {
        "formatted": "Ms. Barbara J Jensen III",
        "familyName": "Jensen",
        "givenName": "Barbara",
        "middleName": "Jane",
    },
    "roles": [],
    "emails": [{"value": "bjensen@example.com"}, {"value": "babs@jensen.org"}],
}


class Directory:
    """The company's directory with its key."""

    def __init__(self, cast, now, *scopes: str, **more) -> None:
        fields = {"name": f"dir-{len(scopes)}-{scopes[0][:4]}", "scopes": scopes, "at": now} | more
        self.token, self.secret = make_token(cast.adam, expires_at=now + timedelta(days=9), **fields)

    def __call__(self, method: str, path: str, body: object = None, **headers: str):
        headers = {
            "authorization": f"Bearer {self.secret}",
            **{name.replace("_", "-"): v for name, v in headers.items()},
        }
        headers["accept-language"] = "en"
        data = "" if body is None else json.dumps(body)
        kind = "application/scim+json"
        return Client().generic(method, f"/scim/v2/{path}", data, content_type=kind, headers=headers)

    def change(self, path: str, *operations: dict, **headers: str):
        return self("PATCH", path, {"schemas": [PATCH], "Operations": list(operations)}, **headers)


@pytest.fixture(autouse=True)
def _clock(now, time_machine):
    time_machine.move_to(now, tick=False)


@pytest.fixture
def scim(cast, now, settings) -> Directory:
    settings.DIRECTORY_ROLES = ROLES
    return Directory(cast, now, "directory:write")


def test_the_example_of_the_rfc_makes_a_person_once_it_has_an_address(scim):
    refused = scim("POST", "Users", CREATE)
    assert (refused.status_code, refused.json()["scimType"]) == (400, "invalidValue")
    made = scim("POST", "Users", CREATE | {"emails": REPLACE["emails"]})
    body = made.json()
    assert made.status_code == 201
    assert made["Content-Type"] == "application/scim+json"
    assert made["Location"] == body["meta"]["location"]
    assert made["ETag"] == body["meta"]["version"]
    assert (body["userName"], body["externalId"], body["active"]) == ("bjensen@example.com", "bjensen", True)
    barbara = User.objects.get(pk=body["id"])
    assert (barbara.first_name, barbara.last_name, barbara.roles) == ("Barbara", "Jensen", ["employee"])
    (entry,) = AuditEntry.objects.filter(verb="person.created")
    assert entry.job.startswith("api:dir")


def test_the_example_of_the_rfc_replaces_a_person(scim):
    key = scim("POST", "Users", CREATE | {"emails": [{"value": "old@example.com"}]}).json()["id"]
    body = scim("PUT", f"Users/{key}", REPLACE).json()
    assert (body["id"], body["userName"], body["externalId"]) == (key, "bjensen@example.com", "bjensen")


def test_a_second_one_of_the_same_name_or_number_is_refused(scim):
    sent = CREATE | {"emails": REPLACE["emails"]}
    scim("POST", "Users", sent)
    for more in (
        {},
        {"emails": [{"value": "other@example.com"}]},
        {"externalId": "x", "userName": "ANNA@firma.example"},
    ):
        again = scim("POST", "Users", sent | more)
        assert (again.status_code, again.json()["scimType"], again.json()["status"]) == (409, "uniqueness", "409")


def test_work_details_are_taken_over(scim, cast):
    work = {"employeeNumber": "701984", "department": "Tour Operations", "manager": {"value": str(cast.mona.pk)}}
    body = scim("POST", "Users", CREATE | {"userName": "b@example.com", WORK: work}).json()
    barbara = User.objects.get(pk=body["id"])
    assert (barbara.person_number, barbara.department.name, barbara.manager) == ("701984", "Tour Operations", cast.mona)
    assert body[WORK] == {**work}
    unknown = CREATE | {"userName": "c@example.com", "externalId": "c", WORK: {"manager": {"value": "999999"}}}
    assert "Send the manager first." in scim("POST", "Users", unknown).json()["detail"]
    assert not User.objects.filter(email="c@example.com").exists()


def test_a_deactivated_person_is_signed_out_before_the_answer_is_read(scim, cast):
    browser = Client()
    browser.force_login(cast.anna)
    operation = {"op": "Replace", "path": "active", "value": "False"}
    assert scim.change(f"Users/{cast.anna.pk}", operation).json()["active"] is False
    assert browser.get("/training/")["Location"].startswith("/login/")
    (entry,) = AuditEntry.objects.filter(verb="person.changed")
    assert (entry.before, entry.after) == ({"is_active": True}, {"is_active": False})


def test_deleting_somebody_deletes_nobody(scim, cast):
    assert scim("DELETE", f"Users/{cast.anna.pk}").status_code == 204
    assert User.objects.get(pk=cast.anna.pk).is_active is False
    assert scim("GET", f"Users/{cast.anna.pk}").status_code == 404
    assert scim("GET", f'Users?filter=userName eq "{cast.anna.email}"').json()["totalResults"] == 0
    sent = CREATE | {"userName": cast.anna.email, "externalId": "again"}
    body = scim("POST", "Users", sent).json()
    assert (body["id"], body["active"]) == (str(cast.anna.pk), True)


def test_groups_give_and_take_roles_at_once(scim, cast):
    browser = Client()
    browser.force_login(cast.anna)
    assert browser.get("/audit/").status_code == 403
    body = scim("POST", "Groups", {"schemas": [GROUP], "displayName": "Privacy"}).json()
    member = {"op": "add", "path": "members", "value": [{"value": str(cast.anna.pk), "display": "Anna"}]}
    assert scim.change(f"Groups/{body['id']}", member).json()["members"][0]["value"] == str(cast.anna.pk)
    assert User.objects.get(pk=cast.anna.pk).roles == ["dpo"]
    assert browser.get("/audit/").status_code == 200
    gone = {"op": "remove", "path": f'members[value eq "{cast.anna.pk}"]'}
    scim.change(f"Groups/{body['id']}", gone)
    assert User.objects.get(pk=cast.anna.pk).roles == ["employee"]
    assert browser.get("/audit/").status_code == 403
    assert list(AuditEntry.objects.filter(verb__startswith="group.").values_list("verb", flat=True))[::-1] == [
        "group.created",
        "group.changed",
        "group.changed",
    ]


def test_a_group_that_goes_takes_its_roles_along_and_a_new_name_is_another_row_of_the_table(scim, cast):
    members = [{"value": str(cast.anna.pk)}]
    key = scim("POST", "Groups", {"displayName": "Privacy", "members": members}).json()["id"]
    scim.change(f"Groups/{key}", {"op": "replace", "value": {"displayName": "Others"}})
    assert User.objects.get(pk=cast.anna.pk).roles == ["employee"]
    scim("PUT", f"Groups/{key}", {"displayName": "privacy", "members": members})
    assert User.objects.get(pk=cast.anna.pk).roles == ["dpo"]
    assert scim("DELETE", f"Groups/{key}").status_code == 204
    assert User.objects.get(pk=cast.anna.pk).roles == ["employee"]
    assert not Group.objects.exists()


def test_the_last_administrator_stays_and_nothing_is_half_done(scim, cast):
    body = {"displayName": "admins", "members": [{"value": str(cast.adam.pk)}]}
    key = scim("POST", "Groups", body).json()["id"]
    answer = scim("PUT", f"Groups/{key}", {"displayName": "admins", "members": []})
    assert (answer.status_code, "last active administrator" in answer.json()["detail"]) == (400, True)
    assert Group.objects.get().members.count() == 1
    assert scim("DELETE", f"Users/{cast.adam.pk}").status_code == 400


def test_the_account_for_emergencies_is_not_the_directorys(scim, cast, settings):
    settings.BREAK_GLASS_EMAIL = cast.adam.email
    assert scim("DELETE", f"Users/{cast.adam.pk}").status_code == 403


def test_lists_are_filtered_and_paged(scim, cast):
    found = scim("GET", 'Users?filter=userName eq "ANNA@firma.example"').json()
    assert [one["id"] for one in found["Resources"]] == [str(cast.anna.pk)]
    assert found["schemas"] == ["urn:ietf:params:scim:api:messages:2.0:ListResponse"]
    everybody = User.objects.count()
    page = scim("GET", "Users?startIndex=3&count=2").json()
    assert (page["totalResults"], page["startIndex"], page["itemsPerPage"]) == (everybody, 3, 2)
    assert [one["id"] for one in page["Resources"]] == [
        str(pk) for pk in sorted(User.objects.values_list("pk", flat=True))
    ][2:4]
    assert scim("GET", "Users?count=0").json()["Resources"] == []
    assert len(scim("GET", "Users?startIndex=-5&count=-1").json()["Resources"]) == 0
    asked = scim("GET", "Users?count=1&attributes=userName").json()["Resources"][0]
    assert set(asked) == {"schemas", "id", "userName"}
    assert "emails" not in scim("GET", f"Users/{cast.anna.pk}?excludedAttributes=emails").json()


@pytest.mark.parametrize(
    "query", ['filter=userName co "a"', "filter=nickName eq %22a%22", "count=x", "filter=" + "(" * 50]
)
def test_a_list_that_is_not_understood_is_refused_as_the_rfc_says(scim, query):
    answer = scim("GET", f"Users?{query}")
    assert (answer.status_code, answer.json()["schemas"]) == (400, [ERROR])


def test_a_list_costs_the_same_however_long_it_is(scim, cast):
    with CaptureQueriesContext(connection) as few:
        scim("GET", "Users")
    for number in range(12):
        make_person(f"p{number}")
    with CaptureQueriesContext(connection) as many:
        assert scim("GET", "Users").json()["totalResults"] >= 22
    assert len(many) == len(few)


def test_a_key_in_a_persons_place_gives_no_roles(cast, now, settings):
    """It may do what its person may do, and only the directory itself says who has which role."""
    settings.DIRECTORY_ROLES = ROLES
    scim = Directory(cast, now, "directory:write", acts_for=cast.anna)
    confirm_token(cast.anna, token=scim.token, at=now)
    group = {"schemas": [GROUP], "displayName": "Admins", "members": [{"value": str(cast.anna.pk)}]}
    for answer in (scim("POST", "Groups", group), scim("GET", "Users")):
        assert answer.status_code == 403 and "acts for a person" in answer.json()["detail"]
    assert User.objects.get(pk=cast.anna.pk).roles == ["employee"]


def test_a_version_that_has_gone_is_not_overwritten(scim, cast):
    path = f"Users/{cast.anna.pk}"
    version = scim("GET", path)["ETag"]
    assert version.startswith('W/"')
    assert scim("GET", path, if_none_match=version).status_code == 304
    rename = {"op": "replace", "path": "name.familyName", "value": "Neu"}
    assert scim.change(path, rename, if_match=version)["ETag"] != version
    assert scim.change(path, rename | {"value": "Anders"}, if_match=version).status_code == 412
    assert User.objects.get(pk=cast.anna.pk).last_name == "Neu"


def test_a_new_address_may_come_among_the_emails(scim, cast):
    operation = {"op": "replace", "path": 'emails[type eq "work"].value', "value": "anna.neu@firma.example"}
    assert scim.change(f"Users/{cast.anna.pk}", operation).json()["userName"] == "anna.neu@firma.example"


def test_what_is_no_person_or_group_is_not_found(scim):
    for path in ("Users/0", "Users/x", "Users/" + "9" * 30, "Groups/1", "Nothing", "Schemas/x", "ResourceTypes/x"):
        answer = scim("GET", path)
        assert (answer.status_code, answer.json()["schemas"]) == (404, [ERROR]), path


def test_the_service_says_what_it_can(scim):
    config = scim("GET", "ServiceProviderConfig").json()
    assert (config["patch"]["supported"], config["etag"]["supported"], config["bulk"]["supported"]) == (
        True,
        True,
        False,
    )
    assert [one["name"] for one in scim("GET", "ResourceTypes").json()["Resources"]] == ["User", "Group"]
    assert {one["id"] for one in scim("GET", "Schemas").json()["Resources"]} == {USER, GROUP, WORK}
    assert scim("GET", f"Schemas/{GROUP}").json()["id"] == GROUP


def test_without_its_key_or_scope_the_door_stays_shut(scim, cast, now):
    other = Directory(cast, now, "customers:read")
    stranger = Client().get("/scim/v2/Users")
    signed_in = Client()
    signed_in.force_login(cast.adam)
    assert (stranger.status_code, stranger.json()["status"]) == (401, "401")
    assert signed_in.get("/scim/v2/Users").status_code == 401
    assert other("GET", "Users").status_code == 403


@pytest.mark.parametrize(
    "body", ["[]", "{", '{"userName": 7}', '{"userName": "a\\u0000@b.example"}', '{"active": "maybe"}']
)
def test_a_body_that_is_none_changes_nothing(scim, cast, body):
    headers = {"authorization": f"Bearer {scim.secret}"}
    kind = "application/scim+json"
    answer = Client().generic("POST", "/scim/v2/Users", body, content_type=kind, headers=headers)
    assert (answer.status_code, answer.json()["schemas"]) == (400, [ERROR])
    assert (
        Client().generic("POST", "/scim/v2/Users", "{}", content_type="text/plain", headers=headers).status_code == 415
    )


def test_a_method_that_there_is_not_says_which_there_are(scim):
    answer = scim("PUT", "Users", {})
    assert (answer.status_code, answer["Allow"]) == (405, "GET, POST")
