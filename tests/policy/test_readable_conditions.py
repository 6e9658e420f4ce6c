"""The tree of a condition says what the condition does, and refuses words that it cannot read."""

import pytest

from contacts.policy import RULE_SET_1, Kind
from contacts.policy.conditions import Asked, Group, Mode, _Reader, asked_in, condition_of
from contacts.policy.derived import derive
from tests.policy.draw import sample
from tests.policy.reading import names_of

SAMPLE = sample(1200)
NAMES = [names_of(f, RULE_SET_1.thresholds) for f in SAMPLE]
ASKED = [rule for rule in RULE_SET_1.rules if rule.kind is not Kind.DEFAULT]


def true_of(node, names):
    if isinstance(node, Group):
        found = [true_of(part, names) for part in node.parts]
        return {Mode.ALL: all(found), Mode.ANY: any(found), Mode.NONE: not any(found), Mode.NOT_ALL: not all(found)}[
            node.mode
        ]
    return answer(node, names) is node.holds


def answer(test, names):
    value = names[test.name]
    if not test.limit:
        return value in test.values if test.values else bool(value)
    limit = names[test.limit]
    return value in limit if isinstance(limit, list) else value is not None and value <= limit


@pytest.mark.parametrize("rule", ASKED, ids=lambda rule: rule.id)
def test_the_tree_of_a_rule_agrees_with_its_condition(rule):
    tree = condition_of(rule)
    for f, names in zip(SAMPLE, NAMES, strict=True):
        assert true_of(tree, names) == rule.condition(f, derive(f), RULE_SET_1.thresholds), f


def test_brackets_and_not_make_groups():
    found = _Reader("channel=phone AND NOT (is_adv OR robinson_listed) AND caller_id_shown=false").read()
    none = Group(Mode.NONE, (Asked("is_adv"), Asked("robinson_listed")))
    assert found == Group(Mode.ALL, (Asked("channel", ("phone",)), none, Asked("caller_id_shown", holds=False)))
    assert [test.name for test in asked_in(found)] == ["channel", "is_adv", "robinson_listed", "caller_id_shown"]


@pytest.mark.parametrize("words", ["channel=phone; drop", "(is_adv", "is_adv AND", "is_adv is_service"])
def test_words_that_cannot_be_read_are_refused(words):
    with pytest.raises(ValueError, match=r"cannot read|bracket|too early"):
        _Reader(words).read()


def test_the_default_has_no_condition_of_its_own():
    assert condition_of(RULE_SET_1.default) is None
    assert asked_in(None) == ()
