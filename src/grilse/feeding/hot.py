"""What the doors ask of meals and deliveries, and what it may cost."""

from grilse.farm.listing_hot import Cost, hot
from grilse.feeding import lists, series
from grilse.proof.registry import Hot, declare
from grilse.stock.proving import VALUES, of_placements

COSTS = {
    "feeds": Cost(few=True),
    # In order of time; those of one moment are sorted among themselves.
    "feed-lots": Cost(touched=5),
    "meals": Cost(touched=5, values=VALUES),
    "draws": Cost(values=VALUES),
}

# Meals of a batch on one day, in all its containers.
A_DAY = 60

declare(
    Hot(
        name="feeding.series.feed",
        run=series.feed,
        example=of_placements,
        statements=1,
        unscanned=("feeding_meal",),
        sorts=True,
        touched=A_DAY,
    ),
    *hot(lists.LISTS, COSTS),
)
