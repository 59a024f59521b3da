"""A reference taken from the database at hand, and tried at once on a server that has none of its rows."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from grilse.proof import conf
from grilse.proof.asking import everything
from grilse.proof.reference import Reference, reference, save
from grilse.proof.registry import Hot, declared
from grilse.proof.regression import Regression, flips_at, regressions
from grilse.proof.servers import address
from grilse.proof.shapes import Flip
from grilse.proof.stand_in import stand_in

SIZES = (10, 100)


@dataclass(frozen=True, kw_only=True, slots=True)
class Taken:
    """A reference with what became of it without rows."""

    reference: Reference
    differing: list[Regression]
    """Queries whose plan the server without rows does not reproduce."""
    flips: dict[int, list[Flip]]
    """By how many times the rows."""
    files: tuple[Path, ...]

    @property
    def statements(self) -> int:
        """How many statements with a plan there are."""
        return sum(bool(one.shape) for planned in self.reference.queries.values() for one in planned)

    @property
    def unasked(self) -> list[str]:
        """Queries that this database has nothing to ask, whose plans nobody knows."""
        return [name for name, planned in self.reference.queries.items() if not planned]


def take(folder: Path, hot: Sequence[Hot] | None = None, sizes: Sequence[int] = SIZES) -> Taken:
    """Write the reference of the database at hand into a folder, which is analysed first."""
    wanted = declared() if hot is None else tuple(hot)
    with conf.server() as server:
        found = reference(wanted, server.programs)
        large = stand_in(address(conf.owner()), server)
        asked = list(everything(wanted))
        flips = flips_at(large, found, asked, sizes)
        differing = regressions(large, found, asked)
    return Taken(reference=found, differing=differing, flips=flips, files=save(found, flips, folder))
