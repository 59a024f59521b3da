"""Feed, deliveries, meals and their first-in-first-out draws."""
