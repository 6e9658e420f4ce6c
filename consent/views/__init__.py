"""The pages of the consent room, one file a noun."""
