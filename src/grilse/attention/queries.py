"""Open findings, ranked, with what a page or message says of them. Each function is one statement."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.utils.translation import gettext

from grilse.attention.thresholds import load_defaults
from grilse.errors import GrilseError
from grilse.farm.site_names import PLAIN_SITE_NAME, SITE_NAME
from grilse.languages import format_date, write_decimal_sign
from grilse.listing.sql import fetch_rows


@dataclass(frozen=True, kw_only=True, slots=True)
class OpenFinding:
    """A finding with the names of what it refers to."""

    id: int
    kind: str
    subject: str
    geography_id: int | None
    geography: str | None
    area_id: int | None
    hall_id: int | None
    station_id: int | None
    """The freshwater site of the hall."""
    site: str | None
    container_id: int | None
    container: str | None
    """Its name at the site."""
    batch: str | None
    reference: str
    severe: bool
    score: float
    figure: float
    threshold: float
    cases: int
    watched: int
    expected_on: date | None
    trend: list[float | None]
    """The figure on the last days, the last one last."""
    day: date
    """The day on which the figure stands."""
    begun_on: date
    begun_at: datetime
    ended_on: date | None
    ended_at: datetime | None
    acknowledged_at: datetime | None
    acknowledged_by: str | None
    acknowledged_until: date | None
    acknowledged: bool
    """Whether it stays out of sight: its days are not over and it is not worse."""
    note: str
    assignee_id: int | None
    assignee: str | None
    ticket: int | None
    """The number of the ticket that was opened from it."""

    @property
    def title(self) -> str:
        """What it is about."""
        return gettext(load_defaults()[self.kind].title)

    @property
    def unit(self) -> str:
        """The unit of figure, threshold and trend."""
        return gettext(load_defaults()[self.kind].unit)

    @property
    def headline(self) -> str:
        """What it is about, and where."""
        where = self.site or self.batch or self.reference
        return f"{self.title}: {where}" if where else self.title

    @property
    def sentence(self) -> str:
        """The figure against its threshold, how many containers, and when it is expected."""
        figure, threshold = (format_figure(value) for value in (self.figure, self.threshold))
        values = {"figure": figure, "unit": self.unit, "threshold": threshold}
        parts = [gettext("%(figure)s %(unit)s, threshold %(threshold)s") % values]
        if self.container is not None and self.watched > 1:
            counts = {"cases": self.cases, "watched": self.watched, "container": self.container}
            parts.append(gettext("%(cases)d of %(watched)d containers, worst %(container)s") % counts)
        elif self.container is not None:
            parts.append(self.container)
        if self.expected_on is not None:
            parts.append(gettext("expected to be reached on %(day)s") % {"day": format_date(self.expected_on)})
        return "; ".join([*parts, gettext("since %(day)s") % {"day": format_date(self.begun_on)}])


@dataclass(frozen=True, kw_only=True, slots=True)
class FindingChange:
    """A finding before a change, and who or what changed it."""

    at: datetime
    what: str
    """added or changed"""
    severe: bool
    score: float
    figure: float
    threshold: float
    cases: int
    day: date
    acknowledged_until: date | None
    assignee_id: int | None
    assignee: str | None
    note: str
    ticket: int | None
    person: str | None
    """None is the rules."""
    reason: str


def format_figure(value: float) -> str:
    """Return a figure with three digits that count."""
    if abs(value) >= 100:
        return f"{value:,.0f}".replace(",", "\N{THIN SPACE}")
    return write_decimal_sign(f"{value:.3g}")


def list_open_findings(
    *,
    geography: int | None = None,
    area: int | None = None,
    hall: int | None = None,
    station: int | None = None,
    assignee: int | None = None,
    with_acknowledged: bool = False,
) -> list[OpenFinding]:
    """Return the open findings of the company, of a geography or of a site, the most urgent first.

    Findings of the company as a whole are listed with every geography, and with no site.
    """
    place = {"geography": geography, "area": area, "hall": hall, "station": station, "assignee": assignee}
    at_site = (area, hall, station) != (None, None, None)
    statement = OPEN_FINDINGS_OF_SITE if at_site else OPEN_FINDINGS
    rows = fetch_rows(statement, {**place, "with_acknowledged": with_acknowledged})
    return [OpenFinding(**row) for row in rows]


def list_ended_findings(
    after: date, *, geography: int | None = None, area: int | None = None, station: int | None = None
) -> list[OpenFinding]:
    """Return the findings of a place that ended after a day of records, the last ended first."""
    place = {"geography": geography, "area": area, "hall": None, "station": station}
    return [OpenFinding(**row) for row in fetch_rows(ENDED_FINDINGS, {**place, "after": after})]


def list_findings(ids: Sequence[int]) -> list[OpenFinding]:
    """Return findings, open or ended, by their ids."""
    return [OpenFinding(**row) for row in fetch_rows(FINDINGS, {"ids": list(ids)})]


def find_finding(id: int) -> OpenFinding:
    """Return a finding, open or ended; refuse an id that none in reach has."""
    rows = list_findings([id])
    if not rows:
        raise describe_missing_finding(id)
    return rows[0]


def describe_missing_finding(id: int) -> GrilseError:
    """Return the refusal of an id that no finding in reach has."""
    return GrilseError(f"there is no finding {id}")


def list_finding_changes(id: int) -> list[FindingChange]:
    """Return the changes of a finding since it began, the oldest first, each with its figures before the change."""
    return [FindingChange(**row) for row in fetch_rows(CHANGES, {"id": id})]


OF_NAMES = """
SELECT f.id, f.kind, f.subject, f.geography_id, g.name AS geography, f.area_id, f.hall_id, h.station_id,
       {site} AS site, f.container_id, c.name AS container, b.number AS batch, f.reference, f.severe,
       f.score, f.figure, f.threshold, f.cases, f.watched, f.expected_on, f.trend, f.day,
       f.begun_on, f.begun_at, f.ended_on, f.ended_at, f.acknowledged_at, who.name AS acknowledged_by,
       f.acknowledged_until, coalesce(f.acknowledged_until >= f.day, false) AS acknowledged, f.note, f.assignee_id,
       whose.name AS assignee, t.number AS ticket
  FROM attention_finding f
  LEFT JOIN farm_geography g ON g.id = f.geography_id
  LEFT JOIN farm_area a ON a.id = f.area_id
  LEFT JOIN farm_hall h ON h.id = f.hall_id
  LEFT JOIN farm_container c ON c.id = f.container_id
  LEFT JOIN stock_batch b ON b.id = f.batch_id
  LEFT JOIN people_person who ON who.id = f.acknowledged_by_id
  LEFT JOIN people_person whose ON whose.id = f.assignee_id
  LEFT JOIN helpdesk_ticket t ON t.id = f.ticket_id
"""
NAMED = OF_NAMES.format(site=SITE_NAME)
IS_AT_PLACE = """(%(geography)s::bigint IS NULL OR coalesce(f.geography_id, %(geography)s) = %(geography)s)
   AND (%(area)s::bigint IS NULL OR f.area_id = %(area)s) AND (%(hall)s::bigint IS NULL OR f.hall_id = %(hall)s)
   AND (%(station)s::bigint IS NULL OR h.station_id = %(station)s)"""
# Severe first, then what is reached before what is expected, then how far beyond the threshold.
OPEN = f"""
 WHERE f.ended_at IS NULL
   AND {IS_AT_PLACE}
   AND (%(assignee)s::bigint IS NULL OR f.assignee_id = %(assignee)s)
   AND (%(with_acknowledged)s OR coalesce(f.acknowledged_until < f.day, true))
 ORDER BY f.severe DESC, (f.expected_on IS NOT NULL), f.score DESC, f.id
"""
ENDED_FINDINGS = f"""
{NAMED}
 WHERE f.ended_on > %(after)s AND {IS_AT_PLACE}
 ORDER BY f.ended_on DESC, f.severe DESC, f.score DESC, f.id
"""
OPEN_FINDINGS = NAMED + OPEN
OPEN_FINDINGS_OF_SITE = OF_NAMES.format(site=PLAIN_SITE_NAME) + OPEN
FINDINGS = f"{NAMED} WHERE f.id = ANY(%(ids)s::bigint[]) ORDER BY f.id"
CHANGES = """
SELECT e.pgh_created_at AS at, e.pgh_label AS what, e.severe, e.score, e.figure, e.threshold, e.cases, e.day,
       e.acknowledged_until, e.assignee_id, whose.name AS assignee, e.note, t.number AS ticket, p.name AS person,
       coalesce(e.pgh_context->>'reason', '') AS reason
  FROM attention_findingevent e
  LEFT JOIN people_person whose ON whose.id = e.assignee_id
  LEFT JOIN helpdesk_ticket t ON t.id = e.ticket_id
  LEFT JOIN people_person p ON p.user_id = (e.pgh_context->>'user')::bigint AND p.company_id = e.company_id
 WHERE e.pgh_obj_id = %(id)s
 ORDER BY e.pgh_id
"""
