"""Days without records, whose estimates are carried forward."""

from dataclasses import replace

import numpy as np
import pytest

from grilse.science.estimation import MovementKind, Provenance, estimate_group
from grilse.science.estimation.record_gaps import find_carried_rows

LONGEST = 10
NOT_MEASURED = int(Provenance.TEMPERATURE_ASSUMED)


def find_carried_days(group, measured=(), pen=0):
    """The days of a pen whose estimates are carried forward, where its water was measured on some days only."""
    flags = np.where(np.isin(group.rows.day, measured), 0, NOT_MEASURED)
    carried = find_carried_rows(replace(group, temperature_flags=flags), LONGEST)
    return group.rows.day[carried & (group.rows.placement == pen)].tolist()


@pytest.fixture
def pen(story):
    story.through = 40
    story.stock(story.pen(), 1000, 100.0)
    return story


def test_days_after_the_last_record_are_carried_forward(pen):
    pen.die(0, 8, 3)
    assert find_carried_days(pen.group()) == list(range(9, 41))


@pytest.mark.parametrize("record", ["feed", "sample", "death", "reading"])
def test_each_kind_of_record_reaches_its_day(pen, record):
    {
        "feed": lambda: pen.feed(0, [7], 5.0), "sample": lambda: pen.weigh(0, 7, 110.0),
        "death": lambda: pen.die(0, 7, 1), "reading": lambda: None,
    }[record]()  # fmt: skip
    assert find_carried_days(pen.group(), [7] if record == "reading" else []) == list(range(8, 41))


def test_a_short_gap_is_bridged_and_a_long_one_is_not(pen):
    pen.feed(0, [10, 21], 5.0)
    assert find_carried_days(pen.group(), range(21, 41)) == list(range(11, 41))
    assert find_carried_days(pen.group(), range(20, 41)) == []


def test_after_a_long_gap_only_a_weight_makes_the_estimate_known_again(pen):
    pen.feed(0, range(30, 41), 5.0)
    pen.die(0, 31, 14)
    assert find_carried_days(pen.group()) == list(range(1, 41))
    pen.weigh(0, 33, 180.0)
    assert find_carried_days(pen.group()) == list(range(1, 33))


def test_fish_weighed_at_a_movement_end_a_gap_too(pen):
    pen.pen(start=30)
    pen.transfer(30, 0, 1, 400, 150.0)
    assert find_carried_days(pen.group(), range(30, 41)) == list(range(1, 30))
    assert find_carried_days(pen.group(), range(30, 41), pen=1) == []


def test_the_records_of_a_batch_reach_all_its_pens_and_no_other_batch(story):
    story.through = 20
    for batch in (0, 0, 1):
        story.stock(story.pen(batch=batch), 1000, 100.0)
    story.feed(0, range(16), 5.0)
    assert find_carried_days(story.group(), pen=1) == list(range(16, 21))
    assert find_carried_days(story.group(), pen=2) == list(range(1, 21))


def test_a_harvest_on_the_day_after_the_last_state_is_a_record(story):
    story.through = 20
    story.stock(story.pen(stop=9), 1000, 100.0)
    story.move(9, MovementKind.HARVEST, 0, -1, 1000, 130.0)
    assert find_carried_days(story.group()) == []


def test_the_estimate_of_a_gap_says_so_and_is_the_same_number(pen):
    pen.die(0, 8, 3)
    known = estimate_group(pen.group())
    silent = replace(pen.group(), temperature_flags=np.full(41, NOT_MEASURED))
    carried = estimate_group(silent)
    is_carried = (carried.placements.provenance & int(Provenance.CARRIED_FORWARD)) != 0
    assert np.flatnonzero(is_carried).tolist() == list(range(9, 41))
    assert (carried.batches.provenance & int(Provenance.CARRIED_FORWARD)).any()
    assert carried.placements.smoothed_weight.tolist() == known.placements.smoothed_weight.tolist()
    assert carried.placements.biomass_sd.tolist() == known.placements.biomass_sd.tolist()
