"""By how much records of a batch moved its estimates, as docs/explanation/estimator.md cites it."""

from collections.abc import Iterator
from dataclasses import replace

import numpy as np
from scene import Scene

from grilse.science.estimation import estimate_group

NINETY = 1.645  # SDs of half a 90 % interval


def pulls(scene: Scene) -> Iterator[str]:
    """Yield by how much records of the batch moved its weights and multipliers."""
    seen, states = scene.told.innovations, scene.told.placements
    sea = scene.group.placements.sea[seen.placement]
    for name, of in (
        ("hand samples on land", (seen.record == 0) & ~sea),
        ("hand samples at sea", (seen.record == 0) & sea),
        ("weighed transfers", seen.record == 1),
        ("harvests", seen.record == 2),
    ):
        at, there = scene.group.rows.find_rows(seen.placement[of], seen.day[of] - 1)
        root, expected = np.cbrt(seen.measured[of][there]), np.cbrt(seen.expected[of][there])
        spread = ((root - expected) / seen.sigmas[of][there]) ** 2
        pull = scene.told.filtered.root_variance[at] / spread
        sure = states.mean_weight_sd[at] / states.mean_weight[at]
        yield (
            f"{name}: {at.size}; line sure to ± {100 * NINETY * np.median(sure):.1f} % before,"
            f" follows {100 * np.median(pull):.0f} % of the difference (middle half"
            f" {100 * np.quantile(pull, 0.25):.0f}-{100 * np.quantile(pull, 0.75):.0f})"
        )
    for weeks in (1, 2, 4):
        yield f"{weeks} weeks of feed 10 % short lower growth by {100 * short(scene, weeks):.1f} %"


def short(scene: Scene, weeks: int) -> float:
    """Return by how much less feed lowers the multiplier of the pen, in the middle of its time."""
    own = scene.rows(scene.pen)
    last = (own.start + own.stop) // 2
    last -= int(scene.group.rows.day[last] + 1) % 7
    feed = scene.group.feed.copy()
    feed[last + 1 - 7 * weeks : last + 1] *= 0.9
    less = estimate_group(replace(scene.group, feed=feed)).filtered.multiplier[last]
    return float(1.0 - less / scene.told.filtered.multiplier[last])
