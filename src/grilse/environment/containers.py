"""Containers by the names that senders of readings use."""

from grilse.errors import GrilseError
from grilse.farm.models import Container


def read_container_ids() -> dict[str | int, int]:
    """Return the ids of the containers in reach, by name and by id; one statement.

    A name that looks like an id is taken as the name.
    """
    rows = list(Container.objects.values_list("pk", "name"))
    known: dict[str | int, int] = {}
    for pk, _ in rows:
        known[pk] = known[str(pk)] = pk
    return known | {name: pk for pk, name in rows}


def find_container_id(name: str | int) -> int:
    """Return the id of a container in reach; one statement."""
    container_id = read_container_ids().get(name)
    if container_id is None:
        raise GrilseError(f"there is no container {name}", field="container")
    return container_id
