"""Positions from phones, and what is derived of them: journeys and visits."""
