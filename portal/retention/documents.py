"""`docs/retention.md`, written from what the apps declare: every kind of data, every table, every column."""

from __future__ import annotations

from portal.retention.declared import rules, tables
from portal.retention.reporting import period_words
from portal.retention.rules import Rule, Table

_HEAD = """# How long what is kept, and why

Written by `manage.py retention --docs` from the `retention.py` of each app; a test keeps it current, and another one
fails on a column that is in no table below. The periods are those that the software ships with; what the company has
chosen within its bounds, and how much is kept at present, says the page “Retention” and `manage.py retention --report`.

The job `retention.run` deletes or anonymises every hour what is over its time, in batches of 500, each with one entry
in the trail. Where a database refuses every deletion, it lets a row go only after the shortest time that the law
leaves, by its own clock, and while no legal hold stands (`portal/database.py: lets_go`). A legal hold on a customer or
a request stops all of it for what belongs to that number.

Not in the database: log files of web server and workers, which the operator rotates; backups, after whose restore the
job finds what is due by itself; and two files that stay, with hashes and signatures only: the heads of the trail
(docs/evidence.md) and the ledger of erasures (docs/rights.md).

## Kinds of data
| rule | what | about | kept | from when | why | then | done by |
|---|---|---|---|---|---|---|---|
"""
_TABLES = """
## Tables
“About nobody” are keys, states, counts, texts of the company and the like. A person who made, approved or released
something is personal data of an employee, and goes with the account (`people.account`).

| table | personal, by rule | about nobody |
|---|---|---|
"""


def document() -> str:
    """The whole file, in the language that is active."""
    kinds = "\n".join(_kind(rule) for rule in rules().values())
    columns = "\n".join(_columns(table) for table in tables().values())
    return f"{_HEAD}{kinds}\n{_TABLES}{columns}\n"


def _kind(rule: Rule) -> str:
    words = period_words(rule.period, rule.period.length)
    if rule.period.bounds is not None:
        words += f" (the company may choose {rule.period.bounds.least} to {rule.period.bounds.most})"
    if rule.period.set_in:
        words += f" (at least; `{rule.period.set_in}` of the rule book)"
    cells = (f"`{rule.key}`", rule.data, rule.about, words, rule.begins, rule.basis, rule.way, f"`{_by(rule)}`")
    return "| " + " | ".join(str(cell) for cell in cells) + " |"


def _by(rule: Rule) -> str:
    return rule.job or ("nothing" if rule.way == "keep" else "retention.run")


def _columns(table: Table) -> str:
    personal = "; ".join(f"`{key}`: {', '.join(sorted(names))}" for key, names in sorted(table.personal.items()))
    return f"| `{table.name}` | {personal} | {', '.join(sorted(table.plain))} |"
