"""All that apps have declared, joined by the roof."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from django.apps import apps
from django.conf import settings
from django.utils.module_loading import import_string

from portal.retention.rules import Retention, Rule, Table

if TYPE_CHECKING:
    from django.db import models

    from portal.people.models import User

#: Lets the rows of these keys go, in the transaction of the batch; for what takes more than statements.
Act = Callable[[list[Any], datetime], None]
#: Numbers of the rule book that are in force at an instant, by name.
Numbers = Callable[[datetime], Mapping[str, int]]
#: Finds by a number what may be held: the key of the customer, that of the request or None, and the number as spelled.
Found = tuple[int, int | None, str]
Finder = Callable[["User", str], Found | None]
#: The requests of one person as lines of a log: number, when, outcome in words.
Log = Callable[["User", datetime], list[tuple[str, datetime, str]]]


@dataclass(frozen=True, slots=True)
class Roof:
    """What the floor asks the roof for. `needed`: SQL conditions under which a row `t` of a rule is still needed.
    `reports`: every number about people that some page or export tells, as words to be translated."""

    parts: tuple[Retention, ...]
    needed: Mapping[str, tuple[str, ...]]
    acts: Mapping[str, Act]
    numbers: Numbers
    finders: Mapping[str, Finder]
    log_of: Log
    reports: tuple[str, ...]


def roof() -> Roof:
    found: Roof = import_string(settings.RETENTION_ROOF)
    return found


@lru_cache(maxsize=1)
def rules() -> Mapping[str, Rule]:
    """Every rule by its key, in the order in which the job goes through them: what rests on something goes first."""
    joined = [_needed(rule) for part in roof().parts for rule in part.rules]
    if len({rule.key for rule in joined}) != len(joined):
        raise ValueError("two rules have the same key")
    return {rule.key: rule for rule in joined}


def _needed(rule: Rule) -> Rule:
    conditions = roof().needed.get(rule.key, ())
    return replace(rule, ready=" AND ".join([f"({rule.ready})", *(f"NOT {one}" for one in conditions)]))


def tables() -> Mapping[str, Table]:
    """What is declared of the tables of installed apps, by name."""
    declared = {table.name: table for part in roof().parts for table in part.tables}
    return {name: table for name, table in sorted(declared.items()) if name in models_by_table()}


@lru_cache(maxsize=1)
def models_by_table() -> Mapping[str, type[models.Model]]:
    """Every table that Django keeps for us, with its model."""
    found = apps.get_models(include_auto_created=True)
    return {model._meta.db_table: model for model in found if model._meta.managed and not model._meta.proxy}


def faults() -> list[str]:
    """What is missing or too much, in whole sentences; empty where every column is declared."""
    said = {table.name: table for part in roof().parts for table in part.tables}
    found = [f"{name} is declared twice." for name in said if _times(name) > 1]
    for name, model in sorted(models_by_table().items()):
        columns = {field.name for field in model._meta.local_fields}
        declared = said[name].columns if name in said else frozenset()
        found += [
            f"{name}.{column} is declared neither personal, with a rule, nor about nobody. Add it to the"
            " retention.py of its app."
            for column in sorted(columns - declared)
        ]
        found += [f"{name}.{column} is declared, but there is no such column." for column in sorted(declared - columns)]
        found += [f"{name} names the rule {key}, which is not there." for key in _keys(said.get(name)) - set(rules())]
    return found


def _times(name: str) -> int:
    return sum(table.name == name for part in roof().parts for table in part.tables)


def _keys(table: Table | None) -> set[str]:
    return set(table.personal) if table is not None else set()
