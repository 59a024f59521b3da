"""The embedded cluster of the tests, whose data need not survive a power cut."""

from grilse.postgres import embedded_cluster

# Most of the time to create and drop a database goes into waiting for the disk.
SETTINGS = ("fsync", "full_page_writes", "synchronous_commit")


def ensure_volatile_cluster() -> str:
    """Start the home's cluster, let it not wait for the disk, and return its owner's address."""
    cluster = embedded_cluster.ensure_cluster()
    with cluster.connect_superuser() as connection:
        for name in SETTINGS:
            connection.execute(f"ALTER SYSTEM SET {name} = off")
        connection.execute("SELECT pg_reload_conf()")
    return cluster.owner_url
