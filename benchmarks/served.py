"""What the portal's web server serves in a benchmark: the portal, and the floor that decisions are held against.

The floor is a Django view that reads one row by an index and inserts one, behind the same middleware, in the same
server and database.
"""

from __future__ import annotations

import json

from django.contrib.auth.decorators import login_not_required
from django.db import connection
from django.http import HttpRequest, JsonResponse
from django.urls import include, path
from django.views.decorators.csrf import csrf_exempt

TABLE = """
CREATE TABLE IF NOT EXISTS benchmark_floor (id bigserial PRIMARY KEY, customer_id bigint, body jsonb, at timestamptz)
"""


@csrf_exempt
@login_not_required
def floor(request: HttpRequest) -> JsonResponse:
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


urlpatterns = [path("benchmark/floor", floor), path("", include("portal.urls"))]
