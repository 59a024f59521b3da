"""The shard of a site's feed: what was delivered to its stores, fed from them, and drawn from which delivery."""

import os
from collections import defaultdict
from dataclasses import dataclass

import numpy as np
import psycopg
from numpy.typing import NDArray

from grilse.bulk.table import Table
from grilse.feeding.models import Draw, FeedLot, Meal
from grilse.generator.feed_store import PRODUCTS, stock_and_draw, store_of
from grilse.generator.observation.records import Columns
from grilse.generator.run import Run, meals_file
from grilse.generator.shards import ShardWriter, ids_by_name

KIND = "store"


@dataclass(frozen=True, slots=True)
class Task:
    """A hall or area whose feed is to be made."""

    run: Run
    company: int
    key: str


def load_store(task: Task) -> dict[str, int]:
    """Supply one site's stores and return the rows written by table."""
    by_store = meals_by_store(task.run, task.key)
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        connection.execute("SET LOCAL synchronous_commit = off")
        writer = ShardWriter(connection, task.company, task.run.key)
        placements = _placements(writer, by_store)
        for store, meals in sorted(by_store.items()):
            _write(writer, task.run, store, meals, placements)
        writer.finish(KIND, task.key)
    return writer.rows


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


def _placements(writer: ShardWriter, by_store: dict[str, Columns]) -> dict[str, int]:
    """Return the ids of the placements that were fed, in one statement."""
    names = sorted({name for meals in by_store.values() for name in np.unique(meals["placement"]).tolist()})
    query = "SELECT name, id FROM stock_placement WHERE company_id = %s AND name = ANY(%s)"
    return dict(writer.connection.execute(query, [writer.company, names]).fetchall())


def _write(
    writer: ShardWriter, run: Run, store: str, meals: Columns, placements: dict[str, int]
) -> None:
    supply = stock_and_draw(run.world, store, meals, run.seed)
    feeds = ids_by_name("feeding_feed", writer.company)
    feed_ids = np.array([feeds[product["name"]] for product in PRODUCTS], np.int64)
    lots = {column: values for column, values in supply.lots.items() if column not in ("feed", "drawn")}
    lot_ids = writer.reserve(Table.of(FeedLot), supply.lots["feed"].size)
    store_id = ids_by_name("farm_feedstore", writer.company)[store]
    writer.write(
        Table.of(FeedLot),
        {
            "id": lot_ids,
            "store_id": np.full(lot_ids.size, store_id),
            "feed_id": feed_ids[supply.lots["feed"]],
            **lots,
        },
    )
    meal_ids = writer.reserve(Table.of(Meal), meals["at"].size)
    writer.write(
        Table.of(Meal),
        {
            "id": meal_ids,
            "placement_id": _ids(meals["placement"], placements),
            "at": meals["at"],
            "feed_id": feed_ids[meals["feed"]],
            "grams": meals["grams"],
            "cost": supply.cost,
        },
    )
    draws = supply.draws
    # The trigger counts the draws into their lots.
    writer.write(
        Table.of(Draw),
        {"meal_id": meal_ids[draws.meal], "lot_id": lot_ids[draws.lot], "grams": draws.grams},
    )


def _ids(names: NDArray[np.str_], known: dict[str, int]) -> NDArray[np.int64]:
    unique, place = np.unique(names, return_inverse=True)
    return np.array([known[name] for name in unique.tolist()], np.int64)[place]
