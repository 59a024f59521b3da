"""Days as people write them."""

from datetime import date, timedelta

import pytest
from django.core.exceptions import ValidationError
from django.utils import timezone
from django.utils.translation import override

from grilse.languages import format_date
from grilse.web.forms import DayField, parse_day


@pytest.mark.parametrize(
    "text",
    [
        "2026-05-01", "01.05.2026", "1.5.2026", "01/05/2026", "1 May 2026", "01 may 2026", " 2026-05-01 ",
        "1. mai 2026", "1 mai 2026",
    ],
)  # fmt: skip
def test_a_day_is_read_in_every_format(text):
    assert parse_day(text) == DayField().clean(text) == date(2026, 5, 1)


@pytest.mark.parametrize(("text", "ago"), [("today", 0), ("Today", 0), ("yesterday", 1), ("i går", 1)])
def test_days_have_names(text, ago):
    assert parse_day(text) == timezone.localdate() - timedelta(days=ago)


@pytest.mark.parametrize("text", ["", "2026-5-1", "31.02.2026", "05.01.26", "1 Maj 2026", "tomorrow", "٠١.٠٥.٢٠٢٦"])
def test_other_texts_are_no_day(text):
    assert parse_day(text) is None


@pytest.mark.parametrize("language", ["en", "nb", "fo"])
@pytest.mark.parametrize("month", range(1, 13))
def test_a_day_is_read_as_pages_write_it(language, month):
    day = date(2026, month, 9)
    with override(language):
        assert parse_day(format_date(day)) == day


def test_a_field_says_which_formats_it_reads():
    with pytest.raises(ValidationError, match=r"Friday is not a day, as 2026-05-01, 01\.05\.2026"):
        DayField().clean("Friday")
