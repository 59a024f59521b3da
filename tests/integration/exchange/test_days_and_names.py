"""Days of rows are those of their geography, and containers are named within their site."""

from datetime import date

import pytest
from tests.package_files import build_movement, build_two_pens, write_package

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
        f"meals.csv line 2: at '{MORNING}': 2023-12-31 in UTC is before its placement: B-1/1 starts on 2024-01-01;"
        " choose a later day, or correct or enter the stocking or transfer that it starts with"
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


def test_what_two_sites_have_comes_in_again_as_it_was_exported(rolled_back_connection, tmp_path):
    import_tables(rolled_back_connection, tmp_path / "p", build_two_sites(), company_name="Here")
    [(company,)] = rolled_back_connection.execute("SELECT id FROM farm_company").fetchall()
    export_package(rolled_back_connection, tmp_path / "out", "Here", company)
    written = (tmp_path / "out" / "placements.csv").read_text() + (tmp_path / "out" / "environment.csv").read_text()
    assert "Loch A/1" in written
    assert "\n2,2024-01-02T06:00:00Z" in written

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
