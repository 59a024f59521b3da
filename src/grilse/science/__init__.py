"""The biology as pure functions on numpy arrays: no database, no clock, no randomness of its own."""
