"""Meals: when, to whom, how much, of which product."""

import numpy as np

from grilse.generator.observation.records import DAY_MICROSECONDS, HOUR_MICROSECONDS, Columns
from grilse.generator.observation.scene import Scene
from grilse.generator.streams import stream
from grilse.science.arrays import Counts, Floats
from grilse.science.parameters import load

_MEALS = load("observation")["meals"]
_LEAST_G = np.array([product["least_g"] for product in load("feed_supply")["products"]])
_MINUTE = HOUR_MICROSECONDS // 60


def meal_rows(scene: Scene) -> Columns:
    """Two meals a day that add up to the feed delivered; `feed` is a position in feed_supply.toml."""
    fed = np.flatnonzero(scene.truth.feed_g > 0)
    grams = _portions(scene, scene.truth.feed_g[fed])
    row, given = np.repeat(fed, 2), grams.ravel()
    at = (_clock(scene)[scene.placement[fed]] + (scene.date[fed] * DAY_MICROSECONDS)[:, None]).ravel()
    order = np.flatnonzero(given)
    row = row[order]
    return {
        "placement": scene.placement[row],
        "at": at[order],
        "grams": given[order],
        "feed": product_for(scene.truth.weight_g[row]),
    }


def product_for(weight_g: Floats) -> Counts:
    """Product for fish of a weight."""
    return np.asarray(np.searchsorted(_LEAST_G, weight_g, side="right") - 1, np.int64)


def _portions(scene: Scene, day: Counts) -> Counts:
    least, most = _MEALS["first_share"]
    first = np.rint(day * scene.random("meals").uniform(least, most, day.size)).astype(np.int64)
    return np.stack([first, day - first], axis=1)


def _clock(scene: Scene) -> Counts:
    """Time of day of both meals of each placement, microseconds; a round through the site takes a while."""
    sites = {site: _site_minutes(scene.seed, site) for site in dict.fromkeys(scene.sites)}
    minutes = np.array([sites[site] for site in scene.sites], np.int64)
    round_minutes = np.array([_place(scene, name) for name in scene.truth.container.tolist()], np.int64)
    return np.asarray((minutes + round_minutes[:, None]) * _MINUTE, np.int64)


def _site_minutes(seed: int, site: str) -> tuple[int, int]:
    random = stream(seed, "seen.meal-times", site)
    first, second = random.uniform(*_MEALS["first_hour"]), random.uniform(*_MEALS["second_hour"])
    return int(first * 60), int(second * 60)


def _place(scene: Scene, container: str) -> int:
    """How many containers of its site are fed before this one."""
    site = scene.world.container(container).site
    return [other.name for other in scene.world.containers_of(site)].index(container)
