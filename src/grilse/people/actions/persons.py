"""Add, change, retire and reinstate persons."""

from dataclasses import dataclass
from typing import Any

from django.db import connection, transaction
from django.db.utils import ProgrammingError

from grilse.access.queries import refuse_unknown_login
from grilse.access.reasons import require_reason
from grilse.access.tenancy import get_current_actor, lock_until_commit
from grilse.errors import GrilseError
from grilse.farm.models import Area, Geography, Station
from grilse.people.models import Person, PersonWord, Team
from grilse.people.name_words import split_words
from grilse.row_validation import check_fields


@dataclass(frozen=True, kw_only=True, slots=True)
class NewPerson:
    """A person to add, or new values of one; references are ids."""

    name: str
    title: str = ""
    email: str = ""
    phone: str = ""
    user: int | None = None
    """The login that is this person."""
    geography: int | None = None
    """Where they work; defaults to that of their site, and without a site to everywhere."""
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
    """Replace the values of a person."""
    require_reason(reason)
    row = _find_person(person)
    before = row.name
    _save_person(row, new)
    if row.name != before:
        _save_name_words(row)


def retire_person(person: int, *, reason: str) -> None:
    """Record that a person has left; what they did stays."""
    _set_active(person, False, "has left", reason)


def reinstate_person(person: int, *, reason: str) -> None:
    """Record that a person who had left works here again."""
    _set_active(person, True, "works here", reason)


def _set_active(person: int, active: bool, what: str, reason: str) -> None:
    require_reason(reason)
    row = _find_person(person)
    if row.active == active:
        raise GrilseError(f"{row.name} {what} already")
    row.active = active
    row.save(update_fields=["active"])


def _find_person(person: int) -> Person:
    """Return a person whom the role may change; the row lock checks that right."""
    row = Person.objects.select_for_update(no_key=True).filter(pk=person).first()
    if row is None:
        raise GrilseError(f"there is no person {person} whom your role may change")
    return row


def _save_person(row: Person, new: NewPerson) -> None:
    row.name, row.title = " ".join(new.name.split()), new.title.strip()
    row.email, row.phone = new.email.strip(), new.phone.strip()
    if not row.name:
        raise GrilseError("a person needs a name", field="name")
    _refuse_login(row, new.user)
    _set_workplace(row, new)
    if new.manager is not None and new.manager != row.manager_id:
        _refuse_management_circle(row, new.manager)
    row.user_id, row.team_id, row.manager_id = new.user, new.team, new.manager
    check_fields(row)
    try:
        # The row policy refuses what is out of reach of the role.
        with transaction.atomic():
            row.save()
    except ProgrammingError as error:
        raise GrilseError(
            f"{row.name} would work outside the geographies of your role: name one of these", field="geography"
        ) from error


def _refuse_management_circle(row: Person, manager: int) -> None:
    """Refuse a manager who does not exist, has left, or works under the person; three statements."""
    if manager == row.pk:
        raise GrilseError(f"{row.name} cannot be their own manager: name somebody else, or nobody", field="manager")
    manager_row = Person.objects.filter(pk=manager).first()
    if manager_row is None:
        raise GrilseError(f"there is no person {manager} who could be the manager", field="manager")
    if not manager_row.active:
        raise GrilseError(
            f"{manager_row.name} has left and manages nobody: name somebody who works here", field="manager"
        )
    if not row._state.adding and _is_above_manager(row, manager):
        raise GrilseError(f"{manager_row.name} works under {row.name}: name a manager who does not", field="manager")


def _is_above_manager(row: Person, manager: int) -> bool:
    """Tell whether a person is above their new manager; two changes at once wait for each other."""
    lock_until_commit(MANAGER_LOCK_BASE + row.company_id)
    with connection.cursor() as cursor:
        cursor.execute(ABOVE, {"manager": manager, "person": row.pk})
        [above] = cursor.fetchone()
    return bool(above)


MANAGER_LOCK_BASE = 0x6C6E << 48  # plus the company's id, the key of the lock of its lines of management
# UNION ends the recursion even if there were a circle.
ABOVE = """
WITH RECURSIVE line (id) AS (
  SELECT %(manager)s::bigint
   UNION
  SELECT p.manager_id FROM people_person p JOIN line l ON p.id = l.id WHERE p.manager_id IS NOT NULL
)
SELECT EXISTS (SELECT FROM line WHERE id = %(person)s)
"""


def _refuse_login(row: Person, user: int | None) -> None:
    """Refuse a login that does not exist, belongs to somebody else, or would replace another."""
    if user == row.user_id:
        return
    if row.user_id is not None:
        raise GrilseError(
            f"{row.name} keeps the login that wrote their journal: add another person for another login", field="user"
        )
    assert user is not None, "none was there"
    refuse_unknown_login(user)
    other = Person.objects.filter(user_id=user).first()
    if other is not None:
        raise GrilseError(f"login {user} is {other.name}: a login is one person", field="user")


def _set_workplace(row: Person, new: NewPerson) -> None:
    """Set where a person works; refuse unknown places, and a site of another geography."""
    if new.area is not None and new.station is not None:
        raise GrilseError(f"{row.name} works at an area or at a station: name one of the two", field="station")
    links = {name: _find_link(name, getattr(new, name)) for name in LINK_MODELS}
    row.geography_id, row.area_id, row.station_id = new.geography, new.area, new.station
    for name in ("area", "station"):
        site = links[name]
        if site is None:
            continue
        row.geography_id = row.geography_id or site.geography_id
        if site.geography_id != row.geography_id:
            raise GrilseError(f"{site.name} is not in {links['geography'].name}: correct one or the other", field=name)


def _find_link(name: str, id: int | None) -> Any:
    if id is None:
        return None
    row = LINK_MODELS[name]._default_manager.filter(pk=id).first()
    if row is None:
        raise GrilseError(f"there is no {name} {id}", field=name)
    return row


def _save_name_words(row: Person) -> None:
    """Store the words by which a person is found."""
    stored_words = set(PersonWord.objects.filter(person=row).values_list("word", flat=True))
    new_words = split_words(row.name)
    PersonWord.objects.filter(person=row, word__in=stored_words - set(new_words)).delete()
    PersonWord.objects.bulk_create(
        PersonWord(company_id=row.company_id, person=row, word=word) for word in new_words if word not in stored_words
    )
