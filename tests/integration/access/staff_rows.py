"""One row of each table of people and help desk, in one geography."""

import uuid
from datetime import timedelta
from typing import Any

from tests.edited_farm import at, on

DB = "owner"


def write_staff(company: int, geography: Any, area: int, container: int, user: int, mark: str) -> dict[str, int]:
    """Write a person with a team, a manager, a way, a visit, an entry and a ticket; return their ids."""
    from grilse.helpdesk.models import (
        Attachment,
        BusinessHours,
        Category,
        Comment,
        Escalation,
        EscalationRule,
        Holiday,
        ServiceLevel,
        Ticket,
    )
    from grilse.people.models import (
        Consent,
        Fence,
        JournalEntry,
        Journey,
        KeptVersion,
        Person,
        PersonWord,
        Team,
        TrackPoint,
        TransportRate,
        Visit,
        WellbeingReport,
    )
    from grilse.people.name_words import split_words

    of = {"company_id": company}

    def add_row(model: Any, **values: Any) -> Any:
        return model.objects.using(DB).create(**of, **values)

    def add_person(name: str, **also: Any) -> Any:
        person = add_row(Person, name=f"{name} {mark} of {company}", geography=geography, area_id=area, **also)
        for word in split_words(person.name):
            add_row(PersonWord, person=person, word=word)
        return person

    team = add_row(Team, name=f"Crew {mark} of {company}", geography=geography)
    head = add_person("Head", team=team)
    worker = add_person("Worker", team=team, manager=head, user_id=user)
    former_person = add_person("Gone", active=False)
    fence = add_row(Fence, area_id=area, latitude=57.0, longitude=-6.0, radius_m=500.0)
    journey = add_row(
        Journey, person=worker, reference=f"tour-{mark}-{company}", kind="conveyance", mode="car",
        started_at=at(36), ended_at=at(36) + timedelta(hours=1), points=2, distance_m=1200.0,
    )  # fmt: skip
    faulty_journey = add_row(
        Journey, person=worker, reference=f"jump-{mark}-{company}", kind="conveyance", mode="car", started_at=at(36),
        ended_at=at(36) + timedelta(hours=1), points=2, distance_m=0.0, faulty_points=1, review="open",
    )  # fmt: skip
    for minutes in (0, 60):
        point = add_row(
            TrackPoint, person=worker, at=at(36) + timedelta(minutes=minutes), latitude=57.0 + minutes / 6000,
            longitude=-6.0, kind="conveyance", reference=journey.reference, device="phone",
            client_id=uuid.uuid5(uuid.NAMESPACE_OID, f"{mark} {company} {minutes}"),
        )  # fmt: skip
    add_row(
        TrackPoint, person=worker, at=at(36), latitude=57.0, longitude=-6.0, kind="site visit", device="phone",
        client_id=uuid.uuid5(uuid.NAMESPACE_OID, f"{mark} {company} visit"),
    )  # fmt: skip
    contradiction = add_row(
        KeptVersion, person=head, of="journey", client_id=journey.reference, version=1, digest="d",
        content={}, why="conflict",
    )  # fmt: skip
    visit = add_row(Visit, person=worker, fence=fence, arrived_at=at(36), left_at=at(36) + timedelta(hours=2), points=2)
    rate = TransportRate.objects.using(DB).filter(**of).first() or add_row(
        TransportRate, mode="car", valid_from=on(0), per_km_minor=35
    )
    entry = add_row(
        JournalEntry, person=worker, kind="note", at=at(36), title=f"Shared {mark} of {company}",
        privacy="shared", mood=7, client_id=uuid.uuid5(uuid.NAMESPACE_OID, f"entry {mark} {company}"),
    )  # fmt: skip
    private = add_row(
        JournalEntry, person=head, kind="note", at=at(36), title=f"Private {mark} of {company}", mood=3,
        client_id=uuid.uuid5(uuid.NAMESPACE_OID, f"private {mark} {company}"),
    )  # fmt: skip
    consent = add_row(Consent, person=worker, purpose="wellbeing", given_at=at(20))
    report = add_row(WellbeingReport, geography=geography, since=on(6), until=on(36), users=2, withheld=True)
    category = add_row(Category, name=f"Nets {mark} of {company}", team=team)
    # No two companies have a ticket of one number, so that naming another's names nothing.
    numbers = {state: 100 * company + 10 * (mark == "F") + i for i, state in enumerate(("open", "on hold", "resolved"))}
    ticket, held_ticket, resolved = (
        add_row(
            Ticket, number=number, title=f"Torn net {mark} of {company}", status=state,
            category=category, geography=geography, area_id=area, container_id=container, reporter=worker,
            assignee=head, team=team, opened_at=at(36), held_since=at(37) if state == "on hold" else None,
        )
        for state, number in numbers.items()
    )  # fmt: skip
    comment = add_row(Comment, ticket=ticket, author=head, body=f"On the way {mark} of {company}")
    attachment = add_row(
        Attachment, ticket=ticket, author=worker, name=f"net-{mark}.txt", content_type="text/plain", size=4,
        digest=f"{mark}{company}".ljust(64, "0"), content=b"torn",
    )  # fmt: skip
    level = add_row(ServiceLevel, priority="normal", category=category, answer_minutes=60, resolve_minutes=600)
    rule = add_row(EscalationRule, category=category, level=1, after_minutes=120, team=team)
    add_row(Escalation, ticket=ticket, level=1, rule=rule, due_at=at(36) + timedelta(hours=2))
    holiday = add_row(Holiday, date=on(10 + (mark == "F")), name=f"Feast {mark}")
    hours = add_row(BusinessHours, weekday=int(mark == "F"), opens="08:00", closes="16:00")
    return {
        "team": team.pk, "head": head.pk, "person": worker.pk, "gone": former_person.pk, "fence": fence.pk,
        "journey": journey.pk, "faulty_journey": faulty_journey.pk,
        "point": point.pk, "visit": visit.pk, "rate": rate.pk, "entry": entry.pk, "consent": consent.pk,
        "private": private.pk, "contradiction": contradiction.pk,
        "report": report.pk, "category": category.pk, "ticket": ticket.pk, "comment": comment.pk,
        "attachment": attachment.pk, "level": level.pk, "rule": rule.pk, "holiday": holiday.pk,
        "hours": hours.pk, "number": ticket.number, "held_number": held_ticket.number,
        "resolved_number": resolved.number,
    }  # fmt: skip
