"""Days of rows are those of their geography, and containers are named within their site."""

from datetime import date

import psycopg
import pytest
from tests.package_files import build_movement, build_two_pens, write_package

from grilse.exchange.company import get_company
from grilse.exchange.exports import export_package
from grilse.exchange.fingerprint import compute_fingerprint
from grilse.exchange.imports import import_package
from grilse.exchange.problems import PackageRefused

MORNING = "2024-01-01T07:30:00+11:00"


def build_far_package(zone="Australia/Hobart"):
    """Return a package whose first meal is on the first morning, in a geography far ahead of Greenwich."""
    tables = build_two_pens()
    tables["areas"][0]["geography"] = "Derwent"
    tables["geographies"] = [{"geography": "Derwent", "code": "D", "time_zone": zone}]
    tables["meals"] = [{"placement": "B-1/1", "at": MORNING, "kg": 12.345}]
    tables["environment"] = [
        {"container": "A1", "at": "2024-01-03T00:15:00+11:00", "temperature_c": 7.5},
        {"container": "A1", "at": "2024-01-03T23:45:00+11:00", "temperature_c": 8.5},
    ]
    return tables


def build_two_sites():
    """Return a package of two sites, each with pens 1 and another one."""
    tables = build_two_pens()
    tables["areas"].append({**tables["areas"][0], "area": "Loch B"})
    pens = (("1", "Loch A"), ("1", "Loch B"), ("2", "Loch B"), ("Loch A/1", "Loch B"))
    tables["containers"] = [
        {"container": name, "kind": "pen", "volume_m3": 1000, "area": site, "hall": ""} for name, site in pens
    ]
    tables["feed_stores"] = [
        {"feed_store": "Barge", "capacity_kg": 50000, "area": site, "hall": ""} for site in ("Loch A", "Loch B")
    ]
    tables["feeds"] = [{"feed": "Grower", "pellet_mm": 6, "energy_mj_kg": 20, "price_per_kg": 1500}]
    tables["feed_lots"] = [
        {"lot": "L1", "feed_store": "Loch B/Barge", "feed": "Grower", "delivered": "2024-01-01", "kg": 100,
         "price_per_kg": 1500}
    ]  # fmt: skip
    for row, container in zip(tables["placements"], ("Loch A/1", "Loch B/1"), strict=True):
        row["container"] = container
    for row in tables["environment"]:
        row["container"] = "2"
    tables["lice"][0]["container"] = "Loch A/1"
    return tables


def build_two_stations():
    """Return a package of two stations, each with a hall A in which there is a tank 1."""
    tables = build_two_pens()
    tables["stations"] = [{"station": name, "geography": "Scotland"} for name in ("Burn", "Beck")]
    tables["halls"] = [
        {"hall": hall, "station": station} for hall, station in (("A", "Burn"), ("A", "Beck"), ("B", "Beck"))
    ]
    tables["containers"] = [
        {"container": "1", "kind": "tank", "volume_m3": 1000, "area": "", "hall": hall}
        for hall in ("Burn/A", "Beck/A", "B")
    ]
    tables["feed_stores"] = [
        {"feed_store": "Silo", "capacity_kg": 50000, "area": "", "hall": hall} for hall in ("Burn/A", "Beck/A")
    ]
    for row, container in zip(tables["placements"], ("Burn/A/1", "Beck/B/1"), strict=True):
        row["container"] = container
    for row in tables["environment"]:
        row["container"] = "Beck/A/1"
    tables["lice"][0]["container"] = "Burn/A/1"
    tables["areas"].append({**tables["areas"][0], "area": "B"})
    tables["containers"].append({"container": "1", "kind": "pen", "volume_m3": 1000, "area": "B", "hall": ""})
    return tables


def import_tables(connection, folder, tables, **options):
    return import_package(connection, write_package(folder, tables), **options)


def import_refused_tables(connection, folder, tables, **options):
    with pytest.raises(PackageRefused) as refusal:
        import_tables(connection, folder, tables, **options)
    return str(refusal.value)


def test_a_meal_of_the_first_morning_is_of_the_day_of_its_geography(rolled_back_connection, tmp_path):
    import_tables(rolled_back_connection, tmp_path / "p", build_far_package())

    daily = "SELECT date, temperature_mean, temperature_n FROM environment_dailyenvironment"
    assert rolled_back_connection.execute(daily).fetchall() == [(date(2024, 1, 3), 8.0, 2)]
    fed = "SELECT min(s.date) FROM growth_dailystate s WHERE s.feed_kg > 12"
    assert rolled_back_connection.execute(fed).fetchone() == (date(2024, 1, 1),)


def test_a_time_outside_its_placement_is_shown_as_it_was_written_with_its_day(rolled_back_connection, tmp_path):
    assert import_refused_tables(rolled_back_connection, tmp_path / "p", build_far_package("")) == (
        "p was not imported and nothing was written: "
        f"meals.csv line 2: at '{MORNING}': 2023-12-31 in UTC (time_zone of Derwent) is before its placement: B-1/1"
        " starts on 2024-01-01; choose a later day, or correct or enter the stocking or transfer that it starts with"
    )


def test_a_geography_without_a_time_zone_has_that_of_the_work_rules(rolled_back_connection, tmp_path):
    import_tables(rolled_back_connection, tmp_path / "first", build_two_pens(), company_name="Far")
    rolled_back_connection.execute(
        "INSERT INTO people_workrules (company_id, time_zone) SELECT id, 'Australia/Hobart' FROM farm_company"
    )
    tables = build_far_package("")
    tables["areas"][0]["area"] = tables["containers"][0]["area"] = tables["containers"][1]["area"] = "Bay"
    for name in ("batches", "placements", "movements", "weights", "meals"):
        for row in tables[name]:
            for column in ("batch", "placement", "from_placement", "to_placement"):
                row |= {column: row[column].replace("B-1", "B-2")} if column in row else {}
    import_tables(rolled_back_connection, tmp_path / "second", tables, company_name="Far")
    zones = dict(rolled_back_connection.execute("SELECT name, time_zone FROM farm_geography").fetchall())
    assert zones == {"Scotland": "UTC", "Derwent": "Australia/Hobart"}


@pytest.mark.parametrize(
    ("zone", "why"),
    [
        ("Tasmania", "time_zone 'Tasmania': Tasmania is no time zone: use a name such as Europe/Oslo"),
        ("Asia/Tokyo", "the company's Derwent is in Australia/Hobart: leave this blank, or change it there first"),
    ],
)
def test_a_time_zone_is_known_and_that_of_the_company(rolled_back_connection, tmp_path, zone, why):
    import_tables(rolled_back_connection, tmp_path / "first", build_far_package(), company_name="Far")
    tables = build_far_package(zone)
    tables["batches"].append({**tables["batches"][0], "batch": "B-9"})
    again = import_refused_tables(rolled_back_connection, tmp_path / "again", tables, company_name="Far")
    assert f"geographies.csv line 2: time_zone '{zone}': " in again
    assert why in again


def test_tomorrow_is_that_of_the_geography(rolled_back_connection, tmp_path, monkeypatch):
    today = {"UTC": date(2024, 2, 18), "Australia/Hobart": date(2024, 2, 19)}
    monkeypatch.setattr("grilse.exchange.rules.days.get_today", today.__getitem__)
    tables = build_far_package()
    tables["placements"][0]["end_date"] = ""
    tables["movements"].pop()
    tables["movements"].append(build_movement("2024-02-20", "MORTALITY", source="B-1/1", count=1, cause="UNKNOWN"))
    tables["lice"][0]["date"] = "2024-02-21"
    refusal = import_refused_tables(rolled_back_connection, tmp_path / "p", tables)
    assert "movements.csv" not in refusal
    assert "lice.csv line 2: date '2024-02-21': 2024-02-21 is later than tomorrow (Australia/Hobart)" in refusal


def test_two_sites_have_a_pen_of_one_name(rolled_back_connection, tmp_path):
    import_tables(rolled_back_connection, tmp_path / "p", build_two_sites())

    query = (
        "SELECT p.name, a.name, c.name FROM stock_placement p JOIN farm_container c ON c.id = p.container_id"
        " JOIN farm_area a ON a.id = c.area_id ORDER BY p.name"
    )
    assert rolled_back_connection.execute(query).fetchall() == [("B-1/1", "Loch A", "1"), ("B-1/2", "Loch B", "1")]


def test_two_stations_have_a_hall_of_one_name(rolled_back_connection, tmp_path):
    import_tables(rolled_back_connection, tmp_path / "p", build_two_stations())

    query = (
        "SELECT p.name, s.name, h.name, c.name FROM stock_placement p JOIN farm_container c ON c.id = p.container_id"
        " JOIN farm_hall h ON h.id = c.hall_id JOIN farm_station s ON s.id = h.station_id ORDER BY p.name"
    )
    assert rolled_back_connection.execute(query).fetchall() == [
        ("B-1/1", "Burn", "A", "1"),
        ("B-1/2", "Beck", "B", "1"),
    ]


@pytest.mark.parametrize(
    ("build", "written"),
    [
        (build_two_sites, ("Loch A/1", "\n2,2024-01-02T06:00:00Z")),
        (build_two_stations, (",Burn/A/1,", ",Beck/B/1,", "\nBeck/A/1,2024-01-02T06:00:00Z", ",Beck/A", ",Beck/B\n")),
    ],
)
def test_what_two_sites_have_comes_in_again_as_it_was_exported(rolled_back_connection, tmp_path, build, written):
    import_tables(rolled_back_connection, tmp_path / "p", build(), company_name="Here")
    [(company,)] = rolled_back_connection.execute("SELECT id FROM farm_company").fetchall()
    export_package(rolled_back_connection, tmp_path / "out", "Here", company)
    files = "".join(
        (tmp_path / "out" / f"{table}.csv").read_text() for table in ("placements", "environment", "containers")
    )
    assert [text for text in written if text not in files] == []

    import_package(rolled_back_connection, tmp_path / "out", company_name="There")
    [(other,)] = rolled_back_connection.execute("SELECT id FROM farm_company WHERE name = 'There'").fetchall()
    here, there = (compute_fingerprint(rolled_back_connection, key) for key in (company, other))
    assert here == there


@pytest.mark.parametrize(
    ("table", "column", "value", "why"),
    [
        ("placements", "container", "1", "several sites have a container 1: write Loch A/1 or Loch B/1"),
        ("lice", "container", "Loch C/1", "there is no container 'Loch C/1'"),
        (
            "feed_lots",
            "feed_store",
            "Barge",
            "several sites have a feed store Barge: write Loch A/Barge or Loch B/Barge",
        ),
        ("containers", "container", "2", "is on line 4 already"),
    ],
)
def test_a_name_that_is_not_that_of_one_row_is_refused(rolled_back_connection, tmp_path, table, column, value, why):
    tables = build_two_sites()
    if table == "containers":
        tables[table].append({**tables[table][2]})
    else:
        tables[table][0][column] = value
    assert why in import_refused_tables(rolled_back_connection, tmp_path / "p", tables)


@pytest.mark.parametrize(
    ("table", "column", "value", "why"),
    [
        ("containers", "hall", "A", "several sites have a hall A: write Beck/A or Burn/A"),
        ("placements", "container", "A/1", "several sites have a container A/1: write Beck/A/1 or Burn/A/1"),
        ("halls", "station", "Beck", "is on line 2 already"),
    ],
)
def test_a_hall_that_is_not_that_of_one_station_is_refused(rolled_back_connection, tmp_path, table, column, value, why):
    tables = build_two_stations()
    tables[table][0][column] = value
    assert why in import_refused_tables(rolled_back_connection, tmp_path / "p", tables)


def test_a_hall_of_a_second_package_is_that_of_its_station(rolled_back_connection, tmp_path):
    """The company has a hall A at two stations; of a package with one of them, its own hall alone is there already."""
    import_tables(rolled_back_connection, tmp_path / "first", build_two_stations(), company_name="Here")
    tables = {"geographies": [{"geography": "Scotland"}]}
    tables["stations"] = [{"station": name, "geography": "Scotland"} for name in ("Burn", "Spring")]
    tables["halls"] = [{"hall": "A", "station": "Burn"}, {"hall": "B", "station": "Spring"}]
    refusal = import_refused_tables(rolled_back_connection, tmp_path / "second", tables, company_name="Here")
    assert [line for line in refusal.splitlines() if "halls.csv" in line] == [
        "halls.csv line 2: hall 'A': the company has one of this name already"
    ]


def build_counted_store():
    """Return a package whose store is counted half an hour after the day of a delivery began, a day earlier in UTC."""
    tables = build_far_package()
    tables["feeds"] = [{"feed": "Grower", "pellet_mm": 6, "energy_mj_kg": 20, "price_per_kg": 1000}]
    tables["feed_stores"] = [{"feed_store": "Barge", "capacity_kg": 500, "area": "Loch A", "hall": ""}]
    count, of_store = "2024-01-04T00:30:00+11:00", {"feed_store": "Barge", "feed": "Grower"}
    lots = (
        ("L1", "2024-01-02", 100, 1000, ""),
        ("L2", "2024-01-04", 50, 2000, ""),
        ("counted", "2024-01-04", 10, 2000, count),
    )
    tables["feed_lots"] = [
        {**of_store, "lot": lot, "delivered": day, "kg": kg, "price_per_kg": price, "counted_at": at}
        for lot, day, kg, price, at in lots
    ]
    meals = (("2024-01-03T08:00:00+11:00", 40, 40_000), ("2024-01-05T08:00:00+11:00", 115, 170_000))
    tables["meals"] = [
        {"placement": "B-1/1", "at": at, "kg": kg, "feed": "Grower", "cost": cost} for at, kg, cost in meals
    ]
    tables["draws"] = [
        {"placement": "B-1/1", "at": meals[meal][0], "lot": lot, "kg": kg}
        for meal, lot, kg in ((0, "L1", 40), (1, "L1", 60), (1, "L2", 50), (1, "counted", 5))
    ]
    tables["store_adjustments"] = [
        {**of_store, "at": count, "kind": "COUNT", "kg": 120, "reason": "", "difference_kg": 10, "cost": -20_000}
    ]
    return tables


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (
            {"feed_lots": (2, {"delivered": "2024-01-03"})},
            "delivered '2024-01-03': the count that added it was on 2024-01-04 in Australia/Hobart",
        ),
        ({"geographies": (0, {"time_zone": "UTC"})}, "difference_kg '10': deliveries, meals and counts make it 60.000"),
    ],
)
def test_a_count_is_of_the_day_of_its_store(rolled_back_connection, tmp_path, change, why):
    tables = build_counted_store()
    for table, (row, values) in change.items():
        tables[table][row] |= values
    assert why in import_refused_tables(rolled_back_connection, tmp_path / "p", tables)


def test_a_counted_store_comes_in_again_as_it_was_exported_and_follows_new_records(database, tmp_path):
    from grilse.access.tenancy import tenant_transaction
    from grilse.farm.models import FeedStore
    from grilse.feeding.actions.deliveries import NewDelivery, record_deliveries
    from grilse.feeding.models import Draw, Feed, FeedLot, StoreAdjustment

    companies = []
    with psycopg.connect(database) as connection:
        import_tables(connection, tmp_path / "p", build_counted_store(), company_name="Counted here")
        companies.append(get_company(connection, "Counted here")[1])
        connection.commit()
        export_package(connection, tmp_path / "out", "Counted here", companies[0])
        connection.commit()
        import_package(connection, tmp_path / "out", company_name="Counted there")
        companies.append(get_company(connection, "Counted there")[1])
        first, second = (compute_fingerprint(connection, company) for company in companies)
    assert first == second
    results = []
    for company in companies:
        with tenant_transaction(company):
            late = {"store": FeedStore.objects.get().pk, "feed": Feed.objects.get().pk, "grams": 4_000}
            record_deliveries([NewDelivery(**late, number="L0", delivered=date(2024, 1, 3), price_per_kg=500)])
            results.append(
                [
                    list(FeedLot.objects.order_by("number").values_list("number", "delivered", "grams", "drawn")),
                    list(Draw.objects.order_by("meal__at", "lot__number").values_list("lot__number", "grams")),
                    list(StoreAdjustment.objects.values_list("difference", "cost")),
                ]
            )
    assert results[0] == results[1]
    assert results[0][0][-1] == ("counted", date(2024, 1, 4), 6_000, 1_000)
