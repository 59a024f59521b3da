"""`grilse check data` as a user types it."""

import psycopg
from tests.acceptance.commands import run_command, run_report_command
from tests.package_files import unpack_package


def test_what_was_imported_is_proven_and_a_fault_ends_in_exit_code_1(installation, tmp_path):
    environment = installation()
    run_command(environment, "import", unpack_package("predecessor-batch", tmp_path))
    sound = run_report_command(environment, "check", "data")

    assert sound["ok"] is True
    assert {"name", "ok", "figure", "band"} <= set(sound["checks"][0])
    with psycopg.connect(environment["DATABASE_URL"]) as connection:
        connection.execute("UPDATE feeding_meal SET at = at - interval '9 years' WHERE id % 1000 = 0")

    red = run_report_command(environment, "check", "data", expect=1)
    assert red["ok"] is False
    assert [one["name"] for one in red["checks"] if not one["ok"]] == ["the date of every meal is within its placement"]
    assert "\nRED  the date of every meal is within its placement: 10" in run_command(
        environment, "check", "data", expect=1
    )
