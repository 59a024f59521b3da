"""Limits of density and biomass: arrivals that would exceed them are refused."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from django.db import connection

from grilse.confirmation import Question, require_confirmation
from grilse.errors import GrilseError
from grilse.farm.models import Area, Container
from grilse.farm.site_names import find_label
from grilse.stock import messages
from grilse.stock.actions.balance import Ledgers
from grilse.stock.ledger import NOT_REPLACED
from grilse.stock.models import Movement
from grilse.stock.plausibility import judge_density
from grilse.stock.queries import read_known_weights
from grilse.stock.rules import is_over_limit

ARRIVALS = (Movement.Kind.STOCKING, Movement.Kind.TRANSFER)


@dataclass(frozen=True, slots=True)
class _Arrival:
    """Fish that come to a placement, from another or from outside."""

    movement: int
    source: int | None
    target: int
    day: date
    count: int
    grams: float | None


def refuse_over_limits(rows: Sequence[Movement], old: dict[int, Movement], placement_ledgers: Ledgers) -> None:
    """Refuse arrivals that bring a container over its density limit or a site over its biomass limit.

    One statement, and at most four a day where there are limits. Fish of unknown weight are not limited.
    """
    arrivals = [
        _Arrival(row.pk, row.source_id, row.target_id, row.date, row.count, row.mean_weight_g)
        for row in rows
        if row.kind in ARRIVALS and row.target_id is not None and _is_increase(row, old)
    ]
    containers = _read_containers(placement_ledgers) if arrivals else {}
    _check_densities(arrivals, containers)
    if not any(_is_limited(containers[arrival.target]) for arrival in arrivals):
        return
    for day in sorted({arrival.day for arrival in arrivals}):
        _refuse_over_limits_on_day(
            day, [arrival for arrival in arrivals if arrival.day == day], containers, placement_ledgers
        )


def _check_densities(arrivals: Sequence[_Arrival], containers: Mapping[int, Container]) -> None:
    """Refuse weighed fish that do not fit into their container, and ask about those that live nowhere as close."""
    kg: dict[tuple[int, date], float] = {}
    for arrival in arrivals:
        key = (arrival.target, arrival.day)
        kg[key] = kg.get(key, 0.0) + arrival.count * (arrival.grams or 0.0) / 1000
    questions = []
    for (target, day), mass in kg.items():
        container = containers[target]
        density = mass / container.volume_m3
        impossible, unlikely = judge_density(density)
        if not (impossible or unlikely):
            continue
        what = messages.describe_unlikely_density(find_label(container), density, day)
        if impossible:
            raise GrilseError(what, field="count")
        questions.append(Question("density", f"{what}, or confirm it", "count"))
    require_confirmation(questions)


def _is_increase(row: Movement, old: dict[int, Movement]) -> bool:
    """Tell whether a row brings more fish to its target than the row that it replaces."""
    before = old.get(row.replaces_id) if row.replaces_id is not None else None
    return row.count > (before.count if before and before.target_id == row.target_id else 0)


def _read_containers(placement_ledgers: Ledgers) -> dict[int, Container]:
    """Return the containers of all placements by the placement, with their areas; one statement."""
    container_ids = {placement.pk: placement.container_id for placement in placement_ledgers.placements}
    containers = Container.objects.select_related("area").in_bulk(set(container_ids.values()))
    return {placement: containers[container] for placement, container in container_ids.items()}


def _is_limited(container: Container) -> bool:
    area = container.area
    return container.max_density_kg_m3 is not None or (area is not None and area.max_biomass_kg is not None)


def _refuse_over_limits_on_day(
    day: date, arrivals: Sequence[_Arrival], containers: dict[int, Container], placement_ledgers: Ledgers
) -> None:
    sides = {side for arrival in arrivals for side in (arrival.source, arrival.target) if side is not None}
    weights = read_known_weights(sides, day)
    for target in sorted({arrival.target for arrival in arrivals}):
        arriving = [arrival for arrival in arrivals if arrival.target == target]
        _refuse_over_density(containers[target], arriving, weights, placement_ledgers.get_count_on(target, day))
    areas = {area.pk: area for arrival in arrivals if (area := containers[arrival.target].area) is not None}
    for area in areas.values():
        entering = [arrival for arrival in arrivals if _is_entering_area(arrival, area, containers)]
        _refuse_over_biomass(area, entering, weights)


def _refuse_over_density(
    container: Container, arrivals: Sequence[_Arrival], weights: dict[int, float], count: int
) -> None:
    limit, target, kg = (container.max_density_kg_m3, arrivals[0].target, _compute_arriving_kg(arrivals, weights))
    before = count - sum(arrival.count for arrival in arrivals)
    if limit is None or kg is None or (before > 0 and target not in weights):
        return
    density = (kg + max(before, 0) * weights.get(target, 0.0) / 1000) / container.volume_m3
    if is_over_limit(density, limit):
        why = messages.describe_density_excess(find_label(container), density, limit, arrivals[0].day)
        raise GrilseError(why, field="count")


def _is_entering_area(arrival: _Arrival, area: Area, containers: dict[int, Container]) -> bool:
    """Tell whether fish come into an area; fish that move within it add no biomass."""
    inside = arrival.source is not None and containers[arrival.source].area_id == area.pk
    return containers[arrival.target].area_id == area.pk and not inside


def _refuse_over_biomass(area: Area, arrivals: Sequence[_Arrival], weights: dict[int, float]) -> None:
    limit = area.max_biomass_kg
    if limit is None or not arrivals:
        return
    day = arrivals[0].day
    kg = _compute_existing_kg(area, day, arrivals) + (_compute_arriving_kg(arrivals, weights) or 0.0)
    if is_over_limit(kg, limit):
        raise GrilseError(messages.describe_biomass_excess(area.name, kg, limit, day), field="count")


def _compute_arriving_kg(arrivals: Sequence[_Arrival], weights: dict[int, float]) -> float | None:
    """Return the mass of arriving fish, by measured weights, else by known ones; None if a weight is unknown."""
    kg = 0.0
    for arrival in arrivals:
        grams = arrival.grams
        if grams is None and arrival.source is not None:
            grams = weights.get(arrival.source)
        if grams is None:
            return None
        kg += arrival.count * grams / 1000
    return kg


def _compute_existing_kg(area: Area, day: date, arrivals: Sequence[_Arrival]) -> float:
    """Return the known mass of fish in an area, without the arrivals; two statements."""
    with connection.cursor() as cursor:
        arrived = [arrival.movement for arrival in arrivals]
        cursor.execute(EXISTING_FISH, {"area": area.pk, "day": day, "arrived": arrived})
        fish = dict(cursor.fetchall())
    weights = read_known_weights(fish, day)
    return sum(fish[placement] * grams for placement, grams in weights.items()) / 1000


EXISTING_FISH = f"""
WITH active AS (
  SELECT p.id FROM stock_placement p JOIN farm_container c ON c.id = p.container_id
   WHERE c.area_id = %(area)s AND p.start <= %(day)s AND (p.stop IS NULL OR p.stop > %(day)s)
), moved AS (
  SELECT m.id, m.target_id AS placement, m.count
    FROM active JOIN stock_movement m ON m.target_id = active.id AND m.date <= %(day)s
   UNION ALL
  SELECT m.id, m.source_id, -m.count
    FROM active JOIN stock_movement m ON m.source_id = active.id AND m.date <= %(day)s
)
SELECT placement, sum(count)::bigint FROM moved
 WHERE count <> 0 AND id <> ALL(%(arrived)s)
   AND {NOT_REPLACED.format("moved")}
 GROUP BY placement
"""
