"""Performance checks: declared queries with budgets, checked by their plans; depends on Django only."""
