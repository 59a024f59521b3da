"""What a card says of a finding: where it is dealt with, its line of the last days, and its history."""

from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from grilse.attention.models import Kind
from grilse.attention.queries import FindingChange, OpenFinding
from grilse.web.sparklines import Sparkline, build_sparkline
from grilse.web.templatetags.number_formats import format_day, format_measure

ACKNOWLEDGE, ASSIGN, TICKET, HISTORY = "acknowledge", "assign", "ticket", "history"
"""What opens in a card."""
HANDLE, OPEN_TICKET = "attention.handle", "helpdesk.ask"
ENTER_LINKS = {
    Kind.LICE: ("lice", gettext_lazy("Enter a count"), "health.count"),
    Kind.LICE_COUNT: ("lice", gettext_lazy("Enter a count"), "health.count"),
    Kind.SAMPLE: ("weights", gettext_lazy("Enter a sample"), "stock.sample"),
    Kind.DEATH_ROUND: ("round", gettext_lazy("Enter a round"), "stock.mortality"),
    Kind.FEED: ("delivery", gettext_lazy("Enter a delivery"), "feeding.deliver"),
    Kind.PLANNED_MOVE: ("transfer", gettext_lazy("Carry it out"), "stock.move"),
    Kind.DENSITY: ("transfer", gettext_lazy("Plan a transfer"), "stock.move"),
}
"""The form of the page Enter that deals with a kind of finding, and the permission of its entries."""
BATCH_FIRST = {Kind.APPETITE, Kind.DRIFT, Kind.WITHDRAWAL, Kind.PLANNED_MOVE}
"""Kinds that are dealt with on the page of the batch."""


@dataclass(frozen=True, kw_only=True, slots=True)
class CardLink:
    """A link of a card."""

    title: str
    address: str


@dataclass(frozen=True, kw_only=True, slots=True)
class CardAct:
    """A button of a card: what it opens in the card, and its title."""

    name: str
    title: str


@dataclass(frozen=True, kw_only=True, slots=True)
class FindingCard:
    """A finding as a page shows it."""

    finding: OpenFinding
    id: str
    details: str
    """Which pens, when it is expected, since when."""
    figure: str
    threshold: str
    line: Sparkline | None
    """The figure on the last days."""
    own_address: str
    """Of the page of the finding."""
    address: str
    """Where it is dealt with."""
    links: Sequence[CardLink]
    acts: Sequence[CardAct]
    style: str
    nobody: str
    """What the card says where nobody is assigned."""


@dataclass(frozen=True, kw_only=True, slots=True)
class HistoryLine:
    """A line of the history of a finding."""

    at: datetime
    what: str
    note: str
    person: str | None
    """None is the rules."""


def build_cards(findings: Iterable[OpenFinding], allowed: Collection[str]) -> list[FindingCard]:
    """Return the cards of findings for a login with permissions."""
    acts = _list_acts(allowed)
    return [_build_card(finding, allowed, acts) for finding in findings]


def _list_acts(allowed: Collection[str]) -> list[CardAct]:
    acts = [CardAct(name=HISTORY, title=_("History"))]
    if HANDLE in allowed:
        may_open = OPEN_TICKET in allowed
        acts = [
            CardAct(name=ACKNOWLEDGE, title=_("Acknowledge")),
            CardAct(name=ASSIGN, title=_("Assign")),
            *([CardAct(name=TICKET, title=_("Ticket"))] if may_open else []),
            *acts,
        ]
    return acts


def _build_card(finding: OpenFinding, allowed: Collection[str], acts: Sequence[CardAct]) -> FindingCard:
    links = list(_iter_links(finding, allowed))
    # An ended finding has its history only, one that has a ticket opens no other, an acknowledged one is shown again.
    left_out = {ACKNOWLEDGE, ASSIGN, TICKET} if finding.ended_at else {TICKET} if finding.ticket else set()
    left_out |= {ACKNOWLEDGE} if finding.acknowledged else set()
    is_quiet = finding.acknowledged or finding.ended_at is not None
    return FindingCard(
        finding=finding,
        id=f"finding-{finding.id}",
        details=" · ".join(_iter_details(finding)),
        figure=_format_figure(finding.figure),
        threshold=_("threshold {figure}").format(figure=_format_figure(finding.threshold)),
        line=build_sparkline(finding.trend, limit=finding.threshold if _has_limit(finding) else None),
        own_address=reverse("finding", args=[finding.id]),
        address=links[0].address if links else "",
        links=links,
        acts=[act for act in acts if act.name not in left_out],
        style=" ".join(filter(None, ["severe" if finding.severe else "", "quiet" if is_quiet else ""])),
        nobody=_("unassigned"),
    )


def _format_figure(value: float) -> str:
    """Return a figure with at most two decimals, and a true minus sign."""
    return format_measure(round(value, 2)).replace("-", "\u2212")


def _iter_details(finding: OpenFinding) -> Iterator[str]:
    """Yield which pens it is about, when it is expected, since when and until when it is open."""
    if finding.container is not None and finding.watched > 1:
        text = _("{cases} of {watched} pens, worst {pen}")
        yield text.format(cases=finding.cases, watched=finding.watched, pen=finding.container)
    elif finding.container is not None:
        yield finding.container
    if finding.expected_on is not None:
        yield _("expected on {day}").format(day=format_day(finding.expected_on))
    yield _("since {day}").format(day=format_day(finding.begun_on))
    if finding.ended_on is not None:
        yield _("ended {day}").format(day=format_day(finding.ended_on))


def _has_limit(finding: OpenFinding) -> bool:
    """Tell whether the line is of the figure that the threshold is for."""
    return finding.kind not in (Kind.APPETITE, Kind.SENSOR)


def _iter_links(finding: OpenFinding, allowed: Collection[str]) -> Iterator[CardLink]:
    """Yield where a finding is dealt with, the first place first."""
    if finding.kind == Kind.LATE_TICKET:
        yield CardLink(title=finding.reference, address=reverse("ticket", args=[finding.reference.removeprefix("#")]))
    if finding.kind == Kind.FLAGGED_RECORD:
        yield CardLink(title=_("Review"), address=f"{reverse('flags')}?verdict=open")
    if finding.kind == Kind.COMPANY_BIOMASS:
        yield CardLink(title=_("All batches"), address=reverse("batches"))
    places = [link for build in (_build_site_link, _build_batch_link) if (link := build(finding))]
    yield from reversed(places) if finding.kind in BATCH_FIRST else places
    form, title, permission = ENTER_LINKS.get(Kind(finding.kind), ("", "", ""))
    if permission in allowed:
        yield CardLink(title=f"{title}", address=f"{reverse('enter')}#{form}/{_name_entered_site(finding)}".rstrip("/"))


def _name_entered_site(finding: OpenFinding) -> str:
    """Return the site as the address of the page Enter names it, empty without one."""
    if finding.area_id is not None:
        return f"area/{finding.area_id}"
    return f"hall/{finding.hall_id}" if finding.hall_id is not None else ""


def _build_site_link(finding: OpenFinding) -> CardLink | None:
    name, id = ("site-area", finding.area_id) if finding.area_id else ("site-station", finding.station_id)
    return None if id is None or not finding.site else CardLink(title=finding.site, address=reverse(name, args=[id]))


def _build_batch_link(finding: OpenFinding) -> CardLink | None:
    return CardLink(title=finding.batch, address=reverse("batch", args=[finding.batch])) if finding.batch else None


def list_history(finding: OpenFinding, changes: Sequence[FindingChange]) -> list[HistoryLine]:
    """Return when a finding began, got worse, was acknowledged, assigned and ended, the last first.

    A change has the row before it: what it changed shows by the next change, or by the finding as it is now.
    """
    begun = _("began at {figure} {unit}, threshold {threshold}").format(
        figure=_format_figure(changes[0].figure if changes else finding.figure),
        unit=finding.unit,
        threshold=_format_figure(changes[0].threshold if changes else finding.threshold),
    )
    lines = [HistoryLine(at=finding.begun_at, what=begun, note="", person=None)]
    states: list[FindingChange | OpenFinding] = [*changes[1:], finding]
    for change, after in zip(changes[1:], states[1:], strict=True):
        for describe in DESCRIPTIONS:
            if what := describe(change, after, finding.unit):
                note = after.note if describe is _describe_acknowledgement else ""
                lines.append(HistoryLine(at=change.at, what=what, note=note, person=change.person))
    if finding.ended_at is not None:
        lines.append(HistoryLine(at=finding.ended_at, what=_("ended"), note="", person=None))
    return lines[::-1]


State = FindingChange | OpenFinding


def _describe_severity(before: State, after: State, unit: str) -> str:
    if before.severe == after.severe:
        return ""
    what = _("became severe at {figure} {unit}") if after.severe else _("is not severe any more at {figure} {unit}")
    return what.format(figure=_format_figure(after.figure), unit=unit)


def _describe_acknowledgement(before: State, after: State, unit: str) -> str:
    if before.acknowledged_until == after.acknowledged_until:
        return ""
    until: date | None = after.acknowledged_until
    return _("shown again") if until is None else _("acknowledged until {day}").format(day=format_day(until))


def _describe_assignment(before: State, after: State, unit: str) -> str:
    if before.assignee_id == after.assignee_id:
        return ""
    return _("assigned to {name}").format(name=after.assignee) if after.assignee else _("assigned to nobody")


def _describe_ticket(before: State, after: State, unit: str) -> str:
    return _("ticket #{number} opened").format(number=after.ticket) if after.ticket and not before.ticket else ""


DESCRIPTIONS: tuple[Callable[[State, State, str], str], ...] = (
    _describe_severity,
    _describe_acknowledgement,
    _describe_assignment,
    _describe_ticket,
)
