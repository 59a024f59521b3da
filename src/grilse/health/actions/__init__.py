"""What changes what is known of the health of fish, each in one transaction under `tenant_transaction`."""
