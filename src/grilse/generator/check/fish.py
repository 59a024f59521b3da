"""The laws of the fish: none appears or vanishes, none stands in two places."""

from collections.abc import Iterator

import numpy as np
from numpy.typing import NDArray

from grilse.exchange.order import found
from grilse.generator.check.result import Check, law
from grilse.generator.check.stand import STANDING, Stand

Whole = NDArray[np.int64]


def check(stand: Stand) -> Iterator[Check]:
    """Yield every law of the ledger and of placements."""
    yield from conserved(stand)
    left = stand.populations.last()
    closed = closed_ones(stand)
    yield named("closed placements sum to zero", closed & (left != 0), stand, left)
    negative = np.bincount(
        stand.populations.placement[stand.populations.count < 0], minlength=len(stand.placements["id"])
    )
    yield named("no placement is negative on any day", negative > 0, stand, negative)
    yield moved_and_died(stand)
    yield movements_inside(stand)
    yield overlap(stand)


def closed_ones(stand: Stand) -> NDArray[np.bool_]:
    """Return which placements have ended."""
    return np.asarray(stand.placements["stop"] < np.datetime64("9999-12-31", "D").astype(np.int64))


def named(name: str, wrong: NDArray[np.bool_], stand: Stand, amount: Whole) -> Check:
    """Return a law of placements, with the first that breaks it."""
    first = np.flatnonzero(wrong)[:1].tolist()
    detail = f"first {stand.placements['name'][first[0]]}: {int(amount[first[0]])}" if first else ""
    return law(name, int(wrong.sum()), detail)


def conserved(stand: Stand) -> Iterator[Check]:
    """Yield that the fish that came to each batch and company are those that left it or stand there.

    Only placements that have not ended hold fish here.
    """
    source, target = stand.batch_of("source"), stand.batch_of("target")
    count = stand.movements["count"].astype(np.int64)
    size = len(stand.batches["id"])
    across = source != target
    came = summed(target, np.where(across, count, 0), size)
    went = summed(source, np.where(across, count, 0), size)
    standing = np.where(closed_ones(stand), 0, stand.populations.last())
    stands = summed(stand.placements["batch"].astype(np.int64), standing, size)
    off = came - went - stands
    first = np.flatnonzero(off)[:1].tolist()
    detail = (
        f"first {stand.batches['number'][first[0]]}: {int(off[first[0]])} fish"
        if first
        else f"{size} batches"
    )
    yield law("fish are conserved in every batch", int((off != 0).sum()), detail)
    companies, owner = np.unique(stand.batches["company_id"], return_inverse=True)
    total = summed(owner, off, len(companies))
    yield law(
        "fish are conserved in every company", int((total != 0).sum()), f"{int(stands.sum()):,} fish stand"
    )


def summed(group: Whole, values: Whole, size: int) -> Whole:
    """Return exact sums by group; a group below zero is none."""
    totals = np.zeros(size, np.int64)
    known = group >= 0
    np.add.at(totals, group[known], values[known])
    return totals


def moved_and_died(stand: Stand) -> Check:
    """Return that a batch is as large after each move as before it, less what left it that day."""
    source, target = stand.batch_of("source"), stand.batch_of("target")
    within = (stand.movements["moved"] == 1) & (source == target)
    moves = np.stack([target[within], stand.movements["date"][within]])
    batch, day = np.unique(moves, axis=1).astype(np.int64)
    before, after = standing_on(stand, batch, day - 1), standing_on(stand, batch, day)
    net = net_of(stand, source, target, batch, day)
    wrong = np.flatnonzero(after - before != net)
    detail = f"{len(day):,} moves"
    if len(wrong):
        one = wrong[0]
        number, when = stand.batches["number"][batch[one]], np.datetime64(int(day[one]), "D")
        detail = f"first {number} on {when}: {after[one] - before[one] - net[one]:+,} fish"
    return law("the population after each move is what moved less deaths", len(wrong), detail)


def standing_on(stand: Stand, batch: Whole, day: Whole) -> Whole:
    """Return how many fish of each batch stand at the end of each day, in placements that have not ended."""
    order = np.argsort(stand.placements["batch"], kind="stable")
    first = np.searchsorted(stand.placements["batch"][order], np.arange(len(stand.batches["id"]) + 1))
    sizes = (first[1:] - first[:-1])[batch]
    row = np.repeat(np.arange(len(batch)), sizes)  # each pair beside all placements of its batch
    within = np.arange(len(row)) - np.repeat(np.cumsum(sizes) - sizes, sizes)
    place = order[first[batch][row] + within]
    when = day[row]
    stands = (stand.placements["start"][place] <= when) & (when < stand.placements["stop"][place])
    counts = np.where(stands, stand.populations.before(place, when + 1), 0)
    return summed(row, counts, len(batch))


def net_of(stand: Stand, source: Whole, target: Whole, batch: Whole, day: Whole) -> Whole:
    """Return what came to some batches less what left them on some days."""
    span = int(stand.movements["date"].max(initial=0)) + 2
    keys = batch * span + day  # ascending: they come from a sorted set of pairs
    count = stand.movements["count"].astype(np.int64)
    totals = np.zeros(len(keys), np.int64)
    for group, sign in ((target, 1), (source, -1)):
        row = found(keys, group.astype(np.int64) * span + stand.movements["date"])
        totals += summed(np.where((source != target) & (group >= 0), row, -1), sign * count, len(keys))
    return totals


def movements_inside(stand: Stand) -> Check:
    """Return that every movement lies within its placements."""
    wrong = np.zeros(len(stand.movements["date"]), np.bool_)
    date = stand.movements["date"]
    for side in ("source", "target"):
        placement = stand.movements[side]
        if not len(stand.placements["id"]):
            continue
        start, stop = stand.placements["start"][placement], stand.placements["stop"][placement]
        late = date > stop if side == "source" else date >= stop
        wrong |= (placement >= 0) & ((date < start) | late)
    return law("every movement lies within its placements", int(wrong.sum()), f"{len(wrong):,} movements")


def overlap(stand: Stand) -> Check:
    """Return that no two placements stand in one container on one day."""
    placements = stand.placements
    order = np.lexsort((placements["start"], placements["container_id"]))
    container, start = placements["container_id"][order], placements["start"][order].astype(np.int64)
    base = np.unique(container, return_inverse=True)[1].astype(np.int64) * (2 * STANDING)
    reached = np.maximum.accumulate(base + placements["stop"][order])[:-1]
    wrong = (container[1:] == container[:-1]) & (reached > (base + start)[1:])
    return law("no two placements stand in one container", int(wrong.sum()), f"{len(order):,} placements")
