"""The plan of a history: its batches with their sites and dates."""
