"""The verbs of screenings: take a list in, answer it, forget it."""
