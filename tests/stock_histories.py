"""Random histories of two pens: facts, each with the versions in which people enter, correct and withdraw it."""

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from random import Random
from typing import Any

START, END = 10, 40  # days of the first stocking and, where the pen is emptied, of the last harvest
PENS = ("X", "Y")
# How often facts have several versions, 0.4 for other kinds; what is corrected one by one takes the longest.
CHANGED = {"HARVEST": 0.1, "COUNT": 0.06, "MEAL": 0.05, "SAMPLE": 0.04}


@dataclass(frozen=True, kw_only=True)
class Version:
    """What a person says of a fact at one time."""

    day: int
    count: int
    lot: str = ""
    grades: tuple[tuple[str, int], ...] = ()
    last: bool = False


@dataclass(frozen=True, kw_only=True)
class Fact:
    """Something that happened in a pen; None among its versions is a withdrawal."""

    kind: str
    pen: str
    versions: tuple[Version | None, ...]
    is_added: bool = False
    """Whether a count correction adds fish."""
    is_ordered: bool = False
    """Whether a transfer order plans a transfer."""

    @property
    def final(self) -> Version | None:
        """Return the version that holds in the end."""
        return self.versions[-1]

    def brings_fish(self, pen: str) -> bool:
        """Tell whether fish came to a pen."""
        return (self.kind == "STOCKING" and self.pen == pen) or (self.kind == "TRANSFER" and pen == "Y")


@dataclass(frozen=True, kw_only=True)
class Step:
    """A version of a fact, to be entered after those before it."""

    fact: int
    version: int


@dataclass(kw_only=True)
class History:
    """Facts that can all be true, and perhaps one that cannot."""

    seed: int
    facts: list[Fact]
    impossible: int | None = None
    """The position of the fact that cannot be true."""
    orders: list[list[Step]] = field(default_factory=list)

    def find_start(self, pen: str) -> int | None:
        """Return the day of the first arrival in a pen; None if all are withdrawn."""
        days = [fact.final.day for fact in self.facts if fact.final is not None and fact.brings_fish(pen)]
        return min(days, default=None)


def draw_history(seed: int) -> History:
    """Return a random history with two random orders of entry."""
    random = Random(seed)
    history = History(seed=seed, facts=_draw_mistake(random) if random.random() < 0.03 else _draw_facts(random))
    if random.random() < 0.02 and history.find_start("X") is not None:
        history.impossible = len(history.facts)
        history.facts.append(_draw_impossible(random, history.facts))
    history.orders = [list(_draw_order(history.facts, random)) for _ in range(2)]
    return history


def _draw_mistake(random: Random) -> list[Fact]:
    """Return a pen that was stocked by mistake, and the batch that is there in its place."""
    wrong = Version(day=START, count=5_000)
    facts = [
        Fact(kind="STOCKING", pen="X", versions=(wrong, None)),
        _draw_arrival(random, "Y"),
        Fact(kind="BATCH", pen="X", versions=(Version(day=random.randint(5, 30), count=7_000),)),
    ]
    if random.random() < 0.5:
        facts.append(Fact(kind="COUNT", pen="X", versions=(Version(day=START + 2, count=10), None)))
    if random.random() < 0.5:
        facts.append(Fact(kind="MORTALITY", pen="X", versions=(Version(day=START + 3, count=10), None)))
    return facts


def _draw_facts(random: Random) -> list[Fact]:
    """Return what happened in a pen that is perhaps emptied, and in another that some of its fish are moved to."""
    facts = [_draw_arrival(random, "X"), _draw_arrival(random, "Y")]
    if random.random() < 0.4:
        early = Version(day=random.randint(3, 20), count=random.randint(5_000, 6_000))
        facts.append(Fact(kind="STOCKING", pen="X", versions=_draw_versions(random, early)))
    start = History(seed=0, facts=facts).find_start("X") or START
    ends = random.random() < 0.6
    for kind, share, most in (
        ("MORTALITY", 0.9, 300), ("MORTALITY", 0.6, 300), ("CULL", 0.2, 200), ("ESCAPE", 0.1, 100),
        ("TRANSFER", 0.4, 500), ("HARVEST", 0.4, 900), ("HARVEST", 0.3, 900), ("SALE", 0.1, 200),
        ("COUNT", 0.6, 0), ("COUNT", 0.4, 0), ("COUNT_CORRECTION", 0.2, 50), ("SAMPLE", 0.3, 60),
        ("MEAL", 0.3, 900), ("MEAL", 0.3, 900),
    ):  # fmt: skip
        if random.random() < share:
            facts.append(_draw_event(random, kind, most, start, facts))
    if ends:
        facts.append(_draw_last(random))
        if random.random() < 0.3:
            late = Version(day=END, count=random.randint(1, 60))
            facts.append(Fact(kind="MORTALITY", pen="X", versions=(late,)))
        if random.random() < 0.03:
            facts.append(Fact(kind="BATCH", pen="X", versions=(Version(day=END + random.randint(0, 5), count=900),)))
    return facts


def _draw_arrival(random: Random, pen: str) -> Fact:
    """Return the first stocking of a pen, whose day or count is perhaps corrected."""
    first = Version(day=START, count=10_000)
    if random.random() < 0.5:
        return Fact(kind="STOCKING", pen=pen, versions=(first,))
    corrected = replace(first, day=random.randint(6, 14), count=random.randint(9_000, 11_000))
    return Fact(kind="STOCKING", pen=pen, versions=(first, corrected))


def _draw_versions(random: Random, version: Version, changed: float = 0.4) -> tuple[Version | None, ...]:
    """Return a version; in a share of the cases also a wrong one, or a withdrawal, before it or in the end."""
    chance = random.random() / changed
    if chance >= 1:
        return (version,)
    if chance < 0.375:
        wrong = replace(version, count=version.count + 7)
        return (wrong if random.random() < 0.5 else replace(wrong, grades=(), lot=""), version)
    if chance < 0.625:
        return (version, None)
    return (version, None, version)


def _draw_event(random: Random, kind: str, most: int, start: int, others: list[Fact]) -> Fact:
    counted = _list_count_days(others) if kind == "COUNT" else set()
    day = random.choice([day for day in range(start, END) if day not in counted])
    if kind == "HARVEST" and random.random() < 0.6:
        day = 33  # two boats on one day
    count = random.randint(7_000, 11_000) if kind == "COUNT" else random.randint(1, most)
    lot = random.choice(["", "A", "B"]) if kind == "HARVEST" else ""
    grades = (("superior", count // 2), ("ordinary", count // 3)) if kind == "HARVEST" and count > 2 else ()
    version = Version(day=day, count=count, grades=grades, lot=lot if grades else "")
    is_added = kind == "COUNT_CORRECTION" and random.random() < 0.5
    is_ordered = kind == "TRANSFER" and random.random() < 0.06
    versions = _draw_versions(random, version, CHANGED.get(kind, 0.4))
    return Fact(kind=kind, pen="X", versions=versions, is_added=is_added, is_ordered=is_ordered)


def _draw_last(random: Random) -> Fact:
    """Return the harvest that empties the pen, perhaps corrected, or withdrawn in between."""
    version = Version(day=END, count=random.randint(1_000, 12_000), last=True)
    before: list[Version | None] = []
    if random.random() < 0.1:
        before = [replace(version, day=random.choice([END, END + 2]), count=version.count + 50)]
        if random.random() < 0.4:
            before.append(None)
    return Fact(kind="HARVEST", pen="X", versions=(*before, version))


def _draw_impossible(random: Random, facts: list[Fact]) -> Fact:
    """Return a harvest before the first fish, or more deaths than fish on a day whose count does not say otherwise."""
    if random.random() < 0.5:
        return Fact(kind="HARVEST", pen="X", versions=(Version(day=1, count=5),))
    day = random.choice([day for day in range(25, 35) if day not in _list_count_days(facts)])
    return Fact(kind="MORTALITY", pen="X", versions=(Version(day=day, count=1_000_000),))


def _list_count_days(facts: list[Fact]) -> set[int]:
    return {version.day for fact in facts if fact.kind == "COUNT" for version in fact.versions if version}


def _draw_order(facts: list[Fact], random: Random) -> Iterator[Step]:
    """Yield all steps in a random order, the versions of each fact in theirs."""
    places = [number for number, fact in enumerate(facts) for _ in fact.versions]
    random.shuffle(places)
    entered = [0] * len(facts)
    for number in places:
        yield Step(fact=number, version=entered[number])
        entered[number] += 1


def describe_history(history: History) -> dict[str, Any]:
    """Return what a failing test shows of a history."""
    return {
        "seed": history.seed,
        "facts": [(fact.kind, fact.pen, *fact.versions) for fact in history.facts],
        "orders": [[(step.fact, step.version) for step in order] for order in history.orders],
    }
