"""The persons of a company: search, read, add, change, retire and reinstate."""

from typing import Annotated, Any

from django.http import HttpRequest, HttpResponse
from ninja import Field, Status

from grilse.api.action_routes import declare_correct_route, declare_reason_route
from grilse.api.list_schemas import Cursor, build_row_schema
from grilse.api.responses import items_response, read_or_404
from grilse.api.routing import PEOPLE as router
from grilse.api.schemas import CreatedIds, Id, build_input_schema, build_items_schema, from_request
from grilse.people import directory, models
from grilse.people.actions import persons
from grilse.people.directory import DEFAULT_LIMIT, MAX_LIMIT, MAX_TEXT_LENGTH

READ, CHANGE = "people.read", "people.change"
Person: Any = build_input_schema(persons.NewPerson)
NamePrefixes = Annotated[str, Field(max_length=MAX_TEXT_LENGTH, description="The beginnings of words of the name.")]
Limit = Annotated[int, Field(ge=1, le=MAX_LIMIT, description="Persons of the page.")]


PersonResponse: Any = build_row_schema(
    "PersonResponse",
    "A person, with the names of what they belong to.",
    models.Person,
    {name: path for path, name in directory.FIELDS.items()},
)


@router.get("/persons/picker", permission=READ, response=build_items_schema(directory.PersonMatch, paged=True))
def search_persons(
    request: HttpRequest,
    text: NamePrefixes = "",
    cursor: Cursor = None,
    limit: Limit = DEFAULT_LIMIT,
    left: bool = False,
) -> HttpResponse:
    """Return the persons whose names contain words with these beginnings; `left` includes persons who have left."""
    page = directory.search_persons(text, after=cursor, limit=limit, active=None if left else True)
    return items_response(page.persons, next=page.next)


@router.get("/persons/{key}", permission=READ, response=PersonResponse)
def read_person(request: HttpRequest, key: Id) -> dict[str, Any]:
    """Return a person."""
    return read_or_404(directory.read_person, key)


@router.post("/persons", permission=CHANGE, response={201: CreatedIds})
def add_person(request: HttpRequest, new: Person) -> Status[Any]:
    """Add a person."""
    return Status(201, {"ids": [persons.add_person(from_request(persons.NewPerson, new))]})


declare_correct_route(router, "/persons/{key}", persons.NewPerson, persons.change_person, CHANGE)
declare_reason_route(router, "DELETE", "/persons/{key}", persons.retire_person, CHANGE)
declare_reason_route(router, "POST", "/persons/{key}/return", persons.reinstate_person, CHANGE)
