"""A list from CSV to CSV against bare SQL that only joins the same columns, and how it grows with the list."""

from __future__ import annotations

import csv
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

from django.db import connection, transaction
from django.utils import timezone

from benchmarks import scratch

# What any answer must look at, without a rule: the floor.
FLOOR = """
SELECT l.line, l.value, c.kind, c.relationship, c.birth_date, c.parental_consent, c.last_transaction_on,
  c.robinson_listed, p.source, p.verified_at, p.address_from_sale, p.notice_at_collection,
  k.given_at, k.last_used_at, k.ends_on, k.withdrawn_at, k.proof, o.scopes, s.scopes,
  EXISTS (SELECT 1 FROM customers_inboundcontact i WHERE i.customer_id = c.id AND i.channel = 'email'
    AND i.at > now() - interval '14 days'),
  EXISTS (SELECT 1 FROM customers_contactpoint t WHERE t.customer_id = c.id AND t.id <> p.id
    AND t.retired_at IS NULL AND t.channel IN ('letter', 'phone', 'email')
    AND t.source IN ('data_subject', 'contract_record'))
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


def figures(*, quick: bool) -> dict[str, dict[str, Any]]:
    """Rows a second for both, their ratio (higher is better), and the cost of a row in a list a tenth as long."""
    rows = 100_000 if quick else 1_000_000
    cast, _accounts = scratch.fill(rows)
    with tempfile.TemporaryDirectory() as folder:
        whole, tenth = Path(folder, "list.csv"), Path(folder, "tenth.csv")
        _write(whole, rows)
        _write(tenth, rows // 10)
        floor = min(_timed(lambda: bare(whole, Path(folder, "floor.csv"))) for _n in range(2))
        ours, memory = _ours(whole, cast, 2)
        small, _memory = _ours(tenth, cast, 2)
    return {
        f"screening {rows:,} rows from CSV to CSV, {rows:,} customers": {
            "bare SQL, rows a second": rows / floor,
            "ours, rows a second": rows / ours,
            "ratio of the rates (bar: at least 0.5)": floor / ours,
            "peak memory of the process, MiB (bar: 300)": memory,
            "a row against one of a tenth (bar: 1.2)": (ours / rows) / (small / (rows // 10)),
        }
    }


def bare(source: Path, out: Path) -> None:
    """COPY in, one join, COPY out."""
    with transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("CREATE TEMPORARY TABLE floor_list (value text, line serial) ON COMMIT DROP")
        with source.open("rb") as file, cursor.copy("COPY floor_list (value) FROM STDIN (FORMAT csv, HEADER)") as copy:
            while block := file.read(BLOCK):
                copy.write(block)
        cursor.execute("ANALYZE floor_list")
        with out.open("wb") as file, cursor.copy(f"COPY ({FLOOR}) TO STDOUT (FORMAT csv, HEADER)") as copy:
            for block in copy:
                file.write(block)


def _ours(source: Path, cast: Any, times: int) -> tuple[float, float]:
    """The best of several runs in seconds, and the peak memory in MiB. A process of its own, whose memory is measured;
    its clock begins when Python has started."""
    environment = os.environ | {"SCREENING_DATABASE": str(connection.settings_dict["NAME"])}
    command = [sys.executable, "-m", "benchmarks.screening", str(source), cast.anna.email]
    told = [subprocess.run(command, env=environment, check=True, capture_output=True, text=True) for _n in range(times)]
    pairs = [tuple(map(float, one.stdout.split()[-2:])) for one in told]
    return min(seconds for seconds, _memory in pairs), max(memory for _seconds, memory in pairs)


def _write(path: Path, rows: int) -> None:
    """Customers in an order that is none of the tables'."""
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(["Kundennummer"])
        writer.writerows([f"B{(number * 7919) % rows:07d}"] for number in range(rows))


def _timed(act: Callable[[], object]) -> float:
    started = time.perf_counter()
    act()
    return time.perf_counter() - started


def _alone(source: Path, email: str) -> None:
    """In the process of its own: screen the list, print seconds and MiB."""
    from contacts.screening.asking import Asked
    from contacts.screening.running import screen
    from portal.desk.screening import sender_for
    from portal.people.models import User

    asked = Asked(purpose="marketing", channel="email", opt_out_included=True)
    sender_on = sender_for(User.objects.get(email=email), asked=asked)
    out = source.with_suffix(".out.csv")
    seconds = _timed(lambda: screen(source, out, asked=asked, sender_on=sender_on, at=timezone.now()))
    print(seconds, _peak_memory())


def _peak_memory() -> float:
    """MiB of this program alone: `getrusage` would count the larger parent that it was forked from."""
    line = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM"))
    return int(line.split()[1]) / 1024


if __name__ == "__main__":
    import django
    from django.conf import settings

    settings.DATABASES["default"]["NAME"] = os.environ["SCREENING_DATABASE"]
    settings.DEBUG = False
    django.setup()
    _alone(Path(sys.argv[1]), sys.argv[2])
