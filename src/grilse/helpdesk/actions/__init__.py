"""What changes tickets and the rules they go by, each in one transaction under `tenant_transaction`."""
