"""How long an evidence pack takes, for a person with 200 events and with 1,000, and how long its check."""

from __future__ import annotations

import subprocess
import sys
import tempfile
import time
import zipfile
from collections.abc import Callable
from datetime import datetime, timedelta
from io import BytesIO
from typing import Any

from django.utils import timezone

from portal.audit.models import AuditEntry


def figures(*, quick: bool) -> dict[str, dict[str, Any]]:
    """How long each part takes; the sizes are the entries of the trail in the pack."""
    from django.conf import settings

    from tests.cast import make_accounts, make_cast

    settings.AUDIT_SIGNING_KEY = settings.AUDIT_SIGNING_KEY or "benchmark" * 5
    now = timezone.now().replace(hour=10, minute=0, second=0, microsecond=0) - timedelta(days=1)
    cast = make_cast(now)
    accounts = make_accounts(cast, now)
    sizes = (200,) if quick else (200, 1_000)
    return {f"evidence pack, {size:,} events": _measured(cast, accounts, now, size) for size in sizes}


def _measured(cast: Any, accounts: Any, now: datetime, size: int) -> dict[str, Any]:
    from contacts.evidence import services
    from contacts.evidence.gathering import customer_pack
    from contacts.evidence.pack import Asked
    from contacts.evidence.packing import zip_of
    from portal.audit.proofs import bundle
    from portal.audit.sealing import seal_and_sign

    customer = _person(cast, accounts, now, size)
    at = timezone.now()
    seal_and_sign(at=at)
    asked = Asked(cast.dora, at)
    pack, gathered = _timed(lambda: customer_pack(asked, customer))
    proofs, proven = _timed(lambda: bundle([entry.pk for entry in pack.entries]))
    _content, packed = _timed(lambda: zip_of(pack, proofs, language="de"))
    made, whole = _timed(lambda: services.hand_out_customer(cast.dora, customer=customer, at=timezone.now()))
    return {
        "entries": len(pack.entries),
        "requests": len(pack.values["requests"]),
        "size of the ZIP in bytes": len(made.content),
        "gathered": gathered,
        "proven": proven,
        "typeset and packed": packed,
        "whole hand-out": whole,
        "python3 verify.py": _checked(made.content),
    }


def _timed(act: Callable[[], Any]) -> tuple[Any, str]:
    """What came of it, and milliseconds by the clock and of the processor: on a busy machine they differ widely."""
    started, used = time.perf_counter(), time.process_time()
    found = act()
    clock, processor = time.perf_counter() - started, time.process_time() - used
    return found, f"{clock * 1000:,.0f} ms ({processor * 1000:,.0f} ms of processor)"


def _checked(content: bytes) -> str:
    with tempfile.TemporaryDirectory() as folder:
        zipfile.ZipFile(BytesIO(content)).extractall(folder)
        _none, took = _timed(
            lambda: subprocess.run([sys.executable, "verify.py"], cwd=folder, check=True, capture_output=True)
        )
    return took


def _person(cast: Any, accounts: Any, now: datetime, size: int) -> Any:
    """Somebody about whom something happened `size` times: requests, contacts, answers to systems, a used consent."""
    from consent.services import record_use
    from contacts.requests.services import permits
    from portal.audit.services import Job
    from tests.cast import make_customer
    from tests.requests.scenes import agreed_to_advertising, given_to_a_system, permit_for, service_by_mail

    customer = make_customer(now, f"E-{size}")
    consent = agreed_to_advertising(cast, customer, now)
    step = 0
    while AuditEntry.objects.filter(customer_id=customer.pk).count() < size:
        step += 1
        at = now + timedelta(seconds=step)
        permit = permit_for(service_by_mail(cast, customer, accounts, at), cast, at)
        use = permits.redeem(cast.anna, permit=permit, at=at).use
        assert use is not None
        permits.log_contact(cast.anna, use=use, result="reached", note="Termin bestätigt", at=at)
        record_use(Job("permit.used"), consent=consent, evidence=f"Brief {step}", at=at)
        if step % 5 == 0:
            given_to_a_system(cast, customer, at, name=f"shop-{size}-{step}")
    return customer
