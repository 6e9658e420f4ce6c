"""Short ways to a rule set: adam drafts, dora releases."""

from __future__ import annotations

from contacts import policy
from contacts.rulebook.models import RuleSetVersion
from contacts.rulebook.services import draft_rule_set, expect_answer, release_rule_set, save_rule_set

#: Stricter than shipped: a message over a messenger without agreement is never sent (SRV-03 asks the officer).
STRICTER = {"outcomes": {"SRV-03": "forbidden"}}
#: Milder than shipped: the manager decides about it.
MILDER = {"outcomes": {"SRV-03": "needs_manager_approval"}}


def drafted(cast, at, settings=None) -> RuleSetVersion:
    version = draft_rule_set(cast.adam, at=at)
    if settings is not None:
        said = policy.settings_to_json(policy.settings_from_json(version.settings))
        for part, values in settings.items():
            said[part] = {**said[part], **values}
        version = save_rule_set(cast.adam, version=version, settings=said, at=at)
    return version


def released(cast, at, settings=None, *, effective_from=None, laxer_reason="", meant=()) -> RuleSetVersion:
    version = drafted(cast, at, settings)
    for case in meant:
        version = expect_answer(cast.adam, version=version, case=case, at=at)
    words = {"reason": "The works council asked for it.", "laxer_reason": laxer_reason}
    return release_rule_set(cast.dora, version=version, effective_from=effective_from, at=at, **words)
