"""Shards of a history and the sinks that they are written to."""
