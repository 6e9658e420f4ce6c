"""The whole API as Schemathesis sees it: the real application behind WSGI, with a key that may do everything."""

import os
from collections import Counter

import schemathesis
from django.urls import Resolver404, resolve
from schemathesis.config import SchemathesisConfig

from portal.api.document import document
from portal.wsgi import application

#: KONTAKTKLAR_LONG=1 draws many more cases; the short run is for every change.
LONG = os.environ.get("KONTAKTKLAR_LONG") == "1"
#: Beside refusals of the schema there are those of the house: a stale version, a field that does not fit another.
HOUSE = ["2xx", "401", "403", "404", "409", "412", "422", "428", "429"]


#: How often each operation was answered with which status.
TALLY: Counter[tuple[str, str, int]] = Counter()


def counted(environ, start_response):
    """The application; what it answers is counted."""

    name = resolve_or_none(environ["PATH_INFO"])

    def begin(status, headers, *rest):
        TALLY[environ["REQUEST_METHOD"], name, int(status[:3])] += 1
        return start_response(status, headers, *rest)

    return application(environ, begin)


def resolve_or_none(path: str) -> str:
    try:
        return resolve(path.encode("latin-1").decode(errors="replace")).url_name or ""
    except Resolver404:
        return ""


def _coverage(enabled: bool):
    return {"enabled": enabled, "extra-data-sources": {"responses": False}, "unexpected-methods": []}


def schema_for(bearer: str):
    """The description with a seed: the same cases in every run."""
    config = SchemathesisConfig.from_dict(
        {
            "seed": 20261124,
            "auth": {"openapi": {"Key": {"bearer": bearer}}},
            "checks": {
                "positive_data_acceptance": {"expected-statuses": HOUSE},
                "missing_required_header": {"expected-statuses": ["400", "401", "403", "404", "415", "422", "428"]},
            },
            "generation": {"deterministic": True, "max-examples": 20 if LONG else 3, "database": "none"},
            # Nothing that is drawn rests on answers or on words of the code: the same cases in every run.
            "analysis": {"constants": {"enabled": False}},
            "phases": {
                "examples": {"extra-data-sources": {"responses": False}},
                "coverage": _coverage(LONG),
                "fuzzing": {"extra-data-sources": {"responses": False}, "error-feedback": {"enabled": False}},
            },
            # What stands in a query is walked through in the short run too: there nothing but filters reads it.
            "operations": [{"include-method": "GET", "phases": {"coverage": _coverage(True)}}],
        }
    )
    schema = schemathesis.openapi.from_dict(document(), config=config)
    schema.app = counted
    return schema
