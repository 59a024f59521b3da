"""Batches, placements and the ledger of movements."""
