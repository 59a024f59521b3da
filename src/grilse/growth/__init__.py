"""Growth and mortality models and the estimated daily state."""
