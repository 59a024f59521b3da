"""Changes of persons, positions, journals and consents, each in one transaction."""
