"""A draft is shown whole, with its hits in their places."""

import random

from contacts.policy.promotion import RULES, find_promotion, marked


def test_the_pieces_are_the_text():
    examples = [text for rule in RULES for text in (*rule.hits, *rule.misses)]
    chance = random.Random(5)
    for _turn in range(100):
        text = chance.choice((" ", "\n", ". ")).join(chance.sample(examples, 6))
        hits = find_promotion(text)
        pieces = marked(text, hits)
        assert "".join(piece.text for piece in pieces) == text
        for number, hit in enumerate(hits, start=1):
            assert "".join(piece.text for piece in pieces if number in piece.hits) == hit.words
            assert sum(number in piece.ending for piece in pieces) == 1


def test_a_text_without_hits_is_one_piece():
    assert [piece.text for piece in marked("Guten Tag", ())] == ["Guten Tag"]
    assert marked("", ()) == ()
