"""Template filters of numbers, texts and dates."""

from collections.abc import Mapping
from datetime import date

from django import template
from django.utils.translation import gettext_lazy as _

from grilse.languages import Label, format_date, write_decimal_sign

register = template.Library()

THIN_SPACE = "\u202f"
"""A thin space at which no line breaks."""


@register.filter("thousands")
def format_thousands(value: float | None) -> str:
    """Return a whole number with separated thousands."""
    return "–" if value is None else format_grouped(round(value))


def format_grouped(value: float) -> str:
    """Return a number with separated thousands, and all its decimals."""
    return group_thousands(f"{value:,}")


def group_thousands(text: str) -> str:
    """Return a number that Python grouped by commas, grouped by thin spaces and with the language's decimal sign."""
    return write_decimal_sign(text.replace(",", THIN_SPACE))


@register.filter("measure")
def format_measure(value: float | None) -> str:
    """Return a number with at most three significant digits after its thousands."""
    if value is None:
        return "–"
    return format_thousands(value) if abs(value) >= 100 else write_decimal_sign(f"{value:.3g}")


@register.filter("weight")
def format_weight(grams: float | None) -> str:
    """Return a weight in g below 1 kg, in kg from there on."""
    if grams is None:
        return "–"
    if grams >= 1000:
        return write_decimal_sign(f"{grams / 1000:.2f}{THIN_SPACE}kg")
    return write_decimal_sign(f"{grams:.3g}{THIN_SPACE}g") if grams < 100 else f"{grams:.0f}{THIN_SPACE}g"


@register.filter("biomass")
def format_biomass(kilograms: float | None) -> str:
    """Return a biomass in kg below 10 t, in t from there on."""
    if kilograms is None:
        return "–"
    if kilograms >= 10_000:
        return f"{format_thousands(kilograms / 1000)}{THIN_SPACE}t"
    return f"{format_thousands(kilograms)}{THIN_SPACE}kg"


@register.filter("relative")
def format_relative_interval(sd: float | None, value: float | None) -> str:
    """Return the half width of the 90 % interval in percent of the value."""
    if sd is None or not value:
        return ""
    return write_decimal_sign(f"±{THIN_SPACE}{164.5 * sd / value:.1f}{THIN_SPACE}%")


@register.filter("percentage")
def format_percentage(percent: float | None) -> str:
    """Return a value in percent with at most three significant digits."""
    return "–" if percent is None else f"{format_measure(percent)}{THIN_SPACE}%"


@register.filter("ratio")
def format_ratio(value: float | None) -> str:
    """Return a ratio to a hundredth."""
    return "–" if value is None else write_decimal_sign(f"{value:.2f}")


@register.filter("signed")
def format_signed_percent(percent: float | None) -> str:
    """Return a difference in percent with its sign."""
    return "–" if percent is None else write_decimal_sign(f"{percent:+.1f}{THIN_SPACE}%".replace("-", "\u2212"))


@register.filter("sigmas")
def format_sigmas(number: float | None) -> str:
    """Return a distance in standard deviations, without its sign."""
    return "–" if number is None else write_decimal_sign(f"{abs(number):.1f}{THIN_SPACE}σ")


@register.filter("milliseconds")
def format_milliseconds(value: float | None) -> str:
    """Return a time in ms below 1 s, in s from there on."""
    if value is None:
        return "–"
    return write_decimal_sign(f"{value / 1000:.2f}{THIN_SPACE}s" if value >= 1000 else f"{value:.3g}{THIN_SPACE}ms")


@register.filter("kilometres")
def format_distance(metres: float | None) -> str:
    """Return a distance in m below 1 km, in km from there on."""
    if metres is None:
        return "–"
    return format_kilometres(metres / 1000) if metres >= 1000 else f"{metres:.0f}{THIN_SPACE}m"


@register.filter("km")
def format_kilometres(value: float | None) -> str:
    """Return kilometres to a tenth."""
    return "–" if value is None else group_thousands(f"{value:,.1f}{THIN_SPACE}km")


@register.filter("hours")
def format_hours(minutes: float | None) -> str:
    """Return minutes as hours to a tenth."""
    return "–" if minutes is None else group_thousands(f"{minutes / 60:,.1f}")


@register.filter("money")
def format_money(minor: int | None, currency: str = "") -> str:
    """Return an amount in hundredths of a currency."""
    if minor is None:
        return "–"
    return group_thousands(f"{minor / 100:,.2f}{THIN_SPACE}{currency}").strip()


@register.filter("percent")
def format_share(part: float | None) -> str:
    """Return a fraction in percent."""
    return "–" if part is None else f"{100 * part:.0f}{THIN_SPACE}%"


@register.filter("level_mean")
def format_mean_level(value: float | None) -> str:
    """Return a mean of levels to a tenth."""
    return "–" if value is None else write_decimal_sign(f"{value:.1f}")


@register.filter("chart_id")
def build_chart_id(number: int) -> str:
    """Return the id of the nth chart of the page."""
    return f"chart-{number}"


@register.filter("readers")
def describe_readers(privacy: str) -> Label:
    """Return in a few words who reads an entry."""
    return READER_TEXTS[privacy]


READER_TEXTS = {
    "private": _("only me"), "aggregate": _("counted only"), "manager": _("the manager"), "team": _("the team"),
    "shared": _("everybody"),
}  # fmt: skip


@register.filter("lookup")
def look_up_word(words: Mapping[str, Label], key: str) -> Label:
    """Return the text of a key."""
    return words[key]


@register.filter("day")
def format_day(value: date | None) -> str:
    """Return a date such as 2 May 2023."""
    return "–" if value is None else format_date(value)


@register.filter("decimals")
def format_decimals(value: float | None) -> str:
    """Return a small number with the decimals that count: two below 1, else one."""
    if value is None:
        return "–"
    return write_decimal_sign(f"{value:.2f}" if abs(value) < 1 else f"{value:,.1f}".replace(",", THIN_SPACE))


@register.filter("mortality")
def format_mortality(percent: float | None) -> str:
    """Return a mortality in percent, with the decimals that count."""
    return "–" if percent is None else f"{format_decimals(percent)}{THIN_SPACE}%"


@register.filter("lice")
def format_lice(value: float | None) -> str:
    """Return lice per fish to a hundredth."""
    return "–" if value is None else write_decimal_sign(f"{value:.2f}")


@register.filter("whole_percent")
def format_percent(value: float | None) -> str:
    """Return a percentage as a whole number."""
    return "–" if value is None else f"{value:.0f}{THIN_SPACE}%"
