"""The kind of list that holds customers with their addresses, one customer a line."""
