"""The shards of the staff: the company's people first, then each site's and each office's days."""

from collections.abc import Callable
from datetime import timedelta
from functools import partial

import numpy as np
import psycopg

from grilse.errors import GrilseError
from grilse.farm.models import Area, Container, Geography, Station
from grilse.generator.database import Database, DatabaseSink
from grilse.generator.places import Named
from grilse.generator.run import Run
from grilse.generator.shards import Columns, Reference, Task, Values
from grilse.generator.staff import keys
from grilse.generator.staff.company_rows import write_company
from grilse.generator.staff.directory import Staff, staff_of
from grilse.generator.staff.figures import chosen
from grilse.generator.staff.identity import client_ids
from grilse.generator.staff.journal import consents, journal
from grilse.generator.staff.ticket_rows import Desk, desk
from grilse.generator.staff.tracks import Tracks, tracks
from grilse.helpdesk.models import Comment, Escalation, Ticket
from grilse.people.models import Consent, JournalEntry, Journey, TrackPoint, Visit, WellbeingReport
from grilse.people.wellbeing import write_reports
from grilse.science.arrays import Counts

COMPANY, KIND = "company", "staff"
REPORTED = 4  # weeks before the history's end whose wellbeing reports are there

People = Callable[[Counts], Reference]


def write_staff(company: int, run: Run) -> None:
    """Write the people of a run's company in one transaction, before all days of theirs."""
    try:
        with Database(company, hashed=True).shard(run.key, COMPANY, run.world.name) as sink:
            write_company(sink, staff_of(run))
    except psycopg.IntegrityError as error:
        raise GrilseError(
            f"the staff collides with what {run.world.company} has already: {error.diag.message_detail};"
            " empty the database with `grilse db reset`, or name another company in the world's file"
        ) from error


def report_weeks(company: int, run: Run) -> None:
    """Write the wellbeing reports of the history's last weeks, where they are not there yet."""
    monday = run.plan.until + timedelta(days=1)
    monday -= timedelta(days=monday.weekday())
    there = WellbeingReport.objects.using("owner").filter(company_id=company)
    known = set(there.values_list("until", flat=True))
    for week in range(REPORTED):
        until = monday - timedelta(weeks=week)
        if until not in known:
            write_reports(until)


def load_staff(task: Task) -> dict[str, int]:
    """Make the days of one site's or office's people and return the rows written by table."""
    staff = staff_of(task.run)
    assert isinstance(task.target, Database)  # the days of people go into no file
    with Database(task.target.company, hashed=True).shard(task.run.key, KIND, task.key) as sink:
        people = partial(Reference, keys.persons(sink, staff))
        _write_tracks(sink, staff, task.key, people, tracks(staff, task.key))
        entries = journal(staff, task.key)
        named = {"client_id": client_ids(task.run.seed, "staff.entry", task.key, len(entries["at"]))}
        sink.write(JournalEntry, {**entries, **named, "person": people(entries["person"])})
        given = consents(staff, task.key)
        sink.write(Consent, {**given, "person": people(given["person"])})
        _write_desk(sink, staff, task.key, people, desk(staff, task.key))
    return sink.rows


def _write_tracks(sink: DatabaseSink, staff: Staff, shard: str, people: People, seen: Tracks) -> None:
    """Write positions, and what follows from them."""
    points, journeys, visits = seen.points, dict(seen.journeys), seen.visits
    if not len(points["at"]):
        return
    references = np.append(journeys["reference"], b"")
    named: Columns = {
        "person": people(points["person"]),
        "reference": references[points["journey"]],
        "client_id": client_ids(staff.run.seed, "staff.point", shard, len(points["at"])),
    }
    own = ("at", "latitude", "longitude", "accuracy_m", "kind")
    sink.write(TrackPoint, {**{name: points[name] for name in own}, **named})
    told: Columns = {"person": people(journeys["person"]), "begun_at": journeys["started_at"]}
    sink.write(Journey, {**journeys, **told})
    fences = Reference(keys.fences(sink, staff), visits["fence"])
    sink.write(Visit, {**visits, "person": people(visits["person"]), "fence": fences})


def _write_desk(sink: DatabaseSink, staff: Staff, shard: str, people: People, seen: Desk) -> None:
    """Write tickets, what was said on them, and their levels of escalation."""
    rows = dict(seen.tickets)
    if not len(rows["number"]):
        return
    teams = Named(keys.teams(sink, staff), staff.teams)
    columns: dict[str, Values] = {
        **_where(sink, staff, shard, rows.pop("container")),
        **rows,
        "category": Reference(
            keys.categories(sink, list(chosen()["tickets"]["categories"])), rows["category"]
        ),
        "team": teams.of(rows["team"].tolist()),
        "reporter": people(rows["reporter"]),
        "assignee": people(rows["assignee"]),
    }
    tickets = sink.enter(Ticket, columns, ("number",))
    said = seen.comments
    of: Columns = {"ticket": Reference(tickets, said["ticket"]), "author": people(said["author"])}
    sink.write(Comment, {**said, **of})
    called = seen.escalations
    rules = keys.rules(sink, len(chosen()["tickets"]["rules"]))
    levels: Columns = {
        "ticket": Reference(tickets, called["ticket"]),
        "rule": Reference(rules, called["level"]),
        "level": called["level"] + 1,
    }
    sink.write(Escalation, {**called, **levels})


def _where(sink: DatabaseSink, staff: Staff, shard: str, lot: Counts) -> dict[str, Values]:
    """Return where tickets belong: to their site, some to one of its containers; an office's to nothing."""
    place = next((place for place in staff.places if place.name == shard), None)
    if place is None:
        return {}
    world, here = staff.run.world, np.zeros(len(lot), np.int64)
    halls = [hall.name for hall in world.halls if hall.station == shard] or [shard]
    standing = [box.name for hall in halls for box in world.containers_of(hall)]
    site, model = ("area", Area) if place.sea else ("station", Station)
    return {
        "geography": Reference(sink.known(Geography, [place.geography]), here),
        site: Reference(sink.known(model, [shard]), here),
        "container": Reference(
            sink.known(Container, standing), np.where(lot < 0, -1, lot % max(len(standing), 1))
        ),
    }
