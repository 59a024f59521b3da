"""Where a ticket belongs: the site of a container, and the geography of a site."""

from dataclasses import dataclass

from grilse.errors import GrilseError
from grilse.farm.actions.places import get_place
from grilse.farm.models import Area, Container, Station


@dataclass(frozen=True, kw_only=True, slots=True)
class TicketSite:
    """Ids of where something is; none of no site in particular."""

    geography: int | None = None
    area: int | None = None
    station: int | None = None
    container: int | None = None


def find_site(area: int | None, station: int | None, container: int | None) -> TicketSite:
    """Return the whole of what was named in part; refuse parts that do not belong together."""
    if area is not None and station is not None:
        raise GrilseError("a ticket is of a sea area or of a station: name one of the two", field="station")
    if container is not None:
        return _find_container_site(container, area, station)
    if area is not None:
        return _find_area_site(area)
    return TicketSite() if station is None else _find_station_site(station)


def _find_container_site(id: int, area: int | None, station: int | None) -> TicketSite:
    row = get_place("container", id)
    assert isinstance(row, Container)  # what the kind says
    at = row.hall.station_id if row.hall is not None else None
    if area not in (None, row.area_id) or station not in (None, at):
        raise GrilseError(
            f"container {row} does not stand there: leave the site out, or name another container", field="container"
        )
    parent_site = _find_station_site(at) if at is not None else _find_area_site(row.area_id)
    return TicketSite(geography=parent_site.geography, area=parent_site.area, station=parent_site.station, container=id)


def _find_area_site(id: int | None) -> TicketSite:
    row = get_place("area", id)
    assert isinstance(row, Area)  # what the kind says
    return TicketSite(geography=row.geography_id, area=row.pk)


def _find_station_site(id: int) -> TicketSite:
    row = get_place("station", id)
    assert isinstance(row, Station)  # what the kind says
    return TicketSite(geography=row.geography_id, station=row.pk)
