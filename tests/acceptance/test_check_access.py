"""`grilse check access` lists what the application role can do, and is red on a planted fault."""

import json

import psycopg
from tests.forked_command import run_forked_command as run_command


def test_the_catalogue_is_printed_and_judged_and_the_start_refuses_what_is_red(installation):
    environment = installation()

    green = run_command(environment, "check", "access")

    assert green.returncode == 0, green.stdout + green.stderr
    assert "ok   owner function  people_retain(): deletes expired records of the company" in green.stdout
    assert "ok   right  temporary on database" in green.stdout

    with psycopg.connect(environment["DATABASE_URL"]) as owner:
        owner.execute("ALTER FUNCTION farm_key(text) RESET search_path")
        owner.execute("ALTER TABLE feeding_meal DISABLE ROW LEVEL SECURITY")
    red = run_command(environment, "check", "access", "--json")
    answer = json.loads(red.stdout)
    assert (red.returncode, answer["ok"]) == (1, False)
    assert {row["name"] for row in answer["catalogue"] if row["problem"]} == {"farm_key(text)", "feeding_meal"}

    with psycopg.connect(environment["DATABASE_URL"]) as owner:
        owner.execute("ALTER TABLE feeding_meal ENABLE ROW LEVEL SECURITY")
        owner.execute(f"GRANT TEMPORARY ON DATABASE {owner.info.dbname} TO PUBLIC")
        owner.execute("GRANT EXECUTE ON ALL FUNCTIONS IN SCHEMA public TO PUBLIC")
    refused = run_command(environment, "user", "list")
    assert refused.returncode == 2
    assert "the application role grilse_app could act as the owner or avoid the history: every role" in refused.stderr
    assert "more, which `grilse check access` lists" in refused.stderr
    assert run_command(environment, "db", "init").returncode == 0
    assert run_command(environment, "check", "access").returncode == 0
