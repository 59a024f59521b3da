"""What changes what is known of the fish, each in one transaction under `tenant_transaction`."""
