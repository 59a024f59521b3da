"""Read the records of batches, estimate their daily states, store what changed."""
