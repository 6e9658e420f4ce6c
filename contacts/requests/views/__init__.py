"""Pages of the requests room, by noun."""
