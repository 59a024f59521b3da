"""What changes what is known of feed, each in one transaction under `acting_for`."""
