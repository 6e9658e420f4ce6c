"""Pages of the training room, by noun."""
