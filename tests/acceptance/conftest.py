"""What several tests of commands begin with, made once."""

import pytest
from psycopg.conninfo import conninfo_to_dict
from tests.acceptance.commands import grilse
from tests.unpack import unpack


@pytest.fixture(scope="session")
def pens(installing, tmp_path_factory):
    """Name of a database with the pens of Scotland as they are imported, for `installation(pens)`."""
    folder = tmp_path_factory.mktemp("pens")
    with installing(folder) as install:
        here = install()
        grilse(here, "import", unpack("scottish-pens", folder))
        yield conninfo_to_dict(here["DATABASE_URL"])["dbname"]
