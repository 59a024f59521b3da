"""What the doors ask of positions, journeys and visits, and what it may cost."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from grilse.farm.listing_hot import hot
from grilse.people import conveyance, queries
from grilse.people.lists_tracks import LISTS
from grilse.people.models import Journey, TrackPoint, Visit
from grilse.proof.registry import Hot

Given = Mapping[str, Any] | None
POINTS, JOURNEYS, VISITS = ("people_trackpoint",), ("people_journey",), ("people_visit",)
# Of all journeys, those in the company's service; added up by person, day and mode.
OF_ALL = 20
# Visits that are added up for one site.
OF_A_SITE = 5_000
A_MONTH = timedelta(days=30)


def _journey() -> Journey | None:
    """Return the journey of the most positions."""
    return Journey.objects.order_by("-points", "pk").first()


def _track() -> Given:
    found = _journey()
    return None if found is None else {"person": found.person_id, "day": found.started_at.date()}


def _crumbs() -> Given:
    found = _journey()
    return None if found is None else {"reference": found.reference, "person": found.person_id}


def _crumbs_behind() -> Given:
    given = _crumbs()
    crumbs = queries.breadcrumb(**given, limit=2) if given else []
    return {**given, "before": (crumbs[-1].at, crumbs[-1].id)} if given and crumbs else None


def _one() -> Given:
    found = _journey()
    return None if found is None else {"id": found.pk}


def _person() -> Given:
    found = _journey()
    return None if found is None else {"person": found.person_id}


def _fence() -> Given:
    found = _visit()
    return None if found is None else {"id": found.fence_id}


def _everybody() -> Given:
    return {} if Journey.objects.exists() else None


def _reported() -> Given:
    found = TrackPoint.objects.filter(kind="site visit").order_by("-at", "-id").first()
    return None if found is None else {"day": found.at.date()}


def _visit() -> Visit | None:
    return Visit.objects.order_by("-arrived_at", "-id").first()


def _day_of_visits() -> Given:
    found = _visit()
    return None if found is None else {"day": found.arrived_at.date()}


def _site() -> Given:
    found = _visit()
    return None if found is None else {"fence": found.fence_id, **_month(found.arrived_at.date())}


def _visited() -> Given:
    found = _visit()
    return None if found is None else _month(found.arrived_at.date())


def _travelled() -> Given:
    found = Journey.objects.order_by("-started_at", "-id").first()
    return None if found is None else _month(found.started_at.date())


def _month(until: date) -> dict[str, date]:
    return {"since": until - A_MONTH, "until": until}


HOT = (
    *hot(LISTS),
    Hot(name="people.queries.history", run=queries.history, example=_track, statements=1, unscanned=POINTS),
    Hot(
        name="people.queries.breadcrumb",
        run=queries.breadcrumb,
        example=_crumbs,
        statements=1,
        unscanned=POINTS,
        returns=queries.CRUMBS,
    ),
    Hot(
        name="people.queries.breadcrumb.next",
        run=queries.breadcrumb,
        example=_crumbs_behind,
        statements=1,
        unscanned=POINTS,
        returns=queries.CRUMBS,
    ),
    Hot(name="people.queries.journey", run=queries.journey, example=_one, statements=1, unscanned=JOURNEYS),
    Hot(
        name="people.queries.within_reach",
        run=queries.within_reach,
        example=_person,
        statements=1,
        unscanned=("people_person",),
    ),
    Hot(name="people.queries.fence", run=queries.fence, example=_fence, statements=1, unscanned=VISITS),
    Hot(
        name="people.queries.latest_positions",
        run=queries.latest_positions,
        example=_everybody,
        statements=1,
        unscanned=POINTS,
    ),
    Hot(
        name="people.queries.reported_visits",
        run=queries.reported_visits,
        example=_reported,
        statements=1,
        unscanned=POINTS,
    ),
    Hot(
        name="people.queries.visits_of_day",
        run=queries.visits_of_day,
        example=_day_of_visits,
        statements=1,
        unscanned=VISITS,
    ),
    Hot(
        name="people.queries.entries_and_exits",
        run=queries.entries_and_exits,
        example=_site,
        statements=1,
        unscanned=VISITS,
    ),
    Hot(
        name="people.queries.visits_per_site",
        run=queries.visits_per_site,
        example=_visited,
        statements=1,
        unscanned=VISITS,
        sorts=True,
        touched=OF_A_SITE,
    ),
    Hot(
        name="people.queries.conflicts",
        run=queries.conflicts,
        example=dict,
        statements=1,
        unscanned=("people_keptversion",),
        returns=queries.CONFLICTS_SHOWN,
    ),
    Hot(
        name="people.conveyance.conveyance",
        run=conveyance.conveyance,
        example=_travelled,
        statements=2,
        unscanned=JOURNEYS,
        sorts=True,
        touched=OF_ALL,
    ),
)
