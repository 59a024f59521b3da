"""What was fed after fish had left, for the room below that asks before a placement ends."""

from datetime import UTC, date, datetime, time

from grilse.feeding.models import Meal


def find_meal_after(placement: int, day: date) -> str:
    """Return the first meal of a placement that cannot be if it ends on a day; one statement."""
    since = datetime.combine(day, time.min, UTC)
    meal = Meal.objects.filter(placement=placement, at__gte=since).order_by("at").first()
    return f"a meal of {meal.at.astimezone(UTC).date()}" if meal else ""
