"""Combinations of settings that must not go live, each with an id and the remedy.

kontaktklar.E001 .. E027 stop `migrate`, `check` and with them the launcher, whose first step is `migrate`, and every
worker (`refuse_unsafe`); a web server that is started by other means must come after `manage.py check`, because it pays
no heed to findings itself. W001 .. W004 only warn. E014 and W004 ask the database, so they come with
`migrate` and `check --database default`.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

import holidays
import phonenumbers
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, Warning, register, run_checks
from django.db import connection

from contacts.customers.suppression.rotation import behind
from contacts.customers.suppression.standing import KeysMissing, demand_keys
from contacts.requests.caps import LONGEST_DAYS, Cap
from portal.webhooks.addresses import opens_everything, read_networks

MIN_SECRET = 32
LONGEST_JOB_SECONDS = 5 * 60
LONGEST_ANSWER_SECONDS = 30
SAFE_JOBS: dict[str, object] = {
    "CELERY_TASK_ACKS_LATE": True,
    "CELERY_TASK_REJECT_ON_WORKER_LOST": True,
    "CELERY_WORKER_PREFETCH_MULTIPLIER": 1,
    "CELERY_WORKER_CANCEL_LONG_RUNNING_TASKS_ON_CONNECTION_LOSS": True,
    "CELERY_TASK_IGNORE_RESULT": True,
    "CELERY_ENABLE_UTC": True,
    "CELERY_TIMEZONE": "UTC",
}
Findings = Iterator[CheckMessage]


def _secrets() -> Findings:
    if not settings.LENIENT and len(settings.SECRET_KEY) < MIN_SECRET:
        yield _error(1, f"SECRET_KEY has fewer than {MIN_SECRET} characters.", "Set a random one; bin/up makes one.")
    if not settings.SUPPRESSION_KEY:
        yield _error(
            2,
            "SUPPRESSION_KEY is missing: refusals of contact could not be kept as keyed hashes.",
            "Set a random one once and keep it for ever: with another key earlier refusals are not found again.",
        )
    elif settings.SUPPRESSION_KEY == settings.SECRET_KEY:
        yield _error(
            3,
            "SUPPRESSION_KEY equals SECRET_KEY: changing the one would forget every refusal.",
            "Give each its own value.",
        )


def _audit_key() -> Findings:
    """Without it, or with one that others know, anybody could sign a rewritten trail."""
    if len(settings.AUDIT_SIGNING_KEY) < MIN_SECRET:
        yield _error(
            40,
            f"AUDIT_SIGNING_KEY is missing or has fewer than {MIN_SECRET} characters: nothing could be signed.",
            "Set a random one; where it must change, put its public key into AUDIT_OLD_PUBLIC_KEYS.",
        )
    elif settings.AUDIT_SIGNING_KEY in (settings.SECRET_KEY, settings.SUPPRESSION_KEY):
        yield _error(
            41,
            "AUDIT_SIGNING_KEY equals another secret.",
            "Give each its own value: who can forge sessions should not be able to sign heads.",
        )
    wrong = [key for key in settings.AUDIT_OLD_PUBLIC_KEYS if re.fullmatch("[0-9a-f]{64}", key) is None]
    if wrong:
        yield _error(42, f"AUDIT_OLD_PUBLIC_KEYS names {wrong[0]!r}.", "Each is 64 hexadecimal digits, as in a head.")


def _suppression_keys() -> Findings:
    """The ring of keys: each long enough, none twice, none that would be another key when it is moved."""
    keys = [*settings.SUPPRESSION_OLD_KEYS, settings.SUPPRESSION_KEY]
    for number, key in enumerate(keys, start=1):
        name = "SUPPRESSION_KEY" if number == len(keys) else f"Key {number} of SUPPRESSION_OLD_KEYS"
        if key and len(key) < MIN_SECRET:
            yield _error(11, f"{name} has fewer than {MIN_SECRET} characters.", "Use a random one, 40 or more.")
        if "," in key or key != key.strip():
            yield _error(
                13,
                f"{name} has a comma or a blank at its edge, and would be another key in SUPPRESSION_OLD_KEYS.",
                "Use a key of letters and digits.",
            )
    if len(set(keys)) < len(keys):
        yield _error(
            12,
            "The same key stands twice in SUPPRESSION_OLD_KEYS and SUPPRESSION_KEY.",
            "Put a new random key into SUPPRESSION_KEY, and each earlier one once into SUPPRESSION_OLD_KEYS.",
        )


def _hosts() -> Findings:
    if not settings.LENIENT and (not settings.ALLOWED_HOSTS or "*" in settings.ALLOWED_HOSTS):
        yield _error(4, "ALLOWED_HOSTS is empty or “*”.", "Name the hosts under which staff open the portal.")
    address = urlsplit(settings.SITE_URL)
    if address.scheme not in ("http", "https") or not address.hostname:
        yield _error(
            5, f"SITE_URL is no address: {settings.SITE_URL!r}.", "Write it as https://kontakt.company.example."
        )
    elif settings.HTTPS and address.scheme != "https":
        yield _error(5, "SITE_URL says http, but the portal insists on https.", "Write https, or set PLAIN_HTTP=1.")
    if not settings.LENIENT and not settings.HTTPS:
        yield _warning(1, "PLAIN_HTTP is set: passwords and sessions travel in clear.", "Only behind a closed network.")


def _mail() -> Findings:
    if settings.MAIL_FOLDER and not settings.LENIENT:
        yield _error(6, "MAIL_FOLDER is set, so no mail would leave the house.", "Remove it and set EMAIL_HOST.")
    if settings.EMAIL_HOST_PASSWORD and not settings.EMAIL_HOST_USER:
        yield _error(7, "EMAIL_HOST_PASSWORD is set without EMAIL_HOST_USER.", "Set both or neither.")


def _data() -> Findings:
    if settings.DATABASES["default"]["ENGINE"] != "django.db.backends.postgresql":
        yield _error(
            8,
            "DATABASE_URL names no PostgreSQL database; locks, exclusion and triggers need it.",
            "Write it as postgresql://user@host/name.",
        )
    served = [Path(settings.STATIC_ROOT), *map(Path, settings.STATICFILES_DIRS)]
    media = Path(settings.MEDIA_ROOT).resolve()
    if any(media == folder.resolve() or folder.resolve() in media.parents for folder in served):
        yield _error(9, "MEDIA_ROOT lies in a folder that is served: uploaded lists would be public.", "Move it.")


def _calendar() -> Findings:
    if settings.HOLIDAY_STATE not in _states(settings.HOLIDAY_COUNTRY):
        yield _error(
            10,
            f"No public holidays are known for {settings.HOLIDAY_COUNTRY}/{settings.HOLIDAY_STATE}.",
            "Set HOLIDAY_COUNTRY and HOLIDAY_STATE as in DE and NW.",
        )
    if settings.PHONE_REGION not in phonenumbers.SUPPORTED_REGIONS:
        yield _error(10, f"PHONE_REGION {settings.PHONE_REGION!r} is no region.", "Use two letters as in DE.")


def _people() -> Findings:
    if not settings.LENIENT and not settings.DPO_CONTACT:
        yield _warning(2, "DPO_CONTACT is empty: no page says whom to ask.", "Set a telephone number or an address.")
    if not settings.LENIENT and settings.COMPANY_NAME == "Kontaktklar":
        yield _warning(3, "COMPANY_NAME is not set: mails and pages carry the product's name.", "Set the company's.")


def _security_contact() -> Findings:
    contact = settings.SECURITY_CONTACT
    if contact and (not contact.startswith(("mailto:", "https://", "tel:")) or len(contact.split()) != 1):
        yield _error(
            41,
            f"SECURITY_CONTACT is {contact!r}, which is no address as RFC 9116 wants it.",
            "Write it as mailto:security@company.example or https://www.company.example/security.",
        )


def _frames() -> Findings:
    for site in settings.OPT_IN_FRAME_ANCESTORS:
        parts = urlsplit(site)
        if parts.scheme not in ("http", "https") or not parts.hostname or site != f"{parts.scheme}://{parts.netloc}":
            yield _error(
                15,
                f"OPT_IN_FRAME_ANCESTORS names {site!r}, which is no site.",
                "Write each as https://www.company.example, without a path and without a star.",
            )


def _caps() -> Findings:
    for words in settings.FREQUENCY_CAPS:
        try:
            Cap.read(words)
        except ValueError:
            yield _error(
                19,
                f"FREQUENCY_CAPS names {words!r}, which is no cap.",
                f"Write each as days:contacts, as in 30:4; at least 1, at most {LONGEST_DAYS} days.",
            )


def _webhooks() -> Findings:
    for word in settings.WEBHOOK_NETWORKS:
        try:
            wide = any(map(opens_everything, read_networks([word])))
        except ValueError:
            yield _error(27, f"WEBHOOK_NETWORKS names {word!r}, which is no network.", "Write each as 10.20.0.0/16.")
            continue
        if wide and not settings.LENIENT:
            yield _error(
                27,
                f"WEBHOOK_NETWORKS names {word}: receivers of events could be anything that this machine reaches.",
                "Name the networks in which the receivers are, as in 10.20.0.0/16.",
            )
    if not 1 <= settings.WEBHOOK_TIMEOUT_SECONDS <= LONGEST_ANSWER_SECONDS:
        yield _error(
            27,
            f"WEBHOOK_TIMEOUT_SECONDS is {settings.WEBHOOK_TIMEOUT_SECONDS}.",
            f"Set 1 to {LONGEST_ANSWER_SECONDS}; 15 is a good value.",
        )


def _jobs() -> Findings:
    """Celery with Redis loses or doubles work unless these go together (docs/decisions/0020)."""
    hard, soft = settings.CELERY_TASK_TIME_LIMIT, settings.CELERY_TASK_SOFT_TIME_LIMIT
    visible = [
        settings.CELERY_BROKER_TRANSPORT_OPTIONS.get("visibility_timeout", 0),
        settings.CELERY_RESULT_BACKEND_TRANSPORT_OPTIONS.get("visibility_timeout", 0),
        settings.CELERY_VISIBILITY_TIMEOUT,
    ]
    if min(visible) < 2 * hard or len(set(visible)) > 1:
        yield _error(
            16,
            f"Redis would hand out a job again after {min(visible)} seconds, while it may still be at work.",
            f"Set BROKER_VISIBILITY_SECONDS to {2 * hard} or more, or leave it out.",
        )
    if not 0 < soft < hard <= LONGEST_JOB_SECONDS:
        yield _error(
            17,
            f"The limits of a job are {soft} and {hard} seconds.",
            f"The soft limit must be below the hard one, and that at most {LONGEST_JOB_SECONDS} seconds.",
        )
    for name, wanted in SAFE_JOBS.items():
        if getattr(settings, name, None) != wanted:
            yield _error(18, f"{name} is not {wanted!r}: a job could be lost, or done twice.", "Set it so.")
    if settings.CLOCK_PACE < 1 or settings.HEARTBEAT_LATE_SECONDS < 1:
        yield _error(
            18, "CLOCK_PACE and HEARTBEAT_LATE_SECONDS must be at least 1.", "Leave them out, or set 1 and 180."
        )


def _states(country: str) -> tuple[str, ...]:
    try:
        return tuple(holidays.country_holidays(country).subdivisions)
    except NotImplementedError:
        return ()


CHECKS: tuple[Callable[[], Findings], ...] = (
    _secrets,
    _suppression_keys,
    _audit_key,
    _hosts,
    _mail,
    _data,
    _calendar,
    _people,
    _security_contact,
    _frames,
    _caps,
    _webhooks,
    _jobs,
)


@register(Tags.security)
def combinations(app_configs: Any = None, **kwargs: Any) -> list[CheckMessage]:
    """All findings of all checks."""
    return [finding for check in CHECKS for finding in check()]


@register(Tags.database)
def kept_refusals(app_configs: Any = None, databases: Iterable[str] | None = None, **kwargs: Any) -> list[CheckMessage]:
    """Whether the keys of the settings find the refusals of this database. Silent before the first migration."""
    if "default" not in (databases or ()):
        return []
    return list(_kept_refusals()) if _table_is_there() else []


def refuse_unsafe() -> None:
    """What `migrate` asks, for programs that pay no heed to checks. Raises SystemExit with what is wrong and how to
    mend it."""
    found = [one for one in run_checks(databases=["default"]) if one.is_serious()]
    if found:
        raise SystemExit("\n".join(["These settings must not go live:", *map(str, found)]))


def _table_is_there() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT to_regclass('customers_suppressionkey') IS NOT NULL")
        return bool(cursor.fetchone()[0])


def _kept_refusals() -> Findings:
    try:
        demand_keys()
    except KeysMissing as trouble:
        yield _error(
            14, str(trouble), "Put the missing key back: SUPPRESSION_OLD_KEYS names all earlier ones, in order."
        )
        return
    left = sum(behind().values())
    if left:
        yield _warning(4, f"{left} digests are of an earlier key.", "Run manage.py rotate_suppression_key.")


def _error(number: int, what: str, hint: str) -> Error:
    return Error(what, hint=hint, id=f"kontaktklar.E{number:03d}")


def _warning(number: int, what: str, hint: str) -> Warning:
    return Warning(what, hint=hint, id=f"kontaktklar.W{number:03d}")
