"""Both passes over a group: forward as things became known, and back in hindsight."""

from collections.abc import Sequence
from dataclasses import dataclass

from grilse.science.arrays import Floats
from grilse.science.estimation.lane import Lane
from grilse.science.estimation.ledger import Stand
from grilse.science.estimation.priors import Priors
from grilse.science.estimation.records import Group, Places
from grilse.science.estimation.steps import hindsight
from grilse.science.estimation.table import Table, empty_table, fill
from grilse.science.estimation.versions import Version


@dataclass(frozen=True, kw_only=True, slots=True)
class Passed:
    """What both passes say of a group."""

    known: Table
    hindsight: Table
    lane: Lane
    gain: Floats
    """g per fish and day, shape (rows,)."""
    degree_days: Floats
    flags: Places
    model: Places
    """Version used on each row, -1 for the literature's base."""
    first: int
    """First day of the batch-days."""


def passed(
    group: Group, stand: Stand, versions: Sequence[Version], priors: Priors, *, harvests: bool
) -> Passed:
    """Filter a group from its first day to its last, and look back.

    Parameters
    ----------
    group, stand : what is known, and the fish per row; at least one placement-day.
    versions : of the growth model, by their first day.
    priors : spreads and errors.
    harvests : whether harvests are observed, or only take fish away.

    Returns
    -------
    Passed
        The result depends on nothing outside the group, to the last bit.
    """
    lane = Lane(group, stand, versions, priors, harvests=harvests)
    lane.run()
    size = (group.rows.day.size, group.batch_start.size, lane.last + 1 - lane.first)
    known, seen = empty_table(*size), empty_table(*size)
    for blocks in (lane.blocks, lane.ends):
        fill(known, blocks, [(one.mean, one.covariance) for one in blocks], group, stand, lane.first)
    back = hindsight(lane.trail, lane.belief.mean.size)
    fill(seen, lane.blocks, [back[i] for i in range(len(lane.blocks))], group, stand, lane.first)
    return Passed(
        known=known,
        hindsight=seen,
        lane=lane,
        gain=lane.gain,
        degree_days=lane.degree_days,
        flags=lane.flags,
        model=lane.model,
        first=lane.first,
    )
