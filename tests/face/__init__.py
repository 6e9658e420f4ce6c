"""The face as people see it: every page there is, looked at in a real browser."""
