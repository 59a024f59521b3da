"""Persons: added, changed, retired, taken back."""

from dataclasses import dataclass
from typing import Any

from django.db import transaction
from django.db.utils import ProgrammingError

from grilse.access.memberships import refuse_unknown_login
from grilse.access.reasons import require_reason
from grilse.access.tenancy import get_current_actor
from grilse.errors import GrilseError
from grilse.farm.models import Area, Geography, Station
from grilse.people import messages
from grilse.people.managers import refuse_management_circle
from grilse.people.models import Person, PersonWord, Team
from grilse.people.name_words import split_words
from grilse.row_validation import check_fields


@dataclass(frozen=True, kw_only=True, slots=True)
class NewPerson:
    """A person as a door brings it; what they belong to by its id."""

    name: str
    title: str = ""
    email: str = ""
    phone: str = ""
    user: int | None = None
    """The login that is this person."""
    geography: int | None = None
    """Where they work; left out it is that of their site, and without one everywhere."""
    area: int | None = None
    station: int | None = None
    team: int | None = None
    manager: int | None = None
    """Who reads what they write for their manager."""


LINK_MODELS = {"geography": Geography, "area": Area, "station": Station, "team": Team}


def add_person(new: NewPerson) -> int:
    """Add a person; return their id."""
    row = Person(company_id=get_current_actor().company)
    _save_person(row, new)
    _save_name_words(row)
    return row.pk


def change_person(person: int, new: NewPerson, *, reason: str) -> None:
    """Write a person as they are now."""
    require_reason(reason)
    row = _find_person(person)
    before = row.name
    _save_person(row, new)
    if row.name != before:
        _save_name_words(row)


def retire_person(person: int, *, reason: str) -> None:
    """Let a person have left; what they did stays."""
    _set_active(person, False, "has left", reason)


def reinstate_person(person: int, *, reason: str) -> None:
    """Let a person who had left work here again."""
    _set_active(person, True, "works here", reason)


def _set_active(person: int, active: bool, what: str, reason: str) -> None:
    require_reason(reason)
    row = _find_person(person)
    if row.active == active:
        raise GrilseError(messages.describe_unchanged_status(row.name, what))
    row.active = active
    row.save(update_fields=["active"])


def _find_person(person: int) -> Person:
    """Return a person whom the role may change; a lock asks for the rights of a change."""
    row = Person.objects.select_for_update(no_key=True).filter(pk=person).first()
    if row is None:
        raise GrilseError(messages.describe_missing_person(person))
    return row


def _save_person(row: Person, new: NewPerson) -> None:
    row.name, row.title = " ".join(new.name.split()), new.title.strip()
    row.email, row.phone = new.email.strip(), new.phone.strip()
    if not row.name:
        raise GrilseError(messages.describe_missing_name(), field="name")
    _refuse_login(row, new.user)
    _set_workplace(row, new)
    if new.manager is not None and new.manager != row.manager_id:
        refuse_management_circle(row, new.manager)
    row.user_id, row.team_id, row.manager_id = new.user, new.team, new.manager
    check_fields(row)
    try:
        # What is out of reach of the role the database knows.
        with transaction.atomic():
            row.save()
    except ProgrammingError as error:
        raise GrilseError(messages.describe_out_of_reach(row.name), field="geography") from error


def _refuse_login(row: Person, user: int | None) -> None:
    """Refuse a login of no one here, of somebody else, or in place of another."""
    if user == row.user_id:
        return
    if row.user_id is not None:
        raise GrilseError(messages.describe_login_fixed(row.name), field="user")
    assert user is not None, "none was there"
    refuse_unknown_login(user)
    other = Person.objects.filter(user_id=user).first()
    if other is not None:
        raise GrilseError(messages.describe_login_in_use(user, other.name), field="user")


def _set_workplace(row: Person, new: NewPerson) -> None:
    """Put a person where they work; refuse what is not there, and a site of another geography."""
    if new.area is not None and new.station is not None:
        raise GrilseError(messages.describe_two_sites(row.name), field="station")
    links = {name: _find_link(name, getattr(new, name)) for name in LINK_MODELS}
    row.geography_id, row.area_id, row.station_id = new.geography, new.area, new.station
    for name in ("area", "station"):
        site = links[name]
        if site is None:
            continue
        row.geography_id = row.geography_id or site.geography_id
        if site.geography_id != row.geography_id:
            raise GrilseError(messages.describe_wrong_geography(site.name, links["geography"].name), field=name)


def _find_link(name: str, id: int | None) -> Any:
    if id is None:
        return None
    row = LINK_MODELS[name]._default_manager.filter(pk=id).first()
    if row is None:
        raise GrilseError(messages.describe_missing_link(name, id), field=name)
    return row


def _save_name_words(row: Person) -> None:
    """Write the words by which a person is found."""
    stored_words = set(PersonWord.objects.filter(person=row).values_list("word", flat=True))
    new_words = split_words(row.name)
    PersonWord.objects.filter(person=row, word__in=stored_words - set(new_words)).delete()
    PersonWord.objects.bulk_create(
        PersonWord(company_id=row.company_id, person=row, word=word) for word in new_words if word not in stored_words
    )
