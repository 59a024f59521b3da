"""Configuration of the embedded server: two cores, small, fast bulk loads, reachable by its owner only."""

import os
from pathlib import Path

from grilse.postgres.account import Account

SUPERUSER = "postgres"
BUILTIN_LOCALE = 17  # the first version with a UTF-8 locale of its own
SHARED_MEMORY = Path("/dev/shm")
SHARED_MEMORY_NEEDED = 1 << 30

# Left at PostgreSQL's default on purpose: fsync, full_page_writes and synchronous_commit. An event that
# a person entered and saw confirmed survives a power cut; a bulk load asks for less in its own session.
SETTINGS = {
    "listen_addresses": "",
    "unix_socket_permissions": "0700",
    "max_connections": "60",
    "shared_buffers": "512MB",
    "effective_cache_size": "4GB",
    "work_mem": "32MB",
    "maintenance_work_mem": "512MB",
    "max_worker_processes": "4",
    "max_parallel_workers": "2",
    "max_parallel_workers_per_gather": "2",
    "max_parallel_maintenance_workers": "2",
    "jit": "off",  # the pages' queries are short
    "random_page_cost": "1.1",
    # No replica: a COPY into a table of the same transaction then needs no log.
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "wal_compression": "on",
    "max_wal_size": "4GB",
    "checkpoint_timeout": "15min",
    "autovacuum": "on",
    "timezone": "UTC",
    "log_timezone": "UTC",
    "log_checkpoints": "off",
    "log_line_prefix": "%m [%p] ",
}


def build_initdb_options(data: Path, major: int) -> list[str | Path]:
    """Return initdb's options: texts sort by code point, the same on every machine."""
    if major >= BUILTIN_LOCALE:
        locale = ["--locale-provider=builtin", "--builtin-locale=C.UTF-8", "--locale=C"]
    else:
        locale = ["--locale=C.UTF-8"]
    access = ["--auth-local=peer", "--auth-host=reject"]  # until write_access
    return ["-D", data, "-U", SUPERUSER, "--encoding=UTF8", *access, *locale]


def write_access(data: Path, owner: Account) -> None:
    """Write who may connect: the account itself (or root) as the superuser, all others with a password."""
    (data / "pg_hba.conf").write_text(f"local all {SUPERUSER} peer map=grilse\nlocal all all scram-sha-256\n")
    (data / "pg_ident.conf").write_text(f'grilse "{owner.name}" {SUPERUSER}\ngrilse root {SUPERUSER}\n')
    with (data / "postgresql.conf").open("a") as file:
        file.write("\n# Written at each start; what you change with ALTER SYSTEM comes after it and wins.\n")
        file.write("include 'grilse.conf'\n")


def write_settings(data: Path, socket: Path, owner: Account) -> None:
    """Write the settings of this start."""
    settings = {
        **SETTINGS,
        "unix_socket_directories": str(socket),
        "dynamic_shared_memory_type": choose_shared_memory(),
    }
    lines = [f"{name} = {quote_value(value)}\n" for name, value in settings.items()]
    path = data / "grilse.conf"
    path.write_text("".join(lines))
    os.chown(path, owner.uid, owner.gid)


def quote_value(value: str) -> str:
    """Return a value quoted for PostgreSQL's configuration file."""
    return "'" + value.replace("'", "''") + "'"


def choose_shared_memory() -> str:
    """Return where parallel workers share memory: a container's /dev/shm of 64 MB is too small for them."""
    try:
        filesystem = os.statvfs(SHARED_MEMORY)
    except OSError:
        return "mmap"
    return "posix" if filesystem.f_bavail * filesystem.f_frsize >= SHARED_MEMORY_NEEDED else "mmap"
