"""The hidden truth of a generated batch, which checks and back-tests read and the company never sees."""
