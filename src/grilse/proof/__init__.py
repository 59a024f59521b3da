"""Performance that is proven: hot queries with budgets, held against their plans; it knows Django only."""
