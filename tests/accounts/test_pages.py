"""The page of company accounts: what everybody reads, and who may press what."""

import re
from datetime import timedelta

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from contacts.requests.models import CompanyAccount, PlatformRegistration
from portal.access.roles import Role
from portal.audit.models import AuditEntry
from portal.outbox.models import OutboxMessage
from portal.people.models import Department
from tests.cast import account, person
from tests.desk.reading import nothing_written
from tests.requests.scenes import permit_for, service_by_mail

pytestmark = pytest.mark.django_db
EVERYBODY = ["anna", "mona", "dora", "clara", "tom", "rita", "adam"]


def text(response) -> str:
    return response.content.decode()


def look(client: Client, user) -> str:
    client.force_login(user)
    with nothing_written():
        response = client.get("/accounts/")
    assert response.status_code == 200
    return text(response)


def words(response) -> dict[str, str]:
    return {row.account.name: row.word for row in response.context["rows"]}


def entered(now, **changed: object) -> dict[str, object]:
    return {
        "name": "Signal am Empfang",
        "channel": "messenger",
        "platform": "signal",
        "kind": "company_account_verified",
        "owner": "",
        "processor_contract": "Ordner AV 12",
        "valid_from": now.date().isoformat(),
        "valid_until": "",
    } | changed


def as_entered(mine: CompanyAccount, **changed: object) -> dict[str, object]:
    """What the form of an account sends when nothing was touched."""
    values = {
        "name": mine.name,
        "channel": mine.channel,
        "platform": mine.platform,
        "kind": mine.kind,
        "owner": mine.owner_id or "",
        "processor_contract": mine.processor_contract,
        "address_book_isolated": "on" if mine.address_book_isolated else None,
        "valid_from": mine.valid_from.isoformat(),
        "valid_until": "",
    } | changed
    return {name: value for name, value in values.items() if value is not None}


# --- what everybody reads


@pytest.mark.parametrize("name", EVERYBODY)
def test_everybody_reads_from_where_the_company_writes(client, cast, accounts, name):
    page = look(client, getattr(cast, name))
    assert "service@firma.example" in page
    assert "WhatsApp Business" in page
    assert "XING" in page


def test_strangers_are_asked_to_sign_in(client, db):
    assert client.get("/accounts/")["Location"] == "/login/?next=/accounts/"


def test_each_account_says_how_it_stands(client, cast, now):
    today, day = now.date(), timedelta(days=1)
    for name, fields in {
        "offen": {},
        "wartet": {"approved_at": None, "approved_by": None},
        "zu": {"closed_at": now},
        "künftig": {"valid_from": today + day},
        "vorbei": {"valid_from": today - 9 * day, "valid_until": today - day},
        "letzter Tag": {"valid_from": today - 9 * day, "valid_until": today},
    }.items():
        CompanyAccount.objects.filter(pk=account(name, "email", cast, now).pk).update(**fields)
    client.force_login(cast.anna)
    response = client.get("/accounts/")
    assert words(response) == {
        "offen": "Open",
        "wartet": "Waiting for approval",
        "zu": "Closed",
        "künftig": "Not yet valid",
        "vorbei": "No longer valid",
        "letzter Tag": "Open",
    }
    assert response.context["rows"][-1].account.name == "zu"
    assert text(response).count('class="badge-word') == 6 + PlatformRegistration.objects.count()


def test_open_on_the_page_means_open_for_the_rules(client, cast, accounts, now):
    """The page and the engine must not differ about what is open."""
    account("alt", "email", cast, now, valid_until=now.date() - timedelta(days=1))
    account("zu", "email", cast, now, closed_at=now)
    client.force_login(cast.anna)
    shown = {name for name, word in words(client.get("/accounts/")).items() if word == "Open"}
    assert shown == set(CompanyAccount.objects.open_on(now.date()).values_list("name", flat=True))


def test_an_account_on_a_platform_that_is_not_approved_says_so(client, cast, accounts):
    assert "WhatsApp: " not in look(client, cast.anna)
    PlatformRegistration.objects.filter(platform="whatsapp").update(status="under_review")
    assert "WhatsApp: Under review" in look(client, cast.anna)


def test_a_company_without_accounts_is_told_what_to_do(client, cast):
    assert "No company account yet" in look(client, cast.anna)


@pytest.mark.parametrize(
    ("name", "new", "edit", "close", "approve", "review"),
    [
        ("anna", False, False, False, False, False),
        ("rita", False, False, False, False, False),
        ("adam", True, True, True, False, False),
        ("dora", False, False, True, True, True),
    ],
)
def test_buttons_are_offered_to_those_who_may_press_them(
    client, cast, accounts, name, new, edit, close, approve, review
):
    CompanyAccount.objects.filter(pk=accounts.sms.pk).update(approved_at=None, approved_by=None)
    page, mine = look(client, getattr(cast, name)), f"/accounts/{accounts.sms.pk}/"
    assert ('href="/accounts/new/"' in page) is new
    assert (f'href="{mine}"' in page) is edit
    assert (f'action="{mine}close/"' in page) is close
    assert (f'action="{mine}approve/"' in page) is approve
    assert f'action="/accounts/{accounts.email.pk}/approve/"' not in page
    assert ('action="/accounts/platforms/signal/"' in page) is review


def test_a_closed_account_offers_nothing(client, cast, accounts, now):
    CompanyAccount.objects.filter(pk=accounts.sms.pk).update(closed_at=now)
    for user in (cast.adam, cast.dora):
        offered = look(client, user).replace(f"/accounts/{accounts.sms.pk}/history/", "")
        assert f"/accounts/{accounts.sms.pk}/" not in offered


def test_names_are_escaped_and_ids_are_unique(client, cast, accounts):
    CompanyAccount.objects.filter(pk=accounts.sms.pk).update(name="<script>alert(1)</script>")
    PlatformRegistration.objects.update(note="<b>x</b>")
    page = look(client, cast.dora)
    assert "<script>alert" not in page and "<b>x" not in page
    ids = re.findall(r'\sid="([^"]+)"', page)
    assert len(ids) == len(set(ids))
    assert " style=" not in page and not re.search(r"\son\w+=", page)


def test_the_page_costs_the_same_however_many_accounts_there_are(client, cast, accounts, now):
    client.force_login(cast.dora)
    with CaptureQueriesContext(connection) as few:
        client.get("/accounts/")
    for number in range(20):
        account(f"a{number}", "email", cast, now, owner=cast.anna.department)
    with CaptureQueriesContext(connection) as many:
        client.get("/accounts/")
    assert len(many) == len(few)


# --- new and changed accounts


@pytest.fixture
def keeper(client, cast) -> Client:
    """Adam's browser."""
    client.force_login(cast.adam)
    return client


@pytest.mark.parametrize("name", [name for name in EVERYBODY if name != "adam"])
def test_only_administrators_keep_the_list(client, cast, accounts, now, name):
    client.force_login(getattr(cast, name))
    for path in ("/accounts/new/", f"/accounts/{accounts.email.pk}/"):
        assert client.get(path).status_code == 403
        assert client.post(path, entered(now)).status_code == 403
    assert not AuditEntry.objects.exists()


def test_a_new_account_is_saved_and_waits(keeper, cast, now):
    owner = Department.objects.get(name="Vertrieb")
    response = keeper.post("/accounts/new/", entered(now, owner=owner.pk), follow=True)
    assert words(response) == {"Signal am Empfang": "Waiting for approval"}
    assert "Ordner AV 12" in text(response)
    assert CompanyAccount.objects.get().owner == owner
    assert AuditEntry.objects.get().verb == "account.created"


def test_german_dates_are_read_too(client, cast, now):
    client = Client(headers={"accept-language": "de"})
    client.force_login(cast.adam)
    client.post("/accounts/new/", entered(now, valid_from="01.12.2026", valid_until="31.03.2027"))
    mine = CompanyAccount.objects.get()
    assert (mine.valid_from.isoformat(), mine.valid_until.isoformat()) == ("2026-12-01", "2027-03-31")


@pytest.mark.parametrize(
    ("changed", "field"),
    [
        ({"name": ""}, "name"),
        ({"name": "x" * 101}, "name"),
        ({"channel": ""}, "channel"),
        ({"channel": "fax"}, "channel"),
        ({"platform": ""}, "platform"),
        ({"platform": "icq"}, "platform"),
        ({"channel": "email"}, "platform"),
        ({"kind": "private"}, "kind"),
        ({"owner": "999999"}, "owner"),
        ({"valid_from": ""}, "valid_from"),
        ({"valid_from": "bald"}, "valid_from"),
        ({"valid_until": "2020-01-01"}, "valid_until"),
    ],
)
def test_what_is_wrong_is_said_at_the_field(keeper, now, changed, field):
    response = keeper.post("/accounts/new/", entered(now, **changed))
    assert response.status_code == 200
    errors = response.context["form"].errors
    assert list(errors) == [field]
    assert len(errors[field]) == 1 and "onstraint" not in errors[field][0]
    assert f'href="#id_{field}"' in text(response) and "<title>Error:" in text(response)
    assert not CompanyAccount.objects.exists()


def test_a_forged_approval_is_ignored(keeper, cast, now):
    keeper.post("/accounts/new/", entered(now, approved_at=now.isoformat(), approved_by=cast.adam.pk))
    assert CompanyAccount.objects.get().approved_at is None


def test_saving_untouched_writes_nothing(keeper, accounts):
    for mine in CompanyAccount.objects.all():
        assert keeper.post(f"/accounts/{mine.pk}/", as_entered(mine)).status_code == 302
    assert not AuditEntry.objects.exists()
    assert CompanyAccount.objects.filter(approved_at__isnull=True).count() == 0


def test_a_new_name_keeps_the_approval(keeper, accounts):
    path = f"/accounts/{accounts.email.pk}/"
    response = keeper.post(path, as_entered(accounts.email, name="info@firma.example"), follow=True)
    assert words(response)["info@firma.example"] == "Open"
    assert "waits for the data protection officer again" not in text(response)


def test_whoever_changes_what_was_approved_is_told_that_it_waits_again(keeper, accounts):
    path = f"/accounts/{accounts.email.pk}/"
    assert "puts the account back before the data protection officer" in text(keeper.get(path))
    response = keeper.post(path, as_entered(accounts.email, kind="company_shared_device"), follow=True)
    assert words(response)["service@firma.example"] == "Waiting for approval"
    assert "The account waits for the data protection officer again." in text(response)


def test_a_closed_account_refuses_changes_in_a_sentence(keeper, accounts, now):
    CompanyAccount.objects.filter(pk=accounts.email.pk).update(closed_at=now)
    response = keeper.post(f"/accounts/{accounts.email.pk}/", as_entered(accounts.email, name="Neu"))
    assert response.status_code == 200
    assert "This account is closed." in text(response)


# --- approving and closing


def test_the_dpo_approves_with_one_press(client, cast, accounts):
    CompanyAccount.objects.filter(pk=accounts.sms.pk).update(approved_at=None, approved_by=None)
    client.force_login(cast.dora)
    response = client.post(f"/accounts/{accounts.sms.pk}/approve/", follow=True)
    assert "The account is approved." in text(response)
    assert words(response)["Firmen-SMS"] == "Open"
    assert AuditEntry.objects.get().verb == "account.approved"


def test_a_messenger_without_a_contract_is_refused_in_a_sentence(client, cast, accounts):
    CompanyAccount.objects.filter(pk=accounts.whatsapp.pk).update(approved_at=None, approved_by=None)
    client.force_login(cast.dora)
    response = client.post(f"/accounts/{accounts.whatsapp.pk}/approve/", follow=True)
    assert "No processor contract is on file (Art. 28 GDPR)." in text(response)
    assert words(response)["WhatsApp Business"] == "Waiting for approval"


@pytest.mark.parametrize("name", [name for name in EVERYBODY if name != "dora"])
def test_nobody_else_approves_or_reviews(client, cast, accounts, name):
    client.force_login(getattr(cast, name))
    assert client.post(f"/accounts/{accounts.sms.pk}/approve/").status_code == 403
    review = client.post("/accounts/platforms/signal/", {"status": "approved", "note": ""})
    assert review.status_code == 403
    assert not AuditEntry.objects.exists()


@pytest.mark.parametrize("name", ["dora", "adam"])
def test_closing_ends_what_rests_on_the_account(client, cast, customer, accounts, now, name):
    permit = permit_for(service_by_mail(cast, customer, accounts, now), cast, now)
    client.force_login(getattr(cast, name))
    response = client.post(f"/accounts/{accounts.email.pk}/close/", follow=True)
    assert "Permits that rest on it can no longer be used." in text(response)
    assert words(response)["service@firma.example"] == "Closed"
    assert AuditEntry.objects.filter(verb="account.closed").count() == 1
    assert OutboxMessage.objects.filter(topic="account.closed").count() == 1
    client.force_login(cast.anna)
    page = text(client.post(f"/permits/{permit.number}/redeem/", follow=True))
    assert "do not make contact" in page
    assert not permit.uses.exists()


@pytest.mark.parametrize("name", [name for name in EVERYBODY if name not in ("dora", "adam")])
def test_nobody_else_closes(client, cast, accounts, name):
    client.force_login(getattr(cast, name))
    assert client.post(f"/accounts/{accounts.email.pk}/close/").status_code == 403
    assert not CompanyAccount.objects.filter(closed_at__isnull=False).exists()


@pytest.mark.parametrize("act", ["approve", "close"])
def test_a_link_alone_does_nothing(client, cast, accounts, act):
    client.force_login(cast.dora)
    assert client.get(f"/accounts/{accounts.email.pk}/{act}/").status_code == 405


@pytest.mark.parametrize("act", ["", "approve/", "close/"])
@pytest.mark.parametrize("key", ["0", "999999", "9" * 30])
def test_an_account_that_does_not_exist_is_not_found(client, now, act, key):
    client.force_login(person("eve", Role.ADMINISTRATOR, Role.DPO))
    assert client.post(f"/accounts/{key}/{act}", entered(now)).status_code == 404


def test_a_form_without_its_token_is_refused(cast, accounts):
    browser = Client(enforce_csrf_checks=True)
    browser.force_login(cast.dora)
    assert browser.post(f"/accounts/{accounts.email.pk}/close/").status_code == 403


# --- platforms


def test_the_dpo_reviews_a_platform(client, cast):
    client.force_login(cast.dora)
    response = client.post("/accounts/platforms/signal/", {"status": "approved", "note": "AV vom 1.10."}, follow=True)
    assert "The review of Signal is saved" in text(response)
    signal = PlatformRegistration.objects.get(platform="signal")
    assert (signal.status, signal.note) == ("approved", "AV vom 1.10.")
    assert AuditEntry.objects.get().verb == "platform.reviewed"
    assert OutboxMessage.objects.get().topic == "platform.changed"


@pytest.mark.parametrize(
    ("changed", "field"), [({"status": "fine"}, "status"), ({"status": ""}, "status"), ({"note": "x" * 301}, "note")]
)
def test_a_refused_review_is_shown_again_at_its_platform(client, cast, changed, field):
    before = PlatformRegistration.objects.get(platform="signal").status
    client.force_login(cast.dora)
    response = client.post("/accounts/platforms/signal/", {"status": "approved", "note": "neu"} | changed)
    assert response.status_code == 200
    page = text(response)
    assert "<title>Error:" in page and f'href="#id_signal_{field}"' in page and f'id="id_signal_{field}"' in page
    assert len(re.findall(r"<details[^>]* open>", page)) == 1
    assert str(changed.get("note", "neu")) in page
    assert PlatformRegistration.objects.get(platform="signal").status == before
    assert not AuditEntry.objects.exists()


@pytest.mark.parametrize("platform", ["icq", "SIGNAL", "%00", "signal'--"])
def test_a_platform_that_does_not_exist_is_not_found(client, cast, platform):
    client.force_login(cast.dora)
    response = client.post(f"/accounts/platforms/{platform}/", {"status": "approved", "note": ""})
    assert response.status_code == 404
