"""Consent receipts: each consent as JSON that other systems and the customer's own tools can read.

`grant` is the frozen value a receipt is made from, `iso27560` and `kantara` turn it into the two formats (pure
functions, no Django), `gathering` reads it from the ledger, `packing` puts a customer's receipts into one file.
"""
