"""A small course for tests: two lessons, true-or-false questions whose right answer is always "true"."""

from datetime import datetime

from portal.audit.services import Job
from training.models import Course, CourseVersion, Lesson, Question
from training.questions import from_json, to_json
from training.services.publishing import publish

AUTHOR = Job("tests")


def text(words: str) -> dict[str, str]:
    return {"de": f"{words} (de)", "en": words}


def question(key: str, category: str = "reason", **fields) -> dict:
    common = {"key": key, "category": category, "text": text(f"Question {key}"), "explanation": text(f"Because {key}")}
    return {**common, "source": "UWG §7(2)", **({"kind": "true_false", "right": True} | fields)}


def draft(course: Course, *, number: int = 1, questions: list[dict] | None = None, **fields) -> CourseVersion:
    bank = questions if questions is not None else [question(f"q{n:02d}") for n in range(1, 11)]
    defaults = {
        "title_de": "Kundenkontakt und Datenschutz",
        "title_en": "Customer contact and data protection",
        "summary_de": "Kurz.",
        "summary_en": "Short.",
        "draw": {"reason": 5},
        "refresher_draw": {"reason": 2},
    }
    version = CourseVersion.objects.create(course=course, number=number, **(defaults | fields))
    for position, slug in enumerate(("story", "rule"), start=1):
        Lesson.objects.create(
            version=version,
            position=position,
            slug=slug,
            title_de=f"{slug} (de)",
            title_en=slug.capitalize(),
            body_de=f"Text {slug} (de)",
            body_en=f"## A heading\n\nText of the *{slug}*.",
            refresher=slug == "rule",
        )
    for position, one in enumerate(bank, start=1):
        body = to_json(from_json(one))
        Question.objects.create(
            version=version, position=position, key=body["key"], category=body["category"], kind=body["kind"], body=body
        )
    return version


def course(now: datetime, *, kind: str = "basic", slug: str = "", **fields) -> CourseVersion:
    """A published version 1."""
    made = Course.objects.create(slug=slug or f"{kind}-course", kind=kind)
    return publish(AUTHOR, version=draft(made, **fields), at=now)
