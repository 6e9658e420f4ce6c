"""What the demo company's customers agreed to: one wording for each reason and way of contact, German and English."""

from __future__ import annotations

from datetime import datetime

from consent.models import ConsentText
from consent.services import draft_text, publish_text
from portal.desk.demo.situations import SITUATIONS
from portal.people.models import User

COMPANY = "Nordlicht Haustechnik GmbH"
WHAT = {
    "marketing": ("Neuigkeiten und Angebote", "news and offers"),
    "event_invitation": ("Einladungen zu Veranstaltungen", "invitations to events"),
    "satisfaction_survey": ("Umfragen zur Zufriedenheit", "satisfaction surveys"),
    "winback": ("Angebote nach Ende des Vertrags", "offers after the end of the contract"),
    "service": ("Nachrichten zu meinem Vertrag und zu Terminen", "messages about my contract and appointments"),
    "debt_collection": ("Erinnerungen an offene Rechnungen", "reminders of open invoices"),
    "recruitment": ("Stellenangebote", "job offers"),
}
HOW = {
    "email": ("per E-Mail", "by e-mail"),
    "phone": ("telefonisch", "by phone"),
    "messenger": ("per WhatsApp", "by WhatsApp"),
    "social_dm": ("per Instagram-Nachricht", "by Instagram message"),
}
BODY = {
    "de": "Ja, die {company} darf mir {how} {what} zukommen lassen. Meine Einwilligung ist freiwillig. Ich kann sie "
    "jederzeit mit Wirkung für die Zukunft widerrufen, zum Beispiel über den Link in jeder Nachricht.",
    "en": "Yes, {company} may contact me {how} with {what}. My consent is voluntary. I can withdraw it at any time "
    "with effect for the future, for example by the link in each message.",
}


def publish_wordings(officer: User, *, at: datetime) -> None:
    """Publish what the stories need, valid from the company's first day."""
    needed = {(a.purpose, a.channel, a.platform) for situation in SITUATIONS for a in situation.agreed}
    for purpose, channel, platform in sorted(needed):
        for index, language in enumerate(("de", "en")):
            what, how = WHAT[purpose][index], HOW[channel][index]
            draft = draft_text(
                officer,
                line="-".join(filter(None, (purpose, channel, platform))).replace("_", "-"),
                language=language,
                purpose=purpose,
                channels=[channel],
                platform=platform,
                title=f"{what[0].upper()}{what[1:]} {how}",
                body=BODY[language].format(company=COMPANY, how=how, what=what),
                at=at,
            )
            publish_text(officer, text=draft, valid_from=at, at=at)


def wording_for(purpose: str, channel: str, platform: str) -> ConsentText:
    """The German wording, which most of the demo's customers saw."""
    return ConsentText.objects.covering(purpose, channel, platform).get(language="de")
