"""The wellbeing report of one company as one would make it by hand: person by person, figure by figure."""

from collections import defaultdict
from typing import Any

from grilse.farm.models import Geography
from grilse.people.models import Consent, JournalEntry, Person

DB = "owner"
COHORT = 5
LEVELS = ("mood", "stress", "energy")
Told = tuple[Any, ...]


def naive(company, since, until) -> dict[str | None, Told]:
    """Return what is told of a company and of its geographies by name."""
    persons = list(Person.objects.using(DB).filter(company_id=company, active=True))
    agreed = _agreed(company)
    counted = _counted(company, agreed, since, until)
    names = dict(Geography.objects.using(DB).filter(company_id=company).values_list("pk", "name"))
    of = {place: [p for p in persons if p.geography_id == place] for place in (*names, None)}
    writing = {place: [p for p in found if counted[p.pk]] for place, found in of.items()}
    hidden = _hidden(names, of, writing)
    cells = {place: _figures(found, counted) for place, found in writing.items()}
    gone = _gone(cells, hidden)
    told: dict[str | None, Told] = {}
    for place, name in names.items():
        unseen = {figure for at, figure in gone if at == place}
        told[name] = _withheld(of[place]) if place in hidden else _report(of[place], agreed, cells[place], unseen)
    whole = _figures([p for p in persons if counted[p.pk]], counted)
    few = {figure for figure, by in whole.items() if len(by) < COHORT}
    told[None] = _withheld(persons) if "all" in few or not whole else _report(persons, agreed, whole, few)
    return told


def figures_of(row) -> Told:
    """Return what a kept report tells, in the same order."""
    return (
        row.users, row.consented, row.active, _near(row.engagement), row.entries, row.kinds,
        _near(row.mood), _near(row.stress), _near(row.energy),
    )  # fmt: skip


def _near(value):
    return None if value is None else round(value, 9)


def _agreed(company):
    given = Consent.objects.using(DB).filter(company_id=company, purpose="wellbeing", withdrawn_at=None)
    return set(given.values_list("person_id", flat=True))


def _counted(company, agreed, since, until):
    counted = defaultdict(list)
    for entry in JournalEntry.objects.using(DB).filter(company_id=company):
        hidden = entry.privacy == "private" or entry.draft or entry.deleted_at
        if not hidden and since <= entry.at.date() < until and entry.person_id in agreed:
            counted[entry.person_id].append(entry)
    return counted


def _hidden(names, of, writing):
    """Return places of which nothing is told, so that what is left of the whole is a cohort too."""
    hidden = {place for place in names if len(writing[place]) < COHORT}
    left = sum(len(writing[place]) for place in (*hidden, None))
    peopled = [place for place in hidden if of[place]]
    shown = sorted((len(writing[place]), place) for place in names if place not in hidden)
    if shown and (peopled or of[None]) and (left < COHORT or len(peopled) == 1):
        hidden.add(shown[0][1])
    return hidden


def _gone(cells, hidden):
    """Return figures that are not told, each with its place."""
    gone = {
        (place, figure)
        for place, found in cells.items()
        for figure, by in found.items()
        if place is None or place in hidden or len(by) < COHORT
    }
    for figure in {figure for found in cells.values() for figure in found} - {"all"}:
        left = sum(len(cells[place][figure]) for place, one in gone if one == figure)
        rest = sorted(
            (len(found[figure]), place)
            for place, found in cells.items()
            if figure in found and (place, figure) not in gone
        )
        if rest and 0 < left < COHORT:
            gone.add((rest[0][1], figure))
    return gone


def _figures(persons, counted):
    """Return by figure, and person, the values that they gave."""
    found: dict[str, dict[int, list[int]]] = defaultdict(dict)
    for person in persons:
        for entry in counted[person.pk]:
            values = {name: getattr(entry, name) for name in LEVELS}
            for figure, value in {"all": 1, f"kind {entry.kind}": 1, **values}.items():
                if value is not None:
                    found[figure].setdefault(person.pk, []).append(value)
    return found


def _report(users, agreed, found, unseen) -> Told:
    by_kind = {name: by for name, by in found.items() if name.startswith("kind ")}
    kinds = {name[5:]: sum(map(len, by.values())) for name, by in by_kind.items() if name not in unseen}
    active = len(found["all"])
    return (
        len(users), len([p for p in users if p.pk in agreed]), active, _near(active / len(users)),
        sum(kinds.values()) if len(kinds) == len(by_kind) else None, kinds,
        *(_mean(found, name, unseen) for name in LEVELS),
    )  # fmt: skip


def _mean(found, name, unseen):
    values = [value for one in found.get(name, {}).values() for value in one]
    return _near(sum(values) / len(values)) if values and name not in unseen else None


def _withheld(users) -> Told:
    return (len(users), *[None] * 8)
