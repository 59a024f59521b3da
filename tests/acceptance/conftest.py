"""What several tests of commands begin with, made once."""

import pytest
from psycopg.conninfo import conninfo_to_dict
from tests.acceptance.commands import run_command
from tests.package_files import unpack_package


@pytest.fixture(scope="session")
def pens(installation_context, tmp_path_factory):
    """Name of a database with the pens of Scotland as they are imported, for `installation(pens)`."""
    folder = tmp_path_factory.mktemp("pens")
    with installation_context(folder) as install:
        here = install()
        run_command(here, "import", unpack_package("scottish-pens", folder))
        yield conninfo_to_dict(here["DATABASE_URL"])["dbname"]
