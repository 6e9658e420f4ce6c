"""A company to try the portal with: its people, its accounts, and customers in every situation."""
