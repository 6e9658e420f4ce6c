"""Loading the courses that ship with the portal: what is missing is created, what is there is never touched."""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.core.exceptions import ValidationError
from django.db import connection, transaction

from portal.audit.services import Job
from training.models import Course, CourseVersion, Lesson, Question
from training.questions import from_json, to_json
from training.services.publishing import publish

CONTENT = Path(__file__).resolve().parent.parent / "content"
LOAD = Job("training.load_courses")
# Any number will do, as long as nobody else locks by it.
_LOCK = 20_261_125


@dataclass(frozen=True, slots=True)
class Loaded:
    """The slug of a course, and whether it was created just now."""

    slug: str
    created: bool


def load_courses(*, at: datetime, folder: Path = CONTENT) -> list[Loaded]:
    """Create and publish version 1 of every course in `folder` that does not exist yet, each whole or not at all.

    Raises ValidationError with every problem of the first course that cannot be published.
    """
    return [_load(path.parent, at) for path in sorted(folder.glob("*/course.toml"))]


@transaction.atomic
def _load(folder: Path, at: datetime) -> Loaded:
    """Two starts at once: one creates, the other finds."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_advisory_xact_lock(%s)", [_LOCK])
    told = tomllib.loads((folder / "course.toml").read_text("utf-8"))
    if Course.objects.filter(slug=told["slug"]).exists():
        return Loaded(told["slug"], created=False)
    version = _version(told)
    _lessons(version, told["lesson"], folder / "lessons")
    _questions(version, folder / "questions")
    publish(LOAD, version=version, at=at)
    return Loaded(told["slug"], created=True)


def _version(told: Mapping[str, Any]) -> CourseVersion:
    course = Course(slug=told["slug"], kind=told["kind"])
    course.full_clean()
    course.save(force_insert=True)
    version = CourseVersion(
        course=course,
        number=1,
        minutes=told["minutes"],
        pass_mark=told["pass_mark"],
        validity_months=told["validity_months"],
        draw=_counts(told.get("draw", [])),
        refresher_draw=_counts(told.get("refresher_draw", [])),
        **_both("title", told["title"]),
        **_both("summary", told["summary"]),
    )
    version.full_clean()
    version.save(force_insert=True)
    return version


def _counts(rows: list[dict[str, Any]]) -> dict[str, int]:
    return {row["category"]: row["count"] for row in rows}


def _both(name: str, words: Mapping[str, str]) -> dict[str, str]:
    return {f"{name}_{language}": words.get(language, "") for language in ("de", "en")}


def _lessons(version: CourseVersion, told: list[dict[str, Any]], folder: Path) -> None:
    Lesson.objects.bulk_create(
        Lesson(
            version=version,
            position=position,
            slug=one["slug"],
            refresher=one.get("refresher", False),
            **_both("title", one["title"]),
            **_both("body", {language: _text(folder / f"{one['slug']}.{language}.md") for language in ("de", "en")}),
        )
        for position, one in enumerate(told, start=1)
    )


def _text(path: Path) -> str:
    """Missing is empty: publishing says which lesson lacks which language."""
    return path.read_text("utf-8").strip() if path.exists() else ""


def _questions(version: CourseVersion, folder: Path) -> None:
    """The bank as the files have it, each question checked and in its one JSON form."""
    told = [one for path in sorted(folder.glob("*.toml")) for one in tomllib.loads(path.read_text("utf-8"))["question"]]
    keys = [one.get("key") for one in told]
    twice = sorted({str(key) for key in keys if keys.count(key) > 1})
    if twice:
        raise ValidationError([f"Question “{key}” is there twice." for key in twice])
    questions = [from_json(one) for one in told]
    Question.objects.bulk_create(
        Question(
            version=version,
            position=position,
            key=question.key,
            category=question.category,
            kind=question.kind,
            body=to_json(question),
        )
        for position, question in enumerate(questions, start=1)
    )
