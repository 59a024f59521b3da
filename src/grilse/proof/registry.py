"""The registry of query budgets; each application declares its budgets in its module `budgets`."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.module_loading import autodiscover_modules

Arguments = Mapping[str, Any] | None
"""Keyword arguments, or None where the database has no row to query."""
ArgumentsFactory = Callable[[], Arguments]


@dataclass(frozen=True, kw_only=True, slots=True)
class Budget:
    """What a query may cost."""

    statements: int = 1
    """Most statements it may run."""
    unscanned: tuple[str, ...] = ()
    """Tables that it must not read sequentially."""
    sorts: bool = False
    """Whether its plans may contain a Sort or an Incremental Sort."""
    touched: float = 1.5
    """Most rows read per row returned, of the tables in `unscanned`; of all tables where it names none."""
    least: int = 0
    """Rows read below which `touched` is not checked."""
    returns: int | None = None
    """Most rows it may return, as a page does; None where the number has no limit."""


@dataclass(frozen=True, slots=True)
class QueryBudget(Budget):
    """A function that an interface calls to query the database, and what the query may cost."""

    run: Callable[..., Any]
    example: ArgumentsFactory = dict
    """Finds typical arguments in the database that is measured; None where it has none."""
    name: str = ""
    """Unique name in reports; by default module and function, as in `people.queries.list_journey_positions`."""
    use: str = ""
    """Added to the default name where one function has several budgets."""
    packed: bool = False
    """Whether the server aggregates rows into one value, as `json_agg` does; then the aggregated rows count."""

    def __post_init__(self) -> None:
        """Derive the name."""
        if not self.name:
            function = f"{self.run.__module__}.{self.run.__qualname__}".removeprefix("grilse.")
            object.__setattr__(self, "name", f"{function}.{self.use}" if self.use else function)


def take_first_row(rows: QuerySet[Any], **columns: str) -> ArgumentsFactory:
    """Return a function that reads arguments from columns of the first row; they are None where there is no row."""

    def read_arguments() -> Arguments:
        row = rows.values(*columns.values()).first()
        return None if row is None else {name: row[column] for name, column in columns.items()}

    return read_arguments


def declare_budgets(*budgets: QueryBudget) -> None:
    """Add budgets to the registry; a module that is imported twice declares the same budgets."""
    for budget in budgets:
        existing = _declared.get(budget.name)
        if existing is not None and existing.run is not budget.run:
            raise ValueError(f"two query budgets are called {budget.name}: rename one of them")
        _declared[budget.name] = budget


def list_declared_budgets() -> tuple[QueryBudget, ...]:
    """Return the query budgets of every installed application, by name."""
    autodiscover_modules("budgets")
    return tuple(_declared[name] for name in sorted(_declared))


_declared: dict[str, QueryBudget] = {}
