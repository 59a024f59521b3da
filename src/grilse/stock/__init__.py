"""The fish: batches, placements and the ledger of movements."""
