"""Where a ticket belongs: the site of a container, and the geography of a site."""

from dataclasses import dataclass

from grilse.errors import GrilseError
from grilse.farm.models import Area, Container, Station
from grilse.farm.places import existing


@dataclass(frozen=True, kw_only=True, slots=True)
class Site:
    """Ids of where something is; none of no site in particular."""

    geography: int | None = None
    area: int | None = None
    station: int | None = None
    container: int | None = None


def site(area: int | None, station: int | None, container: int | None) -> Site:
    """Return the whole of what was named in part; refuse parts that do not belong together."""
    if area is not None and station is not None:
        raise GrilseError("a ticket is of a sea area or of a station: name one of the two", field="station")
    if container is not None:
        return _of_container(container, area, station)
    if area is not None:
        return _of_area(area)
    return Site() if station is None else _of_station(station)


def _of_container(id: int, area: int | None, station: int | None) -> Site:
    row = existing("container", id)
    assert isinstance(row, Container)  # what the kind says
    at = row.hall.station_id if row.hall is not None else None
    if area not in (None, row.area_id) or station not in (None, at):
        raise GrilseError(
            f"container {row} does not stand there: leave the site out, or name another container",
            field="container",
        )
    found = _of_station(at) if at is not None else _of_area(row.area_id)
    return Site(geography=found.geography, area=found.area, station=found.station, container=id)


def _of_area(id: int | None) -> Site:
    row = existing("area", id)
    assert isinstance(row, Area)  # what the kind says
    return Site(geography=row.geography_id, area=row.pk)


def _of_station(id: int) -> Site:
    row = existing("station", id)
    assert isinstance(row, Station)  # what the kind says
    return Site(geography=row.geography_id, station=row.pk)
