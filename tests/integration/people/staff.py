"""People of two companies: an author, and everybody who stands in some relation to them."""

import uuid
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

from django.contrib.auth import get_user_model
from django.test import Client

from grilse.access.models import Company, Membership
from grilse.farm.models import Geography
from grilse.people.actions.sync import SyncRequest, receive_sync
from grilse.people.journal_entries import SentEntry
from grilse.people.models import JournalEntry, Person, Team

DB = "owner"
NOW = datetime.now(UTC)


@dataclass(frozen=True, kw_only=True)
class StaffRows:
    """Companies, and the logins and persons by what they are to the author."""

    company: int
    other: int
    logins: dict[str, int]
    persons: dict[str, int]


def write_staff(name: str) -> StaffRows:
    """Write a company whose author has a manager, mates and colleagues of every role; and another company."""
    mine, other_company = (Company.objects.using(DB).create(name=f"{name} {i}").pk for i in (1, 2))
    home, away = (Geography.objects.using(DB).create(company_id=mine, name=n) for n in ("Home", "Away"))
    crew, others = (Team.objects.using(DB).create(company_id=mine, name=n) for n in ("Crew", "Others"))
    login_ids: dict[str, Any] = {}
    logins: dict[str, int] = {}

    def add_login(key: str, role: str, company: int = mine, where: Any = None, **of: Any) -> None:
        logins[key] = get_user_model().objects.using(DB).create(username=f"{key} of {name}").pk
        Membership.objects.using(DB).create(company_id=company, user_id=logins[key], role=role, geography=where)
        login_ids[key] = Person.objects.using(DB).create(
            company_id=company, user_id=logins[key], name=key.title(), **of
        )

    add_login("manager", "viewer", geography=home, team=others)
    add_login("author", "operator", geography=home, team=crew, manager=login_ids["manager"])
    add_login("teammate", "operator", where=home, geography=home, team=crew)
    add_login("manager of another", "manager", geography=home, team=others)
    add_login("subordinate", "operator", geography=home, manager=login_ids["author"])
    for role in ("admin", "planner", "manager", "operator", "vet", "finance", "viewer"):
        add_login(f"holder of {role}", role, geography=home)
    add_login("away", "admin", where=away, geography=away)
    add_login("stranger", "admin", company=other_company)
    # A login of the company that is nobody of its people yet.
    logins["nobody"] = get_user_model().objects.using(DB).create(username=f"nobody of {name}").pk
    Membership.objects.using(DB).create(company_id=mine, user_id=logins["nobody"], role="admin")
    persons = {key: login.pk for key, login in login_ids.items()}
    return StaffRows(company=mine, other=other_company, logins=logins, persons=persons)


def write_entry(company: int, person: int, **said: Any) -> int:
    """Write an entry past all rules; return its id."""
    given = {"kind": "note", "at": NOW - timedelta(hours=1), "client_id": uuid.uuid4(), **said}
    return JournalEntry.objects.using(DB).create(company_id=company, person_id=person, **given).pk


def log_in_browser(staff: StaffRows, who: str) -> Client:
    """Return the browser of somebody who is logged in."""
    client = Client(SERVER_NAME="localhost")
    client.force_login(get_user_model().objects.using(DB).get(pk=staff.logins[who]))
    return client


def sync_entries(*entries: SentEntry) -> list[str]:
    """Send entries as a phone does; return the outcome of each."""
    return receive_sync(SyncRequest(entries=entries)).entries
