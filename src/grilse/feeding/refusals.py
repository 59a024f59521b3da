"""What is refused of feed, in words: every door says the same."""

from datetime import date, datetime

MOST_GRAMS = 10**12
# With it a meal of the largest mass has a cost that the database can write.
MOST_PRICE = 9_000_000


def uncovered(store: str, feed: str, day: date) -> str:
    """Say that a meal draws more than was delivered by its day."""
    what = f"{store} does not hold enough {feed} for a meal on {day}"
    return f"{what}: enter the delivery first, or a smaller meal"


def over_capacity(store: str, capacity_kg: float, day: date, grams: int) -> str:
    """Say that a store cannot hold what would lie in it on a day."""
    return (
        f"{store} holds at most {capacity_kg:,.0f} kg and would hold {grams / 1000:,.0f} kg on {day}:"
        " enter the meals before it first, or a smaller delivery"
    )


def meal_mass(placement: str, grams: int) -> str:
    """Say that no meal weighs so much, or nothing."""
    return f"a meal of {grams} g for {placement}: it has to be at least one and at most {MOST_GRAMS:,}"


def delivery_mass(number: str, grams: int) -> str:
    """Say that no delivery weighs so much, or nothing."""
    return f"a delivery of {grams} g, {number}: it has to be at least one and at most {MOST_GRAMS:,}"


def mass(kg: float) -> str:
    """Say that a number is no mass."""
    return f"{kg:g} kg is no mass of feed: it has to be above 0 and at most {MOST_GRAMS // 1000:,} kg"


def price(number: str, minor_units: int) -> str:
    """Say that no feed costs so much, or less than nothing."""
    what = f"a price of {minor_units} a kg for {number}"
    return f"{what}: it has to be from 0 to {MOST_PRICE:,}, in øre or pence"


def unnumbered() -> str:
    """Say that a delivery has no number."""
    return "a delivery without a number: name it, as its waybill does"


def too_old(day: date) -> str:
    """Say that a delivery is dated before any record."""
    return f"{day} is before 1970: enter the day that the feed came"


def no_zone(at: datetime) -> str:
    """Say that a time could be anywhere."""
    return f"{at.isoformat()} is no time that can be told in UTC: give it with its zone, as 2024-05-01T09:00Z"


def missing(what: str, id: int) -> str:
    """Say that nothing of this kind has an id."""
    return f"there is no {what} {id}"


def not_of_site(store: int, placement: str) -> str:
    """Say that a store feeds another site."""
    return f"store {store} is not one of the site of {placement}"


def several_stores(placement: str) -> str:
    """Say that a meal could have been drawn from several stores."""
    return f"the site of {placement} has several stores: name the one that fed it"


def meal_named(placement: str, at: datetime) -> str:
    """Name a meal."""
    return f"a meal of {placement} at {at.isoformat()}"


def delivery_named(number: str) -> str:
    """Name a delivery."""
    return f"delivery {number}"
