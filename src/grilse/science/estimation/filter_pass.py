"""The Kalman filter over one group: predict growth, apply movements, update from weights, counts and feed."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

import numpy as np

from grilse.science.arrays import Indices
from grilse.science.estimation.batch_group import BatchGroup
from grilse.science.estimation.count_observations import CountObservations
from grilse.science.estimation.daily_moments import DailyMoments, allocate_moments, fill_moments
from grilse.science.estimation.feed_alarms import detect_alarms, is_undisturbed
from grilse.science.estimation.feed_observations import FeedModel
from grilse.science.estimation.growth_base import GrowthBase, ModelVersion, default_growth_base
from grilse.science.estimation.growth_prediction import (
    GrowthConditions,
    compute_growth_rate,
    predict_growth,
    prepare_conditions,
)
from grilse.science.estimation.innovations import Innovation, InnovationLog
from grilse.science.estimation.ledger_counts import LedgerCounts
from grilse.science.estimation.mixture import Mixer, Mixture
from grilse.science.estimation.movement_transition import propagate_movements
from grilse.science.estimation.priors import Priors
from grilse.science.estimation.process_noise import WEEK, ProcessNoise
from grilse.science.estimation.segment import Block, Segment, build_day_block
from grilse.science.estimation.smoother import MeanReversion, SmootherLog, SmootherMark, smooth_states
from grilse.science.estimation.state_estimate import build_initial_state
from grilse.science.estimation.state_layout import FISH_UNIT
from grilse.science.estimation.weight_observations import Provenance, WeightObservation, collect_observations


class FilterPass:
    """One group's filter pass; `state` is the current estimate, `final_state` that at the end of the last day."""

    def __init__(
        self,
        group: BatchGroup,
        ledger: LedgerCounts,
        versions: Sequence[ModelVersion],
        priors: Priors,
        *,
        harvests: bool,
    ) -> None:
        """Prepare the pass; `ledger` holds the fish per row."""
        self.group, self.ledger, self.priors, self.versions = group, ledger, priors, versions
        self.observations = collect_observations(group, priors, harvests=harvests)
        self.count_observations = CountObservations(group, priors, harvests=harvests)
        self.first_day, self.last_day = int(group.rows.day.min()), int(group.rows.day.max())
        self.mixer = Mixer(group)
        self.row_at_zero = group.rows.row_at_zero
        rows = group.rows.day.size
        self.flags = group.temperature_flags.copy()
        self.gain, self.degree_days = np.zeros(rows), np.zeros(rows)
        self.segment = np.zeros(rows, dtype=np.int64)
        self.model = np.searchsorted([version.from_day for version in versions], group.rows.day, side="right") - 1
        self.flags[self.model < 0] |= int(Provenance.STAGE_DEFAULTS)
        self.smoother_log, self.innovation_log = SmootherLog(), InnovationLog()
        self.filtered_blocks: list[Block] = []
        self.smoothed_blocks: list[Block] = []
        self.feed_model = FeedModel(group, ledger, priors)
        self.process_noise = ProcessNoise(group, priors)
        self.state = build_initial_state(group.batch_start.size, priors, self._find_version(self.first_day))

    def _find_version(self, day: int) -> ModelVersion | None:
        known = [version for version in self.versions if version.from_day <= day]
        return known[-1] if known else None

    def _find_growth_base(self, day: int) -> GrowthBase:
        version = self._find_version(day)
        return version.base if version else default_growth_base()

    def run(self) -> None:
        """Filter all days."""
        for day, until in pairwise(self.mixer.find_boundaries(self.last_day)):
            self._update_at_boundary(day, before_moves=1)
            conditions = self._apply_movements(day, until)
            if self.state.active.size:
                self._filter_span(conditions, day, until)
        self.final_state = replace(self.state, mean=self.state.mean.copy(), covariance=self.state.covariance.copy())
        self._flag_feed_alarms()
        self._observe_last_counts(self.last_day + 1)
        self.batch_stationary_variance, self.pen_stationary_variance, self.level_shift_variance = (
            self.process_noise.find_row_variances(self.segment, self.group.rows.placement)
        )

    def _flag_feed_alarms(self) -> None:
        weeks = self.innovation_log.build_feed_innovations()
        judged = np.flatnonzero(is_undisturbed(self.group, weeks.placement, weeks.day))
        placement, day = detect_alarms(weeks.placement[judged], weeks.day[judged], weeks.relative_innovation[judged])
        self.flags[self.row_at_zero[placement] + day] |= int(Provenance.FEED_SHORT)

    def _observe_last_counts(self, day: int) -> None:
        """Update, for the smoother, from the weights and counts at the end of the group's last placements."""
        if (self.group.placements.stop <= day).all():
            self._update_at_boundary(day, before_moves=1)
            self._apply_movements(day, day + 1)

    # --- a day's moves ---

    def _apply_movements(self, day: int, until: int) -> GrowthConditions:
        active = self.state.active
        fish = self.ledger.count[self.row_at_zero[active] + day - 1]
        mixture = self.mixer.mix_movements(day, active, np.maximum(fish, 0).astype(np.float64))
        flows, closing = self.count_observations.collect_flows(day, active)
        self.state = propagate_movements(
            self.state,
            self.smoother_log,
            mixture,
            flows,
            closing,
            self.group,
            self.process_noise.compute_pen_variance(mixture.active),
            self.priors,
        )
        rows = self._find_rows(day, until)
        if rows.size:
            self.flags[rows[0, mixture.moved]] |= int(Provenance.FISH_ARRIVED)
        return self._prepare_span(day, rows, mixture)

    def _prepare_span(self, day: int, rows: Indices, mixture: Mixture) -> GrowthConditions:
        group, active = self.group, self.state.active
        no_growth = self.feed_model.fasted[rows]
        self.flags[rows[no_growth]] |= int(Provenance.FASTED)
        no_growth[:1, _find_weighed_arrivals(mixture)] = True
        conditions = prepare_conditions(
            self._find_growth_base(day),
            self.priors,
            group.placements.stage[active],
            group.placements.sea[active],
            no_growth,
            self.state.degree_days,
            group.temperature[rows],
            group.temperature_sd[rows],
        )
        if rows.size:
            self.degree_days[rows] = conditions.degree_days
            self.state.degree_days = conditions.degree_days[-1]
        young = group.placements.stage[active] == 1
        self.flags[rows[:, young]] |= int(Provenance.BEFORE_FEEDING)
        return conditions

    def _find_rows(self, day: int, until: int) -> Indices:
        return np.asarray(self.row_at_zero[self.state.active] + np.arange(day, until)[:, None])

    # --- the days between two moves ---

    def _filter_span(self, conditions: GrowthConditions, start: int, until: int) -> None:
        cuts = {start, until, *range(start + (-start) % WEEK, until, WEEK)}
        cuts.update(version.from_day for version in self.versions if start <= version.from_day < until)
        recounts = (day for recount_day in self.count_observations.recounts for day in (recount_day, recount_day + 1))
        cuts.update(day for day in recounts if start <= day < until)
        for day, stop in pairwise(sorted(cuts)):
            if day % WEEK == 0:
                self.process_noise.advance_week(self.state, self.smoother_log)
            self._apply_version(conditions, start, day)
            self._apply_recounts(day)
            first = day
            while first < stop:
                first = self._filter_segment(conditions, start, first, stop)

    def _filter_segment(self, conditions: GrowthConditions, start: int, first: int, stop: int) -> int:
        """Filter the days to `stop`, or to the first day with a level shift; return the day after."""
        segment = self._begin_segment(conditions, start, first, stop)
        for day in range(first, stop):
            shifted_at = self._update_from_day(segment, day)
            if shifted_at is not None:
                segment.truncate_days(day + 1 - first)
                self._end_segment(segment)
                self._update_at_boundary(day, before_moves=0, since=shifted_at)
                self._store_day_block(day)
                return day + 1
        feed_observation = self.feed_model.observe_week(self.state, stop, self.priors) if stop % WEEK == 0 else None
        if feed_observation is not None:
            segment.store_filtered_block(stop - 1 - first)
            self.state.update_jointly(
                self.smoother_log,
                feed_observation.observation_matrix,
                feed_observation.cross_covariance,
                feed_observation.innovation,
                feed_observation.variance,
            )
            self.innovation_log.feed.append(
                (feed_observation.placements, stop - 1, feed_observation.relative_innovation)
            )
            self.flags[feed_observation.rows] |= int(Provenance.FED)
        self._end_segment(segment)
        return stop

    def _begin_segment(self, conditions: GrowthConditions, start: int, first: int, stop: int) -> Segment:
        state, at = self.state, self.state.layout
        rows = self._find_rows(first, stop)
        days = slice(first - start, stop - start)
        growth_path = predict_growth(
            conditions, days, state.mean[at.root], state.mean[at.pen_multiplier], self._find_growth_base(first)
        )
        self.gain[rows] = growth_path.gain
        self.feed_model.base_gain[rows] = growth_path.base_gain
        self.segment[rows] = self.process_noise.store_segment()
        if not state.weight_known.all():
            self.flags[rows[:, ~state.weight_known]] |= int(Provenance.WEIGHT_ASSUMED)
        loss_exposure = np.add.accumulate(self.ledger.exposure[rows]) / FISH_UNIT
        return Segment(state, first, rows, growth_path, loss_exposure)

    def _end_segment(self, segment: Segment) -> None:
        self.smoothed_blocks.append(segment.close_segment(self.smoother_log, len(self.smoothed_blocks)))
        self.filtered_blocks += segment.blocks

    def _store_day_block(self, day: int) -> None:
        """Store the end of a day with a level shift as a block of its own, since no segment leads up to it."""
        block = build_day_block(self.state, self._find_rows(day, day + 1), day)
        self.smoother_log.add(SmootherMark(len(self.smoothed_blocks), block.mean, block.covariance))
        self.filtered_blocks.append(block)
        self.smoothed_blocks.append(block)

    # --- model versions, recounts and updates ---

    def _apply_version(self, conditions: GrowthConditions, start: int, day: int) -> None:
        """Switch to a new growth model version: its base, and its catch bias in place of the current estimate."""
        version = self._find_version(day)
        if version is None or version.from_day != day or day == self.first_day:
            return
        self._rescale_multipliers(conditions, day - start, self._find_growth_base(day - 1), version.base)
        company = self.state.layout.company_bias
        for position in range(company.start, company.stop):
            self.state.covariance[position, position] += self.priors.company_bias_sd**2
            self._update_component(position, version.catch_bias, version.catch_bias_sd)

    def _rescale_multipliers(self, conditions: GrowthConditions, day: int, old: GrowthBase, new: GrowthBase) -> None:
        """Rescale multipliers so that the growth of fish as far as it was observed stays the same on the new base.

        Multipliers that were never observed keep their value, and growth follows the new base.
        """
        state, at, today = self.state, self.state.layout, slice(day, day + 1)
        gains = [compute_growth_rate(conditions, today, state.mean[at.root], base)[0][0] for base in (old, new)]
        growing = (gains[0] > 0.0) & (gains[1] > 0.0)
        factor = np.where(growing, gains[0], 1.0) / np.where(growing, gains[1], 1.0)
        factors, batch = np.ones(at.size), state.batch
        factors[at.pen_multiplier] = factor
        for batch_position in np.unique(batch[growing]).tolist():
            factors[at.batch_multiplier.start + batch_position] = factor[growing & (batch == batch_position)].mean()
        of_batch, of_pen, _ = self.process_noise.find_variances(state.active)
        prior = np.ones(at.size)
        prior[at.batch_multiplier] = self.process_noise.batch_variance.variance
        prior[at.pen_multiplier] = of_batch + of_pen
        known = 1.0 - np.minimum(np.einsum("ii->i", state.covariance) / prior, 1.0)
        factors = 1.0 + known * (factors - 1.0)
        step = MeanReversion.from_factors(factors)
        step.predict(state.mean, state.covariance)
        self.smoother_log.add(step)

    def _apply_recounts(self, day: int) -> None:
        """Move the fish that a recount found or missed from the ledger's count to the count offset.

        The recount updates the estimate on the following day, for placements that are still active: fish that left
        were counted as they left.
        """
        fish = self.state.layout.count_offset.start
        for placement, _ in self.count_observations.recounts.get(day - 1, ()):
            position = self._find_position(placement)
            if position is not None:
                count = max(float(self.ledger.count[self.row_at_zero[placement] + day - 1]), 1.0)
                self._update_component(fish + position, 0.0, count * self.priors.count_sd / FISH_UNIT)
        for placement, change in self.count_observations.recounts.get(day, ()):
            position = self._find_position(placement)
            if position is not None:
                self.state.mean[fish + position] -= change / FISH_UNIT

    def _update_component(self, part: int, value: float, sd: float) -> None:
        """Update one component of the state; the farther a value is off, the less it weighs."""
        observation = self.state.predict_observation([part], [1.0])
        difference = value - float(self.state.mean[part])
        variance = max(observation.variance + sd * sd, (difference / self.priors.outlier_sigma) ** 2)
        self.state.update(self.smoother_log, observation, difference, variance)

    def _find_position(self, placement: int) -> int | None:
        """Return the position of a placement among the active ones."""
        position = int(self.state.active.searchsorted(placement))
        is_active = position < self.state.active.size and self.state.active[position] == placement
        return position if is_active else None

    def _update_from_day(self, segment: Segment, day: int) -> int | None:
        """Update from a day's weights; return the index of the first level shift, which ends the segment."""
        for i, weight in enumerate(self.observations.get((day, 0), ())):
            position = self._find_position(weight.placement)
            if position is None:
                continue
            segment.store_filtered_block(day - segment.first_day)
            innovation = self._compute_innovation(
                weight, position, *segment.predict_root(position, day - segment.first_day)
            )
            if abs(innovation.sigmas) > self.priors.shift_sigma:
                return i
            self._update_from_weight(weight, innovation, day)
        return None

    def _update_at_boundary(self, day: int, *, before_moves: int, since: int = 0) -> None:
        """Update from weights before the day's movements, or from index `since` on at a level shift."""
        for weight in self.observations.get((day, before_moves), [])[since:]:
            position = self._find_position(weight.placement)
            if position is None:
                continue
            part = self.state.layout.root.start + position
            innovation = self._compute_innovation(weight, position, float(self.state.mean[part]), [part], [1.0])
            if abs(innovation.sigmas) > self.priors.shift_sigma:
                innovation = self.process_noise.open_level(self.state, innovation)
            self._update_from_weight(weight, innovation, day - before_moves)

    def _compute_innovation(
        self, weight: WeightObservation, position: int, root: float, parts: list[int], slope: list[float]
    ) -> Innovation:
        """Compare a measured weight with the expected one, catch biases included."""
        state, at = self.state, self.state.layout
        company = at.company_bias.start + int(self.group.placements.batch[weight.placement])
        of_pen, of_company = weight.of_pen * root / 3.0, weight.of_company * root / 3.0
        expected = root + of_pen * float(state.mean[at.pen_bias.start + position])
        expected += of_company * float(state.mean[company])
        observation = state.predict_observation(
            [*parts, at.pen_bias.start + position, company], [*slope, of_pen, of_company]
        )
        error = (root * weight.relative_sd / 3.0) ** 2
        difference, variance = weight.root - expected, observation.variance + error
        return Innovation(
            position=position,
            observation=observation,
            expected=expected,
            difference=difference,
            variance=variance,
            sigmas=difference / variance**0.5,
            relative_gain=1.0 - error / variance,
            is_level_shift=False,
        )

    def _update_from_weight(self, weight: WeightObservation, innovation: Innovation, day: int) -> None:
        state = self.state
        self.innovation_log.add(weight, innovation)
        state.update(self.smoother_log, innovation.observation, innovation.difference, innovation.variance)
        state.weight_known[innovation.position] = True
        self.process_noise.adapt_variances(state, innovation, day)
        flag = weight.flag | (int(Provenance.OUTLIER) if innovation.is_level_shift else 0)
        self.flags[self.row_at_zero[weight.placement] + day] |= flag


def _find_weighed_arrivals(mixture: Mixture) -> Indices:
    """Return the positions whose fish were mostly stocked today with a known weight."""
    has_weight = np.isfinite(mixture.arrival_weight)
    arrivals = mixture.share[:, mixture.share.shape[1] - has_weight.size :]
    return np.flatnonzero(np.einsum("ij,j->i", arrivals, has_weight.astype(np.float64)) > 0.5)


@dataclass(frozen=True, kw_only=True, slots=True)
class FilterPasses:
    """Filtered and smoothed moments of a group."""

    filtered: DailyMoments
    smoothed: DailyMoments
    filter_pass: FilterPass


def filter_and_smooth(
    group: BatchGroup, ledger: LedgerCounts, versions: Sequence[ModelVersion], priors: Priors, *, harvests: bool
) -> FilterPasses:
    """Filter a group from its first day to its last, and smooth it back."""
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
    for table in (filtered, smoothed):
        table.stationary_variance[:] = filter_pass.batch_stationary_variance + filter_pass.pen_stationary_variance
        table.level_shift_variance[:] = filter_pass.level_shift_variance
    return FilterPasses(filtered=filtered, smoothed=smoothed, filter_pass=filter_pass)
