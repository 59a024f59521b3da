"""The languages of the pages: their formats of dates and numbers, and the type of a text that is translated."""

from datetime import date
from typing import TYPE_CHECKING, TypeAlias

from django.conf.locale import LANG_INFO
from django.utils.dateformat import format as format_with_letters
from django.utils.formats import get_format
from django.utils.functional import Promise
from django.utils.translation import pgettext_lazy

if TYPE_CHECKING:
    from django.utils.functional import _StrOrPromise

    Label: TypeAlias = _StrOrPromise
else:
    Label = str | Promise
"""A text that is translated where it is shown."""

# Django has no entry for Faroese; a browser that asks for Norwegian or Nynorsk gets bokmål.
LANG_INFO.setdefault("fo", {"bidi": False, "code": "fo", "name": "Faroese", "name_local": "føroyskt"})
for code in ("no", "nn"):
    LANG_INFO[code]["fallback"] = ["nb"]

# The months as Django names them in dates, for the languages that Django does not have.
MONTHS = (
    pgettext_lazy("abbrev. month", "Jan."),
    pgettext_lazy("abbrev. month", "Feb."),
    pgettext_lazy("abbrev. month", "March"),
    pgettext_lazy("abbrev. month", "April"),
    pgettext_lazy("abbrev. month", "May"),
    pgettext_lazy("abbrev. month", "June"),
    pgettext_lazy("abbrev. month", "July"),
    pgettext_lazy("abbrev. month", "Aug."),
    pgettext_lazy("abbrev. month", "Sept."),
    pgettext_lazy("abbrev. month", "Oct."),
    pgettext_lazy("abbrev. month", "Nov."),
    pgettext_lazy("abbrev. month", "Dec."),
)


def format_date(value: date, name: str = "DATE_FORMAT") -> str:
    """Return a date, or a time, by a format of the language: 29 Nov 2026, or 29. nov. 2026."""
    return format_with_letters(value, get_format(name))


def write_decimal_sign(text: str) -> str:
    """Return a number that Python wrote with the decimal sign of the language."""
    sign = get_format("DECIMAL_SEPARATOR")
    return text if sign == "." else text.replace(".", sign)
