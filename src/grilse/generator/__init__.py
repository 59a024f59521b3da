"""Generates the history of a farming company: world, schedule, truth, observation, load, staff and check."""
