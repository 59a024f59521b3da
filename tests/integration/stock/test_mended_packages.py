"""Packages say the same as entries: counts, two harvests of a day, placements without records, withdrawn batches."""

from datetime import date

import pytest
from tests.edited_farm import on
from tests.package_files import build_movement, build_two_pens, write_package

from grilse.access.models import Company
from grilse.access.tenancy import tenant_transaction
from grilse.exchange.exports import export_package
from grilse.exchange.fingerprint import compute_fingerprint
from grilse.exchange.imports import import_package
from grilse.exchange.problems import PackageRefused
from grilse.farm.models import Container
from grilse.generator.check.ledger import StockArrays, check_ledger
from grilse.health.actions import lice
from grilse.stock.actions import fish_counts, harvests, movements, transfer_orders, transfers
from grilse.stock.actions.batches import NewBatch, NewStocking, start_batch, withdraw_batch
from grilse.stock.models import Batch, HarvestGrade, Movement, Placement, Species

REASON = {"reason": "seen again in the papers"}


@pytest.fixture
def rolled_back(owner):
    """The owner's connection within a transaction, so that what is imported goes with the test."""
    owner.execute("SELECT 1")
    return owner


def read_corrections(connection):
    query = (
        "SELECT m.date, coalesce(s.name, t.name), CASE WHEN s.id IS NULL THEN m.count ELSE -m.count END"
        " FROM stock_movement m LEFT JOIN stock_placement s ON s.id = m.source_id"
        " LEFT JOIN stock_placement t ON t.id = m.target_id WHERE m.kind = 'COUNT_CORRECTION' ORDER BY 1, 2"
    )
    return connection.execute(query).fetchall()


def test_a_placement_with_nothing_dated_has_no_states(rolled_back, tmp_path):
    tables = {name: build_two_pens()[name] for name in ("areas", "containers", "batches", "placements")}
    tables["placements"] = tables["placements"][1:]

    report = import_package(rolled_back, write_package(tmp_path / "p", tables), company_name="Open")

    assert (report.states, report.rows["placements"]) == (0, 1)


def test_the_ledger_follows_the_counts_of_a_package(rolled_back, tmp_path):
    tables = build_two_pens()
    tables["counts"] = [
        {"placement": "B-1/2", "date": "2024-02-20", "count": 395, "method": "hand"},
        {"placement": "B-1/2", "date": "2024-02-10", "count": 403, "method": "counter"},
        {"placement": "B-1/1", "date": "2024-02-10", "count": 590, "method": "counter"},
    ]

    import_package(rolled_back, write_package(tmp_path / "p", tables), company_name="Counted")

    assert read_corrections(rolled_back) == [(date(2024, 2, 10), "B-1/2", 3), (date(2024, 2, 20), "B-1/2", -8)]


@pytest.mark.parametrize(
    ("counted", "why"),
    [
        ({"date": "2024-03-01", "count": 0}, "counts.csv line 2: date .*is after its placement"),
        ({"date": "2024-02-10", "count": 585}, "B-1/1 would not balance: 5 fish missing when it ends on 2024-03-01"),
        ({"date": "2024-02-10", "count": 590, "method": "guess"}, "none of counter, plant, hand"),
    ],
)
def test_counts_that_cannot_be_are_refused(rolled_back, tmp_path, counted, why):
    tables = build_two_pens()
    tables["counts"] = [{"placement": "B-1/1", "method": "hand", **counted}]

    with pytest.raises(PackageRefused, match=why):
        import_package(rolled_back, write_package(tmp_path / "p", tables), company_name="Counted")


def build_two_harvests(*refs):
    tables = build_two_pens()
    tables["movements"] = [{**row, "ref": ""} for row in tables["movements"][:-1]]
    tables["movements"] += [
        {**build_movement("2024-03-01", "HARVEST", source="B-1/1", count=count), "ref": ref}
        for ref, count in (("first", 400), ("second", 190))
    ]
    grade = {"placement": "B-1/1", "date": "2024-03-01", "grade": "superior", "gutted_kg": 100, "lot": ""}
    tables["harvest_grades"] = [{**grade, "count": 100 + place, "harvest": ref} for place, ref in enumerate(refs)]
    return tables


def test_grades_name_one_of_two_harvests_of_a_day(rolled_back, tmp_path):
    import_package(
        rolled_back, write_package(tmp_path / "p", build_two_harvests("first", "second")), company_name="Two"
    )

    query = "SELECT m.count, g.count FROM stock_harvestgrade g JOIN stock_movement m ON m.id = g.movement_id ORDER BY 2"
    assert rolled_back.execute(query).fetchall() == [(400, 100), (190, 101)]
    for refs, why in ((("", "second"), "2 harvests of this placement on this day"), (("third",), "has this ref")):
        with pytest.raises(PackageRefused, match=why):
            import_package(
                rolled_back, write_package(tmp_path / f"q{len(refs)}", build_two_harvests(*refs)), company_name="Bad"
            )


def test_mended_records_come_back_from_their_package(committed_farm, owner, tmp_path):
    farm = committed_farm
    with tenant_transaction(farm.company, farm.user):
        mend_records(farm)
    export_package(owner, tmp_path / "mended", "Mended", farm.company)
    owner.commit()
    import_package(owner, tmp_path / "mended", company_name="Again")
    owner.commit()
    again = Company.objects.using("owner").get(name="Again").pk

    assert compute_fingerprint(owner, farm.company) == compute_fingerprint(owner, again)
    periods = Placement.objects.using("owner").order_by("name").values_list("name", "start", "stop")
    assert list(periods.filter(company=farm.company)) == list(periods.filter(company=again))
    starts = Batch.objects.using("owner").order_by("number").values_list("number", "start_date", "status")
    assert list(starts.filter(company=farm.company)) == list(starts.filter(company=again))
    assert [check for check in check_ledger(StockArrays.read_tables(owner)) if not check.ok] == []
    with tenant_transaction(again):
        [row] = Movement.objects.filter(kind="HARVEST", count=5_000).exclude_replaced()
        assert HarvestGrade.objects.get(movement=row).lot == "L2"
        # The imported ledger follows new records as the first does.
        pen = Placement.objects.get(name="A/P1").pk
        [late] = movements.record_movements([movements.NewMovement(date=on(33), kind="CULL", count=5, source=pen)])
        rows = Movement.objects.filter(kind="COUNT_CORRECTION", pk__gt=late)
        assert [(row.date, row.count) for row in rows] == [(on(35), 15)]


def mend_records(farm):
    """Cancel an order, count a pen, empty it by two boats of a day, move a start, and withdraw a batch."""
    pen = farm.placements["A/P1"]
    area = Container.objects.get(pk=farm.containers["P1"]).area_id
    spare, empty = (
        Container.objects.create(company_id=farm.company, name=name, kind="pen", area_id=area, volume_m3=1000)
        for name in ("Q0", "Q1")
    )
    lines = [transfer_orders.NewLine(source=pen, container=spare.pk, count=20)]
    batch = Placement.objects.get(pk=pen).batch_id
    planned = transfer_orders.plan_order(transfer_orders.NewOrder(batch=batch, date=on(34), lines=lines))
    [moved] = transfers.execute_transfer(planned.order, [transfers.Move(line=planned.lines[0], date=on(34), count=20)])
    movements.withdraw_movements([moved.movement], **REASON)
    transfer_orders.cancel_order(planned.order, **REASON)
    fish_counts.record_fish_counts(
        [
            fish_counts.NewFishCount(placement=pen, date=on(day), count=count)
            for day, count in ((35, 5_955), (41, 5_900))
        ]
    )
    grades = [harvests.Grade(grade="superior", count=400, gutted_kg=60)]
    new = harvests.NewHarvest(placement=pen, date=on(42), count=910, grades=grades, lot="L1")
    harvests.record_harvests([new])
    [first] = harvests.record_harvests(
        [harvests.NewHarvest(placement=pen, date=on(42), count=5_001, grades=grades, lot="L2", last=True)]
    )
    harvests.correct_harvest(
        first.movement,
        harvests.NewHarvest(placement=pen, date=on(42), count=5_000, grades=grades, lot="L2", last=True),
        **REASON,
    )
    stocked = [NewStocking(container=empty.pk, stage=6, count=900, mean_weight_g=90.0)]
    for number in ("D", "E"):
        species = Species.objects.get().pk
        started = start_batch(NewBatch(number=number, species=species, start=on(30), stocked=stocked))
        [target] = started.placements
        entry = movements.NewMovement(date=on(32), kind="STOCKING", count=901, target=target, mean_weight_g=90.0)
        movements.correct_movement(started.movements[0], entry, **REASON)
        if number == "D":
            withdraw_batch(started.batch, **REASON)
    counted = lice.NewLiceCount(placement=target, date=on(33), fish_counted=20, adult_female=2)
    lice.record_lice_counts([counted])
