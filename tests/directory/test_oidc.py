"""Signing in at the company's service, against a real provider in a process of its own, honest and lying."""

from urllib.parse import parse_qs, urlsplit

import pytest

from portal.audit.models import AuditEntry
from portal.directory.models import Identity
from portal.directory.oidc import client as oidc
from portal.outbox.models import OutboxMessage
from portal.people.models import User
from tests.cast import PASSWORD
from tests.directory.conftest import go

pytestmark = pytest.mark.django_db
ROLES = {"privacy": frozenset({"dpo"}), "kk-admins": frozenset({"administrator"}), "staff": frozenset({"employee"})}


def signed_in(client) -> str | None:
    return client.session.get("_auth_user_id")


def test_somebody_of_the_company_comes_in_and_is_linked_once(client, cast, provider):
    assert "Sign in with" in client.get("/login/").content.decode()
    assert go(client, provider)["Location"] == "/"
    assert signed_in(client) == str(cast.anna.pk)
    client.post("/logout/")
    provider.tell(email="renamed@firma.example")
    go(client, provider)
    assert signed_in(client) == str(cast.anna.pk)
    assert list(Identity.objects.values_list("person", "issuer", "subject")) == [
        (cast.anna.pk, provider.issuer, "7f1c")
    ]
    assert AuditEntry.objects.filter(verb="identity.linked").count() == 1


def test_the_tokens_of_the_provider_stay_with_the_server(client, cast, provider, monkeypatch):
    """What the provider hands out is seen where it is read, and nowhere else."""
    seen, call = [], oidc._call

    def watched(*asked, **more):
        answer = call(*asked, **more)
        seen.extend(value for name, value in answer.items() if name in ("id_token", "access_token", "refresh_token"))
        return answer

    monkeypatch.setattr(oidc, "_call", watched)
    answer = go(client, provider)
    assert signed_in(client) and len(seen) >= 2, "no token was seen, so nothing is shown"
    page = client.get("/").content.decode()
    kept = " ".join([str(dict(client.session)), str(client.cookies), str(answer.headers), page])
    assert not any(token in kept for token in seen)


LIES = {
    "nonce": "(nonce)",
    "no_nonce": "MissingRequiredClaimError",
    "iss": "InvalidIssuerError",
    "aud": "InvalidAudienceError",
    "several_aud": "(azp)",
    "azp": "(azp)",
    "expired": "ExpiredSignatureError",
    "no_exp": "MissingRequiredClaimError",
    "alg_none": "ValueError",
    "signature": "InvalidSignatureError",
    "hs256": "ValueError",
}


@pytest.mark.parametrize(("lie", "why"), LIES.items(), ids=LIES)
def test_a_token_that_lies_lets_nobody_in(client, cast, provider, caplog, lie, why):
    provider.tell(misbehave=lie)
    answer = go(client, provider)
    assert answer.status_code == 403
    assert "did not confirm who you are" in answer.content.decode()
    assert signed_in(client) is None
    assert not Identity.objects.exists()
    assert why in caplog.text


def test_a_code_opens_once(client, cast, provider):
    out = client.post("/login/company/")
    back = provider.visit(out["Location"]).removeprefix("http://127.0.0.1:8000")
    client.get(back)
    client.post("/logout/")
    assert "begun elsewhere, twice or too long ago" in client.get(back).content.decode()
    assert signed_in(client) is None
    # The provider itself refuses it in another attempt, too.
    state = parse_qs(urlsplit(client.post("/login/company/")["Location"]).query)["state"][0]
    code = parse_qs(urlsplit(back).query)["code"][0]
    assert client.get("/login/company/return/", {"state": state, "code": code}).status_code == 403
    assert signed_in(client) is None


@pytest.mark.parametrize("state", ["", "another", "x" * 5000, "ü\x00"])
def test_an_answer_with_a_wrong_state_lets_nobody_in(client, cast, provider, state):
    out = client.post("/login/company/")
    back = provider.visit(out["Location"])
    code = parse_qs(urlsplit(back).query)["code"][0]
    answer = client.get("/login/company/return/", {"state": state, "code": code})
    assert (answer.status_code, signed_in(client)) == (403, None)


def test_an_answer_in_another_browser_lets_nobody_in(client, cast, provider):
    from django.test import Client

    back = provider.visit(client.post("/login/company/")["Location"]).removeprefix("http://127.0.0.1:8000")
    other = Client()
    assert other.get(back).status_code == 403
    assert signed_in(other) is None


def test_an_answer_after_ten_minutes_is_too_late(client, cast, provider, time_machine, now):
    time_machine.move_to(now)
    back = provider.visit(client.post("/login/company/")["Location"]).removeprefix("http://127.0.0.1:8000")
    time_machine.move_to(now.timestamp() + 601)
    assert client.get(back).status_code == 403


@pytest.mark.parametrize("query", [{"error": "access_denied"}, {"iss": "https://evil.example", "code": "x"}, {}])
def test_an_answer_without_a_code_of_the_right_service_lets_nobody_in(client, cast, provider, query):
    state = parse_qs(urlsplit(client.post("/login/company/")["Location"]).query)["state"][0]
    assert client.get("/login/company/return/", {"state": state, **query}).status_code == 403


@pytest.mark.parametrize("claims", [{"email_verified": False}, {"email": "nobody@firma.example"}, {"email": ""}])
def test_who_is_not_known_or_not_vouched_for_is_told_so(client, cast, provider, claims):
    provider.tell(**claims)
    answer = go(client, provider)
    assert "There is no open account for you in this portal." in answer.content.decode()
    assert signed_in(client) is None


def test_a_deactivated_person_stays_outside(client, cast, provider):
    go(client, provider)
    client.post("/logout/")
    User.objects.filter(pk=cast.anna.pk).update(is_active=False)
    assert go(client, provider).status_code == 403


def test_an_address_given_to_somebody_else_does_not_give_the_account(client, cast, provider):
    go(client, provider)
    client.post("/logout/")
    provider.tell(sub="somebody-else")
    assert "belongs to another sign-in already" in go(client, provider).content.decode()


def test_roles_come_and_go_with_the_groups_of_the_next_sign_in(client, cast, provider, settings):
    settings.OIDC_GROUPS_CLAIM, settings.DIRECTORY_ROLES = "groups", ROLES
    provider.tell(groups=["Privacy", "Other"])
    go(client, provider)
    assert User.objects.get(pk=cast.anna.pk).roles == ["dpo"]
    client.post("/logout/")
    provider.tell()
    go(client, provider)
    assert User.objects.get(pk=cast.anna.pk).roles == ["employee"]
    assert [entry.job for entry in AuditEntry.objects.filter(verb="person.changed")] == ["directory.oidc"] * 2


def test_the_last_administrator_is_not_lost_to_the_directory(client, cast, provider, settings):
    settings.OIDC_GROUPS_CLAIM, settings.DIRECTORY_ROLES = "groups", ROLES
    provider.tell(email="adam@firma.example")
    assert "This is the last active administrator." in go(client, provider).content.decode()
    assert User.objects.get(pk=cast.adam.pk).roles == ["administrator"]


@pytest.mark.parametrize(("proves", "where"), [(True, "/"), (False, "/second-factor/")])
def test_the_service_counts_as_second_factor_only_where_it_is_said_so(client, cast, provider, settings, proves, where):
    settings.MFA_REQUIRED_ROLES, settings.OIDC_PROVES_SECOND_FACTOR = ["dpo"], proves
    provider.tell(email="dora@firma.example")
    go(client, provider)
    assert client.get("/").headers.get("Location", "/") == where


def test_passwords_can_be_switched_off_and_one_account_stays_and_is_seen(client, cast, provider, settings):
    settings.LOCAL_SIGN_IN, settings.BREAK_GLASS_EMAIL = False, "adam@firma.example"
    wrong = client.post("/login/", {"login": "anna@firma.example", "password": "falsch"})
    right = client.post("/login/", {"login": "anna@firma.example", "password": PASSWORD})
    assert right.context["form"].errors == wrong.context["form"].errors
    assert client.post("/login/", {"login": "adam@firma.example", "password": PASSWORD}).status_code == 302
    (entry,) = AuditEntry.objects.filter(verb="person.broke_glass")
    assert entry.actor == cast.adam
    told = OutboxMessage.objects.filter(topic="broke_glass").values_list("recipient__first_name", flat=True)
    assert sorted(told) == ["Adam", "Dora"]


def test_the_account_for_emergencies_follows_no_directory(client, cast, provider, settings):
    settings.BREAK_GLASS_EMAIL = "adam@firma.example"
    provider.tell(email="adam@firma.example")
    assert "belongs to another sign-in already" in go(client, provider).content.decode()


def test_a_service_that_is_down_is_said_and_nobody_waits_for_it(client, cast, settings):
    settings.OIDC_ISSUER, settings.OIDC_CLIENT_ID = "http://127.0.0.1:9/o", "portal"
    answer = client.post("/login/company/")
    assert (answer.status_code, "does not answer" in answer.content.decode()) == (502, True)


def test_a_service_with_another_name_is_not_trusted(client, cast, provider, settings):
    settings.OIDC_ISSUER = provider.issuer.replace("127.0.0.1", "localhost")
    assert client.post("/login/company/").status_code == 502


def test_without_a_service_there_is_no_such_page(client, cast):
    assert client.post("/login/company/").status_code == 404
    assert "Sign in with" not in client.get("/login/").content.decode().replace("Sign in with a passkey", "")
