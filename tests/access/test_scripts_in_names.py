"""Whoever may write a name or a note may write markup into it: every page that a person reaches shows it as text."""

import pytest

from contacts.customers.models import ContactPoint, Customer
from contacts.requests.models import CompanyAccount
from contacts.requests.services import assigning, permits, submitting
from portal.people.models import Department, User
from tests.requests.scenes import permit_for, reminder_by_sms, service_by_mail
from tests.ui.crawling import crawl

#: What breaks out of text, of an attribute, of a script, and of a template.
MARK = "kk-mark"
HOSTILE = f"<img src=x onerror={MARK}>\"'></script><script>{MARK}</script>{{{{ 7|add:7 }}}}"
#: Each of these would be markup; escaped they begin with an entity.
ALIVE = (f"<img src=x onerror={MARK}", f"<script>{MARK}", 'onerror=kk-mark>"')


@pytest.fixture
def hostile(cast, customer, accounts, now):
    """People of a company, whose names and whose customers' names are as hostile as the columns are wide."""
    asked = submitting.submit(cast.anna, request=reminder_by_sms(cast, customer, accounts, now), at=now)
    assigning.comment(cast.anna, request=asked, text=HOSTILE, at=now)
    permits.redeem(cast.anna, permit=permit_for(service_by_mail(cast, customer, accounts, now), cast, now), at=now)
    Customer.objects.update(first_name=HOSTILE, last_name=HOSTILE, salutation=HOSTILE[:20], company=HOSTILE)
    ContactPoint.objects.update(label=HOSTILE[:60], source_note=HOSTILE)
    User.objects.update(first_name=HOSTILE, last_name=HOSTILE)
    CompanyAccount.objects.update(name=HOSTILE)
    for number, one in enumerate(Department.objects.all()):
        Department.objects.filter(pk=one.pk).update(name=f"{number}{HOSTILE}"[:100])
    return [cast.anna, cast.dora, cast.adam]


@pytest.mark.django_db
def test_markup_in_names_and_notes_is_text_on_every_page(hostile):
    seen, shown, alive = 0, 0, []
    for visit in crawl(hostile):
        seen += 1
        shown += MARK in visit.html
        alive += [(visit.name, visit.path, one) for one in ALIVE if one in visit.html]
        alive += [(visit.name, visit.path, "template")] if f"{MARK}&lt;/script&gt;14" in visit.html else []
    assert alive == []
    assert seen > 60 and shown > 25, "the names stand on the pages that were looked at"
