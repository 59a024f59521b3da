"""Who works here: found, added, changed, retired; and their teams."""

from dataclasses import asdict
from typing import Annotated, Any

from django.http import HttpRequest
from ninja import Field, Schema, Status

from grilse.api.input_schemas import (
    CreatedIds,
    Id,
    Text,
    build_correction_schema,
    build_input_schema,
    from_request,
    get_correction_reason,
)
from grilse.api.list_schemas import Cursor
from grilse.api.places import declare_crud_routes
from grilse.api.problems import NotFoundError
from grilse.api.routers import PEOPLE as router
from grilse.errors import GrilseError
from grilse.people import directory
from grilse.people.actions import persons
from grilse.people.directory import DEFAULT_LIMIT, MAX_LIMIT, MAX_TEXT_LENGTH

READ, CHANGE = "people.read", "people.change"
Person = build_input_schema(persons.NewPerson)
PersonCorrection = build_correction_schema(persons.NewPerson)
NamePrefixes = Annotated[
    str, Field(max_length=MAX_TEXT_LENGTH, description="Beginnings of words of the name; none is all.")
]
Limit = Annotated[int, Field(ge=1, le=MAX_LIMIT, description="Persons of the page.")]


class PickerPerson(Schema):
    """A person as a picker shows them."""

    id: int
    name: str
    title: str
    team: str | None
    site: str | None
    active: bool


class PickerPage(Schema):
    """Persons by name."""

    items: list[PickerPerson]
    next: str | None
    """Cursor of the page that follows; null on the last."""


class PersonResponse(Schema):
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


@router.get("/persons/picker", permission=READ, response=PickerPage)
def search_persons(
    request: HttpRequest,
    text: NamePrefixes = "",
    cursor: Cursor = None,
    limit: Limit = DEFAULT_LIMIT,
    left: bool = False,
) -> dict[str, Any]:
    """Return persons of whose name each word that was typed begins one; with `left`, who has left too."""
    page = directory.search_persons(text, after=cursor, limit=limit, active=None if left else True)
    return {"items": [asdict(person) for person in page.persons], "next": page.next}


@router.get("/persons/{key}", permission=READ, response=PersonResponse)
def read_person(request: HttpRequest, key: Id) -> dict[str, Any]:
    """Return a person."""
    try:
        return directory.read_person(key)
    except GrilseError as error:
        raise NotFoundError(str(error)) from error


@router.post("/persons", permission=CHANGE, response={201: CreatedIds})
def add_person(request: HttpRequest, new: Person) -> Status[dict[str, Any]]:  # type: ignore[valid-type]
    """Add a person."""
    return Status(201, {"ids": [persons.add_person(from_request(persons.NewPerson, new))]})


@router.put("/persons/{key}", permission=CHANGE, response=CreatedIds)
def change_person(request: HttpRequest, key: Id, new: PersonCorrection) -> dict[str, Any]:  # type: ignore[valid-type]
    """Write a person as they are now."""
    persons.change_person(key, from_request(persons.NewPerson, new), reason=get_correction_reason(new))
    return {"ids": [key]}


@router.delete("/persons/{key}", permission=CHANGE, response=CreatedIds)
def retire_person(request: HttpRequest, key: Id, reason: Text) -> dict[str, Any]:
    """Let a person have left; what they did stays."""
    persons.retire_person(key, reason=reason)
    return {"ids": [key]}


@router.post("/persons/{key}/return", permission=CHANGE, response=CreatedIds)
def reinstate_person(request: HttpRequest, key: Id, reason: Text) -> dict[str, Any]:
    """Let a person who had left work here again."""
    persons.reinstate_person(key, reason=reason)
    return {"ids": [key]}


declare_crud_routes("teams", "team", NewTeam, router=router, permission=CHANGE)
