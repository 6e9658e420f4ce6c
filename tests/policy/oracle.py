"""A second, naive search over one and two changes: plain tables and plain loops, nothing of the code that it checks.

It knows by itself what somebody in the company can bring about, what hangs on a way of contact, and what counts as
better; it shares only `decide`, which answers about facts.
"""

from __future__ import annotations

from typing import Any

from contacts.policy import RULE_SET_1, Facts, Section73, decide

RANK = ["allowed", "needs_manager_approval", "needs_dpo_approval", "forbidden"]
INPUTS = list(Facts.__slots__)
WITHOUT_CONSENT = {"consent_state": "none", "consent_proof": False, "customer_initiated_on_channel": False}
PROVEN = {"consent_state": "active", "consent_proof": True}

# name: (effort, condition, what it sets); a change that sets nothing new does not apply.
HERE: dict[str, tuple[int, Any, dict[str, Any]]] = {
    "remove_promotion": (1, None, {"contains_promotion": False}),
    "include_opt_out": (1, None, {"opt_out_included": True}),
    "show_caller_id": (1, None, {"caller_id_shown": True}),
    "make_sender_clear": (1, None, {"sender_identity_clear": True}),
    "no_automated_call": (1, None, {"automated_call": False}),
    "no_special_category": (2, None, {"special_category": False}),
    "company_account": (2, None, {"sending_account": "company_account_verified"}),
    "wait_for_contact_hours": (2, None, {"quiet_hours": False}),
    "verify_identity": (4, None, {"identity_verified": True}),
    "document_presumed_consent": (4, None, {"presumed_consent_documented": True}),
    "isolate_address_book": (4, None, {"address_book_isolated": True}),
    "finish_training": (5, None, {"requester_training": "valid"}),
    "find_proof": (5, lambda v: v["consent_state"] == "active", {"consent_proof": True}),
    "confirm_opt_in": (6, lambda v: v["consent_state"] == "pending_doi", PROVEN),
    "get_consent": (6, lambda v: v["consent_state"] not in ("active", "pending_doi"), PROVEN),
    "customer_writes_first": (7, None, {"customer_initiated_on_channel": True}),
    "parental_consent": (7, None, {"parental_consent": True}),
    "company_presence": (8, None, {"company_present_on_platform": True}),
    "approve_platform": (8, None, {"platform_status": "approved"}),
}
ELSEWHERE = {
    "letter": (3, {"channel": "letter", "platform": None, "sending_account": "company_account_verified"}),
    "email": (3, {"channel": "email", "platform": None}),
    "phone": (3, {"channel": "phone", "platform": None}),
    "sms": (3, {"channel": "sms", "platform": None}),
}
PLATFORMS = {"messenger": ["threema", "signal", "whatsapp", "telegram"], "social_dm": ["linkedin", "xing"]}
for _names in PLATFORMS.values():
    for _name in _names:
        _there = {"platform": _name, "company_present_on_platform": True, "platform_status": "under_review"}
        ELSEWHERE[f"platform_{_name}"] = (4, _there)


def values(facts: Facts) -> dict[str, Any]:
    return {name: getattr(facts, name) for name in INPUTS}


def rank(now: dict[str, Any]) -> int:
    return RANK.index(str(decide(Facts(**now), RULE_SET_1).outcome))


def pull(name: str, now: dict[str, Any]) -> dict[str, Any] | None:
    """The values after one change, None where there is nothing to change."""
    if name == "own_similar_products":
        section = now["s7_3"]
        if now["purpose"] != "marketing_similar_products" or section.own_similar_products:
            return None
        flags = (section.address_from_sale, True, section.not_objected, section.notice_at_collection_and_each_use)
        return {**now, "s7_3": Section73(*flags)}
    if name in HERE:
        _effort, condition, sets = HERE[name]
        then = {**now, **sets}
        return then if then != now and (condition is None or condition(now)) else None
    sets = ELSEWHERE[name][1]
    if name.startswith("platform_"):
        if (
            name.removeprefix("platform_") not in PLATFORMS.get(now["channel"], ())
            or now["platform"] == sets["platform"]
        ):
            return None
    elif now["channel"] == sets["channel"]:
        return None
    left_behind = dict(WITHOUT_CONSENT)
    if now["consent_state"] == "withdrawn":
        left_behind["consent_state"] = "withdrawn"
    return {**now, **left_behind, **sets}


NAMES = [*HERE, "own_similar_products", *ELSEWHERE]


def effort(name: str) -> int:
    return 2 if name == "own_similar_products" else (HERE.get(name) or ELSEWHERE[name])[0]


def about(name: str) -> set[str]:
    if name == "own_similar_products":
        return {"s7_3"}
    if name.startswith("platform_"):
        return {"channel", "platform"}
    return set(HERE[name][2] if name in HERE else ELSEWHERE[name][1])


def search(facts: Facts) -> dict[tuple[str, ...], tuple[dict[str, Any], str]]:
    """Every better way over one change, and every one over two that needs both: steps to changed inputs and outcome."""
    start = values(facts)
    base = rank(start)
    found, alone = {}, {}
    for name in NAMES:
        then = pull(name, start)
        alone[name] = base if then is None else rank(then)
        if then is not None and alone[name] < base:
            found[(name,)] = then
    for first in NAMES:
        for second in NAMES:
            in_this_order = first in ELSEWHERE or (second not in ELSEWHERE and NAMES.index(first) < NAMES.index(second))
            if not in_this_order or about(first) & about(second):
                continue
            between = pull(first, start)
            then = between and pull(second, between)
            if then is not None and rank(then) < min(base, alone[first], alone[second]):
                found[(first, second)] = then
    return {
        steps: ({name: then[name] for name in INPUTS if then[name] != start[name]}, RANK[rank(then)])
        for steps, then in found.items()
    }
