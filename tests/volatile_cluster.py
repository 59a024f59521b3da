"""The embedded cluster of the tests, whose data need not survive a power cut."""

from grilse.postgres import embedded_cluster

SETTINGS = {
    # Most of the time to create and drop a database goes into waiting for the disk.
    "fsync": "off",
    "full_page_writes": "off",
    # Plans stay as they are, but for a few rows no process is started: tests run on all cores anyway.
    "max_parallel_workers": "0",
}


def ensure_volatile_cluster() -> str:
    """Start the home's cluster with the settings of tests, and return its owner's address."""
    cluster = embedded_cluster.ensure_cluster()
    with cluster.connect_superuser() as connection:
        for name, value in SETTINGS.items():
            connection.execute(f"ALTER SYSTEM SET {name} = {value}")
        connection.execute("SELECT pg_reload_conf()")
    return cluster.owner_url
