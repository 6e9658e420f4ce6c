"""The pages about rule sets."""
