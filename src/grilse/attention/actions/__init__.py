"""Changes of findings by people."""
