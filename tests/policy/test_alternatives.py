"""Ways out, one by one: what a person is told to change, and what must not be carried over to another way."""

from contacts.policy import RULE_SET_1, decide
from tests.policy.draw import ALL_FOUR, facts


def ways(**changes):
    decision = decide(facts(**changes), RULE_SET_1)
    return {way.key: way for way in decision.alternatives}


def test_a_consent_to_mails_is_no_consent_to_calls():
    offered = ways(
        purpose="marketing", channel="email", consent_state="active", consent_proof=True, opt_out_included=False
    )
    assert "phone" not in offered
    assert "sms" not in offered
    assert offered["letter"].changes["consent_state"] == "none"


def test_writing_first_by_one_messenger_opens_no_other_channel():
    offered = ways(
        purpose="inquiry_reply",
        channel="messenger",
        platform="whatsapp",
        customer_initiated_on_channel=True,
        requester_training="none",
        sending_account="private_account",
    )
    assert offered["letter"].changes["customer_initiated_on_channel"] is False


def test_a_withdrawal_on_one_channel_is_not_forgotten_on_the_next():
    """The letter would be allowed by itself; that the person wants no advertising by mail any more speaks against."""
    assert "letter" not in ways(purpose="marketing", channel="email", consent_state="withdrawn", consent_proof=True)


def test_a_messenger_that_uploads_the_address_book_has_another_one_beside_it():
    offered = ways(
        channel="messenger",
        platform="whatsapp",
        consent_state="active",
        consent_proof=True,
        sending_account="company_shared_device",
        address_book_isolated=False,
    )
    threema = offered["platform_threema"]
    assert threema.changes["platform"] == "threema"
    assert threema.outcome == "needs_dpo_approval"
    assert "platform_telegram" not in offered


def test_the_review_of_one_platform_is_not_the_review_of_another():
    offered = ways(
        customer_kind="business_contact",
        purpose="recruitment",
        channel="social_dm",
        platform="instagram",
        relationship="prospect",
        contact_source="public_directory",
    )
    linkedin = offered["platform_linkedin"]
    assert (linkedin.changes["platform_status"], linkedin.outcome) == ("under_review", "needs_dpo_approval")


def test_advertising_only_own_products_is_a_way_where_that_alone_is_missing():
    missing = {"s7_3": ALL_FOUR | {"own_similar_products": False}}
    offered = ways(purpose="marketing_similar_products", channel="email", **missing)
    assert offered["own_similar_products"].outcome == "allowed"
    assert "own_similar_products" not in ways(purpose="satisfaction_survey", channel="email", **missing)
