"""The hot queries of a project, each declared with its budget in the module `budgets` of its application."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.module_loading import autodiscover_modules

Arguments = Mapping[str, Any] | None
"""Keyword arguments, or None: there is nothing to ask."""
ArgumentsFactory = Callable[[], Arguments]


@dataclass(frozen=True, kw_only=True, slots=True)
class QueryBudget:
    """A hot query: a function that a door calls, and what it may cost."""

    name: str
    """What it is called in reports, unique: `people.queries.list_journey_positions`."""
    run: Callable[..., Any]
    example: ArgumentsFactory
    """Looks up, in the database that is proven, arguments that stand for its use; None: there are none."""
    statements: int
    """Most statements it may run."""
    unscanned: tuple[str, ...]
    """Tables that it must not read sequentially."""
    sorts: bool = False
    """Whether its plans may hold a Sort or an Incremental Sort."""
    touched: float = 1.5
    """Most rows read per row returned, of the tables in `unscanned`; of all tables where it names none."""
    least: int = 0
    """Rows read below which `touched` is not judged."""
    returns: int | None = None
    """Most rows it may return, as a page does; None where it returns as many as there are."""
    packed: bool = False
    """Whether the server packs rows into one, as `json_agg` does; then those that it packs are returned."""


def declare_budgets(*budgets: QueryBudget) -> None:
    """Add queries to the registry; a module that is imported twice declares the same."""
    for budget in budgets:
        existing = _declared.get(budget.name)
        if existing is not None and existing.run is not budget.run:
            raise ValueError(f"two hot queries are called {budget.name}: name one of them otherwise")
        _declared[budget.name] = budget


def list_declared_budgets() -> tuple[QueryBudget, ...]:
    """Return the hot queries of every installed application, by name."""
    autodiscover_modules("budgets")
    return tuple(_declared[name] for name in sorted(_declared))


_declared: dict[str, QueryBudget] = {}
