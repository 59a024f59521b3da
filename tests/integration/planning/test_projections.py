"""Projections: drawn from what was known, kept, and held against what came."""

from datetime import date, timedelta

import numpy as np
import psycopg
import pytest
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from tests.package_files import unpack_package

from grilse.access.tenancy import tenant_transaction
from grilse.bench.projection_cost import measure_projection_cost, rehearse_task
from grilse.errors import GrilseError
from grilse.exchange.imports import import_package
from grilse.growth.estimating.run import estimate_batches
from grilse.growth.history import read_history
from grilse.planning import queries
from grilse.planning.actions import list_tasks, project_batches, project_company
from grilse.planning.ensembles import ProjectionOptions
from grilse.planning.models import PlannedStage, Projection
from grilse.science.days import to_epoch_day
from grilse.stock.models import Stage

AT_SEA = date(2019, 3, 5)


def build_options(day=AT_SEA, **changes):
    return ProjectionOptions(**{"days": 180, "members": 100, "as_of": to_epoch_day(day), **changes})


@pytest.fixture(scope="module")
def farms(database, tmp_path_factory):
    """The company of four farms at sea with states, and its batches by number."""
    with psycopg.connect(database) as owner:
        import_package(
            owner, unpack_package("scottish-pens", tmp_path_factory.mktemp("pens")), company_name="Scottish pens"
        )
        company = owner.execute("SELECT id FROM farm_company").fetchone()[0]
        batches = dict(owner.execute("SELECT number, id FROM stock_batch").fetchall())
        estimate_batches(owner, company, sorted(batches.values()))
    return company, batches


@pytest.fixture
def acting(farms):
    """Ids of the batches by number, in a transaction of the company that is rolled back."""
    company, batches = farms
    with tenant_transaction(company):
        yield company, batches
        transaction.set_rollback(True)


def list_standing_batches(batches):
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT DISTINCT batch_id FROM stock_placement WHERE start <= %s"
            " AND coalesce(stop, 'infinity') > %s ORDER BY 1",
            [AT_SEA, AT_SEA],
        )
        return [row[0] for row in cursor.fetchall()]


def store_projections(company, batches, chosen):
    return queries.read_projections(project_batches(company, batches, chosen))


def test_a_batch_alone_and_all_together_have_the_same_futures(acting):
    company, batches = acting
    chosen = list_standing_batches(batches)
    assert len(chosen) > 1
    together = {run.batch_id: run for run in store_projections(company, chosen, build_options())}
    for batch in chosen:
        [alone] = store_projections(company, [batch], build_options())
        assert (alone.weight_g == together[batch].weight_g).all()
        assert (alone.count == together[batch].count).all()
        assert alone.target == together[batch].target


def test_a_run_begins_with_what_was_known_on_its_day(acting):
    company, batches = acting
    for run in store_projections(company, list_standing_batches(batches), build_options(members=1000)):
        known = read_history(run.batch_id).states
        at = (run.as_of - known.first).days
        assert run.as_of <= AT_SEA
        assert run.weight_g[1, 0] == pytest.approx(known.columns["mean_weight_g"][at], rel=0.02)
        assert run.count[1, 0] == pytest.approx(known.columns["count_estimate"][at], rel=0.02)
        assert (np.diff(run.weight_g, axis=0) >= 0).all()
        assert run.weight_g[1, -1] > run.weight_g[1, 0]
        assert run.count[1, -1] < run.count[1, 0]


def test_a_target_has_its_dates_and_any_other_is_read_from_the_run(acting):
    company, batches = acting
    for run in store_projections(company, list_standing_batches(batches), build_options(target_g=2500.0)):
        days = [target and (target - run.as_of).days for target in run.target]
        for read, drawn in zip(run.find_target_days(2500.0), days, strict=True):
            assert (read is None) == (drawn is None)
            assert read is None or abs(read - drawn) <= 3
        assert run.find_target_days(1.0) == (0, 0, 0)
        assert run.find_target_days(1e6) == (None, None, None)


def test_a_run_is_compared_with_the_records_until_harvest(acting):
    company, batches = acting
    insides = []
    for run in store_projections(company, list_standing_batches(batches), build_options()):
        comparison = queries.compare_projection(run)
        known = read_history(run.batch_id).states
        first = (run.as_of - known.first).days + 1
        assert comparison.weight_g.value[0] == known.columns["hindsight_weight_g"][first]
        assert comparison.ended is None or len(comparison.count.value) < (comparison.ended - run.as_of).days
        came = np.isfinite(comparison.weight_g.value)
        assert comparison.weight_g.error[came] == pytest.approx(
            run.weight_g[1, 1 : came.size + 1][came] / comparison.weight_g.value[came] - 1.0
        )
        insides.append(comparison.weight_g.in_interval[came].mean())
    assert np.mean(insides) > 0.4


def test_a_kept_run_is_never_changed(acting):
    company, batches = acting
    [run] = store_projections(company, list_standing_batches(batches)[:1], build_options())
    assert Projection.objects.filter(id=run.id).update(target_g=1.0) == 0
    assert Projection.objects.filter(id=run.id)._raw_delete("default") == 0
    assert queries.find_projection(run.id).target_g == 4500.0


def test_a_new_run_is_added_and_is_the_latest(acting):
    company, batches = acting
    [batch, *_] = list_standing_batches(batches)
    [old], [new] = (store_projections(company, [batch], build_options(seed=seed)) for seed in (1, 2))
    assert (old.weight_g != new.weight_g).any()
    assert queries.find_latest_projection(batch).id == new.id
    assert [run.id for run in queries.list_projections([batch])] == [new.id, old.id]


def test_each_query_of_a_kept_run_is_one_statement(acting):
    company, batches = acting
    [run] = store_projections(company, list_standing_batches(batches)[:1], build_options())
    for query in (
        lambda: queries.find_projection(run.id),
        lambda: queries.find_latest_projection(run.batch_id),
        lambda: queries.list_projections([run.batch_id]),
        lambda: queries.compare_projection(run),
    ):
        with CaptureQueriesContext(connection) as queries_run:
            query()
        assert len(queries_run) == 1


def test_another_company_sees_no_run_and_has_nothing_to_project(farms, company):
    mine, batches = farms
    with tenant_transaction(mine):
        chosen = list_standing_batches(batches)
    ids = project_company(mine, chosen, build_options())
    with tenant_transaction(company):
        assert queries.list_projections() == []
        assert queries.find_projection(ids[0]) is None
    assert project_company(company, None, build_options()) == []


def test_processes_side_by_side_keep_the_same_futures_as_one(farms):
    company, _ = farms
    runs = []
    for workers in (1, 2):
        ids = project_company(company, None, build_options(), workers=workers)
        with tenant_transaction(company):
            runs.append(queries.read_projections(ids))
    assert [run.number for run in runs[0]] == [run.number for run in runs[1]]
    assert all((a.weight_g == b.weight_g).all() for a, b in zip(*runs, strict=True))


def test_what_cannot_be_projected_is_refused(farms):
    company, batches = farms
    batch_id = sorted(batches.values())[:1]
    for changes, why in (
        ({"day": date(2001, 1, 1)}, " on 2001-01-01, so there is nothing to project"),
        ({"days": 0}, "looks 1 to 1500 days ahead"),
        ({"members": 5}, "at least 20 members"),
        ({"target_g": 0.0}, "above 0 g"),
    ):
        with pytest.raises(GrilseError, match=why):
            project_company(company, batch_id, build_options(**changes))


def test_the_variance_of_a_batch_is_its_states_minus_the_plan(acting):
    company, batches = acting
    batch = batches["farm-a-2019"]
    assert queries.find_plan(batch) is None
    assert queries.compare_with_plan(batch) is None
    states = read_history(batch).states
    stage = Stage.objects.get(order=6)
    stop = states.last_date + timedelta(days=1)
    PlannedStage.objects.create(company_id=company, batch_id=batch, stage=stage, start=states.first, stop=stop)
    beside, plan, states = (queries.compare_with_plan(batch), queries.find_plan(batch), read_history(batch).states)
    at = (date(2020, 2, 2) - states.first).days
    weight = states.columns["hindsight_weight_g"][at]
    planned = plan.find_weight(date(2020, 2, 2))
    assert beside.weight_g[at] == pytest.approx(weight - planned)
    assert beside.weight_pct[at] == pytest.approx(100 * (weight / planned - 1))
    same = plan.course.weight_g[round((date(2020, 2, 2) - plan.first).days + beside.days[at])]
    assert same == pytest.approx(weight, rel=0.02)
    assert np.sign(beside.days[at]) == np.sign(beside.weight_g[at])
    by_week = queries.compare_with_plan(batch, by_week=True)
    sunday = (date(2020, 2, 2) - by_week.first).days // 7
    assert by_week.weight_g[sunday] == pytest.approx(beside.weight_g[at])
    assert beside.latest.date == states.last_date
    assert queries.compare_with_plans([batch])[batch] == beside.latest


def test_measuring_the_cost_keeps_nothing(farms):
    company, _ = farms
    with tenant_transaction(company):
        before = len(queries.list_projections())
    assert measure_projection_cost(workers=1)[0] == 0  # all farms are harvested
    [task] = list_tasks(company, None, build_options())
    assert rehearse_task(task) == len(task.batches)
    with tenant_transaction(company):
        assert len(queries.list_projections()) == before
