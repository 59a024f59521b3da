"""What may not be is refused by the API, the office and the import, in one sentence."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from tests.edited_farm import at, on
from tests.integration.refusals.doors import Doors, Form, draw, imported, lot, meal, open_doors, package, placement
from tests.unpack import movement

FAR = datetime.now(UTC).date() + timedelta(days=9)
DAY = 40


@pytest.fixture(scope="module")
def doors(database: str) -> Doors:
    """The doors of one farm; nothing that they are asked for here is done."""
    return open_doors()


@dataclass(frozen=True, kw_only=True)
class Refusal:
    """A sentence, and what each door is asked for to say it."""

    said: str
    api: Callable[[Doors], tuple[str, Form]]
    admin: Callable[[Doors], tuple[str, Form]]
    package: Callable[[Doors], dict[str, list[Any]]]
    place: str
    """The file, its line and the field that the import names."""


def deaths(day: date, of: str = "A/P1") -> dict[str, Any]:
    """Return what asks for a death."""
    return {
        "api": lambda doors: (
            "/losses",
            {"date": str(day), "losses": [{"placement": doors.farm.placements[of], "count": 1}]},
        ),
        "admin": lambda doors: (
            "stock_movement",
            {"date": day, "kind": "MORTALITY", "source": doors.farm.placements[of], "count": 1},
        ),
        "package": lambda doors: {"movements": [movement(day, "MORTALITY", source=of, count=1)]},
        "place": "movements.csv line 7: date",
    }


def batch_in(container: str, grams: float | str = "", more: Any = None) -> dict[str, Any]:
    """Return what asks for a batch of 10,000 fish in a container; an empty one is the other company's."""

    def where(doors: Doors) -> int:
        return doors.farm.containers[container] if container else doors.foreign

    def brought(doors: Doors) -> dict[str, list[Any]]:
        name = container or str(doors.foreign)
        return {
            "batches": [{"batch": "N", "species": "Atlantic Salmon", "start_date": on(DAY)}],
            "placements": [placement("N/1", DAY, container=name)],
            "movements": [movement(on(DAY), "STOCKING", target="N/1", count=10_000, mean_weight_g=grams)],
        }

    weight = {} if grams == "" else {"mean_weight_g": grams}
    return {
        "api": lambda doors: (
            "/batches",
            {
                "number": "N",
                "species": doors.species,
                "start": str(on(DAY)),
                "stocked": [{"container": where(doors), "stage": 6, "count": 10_000, **weight}],
            },
        ),
        "admin": lambda doors: (
            "stock_batch",
            {
                "number": "N",
                "species": doors.species,
                "start_date": on(DAY),
                "container_1": where(doors),
                "stage_1": 6,
                "count_1": 10_000,
                "mean_weight_g_1": grams,
            },
        ),
        "package": brought,
        "place": "placements.csv line 6",
    }


def order_of_closed(doors: Doors) -> Form:
    """Return the line of an order of the closed batch."""
    farm = doors.farm
    return {"source": farm.placements["D/P7"], "container": farm.containers["P6"], "count": 5}


REFUSALS = {
    "a day that has not come": Refusal(
        said=f"{FAR} is later than tomorrow (UTC): enter it when it has happened", **deaths(FAR)
    ),
    "before the placement": Refusal(said=f"{on(3)} is before its placement: A/P1 starts on {on(20)}", **deaths(on(3))),
    "after the placement": Refusal(
        said=f"{on(DAY)} is after its placement: A/T1 ends on {on(20)}", **deaths(on(DAY), "A/T1")
    ),
    "a container that is taken": Refusal(
        said=f"P3 is not free on {on(DAY)}: batch B is there from {on(24)} on (B/P3);"
        " empty it first or choose another container",
        **batch_in("P3"),
    ),
    "the density of a container": Refusal(
        said=f"P5 would hold 2.0 kg/m³ on {on(DAY)}, its limit is 1: move fewer fish or choose a larger container",
        **{**batch_in("P5", 200), "place": "movements.csv line 7: count"},
    ),
    "the biomass of an area": Refusal(
        said=f"Loch B would hold 2.0 t on {on(DAY)}, its limit is 0.1: move fewer fish or harvest there first",
        **{**batch_in("Q1", 200), "place": "movements.csv line 7: count"},
    ),
    "the capacity of a store": Refusal(
        said=f"Barge holds at most 10,000 kg and would hold 10,700 kg on {on(DAY)}:"
        " enter the meals before it first, or a smaller delivery",
        api=lambda doors: (
            "/feed-lots",
            {
                "deliveries": [
                    {
                        "store": doors.farm.store,
                        "feed": doors.farm.feed,
                        "number": "L9",
                        "delivered": str(on(DAY)),
                        "grams": 9_000_000,
                        "price_per_kg": 1400,
                    }
                ]
            },
        ),
        admin=lambda doors: (
            "feeding_feedlot",
            {
                "store": doors.farm.store,
                "feed": doors.farm.feed,
                "number": "L9",
                "delivered": on(DAY),
                "kg": 9_000,
                "price_per_kg": 1400,
            },
        ),
        package=lambda doors: {"feed_lots": [lot("L9", DAY, 9_000)]},
        place="feed_lots.csv line 5: kg",
    ),
    "more feed than lies there": Refusal(
        said=f"Barge does not hold enough Grower 3 for a meal on {on(DAY)}:"
        " enter the delivery first, or a smaller meal",
        api=lambda doors: (
            "/meals",
            {
                "meals": [
                    {
                        "placement": doors.farm.placements["A/P1"],
                        "at": at(DAY).isoformat(),
                        "feed": doors.farm.feed,
                        "grams": 9_000_000,
                    }
                ]
            },
        ),
        admin=lambda doors: (
            "feeding_meal",
            {
                "placement": doors.farm.placements["A/P1"],
                "at_0": on(DAY),
                "at_1": "12:00",
                "feed": doors.farm.feed,
                "kg": 9_000,
            },
        ),
        package=lambda doors: {"meals": [meal(DAY, 9_000)], "draws": [draw(DAY, 9_000)]},
        place="meals.csv line 3: kg",
    ),
    "a batch that is closed": Refusal(
        said="batch D is closed: withdraw or correct the row that emptied its last pen first",
        **{
            **deaths(on(9), "D/P7"),
            # A package brings a batch whole: there it is closed once none of its fish stand.
            "package": lambda doors: {
                "placements": [placement("D/P6", DAY)],
                "movements": [movement(on(DAY), "STOCKING", target="D/P6", count=5)],
            },
            "place": "placements.csv line 6: start_date",
        },
    ),
    "an order of a batch that is closed": Refusal(
        said="batch D is closed: withdraw or correct the row that emptied its last pen first",
        api=lambda doors: (
            "/transfer-orders",
            {"batch": doors.farm.batches["D"], "date": str(on(9)), "lines": [order_of_closed(doors)]},
        ),
        admin=lambda doors: (
            "stock_transferorder",
            {
                "batch": doors.farm.batches["D"],
                "planned_date": on(9),
                **{f"{name}_1": value for name, value in order_of_closed(doors).items()},
            },
        ),
        package=lambda doors: {
            "placements": [placement("D/P6", DAY)],
            "movements": [movement(on(DAY), "STOCKING", target="D/P6", count=5)],
        },
        place="placements.csv line 6: start_date",
    ),
    "another company's container": Refusal(said="there is no container {foreign}", **batch_in("")),
}


@pytest.mark.parametrize("name", REFUSALS)
def test_a_refusal_is_one_sentence_at_every_door(doors, owner, tmp_path, name):
    refusal = REFUSALS[name]
    said = refusal.said.format(foreign=doors.foreign)

    assert doors.api("post", *refusal.api(doors)) == said
    rows, form = refusal.admin(doors)
    assert doors.admin(rows, "add", form) == said
    tables = package()
    for table, more in refusal.package(doors).items():
        tables[table] += more
    told = imported(owner, tmp_path / "p", tables)
    assert told.startswith(refusal.place)
    # The import sets what a file calls something apart.
    assert told.replace("'", "").endswith(f": {said}")


def too_dense(kg_m3: float) -> str:
    """Return what is said of P5."""
    return f"P5 would hold {kg_m3:.1f} kg/m³ on {on(DAY)}, its limit is 1: move fewer fish or choose a larger container"


@pytest.mark.parametrize(
    ("container", "said"),
    [
        ("P3", REFUSALS["a container that is taken"].said),
        ("P5", too_dense(1.2)),
        ("Q1", REFUSALS["the biomass of an area"].said.replace("2.0 t", "1.2 t")),
    ],
)
def test_a_move_is_refused_alike_when_it_is_carried_out(doors, container, said):
    farm = doors.farm
    lines = [{"source": farm.placements["A/P1"], "container": farm.containers[container], "count": 9}]
    planned = doors.program.post(
        "/transfer-orders", {"batch": farm.batches["A"], "date": str(on(30)), "lines": lines}
    ).json()
    [key] = planned["lines"]
    move = {"date": str(on(DAY)), "count": 5_900, "mean_weight_g": 200}

    address = f"/transfer-orders/{planned['order']}/moves"
    assert doors.api("post", address, {"moves": [{"line": key, **move}]}) == said
    assert doors.admin("stock_transferline", "change", move, key) == said


def test_the_farm_is_sound_but_for_what_is_refused(doors, owner, tmp_path):
    from tests.unpack import write_package

    from grilse.exchange.imports import import_package

    owner.execute("SELECT 1")
    assert import_package(owner, write_package(tmp_path / "p", package()), company_name="A third").warnings == []
