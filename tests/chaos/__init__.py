"""A whole house under load while its parts are killed, and the reckoning afterwards: `python -m tests.chaos`."""
