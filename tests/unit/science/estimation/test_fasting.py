"""How many of the days ahead fish will fast, as far as one could know."""

import numpy as np
import pytest

from grilse.science.estimation import Provenance
from grilse.science.forecast_pairs import fasting_share
from grilse.science.parameters import load_parameters

PEN = 0


def build_fasting_story(story, fasts):
    """A pen that is fed on all days but some, and the provenance of its states."""
    story.through = 99
    story.pen()
    story.fed = {(PEN, day): 10.0 for day in range(100) if day not in fasts}
    provenance = np.zeros(100, dtype=np.int64)
    provenance[list(fasts)] = int(Provenance.FASTED)
    return story.group(), provenance


def test_a_group_begins_with_the_practice_and_learns_its_own(story):
    group, provenance = build_fasting_story(story, range(50, 70))
    share = fasting_share(group, provenance, np.array([0, 49, 99]))

    (_, usual), worth = (load_parameters("backtest")["resting_share"], load_parameters("backtest")["resting_worth"])
    expected = [usual * worth / (worth + days) for days in (1, 50)]
    assert share.tolist() == pytest.approx([*expected, (20 + usual * worth) / (worth + 100)])


def test_fasts_after_the_day_are_not_known_on_it(new_story):
    early = np.array([40])
    first_share, other = (
        fasting_share(*build_fasting_story(new_story(), fasts), early)[0] for fasts in ([10, 11], [10, 11, 60, 61])
    )

    assert first_share == other


def test_without_records_of_feed_nothing_is_taken_off(story):
    story.through = 99
    story.pen()

    assert fasting_share(story.group(), np.zeros(100, dtype=np.int64), np.array([5, 50])).tolist() == [0.0, 0.0]
