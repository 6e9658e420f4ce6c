"""The environment the portal's processes get: the caller's first, then `.env`, then what bin/up makes up."""

import os
import secrets
import sys
from collections.abc import Mapping
from pathlib import Path

from portal.embedded.paths import Places

#: Made once per checkout: sessions, the suppression list and the audit trail must survive a restart.
SECRETS = ("SECRET_KEY", "SUPPRESSION_KEY", "AUDIT_SIGNING_KEY")


def read(path: Path) -> dict[str, str]:
    """The lines KEY=VALUE of a file; quotes around a value and `export` before a key are dropped."""
    values: dict[str, str] = {}
    try:
        lines = path.read_text("utf-8").splitlines()
    except FileNotFoundError:
        return values
    for line in lines:
        key, sign, value = line.strip().removeprefix("export ").partition("=")
        if sign and key.strip().isidentifier():
            values[key.strip()] = unquoted(value.strip())
    return values


def unquoted(value: str) -> str:
    """The value without the quotes around it, or without a comment behind it."""
    if len(value) >= 2 and value[0] == value[-1] and value[0] in "'\"":
        return value[1:-1]
    return value.partition(" #")[0].rstrip()


def kept_secrets(var: Path) -> dict[str, str]:
    """The secrets of this checkout from `.var/env`, made at the first start, readable by the owner alone."""
    path = var / "env"
    values = read(path)
    missing = [name for name in SECRETS if not values.get(name)]
    if missing:
        values |= {name: secrets.token_urlsafe(48) for name in missing}
        half = path.with_suffix(".half")
        half.unlink(missing_ok=True)
        handle = os.open(half, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as target:
            target.write("# Made by bin/up. Whoever reads these can forge sessions: keep them here.\n")
            target.writelines(f"{name}={value}\n" for name, value in values.items())
        half.replace(path)
    return {name: values[name] for name in SECRETS}


def given(environment: Mapping[str, str], name: str) -> bool:
    """Whether a variable is set, as NAME or as NAME_FILE (the settings read both)."""
    return bool(environment.get(name) or environment.get(f"{name}_FILE"))


def is_on(environment: Mapping[str, str], name: str) -> bool:
    """Whether a yes/no variable says yes."""
    return environment.get(name, "").strip().lower() in {"1", "true", "yes", "on"}


def caller(root: Path) -> dict[str, str]:
    """What the person set: `.env` of the checkout, and over it the environment."""
    return read(root / ".env") | dict(os.environ)


def complete(own: Mapping[str, str], defaults: Mapping[str, str]) -> dict[str, str]:
    """`own` with the defaults for what it leaves open, and this interpreter's programs first on the PATH."""
    result = dict(own) | {name: value for name, value in defaults.items() if not given(own, name)}
    programs = str(Path(sys.executable).parent)
    result["PATH"] = os.pathsep.join(part for part in (programs, result.get("PATH", "")) if part)
    return result | {"PYTHONUNBUFFERED": "1"}


def site_defaults(places: Places, port: int) -> dict[str, str]:
    """The defaults of a start on this machine, for trying out and for development."""
    return {
        "DEBUG": "1",
        "MFA_REQUIRED_ROLES": "none",  # visitors of the demo sign in as anybody with one password
        "SITE_URL": f"http://127.0.0.1:{port}",
        # Of the demo company, whose customers read on their pages who asks them.
        "DPO_CONTACT": "Dora Stein, dora@nordlicht.example",
        "COMPANY_NAME": "Nordlicht Haustechnik GmbH",
        "MAIL_FOLDER": str(places.var / "mails"),
        **kept_secrets(places.var),
    }
