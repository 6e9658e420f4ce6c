"""Whether a restored database is the portal it was: its trail, its erasures, its decisions."""

from __future__ import annotations

import io
from typing import Any

from django.core.management import CommandError, call_command, get_commands
from django.utils.translation import gettext as _

from portal.operations.deciding_again import decide_again
from portal.operations.trouble import Unverified

#: Commands of other rooms that a restored database must pass, in this order: what was erased after the backup was taken
#: is erased again before anything else is read.
DEMANDED: tuple[tuple[str, dict[str, Any]], ...] = (("replay_erasures", {}), ("audit_verify", {}))


def prove(*, sample: int) -> dict[str, Any]:
    """Numbers of what was shown. Raises Unverified for the first thing that was not."""
    passed = [_pass(name, options) for name, options in DEMANDED if name in get_commands()]
    again = decide_again(most=sample)
    if again.other:
        words = _("%(count)s kept decisions do not come out as they were kept: data or rules were changed.")
        raise Unverified(words % {"count": again.other})
    if again.untold and not again.equal:
        words = _("None of the kept decisions can be decided again with this portal's rules: check it with its own.")
        raise Unverified(words)
    return {"passed": passed, "decided_equal": again.equal, "decided_by_other_rules": again.untold}


def _pass(name: str, options: dict[str, Any]) -> str:
    try:
        call_command(name, stdout=io.StringIO(), stderr=io.StringIO(), **options)
    except (CommandError, SystemExit) as error:
        if isinstance(error, SystemExit) and error.code in (0, None):
            return name
        raise Unverified(_("%(command)s: %(error)s") % {"command": name, "error": error}) from error
    return name
