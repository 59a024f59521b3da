"""The first start of a cluster, killed on its way: the next command makes the cluster."""

import os
import subprocess
import time

import psycopg
import pytest
from tests.acceptance.commands import COMMAND, run_command
from tests.killed_command import KillPoint, run_until_killed

from grilse.postgres import cluster_location, server

POINTS = (
    KillPoint("grilse.home", "os.fsync"),
    KillPoint("grilse.postgres.server", "write_access"),
    KillPoint("grilse.postgres.server", "write_settings"),
    KillPoint("grilse.postgres.roles", "create_or_alter_role"),
    KillPoint("grilse.postgres.roles", "has_role", 2),
    KillPoint("grilse.postgres.roles", "create_or_alter_role", 2),
)


@pytest.mark.parametrize("point", POINTS, ids=lambda point: f"{point.function}-{point.count}")
def test_a_cluster_is_completed_after_a_kill_at_each_step(home, point):
    assert run_until_killed(dict(os.environ), point, "db", "start")

    check_cluster()


def test_a_cluster_is_made_while_the_initdb_of_a_killed_command_still_runs(home):
    with subprocess.Popen([*COMMAND, "db", "start"], start_new_session=True) as command:
        while not (drafts := [*cluster_location.choose_location().folder.glob(f"{server.DRAFT_PREFIX}*/*")]):
            assert command.poll() is None
            time.sleep(0.002)
        command.kill()
    assert drafts

    check_cluster()


def check_cluster() -> None:
    """Check that both roles reach the database, and that no draft is left."""
    for role in ("owner", "app"):
        url = run_command(dict(os.environ), "db", "url", "--role", role).strip()
        with psycopg.connect(url) as connection:
            assert connection.execute("SELECT 1").fetchone() == (1,)
