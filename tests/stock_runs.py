"""Runs of random histories: many at once, each in pens of its own, through the actions that people use."""

from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from django.db import transaction
from tests.edited_farm import at, on
from tests.stock_histories import PENS, Fact, History, Step, Version

from grilse.errors import GrilseError
from grilse.farm.models import Container
from grilse.feeding.actions import meals
from grilse.feeding.models import Meal
from grilse.stock.actions import batches, fish_counts, harvests, movements, transfer_orders, weight_samples
from grilse.stock.models import Batch, FishCount, HarvestGrade, Movement, Placement, Species, Stage, TransferLine

REASON = "seen again in the papers"
ROUNDS = 4  # how often people try again what was refused


@dataclass(kw_only=True)
class Run:
    """One order of entry of a history, in pens of its own."""

    history: History
    order: list[Step]
    placements: dict[str, int]
    containers: dict[str, int]
    name: str
    rows: dict[int, int] = field(default_factory=dict)
    """The row that holds each fact now, by the position of the fact."""
    entered: dict[int, Version | None] = field(default_factory=dict)
    """The version of each fact that is entered."""
    refusals: dict[int, str] = field(default_factory=dict)
    orders: dict[int, int] = field(default_factory=dict)
    """The transfer order of each fact that has one."""
    skipped: set[int] = field(default_factory=set)
    """Facts that are entered later."""

    def is_complete(self, number: int) -> bool:
        """Tell whether the ledger has the last version of a fact; a withdrawn one may never have been entered."""
        fact = self.history.facts[number]
        return self.entered.get(number) == fact.final

    def list_open(self) -> list[int]:
        """Return the facts whose last version is not entered."""
        numbers = (number for number in range(len(self.history.facts)) if number not in self.skipped)
        return [number for number in numbers if not self.is_complete(number)]


@dataclass(frozen=True, kw_only=True)
class Attempt:
    """A version of a fact that is entered in a run."""

    run: Run
    number: int
    version: Version | None

    @property
    def fact(self) -> Fact:
        """Return the fact."""
        return self.run.history.facts[self.number]

    @property
    def action(self) -> str:
        """Return which action enters the version; attempts of one action go in one request."""
        before = self.number in self.run.rows
        if self.number == self.run.history.impossible:
            return f"impossible {self.run.name}"
        if self.fact.kind == "BATCH":
            return f"batch {self.run.name}"
        if self.fact.kind in ("COUNT", "MEAL", "SAMPLE"):
            kind = self.fact.kind.lower()
            return f"{kind} {self.run.name}" if before else kind
        if self.version is None:
            # It waits until nothing else is left of a pen that was stocked by mistake.
            return "withdraw stockings" if self.fact.kind == "STOCKING" else "withdraw"
        if self.fact.is_ordered and not before:
            return f"order {self.run.name}"
        if self.fact.kind in ("HARVEST", "SALE") and not (before and self._has_same_grades()):
            return f"harvest {self.run.name}" if before else "harvest"
        return "move"

    def _has_same_grades(self) -> bool:
        """Tell whether what is entered has the grades of the version, so that only its movement is corrected."""
        entered, version = self.run.entered[self.number], self.version
        assert version is not None
        return (version.grades, version.lot) == (((), "") if entered is None else (entered.grades, entered.lot))


def write_runs(company: int, area: int, histories: Sequence[History]) -> list[Run]:
    """Stock the pens of all orders of histories, as an import does."""
    of: dict[str, Any] = {"company_id": company}
    plans = [(history, number) for history in histories for number in range(len(history.orders))]
    names = [f"{history.seed}.{number}{pen}" for history, number in plans for pen in PENS]
    containers = Container.objects.bulk_create(
        Container(**of, name=name, kind="pen", volume_m3=1000, area_id=area) for name in names
    )
    species, stage = Species.objects.get(), Stage.objects.get(order=6)
    stocked = [history.facts[place].versions[0] for history, _ in plans for place in (0, 1)]
    days = [on(version.day) for version in stocked]
    own_batches = Batch.objects.bulk_create(
        Batch(**of, number=name, species=species, start_date=min(both))
        for name, *both in zip(names[::2], days[::2], days[1::2], strict=True)
    )
    placements = Placement.objects.bulk_create(
        Placement(**of, batch=own_batches[place // 2], container=container, stage=stage, name=container.name, start=day)
        for place, (container, day) in enumerate(zip(containers, days, strict=True))
    )
    rows = Movement.objects.bulk_create(
        Movement(**of, date=placement.start, kind="STOCKING", target=placement, count=version.count)
        for placement, version in zip(placements, stocked, strict=True)
    )
    runs = []
    for place, (history, number) in enumerate(plans):
        mine = range(2 * place, 2 * place + 2)
        run = Run(
            history=history,
            order=history.orders[number],
            placements={pen: placements[side].pk for pen, side in zip(PENS, mine, strict=True)},
            containers={pen: containers[side].pk for pen, side in zip(PENS, mine, strict=True)},
            name=names[2 * place][:-1],
        )
        for fact, side in enumerate(mine):
            run.rows[fact], run.entered[fact] = rows[side].pk, history.facts[fact].versions[0]
        runs.append(run)
    return runs


def enter_runs(runs: Sequence[Run]) -> None:
    """Enter the facts of runs, each in its order; what is refused is tried again later, as people do."""
    for step in range(max(len(run.order) for run in runs)):
        attempts = []
        for run in runs:
            if step < len(run.order):
                number, version = run.order[step].fact, run.order[step].version
                before = run.history.facts[number].versions[:version]
                # A later version waits for those before it.
                if number in run.entered and before and run.entered[number] == before[-1]:
                    attempts.append(_build_attempt(run, number, version))
                elif version == 0 and number not in run.entered:
                    attempts.append(_build_attempt(run, number, 0))
        _enter_all(attempts)
    for _ in range(ROUNDS):
        pending = {run.name: [number for number in run.list_open() if number != run.history.impossible] for run in runs}
        for place in range(max(map(len, pending.values()), default=0)):
            # The last version alone says what was; its steps need not be taken.
            late = [run for run in runs if place < len(pending[run.name])]
            _enter_all([_build_attempt(run, pending[run.name][place], -1) for run in late])
    impossible = [(run, run.history.impossible) for run in runs if run.history.impossible in run.list_open()]
    _enter_all([_build_attempt(run, number, -1) for run, number in impossible if number is not None])


def _build_attempt(run: Run, number: int, version: int) -> Attempt:
    return Attempt(run=run, number=number, version=run.history.facts[number].versions[version])


def _enter_all(attempts: Sequence[Attempt]) -> None:
    """Enter attempts that are possible by their day, those of one action together."""
    placements = Placement.objects.in_bulk([id for attempt in attempts for id in attempt.run.placements.values()])
    by_action: dict[str, list[Attempt]] = {}
    for attempt in attempts:
        if attempt.version is None and attempt.number not in attempt.run.rows:
            attempt.run.entered[attempt.number] = None
            continue
        is_single = attempt.number == attempt.run.history.impossible
        if is_single or _is_possible(attempt, placements):
            by_action.setdefault(attempt.action, []).append(attempt)
    for action, group in by_action.items():
        _enter_group(ACTIONS[action.split()[0]], group)


def _is_possible(attempt: Attempt, placements: dict[int, Placement]) -> bool:
    """Tell whether fish were in the pen on the day, as far as the placement says; a person looks there first."""
    fact, version = attempt.fact, attempt.version
    if fact.kind == "STOCKING":
        return _is_before_records(attempt)
    if version is None:
        return True
    placement = placements[attempt.run.placements[fact.pen]]
    day, stop = on(version.day), placement.stop
    if fact.kind == "BATCH":
        return stop is not None and (stop <= day or stop == placement.start)
    if version.last or (fact.kind == "HARVEST" and attempt.number in attempt.run.rows):
        return day >= placement.start
    counts = fact.kind not in ("COUNT", "MEAL", "COUNT_CORRECTION")
    return placement.start <= day and (stop is None or day < stop or (counts and day == stop > placement.start))


def _is_before_records(attempt: Attempt) -> bool:
    """Tell whether the pen of a stocking starts, with it as entered now, before all that happened in the pen."""
    facts, pen = attempt.run.history.facts, attempt.fact.pen
    entered = attempt.run.entered | {attempt.number: attempt.version}
    days: dict[bool, list[int]] = {True: [], False: []}
    for number, version in entered.items():
        fact = facts[number]
        if version is not None and (fact.brings_fish(pen) or (fact.pen == pen and fact.kind != "BATCH")):
            days[fact.brings_fish(pen)].append(version.day)
    arrivals, records = days[True], days[False]
    return not records or (bool(arrivals) and min(arrivals) <= min(records))


def _enter_group(enter: Callable[[Sequence[Attempt]], Sequence[int]], attempts: Sequence[Attempt]) -> None:
    """Enter attempts in one request; if it is refused, in two halves, down to the refused one."""
    try:
        with transaction.atomic():
            ids = enter(attempts)
    except GrilseError as error:
        if len(attempts) == 1:
            run = attempts[0].run
            run.refusals[attempts[0].number] = str(error).replace(run.name, "")
            return
        half = len(attempts) // 2
        _enter_group(enter, attempts[:half])
        _enter_group(enter, attempts[half:])
        return
    for attempt, id in zip(attempts, ids, strict=True):
        attempt.run.entered[attempt.number] = attempt.version
        attempt.run.refusals.pop(attempt.number, None)
        if attempt.version is None and attempt.fact.kind in EVENTS:
            del attempt.run.rows[attempt.number]
        else:
            attempt.run.rows[attempt.number] = id


def _enter_moves(attempts: Sequence[Attempt]) -> list[int]:
    entries = []
    for attempt in attempts:
        fact, version, run = attempt.fact, attempt.version, attempt.run
        assert version is not None
        source, target = run.placements[fact.pen], None
        if fact.kind == "STOCKING" or fact.is_added:
            source, target = None, source
        elif fact.kind == "TRANSFER":
            target = run.placements["Y"]
        entries.append(
            movements.NewMovement(
                date=on(version.day),
                kind=fact.kind,
                count=version.count,
                source=source,
                target=target,
                order=run.orders.get(attempt.number),
                replaces=run.rows.get(attempt.number),
                last=version.last or None,
            )
        )
    return movements.record_movements(entries, reason=REASON)


def _withdraw_moves(attempts: Sequence[Attempt]) -> list[int]:
    return movements.withdraw_movements([attempt.run.rows[attempt.number] for attempt in attempts], reason=REASON)


def _build_harvest(attempt: Attempt) -> harvests.NewHarvest:
    version = attempt.version
    assert version is not None
    return harvests.NewHarvest(
        placement=attempt.run.placements[attempt.fact.pen],
        date=on(version.day),
        count=version.count,
        kind=attempt.fact.kind,
        grades=[harvests.Grade(grade=grade, count=count, gutted_kg=count * 3.5) for grade, count in version.grades],
        lot=version.lot,
        last=version.last,
    )


def _enter_harvests(attempts: Sequence[Attempt]) -> list[int]:
    if attempts[0].number in attempts[0].run.rows:
        [attempt] = attempts
        row = attempt.run.rows[attempt.number]
        return [harvests.correct_harvest(row, _build_harvest(attempt), reason=REASON).movement]
    return [outcome.movement for outcome in harvests.record_harvests([_build_harvest(attempt) for attempt in attempts])]


def _enter_order(attempts: Sequence[Attempt]) -> list[int]:
    [attempt] = attempts
    version, run = attempt.version, attempt.run
    assert version is not None
    source = Placement.objects.get(pk=run.placements[attempt.fact.pen])
    line = transfer_orders.NewLine(source=source.pk, container=run.containers["Y"], count=version.count)
    new = transfer_orders.NewOrder(batch=source.batch_id, date=on(version.day), lines=[line])
    plan = transfer_orders.plan_order(new)
    move = transfer_orders.Move(line=plan.lines[0], date=on(version.day), count=version.count)
    [outcome] = transfer_orders.execute_transfer(plan.order, [move])
    run.orders[attempt.number] = plan.order
    return [outcome.movement]


def _enter_events(attempts: Sequence[Attempt]) -> list[int]:
    """Enter new events of one kind, or correct or withdraw one."""
    record, correct, withdraw = EVENTS[attempts[0].fact.kind]
    row = attempts[0].run.rows.get(attempts[0].number)
    entries = [_build_event(attempt) for attempt in attempts if attempt.version is not None]
    if row is None:
        return record(entries)
    if entries:
        correct(row, entries[0], reason=REASON)
    else:
        withdraw(row, reason=REASON)
    return [row]


def _build_event(attempt: Attempt) -> Any:
    version, placement = attempt.version, attempt.run.placements[attempt.fact.pen]
    assert version is not None
    if attempt.fact.kind == "COUNT":
        return fish_counts.NewFishCount(placement=placement, date=on(version.day), count=version.count)
    if attempt.fact.kind == "MEAL":
        return meals.NewMeal(placement=placement, at=at(version.day, attempt.number), grams=1_000 * version.count)
    return weight_samples.NewSample(
        placement=placement, date=on(version.day), fish_weighed=version.count, mean_weight_g=300.0 + version.count
    )


def _start_batch(attempts: Sequence[Attempt]) -> list[int]:
    [attempt] = attempts
    version = attempt.version
    assert version is not None
    pen = attempt.run.containers[attempt.fact.pen]
    stocked = [batches.NewStocking(container=pen, stage=6, count=version.count)]
    species = Species.objects.values_list("pk", flat=True).get()
    new = batches.NewBatch(number=f"next {attempt.run.name}", species=species, start=on(version.day), stocked=stocked)
    return [batches.start_batch(new).batch]


def _enter_impossible(attempts: Sequence[Attempt]) -> list[int]:
    return (_enter_harvests if attempts[0].fact.kind == "HARVEST" else _enter_moves)(attempts)


EVENTS: dict[str, tuple[Callable[..., Any], Callable[..., Any], Callable[..., Any]]] = {
    "COUNT": (fish_counts.record_fish_counts, fish_counts.correct_fish_count, fish_counts.withdraw_fish_count),
    "MEAL": (meals.record_meals, meals.correct_meal, meals.withdraw_meal),
    "SAMPLE": (weight_samples.record_samples, weight_samples.correct_sample, weight_samples.withdraw_sample),
}
ACTIONS: dict[str, Callable[[Sequence[Attempt]], Sequence[int]]] = {
    "move": _enter_moves,
    "withdraw": _withdraw_moves,
    "order": _enter_order,
    "harvest": _enter_harvests,
    "count": _enter_events,
    "meal": _enter_events,
    "sample": _enter_events,
    "batch": _start_batch,
    "impossible": _enter_impossible,
}


@dataclass(kw_only=True)
class PenState:
    """What the ledger says of a pen."""

    start: date
    stop: date | None
    rows: Counter[tuple[Any, ...]] = field(default_factory=Counter)
    grades: Counter[tuple[Any, ...]] = field(default_factory=Counter)
    counts: dict[date, int] = field(default_factory=dict)
    meals: Counter[tuple[datetime, int]] = field(default_factory=Counter)
    moved_lines: int = 0
    """Lines of transfer orders by which fish moved."""

    def count_on(self, day: date) -> int:
        """Return the fish at the end of a day."""
        changes = (number * change for (when, *_, change), number in self.rows.items() if when <= day)
        return sum(changes)


def read_states(runs: Sequence[Run]) -> Iterator[dict[str, PenState]]:
    """Yield the pens of each run as the ledger has them: effective rows, periods, counts, grades by harvest."""
    ids = [id for run in runs for id in run.placements.values()]
    states = {row.pk: PenState(start=row.start, stop=row.stop) for row in Placement.objects.filter(pk__in=ids)}
    effective = Movement.objects.filter(count__gt=0).exclude_replaced()
    harvested: dict[int, tuple[int, int]] = {}
    for side, sign in (("source_id", -1), ("target_id", 1)):
        for row in effective.filter(**{f"{side}__in": ids}):
            states[getattr(row, side)].rows[
                row.date, row.kind, row.cause, row.order_id is not None, sign * row.count
            ] += 1
            harvested[row.pk] = (row.pk, row.count)
    for grade in HarvestGrade.objects.filter(placement__in=ids):
        harvest = harvested.get(grade.movement_id or 0, (0, 0))[1]
        states[grade.placement_id].grades[grade.date, harvest, grade.lot, grade.grade, grade.count] += 1
    for count in FishCount.objects.filter(placement__in=ids):
        states[count.placement_id].counts[count.date] = count.count
    for placement, when, grams in Meal.objects.filter(placement__in=ids).values_list("placement", "at", "grams"):
        states[placement].meals[when, grams] += 1
    moved = TransferLine.objects.filter(source__in=ids, status=TransferLine.Status.DONE)
    for source in moved.values_list("source", flat=True):
        states[source].moved_lines += 1
    for run in runs:
        yield {pen: states[id] for pen, id in run.placements.items()}
