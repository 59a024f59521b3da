"""Rules that a farm package is validated by."""
