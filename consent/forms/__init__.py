"""What people enter about consents, one file a noun."""
