"""One ZIP that can be checked without the portal. The same pack, proofs and language give the same bytes."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from pathlib import Path
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.utils.translation import gettext as _

from contacts.evidence.pack import FORMAT, Pack, Values
from contacts.evidence.paper import on_paper
from portal.audit.proofs import VERIFIER, VERIFIER_NAME, as_text
from portal.paper.pdf import render_pdf

CHECK = Path(__file__).with_name("verify.py")
CHECK_NAME = "verify.py"
#: Everything whose hash is named, and the list itself.
MANIFEST = "manifest.json"


def zip_of(pack: Pack, proofs: Values, *, language: str) -> bytes:
    """evidence.pdf for people, evidence.json for machines, trail.json with the proofs, the files on record, the two
    programs that check them, and a list of all with their SHA-256."""
    files = {
        "README.txt": _readme(pack).encode(),
        "evidence.json": as_json(pack.values),
        "evidence.pdf": render_pdf("evidence", on_paper(pack, proofs), language=language, at=pack.made_at),
        "trail.json": as_text(proofs).encode(),
        CHECK_NAME: CHECK.read_bytes(),
        VERIFIER_NAME: VERIFIER.read_bytes(),
        **pack.files,
    }
    return _zipped({**files, MANIFEST: _manifest(pack, files)})


def as_json(values: Any) -> bytes:
    """UTF-8, sorted names; instants in ISO 8601."""
    return (json.dumps(values, cls=_Exact, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode()


class _Exact(DjangoJSONEncoder):
    """Keeps microseconds, which Django's encoder cuts to thousandths: the trail is compared to them."""

    def default(self, o: Any) -> Any:
        return o.isoformat() if hasattr(o, "isoformat") else super().default(o)


def _manifest(pack: Pack, files: dict[str, bytes]) -> bytes:
    listed = {
        name: {"sha256": hashlib.sha256(content).hexdigest(), "size": len(content)} for name, content in files.items()
    }
    return as_json({"format": FORMAT, "reference": pack.reference, "files": listed})


def _zipped(files: dict[str, bytes]) -> bytes:
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in sorted(files):
            entry = zipfile.ZipInfo(name)  # dated 1980: the bytes do not depend on the clock
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, files[name])
    return made.getvalue()


def _readme(pack: Pack) -> str:
    lines = [
        _("Evidence %(reference)s") % {"reference": pack.reference},
        "",
        _("evidence.pdf says for people what evidence.json says for machines."),
        _("trail.json proves that the entries of the audit trail stand in it as they are shown here."),
        _("manifest.json lists all files with their SHA-256."),
        "",
        _("To check all of it, unpack the ZIP and run in its folder (Python 3.9 or later, nothing else is needed):"),
        "",
        f"    python3 {CHECK_NAME} [--heads FILE] [--key KEY]",
        "",
        _(
            "With --heads you give the heads of the trail that you were sent or that you keep yourself: only a head "
            "that somebody else remembers shows that the whole trail was not written anew. With --key you give the "
            "company's public key as you know it."
        ),
        _(
            "A pack cannot vouch for itself: whoever changes a file can change the list as well. The SHA-256 of "
            "this ZIP stands in the audit trail from the moment at which it was handed out; ask for it there."
        ),
    ]
    return "\n".join(lines) + "\n"
