"""What the doors ask of positions, journeys and visits, and what it may cost."""

from collections.abc import Mapping
from datetime import date, timedelta
from typing import Any

from grilse.listing.budgets import build_list_budgets
from grilse.people import conveyance, queries
from grilse.people.lists_tracks import LISTS
from grilse.people.models import Journey, TrackPoint, Visit
from grilse.proof.registry import QueryBudget

Given = Mapping[str, Any] | None
POINTS, JOURNEYS, VISITS = ("people_trackpoint",), ("people_journey",), ("people_visit",)
# Of all journeys, those in the company's service; added up by person, day and mode.
OF_ALL = 20
# Visits that are added up for one site.
OF_A_SITE = 5_000
MONTH = timedelta(days=30)


def _find_longest_journey() -> Journey | None:
    """Return the journey of the most positions."""
    return Journey.objects.order_by("-points", "pk").first()


def _build_track_arguments() -> Given:
    journey = _find_longest_journey()
    return None if journey is None else {"person": journey.person_id, "day": journey.started_at.date()}


def _build_crumb_arguments() -> Given:
    journey = _find_longest_journey()
    return None if journey is None else {"reference": journey.reference, "person": journey.person_id}


def _build_crumb_next_arguments() -> Given:
    arguments = _build_crumb_arguments()
    crumbs = queries.list_journey_positions(**arguments, limit=2) if arguments else []
    return {**arguments, "before": (crumbs[-1].at, crumbs[-1].id)} if arguments and crumbs else None


def _build_journey_arguments() -> Given:
    journey = _find_longest_journey()
    return None if journey is None else {"id": journey.pk}


def _build_person_arguments() -> Given:
    journey = _find_longest_journey()
    return None if journey is None else {"person": journey.person_id}


def _build_fence_arguments() -> Given:
    visit = _find_latest_visit()
    return None if visit is None else {"id": visit.fence_id}


def _build_everybody_arguments() -> Given:
    return {} if Journey.objects.exists() else None


def _build_reported_arguments() -> Given:
    point = TrackPoint.objects.filter(kind="site visit").order_by("-at", "-id").first()
    return None if point is None else {"day": point.at.date()}


def _find_latest_visit() -> Visit | None:
    return Visit.objects.order_by("-arrived_at", "-id").first()


def _build_visit_day_arguments() -> Given:
    visit = _find_latest_visit()
    return None if visit is None else {"day": visit.arrived_at.date()}


def _build_site_arguments() -> Given:
    visit = _find_latest_visit()
    return None if visit is None else {"fence": visit.fence_id, **_build_month_arguments(visit.arrived_at.date())}


def _build_visited_arguments() -> Given:
    visit = _find_latest_visit()
    return None if visit is None else _build_month_arguments(visit.arrived_at.date())


def _build_travel_arguments() -> Given:
    journey = Journey.objects.order_by("-started_at", "-id").first()
    return None if journey is None else _build_month_arguments(journey.started_at.date())


def _build_month_arguments(until: date) -> dict[str, date]:
    return {"since": until - MONTH, "until": until}


BUDGETS = (
    *build_list_budgets(LISTS),
    QueryBudget(
        name="people.queries.list_day_positions",
        run=queries.list_day_positions,
        example=_build_track_arguments,
        statements=1,
        unscanned=POINTS,
    ),
    QueryBudget(
        name="people.queries.list_journey_positions",
        run=queries.list_journey_positions,
        example=_build_crumb_arguments,
        statements=1,
        unscanned=POINTS,
        returns=queries.JOURNEY_POSITIONS_LIMIT,
    ),
    QueryBudget(
        name="people.queries.list_journey_positions.next",
        run=queries.list_journey_positions,
        example=_build_crumb_next_arguments,
        statements=1,
        unscanned=POINTS,
        returns=queries.JOURNEY_POSITIONS_LIMIT,
    ),
    QueryBudget(
        name="people.queries.find_journey",
        run=queries.find_journey,
        example=_build_journey_arguments,
        statements=1,
        unscanned=JOURNEYS,
    ),
    QueryBudget(
        name="people.queries.is_within_reach",
        run=queries.is_within_reach,
        example=_build_person_arguments,
        statements=1,
        unscanned=("people_person",),
    ),
    QueryBudget(
        name="people.queries.find_fence_site",
        run=queries.find_fence_site,
        example=_build_fence_arguments,
        statements=1,
        unscanned=VISITS,
    ),
    QueryBudget(
        name="people.queries.list_latest_positions",
        run=queries.list_latest_positions,
        example=_build_everybody_arguments,
        statements=1,
        unscanned=POINTS,
    ),
    QueryBudget(
        name="people.queries.list_reported_visits",
        run=queries.list_reported_visits,
        example=_build_reported_arguments,
        statements=1,
        unscanned=POINTS,
    ),
    QueryBudget(
        name="people.queries.list_visits_of_day",
        run=queries.list_visits_of_day,
        example=_build_visit_day_arguments,
        statements=1,
        unscanned=VISITS,
    ),
    QueryBudget(
        name="people.queries.list_visits_of_site",
        run=queries.list_visits_of_site,
        example=_build_site_arguments,
        statements=1,
        unscanned=VISITS,
    ),
    QueryBudget(
        name="people.queries.summarize_visits_by_site",
        run=queries.summarize_visits_by_site,
        example=_build_visited_arguments,
        statements=1,
        unscanned=VISITS,
        sorts=True,
        touched=OF_A_SITE,
    ),
    QueryBudget(
        name="people.queries.list_conflicts",
        run=queries.list_conflicts,
        example=dict,
        statements=1,
        unscanned=("people_keptversion",),
        returns=queries.CONFLICTS_LIMIT,
    ),
    QueryBudget(
        name="people.conveyance.build_conveyance_report",
        run=conveyance.build_conveyance_report,
        example=_build_travel_arguments,
        statements=2,
        unscanned=JOURNEYS,
        sorts=True,
        touched=OF_ALL,
    ),
)
