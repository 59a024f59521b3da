"""Plans and projections of batches."""
