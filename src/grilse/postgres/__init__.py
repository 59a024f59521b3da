"""The embedded PostgreSQL: find binaries, make a cluster, start and stop it; or use a server of one's own."""
