"""What the water was: readings and their daily summary."""
