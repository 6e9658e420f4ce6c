"""Nordlicht Haustechnik GmbH: who works there, and from where it writes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import partial

from contacts.requests.account_services import approve_account, close_account, create_account, review_platform
from contacts.requests.models import PlatformRegistration
from portal.access.roles import Role
from portal.audit.services import Job
from portal.people.models import Department, User
from portal.people.services import create_department, create_person
from training.models import CourseKind

# Something that happened, and when: steps of all stories are taken in the order of time.
Step = tuple[datetime, Callable[..., object]]
JOB = Job("demo")
PASSWORD = "nordlicht-demo-2026"
FOUNDED_DAYS_AGO = 2000
DEPARTMENTS = ("Geschäftsführung", "Vertrieb", "Buchhaltung", "Kundendienst", "Datenschutz & Verwaltung")


@dataclass(frozen=True, slots=True)
class Person:
    """`trained_until` counts days from today; None = never trained. `licences`: what else was passed that day.
    `days_here`: since when; None = from the start."""

    key: str
    first_name: str
    last_name: str
    department: str
    roles: tuple[Role, ...]
    manager: str = ""
    trained_until: int | None = 200
    language: str = "de"
    licences: tuple[CourseKind, ...] = ()
    days_here: int | None = None

    @property
    def email(self) -> str:
        return f"{self.key}@nordlicht.example"


DECIDES = (CourseKind.APPROVER,)
CHATS = (CourseKind.MESSENGER,)
# Managers stand before their reports, the administrator before all.
PEOPLE = (
    Person("adam", "Adam", "Krüger", DEPARTMENTS[4], (Role.ADMINISTRATOR,), "", 150),
    Person("helga", "Helga", "Nordmann", DEPARTMENTS[0], (Role.EMPLOYEE, Role.MANAGER), "", 120, "de", DECIDES),
    Person(
        "markus",
        "Markus",
        "Brandt",
        DEPARTMENTS[1],
        (Role.EMPLOYEE, Role.MANAGER),
        "helga",
        260,
        licences=(*DECIDES, *CHATS),
    ),
    Person("sven", "Sven", "Kowalski", DEPARTMENTS[1], (Role.EMPLOYEE,), "markus", 310, "de", CHATS),
    Person("lena", "Lena", "Hofer", DEPARTMENTS[1], (Role.EMPLOYEE,), "markus", -20),
    Person("anke", "Anke", "Petersen", DEPARTMENTS[2], (Role.EMPLOYEE,), "helga", 180, "de", CHATS),
    Person("ole", "Ole", "Jansen", DEPARTMENTS[2], (Role.EMPLOYEE,), "helga", None, days_here=12),
    Person("timo", "Timo", "Lüders", DEPARTMENTS[3], (Role.EMPLOYEE,), "helga", 12, "en", CHATS),
    Person("clara", "Clara", "Weiß", DEPARTMENTS[3], (Role.EMPLOYEE, Role.CONSENT_OFFICER), "helga", 240, "de", CHATS),
    Person("dora", "Dora", "Stein", DEPARTMENTS[4], (Role.DPO,), "", 330, "de", DECIDES),
    Person("tom", "Tom", "Falk", DEPARTMENTS[4], (Role.TRAINING_AUTHOR,), "", 300),
    Person("rita", "Rita", "Sommer", DEPARTMENTS[4], (Role.AUDITOR,), "", 90),
    Person("jana", "Jana", "Reuter", DEPARTMENTS[3], (Role.EMPLOYEE,), "helga", 205),
)


def hire(at: datetime) -> dict[str, User]:
    """The departments and whoever is here from the start, with one password; returns people by key."""
    for name in DEPARTMENTS:
        create_department(JOB, name=name, at=at)
    people: dict[str, User] = {}
    for someone in PEOPLE:
        if someone.days_here is None:
            _hire(someone, people, at=at)
    _one_password(people)
    return people


def newcomers(people: dict[str, User], now: datetime) -> list[Step]:
    """Whoever came later."""
    later = [(someone, someone.days_here) for someone in PEOPLE if someone.days_here is not None]
    return [(now - timedelta(days=days), partial(_welcome, someone, people)) for someone, days in later]


def _welcome(someone: Person, people: dict[str, User], *, at: datetime) -> None:
    _hire(someone, people, at=at)
    _one_password(people)


def _hire(someone: Person, people: dict[str, User], *, at: datetime) -> None:
    user, _password = create_person(
        people.get("adam", JOB),
        email=someone.email,
        first_name=someone.first_name,
        last_name=someone.last_name,
        person_number=f"NH-{PEOPLE.index(someone) + 1:03d}",
        department=Department.objects.get(name=someone.department),
        manager=people.get(someone.manager),
        roles=[role.value for role in someone.roles],
        language=someone.language,
        at=at,
    )
    user.joined_on = at.date()
    user.save(update_fields=["joined_on"])
    people[someone.key] = user


def _one_password(people: dict[str, User]) -> None:
    """For trying out, everybody signs in with the same one; hashing it once is enough."""
    first = next(iter(people.values()))
    if not first.check_password(PASSWORD):
        first.set_password(PASSWORD)
    User.objects.filter(pk__in=[user.pk for user in people.values()]).update(password=first.password)


@dataclass(frozen=True, slots=True)
class Account:
    name: str
    channel: str
    platform: str = ""
    kind: str = "company_account_verified"
    owner: str = DEPARTMENTS[3]
    contract: str = ""
    isolated: bool = False
    approved: bool = True
    closed: bool = False


ACCOUNTS = (
    Account("Firmenbriefbogen", "letter", owner=DEPARTMENTS[4]),
    Account("service@nordlicht.example", "email"),
    Account("Telefonanlage 0221 555-0", "phone"),
    Account("SMS-Versand", "sms", contract="AV-Vertrag SMS 2025-03"),
    Account("WhatsApp Business (API)", "messenger", "whatsapp", contract="AV-Vertrag WhatsApp 2025-07", isolated=True),
    Account("Diensthandy Notdienst: WhatsApp", "messenger", "whatsapp", "company_shared_device", contract="ohne"),
    Account("Diensthandy Notdienst: Signal", "messenger", "signal", "company_shared_device", contract="ohne"),
    Account("LinkedIn-Seite", "social_dm", "linkedin", owner=DEPARTMENTS[1], contract="Vereinbarung LinkedIn 2025"),
    Account("Instagram-Seite", "social_dm", "instagram", owner=DEPARTMENTS[1], contract="Vereinbarung Meta 2025"),
    Account("Facebook-Seite (alt)", "social_dm", "facebook", owner=DEPARTMENTS[1], contract="2019", closed=True),
    Account("Threema Work (neu)", "messenger", "threema", isolated=True, approved=False),
)
APPROVED_PLATFORMS = {
    "whatsapp": "Nur über die Business-Plattform; Vertrag und Folgenabschätzung liegen vor.",
    "linkedin": "Vereinbarung und Folgenabschätzung liegen vor.",
}


def open_accounts(people: dict[str, User], at: datetime) -> None:
    """From where the company writes, and where the review of the platforms stands."""
    owners = {department.name: department for department in Department.objects.all()}
    for planned in ACCOUNTS:
        account = create_account(
            people["adam"],
            name=planned.name,
            channel=planned.channel,
            platform=planned.platform,
            kind=planned.kind,
            owner=owners[planned.owner],
            processor_contract=planned.contract,
            address_book_isolated=planned.isolated,
            valid_from=at.date(),
            at=at,
        )
        if planned.approved:
            approve_account(people["dora"], account=account, at=at + timedelta(days=3))
        if planned.closed:
            close_account(people["dora"], account=account, at=at + timedelta(days=200))
    for platform, note in APPROVED_PLATFORMS.items():
        registration = PlatformRegistration.objects.get(platform=platform)
        review_platform(
            people["dora"], registration=registration, status="approved", note=note, at=at + timedelta(days=2)
        )
