"""Verbs of the incidents room, by noun. Every verb takes the customer's lock first, where there is one, then the
incident's."""
