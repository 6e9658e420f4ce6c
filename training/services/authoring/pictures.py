"""Pictures of lessons: told by their content, kept by it, and never without words for who cannot see them."""

from __future__ import annotations

import hashlib
from datetime import datetime
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction
from django.utils.translation import gettext as _

from portal.access.roles import Role, require_role
from portal.audit.services import record
from training.models import LessonPicture

if TYPE_CHECKING:
    from portal.people.models import User

LARGEST_BYTES = 2_000_000


def media_type_of(data: bytes) -> str | None:
    """What the bytes are, whatever the file is called: PNG, JPEG or WebP; None for everything else.

    Source: the signatures of RFC 2083 (3.1), ITU-T T.81 (B.1.1.3) and the WebP container (RFC 9649).
    """
    if data.startswith(b"\x89PNG\r\n\x1a\n") and data[12:16] == b"IHDR" and b"IEND" in data[-16:]:
        return "image/png"
    if data.startswith(b"\xff\xd8\xff") and data.rstrip(b"\0").endswith(b"\xff\xd9"):
        return "image/jpeg"
    if data[:4] == b"RIFF" and data[8:12] == b"WEBP" and data[12:15] == b"VP8":
        return "image/webp"
    return None


@transaction.atomic
def add_picture(
    acting_user: User, *, name: str, data: bytes, alt_de: str, alt_en: str, at: datetime
) -> tuple[LessonPicture, bool]:
    """Keep a picture; False = the same bytes were here already, with the words they have.

    Raises ValidationError for what is no PNG, JPEG or WebP, for more than LARGEST_BYTES, and for missing words.
    """
    require_role(acting_user, Role.TRAINING_AUTHOR)
    if len(data) > LARGEST_BYTES:
        raise ValidationError(
            {"file": _("The picture is larger than %(most)s MB. Make it smaller.") % {"most": LARGEST_BYTES // 10**6}}
        )
    media_type = media_type_of(data)
    if media_type is None:
        raise ValidationError({"file": _("This is no picture in PNG, JPEG or WebP. Save it as one of these.")})
    digest = hashlib.sha256(data).hexdigest()
    there = LessonPicture.objects.filter(digest=digest).first()
    if there is not None:
        return there, False
    picture = LessonPicture(
        digest=digest,
        name=name[-120:],
        media_type=media_type,
        alt_de=alt_de.strip(),
        alt_en=alt_en.strip(),
        data=data,
        added_by=acting_user,
        added_at=at,
    )
    picture.full_clean()
    picture.save(force_insert=True)
    record(acting_user, "picture.added", "picture", digest[:16], at=at, after={"name": picture.name})
    return picture, True
