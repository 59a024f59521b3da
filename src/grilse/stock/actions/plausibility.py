"""Weights, counts and deaths at entry: impossible ones are refused, unlikely ones have to be confirmed."""

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta

import numpy as np

from grilse.confirmation import Question, require_confirmation
from grilse.errors import GrilseError
from grilse.stock import messages
from grilse.stock.actions.balance import Ledgers, read_ledgers
from grilse.stock.actions.grades import NewHarvest
from grilse.stock.hooks import ExpectedWeight, read_expected_weights
from grilse.stock.models import Movement, Placement, Stage
from grilse.stock.plausibility import (
    MEAN_GUTTED_SHARE,
    find_expected_weights,
    find_unlikely_deaths,
    find_unlikely_differences,
    find_unlikely_meals,
    find_unlikely_shapes,
    find_unlikely_weights,
    judge_gutted_weight,
)

# Fish are stocked out of season too: at half and at twice the usual weights of a stage.
STAGE_MARGIN = 2.0
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
        gutted_g = 1000 * kg / count if count else np.nan
        live_g = harvest.mean_weight_g or _get_expected(gutted_g / MEAN_GUTTED_SHARE, estimate)
        impossible, unlikely = judge_gutted_weight(kg, count, live_g, harvest.mean_weight_g is not None)
        what = messages.describe_gutted_weight(placements[harvest.placement].name, kg, count, live_g)
        if impossible:
            raise GrilseError(f"{what}: {messages.CORRECT_GUTTED_WEIGHT}", field="gutted_kg")
        if unlikely:
            questions.append(Question("gutted_weight", f"{what}: {messages.CONFIRM_GUTTED_WEIGHT}", "gutted_kg"))
        if len(harvest.grades) > 1:
            questions += _check_grades(harvest, placements[harvest.placement].name, live_g)
    require_confirmation(questions)


def _check_grades(harvest: NewHarvest, placement: str, live_g: float) -> list[Question]:
    """Refuse a grade without fish or weight; ask about one whose fish weigh as none of the harvest do."""
    questions = []
    for grade in harvest.grades:
        impossible, _ = judge_gutted_weight(grade.gutted_kg, grade.count, np.nan)
        is_unlikely = judge_gutted_weight(grade.gutted_kg, grade.count, live_g, is_measured=False)[1]
        what = messages.describe_grade_weight(placement, grade.grade, grade.gutted_kg, grade.count, live_g)
        if impossible:
            raise GrilseError(f"{what}: {messages.CORRECT_GRADE}", field="gutted_kg")
        if is_unlikely:
            questions.append(Question("gutted_weight", f"{what}: {messages.CORRECT_GRADE}, or confirm it", "gutted_kg"))
    return questions


def _get_expected(mean_g: float, estimate: ExpectedWeight | None) -> float:
    """Return the weight that fish can have by an estimate and that is closest to another; NaN without an estimate."""
    return float(find_expected_weights(mean_g, estimate.mean_g, estimate.days)) if estimate else np.nan


def check_sample_weights(weights: Iterable[tuple[Placement, date, float]]) -> None:
    """Ask about mean weights of random fish that are not expected of their placements; one statement."""
    measured = list(weights)
    expected = read_expected_weights((placement.pk, day) for placement, day, _ in measured)
    questions = []
    for placement, day, grams in measured:
        estimate = expected.get((placement.pk, day))
        closest = _get_expected(grams, estimate)
        if estimate is not None and find_unlikely_weights(grams, closest, estimate.sd_g):
            what = messages.describe_unexpected_weight(placement.name, day, grams, closest)
            questions.append(Question("weight", what, "mean_weight_g"))
    require_confirmation(questions)


def check_sample_shapes(samples: Iterable[tuple[Placement, date, float, float | None, float | None]]) -> None:
    """Ask about the spread and the condition factor of samples, where they are known."""
    questions = []
    for placement, day, mean_g, sd_g, k_factor in samples:
        sd_g, k_factor = (np.nan if value is None else value for value in (sd_g, k_factor))
        if find_unlikely_shapes(mean_g, sd_g, k_factor):
            what = messages.describe_unlikely_shape(placement.name, day, mean_g, sd_g, k_factor)
            questions.append(Question("weight", what, "sd_g" if sd_g > mean_g / 2 else "mean_length_cm"))
    require_confirmation(questions)


def check_examined_fish(examined: Iterable[tuple[Placement, date, int, str]]) -> None:
    """Ask about samples of more fish than a placement held; each with the name of its field. One statement."""
    rows = list(examined)
    ledgers = read_ledgers({placement.pk: placement for placement, *_ in rows}.values()) if rows else None
    questions = []
    for placement, day, count, field in rows:
        assert ledgers is not None
        fish = max(ledgers.get_count_on(placement.pk, day - timedelta(days=back)) for back in (0, 1))
        if count > fish:
            what = messages.describe_many_examined(placement.name, day, count, fish)
            questions.append(Question("counts", what, field))
    require_confirmation(questions)


def check_meal_sizes(meals: Iterable[tuple[Placement, date, float]]) -> None:
    """Ask about meals of some kg that fish of the last estimate, grown since, cannot eat; two statements."""
    given = list(meals)
    expected = read_expected_weights((placement.pk, day) for placement, day, _ in given)
    ledgers = read_ledgers({placement.pk: placement for placement, *_ in given}.values()) if expected else None
    questions = []
    for placement, day, kg in given:
        estimate = expected.get((placement.pk, day))
        if ledgers is None or estimate is None:
            continue
        fish = ledgers.get_count_on(placement.pk, day - timedelta(days=1)) or ledgers.get_count_on(placement.pk, day)
        biomass_kg = fish * _get_expected(np.inf, estimate) / 1000
        if find_unlikely_meals(kg, biomass_kg):
            what = messages.describe_large_meal(placement.name, day, kg, biomass_kg)
            questions.append(Question("feed", what, "grams"))
    require_confirmation(questions)


def check_fish_counts(ledgers: Ledgers, differences: Mapping[tuple[int, date], int]) -> None:
    """Ask about counts of placements on days that differ by many fish from the ledger, below 0 where it has too few."""
    questions = []
    for (placement, day), difference in differences.items():
        if find_unlikely_differences(difference, ledgers.get_most_fish(placement)):
            name = ledgers.placements[ledgers.index[placement]].name
            questions.append(Question("counts", messages.describe_large_difference(name, day, difference), "count"))
    require_confirmation(questions)


def check_stocked_weights(rows: Iterable[Movement], placements: Mapping[int, Placement]) -> None:
    """Ask about fish that are stocked at weights which no fish of the stage have; one statement, if there are any."""
    stocked = [
        (placements[row.target_id], row.date, row.mean_weight_g)
        for row in rows
        if row.kind == Movement.Kind.STOCKING and row.count and row.target_id is not None and row.mean_weight_g
    ]
    stages = Stage.objects.in_bulk({placement.stage_id for placement, *_ in stocked}) if stocked else {}
    questions = []
    for placement, day, grams in stocked:
        stage = stages[placement.stage_id]
        if not stage.min_weight_g / STAGE_MARGIN <= grams <= stage.max_weight_g * STAGE_MARGIN:
            limits = stage.min_weight_g, stage.max_weight_g
            what = messages.describe_stage_weight(placement.name, day, grams, stage.name, limits)
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
    check_stocked_weights(
        (row for row in rows if row.mean_weight_g != _get_replaced(row, old, "mean_weight_g")), placements
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
