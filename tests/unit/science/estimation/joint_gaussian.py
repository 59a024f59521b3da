"""One Gaussian over everything that chance has a part in, conditioned on what was measured by one solve.

Slow and without a recursion: every quantity on every day is an offset and a row of coefficients on
independent normal variables. What is known on a day is the conditional mean on the measurements up to then,
hindsight that on all of them, so that neither filter nor smoother is taken from the estimator.
"""

import numpy as np

from grilse.science.parameters import load_parameters

FISH = 1e5
"""Fish are told in this unit, for the sake of rounding."""


class GaussianVariables:
    """Independent normal variables, quantities that are linear in them, and measurements of those."""

    def __init__(self):
        self.variance = []
        self.values = {}
        self.rows = []
        self.residuals = []
        self.told = np.zeros(0)

    def add_variable(self, variance):
        """Coefficients of a variable that nothing else depends on yet."""
        self.variance.append(variance)
        return {len(self.variance) - 1: 1.0}

    def set_quantity(self, name, offset, *terms, noise=0.0):
        """A quantity: an offset, factors of others, and a noise of its own."""
        row = self.add_variable(noise) if noise else {}
        for factor, other in terms:
            shift, coefficients = self.values[other]
            offset += factor * shift
            for at, coefficient in coefficients.items():
                row[at] = row.get(at, 0.0) + factor * coefficient
        self.values[name] = (offset, row)

    def measure_sum(self, measured, variance, *terms):
        """Measure a sum of quantities."""
        self.set_quantity("seen", 0.0, *terms, noise=variance)
        offset, row = self.values.pop("seen")
        self.rows.append(row)
        self.residuals.append(measured - offset)
        self.told = self._weights(len(self.rows))

    def mean(self, name):
        """What is known of a quantity now."""
        offset, row = self.values[name]
        # Variables that are younger than the last measurement have nothing to do with any.
        return offset + sum(factor * self.told[at] for at, factor in row.items() if at < self.told.size)

    def compute_spread(self, *terms):
        """Variance of a sum of quantities now."""
        self.set_quantity("asked", 0.0, *terms)
        return float(self.compute_posterior([self.values.pop("asked")], len(self.rows))[1][0, 0])

    def compute_posterior(self, values, row_count):
        """Means and covariance of some quantities after the first `seen` measurements."""
        own = self._dense([row for _, row in values])
        mean = np.array([offset for offset, _ in values])
        variance = np.array(self.variance)
        covariance = (own * variance) @ own.T
        if row_count:
            factors = self._dense(self.rows[:row_count])
            inner = (factors * variance) @ factors.T
            across = (own * variance) @ factors.T
            scale = 1.0 / np.sqrt(np.diag(inner))
            inner = inner * scale * scale[:, None]
            across = across * scale
            mean = mean + across @ np.linalg.solve(inner, np.array(self.residuals[:row_count]) * scale)
            covariance = covariance - across @ np.linalg.solve(inner, across.T)
        return mean, covariance

    def _weights(self, row_count):
        factors = self._dense(self.rows[:row_count])
        variance = np.array(self.variance)
        inner = (factors * variance) @ factors.T
        scale = 1.0 / np.sqrt(np.diag(inner))
        answer = np.linalg.solve(inner * scale * scale[:, None], np.array(self.residuals) * scale) * scale
        return variance * (answer @ factors)

    def _dense(self, rows):
        result = np.zeros((len(rows), len(self.variance)))
        for i, row in enumerate(rows):
            result[i, list(row)] = list(row.values())
        return result


class JointGaussian:
    """A farm walked through day by day; `snapshots` keep each day's quantities and how much was seen.

    Fish that are fed are fed every day, and only temperatures that are certain are told.
    """

    def __init__(self, story, priors, tgc):
        self.story, self.priors, self.tgc = story, priors, tgc
        self.chance = GaussianVariables()
        self.snapshots = {}
        self.fish, self.path, self.usual, self.stood = {}, {}, {}, {}
        self.last_round = {}
        batches = range(1 + max(batch for batch, *_ in story.pens))
        self.recounted = []
        for batch in batches:
            self.chance.set_quantity(("company", batch), 0.0, noise=priors.company_bias_sd**2)
            self.chance.set_quantity(("batch", batch), 1.0, noise=priors.batch_multiplier_sd**2)
            self.chance.set_quantity(("loss", batch), priors.unrecorded_loss, noise=priors.unrecorded_loss_sd**2)
            self.chance.set_quantity(("conversion", batch), 0.0, noise=priors.conversion_sd**2)
        self.batches = batches

    def get_batch(self, pen):
        return self.story.pens[pen][0]

    def compute_growth(self, root):
        """Gain of the cube root on a day at multiplier 1, and its derivative."""
        at_nothing, by_root = self.tgc
        warmth = self.story.warmth / 1000
        return (at_nothing + by_root * root) * warmth, by_root * warmth

    def run(self):
        for day in range(self.story.through + 1):
            self.record_weights(day, closing=True)
            changed = self.has_moves(day)
            if changed:
                self.move_fish(day)
            if day % 7 == 0:
                self.start_week()
            recounted = self.recount_pens(day)
            if changed or recounted or day % 7 == 0:
                self.linearise_growth()
            self.grow_fish(day)
            if self.record_weights(day, closing=False):
                self.linearise_growth()
            if (day + 1) % 7 == 0:
                self.record_feed(day)
            for pen in self.fish:
                values = [self.chance.values[what, pen] for what in ("root", "pen", "fish")]
                self.snapshots[pen, day] = (values, len(self.chance.rows))
        end = self.story.through + 1
        self.record_weights(end, closing=True)
        self.close_pens(end, self.compute_counter_errors(end))
        return self

    def list_ledger_rows(self, day, *kinds):
        return [row for row in self.story.ledger if row[0] == day and row[1].name in kinds]

    def has_moves(self, day):
        bounds = {bound for _, start, stop, _ in self.story.pens for bound in (start, stop)}
        return day in bounds or self.list_ledger_rows(day, "STOCKING", "TRANSFER")

    # --- moves ---

    def compute_pen_variance(self, pen):
        """Variance of a placement's multiplier around its batch's."""
        priors = self.priors
        sea = self.story.pens[pen][3] == 6
        return (priors.pen_multiplier_sd if sea else priors.tank_multiplier_sd) ** 2

    def move_fish(self, day):
        """Write every placement that stands in terms of those that stood, of arrivals and of counters."""
        before, was = self.fish, self.chance.values
        stocked = self.stock_fish(day)
        counters = self.compute_counter_errors(day)
        self.close_pens(day, counters)
        moved = {target for _, _, _, target, _, _ in self.list_ledger_rows(day, "TRANSFER")}
        pens_present = [pen for pen, (_, start, stop, _) in enumerate(self.story.pens) if start <= day < stop]
        values = {name: row for name, row in was.items() if name[0] in SHARED}
        for pen, parts in self.compute_contents(day, stocked, pens_present).items():
            values["root", pen] = self.mix_weights(parts, pen in moved)
            values["pen", pen] = self.inherit_multiplier(parts, pen)
            errors = [(1.0, ("fish", pen))] if pen in before else []
            errors += [((target == pen) - (source == pen), name) for source, target, name in counters]
            arrived = sum(count**2 for target, count, _ in stocked if target == pen)
            noise = arrived * (self.priors.stocking_count_sd / FISH) ** 2
            values["fish", pen] = self.build_unnamed_quantity(0.0, errors, noise)
            bias_terms = [(1.0, ("bias", pen))] if pen in before else []
            values["bias", pen] = self.build_unnamed_quantity(
                0.0, bias_terms, 0.0 if bias_terms else self.priors.pen_bias_sd**2
            )
        self.chance.values = values
        self.shift_levels_at_new_stage(pens_present, before)
        self.fish = {pen: before.get(pen, 0) for pen in pens_present}

    def build_unnamed_quantity(self, offset, terms, noise):
        """A quantity without a name."""
        self.chance.set_quantity("made", offset, *terms, noise=noise)
        return self.chance.values.pop("made")

    def stock_fish(self, day):
        priors, terms_found = self.priors, []
        for _, _, _, target, count, weight in self.list_ledger_rows(day, "STOCKING"):
            root, name = np.cbrt(weight), ("arrival", len(terms_found))
            spread = np.hypot(priors.stocking_sd, priors.scale_sd_g / weight)
            self.chance.set_quantity(name, root, noise=(root * spread / 3) ** 2)
            terms_found.append((target, count, name))
        return terms_found

    def compute_contents(self, day, stocked, pens_present):
        """Shares of what each placement's fish were, after the day's moves."""
        holds = {pen: ({("root", pen): 1.0}, float(fish)) for pen, fish in self.fish.items()}
        for target, count, name in stocked:
            holds[target] = blend_fish(holds.get(target, ({}, 0.0)), ({name: 1.0}, count))
        for _, _, source, target, count, _ in self.list_ledger_rows(day, "TRANSFER"):
            parts, fish = holds[source]
            holds[source] = (parts, fish - count)
            holds[target] = blend_fish(holds.get(target, ({}, 0.0)), (parts, count))
        return {pen: holds[pen][0] for pen in pens_present}

    def mix_weights(self, parts, moved):
        """Mean weight is the mean of weights; its root answers to each root by the share of its square."""
        means = {name: self.chance.mean(name) for name in parts}
        root = np.cbrt(sum(share * means[name] ** 3 for name, share in parts.items()))
        slopes = [(share * means[name] ** 2 / root**2, name) for name, share in parts.items()]
        bend = root - sum(slope * means[name] for slope, name in slopes)
        return self.build_unnamed_quantity(bend, slopes, (root * self.priors.transfer_sd / 3) ** 2 if moved else 0.0)

    def inherit_multiplier(self, parts, pen):
        """Fish that stay keep their multiplier, fish that come bring a part of theirs."""
        part = self.priors.inherited_deviation
        root_terms = [
            (share * (1.0 if name == ("root", pen) else part), ("pen", name[1]))
            for name, share in parts.items()
            if name[0] == "root"
        ]
        new = 1.0 - sum(share for share, _ in root_terms)
        loose = 1.0 - sum(share**2 for share, _ in root_terms)
        return self.build_unnamed_quantity(
            0.0, [*root_terms, (new, ("batch", self.get_batch(pen)))], self.compute_pen_variance(pen) * max(loose, 0.0)
        )

    def shift_levels_at_new_stage(self, pens_present, before):
        chance, pens = self.chance, self.story.pens
        were = {(self.get_batch(pen), pens[pen][3]) for pen in before}
        new = [pen for pen in pens_present if (self.get_batch(pen), pens[pen][3]) not in were]
        for batch in {self.get_batch(pen) for pen in new} & {batch for batch, _ in were}:
            chance.set_quantity("shift", 0.0, noise=self.priors.stage_multiplier_sd**2)
            for name in [("batch", batch), *(("pen", pen) for pen in new if self.get_batch(pen) == batch)]:
                chance.set_quantity(name, 0.0, (1.0, name), (1.0, "shift"))
            del chance.values["shift"]

    def compute_counter_errors(self, day):
        """Errors of the counters through which fish leave placements."""
        priors, counters = self.priors, []
        for i, (_, kind, source, target, count, _) in enumerate(
            self.list_ledger_rows(day, "TRANSFER", "SALE", "HARVEST")
        ):
            sd = priors.harvest_count_sd if kind.name == "HARVEST" else priors.transfer_count_sd
            self.chance.set_quantity(("counter", i), 0.0, noise=(count * sd / FISH) ** 2)
            counters.append((source, target, ("counter", i)))
        return counters

    def close_pens(self, day, counters):
        for pen in sorted({source for source, _, _ in counters}):
            if self.story.pens[pen][2] != day:
                continue
            surplus = sum(
                count if target == pen else -count
                for _, _, source, target, count, _ in self.list_ledger_rows(day, "COUNT_CORRECTION")
                if pen in (source, target)
            )
            terms = [(1.0, ("fish", pen))]
            terms += [(-1.0, name) for source, _, name in counters if source == pen]
            self.chance.measure_sum(surplus / FISH, (0.5 / FISH) ** 2, *terms)

    # --- days ---

    def linearise_growth(self):
        """Growth is made linear around what is known when a stretch of days without noise begins."""
        for pen in self.fish:
            self.path[pen] = (self.chance.mean(("root", pen)), self.chance.mean(("pen", pen)))
            for what in ("root", "fish"):
                self.chance.values["first", what, pen] = self.chance.values[what, pen]

    def start_week(self):
        chance, priors = self.chance, self.priors
        keep = 0.5 ** (7 / priors.multiplier_half_life)
        for batch in self.batches:
            chance.set_quantity("wind", 0.0, noise=priors.batch_multiplier_sd**2 * (1 - keep**2))
            name = ("batch", batch)
            chance.set_quantity(name, 1 - keep, (keep, name), (1.0, "wind"))
            for pen in self.fish:
                if self.get_batch(pen) == batch:
                    own = ("pen", pen)
                    noise = self.compute_pen_variance(pen) * (1 - keep**2)
                    chance.set_quantity(own, 1 - keep, (keep, own), (1.0, "wind"), noise=noise)
            del chance.values["wind"]
            retention = 0.5 ** (7 / priors.conversion_half_life)
            own = ("conversion", batch)
            chance.set_quantity(own, 0.0, (retention, own), noise=priors.conversion_sd**2 * (1 - retention**2))

    def grow_fish(self, day):
        chance, priors = self.chance, self.priors
        arriving = {target for _, _, _, target, _, _ in self.list_ledger_rows(day, "STOCKING")}
        for pen in self.fish:
            self.fish[pen] = self.count_ledger_fish(pen, day)
            self.usual[pen, day] = 0.0
            if pen not in arriving:
                root, multiplier = self.path[pen]
                gain, slope = self.compute_growth(root)
                lift, push = 1.0 + multiplier * slope, gain
                onward = root + multiplier * gain
                terms = [(lift, ("root", pen)), (push, ("pen", pen))]
                chance.set_quantity(("root", pen), onward - lift * root - push * multiplier, *terms)
                self.path[pen] = (onward, multiplier)
                self.usual[pen, day] = onward**3 - (onward - gain) ** 3
            self.stood[pen, day] = self.fish[pen]
            if self.count_deaths(pen, day):
                since = min(day - self.last_round.get(pen, self.story.pens[pen][1] - 1), 7)
                self.last_round[pen] = day
                lost = self.fish[pen] * since / priors.unrecorded_loss_days / FISH
                loss = ("loss", self.get_batch(pen))
                chance.set_quantity(("fish", pen), 0.0, (1.0, ("fish", pen)), (-lost, loss))

    def count_deaths(self, pen, day):
        return sum(row[4] for row in self.list_ledger_rows(day, "MORTALITY") if row[2] == pen)

    def count_ledger_fish(self, pen, day):
        """Fish of the ledger at the end of a day, from those the day before."""
        return self.fish[pen] + sum(
            count * ((target == pen) - (source == pen))
            for when, _, source, target, count, _ in self.story.ledger
            if when == day
        )

    def recount_pens(self, day):
        """The estimate holds to its own fish, then takes in that the ledger is right again."""
        for pen, sd in self.recounted:
            if pen in self.fish:
                self.chance.measure_sum(0.0, sd**2, (1.0, ("fish", pen)))
        was_recounted, self.recounted = bool(self.recounted), []
        corrections = self.list_ledger_rows(day, "COUNT_CORRECTION")
        for _, _, source, target, count, _ in corrections:
            pen, change = (target, count) if target >= 0 else (source, -count)
            if pen in self.fish:
                name = ("fish", pen)
                self.chance.set_quantity(name, -change / FISH, (1.0, name))
                sd = self.count_ledger_fish(pen, day) * self.priors.count_sd / FISH
                self.recounted.append((pen, sd))
        return corrections or was_recounted

    def record_weights(self, day, *, closing):
        """Take in weights; whether one lay so far off that the level was opened for it."""
        priors, chance, shifted = self.priors, self.chance, False
        rows = [
            (pen, weight, priors.fish_cv**2 / fish + priors.catch_bias_sd**2, 1.0, 1.0)
            for pen, when, fish, weight, *_ in self.story.weighed
            if when == day and (self.story.pens[pen][2] == day) == closing
        ]
        for _, kind, source, _, _, weight in self.list_ledger_rows(day, "TRANSFER", "HARVEST"):
            ends = self.story.pens[source][2] == day
            if np.isnan(weight) or (ends or kind.name == "TRANSFER") != closing:
                continue
            if kind.name == "TRANSFER":
                variance = priors.fish_cv**2 / priors.unknown_fish_weighed + priors.catch_bias_sd**2
                rows.append((source, weight, variance, 0.0, 1.0))
            else:
                spread = priors.harvest_sd if ends else priors.part_harvest_sd
                rows.append((source, weight, spread**2, 0.0, 0.0))
        for pen, weight, variance, of_pen, of_company in sorted(rows, key=lambda row: row[0]):
            root = chance.mean(("root", pen))
            variance = (root / 3) ** 2 * (variance + (priors.scale_sd_g / weight) ** 2)
            terms = [
                (1.0, ("root", pen)),
                (root / 3 * of_pen, ("bias", pen)),
                (root / 3 * of_company, ("company", self.get_batch(pen))),
            ]
            expected = sum(factor * chance.mean(name) for factor, name in terms)
            jump = (np.cbrt(weight) - expected) ** 2
            if jump > priors.shift_sigma**2 * (variance + chance.compute_spread(*terms)):
                opened = min(jump, (expected * priors.shift_sd / 3) ** 2)
                chance.set_quantity(("root", pen), 0.0, (1.0, ("root", pen)), noise=opened)
                variance += jump / 2
                shifted = True
            chance.measure_sum(np.cbrt(weight), variance, *terms)
        return shifted

    def record_feed(self, day):
        """A week of feed over what multiplier 1 would have eaten; the pens of a week at once."""
        chance, priors, measurement_terms = self.chance, self.priors, []
        for pen in self.fish:
            days = range(max(day - 6, self.story.pens[pen][1]), day + 1)
            fed = [self.story.fed.get((pen, day_number), 0.0) for day_number in days]
            if sum(day_number > 0 for day_number in fed) < 4:
                continue
            root = chance.mean(("first", "root", pen))
            beyond = chance.mean(("first", "fish", pen)) * FISH
            gained = sum(self.usual[pen, day_number] * (self.stood[pen, day_number] + beyond) for day_number in days)
            eaten = gained / 1000 * compute_conversion(root)
            own, of_feed = ("pen", pen), ("conversion", self.get_batch(pen))
            multiplier, usual = chance.mean(own), 1 + chance.mean(of_feed)
            expected = multiplier * usual
            terms = [
                (usual, own),
                (multiplier, of_feed),
                (expected * FISH / (self.fish[pen] + beyond), ("first", "fish", pen)),
            ]
            difference = sum(fed) / eaten - expected
            variance = (priors.feed_sd * max(abs(expected), 0.3)) ** 2
            variance = max(variance, difference**2 / priors.feed_sigma**2 - chance.compute_spread(*terms))
            at = sum(factor * chance.mean(name) for factor, name in terms)
            measurement_terms.append((difference + at, variance, terms))
        for measured, variance, terms in measurement_terms:
            chance.measure_sum(measured, variance, *terms)

    # --- answers ---

    def compute_answer(self, pens, day, *, hindsight):
        """Means and covariance of the roots, multipliers and fish of some pens at the end of a day."""
        values, row_count = [], len(self.chance.rows)
        for pen in pens:
            rows, until = self.snapshots[pen, day]
            values.extend(rows)
            row_count = row_count if hindsight else until
        return self.chance.compute_posterior(values, row_count)


def compute_conversion(root):
    """Feed over gain to expect, between the points of the parameter file."""
    values = load_parameters("estimator")
    return np.interp(root, np.cbrt(values["conversion_weight"]), values["conversion"])


SHARED = ("batch", "loss", "conversion", "company")


def blend_fish(into, more):
    """Fish mixed into others: shares of what they were, and how many there are."""
    (parts, fish), (others, count) = into, more
    names = {*parts, *others}
    total = fish + count
    return {name: (parts.get(name, 0.0) * fish + others.get(name, 0.0) * count) / total for name in names}, total
