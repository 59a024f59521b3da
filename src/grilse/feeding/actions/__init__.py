"""What changes what is known of feed, each in one transaction under `tenant_transaction`."""
