"""Actions on health records, each one transaction under `tenant_transaction`."""
