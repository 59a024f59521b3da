"""Refusals of feed that several callers share: every interface gives the same text."""

from datetime import date, datetime

from grilse.stock.messages import describe_local_day, format_apart

MAX_GRAMS = 10**12
# The cost of the largest meal at this price still fits its column.
MAX_PRICE = 9_000_000


def describe_shortage(store: str, feed: str, day: date, what: str = "a meal") -> str:
    """Say that a meal or a loss draws more than was delivered by its day."""
    need = f"{store} does not hold enough {feed} for {what} on {day}"
    remedy = f"enter the delivery first, or a smaller {what.removeprefix('a ').partition(' ')[0]}"
    return f"{need}: {remedy}; if more is there, enter a count of the store"


def describe_count_before_deliveries(store: str, feed: str, day: date) -> str:
    """Say that a count adds feed of which no delivery gives the price."""
    return f"{store} has no delivery of {feed} up to {day} that gives the price of the counted feed: enter it first"


def describe_overfull_store(store: str, capacity_kg: float, day: date, grams: int) -> str:
    """Say that a store cannot hold the feed that would be in it on a day."""
    kg, limit = format_apart(grams / 1000, capacity_kg, decimals=0)
    return (
        f"{store} holds at most {limit} kg and would hold {kg} kg on {day}:"
        " enter the meals before it first, or a smaller delivery; if less is there, enter a count of the store"
    )


def describe_count_over_capacity(store: str, capacity_kg: float, grams: int) -> str:
    """Say that a count finds more than the store can hold."""
    kg, limit = format_apart(grams / 1000, capacity_kg, decimals=0)
    return (
        f"{kg} kg counted in {store}, which holds at most {limit} kg: correct the count, or the capacity of the store"
    )


def describe_invalid_adjustment(kind: str, grams: int) -> str:
    """Say that a mass is none of a count or a loss."""
    return f"a {kind} of {grams} g: it has to be at least {0 if kind == 'COUNT' else 1} and at most {MAX_GRAMS:,}"


def describe_missing_reason(kind: str) -> str:
    """Say that a loss of feed has no reason."""
    return f"feed {kind} without a reason: say what happened"


def describe_misplaced_meal(placement: str, at: datetime, day: date, zone: str, why: str) -> str:
    """Say why a time zone cannot be that of a meal."""
    what = describe_local_day(f"a meal of {placement} at {at:%Y-%m-%dT%H:%MZ}", day, zone)
    return f"{what} would be {why}: correct the meal first"
