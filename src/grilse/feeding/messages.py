"""What is refused of feed, in words: every door says the same."""

from datetime import date, datetime

MAX_GRAMS = 10**12
# With it a meal of the largest mass has a cost that the database can write.
MAX_PRICE = 9_000_000


def describe_shortage(store: str, feed: str, day: date) -> str:
    """Say that a meal draws more than was delivered by its day."""
    what = f"{store} does not hold enough {feed} for a meal on {day}"
    return f"{what}: enter the delivery first, or a smaller meal"


def describe_overfull_store(store: str, capacity_kg: float, day: date, grams: int) -> str:
    """Say that a store cannot hold what would lie in it on a day."""
    return (
        f"{store} holds at most {capacity_kg:,.0f} kg and would hold {grams / 1000:,.0f} kg on {day}:"
        " enter the meals before it first, or a smaller delivery"
    )


def describe_meal_mass(placement: str, grams: int) -> str:
    """Say that no meal weighs so much, or nothing."""
    return f"a meal of {grams} g for {placement}: it has to be at least one and at most {MAX_GRAMS:,}"


def describe_delivery_mass(number: str, grams: int) -> str:
    """Say that no delivery weighs so much, or nothing."""
    return f"a delivery of {grams} g, {number}: it has to be at least one and at most {MAX_GRAMS:,}"


def describe_invalid_mass(kg: float) -> str:
    """Say that a number is no mass."""
    return f"{kg:g} kg is no mass of feed: it has to be above 0 and at most {MAX_GRAMS // 1000:,} kg"


def describe_invalid_price(number: str, minor_units: int) -> str:
    """Say that no feed costs so much, or less than nothing."""
    what = f"a price of {minor_units} a kg for {number}"
    return f"{what}: it has to be from 0 to {MAX_PRICE:,}, in øre or pence"


def describe_missing_number() -> str:
    """Say that a delivery has no number."""
    return "a delivery without a number: name it, as its waybill does"


def describe_early_date(day: date) -> str:
    """Say that a delivery is dated before any record."""
    return f"{day} is before 1970: enter the day that the feed came"


def describe_missing_zone(at: datetime) -> str:
    """Say that a time could be anywhere."""
    return f"{at.isoformat()} is no time that can be told in UTC: give it with its zone, as 2024-05-01T09:00Z"


def describe_missing_row(what: str, id: int) -> str:
    """Say that nothing of this kind has an id."""
    return f"there is no {what} {id}"


def describe_foreign_store(store: int, placement: str) -> str:
    """Say that a store feeds another site."""
    return f"store {store} is not one of the site of {placement}"


def describe_several_stores(placement: str) -> str:
    """Say that a meal could have been drawn from several stores."""
    return f"the site of {placement} has several stores: name the one that fed it"


def describe_meal(placement: str, at: datetime) -> str:
    """Name a meal."""
    return f"a meal of {placement} at {at.isoformat()}"


def describe_delivery(number: str) -> str:
    """Name a delivery."""
    return f"delivery {number}"
