"""What the authority is told, for people (PDF) and for machines (JSON): the fields of Art. 33(3) GDPR.

No names: neither the customer's, nor the reporter's, nor what the reporter wrote. The officer's own words are told.
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from django.conf import settings
from django.core.serializers.json import DjangoJSONEncoder
from django.utils import timezone
from django.utils.formats import date_format, number_format
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from contacts.incidents.models import Decision, Entry
from contacts.incidents.rules import About
from contacts.incidents.selectors import Story
from portal.paper.pdf import render_pdf

Row = tuple[str, str]


def as_pdf(story: Story, at: datetime) -> bytes:
    language = (get_language() or settings.LANGUAGE_CODE)[:2]
    return render_pdf("incident", on_paper(story, at), language=language, at=at)


def as_json(story: Story, at: datetime) -> bytes:
    return (json.dumps(values(story, at), cls=DjangoJSONEncoder, ensure_ascii=False, indent=2) + "\n").encode()


WRITERS = {"pdf": (as_pdf, "application/pdf"), "json": (as_json, "application/json")}


def values(story: Story, at: datetime) -> dict[str, Any]:
    """The notification as data; codes are those of the database, times are UTC."""
    incident, found = story.incident, story.assessment
    assert found is not None
    return {
        "format": "kontaktklar-incident/1",
        "reference": incident.number,
        "made_at": at,
        "controller": {
            "name": settings.COMPANY_NAME,
            "address": settings.COMPANY_ADDRESS,
            "country": settings.COMPANY_COUNTRY,
            "email": settings.COMPANY_EMAIL,
            "phone": settings.COMPANY_PHONE,
        },
        "contact": {"data_protection_officer": settings.DPO_CONTACT, "assessed_by": _person(found.by)},
        "times": {
            "happened_at": incident.happened_at,
            "noticed_at": incident.noticed_at,
            "reported_at": incident.reported_at,
            "aware_at": incident.aware_at,
            "due_at": incident.due_at,
        },
        "nature": {
            "kind": incident.kind,
            "channel": incident.channel,
            "platform": incident.platform,
            "data": incident.data,
            "description": found.nature,
            "people": {"categories": found.people, "about": found.people_count},
            "records": {"categories": found.records, "about": found.records_count},
        },
        "consequences": found.consequences,
        "measures": {
            "description": found.measures,
            "steps": [{"step": one.step, "state": one.kind, "at": one.at} for one in story.entries if one.step],
        },
        "risk": {"level": found.risk, "reason": found.reason, "assessed_at": found.at},
        "decisions": {about.value: _decision(story.decision(about)) for about in About},
    }


def _person(user: Any) -> dict[str, str]:
    return {"name": user.get_full_name(), "email": user.email}


def _decision(found: Decision | None) -> dict[str, Any] | None:
    if found is None:
        return None
    told = {name: getattr(found, name) for name in ("exception", "carried_out_at", "reference", "delay_reason")}
    return {"told": found.answer, "reason": found.reason, "decided_at": found.at, **told}


def on_paper(story: Story, at: datetime) -> dict[str, Any]:
    """The values of `templates/paper/incident.typ`, in the active language."""
    incident = story.incident
    return {
        "title": _("Notification of a personal data breach"),
        "company": settings.COMPANY_NAME,
        "reference": incident.number,
        "made": _("Made on %(when)s") % {"when": _instant(at)},
        "page_of": _("Page {1} of {2}"),
        "sentence": _("Details under Art. 33(3) GDPR, as they stand."),
        "parts": [{"heading": heading, "rows": [row for row in rows if row[1]]} for heading, rows in _parts(story)],
    }


def _parts(story: Story) -> list[tuple[str, list[Row]]]:
    return [
        (_("Who notifies"), _controller(story)),
        (_("When"), _times(story)),
        (_("Nature of the breach"), _nature(story)),
        (_("Likely consequences and risk"), _risk(story)),
        (_("Measures"), _measures(story)),
        (_("Supervisory authority"), _told(story.decision(About.AUTHORITY))),
        (_("Person concerned"), _told(story.decision(About.PERSON))),
    ]


def _controller(story: Story) -> list[Row]:
    found = story.assessment
    assert found is not None
    return [
        (_("Company"), ", ".join(filter(None, (settings.COMPANY_NAME, settings.COMPANY_ADDRESS)))),
        (_("E-mail"), settings.COMPANY_EMAIL),
        (_("Phone"), settings.COMPANY_PHONE),
        (_("Data protection officer"), settings.DPO_CONTACT),
        (_("Assessed by"), f"{found.by.get_full_name()}, {found.by.email}"),
    ]


def _times(story: Story) -> list[Row]:
    incident = story.incident
    return [
        (_("Happened"), _instant(incident.happened_at)),
        (_("Noticed"), _instant(incident.noticed_at)),
        (_("Reported in the company"), _instant(incident.reported_at)),
        (_("To be notified by"), _instant(incident.due_at)),
    ]


def _nature(story: Story) -> list[Row]:
    incident, found = story.incident, story.assessment
    assert found is not None
    return [
        (_("What happened"), str(incident.get_kind_display())),
        (_("Over what"), incident.way),
        (_("Description"), found.nature),
        (_("Which data"), ", ".join(incident.data_words())),
        (_("People concerned"), f"{found.people} ({_about_count(found.people_count)})"),
        (_("Records concerned"), f"{found.records} ({_about_count(found.records_count)})"),
    ]


def _about_count(count: int) -> str:
    return _("about %(count)s") % {"count": number_format(count, force_grouping=True)}


def _risk(story: Story) -> list[Row]:
    found = story.assessment
    assert found is not None
    return [
        (_("Likely consequences"), found.consequences),
        (_("Risk"), str(found.get_risk_display())),
        (_("Why"), found.reason),
    ]


def _measures(story: Story) -> list[Row]:
    found = story.assessment
    assert found is not None
    taken = [one for one in story.entries if one.kind == Entry.Kind.DONE]
    steps = [(_instant(one.at), str(one.get_step_display())) for one in taken]
    return [(_("Taken or proposed"), found.measures), *steps]


def _told(found: Decision | None) -> list[Row]:
    if found is None:
        return [(_("Decision"), _("Not taken yet"))]
    yes = _("Was told") if found.carried_out_at else _("Will be told")
    return [
        (_("Decision"), yes if found.answer else _("Need not be told")),
        (_("Why"), found.reason),
        (_("Exception that applies"), found.exception),
        (_("Told on"), _instant(found.carried_out_at)),
        (_("Reference given by the authority"), found.reference),
        (_("Why it took longer"), found.delay_reason),
    ]


def _instant(moment: datetime | None) -> str:
    """To the minute, in the portal's zone, which is named."""
    if moment is None:
        return ""
    local = timezone.localtime(moment)
    return f"{date_format(local, 'SHORT_DATE_FORMAT')}, {local:%H:%M} ({settings.TIME_ZONE})"
