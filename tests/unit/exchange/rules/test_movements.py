"""Populations as the ledger adds up, and what does not balance."""

from datetime import date

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from grilse.exchange.problems import Problems
from grilse.exchange.rows import TableRows
from grilse.exchange.rules.movements import sum_effective_movements
from grilse.exchange.tables import TABLES
from grilse.stock.ledger import NO_END, find_unbalanced_placements

MOVES = st.lists(
    st.tuples(st.integers(-1, 3), st.integers(-1, 3), st.integers(0, 9), st.integers(1, 50), st.booleans()), max_size=40
)


def build_movements(moves):
    columns = {
        "from_placement": np.array([move[0] for move in moves], np.int32),
        "to_placement": np.array([move[1] for move in moves], np.int32),
        "date": np.array([move[2] for move in moves], np.int64),
        "count": np.array([move[3] for move in moves], np.int64),
    }
    return TableRows(TABLES["movements"], "movements.csv", np.arange(len(moves)) + 2, columns, Problems())


@given(MOVES)
def test_a_population_is_the_sum_of_the_rows_that_nothing_replaces(moves):
    replaced = np.array([move[4] for move in moves], np.bool_)

    populations = sum_effective_movements(build_movements(moves), replaced, 4)

    for placement in range(4):
        for day in range(10):
            counted = [move for move in moves if not move[4] and move[2] < day]
            came = sum(move[3] for move in counted if move[1] == placement)
            went = sum(move[3] for move in counted if move[0] == placement)
            assert populations.get_counts_before(np.array([placement]), np.array([day]))[0] == came - went


@given(MOVES)
def test_a_placement_balances_if_it_ends_at_zero_and_was_never_negative(moves):
    stop = np.array([9, 9, NO_END, NO_END])

    faults = find_unbalanced_placements(
        sum_effective_movements(build_movements(moves), np.zeros(len(moves), np.bool_), 4), stop
    )

    for placement in range(4):
        by_day = [
            sum(m[3] * ((m[1] == placement) - (m[0] == placement)) for m in moves if m[2] <= day) for day in range(10)
        ]
        sound = min(by_day) >= 0 and (stop[placement] == NO_END or by_day[-1] == 0)
        assert (placement not in faults) == sound


def test_the_fault_names_the_fish():
    first = date(2024, 1, 1).toordinal() - date(1970, 1, 1).toordinal()
    moves = [(-1, 0, first, 1000, False), (0, -1, first + 5, 10, False), (1, -1, first + 2, 7, False)]

    faults = find_unbalanced_placements(
        sum_effective_movements(build_movements(moves), np.zeros(3, np.bool_), 2), np.array([first + 5, first + 9])
    )

    assert faults == {
        0: "990 fish left over when it ends on 2024-01-06",
        1: "7 fish missing on 2024-01-03; 7 fish missing when it ends on 2024-01-10",
    }
