"""Who may do what: companies, memberships, permissions, API keys, row-level security, audit, idempotency."""
