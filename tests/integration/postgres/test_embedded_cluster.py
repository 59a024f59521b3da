"""The embedded server: made, found again, stopped, and brought back after every kind of end."""

import os
import signal
import subprocess
import sys
import threading
import time
from contextlib import suppress
from pathlib import Path

import psycopg
import pytest

from grilse import home as home_folder
from grilse.errors import GrilseError
from grilse.postgres import cluster_location, embedded_cluster, server
from grilse.postgres.embedded_cluster import Cluster

GRILSE = [sys.executable, "-c", "from grilse.cli import main; main()"]
as_root = pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")


def count_rows(cluster: Cluster) -> int:
    with psycopg.connect(cluster.owner_url) as connection:
        return connection.execute("SELECT count(*) FROM kept").fetchone()[0]


def read_pid() -> int:
    process_id = embedded_cluster.read_status().pid
    assert process_id is not None
    return process_id


def kill_process(process: int) -> None:
    os.kill(process, signal.SIGKILL)
    while embedded_cluster.read_status().pid == process:
        time.sleep(0.01)


def test_the_first_call_makes_a_cluster_and_the_second_finds_it_running(home):
    first = embedded_cluster.ensure_cluster()
    process = read_pid()

    assert embedded_cluster.ensure_cluster() == first
    assert read_pid() == process


def test_stopping_keeps_the_rows_and_stopping_twice_does_nothing(cluster):
    assert embedded_cluster.stop_cluster()
    assert embedded_cluster.read_status().state == "stopped"
    assert not embedded_cluster.stop_cluster()
    assert count_rows(embedded_cluster.ensure_cluster()) == 1


@pytest.mark.usefixtures("stopped")
def test_the_server_outlives_the_command_that_started_it():
    done = subprocess.run([*GRILSE, "db", "start"], capture_output=True, text=True)

    assert done.returncode == 0, done.stderr
    assert embedded_cluster.read_status().state == "ready"
    assert os.getsid(read_pid()) != os.getsid(0)


def test_two_commands_that_start_at_once_share_one_server(home):
    both = [subprocess.Popen([*GRILSE, "db", "start"], stdout=subprocess.DEVNULL) for _ in range(2)]

    assert [command.wait() for command in both] == [0, 0]
    assert embedded_cluster.read_status().state == "ready"


def test_a_killed_postmaster_comes_back_with_what_was_committed(cluster):
    kill_process(read_pid())

    assert count_rows(embedded_cluster.ensure_cluster()) == 1


def test_a_busy_child_that_outlived_its_postmaster_is_ended_before_the_next_start(cluster):
    started = threading.Event()

    def run_endless_loop() -> None:
        with suppress(psycopg.OperationalError), psycopg.connect(cluster.owner_url) as connection:
            started.set()
            connection.execute("DO $$ BEGIN LOOP END LOOP; END $$")

    burning = threading.Thread(target=run_endless_loop)
    burning.start()
    started.wait()
    time.sleep(0.2)
    kill_process(read_pid())

    assert count_rows(embedded_cluster.ensure_cluster()) == 1
    burning.join()


def test_a_stale_file_with_the_number_of_a_living_stranger_does_not_hinder_the_start(cluster):
    pid_text = (cluster.location.data_folder / server.PID_FILE).read_text()
    embedded_cluster.stop_cluster()
    with cluster.location.owner.start_command(["/bin/sleep", "60"], subprocess.DEVNULL) as stranger:
        stale = "\n".join([str(stranger.pid), *pid_text.splitlines()[1:]]) + "\n"
        for name in (
            cluster.location.data_folder / server.PID_FILE,
            cluster.location.socket_folder / f"{cluster_location.SOCKET_NAME}.lock",
        ):
            name.write_text(stale)
            os.chown(name, cluster.location.owner.uid, cluster.location.owner.gid)

        assert embedded_cluster.read_status().state == "stopped"
        assert count_rows(embedded_cluster.ensure_cluster()) == 1
        assert stranger.poll() is None
        stranger.kill()


def test_a_socket_that_was_swept_away_is_made_again(cluster):
    (cluster.location.socket_folder / cluster_location.SOCKET_NAME).unlink()

    assert count_rows(embedded_cluster.ensure_cluster()) == 1


def test_a_lost_password_is_made_anew_without_losing_the_cluster(cluster):
    (home_folder.find_home() / "secrets" / "owner_password").unlink()

    assert count_rows(embedded_cluster.ensure_cluster()) == 1


def test_a_half_made_data_folder_is_made_again(stopped):
    stopped.data_folder.rename(stopped.folder / "data.new")

    assert embedded_cluster.ensure_cluster().location == stopped
    assert embedded_cluster.read_status().state == "ready"


def test_reset_deletes_the_cluster_and_the_next_call_makes_an_empty_one(stopped):
    cluster = embedded_cluster.ensure_cluster()
    with psycopg.connect(cluster.owner_url) as connection:
        connection.execute("CREATE TABLE kept (n int)")

    assert embedded_cluster.delete_cluster()
    assert not cluster.location.folder.exists()
    assert not embedded_cluster.delete_cluster()
    with pytest.raises(psycopg.errors.UndefinedTable):
        count_rows(embedded_cluster.ensure_cluster())


def test_a_home_too_deep_for_a_socket_gets_one_elsewhere(home, monkeypatch):
    deep = home / ("d" * 100)
    monkeypatch.setenv("GRILSE_HOME", str(deep))
    cluster = embedded_cluster.ensure_cluster()
    try:
        assert (
            len(os.fsencode(cluster.location.socket_folder / cluster_location.SOCKET_NAME))
            <= cluster_location.SOCKET_LIMIT
        )
        assert cluster.location.socket_folder.stat().st_mode & 0o077 == 0
    finally:
        embedded_cluster.delete_cluster()
    assert not cluster.location.socket_folder.exists()


def test_a_cluster_of_another_major_version_is_refused_by_name(stopped):
    (stopped.data_folder / "PG_VERSION").write_text("14\n")

    with pytest.raises(GrilseError, match=r"made by PostgreSQL 14.*GRILSE_PG_BIN"):
        embedded_cluster.ensure_cluster()


def test_a_start_that_fails_says_what_the_server_said(stopped):
    with (stopped.data_folder / "postgresql.conf").open("a") as file:
        file.write("shared_buffers = nonsense\n")

    with pytest.raises(GrilseError, match=r"did not start.*postgres\.log"):
        embedded_cluster.ensure_cluster()


def test_nothing_of_a_cluster_can_be_read_by_others(cluster):
    secrets = home_folder.find_home() / "secrets"
    for folder in (cluster.location.folder, cluster.location.data_folder, cluster.location.socket_folder, secrets):
        assert folder.stat().st_mode & 0o077 == 0
    for secret in secrets.iterdir():
        assert secret.stat().st_mode & 0o777 == 0o600


@as_root
def test_root_hands_the_server_to_an_account_without_privileges(cluster):
    assert Path(f"/proc/{read_pid()}").stat().st_uid != 0


@as_root
def test_a_home_that_only_root_can_enter_keeps_its_mode_and_has_its_cluster_elsewhere(home):
    home.mkdir(mode=0o700)
    cluster = embedded_cluster.ensure_cluster()

    assert home.stat().st_mode & 0o777 == 0o700
    assert not cluster.location.folder.is_relative_to(home)
    assert (cluster.location.data_folder / "PG_VERSION").exists()
    embedded_cluster.stop_cluster()
    assert embedded_cluster.ensure_cluster() == cluster


@as_root
def test_the_cluster_of_another_user_is_refused_with_that_users_name(cluster):
    owner = cluster.location.owner
    os.seteuid(owner.uid + 1)
    try:
        with pytest.raises(GrilseError, match=f"belongs to user {owner.name}"):
            cluster_location.check_owner(cluster.location.folder, owner)
    finally:
        os.seteuid(0)


@as_root
def test_a_deleted_home_is_a_new_cluster(stopped, home):
    for secret in (home / "secrets").iterdir():
        secret.unlink()
    try:
        assert embedded_cluster.ensure_cluster().location.folder != stopped.folder
    finally:
        stopped.delete_folders()
