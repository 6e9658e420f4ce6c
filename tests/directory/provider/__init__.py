"""A company's sign-in service as a process of its own: Django OAuth Toolkit, with a switch that makes it misbehave."""
