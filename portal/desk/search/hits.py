"""What a search brings back: hits, in groups."""

from __future__ import annotations

from dataclasses import dataclass, field

from django.utils.functional import Promise


@dataclass(frozen=True, slots=True)
class Hit:
    """One line: the whole line is the link."""

    title: str
    detail: str
    url: str

    def words(self) -> dict[str, str]:
        return {"title": self.title, "detail": self.detail, "url": self.url}


@dataclass(frozen=True, slots=True)
class Group:
    """Hits of one kind. `more_url` leads to all of them where only some are shown; `exact` is the page of the one
    that bears what was typed as its number, for whoever meant just that."""

    key: str
    title: str | Promise
    hits: list[Hit]
    more_url: str = ""
    exact: str = ""


@dataclass(frozen=True, slots=True)
class Found:
    """The groups that have hits, in the order of the page. `note` is a sentence about what was typed."""

    words: str
    groups: list[Group] = field(default_factory=list)
    note: str = ""

    @property
    def count(self) -> int:
        return sum(len(group.hits) for group in self.groups)

    @property
    def jump(self) -> str:
        """Where a number leads that belongs to one thing alone."""
        return next((group.exact for group in self.groups if group.exact), "")
