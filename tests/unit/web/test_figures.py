"""Figures on pages."""

from datetime import date

import pytest

from grilse.web.templatetags.figures import THIN, biomass, day, grouped, relative, signed, weight


@pytest.mark.parametrize(
    ("grams", "text"),
    [(0.1, "0.1_g"), (5.678, "5.68_g"), (412.4, "412_g"), (1000, "1.00_kg"), (4873, "4.87_kg"), (None, "–")],
)
def test_weights_are_in_grams_below_a_kilogram(grams, text):
    assert weight(grams) == text.replace("_", THIN)


def test_thousands_stand_apart():
    assert grouped(2276476) == f"2{THIN}276{THIN}476"
    assert grouped(None) == "–"


def test_biomass_is_in_tonnes_from_ten():
    assert biomass(9999) == f"9{THIN}999{THIN}kg"
    assert biomass(11270000) == f"11{THIN}270{THIN}t"


def test_a_half_width_is_that_of_the_90_percent_interval():
    assert relative(10, 1000) == f"±{THIN}1.6{THIN}%"
    assert relative(None, 1000) == relative(1, 0) == ""


def test_a_difference_has_its_sign():
    assert signed(4.04) == f"+4.0{THIN}%"
    assert signed(-4.04) == f"−4.0{THIN}%"


def test_a_date_reads_as_people_write_it():
    assert day(date(2023, 5, 2)) == "2 May 2023"
