"""The staff of a company: its members with their workplaces, working days and consents."""

from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date
from functools import cached_property, lru_cache
from itertools import product

import numpy as np
from numpy.typing import NDArray

from grilse.generator.random_streams import create_random_stream
from grilse.generator.schedule.plan import StagePlan
from grilse.generator.schedule.run import GeneratorRun
from grilse.generator.staff.history_calendar import HistorySpan
from grilse.generator.staff.settings import NONE, load_staff_settings
from grilse.generator.world.rules import STAGES
from grilse.generator.world.sites import WorldArea, WorldGeography
from grilse.people.name_words import split_words
from grilse.science.arrays import Counts
from grilse.science.days import to_epoch_day
from grilse.science.temperature import day_of_year

NEVER = 1_000_000  # a day after every history
SUMMER = (172, 222)  # days of the year on which a summer holiday may begin


@dataclass(frozen=True, kw_only=True, slots=True)
class StaffMember:
    """A member of the staff."""

    role: str
    title: str
    team: str
    geography: str | None  # None is all geographies
    site: str | None  # an area or station
    shard: str  # the shard with their days
    manager: int = NONE  # position in the staff
    first: int = 0  # day of the history on which they start
    last: int = NEVER
    active: bool = True  # on the last day of the history
    name: str = ""
    email: str = ""
    key: str = ""  # of their random streams: their position in their shard


@dataclass(frozen=True)
class Workplace:
    """A site where people work, and the days of the history on which it holds fish."""

    name: str
    geography: str
    position: tuple[float, float]
    at_sea: bool
    is_open: NDArray[np.bool_]
    move_days: Counts  # planned days of moves to sea and of harvests
    is_new: bool  # whether it holds fish for the first time after the first plan


@dataclass(frozen=True, eq=False)
class Staff:
    """All members in a fixed order, and their workplaces."""

    run: GeneratorRun
    span: HistorySpan
    members: tuple[StaffMember, ...]
    places: tuple[Workplace, ...]

    @cached_property
    def shard_names(self) -> tuple[str, ...]:
        """The sites and geographies whose people are in one shard."""
        return tuple(dict.fromkeys(member.shard for member in self.members))

    @cached_property
    def team_geographies(self) -> dict[str, str | None]:
        """Every team and its geography."""
        geographies: dict[str, str | None] = {}
        for member in self.members:
            same = geographies.get(member.team, member.geography) == member.geography
            geographies[member.team] = member.geography if same else None
        return geographies

    def list_members(self, **values: str | None) -> list[int]:
        """Return the members whose attributes have these values."""
        return list(_find_members(self, frozenset(values.items())))

    def list_team_members(self, team: str, geography: str) -> list[int]:
        """Return the members of a team in a geography, or all of them if there are none."""
        return self.list_members(team=team, geography=geography) or self.list_members(team=team)

    def find_workplace(self, shard: str) -> Workplace | None:
        """Return the site of a shard; the shard of an office has none."""
        return next((place for place in self.places if place.name == shard), None)

    def list_workplaces(self, geography: str) -> list[Workplace]:
        """Return the used sites of a geography."""
        return [place for place in self.places if place.geography == geography]


@lru_cache(maxsize=4096)
def _find_members(staff: Staff, values: frozenset[tuple[str, str | None]]) -> tuple[int, ...]:
    return tuple(
        index
        for index, member in enumerate(staff.members)
        if all(getattr(member, name) == value for name, value in values)
    )


_STAFF_BY_RUN: dict[tuple[str, date], Staff] = {}


def get_staff(run: GeneratorRun) -> Staff:
    """Return the staff of a run; each process builds it once for each of the last two."""
    key = (run.key, run.plan.until)
    if key not in _STAFF_BY_RUN:
        if len(_STAFF_BY_RUN) > 1:  # an advance needs the staff of two days
            _STAFF_BY_RUN.clear()
        _STAFF_BY_RUN[key] = _build_staff(run)
    return _STAFF_BY_RUN[key]


def list_staff_shards(run: GeneratorRun) -> tuple[str, ...]:
    """Return the shards of the staff of a run."""
    return get_staff(run).shard_names


def _build_staff(run: GeneratorRun) -> Staff:
    span = HistorySpan.from_run(run)
    places = list(_iter_workplaces(run, span))
    # A site that holds fish for the first time after the first plan comes after all others, so that these keep their
    # places in the order of the staff.
    first = [place for place in places if not place.is_new]
    new = sorted((place for place in places if place.is_new), key=lambda place: int(place.is_open.argmax()))
    members = _build_first_members(run, span, first)
    for place in new:
        _append_new_site(run, span, place, int(place.is_open.argmax()), members)
    return Staff(run, span, tuple(_iter_named_members(run, members)), (*first, *new))


def _build_first_members(run: GeneratorRun, span: HistorySpan, places: list[Workplace]) -> list[StaffMember]:
    """Return the people of the offices and sites of the first plan."""
    used = {place.geography for place in places}
    geographies = [geography for geography in run.world.geographies if geography.name in used]
    members: list[StaffMember] = []
    if geographies:
        members.append(_build_member("managing_director", "Managing director", None, geographies[0].name))
    for geography in geographies:
        own = [place for place in places if place.geography == geography.name]
        _append_geography_staff(run, span, geography, own, members)
    return members


def _append_new_site(
    run: GeneratorRun, span: HistorySpan, place: Workplace, day: int, members: list[StaffMember]
) -> None:
    """Append the people of a site that holds fish from a day on; those of a new geography have an office too."""
    heads = [at for at, who in enumerate(members) if who.role == "area_manager" and who.geography == place.geography]
    if not heads:
        _append_geography_staff(run, span, run.world.get_geography(place.geography), [place], members)
        return
    crews = sum(who.role == "site_manager" and who.geography == place.geography for who in members)
    members.extend(_iter_site_crew(run, span, place, heads[crews % len(heads)], len(members), day))


def _iter_workplaces(run: GeneratorRun, span: HistorySpan) -> Iterator[Workplace]:
    """Yield the stations and areas of the plan, in the order of the world."""
    halls = {hall.name: hall.station for hall in run.world.halls}
    stays: dict[str, list[StagePlan]] = {}
    for batch in run.plan.batches:
        for stage in batch.stages:
            stays.setdefault(halls.get(stage.site, stage.site), []).append(stage)
    for site in run.world.work_sites:
        open, moves = np.zeros(span.day_count, np.bool_), []
        for stage in stays.get(site.name, ()):
            start, stop = (to_epoch_day(day) - span.first for day in (stage.start, stage.stop))
            open[max(start, 0) : max(stop, 0)] = True
            moves += [start] * (stage.order == STAGES) + [stop] * (stage.order >= STAGES - 1)
        if open.any():
            at = (site.latitude, site.longitude)
            # The days before a move are busy too, also before a move after the history.
            busy = np.array([day for day in moves if day >= 0], np.int64)
            is_new = bool(open.argmax() > to_epoch_day(run.first_plan.until) - span.first)
            yield Workplace(site.name, site.geography, at, isinstance(site, WorldArea), open, busy, is_new)


def _build_member(role: str, title: str, geography: str | None, shard: str, manager: int = NONE) -> StaffMember:
    return StaffMember(
        role=role, title=title, team="Management", geography=geography, site=None, shard=shard, manager=manager
    )


def _append_geography_staff(
    run: GeneratorRun, span: HistorySpan, geography: WorldGeography, places: list[Workplace], members: list[StaffMember]
) -> None:
    """Append the people of a geography: first its office, then its sites."""
    director = len(members)
    members.append(_build_member("director", "Regional director", geography.name, geography.name, manager=0))
    for role, settings in load_staff_settings()["roles"].items():
        count = max(1, round(len(places) / settings["sites"]))
        team = f"Office {geography.name}" if role == "office" else settings["team"]
        member = replace(members[director], role=role, title=settings["title"], team=team, manager=director)
        members.extend([member] * count)
    heads = [at for at, member in enumerate(members) if member.role == "area_manager" and at > director]
    for number, place in enumerate(places):
        members.extend(_iter_site_crew(run, span, place, heads[number * len(heads) // len(places)], len(members)))


def _iter_site_crew(
    run: GeneratorRun, span: HistorySpan, place: Workplace, head: int, at: int, day: int = 0
) -> Iterator[StaffMember]:
    """Yield the manager of a site, then its operators, from a day of the history on."""
    rng = create_random_stream(run.seed, "staff.crew", place.name)
    settings, rule = load_staff_settings()["employment"], run.world.staff
    extra_operators = rng.binomial(rule.operators_most - rule.operators_least, 0.35)
    manager = _build_member("site_manager", "Site manager", place.geography, place.name, head)
    manager = replace(manager, team=place.name, site=place.name, first=day)
    yield manager
    for _ in range(rule.operators_least + int(extra_operators)):
        came, left, when, until = rng.random(4)
        first = day + (int(when * settings["joined_days"]) if came < settings["joined"] else 0)
        last = first + int(until * settings["left_days"]) if left < settings["left"] else NEVER
        operator = replace(manager, role="operator", title="Operator", manager=at, first=first, last=last)
        yield replace(operator, active=last >= span.day_count)


def _iter_named_members(run: GeneratorRun, members: Sequence[StaffMember]) -> Iterator[StaffMember]:
    """Yield the members with unique names."""
    climates = {geography.name: geography.climate for geography in run.world.geographies}
    pools: dict[str, Iterator[str]] = {}
    shard_counts: Counter[str] = Counter()
    for member in members:
        climate = climates[member.geography or run.world.geographies[0].name]
        name = next(pools.setdefault(climate, _iter_names(run.seed, climate)))
        address = ".".join(split_words(name)) + "@" + "-".join(split_words(run.world.company)) + ".example"
        shard_counts[member.shard] += 1
        key = f"{member.shard}/{shard_counts[member.shard]}"
        yield replace(member, name=name, email=address, key=key)


def _iter_names(seed: int, climate: str) -> Iterator[str]:
    """Yield unique names without end; after all pairs are used, a middle initial makes them unique."""
    name_lists = load_staff_settings()["names"]
    parts = name_lists.get(climate, name_lists["scotland"])
    pairs = list(product(parts["first"], parts["last"]))
    order = create_random_stream(seed, "staff.names", climate).permutation(len(pairs))
    letter = 0
    while True:
        between = f" {chr(ord('A') + letter - 1)}. " if letter else " "
        yield from (between.join(pairs[place]) for place in order.tolist())
        letter += 1


def find_working_days(staff: Staff, member: StaffMember) -> NDArray[np.bool_]:
    """Return a mask of the days on which somebody is employed, well and not on holiday; weekends are included."""
    holidays, sickness = (
        create_random_stream(staff.run.seed, f"staff.{what}", member.key) for what in ("holidays", "sickness")
    )
    settings = load_staff_settings()["employment"]
    day = np.arange(staff.span.day_count)
    years = (1970 + (staff.span.days // 365.2425)).astype(np.int64)
    begins = holidays.integers(*SUMMER, size=int(np.ptp(years)) + 1)[years - years.min()]
    since = day_of_year(staff.span.days) - begins
    away = (since >= 0) & (since < settings["holiday_days"])
    sick = sickness.random(staff.span.day_count) < settings["sick"]
    employed = (day >= member.first) & (day <= member.last)
    return np.asarray(employed & ~away & ~sick)


def draw_consents(staff: Staff, member: StaffMember) -> dict[str, bool]:
    """Return the consents of somebody, and whether they write a journal."""
    writer, wellbeing, tracking = create_random_stream(staff.run.seed, "staff.agreed", member.key).random(3)
    journal, tracks = load_staff_settings()["journal"], load_staff_settings()["tracks"]
    writes = bool(writer < journal["writers"])
    share = journal["wellbeing_consent"]["writer" if writes else "other"]
    return {
        "writes": writes,
        "wellbeing": bool(wellbeing < share),
        "tracking": bool(tracking < tracks["tracking_consent"]),
    }
