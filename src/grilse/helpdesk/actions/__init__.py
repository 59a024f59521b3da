"""Changes of tickets and their rules, each in one transaction under `tenant_transaction`."""
