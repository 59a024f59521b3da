"""What several tests of commands begin with, made once."""

import os

import pytest
from psycopg.conninfo import conninfo_to_dict
from tests.acceptance.commands import run_command, run_report_command
from tests.package_files import unpack_package


@pytest.fixture(scope="session")
def pens(imported_pens):
    """Name of a database with the pens of Scotland as they are imported, for `installation(pens)`."""
    return imported_pens[0]


@pytest.fixture(scope="session")
def imported_pens(installation_context, tmp_path_factory):
    """Name of the database of the pens of Scotland, and the report of their import."""
    folder = tmp_path_factory.mktemp("pens")
    with installation_context(folder) as install:
        here = install()
        done = run_report_command(here, "import", unpack_package("scottish-pens", folder))
        yield conninfo_to_dict(here["DATABASE_URL"])["dbname"], done


@pytest.fixture(scope="session")
def history_plan(tmp_path_factory):
    """A plan of three batches: eggs, fish at sea, fish harvested."""
    path = tmp_path_factory.mktemp("plan") / "plan.yaml"
    run_command(dict(os.environ), "plan", "--ages", "60,560,890", "-o", path)
    return path


@pytest.fixture(scope="session")
def history(installation_context, history_plan, tmp_path_factory):
    """An installation that holds the plan's history of seed 3, and the report of the command."""
    with installation_context(tmp_path_factory.mktemp("history")) as install:
        environment = install()
        yield environment, run_report_command(environment, "generate", history_plan, "--seed", 3, "--workers", 1)
