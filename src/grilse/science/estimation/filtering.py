"""Both passes over a group: forward as things became known, and back in hindsight."""

from collections.abc import Sequence
from dataclasses import dataclass

from grilse.science.estimation.batch_group import BatchGroup
from grilse.science.estimation.daily_moments import DailyMoments, allocate_moments, fill_moments
from grilse.science.estimation.filter_pass import FilterPass
from grilse.science.estimation.ledger_counts import LedgerCounts
from grilse.science.estimation.model_version import ModelVersion
from grilse.science.estimation.priors import Priors
from grilse.science.estimation.smoother import smooth_states


@dataclass(frozen=True, kw_only=True, slots=True)
class FilterPasses:
    """What both passes say of a group."""

    filtered: DailyMoments
    smoothed: DailyMoments
    filter_pass: FilterPass


def filter_and_smooth(
    group: BatchGroup, ledger: LedgerCounts, versions: Sequence[ModelVersion], priors: Priors, *, harvests: bool
) -> FilterPasses:
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
    filter_pass = FilterPass(group, ledger, versions, priors, harvests=harvests)
    filter_pass.run()
    size = (group.rows.day.size, group.batch_start.size, filter_pass.last_day + 1 - filter_pass.first_day)
    filtered, smoothed = allocate_moments(*size), allocate_moments(*size)
    fill_moments(
        filtered,
        filter_pass.filtered_blocks,
        [(block.mean, block.covariance) for block in filter_pass.filtered_blocks],
        group,
        ledger,
        filter_pass.first_day,
    )
    smoothed_moments = smooth_states(filter_pass.smoother_log, filter_pass.state.mean.size)
    fill_moments(
        smoothed,
        filter_pass.smoothed_blocks,
        [smoothed_moments[i] for i in range(len(filter_pass.smoothed_blocks))],
        group,
        ledger,
        filter_pass.first_day,
    )
    return FilterPasses(filtered=filtered, smoothed=smoothed, filter_pass=filter_pass)
