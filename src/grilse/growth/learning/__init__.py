"""Learn growth from harvested batches."""
