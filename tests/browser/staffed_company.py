"""A company with sites, teams and logins, and with 50,000 persons more: what the pages of people show."""

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from tests.browser.conftest import PASSWORD

CROWD = 50_000
LAST = f"Yrsa Zetterberg {CROWD}"
"""Who comes last of all."""
NAMESAKES = CROWD // 100
"""Of whose names one word is the same."""
DB = "owner"


@dataclass(frozen=True, kw_only=True)
class StaffedCompany:
    """Ids of what tests look for, and the key of a phone."""

    company: int
    logins: dict[str, int]
    persons: dict[str, int]
    fence: int
    key: str


def write_office(crowd: int = 0) -> StaffedCompany:
    """Write the company, and a crowd beside those who have a login."""
    from grilse.access.models import Company
    from grilse.farm.models import Area, Container, Geography, Station
    from grilse.helpdesk.models import BusinessHours, Category, ServiceLevel
    from grilse.people.models import Fence, Team, TransportRate, WorkRules

    company = Company.objects.using(DB).create(name="Northern Salmon").pk

    def add_row(model: Any, **values: Any) -> Any:
        return model.objects.using(DB).create(company_id=company, **values)

    add_row(WorkRules, time_zone="Atlantic/Faroe", currency="DKK")
    faroe = add_row(Geography, name="Faroe Islands", code="FO")
    area = add_row(Area, geography=faroe, name="Vágur", latitude=61.474, longitude=-6.806)
    station = add_row(Station, geography=faroe, name="Strond hatchery", latitude=62.263, longitude=-6.567)
    fence = add_row(Fence, area=area, latitude=61.474, longitude=-6.806, radius_m=900)
    add_row(Fence, station=station, latitude=62.263, longitude=-6.567, radius_m=400)
    add_row(TransportRate, mode="car", valid_from=date(2020, 1, 1), per_km_minor=384)
    sea, land = (add_row(Team, name=name, geography=faroe) for name in ("Boats", "Hatchery"))
    add_row(Container, name="V-1", kind="pen", volume_m3=30_000, area=area)
    add_row(Category, name="Nets", team=sea)
    add_row(Category, name="Electricity")
    add_row(ServiceLevel, priority="normal", answer_minutes=120, resolve_minutes=2400)
    for weekday in range(7):
        add_row(BusinessHours, weekday=weekday, opens="06:00", closes="22:00")
    logins, persons = _write_people(company, add_row, faroe, area, sea)
    if crowd:
        _write_crowd(company, faroe.pk, land.pk, crowd)
    return StaffedCompany(
        company=company, logins=logins, persons=persons, fence=fence.pk, key=_create_key(company, logins["ola"])
    )


def _write_people(
    company: int, add: Any, geography: Any, area: Any, team: Any
) -> tuple[dict[str, int], dict[str, int]]:
    """Write an admin, a manager, two of her people and one of finance; each with a login and a person."""
    from django.contrib.auth.hashers import make_password
    from django.contrib.auth.models import User

    from grilse.access.models import Membership
    from grilse.people.models import Person

    secret, persons, logins = make_password(PASSWORD), {}, {}
    for key, name, role, title in (
        ("maria", "Maria Debes", "admin", "Site manager"),
        ("ola", "Ola Nordmann", "operator", "Boatman"),
        ("jan", "Jan á Lakjuni", "operator", "Diver"),
        ("fina", "Fina Rasmussen", "finance", "Accountant"),
    ):
        logins[key] = User.objects.using(DB).create(username=key, password=secret).pk
        add(Membership, user_id=logins[key], role=role)
        of_crew = {"manager_id": persons["maria"], "team": team} if key in ("ola", "jan") else {}
        person = add(Person, user_id=logins[key], name=name, title=title, geography=geography, area=area, **of_crew)
        persons[key] = person.pk
        _write_name_words(company, person.pk, name)
    return logins, persons


def _write_name_words(company: int, person: int, name: str) -> None:
    from grilse.people.models import PersonWord
    from grilse.people.name_words import split_words

    for word in split_words(name):
        PersonWord.objects.using(DB).create(company_id=company, person_id=person, word=word)


def _write_crowd(company: int, geography: int, team: int, size: int) -> None:
    """Write persons set by set: of one in a hundred the name begins with Yrsa, of the rest with Birgir."""
    from django.db import connections

    with connections[DB].cursor() as cursor:
        cursor.execute(PERSONS, {"company": company, "geography": geography, "team": team, "size": size})
        cursor.execute(WORDS, {"company": company})
        cursor.execute("ANALYZE people_person, people_personword")


def _create_key(company: int, login: int) -> str:
    from grilse.access import api_keys
    from grilse.access.tenancy import tenant_transaction

    with tenant_transaction(company, login):
        end = datetime.now(UTC) + timedelta(days=1)
        return api_keys.issue_key(user=login, name="phone", scopes=["*"], expires_at=end).key


PERSONS = """
INSERT INTO people_person (company_id, geography_id, team_id, name, title)
SELECT %(company)s, %(geography)s, %(team)s,
       CASE WHEN i %% 100 = 0 THEN 'Yrsa' ELSE 'Birgir' END || ' Zetterberg ' || to_char(i, 'FM00000'),
       'Operator'
  FROM generate_series(1, %(size)s) AS i
"""
WORDS = """
INSERT INTO people_personword (company_id, person_id, word)
SELECT company_id, id, unnest(string_to_array(lower(name), ' ')) FROM people_person
 WHERE company_id = %(company)s AND name LIKE '%% Zetterberg %%'
"""
