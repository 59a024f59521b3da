"""Containers by the names that senders of readings use, with the time zones of their days."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from grilse.errors import GrilseError
from grilse.farm.list_filters import build_zone
from grilse.farm.models import Container
from grilse.farm.site_names import describe_ambiguous_name, index_site_names, list_site_names
from grilse.line_texts import FORMULA_PREFIXES, normalize_line
from grilse.row_validation import describe_missing


@dataclass(frozen=True, kw_only=True, slots=True)
class KnownContainers:
    """The containers in reach."""

    ids: Mapping[str | int, int]
    """Ids by name, by `site/name` and by id; a name that looks like an id is taken as the name."""
    ambiguous: Mapping[str, list[str]]
    """The containers of each name that several have."""
    zones: Mapping[int, str]
    """Time zones by id."""

    def find_id(self, name: object) -> int | None:
        """Return the id that a name or an id belongs to, None for none.

        A letter and its accent may come as two characters, and an export writes ' before what a spreadsheet would
        compute.
        """
        if type(name) is not str:
            return self.ids.get(name) if type(name) is int else None
        known = self.ids.get(name)
        if known is None:
            name = normalize_line(name)
            known = self.ids.get(name)
        return (
            self.ids.get(name[1:])
            if known is None and name[:1] == "'" and name[1:].startswith(FORMULA_PREFIXES)
            else known
        )

    def describe_unknown(self, name: str | int) -> str:
        """Say why no id belongs to a name."""
        paths = self.ambiguous.get(str(name))
        return describe_ambiguous_name("container", str(name), paths) if paths else describe_missing("container", name)


def read_containers() -> KnownContainers:
    """Return the containers in reach; one statement."""
    rows = list_site_names(Container, time_zone=build_zone(""))
    by_name, ambiguous = index_site_names([row["name"] for row in rows], [row["sites"] for row in rows])
    known: dict[str | int, int] = {}
    for row in rows:
        known[row["id"]] = known[str(row["id"])] = row["id"]
    known = {name: key for name, key in known.items() if name not in ambiguous}
    known |= {normalize_line(name): rows[position]["id"] for name, position in by_name.items()}
    return KnownContainers(ids=known, ambiguous=ambiguous, zones={row["id"]: row["time_zone"] for row in rows})


def find_container_id(name: str | int) -> int:
    """Return the id of a container in reach; one statement."""
    known = read_containers()
    container_id = known.find_id(name)
    if container_id is None:
        raise GrilseError(known.describe_unknown(name), field="container")
    return container_id


def read_container_zones(ids: Iterable[int]) -> dict[int, str]:
    """Return the time zones of containers by id; one statement."""
    rows = Container.objects.filter(pk__in=set(ids)).values_list("pk", build_zone(""))
    return dict(rows)
