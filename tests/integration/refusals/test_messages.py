"""What may not be is refused by the API, the office and the import, in one sentence."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from tests.edited_farm import at, on
from tests.integration.refusals.interfaces import (
    Form,
    Interfaces,
    build_draw_row,
    build_lot_row,
    build_meal_row,
    build_package,
    build_placement_row,
    import_refused_package,
    open_interfaces,
)
from tests.package_files import build_movement

FAR = datetime.now(UTC).date() + timedelta(days=9)
DAY = 40


@pytest.fixture(scope="module")
def all_interfaces(database: str) -> Interfaces:
    """The interfaces of one farm; they refuse all requests of this module."""
    return open_interfaces()


@dataclass(frozen=True, kw_only=True)
class RefusedRequest:
    """A message, and the request of each interface that it refuses."""

    said: str
    api: Callable[[Interfaces], tuple[str, Form]]
    admin: Callable[[Interfaces], tuple[str, Form]]
    package: Callable[[Interfaces], dict[str, list[Any]]]
    place: str
    """The file, its line and the field that the import names."""
    said_of_past: str = ""
    """What the import says instead: what it reads has happened."""


def build_deaths(day: date, of: str = "A/P1") -> dict[str, Any]:
    """Return what asks for a death."""
    return {
        "api": lambda interfaces: (
            "/losses",
            {"date": str(day), "losses": [{"placement": interfaces.farm.placements[of], "count": 1}]},
        ),
        "admin": lambda interfaces: (
            "stock_movement",
            {"date": day, "kind": "MORTALITY", "source": interfaces.farm.placements[of], "count": 1},
        ),
        "package": lambda interfaces: {"movements": [build_movement(day, "MORTALITY", source=of, count=1)]},
        "place": "movements.csv line 7: date",
    }


def build_batch(container: str, grams: float | str = "", more: Any = None) -> dict[str, Any]:
    """Return what asks for a batch of 10,000 fish in a container; an empty one is the other company's."""

    def find_container(interfaces: Interfaces) -> int:
        return interfaces.farm.containers[container] if container else interfaces.foreign

    def build_import_tables(interfaces: Interfaces) -> dict[str, list[Any]]:
        name = container or str(interfaces.foreign)
        return {
            "batches": [{"batch": "N", "species": "Atlantic Salmon", "start_date": on(DAY)}],
            "placements": [build_placement_row("N/1", DAY, container=name)],
            "movements": [build_movement(on(DAY), "STOCKING", target="N/1", count=10_000, mean_weight_g=grams)],
        }

    weight = {} if grams == "" else {"mean_weight_g": grams}
    return {
        "api": lambda interfaces: (
            "/batches",
            {
                "number": "N",
                "species": interfaces.species,
                "start": str(on(DAY)),
                "stocked": [{"container": find_container(interfaces), "stage": 6, "count": 10_000, **weight}],
            },
        ),
        "admin": lambda interfaces: (
            "stock_batch",
            {
                "number": "N",
                "species": interfaces.species,
                "start_date": on(DAY),
                "container_1": find_container(interfaces),
                "stage_1": 6,
                "count_1": 10_000,
                "mean_weight_g_1": grams,
            },
        ),
        "package": build_import_tables,
        "place": "placements.csv line 6",
    }


def build_closed_order_line(interfaces: Interfaces) -> Form:
    """Return the line of an order of the closed batch."""
    farm = interfaces.farm
    return {"source": farm.placements["D/P7"], "container": farm.containers["P6"], "count": 5}


REFUSALS = {
    "a day that has not come": RefusedRequest(
        said=f"{FAR} is later than tomorrow (UTC): enter it when it has happened", **build_deaths(FAR)
    ),
    "before the placement": RefusedRequest(
        said=f"{on(3)} is before its placement: A/P1 starts on {on(20)}; choose a later day, or correct or enter the"
        " stocking or transfer that it starts with",
        **build_deaths(on(3)),
    ),
    "after the placement": RefusedRequest(
        said=f"{on(DAY)} is after its placement: A/T1 ends on {on(20)}; choose an earlier day, or correct or withdraw"
        " the movement that emptied it",
        **build_deaths(on(DAY), "A/T1"),
    ),
    "a container that is taken": RefusedRequest(
        said=f"P3 is not free on {on(DAY)}: batch B is there from {on(24)} on (B/P3);"
        " empty it first or choose another container",
        **build_batch("P3"),
    ),
    "the density of a container": RefusedRequest(
        said=f"P5 would hold 2.0 kg/m³ on {on(DAY)}, its limit is 1: move fewer fish or choose a larger container",
        said_of_past=f"P5 held 2.0 kg/m³ on {on(DAY)}, its limit is 1:"
        " correct the count or the weight, or raise the limit of the container",
        **{**build_batch("P5", 200), "place": "movements.csv line 7: count"},
    ),
    "the biomass of an area": RefusedRequest(
        said=f"Loch B would hold 2.0 t on {on(DAY)}, its limit is 0.1: move fewer fish or harvest there first",
        said_of_past=f"Loch B held 2.0 t on {on(DAY)}, its limit is 0.1:"
        " correct the counts or the weights, or raise the limit of the site",
        **{**build_batch("Q1", 200), "place": "movements.csv line 7: count"},
    ),
    "the capacity of a store": RefusedRequest(
        said=f"Barge holds at most 10,000 kg and would hold 10,700 kg on {on(DAY)}:"
        " enter the meals before it first, or a smaller delivery; if less is there, enter a count of the store",
        api=lambda interfaces: (
            "/feed-lots",
            {
                "deliveries": [
                    {
                        "store": interfaces.farm.store,
                        "feed": interfaces.farm.feed,
                        "number": "L9",
                        "delivered": str(on(DAY)),
                        "grams": 9_000_000,
                        "price_per_kg": 1400,
                    }
                ]
            },
        ),
        admin=lambda interfaces: (
            "feeding_feedlot",
            {
                "store": interfaces.farm.store,
                "feed": interfaces.farm.feed,
                "number": "L9",
                "delivered": on(DAY),
                "kg": 9_000,
                "price_per_kg": 1400,
            },
        ),
        package=lambda interfaces: {"feed_lots": [build_lot_row("L9", DAY, 9_000)]},
        place="feed_lots.csv line 5: kg",
    ),
    "more feed than lies there": RefusedRequest(
        said=f"Barge does not hold enough Grower 3 for a meal on {on(DAY)}:"
        " enter the delivery first, or a smaller meal; if more is there, enter a count of the store",
        api=lambda interfaces: (
            "/meals",
            {
                "meals": [
                    {
                        "placement": interfaces.farm.placements["A/P1"],
                        "at": at(DAY).isoformat(),
                        "feed": interfaces.farm.feed,
                        "grams": 9_000_000,
                    }
                ],
                "confirm": ["feed"],
            },
        ),
        admin=lambda interfaces: (
            "feeding_meal",
            {
                "placement": interfaces.farm.placements["A/P1"],
                "at_0": on(DAY),
                "at_1": "12:00",
                "feed": interfaces.farm.feed,
                "kg": 9_000,
            },
        ),
        package=lambda interfaces: {"meals": [build_meal_row(DAY, 9_000)], "draws": [build_draw_row(DAY, 9_000)]},
        place="meals.csv line 3: kg",
    ),
    "a batch that is closed": RefusedRequest(
        said="batch D is closed: withdraw or correct the row that emptied its last pen first",
        **{
            **build_deaths(on(DAY), "D/P7"),
            # A package brings a batch whole: there it is closed once none of its fish stand.
            "package": lambda interfaces: {
                "placements": [build_placement_row("D/P6", DAY)],
                "movements": [build_movement(on(DAY), "STOCKING", target="D/P6", count=5)],
            },
            "place": "placements.csv line 6: start_date",
        },
    ),
    "an order of a batch that is closed": RefusedRequest(
        said="batch D is closed: withdraw or correct the row that emptied its last pen first",
        api=lambda interfaces: (
            "/transfer-orders",
            {
                "batch": interfaces.farm.batches["D"],
                "date": str(on(DAY)),
                "lines": [build_closed_order_line(interfaces)],
            },
        ),
        admin=lambda interfaces: (
            "stock_transferorder",
            {
                "batch": interfaces.farm.batches["D"],
                "planned_date": on(DAY),
                **{f"{name}_1": value for name, value in build_closed_order_line(interfaces).items()},
            },
        ),
        package=lambda interfaces: {
            "placements": [build_placement_row("D/P6", DAY)],
            "movements": [build_movement(on(DAY), "STOCKING", target="D/P6", count=5)],
        },
        place="placements.csv line 6: start_date",
    ),
    "another company's container": RefusedRequest(said="there is no container {foreign}", **build_batch("")),
}


@pytest.mark.parametrize("name", REFUSALS)
def test_every_interface_refuses_with_the_same_message(all_interfaces, owner, tmp_path, name):
    refusal = REFUSALS[name]
    message = refusal.said.format(foreign=all_interfaces.foreign)

    assert all_interfaces.api("post", *refusal.api(all_interfaces)) == message
    rows, form = refusal.admin(all_interfaces)
    assert all_interfaces.admin(rows, "add", form) == message
    tables = build_package()
    for table, more in refusal.package(all_interfaces).items():
        tables[table] += more
    refusal_text = import_refused_package(owner, tmp_path / "p", tables)
    assert refusal_text.startswith(refusal.place)
    # The import sets what a file calls something apart.
    assert refusal_text.replace("'", "").endswith(f": {refusal.said_of_past or message}")


def describe_density(kg_m3: float) -> str:
    """Return what is said of P5."""
    return f"P5 would hold {kg_m3} kg/m³ on {on(DAY)}, its limit is 1: move fewer fish or choose a larger container"


@pytest.mark.parametrize(
    ("container", "said"),
    [
        ("P3", REFUSALS["a container that is taken"].said),
        ("P5", describe_density(1.2)),
        ("Q1", REFUSALS["the biomass of an area"].said.replace("2.0 t", "1.2 t")),
    ],
)
def test_a_move_is_refused_alike_when_it_is_carried_out(all_interfaces, container, said):
    farm = all_interfaces.farm
    lines = [{"source": farm.placements["A/P1"], "container": farm.containers[container], "count": 9}]
    planned = all_interfaces.program.post(
        "/transfer-orders", {"batch": farm.batches["A"], "date": str(on(30)), "lines": lines}
    ).json()
    [key] = planned["lines"]
    move = {"date": str(on(DAY)), "count": 5_900, "mean_weight_g": 200}

    address = f"/transfer-orders/{planned['order']}/moves"
    assert all_interfaces.api("post", address, {"moves": [{"line": key, **move}]}) == said
    assert all_interfaces.admin("stock_transferline", "change", move, key) == said


def test_the_farm_is_sound_but_for_what_is_refused(all_interfaces, owner, tmp_path):
    from tests.package_files import write_package

    from grilse.exchange.imports import import_package

    owner.execute("SELECT 1")
    assert import_package(owner, write_package(tmp_path / "p", build_package()), company_name="A third").warnings == []
