"""A list from CSV to CSV against bare SQL over the same columns, and what a row costs in shorter and longer lists."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
import tempfile
from pathlib import Path

from django.db import connection, transaction

from benchmarks.table import Row
from benchmarks.timing import seconds as seconds_of

# The facts that any answer must look at, joined as a hand-written report would: once each, no rule, no doubt about
# whom a row names. Out go the cells that a result has, put together from these facts, so that none of the joins can be
# left out and the file has the length of a result.
FLOOR = """
SELECT l.line, l.value,
  CASE WHEN 'full_block' = ANY(o.scopes || s.scopes) THEN 'forbidden' WHEN k.proof THEN 'allowed' ELSE 'unclear' END,
  c.relationship, concat_ws(' ', c.kind, c.birth_date, c.parental_consent, c.last_transaction_on, c.robinson_listed,
    p.source, p.verified_at IS NULL, p.address_from_sale, p.notice_at_collection, k.given_at IS NULL,
    k.last_used_at IS NULL, k.ends_on, k.withdrawn_at IS NULL, o.scopes IS NULL, s.scopes IS NULL,
    EXISTS (SELECT 1 FROM customers_inboundcontact i WHERE i.customer_id = c.id AND i.channel = 'email'
      AND i.at > now() - interval '14 days'),
    EXISTS (SELECT 1 FROM customers_contactpoint t WHERE t.customer_id = c.id AND t.id <> p.id
      AND t.retired_at IS NULL AND t.channel IN ('letter', 'phone', 'email')
      AND t.source IN ('data_subject', 'contract_record')))
FROM floor_list l
LEFT JOIN customers_customer c ON upper(c.number) = upper(l.value)
LEFT JOIN customers_contactpoint p ON p.customer_id = c.id AND p.channel = 'email' AND p.retired_at IS NULL
LEFT JOIN consent_consent k ON k.customer_id = c.id AND k.purpose = 'marketing' AND k.channel = 'email'
LEFT JOIN (SELECT customer_id, array_agg(scope) AS scopes FROM customers_objection GROUP BY customer_id) o
  ON o.customer_id = c.id
LEFT JOIN (SELECT digest, array_agg(scope) AS scopes FROM customers_suppressionentry GROUP BY digest) s
  ON s.digest = p.digest
ORDER BY l.line
"""
BLOCK = 1 << 20


def rows(customers: int, email: str, *, times: int = 2) -> list[Row]:
    """Over a database that `scratch.fill` has filled with `customers`; the bar of the rate is for a million rows.

    Seconds are the best of several runs, floor and ours in turns.
    """
    with tempfile.TemporaryDirectory() as folder:
        lengths = sorted({length for length in (10_000, 100_000, 1_000_000, customers) if length <= customers})
        lists = {length: _write(Path(folder, f"{length}.csv"), length, customers) for length in lengths}
        floor, ours, memory = _race(lists[customers], email, times)
        cost = {
            length: ours if length == customers else _race(lists[length], email, times, floor=False)[1]
            for length in lists
        }
    least = 0.5 if customers >= 1_000_000 else None
    name = f"screening {customers:,} rows from CSV to CSV"
    told = [
        Row(name, customers / ours, "rows a second", floor=customers / floor, least=least),
        Row(f"{name}, peak memory", memory, "MiB", most=300),
    ]
    for length in lengths[:-1]:
        title = f"screening, a row in a list of {customers:,} against one of {length:,}"
        each, whole = cost[length] / length * 1e6, ours / customers * 1e6
        told.append(Row(title, whole, "µs", floor=each, most=1.2))
    return told


def _race(source: Path, email: str, times: int, *, floor: bool = True) -> tuple[float, float, float]:
    """Seconds of bare SQL and of ours, the best of each, and the largest peak memory in MiB of a fresh process."""
    floors, ours, memory = [0.0], [], 0.0
    for _turn in range(times):
        if floor:
            floors.append(seconds_of(lambda: bare(source, source.with_suffix(".floor"))))
        seconds, peak = _ours(source, email)
        ours.append(seconds)
        memory = max(memory, peak)
    return min(floors[1:] or floors), min(ours), memory


def bare(source: Path, out: Path) -> None:
    """COPY in, one join, COPY out."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE floor_list (value text, line serial) ON COMMIT DROP")
        with source.open("rb") as file, cursor.copy("COPY floor_list (value) FROM STDIN (FORMAT csv, HEADER)") as copy:
            while block := file.read(BLOCK):
                copy.write(block)
        cursor.execute("ANALYZE floor_list")
        with out.open("wb") as file, cursor.copy(f"COPY ({FLOOR}) TO STDOUT (FORMAT csv, DELIMITER ';')") as copy:
            for block in copy:
                file.write(block)


def _ours(source: Path, email: str) -> tuple[float, float]:
    """Seconds and peak memory in MiB of a process of its own; its clock begins when Python has started."""
    environment = os.environ | {"SCREENING_DATABASE": str(connection.settings_dict["NAME"])}
    command = [sys.executable, "-m", "benchmarks.screening", str(source), email]
    told = subprocess.run(command, env=environment, check=True, capture_output=True, text=True)
    seconds, memory = told.stdout.split()[-2:]
    return float(seconds), float(memory)


def _write(path: Path, rows: int, customers: int) -> Path:
    """Customers in an order that is none of the tables'."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["Kundennummer"])
        writer.writerows([f"B{(number * 7919) % customers:07d}"] for number in range(rows))
    return path


def _alone(source: Path, email: str) -> None:
    """In the process of its own: run the command as from a shell, print seconds and MiB."""
    from django.core.management import call_command

    asked = ["--purpose", "marketing", "--channel", "email", "--opt-out", "--acting", email]
    out = str(source.with_suffix(".out.csv"))
    print(seconds_of(lambda: call_command("screen", str(source), *asked, "-o", out)), _peak_memory())


def _peak_memory() -> float:
    """MiB of this program alone: `getrusage` would count the larger parent that it was forked from."""
    line = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024


if __name__ == "__main__":
    import django
    from django.conf import settings

    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "portal.settings")
    settings.DATABASES["default"]["NAME"] = os.environ["SCREENING_DATABASE"]
    settings.LENIENT = False
    django.setup()
    _alone(Path(sys.argv[1]), sys.argv[2])
