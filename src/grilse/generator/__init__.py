"""A farming company's history: world, schedule, truth, observation, load, check."""
