from celery import shared_task
from django.utils import timezone

from contacts.customers.importing.working import run_waiting


@shared_task(name="customers.run_imports")
def run_imports() -> int:
    return run_waiting(at=timezone.now())
