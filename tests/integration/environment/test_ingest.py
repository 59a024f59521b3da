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
def announced_changes(monkeypatch):
    """What is announced, beside the estimates that answer it."""
    announcements = []
    monkeypatch.setattr(hooks, "change_handlers", [announcements.append])
    return announcements


def ingest_rows(rows, keep_good=False):
    lines = "\n".join(json.dumps(row) for row in rows).encode()
    return ingest_chunks(json_lines.iter_chunks(io.BytesIO(lines)), keep_good=keep_good)


def build_year(pens, days=365):
    return [
        {"container": pen, "at": at(50 + day, hour).isoformat(), "temperature_c": 8.5}
        for day in range(days)
        for hour in (6, 18)
        for pen in pens
    ]


def test_a_year_of_readings_announces_one_change_and_a_repeat_announces_none(farm, acting, announced_changes):
    rows = build_year(["P1", "P2", "P3", "P4"])

    assert ingest_rows(rows).changed == len(rows)
    assert announced_changes == [{farm.placements[name]: on(50) for name in ("A/P1", "A/P2", "B/P3", "C/P4")}]
    assert ingest_rows(rows).changed == 0
    assert len(announced_changes) == 1
    [load] = BulkLoad.objects.all()
    assert (load.user_id, load.rows) == (farm.user, {"environment_reading": len(rows)})


def test_a_refused_file_stores_nothing(farm, acting, announced_changes):
    with pytest.raises(
        InvalidReadings, match="2 of 8 rows are wrong, so nothing was taken: row 1, there is no container"
    ):
        ingest_rows([{"container": "Q"}, *build_year(["P1"], 3), {"container": "Q"}])

    assert not Reading.objects.filter(at__gte=at(50)).exists()
    assert not announced_changes


def test_a_wrong_file_is_refused_after_its_first_errors(farm, acting):
    with pytest.raises(InvalidReadings, match="more than 100,000 fields of the first"):
        ingest_chunks(json_lines.iter_chunks(io.BytesIO(b"{}\n" * 1_000_000)), keep_good=True)


def test_rows_without_values_are_skipped(farm, acting, announced_changes):
    some = {"container": "P1", "at": at(60).isoformat()}
    assert ingest_rows([some]).changed == 0
    assert ingest_rows([some, some | {"ph": None}]).changed == 0
    assert ingest_rows([some, some | {"container": "Q"}], keep_good=True).changed == 0
