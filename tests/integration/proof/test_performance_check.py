"""The check as commands give it, and the proofs that it keeps."""

import json
from datetime import UTC, datetime
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from tests.integration.proof.declared_queries import declare_query, fetch_rows, list_latest_hauls
from tests.integration.proof.reports import build_figure, build_figures, build_report

from grilse.proof import performance_check, performance_reports, registry
from grilse.proof.budget_check import BROKEN, UNPROVEN
from grilse.proof.servers import ProofError


@pytest.fixture
def declare_only(monkeypatch):
    """Declare these queries and no others."""
    monkeypatch.setattr(registry, "autodiscover_modules", lambda name: None)

    def declare_queries(*queries):
        monkeypatch.setattr(registry, "_declared", {query.name: query for query in queries})

    return declare_queries


def run_check_command(*given):
    """Return what the command of Django writes, and its exit code."""
    out = StringIO()
    try:
        call_command("check_performance", *given, stdout=out)
    except SystemExit as error:
        return out.getvalue(), error.code
    return out.getvalue(), 0


@pytest.mark.usefixtures("hauls")
def test_a_check_writes_a_line_a_query_and_the_sum(declare_only):
    declare_only(declare_query(), declare_query(name="hauls.none", example=lambda: None))

    text, code = run_check_command()
    output_lines, unproven, total = text.splitlines()

    assert code == 0
    assert output_lines.startswith("ok   hauls.latest   1 statement ")
    assert output_lines.endswith("50/50 rows " + output_lines.split("rows ")[1])
    assert "Limit > Index Only Scan Backward haul using haul_of_boat" in output_lines
    assert unproven == "--   hauls.none    not asked: this database has nothing to ask it"
    assert total == "1 of 2 hold; 1 not proven: they do not count as held"


@pytest.mark.usefixtures("hauls")
def test_a_broken_budget_is_red_with_its_reason_and_exit_code_1(declare_only):
    declare_only(declare_query(statements=0))

    text, code = run_check_command()

    assert code == 1
    assert text.startswith("RED  hauls.latest")
    assert "\n       1 statements where 0 are enough\n" in text


@pytest.mark.usefixtures("hauls")
@pytest.mark.parametrize("given", [(), ("--strict",)])
def test_a_check_of_no_queries_does_not_pass(declare_only, given):
    declare_only(declare_query(example=lambda: None))

    assert run_check_command(*given)[1] == 1


@pytest.mark.usefixtures("hauls")
def test_a_strict_check_is_red_for_what_is_not_proven(declare_only):
    declare_only(declare_query(), declare_query(name="hauls.none", example=lambda: None))

    assert (run_check_command()[1], run_check_command("--strict")[1]) == (0, 1)


@pytest.mark.usefixtures("hauls")
def test_a_proof_is_saved_and_the_next_one_held_against_it(declare_only, tmp_path):
    def list_hauls_repeatedly(boat):
        return [*list_latest_hauls(boat), *list_latest_hauls(boat), *list_latest_hauls(boat), *list_latest_hauls(boat)]

    declare_only(declare_query(statements=9, returns=None))
    assert run_check_command("--save", f"{tmp_path}/then.json")[1] == 0
    declare_only(declare_query(list_hauls_repeatedly, statements=9, returns=None))
    text, code = run_check_command("--baseline", f"{tmp_path}/then.json", "--json")
    report = json.loads(text)

    assert code == 1
    assert not report["ok"]
    assert "4 statements instead of 1" in report["baseline"]["worse"]["hauls.latest"]
    assert report["versions"].keys() >= {"PostgreSQL", "Python", "Django", "psycopg"}
    assert report["rows"]["haul"] == 16_000
    assert report["figures"][0]["plans"][0]["shape"].startswith("Limit\n")


@pytest.mark.usefixtures("hauls")
def test_a_machine_that_was_slow_for_a_moment_is_asked_again(declare_only, tmp_path):
    begun = []

    def list_hauls_slowly_at_first(boat):
        begun.append(boat)
        return [*list_latest_hauls(boat), *(fetch_rows("SELECT pg_sleep(0.03)") if len(begun) <= 8 else ())]

    declare_only(declare_query(statements=9, returns=None))
    run_check_command("--save", f"{tmp_path}/then.json")
    declare_only(declare_query(list_hauls_slowly_at_first, statements=9, returns=None))
    text, code = run_check_command("--baseline", f"{tmp_path}/then.json")

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
def test_a_baseline_that_is_none_is_refused(declare_only, tmp_path, text, said):
    declare_only(declare_query())
    path = tmp_path / "then.json"
    if text is not None:
        path.write_text(text)

    with pytest.raises(CommandError, match=said):
        run_check_command("--baseline", str(path))


def test_queries_are_named_whole_or_by_what_their_names_begin_with(declare_only):
    declare_only(declare_query(name="hauls.latest"), declare_query(name="hauls.late"), declare_query(name="ports.near"))

    def select_names(*given):
        return [budget.name for budget in performance_check.select_budgets(given)]

    assert select_names() == ["hauls.late", "hauls.latest", "ports.near"]
    assert select_names("hauls.late", "ports") == ["hauls.late", "ports.near"]
    with pytest.raises(ProofError, match="no declared query is called haul: there are hauls"):
        select_names("haul")


def test_a_project_without_declarations_gets_instructions(declare_only):
    declare_only()

    with pytest.raises(ProofError, match="declare some in the module budgets"):
        performance_check.select_budgets([])


def test_two_queries_of_one_name_are_refused(declare_only):
    declare_only(declare_query())
    registry.declare_budgets(declare_query())

    with pytest.raises(ValueError, match=r"two query budgets are called hauls\.latest"):
        registry.declare_budgets(declare_query(print))


def test_proofs_are_kept_and_a_querys_figure_over_time(proof_settings, tmp_path):
    proof_settings(folder=lambda: tmp_path / "proofs")
    assert (performance_reports.read_latest_report(), performance_reports.read_query_history("hauls.latest")) == (
        None,
        [],
    )

    for day in (1, 2, 3):
        performance_reports.store_report(
            build_report(build_figure(milliseconds=day), at=f"2026-03-0{day}T06:00:00+00:00")
        )

    assert performance_reports.read_latest_report().figures[0].milliseconds == 3
    assert [(past.at, past.figure.milliseconds) for past in performance_reports.read_query_history("hauls.latest")] == [
        (datetime(2026, 3, day, 6, tzinfo=UTC), day) for day in (1, 2, 3)
    ]


def test_the_oldest_proofs_go(proof_settings, tmp_path, monkeypatch):
    proof_settings(folder=str(tmp_path))
    monkeypatch.setattr(performance_reports.conf, "MAX_REPORTS", 2)

    for hour in range(4):
        performance_reports.store_report(build_report(at=f"2026-03-01T0{hour}:00:00+00:00"))

    assert len(list(tmp_path.iterdir())) == 2
    assert performance_reports.read_latest_report().at == "2026-03-01T03:00:00+00:00"


def test_a_project_that_names_no_folder_keeps_nothing():
    assert performance_reports.store_report(build_report()) is None
    assert performance_reports.read_latest_report() is None


def test_a_proof_with_a_fault_is_not_ok():
    assert build_report(*build_figures()).is_complete
    assert not build_report(*build_figures(state=BROKEN)).has_passed
    assert build_report(*build_figures(state=UNPROVEN)).has_passed
    assert not build_report(*build_figures(state=UNPROVEN)).is_complete
    assert not build_report(build_figure(state=UNPROVEN)).has_passed
