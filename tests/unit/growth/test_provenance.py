"""Where states come from, in words."""

from datetime import date

import pytest

from grilse.growth.states import MEANINGS, describe_model_source, list_flag_names
from grilse.science.estimation import Provenance


@pytest.mark.parametrize("flag", list(Provenance))
def test_every_flag_has_words(flag):
    assert MEANINGS[flag]


def test_flags_are_named():
    assert list_flag_names(int(Provenance.WEIGHT_SAMPLED | Provenance.OUTLIER)) == ["WEIGHT_SAMPLED", "OUTLIER"]


def test_a_version_tells_how_far_its_harvests_go():
    assert describe_model_source(date(2023, 1, 2)) == "growth model learned from harvests before 2 Jan 2023"
