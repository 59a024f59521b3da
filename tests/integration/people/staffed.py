"""People of two companies: an author, and everybody who stands in some relation to them."""

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.test import Client

from grilse.access.models import Company, Membership
from grilse.farm.models import Geography
from grilse.people.models import JournalEntry, Person, Team

DB = "owner"
NOW = datetime.now(UTC)


@dataclass(frozen=True, kw_only=True)
class Staff:
    """Companies, and the logins and persons by what they are to the author."""

    company: int
    other: int
    logins: dict[str, int]
    persons: dict[str, int]


def write_staff(name: str) -> Staff:
    """Write a company whose author has a manager, mates and colleagues of every role; and another company."""
    mine, theirs = (Company.objects.using(DB).create(name=f"{name} {i}").pk for i in (1, 2))
    home, away = (Geography.objects.using(DB).create(company_id=mine, name=n) for n in ("Home", "Away"))
    crew, others = (Team.objects.using(DB).create(company_id=mine, name=n) for n in ("Crew", "Others"))
    made: dict[str, Any] = {}
    logins: dict[str, int] = {}

    def add(key: str, role: str, company: int = mine, where: Any = None, **of: Any) -> None:
        logins[key] = get_user_model().objects.using(DB).create(username=f"{key} of {name}").pk
        Membership.objects.using(DB).create(company_id=company, user_id=logins[key], role=role, geography=where)
        made[key] = Person.objects.using(DB).create(company_id=company, user_id=logins[key], name=key.title(), **of)

    add("manager", "viewer", geography=home, team=others)
    add("author", "operator", geography=home, team=crew, manager=made["manager"])
    add("teammate", "operator", where=home, geography=home, team=crew)
    add("manager of another", "manager", geography=home, team=others)
    add("subordinate", "operator", geography=home, manager=made["author"])
    for role in ("admin", "planner", "manager", "operator", "vet", "finance", "viewer"):
        add(f"holder of {role}", role, geography=home)
    add("away", "admin", where=away, geography=away)
    add("stranger", "admin", company=theirs)
    # A login of the company that is nobody of its people yet.
    logins["nobody"] = get_user_model().objects.using(DB).create(username=f"nobody of {name}").pk
    Membership.objects.using(DB).create(company_id=mine, user_id=logins["nobody"], role="admin")
    persons = {key: one.pk for key, one in made.items()}
    return Staff(company=mine, other=theirs, logins=logins, persons=persons)


def entry(company: int, person: int, **said: Any) -> int:
    """Write an entry past all rules; return its id."""
    given = {"kind": "note", "at": NOW - timedelta(hours=1), "client_id": uuid.uuid4(), **said}
    return JournalEntry.objects.using(DB).create(company_id=company, person_id=person, **given).pk


def browser(staff: Staff, who: str) -> Client:
    """Return the browser of somebody who is logged in."""
    made = Client(SERVER_NAME="localhost")
    made.force_login(get_user_model().objects.using(DB).get(pk=staff.logins[who]))
    return made
