"""The placements of a site through time with their plans and fallow periods, as rows of bars."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import groupby

from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as translate

from grilse.farm.site_queries import ContainerOfSite
from grilse.growth.container_lives import Occupancy, PlannedArrival
from grilse.web.pen_drawing import shorten_name
from grilse.web.templatetags.number_formats import format_day

LEAST_FALLOW_DAYS = 7
"""Shorter gaps are not drawn."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Bar:
    """A part of a row, in percent of its width."""

    kind: str
    """placed, planned or fallow"""
    x: float
    width: float
    title: str
    """What it says to somebody who points at it."""
    start: date
    stop: date | None
    text: str = ""
    number: str = ""
    """The batch."""
    tone: int = 0
    """Neighbours differ."""

    @property
    def label(self) -> str:
        """What it is, from when to when."""
        return f"{self.title}: {format_day(self.start)}" + (f" – {format_day(self.stop)}" if self.stop else "")

    @property
    def markup(self) -> SafeString:
        """The bar as SVG."""
        bar = format_html(
            '<rect class="{} tone-{}" x="{}%" width="{}%"><title>{}</title></rect>',
            self.kind, self.tone, self.x, self.width, self.label,
        )  # fmt: skip
        if not self.is_labelled:
            return bar
        return bar + format_html('<text class="on-{}" x="{}%" y="12">{}</text>', self.kind, self.middle, self.text)

    @property
    def middle(self) -> float:
        """Where its text stands."""
        return round(self.x + self.width / 2, 2)

    @property
    def is_labelled(self) -> bool:
        """Whether it has a text, which fits."""
        return bool(self.text) and self.width >= (2.5 if self.kind == "fallow" else 7)


@dataclass(frozen=True, kw_only=True, slots=True)
class GanttRow:
    """The bars of a site, a hall or some containers with the same placements."""

    name: str
    bars: list[Bar]
    is_whole: bool = False
    """Whether it shows the site or hall as a whole."""

    @property
    def label(self) -> str:
        """What its bars say."""
        return "; ".join(bar.label for bar in self.bars) or translate("never stocked")


@dataclass(frozen=True, kw_only=True, slots=True)
class Gantt:
    """Rows of bars on one time axis."""

    first: date
    last: date
    years: list[tuple[int, float, float]]
    """Each with the position of its beginning and its width, in percent."""
    now: float
    """The last day of records."""
    rows: list[GanttRow]
    fallow_days: int | None
    """Days of fallow that the site asks for."""


@dataclass(frozen=True, kw_only=True, slots=True)
class _Axis:
    first: date
    last: date

    def place(self, day: date) -> float:
        """Return the position of a day, in percent."""
        share = (day - self.first) / max(self.last - self.first, timedelta(days=1))
        return round(100 * min(max(share, 0.0), 1.0), 2)


def build_gantt(
    containers: Sequence[ContainerOfSite],
    placements: Sequence[Occupancy],
    arrivals: Sequence[PlannedArrival],
    *,
    site: str,
    day: date,
    fallow_days: int | None,
) -> Gantt | None:
    """Return the occupancy of a site until its last plan; None where nothing was ever placed."""
    if not placements:
        return None
    ends = [row.planned_stop or day for row in placements if row.stop is None]
    last = max([day, *ends, *(row.planned for row in arrivals)]) + timedelta(days=14)
    axis = _Axis(first=placements[0].start.replace(day=1), last=last)
    tones = {number: i % 2 for i, number in enumerate(dict.fromkeys(row.number for row in placements))}
    rows: list[GanttRow] = []
    for hall, group in groupby(containers, lambda container: container.hall):
        members = list(group)
        ids = {container.id for container in members}
        here = [row for row in placements if row.container in ids]
        asked = members[0].hall_fallow_days if hall else fallow_days
        rows.append(_build_whole_row(hall or site, here, asked, axis, day, tones))
        container_rows = _build_container_rows(members, here, arrivals, hall or site, axis, day, tones)
        # Where all containers have the same placements, the row of the hall says everything.
        rows += container_rows if len(container_rows) > 1 or arrivals else []
    return Gantt(
        first=axis.first, last=last, years=_list_years(axis), now=axis.place(day), rows=rows, fallow_days=fallow_days
    )


def _build_whole_row(
    name: str, placements: Sequence[Occupancy], asked: int | None, axis: _Axis, day: date, tones: dict[str, int]
) -> GanttRow:
    """Return the batches of a site or hall, and its fallow periods."""
    spans = []
    for number in dict.fromkeys(row.number for row in placements):
        of_batch = [row for row in placements if row.number == number]
        stop = None if any(row.stop is None for row in of_batch) else max(row.stop or day for row in of_batch)
        spans.append((number, min(row.start for row in of_batch), stop, of_batch[0]))
    bars, free_from = [], None
    for number, start, stop, first in spans:
        if free_from is not None and (start - free_from).days >= LEAST_FALLOW_DAYS:
            bars.append(_build_fallow(free_from, start, asked, axis))
        bars += _build_bars(number, start, stop, first, axis, day, tones[number], labelled=True)
        free_from = max(free_from or start, stop or day)
    is_empty = free_from is not None and all(stop is not None for _, _, stop, _ in spans)
    if is_empty and free_from is not None and (day - free_from).days >= LEAST_FALLOW_DAYS:
        bars.append(_build_fallow(free_from, day, asked, axis))
    return GanttRow(name=name, bars=bars, is_whole=True)


def _build_fallow(start: date, stop: date, asked: int | None, axis: _Axis) -> Bar:
    days = (stop - start).days
    title = translate("fallow for %(days)d days") % {"days": days}
    if asked:
        title = translate("fallow for %(days)d days, %(asked)d days asked for") % {"days": days, "asked": asked}
    left = axis.place(start)
    return Bar(
        kind="fallow", x=left, width=round(axis.place(stop) - left, 2), start=start, stop=stop, text=f"{days} d",
        title=title,
    )  # fmt: skip


def _build_container_rows(
    containers: Sequence[ContainerOfSite],
    placements: Sequence[Occupancy],
    arrivals: Sequence[PlannedArrival],
    site: str,
    axis: _Axis,
    day: date,
    tones: dict[str, int],
) -> list[GanttRow]:
    """Return one row for all neighbours with the same placements."""
    of_container: dict[int, list[Occupancy]] = {}
    for row in placements:
        of_container.setdefault(row.container, []).append(row)

    def describe(container: ContainerOfSite) -> tuple[object, ...]:
        return (
            tuple((row.number, row.start, row.stop) for row in of_container.get(container.id, [])),
            tuple((row.number, row.planned) for row in arrivals if row.container == container.id),
        )

    rows = []
    for _, group in groupby(containers, describe):
        members = list(group)
        names = [shorten_name(container.name, site) for container in members]
        bars = [
            bar
            for row in of_container.get(members[0].id, [])
            for bar in _build_bars(row.number, row.start, row.stop, row, axis, day, tones[row.number])
        ]
        bars += [_build_arrival(row, axis) for row in arrivals if row.container == members[0].id]
        rows.append(GanttRow(name=names[0] if len(names) == 1 else f"{names[0]} – {names[-1]}", bars=bars))
    return rows


def _build_bars(
    number: str,
    start: date,
    stop: date | None,
    row: Occupancy,
    axis: _Axis,
    day: date,
    tone: int,
    *,
    labelled: bool = False,
) -> list[Bar]:
    """Return the bar of a placement, and the outline of its plan where it has one."""
    left, right = axis.place(start), axis.place(stop or day)
    bars = [
        Bar(
            kind="placed", x=left, width=max(round(right - left, 2), 0.2), start=start, stop=stop, number=number,
            title=f"{number}, {row.stage}", tone=tone, text=number if labelled else "",
        )
    ]  # fmt: skip
    if row.planned_start and row.planned_stop:
        from_, to = axis.place(row.planned_start), axis.place(row.planned_stop)
        bars.append(
            Bar(
                kind="planned", x=from_, width=max(round(to - from_, 2), 0.2), start=row.planned_start,
                stop=row.planned_stop, number=number, title=translate("%(batch)s, plan") % {"batch": number},
            )
        )  # fmt: skip
    return bars


def _build_arrival(row: PlannedArrival, axis: _Axis) -> Bar:
    left = axis.place(row.planned)
    return Bar(
        kind="arrival", x=left, width=0.6, start=row.planned, stop=None, number=row.number,
        title=translate("%(order)s: %(fish)s fish of %(batch)s planned")
        % {"order": row.order, "fish": row.count, "batch": row.number},
    )  # fmt: skip


def _list_years(axis: _Axis) -> list[tuple[int, float, float]]:
    bounds = [axis.first, *(date(year, 1, 1) for year in range(axis.first.year + 1, axis.last.year + 1)), axis.last]
    positions = [axis.place(bound) for bound in bounds]
    return [
        (bound.year, left, round(right - left, 2))
        for bound, left, right in zip(bounds[:-1], positions, positions[1:], strict=False)
    ]
