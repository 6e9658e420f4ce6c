"""What a verification can find, in whole sentences."""

from __future__ import annotations

from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

SENTENCES: dict[str, str | Promise] = {
    "": _("All %(tree_size)s sealed entries are what they were, and %(compared)s anchored heads say the same."),
    "changed": _("Entry %(entry)s is not what was sealed: it was changed, or its seal was."),
    "gone": _("Entry %(entry)s was sealed and is not there any more."),
    "gap": _("A seal is missing: after place %(place)s comes entry %(entry)s, which belongs elsewhere."),
    "private": _("Entry %(entry)s: a private value is not the one that was sealed."),
    "blanked": _("Entry %(entry)s: a private value was erased, and no entry tells of an erasure."),
    "keyless": _(
        "Entry %(entry)s could not be verified: the key of its private values is gone, and the values are still there."
    ),
    "unreadable_entry": _("Entry %(entry)s could not be verified: its seal cannot be read."),
    "tile": _("The tree that is stored is not the tree of the entries, from entry %(entry)s on."),
    "root": _(
        "The signed head over %(size)s entries names another tree: one of the entries up to %(entry)s was changed."
    ),
    "head_changed": _("The signed head over %(size)s entries was changed (entry %(entry)s is the last it covers)."),
    "signature": _("The signature of the head over %(size)s entries is wrong (entry %(entry)s is the last it covers)."),
    "key": _(
        "The head over %(size)s entries is signed with a key that is not ours (%(key)s): check AUDIT_SIGNING_KEY and "
        "AUDIT_OLD_PUBLIC_KEYS."
    ),
    "order": _("The head over %(size)s entries comes after one over more: a head was put in or changed."),
    "short": _(
        "The trail was cut off: an anchored head covers %(size)s entries, and %(tree_size)s are left. The last one is "
        "entry %(entry)s."
    ),
    "anchor": _(
        "The anchored head over %(size)s entries names another tree: the trail was rewritten, at the earliest from "
        "entry %(entry)s on."
    ),
    "head_gone": _("The head over %(size)s entries was anchored, and the database does not have it any more."),
    "unreadable": _("Line %(line)s of the file of heads could not be read (%(why)s): nothing was verified by it."),
    "forged_line": _("Line %(line)s of the file of heads is signed wrongly, or by a key that is not ours."),
    "no_file": _("The file of heads %(file)s could not be read (%(why)s): nothing could be compared with it."),
    "no_lines": _("The file of heads %(file)s is empty: nothing could be compared with it."),
    "no_key": _("AUDIT_SIGNING_KEY is not set: no signature could be verified."),
    "nothing": _("There is no signed head yet: nothing could be verified. Start the worker, or run manage.py run_due."),
    "unfinished": _("The verification was not finished: %(why)s. Run manage.py audit_verify, which takes its time."),
}


def sentence(finding: str, values: dict[str, Any]) -> str:
    """The finding in the reader's language."""
    return str(SENTENCES[finding]) % values
