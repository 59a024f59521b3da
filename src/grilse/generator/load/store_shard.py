"""The shard of the feed of a site: deliveries to its stores, meals, and the draws of meals on lots."""

from collections import defaultdict
from collections.abc import Mapping
from datetime import date

import numpy as np
from numpy.typing import NDArray

from grilse.farm.models import FeedStore
from grilse.feeding.models import Draw, Feed, FeedLot, Meal
from grilse.generator.load.shards import Columns as Rows
from grilse.generator.load.shards import ReferenceColumn, RowKeys, ShardSink, ShardTask, refer_to_first
from grilse.generator.observation.feed_supply import PRODUCTS, StoreSupply, find_store, supply_meals
from grilse.generator.observation.records import Columns, concatenate_columns, take_rows
from grilse.generator.schedule.run import LATE, GeneratorRun, meals_file
from grilse.science.days import to_epoch_day
from grilse.stock.models import Placement

KIND = "store"


def load_store(task: ShardTask) -> dict[str, int]:
    """Supply the stores of one site and return the number of written rows by table."""
    by_store = read_meals_by_store(task.run, task.key)
    with task.target.open_shard(task.run.key, KIND, task.key, task.run.plan.until) as sink:
        write_feed(sink, task.run, by_store)
    return sink.rows


def read_meals_by_store(run: GeneratorRun, site: str, since: date = date.min) -> dict[str, Columns]:
    """Return the meals from each store of a site from a day on, in time order; placements are names."""
    parts_by_store: dict[str, list[Columns]] = defaultdict(list)
    here = {container.name for container in run.world.get_containers(site)}
    for batch in run.plan.batches:
        if any(stage.site == site and stage.stop + LATE >= since for stage in batch.stages):
            for store, meals in _read_batch_meals(run, batch.number, here):
                parts_by_store[store].append(meals)
    return {store: _sort_by_time(parts) for store, parts in parts_by_store.items()}


def _read_batch_meals(run: GeneratorRun, number: str, here: set[str]) -> list[tuple[str, Columns]]:
    with np.load(meals_file(run.key, number), allow_pickle=False) as file:
        columns = {name: file[name] for name in file.files}
    names, containers = columns.pop("names"), columns.pop("containers")
    stores = [find_store(run.world, box) if box in here else "" for box in containers.tolist()]
    store_of_meal = np.array(stores)[columns["placement"]]
    parts = []
    for store in sorted(set(stores) - {""}):
        own = np.flatnonzero(store_of_meal == store)
        meals = take_rows(columns, own)
        parts.append((store, {**meals, "placement": names[meals["placement"]]}))
    return parts


def _sort_by_time(parts: list[Columns]) -> Columns:
    meals = concatenate_columns(parts)
    return take_rows(meals, np.lexsort((meals["placement"], meals["at"])))


def write_feed(sink: ShardSink, run: GeneratorRun, by_store: Mapping[str, Columns]) -> None:
    """Write the lots, meals and draws of every store of a site."""
    until = to_epoch_day(run.plan.until)
    supplies = {
        store: supply_meals(run.world, store, meals, run.seed, until) for store, meals in sorted(by_store.items())
    }
    write_supplies(sink, supplies)


def write_supplies(
    sink: ShardSink, supplies: Mapping[str, StoreSupply], held: Mapping[str, NDArray[np.int64]] | None = None
) -> None:
    """Write the lots, meals and draws of stores; `held` are the ids of the lots of their opening stocks."""
    fed = sorted({name for supply in supplies.values() for name in np.unique(supply.meals["placement"]).tolist()})
    placements = sink.find_keys(Placement, fed)
    feeds = sink.find_keys(Feed, [product["name"] for product in PRODUCTS])
    for store, supply in supplies.items():
        meals, lot_feeds = supply.meals, supply.lots.pop("feed")
        lots: Rows = {
            "store": refer_to_first(sink.find_keys(FeedStore, [store]), len(lot_feeds)),
            "feed": ReferenceColumn(feeds, lot_feeds),
            **supply.lots,
        }
        lot_keys = sink.write_with_keys(FeedLot, lots, ("number",))
        if held is not None:
            lot_keys = RowKeys(lot_keys.table, {"id": np.concatenate([held[store], lot_keys.columns["id"]])})
        meal_columns: Rows = {
            "placement": ReferenceColumn(placements, np.searchsorted(np.array(fed, np.str_), meals["placement"])),
            "at": meals["at"],
            "feed": ReferenceColumn(feeds, meals["feed"]),
            "grams": meals["grams"],
            "cost": supply.cost,
        }
        meal_keys = sink.write_with_keys(Meal, meal_columns, ("placement", "at"))
        draws = supply.draws
        drawn = {"meal": ReferenceColumn(meal_keys, draws.meal), "lot": ReferenceColumn(lot_keys, draws.lot)}
        sink.write(Draw, {**drawn, "grams": draws.grams})
