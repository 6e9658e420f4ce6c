"""Typed readers for the environment: the one place that knows how a variable is spelled.

Each name may also be given as ``NAME_FILE``, a path whose content is the value, the way container secrets are
mounted. A value that cannot be read stops the start with a sentence that names the variable.
"""

import os
from pathlib import Path
from urllib.parse import urlsplit

from django.core.exceptions import ImproperlyConfigured

TRUE = {"1", "true", "yes", "on"}
FALSE = {"0", "false", "no", "off", ""}


def text(name: str, default: str = "") -> str:
    """The value of NAME, or the content of the file that NAME_FILE names, or the default."""
    path = os.environ.get(f"{name}_FILE")
    if path is None:
        return os.environ.get(name, default)
    try:
        return Path(path).read_text(encoding="utf-8").strip()
    except OSError as error:
        raise ImproperlyConfigured(f"{name}_FILE names {path}, which cannot be read: {error.strerror}.") from error


def flag(name: str, default: bool = False) -> bool:
    """A yes/no variable; anything but 1/true/yes/on and 0/false/no/off is refused."""
    value = text(name, "1" if default else "0").strip().lower()
    if value in TRUE:
        return True
    if value in FALSE:
        return False
    raise ImproperlyConfigured(f"{name} must be 1 or 0, not {value!r}.")


def number(name: str, default: int) -> int:
    """A whole number."""
    value = text(name, str(default))
    try:
        return int(value)
    except ValueError as error:
        raise ImproperlyConfigured(f"{name} must be a whole number, not {value!r}.") from error


def choice(name: str, default: str, values: tuple[str, ...]) -> str:
    """One of these words."""
    value = text(name, default).strip().lower()
    if value in values:
        return value
    raise ImproperlyConfigured(f"{name} must be one of {', '.join(values)}, not {value!r}.")


def words(name: str, default: str = "") -> list[str]:
    """A comma-separated list without empty parts."""
    return [part.strip() for part in text(name, default).split(",") if part.strip()]


def role_table(entries: list[str]) -> dict[str, frozenset[str]]:
    """A table of `group=role` entries."""
    from portal.access.roles import Role
    from portal.directory.rules import read_table

    try:
        return read_table(entries, Role.values)
    except ValueError as error:
        raise ImproperlyConfigured(str(error)) from error


def origins(*addresses: str) -> list[str]:
    """The origins (scheme, host and port) of these addresses, each once; what is no address has none."""
    found = [urlsplit(address) for address in addresses]
    return sorted({f"{parts.scheme}://{parts.netloc}" for parts in found if parts.scheme and parts.netloc})
