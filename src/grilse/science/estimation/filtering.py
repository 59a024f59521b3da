"""Both passes over a group: forward as things became known, and back in hindsight."""

from collections.abc import Sequence
from dataclasses import dataclass

from grilse.science.estimation.lane import Lane
from grilse.science.estimation.ledger import Stand
from grilse.science.estimation.priors import Priors
from grilse.science.estimation.records import Group
from grilse.science.estimation.steps import hindsight
from grilse.science.estimation.table import Table, empty_table, fill
from grilse.science.estimation.versions import Version


@dataclass(frozen=True, kw_only=True, slots=True)
class Passed:
    """What both passes say of a group."""

    known: Table
    hindsight: Table
    lane: Lane


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
    fill(known, lane.known, [(one.mean, one.covariance) for one in lane.known], group, stand, lane.first)
    back = hindsight(lane.trail, lane.belief.mean.size)
    fill(seen, lane.whole, [back[i] for i in range(len(lane.whole))], group, stand, lane.first)
    return Passed(known=known, hindsight=seen, lane=lane)
