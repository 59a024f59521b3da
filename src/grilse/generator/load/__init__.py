"""The shards of a history and the sinks that write them."""
