"""Files of readings: one estimate for all, and none for what is there already."""

import io
import json

import pytest
from tests.edited_farm import at, on

from grilse.access.models import BulkLoad
from grilse.environment.ingest import ingest_chunks
from grilse.environment.models import Reading
from grilse.environment.parsing import json_lines
from grilse.environment.parsing.errors import InvalidReadings
from grilse.stock import hooks


@pytest.fixture
def told(monkeypatch):
    """What is announced, beside the estimates that answer it."""
    told = []
    monkeypatch.setattr(hooks, "change_handlers", [told.append])
    return told


def taken(rows, keep_good=False):
    lines = "\n".join(json.dumps(row) for row in rows).encode()
    return ingest_chunks(json_lines.iter_chunks(io.BytesIO(lines)), keep_good=keep_good)


def year(pens, days=365):
    return [
        {"container": pen, "at": at(50 + day, hour).isoformat(), "temperature_c": 8.5}
        for day in range(days)
        for hour in (6, 18)
        for pen in pens
    ]


def test_a_year_of_a_site_is_one_announcement_and_the_same_again_is_none(farm, acting, told):
    rows = year(["P1", "P2", "P3", "P4"])

    assert taken(rows).changed == len(rows)
    assert told == [{farm.placements[name]: on(50) for name in ("A/P1", "A/P2", "B/P3", "C/P4")}]
    assert taken(rows).changed == 0
    assert len(told) == 1
    [load] = BulkLoad.objects.all()
    assert (load.user_id, load.rows) == (farm.user, {"environment_reading": len(rows)})


def test_of_a_refused_file_nothing_is_there(farm, acting, told):
    with pytest.raises(
        InvalidReadings, match="2 of 8 rows are wrong, so nothing was taken: row 1, there is no container"
    ):
        taken([{"container": "Q"}, *year(["P1"], 3), {"container": "Q"}])

    assert not Reading.objects.filter(at__gte=at(50)).exists()
    assert not told


def test_another_file_than_was_meant_is_not_read_to_its_end(farm, acting):
    with pytest.raises(InvalidReadings, match="more than 100,000 fields of the first"):
        ingest_chunks(json_lines.iter_chunks(io.BytesIO(b"{}\n" * 1_000_000)), keep_good=True)


def test_rows_that_measured_nothing_are_no_readings(farm, acting, told):
    some = {"container": "P1", "at": at(60).isoformat()}
    assert taken([some]).changed == 0
    assert taken([some, some | {"ph": None}]).changed == 0
    assert taken([some, some | {"container": "Q"}], keep_good=True).changed == 0
