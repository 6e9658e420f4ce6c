"""The worked examples for the rules of which the rule book's table shows none: deviations from its base, as there."""

from tests.policy.draw import ALL_FOUR

AGREED = {"consent_state": "active", "consent_proof": True}
SIMILAR = {"purpose": "marketing_similar_products", "s7_3": ALL_FOUR}
UNSAID = {**SIMILAR, "s7_3": {**ALL_FOUR, "notice_at_collection_and_each_use": False}}
COMPANY = {"purpose": "marketing", "channel": "phone", "customer_kind": "business_contact"}
WHATSAPP = {"channel": "messenger", "platform": "whatsapp"}
INSTAGRAM = {"channel": "social_dm", "platform": "instagram"}
SHARED = {"purpose": "service", **WHATSAPP, "sending_account": "company_shared_device", **AGREED}
DIRECTORY = {"relationship": "prospect", "contact_source": "public_directory"}
# fmt: off
MORE = [
    ("delivery note with a voucher in it", {"purpose": "contract_performance", "contains_promotion": True},
     "forbidden", ["PUR-01", "CON-02"]),
    ("recall notice with an offer in it", {"purpose": "legal_obligation", "contains_promotion": True},
     "forbidden", ["PUR-01", "PUR-02", "CON-02"]),
    ("newsletter to a customer who never agreed", {"purpose": "marketing"}, "forbidden", ["CON-02"]),
    ("advertising letter to a customer", {"purpose": "marketing", "channel": "letter"}, "allowed", ["LET-01"]),
    ("advertising letter after an objection to advertising",
     {"purpose": "marketing", "channel": "letter", "objection": "marketing_objection"}, "forbidden", ["OBJ-01"]),
    ("contract letter to a fully blocked customer",
     {"purpose": "contract_performance", "channel": "letter", "objection": "full_block"},
     "needs_dpo_approval", ["OBJ-03"]),
    ("recall letter to a fully blocked customer",
     {"purpose": "legal_obligation", "channel": "letter", "objection": "full_block"},
     "needs_manager_approval", ["OBJ-04"]),
    ("newsletter after the consent was withdrawn",
     {"purpose": "marketing", "consent_state": "withdrawn", "consent_proof": True}, "forbidden", ["CON-01"]),
    ("newsletter after 30 months of silence",
     {"purpose": "marketing", "consent_state": "stale", "consent_proof": True}, "needs_dpo_approval", ["CON-04"]),
    ("newsletter on a consent that nobody can prove", {"purpose": "marketing", "consent_state": "active"},
     "forbidden", ["CON-06"]),
    ("sales call to a company with a documented occasion", {**COMPANY, "presumed_consent_documented": True},
     "needs_manager_approval", ["TEL-02"]),
    ("sales call to a company found in a directory", {**COMPANY, **DIRECTORY}, "forbidden", ["TEL-03"]),
    ("call about a delivery late in the evening",
     {"purpose": "contract_performance", "channel": "phone", "quiet_hours": True},
     "needs_manager_approval", ["TEL-07"]),
    ("service e-mail to an address that nobody has checked", {"purpose": "service", "identity_verified": False},
     "forbidden", ["IDN-03"]),
    ("offer for similar products, all four conditions met", SIMILAR, "allowed", ["EXI-01"]),
    ("offer for similar products, last purchase three years ago", {**SIMILAR, "months_since_last_transaction": 36},
     "needs_dpo_approval", ["EXI-02"]),
    ("offer for similar products, right to object not pointed out", UNSAID, "forbidden", ["EXI-04"]),
    ("satisfaction survey by e-mail, all four conditions met", {"purpose": "satisfaction_survey", "s7_3": ALL_FOUR},
     "needs_manager_approval", ["EXI-03"]),
    ("advertising letter to an address from a directory", {"purpose": "marketing", "channel": "letter", **DIRECTORY},
     "needs_manager_approval", ["LET-02"]),
    # Only the outcome: a company may answer the disputed SRV-03 another way, and this stays forbidden all the same.
    ("service over WhatsApp from a private phone",
     {"purpose": "service", **WHATSAPP, "sending_account": "private_account"}, "forbidden", None),
    ("service over WhatsApp when nothing else reaches the customer",
     {"purpose": "service", **WHATSAPP, "alternative_channel_available": False},
     "needs_manager_approval", ["SRV-04"]),
    ("service by Instagram while e-mail works", {"purpose": "service", **INSTAGRAM}, "forbidden", ["SRV-05"]),
    ("reminder by WhatsApp without agreement", {"purpose": "debt_collection", **WHATSAPP}, "forbidden", ["DEB-04"]),
    ("appointment by Instagram, profile searched out",
     {"purpose": "contract_performance", **INSTAGRAM, "contact_source": "searched_by_employee",
      "alternative_channel_available": False}, "forbidden", ["SRC-01"]),
    ("service call to a number found on the internet",
     {"purpose": "service", "channel": "phone", "contact_source": "searched_by_employee"},
     "needs_dpo_approval", ["SRC-02"]),
    ("agreed WhatsApp from a shared phone with an open address book", {**SHARED, "address_book_isolated": False},
     "forbidden", ["ACC-03"]),
    ("agreed WhatsApp from a shared phone", SHARED, "needs_manager_approval", ["ACC-04"]),
    ("consented newsletter by staff without training", {"purpose": "marketing", "requester_training": "none", **AGREED},
     "forbidden", ["TRN-01"]),
    ("service e-mail by staff without training", {"purpose": "service", "requester_training": "none"},
     "needs_manager_approval", ["TRN-02"]),
    ("consented newsletter to a 14-year-old", {"purpose": "marketing", "minor": "under_16", **AGREED},
     "forbidden", ["MIN-01"]),
    ("health details by SMS", {"purpose": "contract_performance", "channel": "sms", "special_category": True},
     "forbidden", ["SPC-01"]),
    ("job offer over LinkedIn to somebody unknown",
     {"purpose": "recruitment", "channel": "social_dm", "platform": "linkedin", "customer_kind": "business_contact",
      **DIRECTORY}, "needs_dpo_approval", ["REC-01"]),
    ("confirmation mail for a sign-up",
     {"purpose": "doi_confirmation", "relationship": "prospect", "contact_source": "data_subject",
      "consent_state": "pending_doi"}, "allowed", ["DOI-01"]),
    ("confirmation mail although nobody has signed up", {"purpose": "doi_confirmation"},
     "needs_dpo_approval", ["DEF-01"]),
    ("warning of danger over WhatsApp", {"purpose": "legal_obligation", **WHATSAPP, "urgency": "imminent_danger"},
     "needs_manager_approval", ["EMG-01"]),
]
# fmt: on
