"""Who must not be contacted, kept as keyed hashes: one spelling per address, keys with generations, external lists.

spelling -> keyring -> digests -> models -> standing -> entries, rotation, reading, lists -> forms, views
(docs/suppression.md).
"""
