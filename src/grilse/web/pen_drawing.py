"""The pens of a site as they lie, coloured by one figure at a time."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import groupby, pairwise

from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.translation import gettext as translate
from django.utils.translation import gettext_lazy as _

from grilse.farm.site_queries import ContainerOfSite
from grilse.languages import Label
from grilse.web.site_figures import PenFigures
from grilse.web.templatetags.number_formats import format_measure

LEVELS = 6
"""Colours of the scale: `--level-0` to `--level-5`; the darkest asks for attention."""


@dataclass(frozen=True, kw_only=True, slots=True)
class PenColour:
    """A figure that pens are coloured by."""

    name: str
    title: Label
    unit: Label
    """Of the number in each pen."""
    scale: Label
    """What the legend counts."""
    breaks: tuple[float, ...]
    """Bounds between the colours; falling where low figures ask for attention."""
    read: Callable[[PenFigures], float | None]
    """Returns the number that is shown."""
    read_scale: Callable[[PenFigures], float | None] | None = None
    """Returns what the colour follows, where that is not the number."""
    alarm: float | None = None
    """From where on the pen is marked, on the scale."""
    at_sea_only: bool = False

    def find_level(self, pen: PenFigures) -> int | None:
        """Return the number of the colour, None where the figure is not known."""
        value = (self.read_scale or self.read)(pen)
        if value is None:
            return None
        rising = self.breaks[0] < self.breaks[-1]
        return sum(value >= bound if rising else value < bound for bound in self.breaks)

    def build_style(self, pen: PenFigures | None) -> str:
        """Return the styles of a container."""
        if pen is None:
            return "vacant"
        level = self.find_level(pen)
        return ("unknown" if level is None else f"level-{level}") + (" alarm" if self.is_alarming(pen) else "")

    def is_alarming(self, pen: PenFigures) -> bool:
        """Whether the figure reaches its limit."""
        value = (self.read_scale or self.read)(pen)
        if value is None or self.alarm is None:
            return False
        return value >= self.alarm if self.breaks[0] < self.breaks[-1] else value < self.alarm

    @property
    def legend(self) -> list[tuple[int, str]]:
        """The colours with their ranges."""
        texts = [_format_bound(bound) for bound in self.breaks]
        if self.breaks[0] < self.breaks[-1]:
            first, last = translate("under %s") % texts[0], translate("%s and more") % texts[-1]
            between = [f"{low} – {high}" for low, high in pairwise(texts)]
        else:
            first, last = translate("%s and more") % texts[0], translate("under %s") % texts[-1]
            between = [f"{low} – {high}" for high, low in pairwise(texts)]
        return list(enumerate([first, *between, last]))


COLOURS = (
    PenColour(
        name="density", title=_("Density"), unit="kg/m³", scale=_("% of the limit"), breaks=(25, 50, 75, 90, 100),
        read=lambda pen: pen.density, read_scale=lambda pen: pen.density_pct, alarm=100,
    ),
    PenColour(
        name="lice", title=_("Lice"), unit=_("adult females per fish"), scale=_("% of the limit of the day"),
        breaks=(25, 50, 75, 100, 200), read=lambda pen: pen.lice.adult_female if pen.lice else None,
        read_scale=lambda pen: pen.lice_pct, alarm=100, at_sea_only=True,
    ),
    PenColour(
        name="mortality", title=_("Mortality"), unit=_("% in 30 days"), scale=_("% in 30 days"),
        breaks=(0.25, 0.5, 1, 2, 4), read=lambda pen: pen.mortality_30_pct,
    ),
    PenColour(
        name="growth", title=_("Growth"), unit=_("% vs plan, 30 days"), scale=_("% faster than planned, 30 days"),
        breaks=(0, -10, -20, -30, -50), read=lambda pen: pen.growth_pct,
    ),
    PenColour(
        name="drift", title=_("Drift"), unit=_("% weight vs plan"), scale=_("% heavier than planned"),
        breaks=(0, -5, -10, -15, -25), read=lambda pen: pen.lead_pct,
    ),
    PenColour(
        name="oxygen", title=_("Oxygen"), unit=_("% saturation"), scale=_("% saturation, lowest in 7 days"),
        breaks=(90, 80, 70, 60, 50), read=lambda pen: pen.oxygen_min, alarm=60,
    ),
)  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class DrawnPen:
    """A container as it is drawn."""

    address: str
    name: str
    """Without the name of its site."""
    style: str
    text: str
    """Empty where no fish stand."""
    is_alarming: bool

    @property
    def markup(self) -> SafeString:
        """The link to the container: a template for each of some hundred would take most of the time of the page."""
        hint = f", {translate('over the limit')}" if self.is_alarming else "" if self.text else translate("empty")
        return format_html(
            '<a href="{}" class="{}"><b>{}<span class="unseen">{}</span></b><small>{}</small></a>',
            self.address, self.style, self.text, hint, self.name,
        )  # fmt: skip


@dataclass(frozen=True, kw_only=True, slots=True)
class PenDrawing:
    """The containers of a site in one colouring, by hall."""

    colour: PenColour
    groups: list[tuple[str, list[DrawnPen]]]


def draw_pens(
    containers: Sequence[ContainerOfSite], pens: Sequence[PenFigures], site: str, *, at_sea: bool
) -> list[PenDrawing]:
    """Return the containers of a site in every colouring."""
    stocked = {row.pen.container: row for row in pens}
    return [
        PenDrawing(
            colour=colour,
            groups=[
                (hall, [_draw_pen(container, stocked.get(container.id), colour, hall or site) for container in group])
                for hall, group in groupby(containers, lambda container: container.hall)
            ],
        )
        for colour in COLOURS
        if at_sea or not colour.at_sea_only
    ]


def shorten_name(name: str, site: str) -> str:
    """Return the name of a container without that of its site."""
    return name.removeprefix(f"{site}-") if name != site else name


def _draw_pen(container: ContainerOfSite, row: PenFigures | None, colour: PenColour, site: str) -> DrawnPen:
    value = None if row is None else colour.read(row)
    return DrawnPen(
        address=reverse("container", args=[container.id]),
        name=shorten_name(container.name, site),
        style=f"{container.kind} {colour.build_style(row)}",
        text=_format_bound(value) if value is not None else "–" if row else "",
        is_alarming=row is not None and colour.is_alarming(row),
    )


def _format_bound(value: float) -> str:
    text = format_measure(0 if abs(value) < 0.005 else round(value, 1) if abs(value) >= 10 else value)
    return text.replace("-", "\N{MINUS SIGN}")
