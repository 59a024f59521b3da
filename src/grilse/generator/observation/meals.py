"""Records of meals: time, placement, grams and product."""

import numpy as np

from grilse.generator.observation.context import BatchContext
from grilse.generator.observation.records import HOUR_MICROSECONDS, Columns
from grilse.generator.random_streams import create_random_stream, draw_by_day
from grilse.science.arrays import Counts, Floats
from grilse.science.days import DAY_MICROSECONDS
from grilse.science.parameters import load_parameters

_MEALS = load_parameters("observation")["meals"]
_LEAST_G = np.array([product["least_g"] for product in load_parameters("feed_supply")["products"]])
_MINUTE = HOUR_MICROSECONDS // 60


def build_meal_rows(context: BatchContext) -> Columns:
    """Return two meals a day that add up to the delivered feed; `feed` is a position in feed_supply.toml."""
    fed = np.flatnonzero(context.truth.feed_g > 0)
    grams = _split_portions(context, fed)
    row, meal_grams = np.repeat(fed, 2), grams.ravel()
    midnight = (context.row_date[fed] * DAY_MICROSECONDS)[:, None]
    placement = context.row_placement[fed]
    at = context.convert_to_utc(_compute_meal_times(context)[placement] + midnight, placement)[0].ravel()
    order = np.flatnonzero(meal_grams)
    row = row[order]
    return {
        "placement": context.row_placement[row],
        "at": at[order],
        "grams": meal_grams[order],
        "feed": select_products(context.truth.weight_g[row]),
    }


def select_products(weight_g: Floats) -> Counts:
    """Return the product for fish of a weight."""
    return np.asarray(np.searchsorted(_LEAST_G, weight_g, side="right") - 1, np.int64)


def _split_portions(context: BatchContext, fed: Counts) -> Counts:
    """Return the grams of both meals on placement-days with feed."""
    day, (least, most) = context.truth.feed_g[fed], _MEALS["first_share"]
    rng = context.create_generator("meals")
    share = draw_by_day(context.row_day[fed], lambda order: rng.uniform(least, most, order.size))
    first = np.rint(day * share).astype(np.int64)
    return np.stack([first, day - first], axis=1)


def _compute_meal_times(context: BatchContext) -> Counts:
    """Return the times of day of both meals of each placement, microseconds; the round through a site takes time."""
    sites = {site: _draw_site_minutes(context.seed, site) for site in dict.fromkeys(context.placement_sites)}
    minutes = np.array([sites[site] for site in context.placement_sites], np.int64)
    # Every container of the site that is fed earlier takes a minute.
    round_minutes = [context.world.get_containers(container.site).index(container) for container in context.containers]
    return np.asarray((minutes + np.array(round_minutes, np.int64)[:, None]) * _MINUTE, np.int64)


def _draw_site_minutes(seed: int, site: str) -> tuple[int, int]:
    rng = create_random_stream(seed, "seen.meal-times", site)
    first, second = rng.uniform(*_MEALS["first_hour"]), rng.uniform(*_MEALS["second_hour"])
    return int(first * 60), int(second * 60)
