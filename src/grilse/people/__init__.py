"""Who works here: persons, where they were, what they wrote down, and how they fare together."""
