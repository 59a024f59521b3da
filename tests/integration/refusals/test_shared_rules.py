"""Each rule is one function, which the actions and the import call: without it both accept the same row."""

import contextlib
import sys
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np
import pytest
from tests.edited_farm import DB, at, on
from tests.integration.refusals.interfaces import Form, Interfaces, build_meal_row, build_package, open_interfaces
from tests.integration.refusals.test_messages import DAY, REFUSALS, RefusedRequest
from tests.package_files import build_movement, write_package


@pytest.fixture(scope="module")
def all_interfaces(database: str) -> Interfaces:
    """The interfaces of one farm, each rule of which is removed in turn."""
    return open_interfaces("One rule")


@dataclass(frozen=True, kw_only=True)
class SharedRule:
    """A rule, what replaces it to accept everything, and what it refuses."""

    function: str
    accept_all: Callable[..., Any]
    refused: RefusedRequest
    import_message: str = ""
    """What the import says, where the file has another unit than the API."""


def accept_days(day: Any, *_: Any, **__: Any) -> tuple[Any, Any]:
    """Find no day to be too early or too late."""
    return np.zeros_like(day, np.bool_), np.zeros_like(day, np.bool_)


def accept_rows(rows: Any, *_: Any) -> Any:
    """Find nothing wrong with any row."""
    return np.zeros_like(rows, np.bool_)


def build_refusal(
    message: str, address: str, body: Callable[[Interfaces], Form], tables: dict[str, list[Form]]
) -> RefusedRequest:
    """Return what is refused with a sentence by the API and by the import."""
    return RefusedRequest(
        said=message,
        api=lambda interfaces: (address, body(interfaces)),
        admin=lambda interfaces: ("", {}),
        package=lambda interfaces: tables,
        place="",
    )


def build_ordered_death() -> RefusedRequest:
    """Return a death that names a transfer order."""

    def build_body(interfaces: Interfaces) -> Form:
        from grilse.stock.models import TransferOrder

        farm = interfaces.farm
        order, _ = TransferOrder.objects.using(DB).get_or_create(
            company_id=farm.company,
            number="TRF-A-D001",
            defaults={"batch_id": farm.batches["A"], "planned_date": on(DAY), "status": "planned"},
        )
        row = {"date": str(on(DAY)), "kind": "MORTALITY", "count": 1, "source": farm.placements["A/P1"]}
        return {"movements": [{**row, "order": order.pk}], "reason": "a recount"}

    orders = [{"order": "TRF-A-D001", "batch": "A", "planned_date": on(DAY), "status": "planned"}]
    death = build_movement(str(on(DAY)), "MORTALITY", "A/P1", count=1)
    tables = {"orders": orders, "movements": [{**death, "order": "TRF-A-D001"}]}
    return build_refusal("only a TRANSFER belongs to an order", "/movements", build_body, tables)


def build_ledger_refusal(message: str, *rows: Form) -> RefusedRequest:
    """Return what is refused of rows of the ledger."""

    def build_body(interfaces: Interfaces) -> Form:
        of = interfaces.farm.placements
        entries = [
            {
                "date": str(row["date"]),
                "kind": row["kind"],
                "count": row["count"],
                **{
                    side: of[row[column]]
                    for side, column in (("source", "from_placement"), ("target", "to_placement"))
                    if row[column]
                },
            }
            for row in rows
        ]
        return {"movements": entries, "reason": "a recount"}

    return build_refusal(message, "/movements", build_body, {"movements": list(rows)})


def build_adjustment_refusal(message: str, kind: str, kg: int) -> RefusedRequest:
    """Return what is refused of the feed in the store."""
    row = {"at": f"{on(DAY)}T12:00:00Z", "kind": kind, "reason": "a torn bag"}

    def build_body(interfaces: Interfaces) -> Form:
        stock = {"store": interfaces.farm.store, "feed": interfaces.farm.feed}
        return {"adjustments": [{**row, **stock, "grams": kg * 1000}]}

    stock = {"feed_store": "Barge", "feed": "Grower 3"}
    rows = [{**row, **stock, "kg": kg, "difference_kg": 0, "cost": 0}]
    return build_refusal(message, "/store-adjustments", build_body, {"store_adjustments": rows})


LICE = {"date": str(on(DAY)), "fish_counted": 20, "adult_female": 5, "mobile": 4, "attached": 3}
SCORES = {f"score_{level}": 9 for level in range(4)}
RULES = {
    "no date is in the future": SharedRule(
        function="find_impossible_days", accept_all=accept_days, refused=REFUSALS["a day that has not come"]
    ),
    "a day is not before its placement": SharedRule(
        function="find_outside_placement", accept_all=accept_days, refused=REFUSALS["before the placement"]
    ),
    "a day is not after its placement": SharedRule(
        function="find_outside_placement", accept_all=accept_days, refused=REFUSALS["after the placement"]
    ),
    "one placement is in a container at a time": SharedRule(
        function="find_overlaps",
        accept_all=lambda *_: (np.empty(0, np.int64), np.empty(0, np.int64)),
        refused=REFUSALS["a container that is taken"],
    ),
    "a container is within its density": SharedRule(
        function="is_over_limit", accept_all=accept_rows, refused=REFUSALS["the density of a container"]
    ),
    "a site is within its biomass": SharedRule(
        function="is_over_limit", accept_all=accept_rows, refused=REFUSALS["the biomass of an area"]
    ),
    "a store covers its meals": SharedRule(
        function="find_shortages",
        accept_all=lambda *columns: np.zeros(len(columns[3]), np.bool_),
        refused=REFUSALS["more feed than lies there"],
    ),
    "a store is within its capacity": SharedRule(
        function="compute_morning_stock",
        accept_all=lambda store, *_, **__: np.zeros(len(store), np.int64),
        refused=REFUSALS["the capacity of a store"],
    ),
    "a kind of movement has its sides": SharedRule(
        function="iter_wrong_sides",
        accept_all=lambda *_: iter(()),
        refused=build_ledger_refusal(
            "MORTALITY has no target", build_movement(str(on(DAY)), "MORTALITY", "A/P1", "B/P3", count=1)
        ),
    ),
    "fish move somewhere else": SharedRule(
        function="find_same_sides",
        accept_all=accept_rows,
        refused=build_ledger_refusal(
            "the fish go where they were", build_movement(str(on(DAY)), "TRANSFER", "A/P1", "A/P1", count=1)
        ),
    ),
    "a first entry has fish": SharedRule(
        function="find_invalid_counts",
        accept_all=accept_rows,
        refused=build_ledger_refusal(
            "0 fish, A/P1: only a row that replaces another may have 0",
            build_movement(str(on(DAY)), "MORTALITY", "A/P1", count=0),
        ),
    ),
    "only transfers belong to an order": SharedRule(
        function="find_wrong_orders", accept_all=accept_days, refused=build_ordered_death()
    ),
    "a meal has a mass": SharedRule(
        function="is_invalid_mass",
        accept_all=accept_rows,
        refused=build_refusal(
            "a meal of 0 g for A/P1: it has to be at least one",
            "/meals",
            lambda interfaces: {
                "meals": [{"placement": interfaces.farm.placements["A/P1"], "at": at(DAY).isoformat(), "grams": 0}]
            },
            {"meals": [build_meal_row(DAY, 0.0004)]},
        ),
        import_message="a meal of less than half a gram",
    ),
    "a placement balances": SharedRule(
        function="find_unbalanced_placements",
        accept_all=lambda *_: {},
        refused=build_ledger_refusal(
            "A/P1 would not balance: ", build_movement(str(on(DAY)), "MORTALITY", "A/P1", count=60_000)
        ),
    ),
    "the forms of lice are no more than all lice": SharedRule(
        function="find_lice_excess",
        accept_all=accept_rows,
        refused=build_refusal(
            "12 lice by their forms, 9 in all on ",
            "/lice-counts",
            lambda interfaces: {"counts": [{**LICE, "placement": interfaces.farm.placements["A/P1"], "total": 9}]},
            {"lice": [{**LICE, "container": "P1", "lice_total": 9}]},
        ),
    ),
    "fish weigh less when they are gutted": SharedRule(
        function="judge_gutted_weight",
        accept_all=lambda kg, *_: (np.zeros_like(kg, np.bool_), np.zeros_like(kg, np.bool_)),
        refused=build_refusal(
            "100 fish of A/P1 weigh 390 kg gutted, 1,950.0 % of the 20 kg that they weighed alive",
            "/harvests",
            lambda interfaces: {
                "harvests": [
                    {
                        "placement": interfaces.farm.placements["A/P1"],
                        "date": str(on(DAY)),
                        "count": 100,
                        "mean_weight_g": 200,
                        "grades": [{"grade": "superior", "count": 100, "gutted_kg": 390}],
                    }
                ]
            },
            {
                "movements": [build_movement(on(DAY), "HARVEST", "A/P1", count=100, mean_weight_g=200)],
                "harvest_grades": [
                    {"placement": "A/P1", "date": on(DAY), "grade": "superior", "count": 100, "gutted_kg": 390}
                ],
            },
        ),
    ),
    "feed that is lost weighs something": SharedRule(
        function="find_invalid_adjustments",
        accept_all=lambda grams, *_: np.zeros_like(grams, np.bool_),
        refused=build_adjustment_refusal("a SPILLED of 0 g: it has to be at least 1", "SPILLED", 0),
    ),
    "no more feed is counted than a store holds": SharedRule(
        function="find_counts_over_capacity",
        accept_all=lambda grams, *_: np.zeros_like(grams, np.bool_),
        refused=build_adjustment_refusal("10,001 kg counted in Barge, which holds at most 10,000 kg", "COUNT", 10_001),
    ),
    "no more fish are scored than looked at": SharedRule(
        function="find_score_excess",
        accept_all=lambda scores, fish: np.zeros(len(fish), np.bool_),
        refused=build_refusal(
            "36 fish of A/P1 scored for gill, 20 looked at",
            "/health-samples",
            lambda interfaces: {
                "samples": [
                    {
                        "placement": interfaces.farm.placements["A/P1"],
                        "date": str(on(DAY)),
                        "fish": 20,
                        "scores": {"gill": list(SCORES.values())},
                    }
                ]
            },
            {"health_samples": [{"placement": "A/P1", "date": on(DAY), "fish": 20, "parameter": "gill", **SCORES}]},
        ),
    ),
}


@pytest.mark.parametrize("name", RULES)
def test_actions_and_imports_share_each_rule(all_interfaces, owner, tmp_path, monkeypatch, name):
    rule = RULES[name]
    address, body = rule.refused.api(all_interfaces)
    body = {**body, "number": name} if "number" in body else body
    tables = build_package()
    for table, more in rule.refused.package(all_interfaces).items():
        tables[table] = [*tables.get(table, []), *more]

    def check_interfaces() -> tuple[bool, bool]:
        message = rule.refused.said
        past = rule.import_message or rule.refused.said_of_past or message
        return message in post_request(all_interfaces, address, body), past in try_import(owner, tmp_path, tables)

    assert check_interfaces() == (True, True)
    replace_function(monkeypatch, rule.function, rule.accept_all)
    assert check_interfaces() == (False, False)


def post_request(interfaces: Interfaces, address: str, body: Form) -> str:
    """Return what the API answers; what the database itself refuses is not the rule's word."""
    with contextlib.suppress(Exception):
        return interfaces.program.post(address, body).content.decode()
    return ""


def try_import(owner: Any, folder: Any, tables: dict[str, Any]) -> str:
    """Return what a package is refused for; it is taken back in any case."""
    from grilse.errors import GrilseError
    from grilse.exchange.imports import import_package

    owner.execute("SELECT 1")  # begins the transaction that the import becomes a part of
    try:
        import_package(owner, write_package(folder / "p", tables), company_name="A third")
    except GrilseError as refused:
        return str(refused).replace("'", "")
    finally:
        owner.rollback()
    return ""


def replace_function(monkeypatch: pytest.MonkeyPatch, name: str, function: Callable[..., Any]) -> None:
    """Put another function in the place of a rule, in the one module that defines it and in those that import it."""
    modules = [module for path, module in sys.modules.items() if path.startswith("grilse.")]
    [rule] = {vars(module)[name] for module in modules if name in vars(module)}
    for module in modules:
        if vars(module).get(name) is rule:
            monkeypatch.setattr(module, name, function)
