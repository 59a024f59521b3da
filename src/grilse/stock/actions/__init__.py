"""Actions on batches, placements and the ledger, each one transaction under `tenant_transaction`."""
