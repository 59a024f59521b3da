"""The check as commands give it, and the proofs that it keeps."""

import json
from datetime import UTC, datetime
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from tests.integration.proof.declared_queries import hot, latest, rows
from tests.integration.proof.reports import figure, many, proof

from grilse.proof import performance_check, performance_reports, registry
from grilse.proof.budget_check import BROKEN, UNPROVEN
from grilse.proof.servers import ProofError


@pytest.fixture
def only(monkeypatch):
    """Declare these hot queries and no others."""
    monkeypatch.setattr(registry, "autodiscover_modules", lambda name: None)

    def declare(*queries):
        monkeypatch.setattr(registry, "_declared", {one.name: one for one in queries})

    return declare


def command(*given):
    """Return what the command of Django writes, and its exit code."""
    out = StringIO()
    try:
        call_command("check_performance", *given, stdout=out)
    except SystemExit as error:
        return out.getvalue(), error.code
    return out.getvalue(), 0


@pytest.mark.usefixtures("hauls")
def test_a_check_writes_a_line_a_query_and_the_sum(only):
    only(hot(), hot(name="hauls.none", example=lambda: None))

    text, code = command()
    held, unproven, total = text.splitlines()

    assert code == 0
    assert held.startswith("ok   hauls.latest   1 statement ")
    assert held.endswith("50/50 rows " + held.split("rows ")[1])
    assert "Limit > Index Only Scan Backward haul using haul_of_boat" in held
    assert unproven == "--   hauls.none    not asked: this database has nothing to ask it"
    assert total == "1 of 2 hold; 1 not proven: they do not count as held"


@pytest.mark.usefixtures("hauls")
def test_a_broken_budget_is_red_with_its_reason_and_exit_code_1(only):
    only(hot(statements=0))

    text, code = command()

    assert code == 1
    assert text.startswith("RED  hauls.latest")
    assert "\n       1 statements where 0 are enough\n" in text


@pytest.mark.usefixtures("hauls")
@pytest.mark.parametrize("given", [(), ("--strict",)])
def test_nothing_that_was_asked_is_no_pass(only, given):
    only(hot(example=lambda: None))

    assert command(*given)[1] == 1


@pytest.mark.usefixtures("hauls")
def test_a_strict_check_is_red_for_what_is_not_proven(only):
    only(hot(), hot(name="hauls.none", example=lambda: None))

    assert (command()[1], command("--strict")[1]) == (0, 1)


@pytest.mark.usefixtures("hauls")
def test_a_proof_is_saved_and_the_next_one_held_against_it(only, tmp_path):
    def wider(boat):
        return [*latest(boat), *latest(boat), *latest(boat), *latest(boat)]

    only(hot(statements=9, returns=None))
    assert command("--save", f"{tmp_path}/then.json")[1] == 0
    only(hot(wider, statements=9, returns=None))
    text, code = command("--baseline", f"{tmp_path}/then.json", "--json")
    told = json.loads(text)

    assert code == 1
    assert not told["ok"]
    assert "4 statements instead of 1" in told["baseline"]["worse"]["hauls.latest"]
    assert told["versions"].keys() >= {"PostgreSQL", "Python", "Django", "psycopg"}
    assert told["rows"]["haul"] == 16_000
    assert told["figures"][0]["plans"][0]["shape"].startswith("Limit\n")


@pytest.mark.usefixtures("hauls")
def test_a_machine_that_was_slow_for_a_moment_is_asked_again(only, tmp_path):
    begun = []

    def at_first(boat):
        begun.append(boat)
        return [*latest(boat), *(rows("SELECT pg_sleep(0.03)") if len(begun) <= 8 else ())]

    only(hot(statements=9, returns=None))
    command("--save", f"{tmp_path}/then.json")
    only(hot(at_first, statements=9, returns=None))
    text, code = command("--baseline", f"{tmp_path}/then.json")

    assert code == 0, text
    assert len(begun) > 8


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (None, "name a file that --save wrote"),
        ("[]", "is no proof"),
        ('{"at": 1}', "is no proof"),
        ("{", "is no proof"),
    ],
)
def test_a_baseline_that_is_none_is_refused(only, tmp_path, text, said):
    only(hot())
    path = tmp_path / "then.json"
    if text is not None:
        path.write_text(text)

    with pytest.raises(CommandError, match=said):
        command("--baseline", str(path))


def test_queries_are_named_whole_or_by_what_their_names_begin_with(only):
    only(hot(name="hauls.latest"), hot(name="hauls.late"), hot(name="ports.near"))

    def names(*given):
        return [one.name for one in performance_check.select_budgets(given)]

    assert names() == ["hauls.late", "hauls.latest", "ports.near"]
    assert names("hauls.late", "ports") == ["hauls.late", "ports.near"]
    with pytest.raises(ProofError, match="no hot query is called haul: there are hauls"):
        names("haul")


def test_a_project_that_declares_nothing_is_told_how(only):
    only()

    with pytest.raises(ProofError, match="declare some in the module budgets"):
        performance_check.select_budgets([])


def test_two_queries_of_one_name_are_refused(only):
    only(hot())
    registry.declare_budgets(hot())

    with pytest.raises(ValueError, match=r"two hot queries are called hauls\.latest"):
        registry.declare_budgets(hot(print))


def test_proofs_are_kept_and_a_querys_figure_over_time(settings_of_proof, tmp_path):
    settings_of_proof(folder=lambda: tmp_path / "proofs")
    assert (performance_reports.read_latest_report(), performance_reports.read_query_history("hauls.latest")) == (
        None,
        [],
    )

    for day in (1, 2, 3):
        performance_reports.store_report(proof(figure(milliseconds=day), at=f"2026-03-0{day}T06:00:00+00:00"))

    assert performance_reports.read_latest_report().figures[0].milliseconds == 3
    assert [(past.at, past.figure.milliseconds) for past in performance_reports.read_query_history("hauls.latest")] == [
        (datetime(2026, 3, day, 6, tzinfo=UTC), day) for day in (1, 2, 3)
    ]


def test_the_oldest_proofs_go(settings_of_proof, tmp_path, monkeypatch):
    settings_of_proof(folder=str(tmp_path))
    monkeypatch.setattr(performance_reports.conf, "MAX_REPORTS", 2)

    for hour in range(4):
        performance_reports.store_report(proof(at=f"2026-03-01T0{hour}:00:00+00:00"))

    assert len(list(tmp_path.iterdir())) == 2
    assert performance_reports.read_latest_report().at == "2026-03-01T03:00:00+00:00"


def test_a_project_that_names_no_folder_keeps_nothing():
    assert performance_reports.store_report(proof()) is None
    assert performance_reports.read_latest_report() is None


def test_a_proof_with_a_fault_is_not_ok():
    assert proof(*many()).is_complete
    assert not proof(*many(state=BROKEN)).has_passed
    assert proof(*many(state=UNPROVEN)).has_passed
    assert not proof(*many(state=UNPROVEN)).is_complete
    assert not proof(figure(state=UNPROVEN)).has_passed
