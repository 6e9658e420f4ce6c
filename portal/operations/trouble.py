"""Why something could not be shown to hold. Every one of these ends a command with exit code 1."""


class Unverified(Exception):
    """A whole sentence for whoever runs the portal: what is wrong and what to do. Carries no personal data."""
