"""Run the test suite on Debian's PostgreSQL 15, in a cluster made for it and deleted after it."""

import os
import subprocess
import sys
import tempfile
from pathlib import Path

from grilse.errors import GrilseError
from grilse.postgres import embedded_cluster
from volatile_cluster import ensure_volatile_cluster

BINARIES = Path("/usr/lib/postgresql/15/bin")


def main() -> int:
    """Return pytest's exit code."""
    if not BINARIES.is_dir():
        raise GrilseError(f"no PostgreSQL in {BINARIES}: apt-get install postgresql-15")
    with tempfile.TemporaryDirectory(prefix="grilse-debian-") as home:
        os.environ.update(GRILSE_HOME=home, GRILSE_PG_BIN=str(BINARIES))
        os.environ.pop("DATABASE_URL", None)
        try:
            surroundings = {**os.environ, "GRILSE_TEST_DATABASE_URL": ensure_volatile_cluster()}
            return subprocess.run([sys.executable, "-m", "pytest", *sys.argv[1:]], env=surroundings).returncode
        finally:
            embedded_cluster.delete_cluster()


if __name__ == "__main__":
    sys.exit(main())
