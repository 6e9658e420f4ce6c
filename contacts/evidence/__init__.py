"""Evidence packs: what is on record about a customer, a request or a period, with proofs that it is what was recorded.

This room has no tables. It gathers through the fronts of the others, as far as the reader may see, and hands out one
ZIP that can be checked without the portal.
"""
