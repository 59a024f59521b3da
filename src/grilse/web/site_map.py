"""The sites on a map: where they are, how they are, and what a mark says of them."""

from collections.abc import Mapping, Sequence
from typing import Any

from django.utils.translation import gettext as _

from grilse.attention.queries import OpenFinding, list_open_findings
from grilse.attention.site_figures import Key, SiteFigures
from grilse.farm.queries import read_hall_stations
from grilse.web.templatetags.number_formats import (
    format_biomass,
    format_decimals,
    format_lice,
    format_mortality,
    format_percent,
    format_thousands,
    format_weight,
)

STATES = ("fallow", "calm", "finding", "severe")
"""How a mark is coloured; a later one is drawn above an earlier one."""


def find_site_findings() -> dict[Key, list[OpenFinding]]:
    """Return the open findings of each place, the most urgent first; two statements."""
    stations = read_hall_stations()
    findings: dict[Key, list[OpenFinding]] = {}
    for finding in list_open_findings():
        if finding.area_id is not None:
            findings.setdefault(("area", finding.area_id), []).append(finding)
        elif finding.hall_id in stations:
            findings.setdefault(("station", stations[finding.hall_id]), []).append(finding)
    return findings


def build_marks(
    sites: Sequence[SiteFigures], findings: Mapping[Key, Sequence[OpenFinding]], addresses: Sequence[str]
) -> list[dict[str, Any]]:
    """Return the marks of the sites that have a position, each with the address of its page."""
    return [
        _build_mark(site, findings.get((site.place.kind, site.place.id), ()), address)
        for site, address in zip(sites, addresses, strict=True)
        if site.place is not None and site.place.latitude is not None and site.place.longitude is not None
    ]


def _build_mark(site: SiteFigures, findings: Sequence[OpenFinding], address: str) -> dict[str, Any]:
    assert site.place is not None
    state = _find_state(site, findings)
    return {
        "name": site.name,
        "address": address,
        "latitude": site.place.latitude,
        "longitude": site.place.longitude,
        "kind": site.place.kind,
        "state": state,
        "rank": STATES.index(state),
        "note": format_biomass(site.stock.biomass_kg) if site.stock.pens else "",
        "lines": [*_describe_stock(site), *(finding.title for finding in findings)],
    }


def _find_state(site: SiteFigures, findings: Sequence[OpenFinding]) -> str:
    if not site.stock.pens:
        return "fallow"
    if any(finding.severe for finding in findings):
        return "severe"
    return "finding" if findings else "calm"


def _describe_stock(site: SiteFigures) -> list[str]:
    if not site.stock.pens:
        return [_("no fish")]
    lines = [
        _("%(fish)s fish in %(pens)s pens") % {"fish": format_thousands(site.stock.fish), "pens": site.stock.pens},
        f"{format_biomass(site.stock.biomass_kg)}, {format_weight(site.stock.mean_weight_g)}",
    ]
    if site.limit_pct is not None:
        lines[-1] += f", {_('%(share)s of limit') % {'share': format_percent(site.limit_pct)}}"
    lines.append(_("mortality of 7 days %(share)s") % {"share": format_mortality(site.stock.mortality_pct[7])})
    if site.lice is not None and site.lice.adult_female is not None:
        figures = {"lice": format_lice(site.lice.adult_female), "limit": format_lice(site.lice.limit)}
        lines.append(_("lice %(lice)s, limit %(limit)s") % figures)
    if site.feed_days is not None:
        lines.append(_("feed for %(days)s days") % {"days": format_decimals(site.feed_days)})
    return lines
