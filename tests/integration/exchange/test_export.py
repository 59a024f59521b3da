"""What is exported comes in again as it was."""

import csv
import json
import shutil
from datetime import date, timedelta

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from tests.package_files import build_movement, build_two_pens, rewrite_package, unpack_package, write_package

from grilse.errors import GrilseError
from grilse.exchange.company import get_company
from grilse.exchange.exports import export_package
from grilse.exchange.fingerprint import compute_fingerprint, compute_owner_hashes
from grilse.exchange.imports import import_package
from grilse.exchange.tables import TABLES
from grilse.textfiles.dialect import DETECT, build_dialect

COUNTER = iter(range(10_000))


def build_full_package():
    """Return a package with rows in all tables, corrections among them."""
    tables = build_two_pens()
    tables["geographies"] = [{"geography": "Scotland", "code": "SC", "time_zone": "Europe/London"}]
    tables["areas"][0] |= {"max_biomass_kg": 2.5e6, "fallow_days": 60}
    tables["stations"] = [{"station": "Burn", "geography": "Faroe Islands", "latitude": 62.1, "longitude": -7}]
    tables["halls"] = [{"hall": "Burn-A", "station": "Burn", "stage_order": 3, "fallow_days": 7}]
    tables["containers"].append({"container": "T1", "kind": "tank", "volume_m3": 99.5, "area": "", "hall": "Burn-A"})
    tables["containers"] = [{**row, "max_density_kg_m3": 25 if row["area"] else ""} for row in tables["containers"]]
    tables["feed_stores"] = [{"feed_store": "Barge", "capacity_kg": 50000, "area": "Loch A", "hall": ""}]
    tables["sensors"] = [
        {"container": "A1", "parameter": "oxygen", "installed": "2024-01-01", "removed": "2024-01-20"},
        {"container": "A1", "parameter": "oxygen", "installed": "2024-01-20", "removed": ""},
    ]
    tables["temperature_profiles"] = [
        {"geography": "Scotland", "area": area, "day_of_year": 1, "temperature_c": 8.125, "sd_c": 0.5}
        for area in ("", "Loch A")
    ]
    tables["lice_limits"] = [
        {
            "geography": "Scotland",
            "kind": "act",
            "valid_from": "2021-01-01",
            "valid_to": "",
            "week_from": 1,
            "week_to": 53,
            "adult_females": 6,
            "source": "code, of practice",
        }
    ]
    tables["plan_stages"] = [{"batch": "B-1", "stage": "Adult", "start_date": "2024-01-01", "end_date": "2035-03-26"}]
    tables["orders"] = [{"order": "TRF-B-1-D031", "batch": "B-1", "planned_date": "2024-02-01", "status": "completed"}]
    tables["movements"] = build_corrected_ledger()
    tables["weights"][0] |= {
        "sd_weight_g": 26.25,
        "selection": "largest",
        "not_representative": "sick fish, near the surface",
        "mean_length_cm": 23.5,
        "k_factor": 1.0056,
    }
    tables["counts"] = [{"placement": "B-1/2", "date": "2024-02-10", "count": 400, "method": "hand", "note": "by net"}]
    tables["harvest_grades"] = [
        {"placement": "B-1/1", "date": "2024-03-01", "grade": "superior", "count": 500, "gutted_kg": 166.125}
        | {"lot": "NO-24-117"}
    ]
    tables["environment"] = [
        {
            "container": "A1",
            "at": "2024-01-02T06:00:00.123456Z",
            "temperature_c": "7.53",
            "oxygen_pct": "98.7",
            "salinity_ppt": "34.1",
            "ph": "7.93",
            "co2_mg_l": "",
            "ammonium_mg_l": "0.021",
            "nitrite_mg_l": "",
            "nitrate_mg_l": "1.1",
        }
    ]
    tables["feeds"] = [{"feed": "Grower 3", "pellet_mm": 3, "energy_mj_kg": 21.5, "price_per_kg": 1450}]
    tables["feed_lots"] = [
        {
            "lot": f"L{number}",
            "feed_store": "Barge",
            "feed": "Grower 3",
            "delivered": "2024-01-01",
            "kg": kg,
            "price_per_kg": 1400 + number,
            "supplier": 'Feed "&" Sons',
            "counted_at": "",
        }
        for number, kg in ((2, 10.0), (1, 500.5))
    ]
    tables["meals"] = [
        {"placement": "B-1/1", "at": "2024-01-02T08:00:00Z", "kg": 12.345, "feed": "Grower 3", "cost": 17305}
    ]
    tables["draws"] = [
        {"placement": "B-1/1", "at": "2024-01-02T08:00:00Z", "lot": lot, "kg": kg}
        for lot, kg in (("L2", 10), ("L1", 2.345))
    ]
    tables["feed_lots"].append(
        tables["feed_lots"][0]
        | {"lot": "count 1", "delivered": "2024-01-04", "kg": 2.845, "counted_at": "2024-01-04T06:00:00Z"}
    )
    adjustment = {"feed_store": "Barge", "feed": "Grower 3"}
    tables["store_adjustments"] = [
        {**adjustment, "at": at, "kind": kind, "kg": kg, "reason": why, "difference_kg": more, "cost": cost}
        for at, kind, kg, why, more, cost in (
            ("2024-01-03T08:00:00Z", "SPILLED", 1, "a torn bag", -1, 1401),
            ("2024-01-04T06:00:00Z", "COUNT", 500, "", 2.845, -3989),
        )
    ]
    tables["store_draws"] = [{**adjustment, "at": "2024-01-03T08:00:00Z", "kind": "SPILLED", "lot": "L1", "kg": 1}]
    tables["lice"][0] |= {"mobile": 1, "attached": 3, "caligus": 0, "method": "manual"}
    tables["treatments"] = [
        {
            "placement": "B-1/1",
            "kind": "delousing",
            "method": "thermal",
            "start_date": "2024-02-21",
            "end_date": "2024-02-22",
            "withdrawal_days": "",
            "reason": "lice",
            "efficacy": 0.85,
        }
    ]
    tables["health_samples"] = [
        build_health_row("2024-02-10", "gill", 70, 3, 2, 0),
        build_health_row("2024-02-10", "skin", 75, 0, 0, 0),
        build_health_row("2024-02-17", "", "", "", "", ""),
    ]
    return tables


def build_health_row(day, parameter, *scores):
    """Return a row of a health sample."""
    named = {f"score_{level}": score for level, score in enumerate(scores)}
    return {"placement": "B-1/1", "date": day, "fish": 75, "parameter": parameter, **named}


def build_corrected_ledger():
    """Return a ledger in which a death was corrected twice and another withdrawn."""
    blank = dict.fromkeys(("weight_method", "fish_weighed", "order", "ref", "replaces", "reason"), "")
    death = build_movement("2024-01-10", "MORTALITY", source="B-1/1", count=99, cause="UNKNOWN")
    rows = [{**blank, **row} for row in build_two_pens()["movements"]]
    rows[1] |= {"ref": "a", "count": 8}
    rows[2] |= {"order": "TRF-B-1-D031", "mean_weight_g": 140.5, "weight_method": "HAND", "fish_weighed": 50}
    rows.append({**blank, **death, "count": 9, "ref": "b", "replaces": "a"})
    rows.append({**blank, **death, "count": 10, "replaces": "b"})
    rows.append({**blank, **death, "ref": "w"})
    rows.append({**blank, **death, "count": 0, "replaces": "w", "reason": "of another pen"})
    return rows


def move_package(database, tmp_path, tables, rewrite=lambda folder: None, dialect=DETECT):
    """Import tables into a company, export it, import that into another: both fingerprints and the folder."""
    run = next(COUNTER)
    folder, copy = tmp_path / f"in{run}", tmp_path / f"out{run}"
    with psycopg.connect(database) as connection:
        import_package(connection, write_package(folder, tables), company_name=f"First {run}")
        name, first = get_company(connection, f"First {run}")
        connection.commit()
        export_package(connection, copy, name, first)
        rewrite(copy)
        import_package(connection, copy, company_name=f"Second {run}", dialect=dialect)
        second = get_company(connection, f"Second {run}")[1]
        return (
            (compute_fingerprint(connection, first), compute_owner_hashes(connection, first)),
            (compute_fingerprint(connection, second), compute_owner_hashes(connection, second)),
            copy,
        )


def test_every_table_goes_out_and_in_unchanged(database, tmp_path):
    tables = build_full_package()
    assert set(tables) == set(TABLES), "a table is not tested"

    before, after, copy = move_package(database, tmp_path, tables)

    assert before == after
    empty = [name for name in TABLES if len((copy / f"{name}.csv").read_text().splitlines()) < 2]
    assert empty == []


def test_an_export_of_an_export_is_the_same_files(database, tmp_path):
    _, _, first = move_package(database, tmp_path, build_full_package())
    with psycopg.connect(database) as connection:
        run = next(COUNTER)
        import_package(connection, first, company_name=f"Third {run}")
        name, key = get_company(connection, f"Third {run}")
        connection.commit()
        export_package(connection, tmp_path / "again", name, key)

    for table in TABLES:
        assert (tmp_path / "again" / f"{table}.csv").read_bytes() == (first / f"{table}.csv").read_bytes()


def test_the_real_pens_go_out_and_in_unchanged(database, tmp_path):
    folder = unpack_package("scottish-pens", tmp_path)
    with psycopg.connect(database) as connection:
        import_package(connection, folder, company_name="Real")
        name, first = get_company(connection, "Real")
        connection.commit()
        export_package(connection, tmp_path / "out", name, first)
        import_package(connection, tmp_path / "out", company_name="Copy")
        second = get_company(connection, "Copy")[1]

        assert compute_fingerprint(connection, first) == compute_fingerprint(connection, second)
        assert compute_owner_hashes(connection, first) == compute_owner_hashes(connection, second)


# Cells of the package, and what takes their place: separators, quotes, formulas, and texts that look like values.
AWKWARD_CELLS = {
    "Loch A": "+Måløy; 'ytre', \"indre\"",
    "A1": "=A1",
    "A2": "-2",
    "T1": '@"T",1',
    "Burn": "#1",
    "Burn-A": "'=hall",
    "Barge": "31.05.2024",
    "B-1": "0012",
    "B-1/1": "1.234",
    "B-1/2": "2024-05-31",
    "Grower 3": "1e5",
    "L1": "=L1",
    "L2": "=L2",
    'Feed "&" Sons': "true",
    "sick fish, near the surface": 'the net; "torn", 1,5 m',
    "by net": "=SUM(A1:A2)",
    "a torn bag": "-",
    "lice": "@lice +1",
    "code, of practice": "på øya; 'regel', 1.234",
}


def build_awkward_package():
    """Return a package with rows in all tables whose cells a spreadsheet or a careless reader would change."""
    tables = {
        name: [{column: AWKWARD_CELLS.get(cell, cell) for column, cell in row.items()} for row in rows]
        for name, rows in build_full_package().items()
    }
    cells = {cell for rows in tables.values() for row in rows for cell in row.values()}
    assert cells >= set(AWKWARD_CELLS.values()), "a cell is not tested"
    tables["environment"][0] |= {"at": "2024-01-02T07:00:00.123456+01:00", "temperature_c": "-1.53"}
    tables["containers"][0] |= {"volume_m3": 1_234_567.125}
    return tables


WRITTEN = {
    "semicolons": {"delimiter": ";", "decimal": ",", "encoding": "utf-8"},
    "utf-16": {"delimiter": "\t", "decimal": ",", "encoding": "utf-16"},
    "cp1252": {"delimiter": ";", "decimal": ",", "encoding": "cp1252"},
    "commas": {"delimiter": ",", "decimal": ".", "encoding": "windows-1252"},
    # As Excel saves it in Norway, with thousands marks and without a word in the descriptor.
    "norwegian": {"delimiter": ";", "decimal": ",", "encoding": "utf-8-sig", "group": "\u00a0", "date": "%d.%m.%Y"},
    "danish": {"delimiter": ";", "decimal": ",", "encoding": "utf-16", "group": ".", "date": "%d.%m.%Y"},
    "swiss": {"delimiter": ";", "decimal": ".", "encoding": "utf-8-sig", "group": "\u2019", "date": "%d.%m.%Y"},
}


@pytest.mark.parametrize("name", WRITTEN)
def test_an_export_that_a_spreadsheet_rewrites_goes_in_unchanged(database, tmp_path, name):
    written, tables = WRITTEN[name], build_awkward_package()
    is_stated = "date" not in written
    if "1252" not in written["encoding"]:
        tables["areas"].append({**tables["areas"][0], "area": "Łeba 北 \u0416"})

    before, after, copy = move_package(
        database,
        tmp_path,
        tables,
        lambda folder: rewrite_package(folder, **written, is_stated=is_stated),
        DETECT if is_stated else build_dialect(None, written["decimal"]),
    )

    assert before == after
    assert all(len((copy / f"{table}.csv").read_bytes().splitlines()) > 1 for table in TABLES)


@st.composite
def build_packages(draw):
    """Small sound packages: a chain of pens of a batch, each with deaths, and an end or none."""
    start = draw(st.dates(date(2015, 1, 1), date(2022, 1, 1)))
    pens = draw(st.integers(1, 4))
    tables = build_two_pens()
    tables["containers"] = [
        {"container": f"P{pen}", "kind": "pen", "volume_m3": draw(st.floats(1, 1e5)), "area": "Loch A"}
        for pen in range(pens)
    ]
    tables["batches"] = [{"batch": "B", "species": "Atlantic Salmon", "start_date": start.isoformat()}]
    tables["placements"], tables["movements"], tables["weights"], tables["meals"] = [], [], [], []
    tables["environment"], tables["lice"] = [], []
    fish, day = draw(st.integers(100, 10_000)), start
    for pen in range(pens):
        length = draw(st.integers(2, 60))
        stop = day + timedelta(days=length)
        fish = add_pen(draw, tables, pen, fish, day, stop, last=pen == pens - 1)
        day = stop
    return {name: rows for name, rows in tables.items() if rows}


def add_pen(draw, tables, pen, fish, start, stop, last):
    """Add a placement with what happens in it; return the fish that leave it."""
    name, has_end = f"B/{pen}", last and draw(st.booleans())
    tables["placements"].append(
        {
            "placement": name,
            "batch": "B",
            "container": f"P{pen}",
            "stage": "Adult",
            "start_date": start.isoformat(),
            "end_date": "" if has_end else stop.isoformat(),
        }
    )
    if not pen:
        tables["movements"].append(build_movement(start.isoformat(), "STOCKING", target=name, count=fish))
    for after in draw(st.sets(st.integers(0, (stop - start).days - 1), max_size=5)):
        day = (start + timedelta(days=after)).isoformat()
        dead = draw(st.integers(1, 9))
        fish -= dead
        tables["movements"].append(build_movement(day, "MORTALITY", source=name, count=dead, cause="UNKNOWN"))
        tables["meals"].append({"placement": name, "at": f"{day}T08:00:00Z", "kg": draw(st.integers(1, 10**7)) / 1000})
        degrees = draw(st.one_of(st.just(""), st.floats(0, 20, width=32)))
        tables["environment"].append({"container": f"P{pen}", "at": f"{day}T12:00:00Z", "temperature_c": degrees})
    grams = draw(st.floats(0.01, 9000))
    tables["weights"].append(
        {"placement": name, "date": stop.isoformat(), "fish_sampled": 30, "mean_weight_g": grams, "method": "HAND"}
    )
    if last and not has_end:
        tables["movements"].append(build_movement(stop.isoformat(), "HARVEST", source=name, count=fish))
    if not last:
        tables["movements"].append(build_movement(stop.isoformat(), "TRANSFER", name, f"B/{pen + 1}", count=fish))
    return fish


@settings(max_examples=15, deadline=None, suppress_health_check=list(HealthCheck))
@given(tables=build_packages())
def test_any_small_package_goes_out_and_in_unchanged(database, tmp_path_factory, tables):
    before, after, _ = move_package(database, tmp_path_factory.mktemp("any"), tables)

    assert before == after


@pytest.fixture
def exported_folder(database, tmp_path):
    """The folder of an exported company."""
    return move_package(database, tmp_path, build_full_package())[2]


def test_the_descriptor_says_what_is_in_the_files(exported_folder):
    descriptor = json.loads((exported_folder / "datapackage.json").read_text())

    assert [resource["name"] for resource in descriptor["resources"]] == list(TABLES)
    for resource in descriptor["resources"]:
        with (exported_folder / resource["path"]).open(newline="") as file:
            header = next(csv.reader(file))
        assert [field["name"] for field in resource["schema"]["fields"]] == header
        assert resource["bytes"] == (exported_folder / resource["path"]).stat().st_size


def test_a_file_changed_since_the_export_is_refused(database, exported_folder):
    path = exported_folder / "meals.csv"
    path.write_text(path.read_text().replace("12.345", "12.346"))

    with (
        psycopg.connect(database) as connection,
        pytest.raises(GrilseError, match=r"meals.csv: its checksum is not the one in datapackage.json"),
    ):
        import_package(connection, exported_folder, company_name="New")


def test_nothing_is_written_over(database, exported_folder):
    with psycopg.connect(database) as connection, pytest.raises(GrilseError, match="is not empty"):
        export_package(connection, exported_folder, "any", 1)


def test_an_export_that_fails_leaves_no_folder(database, tmp_path):
    with psycopg.connect(database) as connection:
        connection.execute("ALTER TABLE health_treatment RENAME TO hidden")
        connection.commit()
        try:
            with pytest.raises(psycopg.errors.UndefinedTable):
                export_package(connection, tmp_path / "out", "any", 1)
        finally:
            connection.rollback()
            connection.execute("ALTER TABLE hidden RENAME TO health_treatment")
            connection.commit()
    assert list(tmp_path.iterdir()) == []


def test_an_empty_folder_is_filled(database, tmp_path):
    (tmp_path / "out").mkdir()
    with psycopg.connect(database) as connection:
        rows = export_package(connection, tmp_path / "out", "nobody", 0)

    assert set(rows.values()) == {0}
    assert (tmp_path / "out" / "placements.csv").read_text().startswith("placement,batch")
    shutil.rmtree(tmp_path / "out")
