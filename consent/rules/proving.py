"""What proves a consent (Art. 7(1) GDPR), and which act of the customer is strong enough to lift a refusal."""

DOUBLE_OPT_IN = "double_opt_in"
#: Ways that prove nothing on somebody's word alone. A call or a form shows no e-mail address to be the customer's, for
#: that is the double opt-in (DSK OH Direktwerbung 3.3); a form shows no telephone to be theirs (BGH I ZR 164/09).
UNPROVEN_WORD = {"email": frozenset({"spoken", "web_form", "api"}), "letter": frozenset[str]()}
UNPROVEN_ELSEWHERE = frozenset({"web_form", "api"})
#: Ways in which the customer acts. A list that somebody else wrote is none.
OWN_WAYS = frozenset({"paper", "written", "spoken", "web_form"})


def proves(channel: str, how: str, *, is_worded: bool, has_evidence: bool, has_file: bool) -> bool:
    """Whether an entry made by hand can be shown later: what was agreed to, and that it was."""
    if not (is_worded and has_evidence):
        return False
    return has_file or how not in UNPROVEN_WORD.get(channel, UNPROVEN_ELSEWHERE)


def lifts_refusals(how: str, *, proof: bool, has_file: bool) -> bool:
    """An objection has no form and no end (Art. 21(2), (3) GDPR), so a line that an employee typed does not end it:
    only the press in the mail does, or a paper or recording that is on file."""
    return proof and (how == DOUBLE_OPT_IN or (has_file and how in OWN_WAYS))
