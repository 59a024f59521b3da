"""Feed of batches and placements. Each function is one statement."""

from collections.abc import Sequence
from datetime import UTC, date

from django.db.models import Count, Sum
from django.db.models.functions import TruncDate

from grilse.feeding.models import Meal


def sum_daily_feed(placements: Sequence[int]) -> Sequence[tuple[date, int, int | None, int]]:
    """Return the date (UTC), grams, cost in minor units and meals of each day fed; one statement."""
    days = Meal.objects.filter(placement_id__in=placements).values_list(TruncDate("at", tzinfo=UTC))
    return list(days.annotate(Sum("grams"), Sum("cost"), Count("id")).order_by("at__date"))
