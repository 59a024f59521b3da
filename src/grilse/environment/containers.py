"""Containers by the names that senders of readings use, with the time zones of their days."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from grilse.environment.parameters import refuse_impossible_day
from grilse.errors import GrilseError
from grilse.farm.list_filters import build_zone
from grilse.farm.models import Container
from grilse.farm.site_names import describe_ambiguous_name, index_site_names, list_site_names
from grilse.row_validation import describe_missing
from grilse.science.days import to_epoch_day
from grilse.science.time_zones import compute_local_days, get_today
from grilse.stock.rules import find_impossible_days


@dataclass(frozen=True, kw_only=True, slots=True)
class KnownContainers:
    """The containers in reach."""

    ids: Mapping[str | int, int]
    """Ids by name, by `site/name` and by id; a name that looks like an id is taken as the name."""
    ambiguous: Mapping[str, list[str]]
    """The containers of each name that several have."""
    zones: Mapping[int, str]
    """Time zones by id."""

    def describe_unknown(self, name: str | int) -> str:
        """Say why no id belongs to a name."""
        paths = self.ambiguous.get(str(name))
        return describe_ambiguous_name("container", str(name), paths) if paths else describe_missing("container", name)


def read_containers() -> KnownContainers:
    """Return the containers in reach; one statement."""
    rows = list_site_names(Container, time_zone=build_zone(""))
    by_name, ambiguous = index_site_names([row["name"] for row in rows], [row["site"] for row in rows])
    known: dict[str | int, int] = {}
    for row in rows:
        known[row["id"]] = known[str(row["id"])] = row["id"]
    known = {name: key for name, key in known.items() if name not in ambiguous}
    known |= {name: rows[position]["id"] for name, position in by_name.items()}
    return KnownContainers(ids=known, ambiguous=ambiguous, zones={row["id"]: row["time_zone"] for row in rows})


def find_container_id(name: str | int) -> int:
    """Return the id of a container in reach; one statement."""
    known = read_containers()
    container_id = known.ids.get(name)
    if container_id is None:
        raise GrilseError(known.describe_unknown(name), field="container")
    return container_id


def read_container_zones(ids: Iterable[int]) -> dict[int, str]:
    """Return the time zones of containers by id; one statement."""
    rows = Container.objects.filter(pk__in=set(ids)).values_list("pk", build_zone(""))
    return dict(rows)


@dataclass(frozen=True, kw_only=True, slots=True)
class LocalDays:
    """The days of times where their containers are, shape (n,)."""

    day: NDArray[np.int64]
    """Since 1970-01-01."""
    zones: list[str]
    zone: NDArray[np.int64]
    """Position in `zones`."""

    def find_impossible(self) -> NDArray[np.bool_]:
        """Return which days no reading can be of: before 1970, or later than tomorrow."""
        today = np.array([to_epoch_day(get_today(zone)) for zone in self.zones])[self.zone]
        is_early, is_future = find_impossible_days(self.day, today)
        return np.asarray(is_early | is_future)

    def refuse_impossible(self, row: int) -> None:
        """Refuse the day of a row if no reading can be of it."""
        refuse_impossible_day(int(self.day[row]), self.zones[self.zone[row]])


def find_container_days(container: NDArray[np.int64], at: NDArray[np.int64], zones: Mapping[int, str]) -> LocalDays:
    """Return the day of each time, microseconds since 1970, where its container is; UTC where nobody knows it."""
    names = sorted({"UTC", *zones.values()})
    known, row = np.unique(container, return_inverse=True)
    positions = np.array([names.index(zones.get(key, "UTC")) for key in known.tolist()], np.int64)
    zone = positions[row.reshape(-1)]
    return LocalDays(day=compute_local_days(at, names, zone), zones=names, zone=zone)
