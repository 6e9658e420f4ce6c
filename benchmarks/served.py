"""What the web server serves in a benchmark: the portal, and the floors that decisions and pages are held against.

The floor is a Django view that reads one row by an index and inserts one, behind the same middleware, in the same
server and database; beside it stands one that does so in bare SQL. The floor of pages is one with the same frame and
one query.
"""

from __future__ import annotations

import json
from functools import cache
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.db import connection, models
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.template import engines
from django.urls import include, path
from django.views.decorators.csrf import csrf_exempt

from contacts.customers.models import Customer

BARE = """{% extends "base.html" %}{% block title %}{{ customer.number }}{% endblock %}
{% block content %}<h1>{{ customer.display_name }}</h1><p class="lead">{{ customer.number }}</p>{% endblock %}"""
TABLE = """
CREATE TABLE IF NOT EXISTS benchmark_floor (id bigserial PRIMARY KEY, customer_id bigint, body jsonb, at timestamptz)
"""


class Kept(models.Model):
    """A row of TABLE."""

    id = models.BigAutoField(primary_key=True)
    customer_id = models.BigIntegerField()
    body = models.JSONField()
    at = models.DateTimeField(auto_now_add=True)

    class Meta:
        app_label = "benchmarks"
        db_table = "benchmark_floor"
        managed = False


@csrf_exempt
@login_not_required
def floor(request: HttpRequest) -> JsonResponse:
    """As one writes it with Django."""
    body = json.loads(request.body)
    customer = Customer.objects.get(number__iexact=body["customer"])
    kept = Kept.objects.create(customer_id=customer.pk, body=body)
    return JsonResponse({"id": kept.pk, "kind": customer.kind, "relationship": customer.relationship})


@csrf_exempt
@login_not_required
def bare_sql(request: HttpRequest) -> JsonResponse:
    """The same past Django's models."""
    body = json.loads(request.body)
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT id, kind, relationship FROM customers_customer WHERE upper(number) = upper(%s)", [body["customer"]]
        )
        number, kind, relationship = cursor.fetchone()
        cursor.execute(
            "INSERT INTO benchmark_floor (customer_id, body, at) VALUES (%s, %s, now()) RETURNING id",
            [number, json.dumps(body)],
        )
        (kept,) = cursor.fetchone()
    return JsonResponse({"id": kept, "kind": kind, "relationship": relationship})


def bare(request: HttpRequest, number: str) -> HttpResponse:
    """A page and nothing else: signed in, one query by an index, three lines in the frame that every page has."""
    return HttpResponse(_page().render({"customer": Customer.objects.get(number__iexact=number)}, request))


@cache
def _page() -> Any:
    """Compiled once, as the templates of the portal are."""
    return engines["django"].from_string(BARE)


urlpatterns = [
    path("benchmark/floor", floor),
    path("benchmark/bare-sql", bare_sql),
    path("benchmark/bare/<str:number>/", bare),
    path("", include("portal.urls")),
]
