"""Writing and publishing the wordings that people agree to."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Sequence
from datetime import datetime
from typing import TYPE_CHECKING

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import Max, QuerySet
from django.utils.translation import gettext as _

from consent.models import ConsentText
from consent.services.common import KEEPERS
from portal.access.roles import require_role
from portal.audit.services import record
from portal.vocabulary import Channel

if TYPE_CHECKING:
    from portal.people.models import User


@transaction.atomic
def draft_text(
    acting_user: User,
    *,
    line: str,
    language: str,
    purpose: str,
    channels: Sequence[str],
    title: str,
    body: str,
    at: datetime,
    platform: str = "",
) -> ConsentText:
    """A new draft: version 1 of a new line, or the next version of an old one. A language that lags behind the
    others takes their version: the translation of version 3 is a version 3.

    Raises ValidationError while another draft of the line and language is open, and for a line that is about another
    purpose."""
    require_role(acting_user, *KEEPERS)
    others = ConsentText.objects.filter(line=line)
    if others.exclude(purpose=purpose).exists():
        raise ValidationError({"line": _("This short name belongs to a wording about another reason. Choose another.")})
    same = others.filter(language=language)
    if same.filter(published_at__isnull=True).exists():
        raise ValidationError(_("There is a draft of this wording already. Edit or publish that one."))
    text = ConsentText(
        line=line,
        version=max(_last(same) + 1, _last(others)),
        language=language,
        purpose=purpose,
        channels=sorted(set(channels)),
        platform=platform,
        title=title.strip(),
        body=body.strip(),
        created_by=acting_user,
        created_at=at,
    )
    text.full_clean()
    text.save(force_insert=True)
    record(acting_user, "consent_text.drafted", "consent_text", text.reference, at=at, after=_words(text))
    return text


@transaction.atomic
def edit_text(
    acting_user: User, *, text: ConsentText, title: str, body: str, channels: Sequence[str], at: datetime
) -> ConsentText:
    """Change a draft. Raises ValidationError for a published version: what people saw stays as they saw it."""
    require_role(acting_user, *KEEPERS)
    draft = _locked_draft(text)
    before = _words(draft)
    draft.title, draft.body, draft.channels = title.strip(), body.strip(), sorted(set(channels))
    draft.full_clean()
    draft.save(update_fields=["title", "body", "channels"])
    record(
        acting_user, "consent_text.edited", "consent_text", draft.reference, at=at, before=before, after=_words(draft)
    )
    return draft


@transaction.atomic
def publish_text(acting_user: User, *, text: ConsentText, valid_from: datetime, at: datetime) -> ConsentText:
    """Lock a version and show it from `valid_from` on. Raises ValidationError for a start in the past, or one before
    the version it follows: then two wordings would have been valid at once."""
    require_role(acting_user, *KEEPERS)
    draft = _locked_draft(text)
    if valid_from < at:
        raise ValidationError({"valid_from": _("The start lies in the past. Nobody can have seen this version then.")})
    earlier = ConsentText.objects.published().filter(line=draft.line, language=draft.language)
    if earlier.filter(valid_from__gte=valid_from).exists():
        raise ValidationError({"valid_from": _("An earlier version starts later than this. Choose a later day.")})
    draft.valid_from, draft.published_at, draft.published_by = valid_from, at, acting_user
    draft.sha256 = fingerprint(draft)
    draft.save(update_fields=["valid_from", "published_at", "published_by", "sha256"])
    after = {"valid_from": valid_from, "sha256": draft.sha256}
    record(acting_user, "consent_text.published", "consent_text", draft.reference, at=at, after=after)
    return draft


def _last(texts: QuerySet[ConsentText]) -> int:
    return texts.aggregate(last=Max("version"))["last"] or 0


def _locked_draft(text: ConsentText) -> ConsentText:
    draft = ConsentText.objects.select_for_update(of=("self",)).get(pk=text.pk)
    if draft.published_at is not None:
        raise ValidationError(_("This version is published and stays as it is. Make a new version from it."))
    return draft


def fingerprint(text: ConsentText) -> str:
    """SHA-256 over everything a person saw, in hex."""
    seen = [text.reference, text.purpose, sorted(text.channels), text.platform, text.title, text.body]
    return hashlib.sha256(json.dumps(seen, ensure_ascii=False).encode()).hexdigest()


def _words(text: ConsentText) -> dict[str, object]:
    known = [str(Channel(channel)) for channel in text.channels]
    return {"purpose": text.purpose, "channels": known, "title": text.title, "body": text.body}
