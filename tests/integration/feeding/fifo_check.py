"""The law of a store, held against all that is in it."""

import numpy as np
from tests.edited_farm import on

from grilse.feeding.fifo import allocate_draws, compute_meal_costs
from grilse.feeding.models import Draw, FeedLot, Meal


def assert_first_in_first_out():
    """The draws, the costs and what is drawn of each lot are those of all meals drawn in their order."""
    fed = list(Meal.objects.order_by("at", "id"))
    lots = list(FeedLot.objects.order_by("delivered", "id"))
    expected = allocate_draws(
        np.array([row.grams for row in fed], np.int64),
        np.array([(row.at.date() - on(0)).days for row in fed], np.int64),
        np.array([row.grams for row in lots], np.int64),
        np.array([(row.delivered - on(0)).days for row in lots], np.int64),
    )
    assert set(Draw.objects.values_list("meal_id", "lot_id", "grams")) == {
        (fed[meal].pk, lots[place].pk, int(grams))
        for meal, place, grams in zip(expected.meal, expected.lot, expected.grams, strict=True)
    }
    prices = np.array([row.price_per_kg for row in lots], np.int64)
    assert [row.cost for row in fed] == compute_meal_costs(expected, prices, len(fed)).tolist()
    of_lots = np.zeros(len(lots), np.int64)
    np.add.at(of_lots, expected.lot, expected.grams)
    assert [row.drawn for row in lots] == of_lots.tolist()
