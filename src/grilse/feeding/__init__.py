"""What the fish were given: feed, lots, meals and FIFO draws."""
