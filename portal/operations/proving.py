"""Whether a restored database is the portal it was: its erasures, its trail, its decisions."""

from __future__ import annotations

import io
import tempfile
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.management import CommandError, call_command
from django.utils.translation import gettext as _

from portal.audit.rules import heads
from portal.operations.deciding_again import decide_again
from portal.operations.trouble import Unverified

#: What was erased after the backup was taken is erased again before anything else is read.
REPLAY = "replay_erasures"
#: A head that was signed in the moment of the backup may be one entry ahead of its snapshot.
MARGIN = timedelta(seconds=5)


def prove(*, sample: int, as_of: datetime | None = None) -> dict[str, Any]:
    """Numbers of what was shown. `as_of` is when the backup was made: heads that were anchored later tell of a longer
    trail than it has. Raises Unverified for the first thing that was not shown."""
    passed = [_pass(REPLAY), _trail(as_of)]
    again = decide_again(most=sample)
    if again.other:
        words = _("%(count)s kept decisions do not come out as they were kept: data or rules were changed.")
        raise Unverified(words % {"count": again.other})
    if again.untold and not again.equal:
        words = _("None of the kept decisions can be decided again with this portal's rules: check it with its own.")
        raise Unverified(words)
    return {"passed": passed, "decided_equal": again.equal, "decided_by_other_rules": again.untold}


def _trail(as_of: datetime | None) -> str:
    """The trail against the heads outside that are no younger than the backup; without one it is not verified."""
    if as_of is None:
        return _pass("audit_verify")
    try:
        lines = Path(settings.AUDIT_HEADS_FILE).read_text("utf-8").splitlines()
        known = [line for line in lines if line.strip() and heads.read(line).time <= _micros(as_of - MARGIN)]
    except (OSError, ValueError) as error:
        words = _("The file of anchored heads cannot be read: %(error)s. AUDIT_HEADS_FILE names it.")
        raise Unverified(words % {"error": error}) from error
    if not known:
        words = _("No head of the trail was anchored before the backup, so its trail cannot be verified.")
        raise Unverified(words)
    with tempfile.NamedTemporaryFile("w", suffix=".jsonl", encoding="utf-8") as file:
        file.write("\n".join(known) + "\n")
        file.flush()
        return _pass("audit_verify", heads=file.name)


def _micros(at: datetime) -> int:
    return int(at.timestamp() * 1_000_000)


def _pass(name: str, **options: Any) -> str:
    try:
        call_command(name, stdout=io.StringIO(), stderr=io.StringIO(), **options)
    except (CommandError, SystemExit) as error:
        if isinstance(error, SystemExit) and error.code in (0, None):
            return name
        raise Unverified(_("%(command)s: %(error)s") % {"command": name, "error": error}) from error
    return name
