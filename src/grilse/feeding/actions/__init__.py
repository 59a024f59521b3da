"""Actions on deliveries and meals, each one transaction under `tenant_transaction`."""
