"""The shard of a site's feed: deliveries to its stores, meals from them, and which drew on which."""

from collections import defaultdict
from collections.abc import Mapping

import numpy as np

from grilse.farm.models import FeedStore
from grilse.feeding.models import Draw, Feed, FeedLot, Meal
from grilse.generator.feed_store import PRODUCTS, stock_and_draw, store_of
from grilse.generator.observation.records import Columns
from grilse.generator.run import Run, meals_file
from grilse.generator.shards import Columns as Rows
from grilse.generator.shards import Keys, Reference, Sink, Task
from grilse.stock.models import Placement

KIND = "store"


def load_store(task: Task) -> dict[str, int]:
    """Supply one site's stores and return the rows written by table."""
    by_store = meals_by_store(task.run, task.key)
    with task.target.shard(task.run.key, KIND, task.key) as sink:
        write_feed(sink, task.run, by_store)
    return sink.rows


def meals_by_store(run: Run, site: str) -> dict[str, Columns]:
    """Return the meals fed at a site from each of its stores, in time order, placements by name."""
    found: dict[str, list[Columns]] = defaultdict(list)
    here = {container.name for container in run.world.containers_of(site)}
    for batch in run.plan.batches:
        if any(stage.site == site for stage in batch.stages):
            for store, meals in _of_batch(run, batch.number, here):
                found[store].append(meals)
    return {store: _in_time_order(parts) for store, parts in found.items()}


def _of_batch(run: Run, number: str, here: set[str]) -> list[tuple[str, Columns]]:
    with np.load(meals_file(run.key, number), allow_pickle=False) as file:
        kept = {name: file[name] for name in file.files}
    names, containers = kept.pop("names"), kept.pop("containers")
    stores = [store_of(run.world, box) if box in here else "" for box in containers.tolist()]
    store_of_meal = np.array(stores)[kept["placement"]]
    parts = []
    for store in sorted(set(stores) - {""}):
        own = np.flatnonzero(store_of_meal == store)
        meals = {column: values[own] for column, values in kept.items()}
        parts.append((store, {**meals, "placement": names[meals["placement"]]}))
    return parts


def _in_time_order(parts: list[Columns]) -> Columns:
    meals = {column: np.concatenate([part[column] for part in parts]) for column in parts[0]}
    order = np.lexsort((meals["placement"], meals["at"]))
    return {column: values[order] for column, values in meals.items()}


def write_feed(sink: Sink, run: Run, by_store: Mapping[str, Columns]) -> None:
    """Write the lots, meals and draws of every store of a site."""
    fed = sorted({name for meals in by_store.values() for name in np.unique(meals["placement"]).tolist()})
    placements = sink.known(Placement, fed)
    feeds = sink.known(Feed, [product["name"] for product in PRODUCTS])
    for store, meals in sorted(by_store.items()):
        eaters = Reference(placements, np.searchsorted(np.array(fed), meals["placement"]))
        _write(sink, run, store, meals, feeds, eaters)


def _write(sink: Sink, run: Run, store: str, meals: Columns, feeds: Keys, placements: Reference) -> None:
    supply = stock_and_draw(run.world, store, meals, run.seed)
    bought = supply.lots.pop("feed")
    stores = sink.known(FeedStore, [store])
    lots: Rows = {
        "store": Reference(stores, np.zeros_like(bought)),
        "feed": Reference(feeds, bought),
        **supply.lots,
    }
    lot_keys = sink.enter(FeedLot, lots, ("number",))
    given: Rows = {
        "placement": placements,
        "at": meals["at"],
        "feed": Reference(feeds, meals["feed"]),
        "grams": meals["grams"],
        "cost": supply.cost,
    }
    meal_keys = sink.enter(Meal, given, ("placement", "at"))
    draws = supply.draws
    drawn = {"meal": Reference(meal_keys, draws.meal), "lot": Reference(lot_keys, draws.lot)}
    sink.write(Draw, {**drawn, "grams": draws.grams})
