"""What the trail is sealed by: leaves, the tree over them, and heads. Pure: the standard library only."""
