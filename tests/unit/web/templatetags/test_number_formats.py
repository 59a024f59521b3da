"""Figures on pages."""

from datetime import date

import pytest

from grilse.web.templatetags.number_formats import (
    THIN_SPACE,
    format_biomass,
    format_day,
    format_relative_interval,
    format_signed_percent,
    format_thousands,
    format_weight,
)


@pytest.mark.parametrize(
    ("grams", "text"),
    [(0.1, "0.1_g"), (5.678, "5.68_g"), (412.4, "412_g"), (1000, "1.00_kg"), (4873, "4.87_kg"), (None, "–")],
)
def test_weights_are_in_grams_below_a_kilogram(grams, text):
    assert format_weight(grams) == text.replace("_", THIN_SPACE)


def test_thousands_stand_apart():
    assert format_thousands(2276476) == f"2{THIN_SPACE}276{THIN_SPACE}476"
    assert format_thousands(None) == "–"


def test_biomass_is_in_tonnes_from_ten():
    assert format_biomass(9999) == f"9{THIN_SPACE}999{THIN_SPACE}kg"
    assert format_biomass(11270000) == f"11{THIN_SPACE}270{THIN_SPACE}t"


def test_a_half_width_is_that_of_the_90_percent_interval():
    assert format_relative_interval(10, 1000) == f"±{THIN_SPACE}1.6{THIN_SPACE}%"
    assert format_relative_interval(None, 1000) == format_relative_interval(1, 0) == ""


def test_a_difference_has_its_sign():
    assert format_signed_percent(4.04) == f"+4.0{THIN_SPACE}%"
    assert format_signed_percent(-4.04) == f"−4.0{THIN_SPACE}%"


def test_a_date_reads_as_people_write_it():
    assert format_day(date(2023, 5, 2)) == "2 May 2023"
