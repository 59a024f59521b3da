"""What a count of a store adds or takes follows from all that came and left before it."""

from datetime import UTC, datetime, timedelta

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.feed_store_oracle import TURN, Fact, Shortage, follow

from grilse.errors import GrilseError
from grilse.feeding import draws
from grilse.feeding.draws import COUNT, LOSS, MEAL, allocate_stock
from grilse.feeding.feed_stocks import FeedStock
from grilse.feeding.fifo import compute_count_differences, find_latest_lots

MICROSECOND = timedelta(microseconds=1)
EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
KINDS = {"meal": MEAL, "COUNT": COUNT}
# Half days: several facts are of one day and of one moment.
FACTS = st.lists(
    st.tuples(st.sampled_from(sorted(TURN)), st.integers(0, 12), st.integers(1, 60)), min_size=1, max_size=14
)


def build_facts(rows):
    """Return facts of which no two are alike; deliveries come at midnight and weigh enough for some meals."""
    facts = {}
    for number, (kind, half_day, grams) in enumerate(rows):
        day = half_day - half_day % 2 if kind == "delivery" else half_day
        at = EPOCH + timedelta(hours=12 * day)
        name = f"{kind} {number:02}" if kind in ("delivery", "meal") else f"{kind} {day}"
        weight = grams * 4 if kind == "delivery" else grams
        facts[name] = Fact(kind=kind, at=at, grams=weight, name=name, price=1000 + 7 * number)
    return list(facts.values())


def allocate(facts):
    """Return the history of facts as the arrays have it."""
    ordered = sorted(facts, key=lambda fact: (fact.at, TURN[fact.kind], fact.name))
    came = [fact for fact in ordered if fact.kind == "delivery"]
    left = [fact for fact in ordered if fact.kind != "delivery"]
    lots = {
        "id": np.arange(1, len(came) + 1),
        "at": np.array([(fact.at - EPOCH) // MICROSECOND for fact in came], np.int64),
        "grams": np.array([fact.grams for fact in came], np.int64),
        "price": np.array([fact.price for fact in came], np.int64),
        "is_stale": np.zeros(len(came), np.bool_),
    }
    entries = {
        "kind": np.array([KINDS.get(fact.kind, LOSS) for fact in left], np.int64),
        "at": np.array([(fact.at - EPOCH) // MICROSECOND for fact in left], np.int64),
        "grams": np.array([fact.grams for fact in left], np.int64),
    }
    found = allocate_stock(FeedStock(store=1, feed=1), entries, lots, "UTC")
    names = []
    for id, at in zip(found.lots["id"].tolist(), found.lots["at"].tolist(), strict=True):
        counts = [fact.name for fact in left if fact.kind == "COUNT" and (fact.at - EPOCH) // MICROSECOND == at - 1]
        names.append(came[id - 1].name if id > 0 else counts[0])
    triples = zip(found.draws.meal, found.draws.lot, found.draws.grams, strict=True)
    costs = {fact.name: int(cost) for fact, cost in zip(left, found.cost, strict=True)}
    changes = zip(left, found.difference.tolist(), strict=True)
    return (
        {(left[entry].name, names[lot]): int(grams) for entry, lot, grams in triples},
        {fact.name: grams for fact, grams in changes if fact.kind != "meal"},
        costs,
    )


@pytest.fixture(autouse=True)
def names(monkeypatch):
    monkeypatch.setattr(draws, "_get_names", lambda stock: ("Barge", "Grower"))


@settings(max_examples=600, deadline=None)
@given(rows=FACTS)
def test_draws_differences_and_costs_are_those_of_a_store_followed_gram_by_gram(rows):
    facts = build_facts(rows)
    try:
        expected = follow(facts)
    except Shortage:
        with pytest.raises(GrilseError, match=r"does not hold enough|gives the price"):
            allocate(facts)
        return
    assert allocate(facts) == (expected.draws, expected.differences, expected.costs)


def test_a_count_is_corrected_by_what_earlier_counts_found():
    """1,000 g come; 900 g are left, then 700, of which 50 g were fed."""
    one = np.zeros(1, np.int64)
    difference = compute_count_differences(
        one,
        one,
        one + 1000,
        np.zeros(3, np.int64),
        np.array([1, 2, 3]),
        np.array([900, 50, 700]),
        np.array([True, False, True]),
    )
    assert difference.tolist() == [-100, 0, -150]


def test_the_latest_lot_of_a_stock_is_found():
    stock, time = np.array([0, 0, 1]), np.array([5, 9, 7])
    latest = find_latest_lots(stock, time, np.array([0, 0, 0, 1, 1, 2]), np.array([4, 8, 9, 6, 7, 9]))
    assert latest.tolist() == [-1, 0, 1, -1, 2, -1]
