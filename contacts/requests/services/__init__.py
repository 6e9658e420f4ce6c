"""Verbs of the requests room, by noun. Every verb takes the customer's lock first, then the request or permit."""
