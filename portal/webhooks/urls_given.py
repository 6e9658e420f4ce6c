"""The address of a receiver, as an administrator gives it. What its name resolves to is judged with every try."""

from __future__ import annotations

from ipaddress import ip_address
from urllib.parse import urlsplit

from django.conf import settings
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _

from portal.webhooks.addresses import may_be_called, read_networks


def demand_url(url: str) -> None:
    """Raise ValidationError for what is no address of a receiver."""
    problem = _problem(url)
    if problem:
        raise ValidationError({"url": problem})


def _problem(url: str) -> str:
    if not url.isascii() or not url.isprintable() or " " in url or "#" in url or "\\" in url:
        return _("Write the address in plain letters, without blanks and without a “#” part.")
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError:
        return _("This is no address. Write it as https://crm.company.example/hooks.")
    if parts.scheme not in _schemes() or not parts.hostname or port == 0:
        return _("The address must begin with https:// and name a host.")
    if "@" in parts.netloc:
        return _("The address must not hold a user name or a password.")
    return _problem_of_host(parts.hostname)


def _schemes() -> tuple[str, ...]:
    """Without TLS only into networks that the settings name."""
    return ("https", "http") if settings.WEBHOOK_NETWORKS else ("https",)


def _problem_of_host(host: str) -> str:
    try:
        address = ip_address(host)
    except ValueError:
        return ""
    if may_be_called(address, read_networks(settings.WEBHOOK_NETWORKS)):
        return ""
    return _("The portal does not call this address: it is not one of the open Internet.")
