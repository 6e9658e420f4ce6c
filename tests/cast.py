"""A small named cast, the same in every test: who works here, whom they contact, and from where."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from consent.models import ConsentText, EvidenceFile
from contacts.customers.models import ContactPoint, Customer
from contacts.customers.selectors import digest_of, normalise_address
from contacts.requests.models import CompanyAccount, PlatformRegistration
from portal.access.roles import Role
from portal.people.models import Department, User
from training.models import Certificate

PASSWORD = "kontakt-klar-2026"
# Argon2 of PASSWORD, computed once a run: hashing anew for every person of every test would only cost time.
_HASHED: list[str] = []


@dataclass(frozen=True)
class Cast:
    """The people; `anna` and `sven` report to `mona`, `stranger` to `max`."""

    anna: User
    sven: User
    mona: User
    max: User
    dora: User
    clara: User
    tom: User
    rita: User
    adam: User
    stranger: User

    def __iter__(self):
        return iter(vars(self).values())


def make_cast(now: datetime) -> Cast:
    """Every table in one statement: most tests begin with these people."""
    accounting, sales = Department.objects.bulk_create([Department(name="Buchhaltung"), Department(name="Vertrieb")])
    mona = somebody("mona", Role.EMPLOYEE, Role.MANAGER, department=sales)
    max_ = somebody("max", Role.EMPLOYEE, Role.MANAGER, department=sales)
    User.objects.bulk_create([mona, max_])
    cast = Cast(
        anna=somebody("anna", Role.EMPLOYEE, department=accounting, manager=mona),
        sven=somebody("sven", Role.EMPLOYEE, department=sales, manager=mona),
        mona=mona,
        max=max_,
        dora=somebody("dora", Role.DPO),
        clara=somebody("clara", Role.EMPLOYEE, Role.CONSENT_OFFICER, department=sales),
        tom=somebody("tom", Role.TRAINING_AUTHOR),
        rita=somebody("rita", Role.AUDITOR),
        adam=somebody("adam", Role.ADMINISTRATOR),
        stranger=somebody("stranger", Role.EMPLOYEE, department=sales, manager=max_),
    )
    User.objects.bulk_create([one for one in cast if one.pk is None])
    until = now.date() + timedelta(days=200)
    Certificate.objects.bulk_create([certificate(one, until=until, by=cast.tom) for one in cast])
    return cast


def person(name: str, *roles: Role, **fields: object) -> User:
    user = somebody(name, *roles, **fields)
    user.save()
    return user


def somebody(name: str, *roles: Role, **fields: object) -> User:
    user = User(
        email=f"{name}@firma.example",
        first_name=name.capitalize(),
        last_name="Beispiel",
        person_number=f"N-{name}",
        roles=[str(role) for role in roles],
        language="en",
        **fields,
    )
    user.password = _hashed(user)
    return user


def _hashed(user: User) -> str:
    if not _HASHED:
        user.set_password(PASSWORD)
        _HASHED.append(user.password)
    return _HASHED[0]


def certify(user: User, *, until: date, by: User) -> Certificate:
    row = certificate(user, until=until, by=by)
    row.save()
    return row


def certificate(user: User, *, until: date, by: User) -> Certificate:
    return Certificate(
        number=f"Z-{user.pk}-{until:%Y%m%d}",
        person=user,
        course="Kundenkontakt und Datenschutz",
        passed_on=until - timedelta(days=365),
        valid_until=until,
        recorded_by=by,
        recorded_at=datetime.fromisoformat("2026-01-01T00:00:00+00:00"),
    )


def make_customer(now: datetime, number: str = "4711", **fields: object) -> Customer:
    """Erika Mustermann: an active customer with letter, mail and phone from the contract, and a found profile."""
    values = {
        "first_name": "Erika",
        "last_name": "Mustermann",
        "relationship": "active_customer",
        "last_transaction_on": now.date() - timedelta(days=60),
    } | fields
    customer = Customer.objects.create(number=number, **values)
    ContactPoint.objects.bulk_create(
        [
            address(customer, "letter", "Heidestraße 17, 51147 Köln", now=now, label="Rechnungsadresse"),
            address(customer, "email", f"erika.{number}@kundin.example", now=now),
            address(customer, "phone", f"0221 555{number}", now=now),
            address(
                customer, "social_dm", f"erika_{number}", now=now, platform="instagram", source="searched_by_employee"
            ),
        ]
    )
    return customer


def point(customer: Customer, channel: str, value: str, *, now: datetime, **fields: object) -> ContactPoint:
    row = address(customer, channel, value, now=now, **fields)
    row.save()
    return row


def address(
    customer: Customer, channel: str, value: str, *, now: datetime, platform: str = "", **fields: object
) -> ContactPoint:
    normalised = normalise_address(channel, platform, value)
    source = fields.pop("source", "contract_record")
    return ContactPoint(
        customer=customer,
        channel=channel,
        platform=platform,
        value=value,
        normalised=normalised,
        digest=digest_of(customer, channel, platform, normalised),
        source=source,
        collected_on=now.date() - timedelta(days=400),
        verified_at=now if source == "contract_record" else None,
        **fields,
    )


def wording(purpose: str, channel: str, platform: str = "", *, language: str = "de") -> ConsentText:
    """A published wording that covers a purpose and way of contact, made once a test."""
    line = "-".join(filter(None, (purpose, channel, platform))).replace("_", "-")
    long_ago = datetime.fromisoformat("2015-01-01T00:00:00+00:00")
    values = {
        "purpose": purpose,
        "channels": [channel],
        "platform": platform,
        "title": f"Einwilligung {line}",
        "body": "Ja, Sie dürfen mich dazu auf diesem Weg ansprechen. Ich kann das jederzeit widerrufen.",
        "valid_from": long_ago,
        "created_at": long_ago,
        "published_at": long_ago,
        "published_by": User.objects.get(email="clara@firma.example"),
        "sha256": "0" * 64,
    }
    return ConsentText.objects.get_or_create(line=line, version=1, language=language, defaults=values)[0]


def proof_file(by: User, now: datetime, name: str = "formular.pdf") -> EvidenceFile:
    """The row of a file that proves something; what is in the file no test here asks."""
    values = {
        "file": f"evidence/{name}",
        "name": name,
        "content_type": "application/pdf",
        "size": 1,
        "sha256": "0" * 64,
    }
    return EvidenceFile.objects.create(added_by=by, added_at=now, **values)


@dataclass(frozen=True)
class Accounts:
    letter: CompanyAccount
    email: CompanyAccount
    phone: CompanyAccount
    sms: CompanyAccount
    whatsapp: CompanyAccount


def make_accounts(cast: Cast, now: datetime) -> Accounts:
    PlatformRegistration.objects.filter(platform="whatsapp").update(status="approved")
    rows = Accounts(
        letter=presence("Firmenbriefbogen", "letter", cast, now),
        email=presence("service@firma.example", "email", cast, now),
        phone=presence("Firmentelefon", "phone", cast, now),
        sms=presence("Firmen-SMS", "sms", cast, now),
        whatsapp=presence("WhatsApp Business", "messenger", cast, now, platform="whatsapp"),
    )
    CompanyAccount.objects.bulk_create(vars(rows).values())
    return rows


def account(name: str, channel: str, cast: Cast, now: datetime, **fields: object) -> CompanyAccount:
    row = presence(name, channel, cast, now, **fields)
    row.save()
    return row


def presence(name: str, channel: str, cast: Cast, now: datetime, **fields: object) -> CompanyAccount:
    return CompanyAccount(
        name=name,
        channel=channel,
        valid_from=now.date() - timedelta(days=300),
        approved_at=now,
        approved_by=cast.dora,
        address_book_isolated=True,
        **fields,
    )
