"""Health samples recorded by actions."""

from dataclasses import replace

import pytest
from tests.edited_farm import on

from grilse.errors import GrilseError
from grilse.health.actions.samples import (
    NewHealthSample,
    correct_health_sample,
    record_health_samples,
    withdraw_health_sample,
)
from grilse.health.models import HealthSample, HealthScore


@pytest.fixture
def sample(farm):
    """Twenty fish, scored for gills and fins."""
    return NewHealthSample(
        placement=farm.placements["A/P1"], date=on(30), fish=20, scores={"gill": (12, 5, 2, 1), "fin": (18, 1, 0, 0)}
    )


def list_scores():
    rows = HealthScore.objects.order_by("parameter")
    return {row.parameter: (row.score_0, row.score_1, row.score_2, row.score_3) for row in rows}


def test_a_sample_is_entered_corrected_as_a_whole_and_withdrawn(farm, acting, sample):
    [id] = record_health_samples([sample])
    assert list_scores() == sample.scores

    correct_health_sample(id, replace(sample, fish=30, scores={"gill": (25, 5, 0, 0)}), reason="second sheet")
    assert HealthSample.objects.get(pk=id).fish == 30
    assert list_scores() == {"gill": (25, 5, 0, 0)}

    withdraw_health_sample(id, reason="another pen")
    assert not HealthSample.objects.exists()
    assert not list_scores()


def test_samples_of_many_pens_may_be_without_scores(farm, acting, sample):
    ids = record_health_samples([sample, replace(sample, placement=farm.placements["A/P2"], scores={})])

    assert len(ids) == 2
    assert list_scores() == sample.scores


REFUSED = {
    "a health sample of 0 fish of A/P1: it is of at least one": {"fish": 0},
    "21 fish of A/P1 scored for gill, 20 looked at": {"scores": {"gill": (20, 1, 0, 0)}},
    "-1 fish with gill 3 on A/P1: it cannot be below 0": {"scores": {"gill": (3, 0, 0, -1)}},
    "3 scores for gill: give the fish with each of 0, 1, 2 and 3": {"scores": {"gill": (3, 0, 0)}},
    "scores of A/P1 for no parameter": {"scores": {" ": (3, 0, 0, 0)}},
    "is before its placement: A/P1 starts on": {"date": on(2)},
}


@pytest.mark.parametrize("why", REFUSED)
def test_a_sample_that_cannot_be_is_refused(farm, acting, sample, why):
    with pytest.raises(GrilseError, match=why):
        record_health_samples([replace(sample, **REFUSED[why])])


def test_a_second_sample_of_a_pen_and_day_is_a_correction(farm, acting, sample):
    [id] = record_health_samples([sample])

    with pytest.raises(GrilseError, match="a health sample of A/P1 on 2024-01-31 is there already: correct it"):
        record_health_samples([sample])
    with pytest.raises(GrilseError, match="say why"):
        correct_health_sample(id, sample, reason="")
    with pytest.raises(GrilseError, match="there is no health sample 999999"):
        withdraw_health_sample(999_999, reason="another pen")
