"""The embedded PostgreSQL server: find its programs, create, start and stop its cluster; or use an external server."""
