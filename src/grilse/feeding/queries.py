"""Feed of batches and placements. Each function is one statement."""

from collections.abc import Sequence
from datetime import date

from django.db.models import Count, Sum

from grilse.farm.list_filters import build_zone
from grilse.feeding.models import Meal
from grilse.listing.filters import LocalDay


def sum_daily_feed(placements: Sequence[int]) -> Sequence[tuple[date, int, int | None, int]]:
    """Return the date, grams, cost in minor units and meals of each day fed; one statement."""
    day = LocalDay("at", build_zone("placement__container__"))
    days = Meal.objects.filter(placement_id__in=placements).annotate(day=day).values_list("day")
    return list(days.annotate(Sum("grams"), Sum("cost"), Count("id")).order_by("day"))
