"""A help desk: two geographies, a crew, somebody who asks, and the rules that tickets go by."""

from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

DB = "owner"


@dataclass(frozen=True, kw_only=True)
class HelpDesk:
    """Ids by name."""

    company: int
    places: dict[str, int]
    users: dict[str, int]
    persons: dict[str, int]
    teams: dict[str, int]
    categories: dict[str, int]

    @contextmanager
    def as_(self, who: str, reach: tuple[str, ...] | None = None):
        """Act as somebody, everywhere or in some geographies."""
        from grilse.access.tenancy import tenant_transaction

        geographies = None if reach is None else [self.places[name] for name in reach]
        with tenant_transaction(self.company, self.users[who], geographies):
            yield

    def ask(self, title: str = "Torn net", **also: Any) -> int:
        """Open a ticket as who asks; return its number."""
        from grilse.helpdesk.actions import tickets

        with self.as_("Asker"):
            return tickets.open_ticket(tickets.NewTicket(title=title, **also))

    def do(self, verb: str, number: int, who: str = "Worker", **given: Any) -> None:
        """Do something with a ticket as somebody."""
        from grilse.helpdesk.actions import tickets

        needed = {"reopen": {"reason": "not done"}, "cancel": {"reason": "not wanted"}}
        if verb == "assign" and not given:
            given = {"person": self.persons["Head"]}
        if verb == "change" and not given:
            given = {"new": tickets.NewTicket(title="Torn net", priority="high")}
        with self.as_(who):
            getattr(tickets, f"{verb}_ticket")(number, **{**needed.get(verb, {}), **given})

    def ticket(self, number: int) -> Any:
        """Return a ticket as it stands."""
        from grilse.helpdesk.models import Ticket

        return Ticket.objects.using(DB).get(company_id=self.company, number=number)

    def write(self, number: int, **values: Any) -> None:
        """Write a ticket past its rules, as if time had passed."""
        from grilse.helpdesk.models import Ticket

        Ticket.objects.using(DB).filter(company_id=self.company, number=number).update(**values)

    def levels(self, number: int) -> list[tuple[int, int, bool]]:
        """Return round, level and whether it fired, of a ticket's escalations."""
        from grilse.helpdesk.models import Escalation

        rows = Escalation.objects.using(DB).filter(
            ticket__number=number, ticket__company_id=self.company, company_id=self.company
        )
        return [(row.round, row.level, row.fired_at is not None) for row in rows.order_by("round", "level")]


def get_past_time(**given: float) -> datetime:
    """Return a moment before now."""
    return datetime.now(UTC) - timedelta(**given)


@pytest.fixture(scope="module")
def desk(database) -> HelpDesk:
    """A help desk that works around the clock."""
    return write_desk("Northern Salmon")


def write_desk(name: str) -> HelpDesk:
    """Write a company with a help desk."""
    from django.contrib.auth import get_user_model

    from grilse.access.models import Company, Membership
    from grilse.farm.models import Area, Container, Geography, Hall, Station
    from grilse.helpdesk.models import Category, EscalationRule, ServiceLevel
    from grilse.people.models import Person, Team

    company = Company.objects.using(DB).create(name=name)

    def add_row(model: Any, **values: Any) -> Any:
        return model.objects.using(DB).create(company=company, **values)

    scotland, faroe = add_row(Geography, name="Scotland"), add_row(Geography, name="Faroe")
    loch, fjord = add_row(Area, geography=scotland, name="Loch"), add_row(Area, geography=faroe, name="Fjord")
    station = add_row(Station, geography=scotland, name="Burn")
    hall = add_row(Hall, station=station, name="Hall")
    pens = {
        name: add_row(Container, name=name, volume_m3=1, **where)
        for name, where in {
            "P1": {"kind": "pen", "area": loch},
            "P2": {"kind": "pen", "area": fjord},
            "T1": {"kind": "tank", "hall": hall},
        }.items()
    }
    crew, divers = add_row(Team, name="Crew"), add_row(Team, name="Divers")
    roles = {"Asker": "viewer", "Worker": "operator", "Head": "manager", "Other": "viewer"}
    users = {who: get_user_model().objects.using(DB).create(username=f"{who} {company.pk}") for who in roles}
    persons = {who: add_row(Person, name=who, user=user) for who, user in users.items()}
    for who, role in roles.items():
        add_row(Membership, user=users[who], role=role)
    nets, pumps = add_row(Category, name="Nets", team=divers), add_row(Category, name="Pumps")
    add_row(Category, name="Old", active=False)
    add_row(ServiceLevel, priority="normal", answer_minutes=60, resolve_minutes=600)
    add_row(ServiceLevel, priority="high", answer_minutes=30, resolve_minutes=120)
    add_row(ServiceLevel, priority="normal", category=nets, answer_minutes=10, resolve_minutes=20)
    add_row(EscalationRule, level=1, after_minutes=30, team=crew)
    add_row(EscalationRule, level=2, after_minutes=90, person=persons["Head"], priority="high")
    add_row(EscalationRule, level=1, after_minutes=5, category=nets, team=divers, priority="urgent")
    places = {"Scotland": scotland, "Faroe": faroe, "Loch": loch, "Fjord": fjord, "Burn": station, **pens}
    return HelpDesk(
        company=company.pk,
        places={name: row.pk for name, row in places.items()},
        users={who: user.pk for who, user in users.items()},
        persons={who: row.pk for who, row in persons.items()},
        teams={"Crew": crew.pk, "Divers": divers.pk},
        categories={"Nets": nets.pk, "Pumps": pumps.pk},
    )


def fire_in_each_company(now):
    """Fire the due escalations of every company, as the worker does."""
    from grilse.access.tenancy import call_in_each_company
    from grilse.helpdesk.escalation import fire_escalations

    return call_in_each_company(lambda: fire_escalations(now))
