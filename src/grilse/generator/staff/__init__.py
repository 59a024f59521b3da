"""The staff's days: who works where, their ways and visits, what they write, and what they ask for."""
