"""Figures as people of the field read them."""

from collections.abc import Mapping
from datetime import date

from django import template

register = template.Library()

THIN = "\u202f"
"""A thin space between thousands, at which no line breaks."""


@register.filter("grouped")
def grouped(value: float | None) -> str:
    """Return a whole number with its thousands apart."""
    return "–" if value is None else f"{round(value):,}".replace(",", THIN)


@register.filter("weight")
def weight(grams: float | None) -> str:
    """Return a weight in g below 1 kg, in kg from there on."""
    if grams is None:
        return "–"
    if grams >= 1000:
        return f"{grams / 1000:.2f}{THIN}kg"
    return f"{grams:.3g}{THIN}g" if grams < 100 else f"{grams:.0f}{THIN}g"


@register.filter("biomass")
def biomass(kilograms: float | None) -> str:
    """Return a biomass in kg below 10 t, in t from there on."""
    if kilograms is None:
        return "–"
    if kilograms >= 10_000:
        return f"{grouped(kilograms / 1000)}{THIN}t"
    return f"{grouped(kilograms)}{THIN}kg"


@register.filter("relative")
def relative(sd: float | None, value: float | None) -> str:
    """Return the half width of the 90 % interval in percent of the value."""
    return f"±{THIN}{164.5 * sd / value:.1f}{THIN}%" if sd is not None and value else ""


@register.filter("signed")
def signed(percent: float | None) -> str:
    """Return a difference in percent with its sign."""
    return "–" if percent is None else f"{percent:+.1f}{THIN}%".replace("-", "\u2212")


@register.filter("sigmas")
def sigmas(number: float | None) -> str:
    """Return a distance in standard deviations, whatever its direction."""
    return "–" if number is None else f"{abs(number):.1f}{THIN}σ"


@register.filter("milliseconds")
def milliseconds(value: float | None) -> str:
    """Return a time in ms below 1 s, in s from there on."""
    if value is None:
        return "–"
    return f"{value / 1000:.2f}{THIN}s" if value >= 1000 else f"{value:.3g}{THIN}ms"


@register.filter("kilometres")
def kilometres(metres: float | None) -> str:
    """Return a way in m below 1 km, in km from there on."""
    if metres is None:
        return "–"
    return km(metres / 1000) if metres >= 1000 else f"{metres:.0f}{THIN}m"


@register.filter("km")
def km(value: float | None) -> str:
    """Return kilometres to a tenth."""
    return "–" if value is None else f"{value:,.1f}{THIN}km".replace(",", THIN)


@register.filter("hours")
def hours(minutes: float | None) -> str:
    """Return minutes as hours to a tenth."""
    return "–" if minutes is None else f"{minutes / 60:,.1f}".replace(",", THIN)


@register.filter("money")
def money(minor: int | None, currency: str = "") -> str:
    """Return hundredths of a currency as people write them."""
    if minor is None:
        return "–"
    return f"{minor / 100:,.2f}{THIN}{currency}".replace(",", THIN).strip()


@register.filter("share")
def share(part: float | None) -> str:
    """Return a part of one in percent."""
    return "–" if part is None else f"{100 * part:.0f}{THIN}%"


@register.filter("mean")
def mean(value: float | None) -> str:
    """Return a mean of levels to a tenth."""
    return "–" if value is None else f"{value:.1f}"


@register.filter("chart_id")
def chart_id(number: int) -> str:
    """Return what the chart of a place on the page is called there."""
    return f"chart-{number}"


@register.filter("level")
def level(form: Mapping[str, object], name: str) -> object:
    """Return a level of a form; nothing where none was chosen."""
    return form.get(name) or ""


@register.filter("reads")
def reads(privacy: str) -> str:
    """Return in two words who reads an entry."""
    return READS[privacy]


READS = {
    "private": "only me", "aggregate": "only counted", "manager": "the manager", "team": "the team",
    "shared": "everybody",
}  # fmt: skip


@register.filter("of")
def of(words: Mapping[str, str], key: str) -> str:
    """Return the word for a key."""
    return words[key]


@register.filter("day")
def day(value: date | None) -> str:
    """Return a date such as 2 May 2023."""
    return "–" if value is None else f"{value.day} {value:%b %Y}"
