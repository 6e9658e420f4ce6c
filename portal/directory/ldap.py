"""Signing in with the password of the company's LDAP directory: find the entry, bind as it, follow its groups.

RFC 4511 and 4513. An empty password would be an anonymous bind that every server accepts (RFC 4513, 5.1.2), so none is
sent. The account must be there already; a directory that does not answer lets nobody in and stops nobody else.
"""

from __future__ import annotations

import logging
import ssl
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.http import HttpRequest
from django.utils import timezone
from django.views.decorators.debug import sensitive_variables
from ldap3 import NONE, SUBTREE, Connection, Server, Tls
from ldap3.core.exceptions import LDAPException
from ldap3.utils.conv import escape_filter_chars

from portal.audit.services import Job
from portal.directory.services import follow_groups
from portal.people.backend import PortalBackend
from portal.people.local import is_break_glass
from portal.people.models import User

log = logging.getLogger(__name__)
JOB = Job("directory.ldap")
SECONDS = 5


class Unsafe(Exception):
    """The password would go over the network in clear."""


@dataclass(frozen=True, slots=True)
class Entry:
    """Somebody in the directory who has proved the password."""

    dn: str
    groups: tuple[str, ...]


class LdapBackend(PortalBackend):
    """After the portal's own passwords; the limits of the sign-in have been counted before either is asked."""

    @sensitive_variables("password", "credentials")
    def authenticate(self, request: HttpRequest | None, **credentials: object) -> User | None:
        email, password = credentials.get("email"), credentials.get("password")
        if not settings.LDAP_URL or not isinstance(email, str) or not isinstance(password, str) or not password:
            return None
        entry = _asked(email.strip(), password)
        person = User.objects.filter(email__iexact=email.strip(), is_active=True).first()
        if entry is None or person is None or is_break_glass(person):
            return None
        return _with_roles(person, entry)


def _asked(email: str, password: str) -> Entry | None:
    try:
        return proved(email, password)
    except (LDAPException, OSError, Unsafe) as error:
        log.warning("ldap: %s", type(error).__name__)
        return None


@sensitive_variables("password")
def proved(email: str, password: str) -> Entry | None:
    """The one entry with this address, if the password is its own. Raises LDAPException, Unsafe."""
    with _bound(settings.LDAP_BIND_DN, settings.LDAP_BIND_PASSWORD) as reader:
        if reader is None:
            raise LDAPException("the account that reads was refused")
        found = _search(reader, settings.LDAP_FILTER, "email", email)
        if len(found) != 1:
            return None
        dn = found[0]["dn"]
        with _bound(dn, password) as own:
            if own is None:
                return None
        groups = _search(reader, settings.LDAP_GROUP_FILTER, "dn", dn) if settings.LDAP_GROUP_FILTER else []
    return Entry(dn, tuple(name for group in groups for name in _names(group)))


def _with_roles(person: User, entry: Entry) -> User | None:
    if not settings.LDAP_GROUP_FILTER:
        return person
    try:
        return follow_groups(JOB, person=person, groups=entry.groups, at=timezone.now())
    except ValidationError as refusal:
        log.warning("ldap: %s", " ".join(refusal.messages))
        return None


@contextmanager
def _bound(dn: str, password: str) -> Iterator[Connection | None]:
    """A connection as this entry, or None where the directory refuses it."""
    connection = Connection(
        _server(), user=dn, password=password, receive_timeout=2 * SECONDS, auto_referrals=False, raise_exceptions=False
    )
    try:
        connection.open()
        if settings.LDAP_START_TLS and not connection.start_tls():
            raise Unsafe
        yield connection if connection.bind() else None
    finally:
        connection.unbind()


def _server() -> Server:
    parts = urlsplit(settings.LDAP_URL)
    encrypted = parts.scheme == "ldaps" or settings.LDAP_START_TLS
    if not encrypted and parts.hostname not in ("127.0.0.1", "::1", "localhost"):
        raise Unsafe
    tls = Tls(validate=ssl.CERT_REQUIRED, ca_certs_file=settings.LDAP_CA_FILE or None)
    return Server(settings.LDAP_URL, use_ssl=parts.scheme == "ldaps", tls=tls, connect_timeout=SECONDS, get_info=NONE)


def _search(reader: Connection, template: str, name: str, value: str) -> list[dict]:
    """Entries that fit; what somebody typed is no part of the filter's language (RFC 4515, 3)."""
    sought = template.replace(f"{{{name}}}", escape_filter_chars(value))
    reader.search(settings.LDAP_BASE, sought, search_scope=SUBTREE, attributes=["cn"], size_limit=500)
    return [row for row in reader.response or [] if row.get("type") == "searchResEntry"]


def _names(group: dict) -> list[str]:
    given = group["attributes"].get("cn", [])
    return [str(name) for name in (given if isinstance(given, list) else [given])]
