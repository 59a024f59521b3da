"""Weights and deaths at entry: impossible ones are refused, unlikely ones have to be confirmed."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date

import numpy as np

from grilse.confirmation import Question, require_confirmation
from grilse.errors import GrilseError
from grilse.stock import messages
from grilse.stock.actions.balance import Ledgers
from grilse.stock.actions.grades import NewHarvest
from grilse.stock.hooks import read_expected_weights
from grilse.stock.models import Movement, Placement
from grilse.stock.plausibility import find_unlikely_deaths, find_unlikely_weights, judge_gutted_weight

LIVE_KINDS = (Movement.Kind.TRANSFER, Movement.Kind.HARVEST, Movement.Kind.SALE)


def check_gutted_weights(harvests: Sequence[NewHarvest], placements: Mapping[int, Placement]) -> None:
    """Refuse harvests whose gutted weight does not fit their live weight, measured or else expected; one statement."""
    graded = [harvest for harvest in harvests if harvest.grades]
    expected = read_expected_weights(
        (harvest.placement, harvest.date) for harvest in graded if harvest.mean_weight_g is None
    )
    questions = []
    for harvest in graded:
        count, kg = (sum(getattr(grade, name) for grade in harvest.grades) for name in ("count", "gutted_kg"))
        estimate = expected.get((harvest.placement, harvest.date))
        live_g = harvest.mean_weight_g or (estimate.mean_g if estimate else np.nan)
        impossible, unlikely = judge_gutted_weight(kg, count, live_g, harvest.mean_weight_g is not None)
        what = messages.describe_gutted_weight(placements[harvest.placement].name, kg, count, live_g)
        if impossible:
            raise GrilseError(f"{what}: {messages.CORRECT_GUTTED_WEIGHT}", field="gutted_kg")
        if unlikely:
            questions.append(Question("gutted_weight", f"{what}: {messages.CONFIRM_GUTTED_WEIGHT}", "gutted_kg"))
    require_confirmation(questions)


def check_sample_weights(weights: Iterable[tuple[Placement, date, float]]) -> None:
    """Ask about mean weights of random fish that are not expected of their placements; one statement."""
    measured = list(weights)
    expected = read_expected_weights((placement.pk, day) for placement, day, _ in measured)
    questions = []
    for placement, day, grams in measured:
        estimate = expected.get((placement.pk, day))
        if estimate is not None and find_unlikely_weights(grams, estimate.mean_g, estimate.sd_g):
            what = messages.describe_unexpected_weight(placement.name, day, grams, estimate.mean_g)
            questions.append(Question("weight", what, "mean_weight_g"))
    require_confirmation(questions)


def check_movements(rows: Sequence[Movement], old: Mapping[int, Movement], ledgers: Ledgers) -> None:
    """Ask about measured weights that are not expected of the fish, and about days on which many fish died.

    One statement, if a weight of leaving fish was measured.
    """
    placements = {placement.pk: placement for placement in ledgers.placements}
    check_sample_weights(
        (placements[row.source_id], row.date, row.mean_weight_g)
        for row in rows
        if row.kind in LIVE_KINDS
        and row.source_id is not None
        and row.mean_weight_g is not None
        and row.mean_weight_g != _get_replaced(row, old, "mean_weight_g")
    )
    dead: dict[tuple[int, date], int] = {}
    for row in rows:
        if row.kind == Movement.Kind.MORTALITY and row.source_id is not None:
            more = row.count - int(_get_replaced(row, old, "count") or 0)
            dead[row.source_id, row.date] = dead.get((row.source_id, row.date), 0) + more
    questions = []
    for (placement, day), count in dead.items():
        fish = ledgers.get_count_on(placement, day) + count
        if find_unlikely_deaths(count, fish):
            what = messages.describe_many_deaths(placements[placement].name, day, count, fish)
            questions.append(Question("deaths", what, "count"))
    require_confirmation(questions)


def _get_replaced(row: Movement, old: Mapping[int, Movement], name: str) -> float | None:
    """Return a value of the row that a row replaces, None if it replaces none."""
    before = None if row.replaces_id is None else old.get(row.replaces_id)
    return None if before is None else getattr(before, name)
