"""The kinds of jobs: what each wishes, needs and does."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import MappingProxyType
from typing import Any

from pydantic import ValidationError

from grilse.errors import GrilseError
from grilse.jobs import wishes, works
from grilse.jobs.wishes import Wish
from grilse.jobs.works import Facts, Task, Watch


@dataclass(frozen=True, kw_only=True, slots=True)
class Kind:
    """A kind of job."""

    name: str
    says: str
    needs: tuple[str, ...]
    """Permissions that it takes beside the one to give work to the queue."""
    wish: type[Wish]
    work: Callable[[Task, Any, Watch], Facts]
    check: Callable[[Any], None] = lambda wish: None
    """Refuses, when it is asked for, what could never be done."""
    writes: bool = False
    """Whether it changes rows: then what it wrote and that it is done are one transaction."""
    whole: bool = False
    """Whether it is about all places of the company, and so only for roles that hold in all of them."""

    @property
    def needed(self) -> tuple[str, ...]:
        """All permissions that it takes."""
        return ("jobs.run", *self.needs)

    def wished(self, given: Mapping[str, Any]) -> Any:
        """Return a wish of this kind; refuse, by name, what it does not know or take."""
        try:
            return self.wish.model_validate(given)
        except ValidationError as error:
            first = error.errors()[0]
            field = ".".join(str(part) for part in first["loc"])
            about = f"wish.{field}" if field else "wish"
            raise GrilseError(f"{about} of {self.name}: {first['msg']}", field=about) from None


KINDS: Mapping[str, Kind] = MappingProxyType(
    {
        kind.name: kind
        for kind in (
            Kind(
                name="project",
                says="project batches",
                needs=("planning.project",),
                wish=wishes.ProjectWish,
                work=works.project,
                check=works.check_project,
                writes=True,
            ),
            Kind(
                name="learn",
                says="learn growth from harvested batches",
                needs=("growth.learn",),
                wish=wishes.LearnWish,
                work=works.learn,
                writes=True,
                whole=True,
            ),
            Kind(
                name="grow",
                says="estimate daily states anew",
                needs=("growth.learn",),
                wish=wishes.GrowWish,
                work=works.grow,
                check=works.check_grow,
                writes=True,
            ),
            Kind(
                name="check",
                says="check the laws on every batch",
                needs=("stock.read", "growth.read", "feeding.read", "health.read"),
                wish=wishes.CheckWish,
                work=works.check,
                whole=True,
            ),
            Kind(
                name="backtest",
                says="hold a generated history against its truth",
                needs=("growth.read",),
                wish=wishes.BacktestWish,
                work=works.backtest,
                whole=True,
            ),
            Kind(
                name="fingerprint",
                says="hash all records",
                needs=("farm.read", "stock.read"),
                wish=wishes.FingerprintWish,
                work=works.identify,
                whole=True,
            ),
            Kind(
                name="export",
                says="write all records as a farm package",
                needs=("data.export",),
                wish=wishes.ExportWish,
                work=works.export,
                whole=True,
            ),
        )
    }
)


def kind_of(name: str) -> Kind:
    """Return a kind by its name, or refuse it."""
    if name not in KINDS:
        raise GrilseError(f"{name} is no kind of job: there are {', '.join(KINDS)}", field="kind")
    return KINDS[name]
