"""Who works here: found, added, changed, retired; and their teams."""

from dataclasses import asdict
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Field, Schema, Status

from grilse.api.entries import Id, Made, Text, correction, entry, taken, why
from grilse.api.list_shapes import Cursor
from grilse.api.places import declare
from grilse.api.problems import Missing
from grilse.api.rooms import PEOPLE as router
from grilse.errors import GrilseError
from grilse.people import directory
from grilse.people.actions import persons
from grilse.people.directory import LONGEST, MOST, USUAL

READ, CHANGE = "people.read", "people.change"
Person = entry(persons.NewPerson)
PersonCorrection = correction(persons.NewPerson)
Typed = Annotated[str, Field(max_length=LONGEST, description="Beginnings of words of the name; none is all.")]
Limit = Annotated[int, Field(ge=1, le=MOST, description="Persons of the page.")]


class Picked(Schema):
    """A person as a picker shows them."""

    id: int
    name: str
    title: str
    team: str | None
    site: str | None
    active: bool


class Picks(Schema):
    """Persons by name."""

    items: list[Picked]
    next: str | None
    """Cursor of the page that follows; null on the last."""


class PersonShown(Schema):
    """A person, with the names of what they belong to."""

    id: int
    name: str
    title: str
    email: str
    phone: str
    active: bool
    user: int | None
    geography: int | None
    geography_name: str | None
    area: int | None
    area_name: str | None
    station: int | None
    station_name: str | None
    team: int | None
    team_name: str | None
    manager: int | None
    manager_name: str | None


class NewTeam(Schema):
    """People who work together."""

    name: Text
    geography: Id | None = None


@router.get("/persons/picker", may=READ, response=Picks)
def pick_person(
    request: HttpRequest,
    text: Typed = "",
    cursor: Cursor = None,
    limit: Limit = USUAL,
    left: bool = False,
) -> dict[str, Any]:
    """Return persons of whose name each word that was typed begins one; with `left`, who has left too."""
    found = directory.picker(text, after=cursor, limit=limit, active=None if left else True)
    return {"items": [asdict(one) for one in found.persons], "next": found.next}


@router.get("/persons/{key}", may=READ, response=PersonShown)
def person_of(request: HttpRequest, key: Id) -> dict[str, Any]:
    """Return a person."""
    try:
        return directory.person(key)
    except GrilseError as error:
        raise Missing(str(error)) from error


@router.post("/persons", may=CHANGE, response={201: Made})
def add_person(request: HttpRequest, new: Person) -> Status[dict[str, Any]]:  # type: ignore[valid-type]
    """Add a person."""
    return Status(201, {"ids": [persons.add(taken(persons.NewPerson, new))]})


@router.put("/persons/{key}", may=CHANGE, response=Made)
def change_person(request: HttpRequest, key: Id, new: PersonCorrection) -> dict[str, Any]:  # type: ignore[valid-type]
    """Write a person as they are now."""
    persons.change(key, taken(persons.NewPerson, new), reason=why(new))
    return {"ids": [key]}


@router.delete("/persons/{key}", may=CHANGE, response=Made)
def retire_person(request: HttpRequest, key: Id, reason: Text) -> dict[str, Any]:
    """Let a person have left; what they did stays."""
    persons.retire(key, reason=reason)
    return {"ids": [key]}


@router.post("/persons/{key}/return", may=CHANGE, response=Made)
def take_person_back(request: HttpRequest, key: Id, reason: Text) -> dict[str, Any]:
    """Let a person who had left work here again."""
    persons.take_back(key, reason=reason)
    return {"ids": [key]}


declare("teams", "team", NewTeam, router=router, needs=CHANGE)
