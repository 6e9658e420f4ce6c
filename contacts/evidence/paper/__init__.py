"""A pack in words, for the PDF: blocks of headings, rows and tables, made from the same values as evidence.json."""

from contacts.evidence.paper.whole import on_paper

__all__ = ["on_paper"]
