"""The plan of a batch."""
