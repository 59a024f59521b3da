"""What changes what is known of the fish, each in one transaction under `acting_for`."""
