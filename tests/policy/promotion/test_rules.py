"""The rules about wording tell their own examples; texts are read alike however they are dressed."""

import pytest

from contacts.policy.promotion import RULES, PromotionRule, find_promotion
from contacts.policy.promotion.phrases import steps
from contacts.policy.rule_set import RULE_SET_1
from tests.policy.promotion.cited import CITED

HITS = [(rule, text) for rule in RULES for text in rule.hits]
MISSES = [(rule, text) for rule in RULES for text in rule.misses]


def rules_in(text: str) -> set[str]:
    return {hit.rule for hit in find_promotion(text)}


@pytest.mark.parametrize(("rule", "text"), HITS, ids=lambda value: getattr(value, "id", None))
def test_an_example_is_found_by_its_rule(rule: PromotionRule, text: str):
    assert rule.id in rules_in(text)


@pytest.mark.parametrize(("rule", "text"), MISSES, ids=lambda value: getattr(value, "id", None))
def test_a_counter_example_is_found_by_no_rule(rule: PromotionRule, text: str):
    assert find_promotion(text) == ()


def test_each_rule_is_whole():
    assert [rule.id for rule in RULES] == [f"PRO-{number:02}" for number in range(1, len(RULES) + 1)]
    for rule in RULES:
        assert rule.hits, rule.id
        assert rule.misses, rule.id
        assert rule.de or rule.links, rule.id
        assert rule.reason_de.endswith("."), rule.id
        assert rule.reason_en.endswith("."), rule.id
        assert (bool(rule.de), bool(rule.title_de)) == (bool(rule.en), bool(rule.title_en)), rule.id


def test_nothing_is_cited_that_the_legal_facts_do_not_hold():
    known = {part.strip() for rule in RULE_SET_1.rules if rule.id == "PUR-01" for part in rule.citation.split(";")}
    for rule in RULES:
        assert {part.strip() for part in rule.citation.split(";")} <= known | CITED, rule.id


@pytest.mark.parametrize("phrase", ["", "…", "… rabatt", "rabatt …", "ra*batt", "5 sterne"])
def test_a_phrase_that_cannot_be_found_is_refused_when_it_is_written(phrase):
    if phrase == "… rabatt":
        assert steps(phrase)
        return
    with pytest.raises(ValueError):
        steps(phrase)


@pytest.mark.parametrize(
    "dressed",
    [
        "Jetzt RABATT sichern",
        "Ra\u00adbatt",
        "R\u200ba\u200bb\u200ba\u200bt\u200bt",
        "Ｒａｂａｔｔ",
        "R a b a t t",
        "R  a  b  a  t  t",
        "R.a.b.a.t.t",
        "R-A-B-A-T-T",
        "R_a_b_a_t_t",
        "Ra-\nbatt",
        "Sommer\u00adrabatt\u00adaktion",
        "Sommer-Rabatt-Aktion",
        "Rаbаtt",  # Cyrillic letters, on purpose
        "20\u00a0%\nNachlass",
        "zwanzig Prozent, also 20 Prozent\r\nNachlass",
        "VERGÜNSTIGT",
        "vergu\u0308nstigt",
        "verguenstigt",
        "vergünstigte Karten",
    ],
)
def test_disguise_does_not_help(dressed):
    assert rules_in(dressed) & {"PRO-01", "PRO-02"}


def test_a_phrase_is_found_over_the_end_of_a_line_and_not_of_a_sentence():
    assert "PRO-05" in rules_in("Sie können jetzt\nonline\nbestellen")
    assert "PRO-05" not in rules_in("Das geht jetzt. Was Sie bestellen, steht im Vertrag.")
    assert "PRO-05" not in rules_in("Das geht jetzt\n\nWas Sie bestellen, steht im Vertrag.")


def test_the_place_is_that_of_the_original_text():
    text = "Straße \u200bﬁx: Gra\u00adtis\u00adprodukt dazu, „Gut\u00ad\nschein“!"
    for hit in find_promotion(text):
        assert hit.words == text[hit.start : hit.end]
    assert [hit.words for hit in find_promotion("Für Sie: Ra\u00adbatt!")] == ["Ra\u00adbatt"]


def test_overlapping_hits_of_one_rule_are_one():
    hits = [hit for hit in find_promotion("Sonderangebote zum Aktionspreis: 20 % Rabatt") if hit.rule == "PRO-02"]
    assert [hit.words for hit in hits] == ["20 % Rabatt"]


@pytest.mark.parametrize(
    "text",
    [
        "",
        " \n ",
        "Unser Angebot Nr. 4711 vom 3. Mai",
        "Der Kostenvoranschlag liegt bei.",
        "Für diesen Posten gibt es keinen Rabatt.",
        "Rabatt laut Rechnung 4711",
        "Rufen Sie die kostenfreie Hotline an.",
        "Für den Ausfall schreiben wir Ihnen als Entschädigung 10 % gut.",
        "Ihr Termin am 3. Mai um 10 Uhr ist gebucht.",
        "Die Zahlung wurde auf Ihr Konto gebucht.",
        "Aktion erforderlich: Bitte bestätigen Sie Ihre Adresse.",
        "Your order has been shipped.",
        "We offer you help with the form.",
        "If you no longer wish to receive these messages, unsubscribe here: https://firma.example/unsubscribe",
    ],
)
def test_service_is_service(text):
    assert find_promotion(text) == ()


@pytest.mark.parametrize(
    "text",
    [
        "Als Entschädigung erhalten Sie einen Gutschein über 10 €, einlösbar bei Ihrer nächsten Bestellung.",
        "Sorry for the delay. Here is 10 % off your next order.",
    ],
)
def test_redress_that_asks_for_a_new_purchase_is_advertising(text):
    assert rules_in(text) & {"PRO-02", "PRO-03"}


def test_the_same_text_gives_the_same_answer():
    text = " ".join(text for _rule, text in HITS)
    assert find_promotion(text) == find_promotion(text)
