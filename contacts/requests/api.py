"""The API of decisions (docs/api.md): may this customer be contacted?"""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse, JsonResponse
from ninja import Router

from contacts import policy
from contacts.requests.answering import give_decision
from contacts.requests.api_bodies import Asked, Decided, Evaluated, Inputs, Replayed
from contacts.requests.told_again import as_told, own_answer, replayed
from contacts.requests.verdicts import verdict_of
from contacts.rulebook.selectors import rule_set_in_force
from portal.machines.door import digest_of_body
from portal.machines.models import Scope
from portal.machines.problems import Problem
from portal.machines.rest import (
    KEYED,
    POSTED,
    PROBLEMS,
    READABLE,
    Key,
    caller_of,
    idempotency_key,
    told,
    told_as_written,
)

router = Router(tags=["decisions"])
ASK, READ = Key(Scope.DECISIONS_WRITE), Key(Scope.DECISIONS_READ)


@router.post(
    "", auth=ASK, response={200: Decided, **POSTED}, url_name="api_decisions", summary="Decide", openapi_extra=KEYED
)
def decide(request: HttpRequest, asked: Asked) -> HttpResponse:
    """Decide about one contact and keep the answer with its facts."""
    caller = caller_of(request)
    digest = digest_of_body(asked.model_dump(exclude_unset=True))
    key = idempotency_key(request)
    return told_as_written(give_decision(caller.token, asked=asked, key=key, digest=digest, at=caller.at))


@router.post(
    "/evaluate", auth=ASK, response={200: Evaluated, **PROBLEMS}, url_name="api_evaluate", summary="Evaluate bare facts"
)
def evaluate(request: HttpRequest, body: Inputs) -> JsonResponse:
    """What the rules say about facts; nothing is read or recorded."""
    try:
        facts, missing = policy.parse_inputs("inputs", body.inputs)
    except policy.InputError as refusal:
        raise Problem(422, str(refusal)) from refusal
    decision = policy.decide(facts, rule_set_in_force(caller_of(request).at))
    return told({**verdict_of(decision), "missing": list(missing)})


@router.get(
    "/{uuid:number}", auth=READ, response={200: Decided, **READABLE}, url_name="api_decision", summary="Read a decision"
)
def decision(request: HttpRequest, number: UUID) -> JsonResponse:
    """An answer that this system was given, as it was given."""
    return told(as_told(own_answer(caller_of(request).token, number)))


@router.get(
    "/{uuid:number}/replay",
    auth=READ,
    response={200: Replayed, **READABLE},
    url_name="api_replay",
    summary="Decide again about the same facts",
)
def replay(request: HttpRequest, number: UUID) -> JsonResponse:
    """The stored facts under the rule set of that day and under today's."""
    caller = caller_of(request)
    return told(replayed(own_answer(caller.token, number), at=caller.at))
