"""Refusals of feed that several callers share: every interface gives the same text."""

from datetime import date

MAX_GRAMS = 10**12
# The cost of the largest meal at this price still fits its column.
MAX_PRICE = 9_000_000


def describe_shortage(store: str, feed: str, day: date) -> str:
    """Say that a meal draws more than was delivered by its day."""
    what = f"{store} does not hold enough {feed} for a meal on {day}"
    return f"{what}: enter the delivery first, or a smaller meal"


def describe_overfull_store(store: str, capacity_kg: float, day: date, grams: int) -> str:
    """Say that a store cannot hold the feed that would be in it on a day."""
    return (
        f"{store} holds at most {capacity_kg:,.0f} kg and would hold {grams / 1000:,.0f} kg on {day}:"
        " enter the meals before it first, or a smaller delivery"
    )
