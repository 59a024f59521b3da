"""What the doors ask of batches and their ledger, and what it may cost."""

from grilse.farm.listing_hot import Cost, hot
from grilse.proof.registry import Given, Hot, declare
from grilse.stock import lists, queries, series, weights
from grilse.stock.proving import VALUES, batch, of_batch, of_placements, on_the_day

LEDGER = ("stock_movement", "stock_weightsample")
# A day's entries are put in order among themselves: its index ends with the day.
BY_DAY = 60.0
# Containers of a batch, each of which loses fish every day.
A_DAY = 30

COSTS = {
    "stages": Cost(few=True),
    "batches": Cost(few=True, values=VALUES),
    # Some fifty a batch; by container the index of what stands when is of another kind.
    "placements": Cost(scanning=("text", "container", "container_id", "site"), touched=4),
    "movements": Cost(values=VALUES, touched=BY_DAY),
    "weight-samples": Cost(touched=BY_DAY),
    "harvest-grades": Cost(touched=BY_DAY),
    "transfer-orders": Cost(scanning=("text", "status"), touched=4),
    "transfer-lines": Cost(values=VALUES),
    "weighed-fish": Cost(values=VALUES),
}


def _number() -> Given:
    found = batch()
    return None if found is None else {"number": found.number}


def _named() -> Given:
    found = batch()
    return None if found is None else {"batch": found.number, "placement": None}


declare(
    Hot(
        name="stock.queries.batch",
        run=queries.batch,
        example=_number,
        statements=1,
        unscanned=("stock_batch",),
        sorts=True,
    ),
    Hot(
        name="stock.queries.stands",
        run=queries.stands,
        example=of_batch,
        statements=1,
        unscanned=("stock_placement",),
        sorts=True,
    ),
    Hot(
        name="stock.queries.events",
        run=queries.events,
        example=of_batch,
        statements=1,
        unscanned=LEDGER,
        sorts=True,
        packed=True,
        touched=3,
    ),
    Hot(
        name="stock.series.placements_of",
        run=series.placements_of,
        example=_named,
        statements=1,
        unscanned=("stock_batch", "stock_placement"),
        touched=2.5,
    ),
    Hot(
        name="stock.series.losses",
        run=series.losses,
        example=of_placements,
        statements=1,
        unscanned=LEDGER,
        sorts=True,
        touched=A_DAY,
    ),
    Hot(
        name="stock.weights.known_weights",
        run=weights.known_weights,
        example=on_the_day,
        statements=1,
        unscanned=("growth_dailystate",),
    ),
    *hot(lists.LISTS, COSTS),
)
