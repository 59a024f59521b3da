"""The biology as pure functions on numpy arrays, without database, clock or random numbers of their own."""
