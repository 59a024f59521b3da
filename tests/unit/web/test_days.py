"""Days as people write them."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone

from grilse.web.forms import DayField, parse_day


@pytest.mark.parametrize(
    "text", ["2026-05-01", "01.05.2026", "1.5.2026", "01/05/2026", "1 May 2026", "01 may 2026", " 2026-05-01 "]
)
def test_a_day_is_read_in_every_format(text):
    assert parse_day(text) == DayField().clean(text) == date(2026, 5, 1)


@pytest.mark.parametrize(("text", "ago"), [("today", 0), ("Today", 0), ("yesterday", 1)])
def test_days_have_names(text, ago):
    assert parse_day(text) == timezone.localdate() - timedelta(days=ago)


@pytest.mark.parametrize("text", ["", "2026-5-1", "31.02.2026", "05.01.26", "1 Maj 2026", "tomorrow", "٠١.٠٥.٢٠٢٦"])
def test_other_texts_are_no_day(text):
    assert parse_day(text) is None


def test_a_field_says_which_formats_it_reads():
    with pytest.raises(ValidationError, match=r"Friday is not a day, as 2026-05-01, 01\.05\.2026"):
        DayField().clean("Friday")
