"""The wellbeing report of one company as one would make it by hand: person by person, figure by figure."""

from collections import defaultdict
from typing import Any

from grilse.farm.models import Geography
from grilse.people.models import Consent, JournalEntry, Person

DB = "owner"
COHORT = 5
LEVELS = ("mood", "stress", "energy")
CompanyFigures = tuple[Any, ...]


def compute_naive_reports(company, since, until) -> dict[str | None, CompanyFigures]:
    """Return what is told of a company and of its geographies by name."""
    persons = list(Person.objects.using(DB).filter(company_id=company, active=True))
    agreed = _list_consenting_persons(company)
    counted = _count_entries(company, agreed, since, until)
    names = dict(Geography.objects.using(DB).filter(company_id=company).values_list("pk", "name"))
    of = {place: [p for p in persons if p.geography_id == place] for place in (*names, None)}
    writing = {place: [p for p in values if counted[p.pk]] for place, values in of.items()}
    hidden = _find_hidden_places(names, of, writing)
    cells = {place: _group_values(values, counted) for place, values in writing.items()}
    hidden_figures = _find_hidden_figures(cells, hidden)
    reports: dict[str | None, CompanyFigures] = {}
    for place, name in names.items():
        unseen = {figure for at, figure in hidden_figures if at == place}
        reports[name] = (
            _build_withheld_report(of[place])
            if place in hidden
            else _build_report(of[place], agreed, cells[place], unseen)
        )
    company_figures = _group_values([p for p in persons if counted[p.pk]], counted)
    few = {figure for figure, by in company_figures.items() if len(by) < COHORT}
    reports[None] = (
        _build_withheld_report(persons)
        if "all" in few or not company_figures
        else _build_report(persons, agreed, company_figures, few)
    )
    return reports


def get_report_figures(row) -> CompanyFigures:
    """Return what a kept report tells, in the same order."""
    return (
        row.users, row.consented, row.active, _round_value(row.engagement), row.entries, row.kinds,
        _round_value(row.mood), _round_value(row.stress), _round_value(row.energy),
    )  # fmt: skip


def _round_value(value):
    return None if value is None else round(value, 9)


def _list_consenting_persons(company):
    given = Consent.objects.using(DB).filter(company_id=company, purpose="wellbeing", withdrawn_at=None)
    return set(given.values_list("person_id", flat=True))


def _count_entries(company, agreed, since, until):
    counted = defaultdict(list)
    for entry in JournalEntry.objects.using(DB).filter(company_id=company):
        hidden = entry.privacy == "private" or entry.draft or entry.deleted_at
        if not hidden and since <= entry.at.date() < until and entry.person_id in agreed:
            counted[entry.person_id].append(entry)
    return counted


def _find_hidden_places(names, of, writing):
    """Return places of which nothing is told, so that what is left of the whole is a cohort too."""
    hidden = {place for place in names if len(writing[place]) < COHORT}
    left = sum(len(writing[place]) for place in (*hidden, None))
    peopled = [place for place in hidden if of[place]]
    shown = sorted((len(writing[place]), place) for place in names if place not in hidden)
    if shown and (peopled or of[None]) and (left < COHORT or len(peopled) == 1):
        hidden.add(shown[0][1])
    return hidden


def _find_hidden_figures(cells, hidden):
    """Return figures that are not told, each with its place."""
    hidden_figures = {
        (place, figure)
        for place, figures in cells.items()
        for figure, by in figures.items()
        if place is None or place in hidden or len(by) < COHORT
    }
    for figure in {figure for figures in cells.values() for figure in figures} - {"all"}:
        left = sum(len(cells[place][figure]) for place, place_figure in hidden_figures if place_figure == figure)
        rest = sorted(
            (len(figures[figure]), place)
            for place, figures in cells.items()
            if figure in figures and (place, figure) not in hidden_figures
        )
        if rest and 0 < left < COHORT:
            hidden_figures.add((rest[0][1], figure))
    return hidden_figures


def _group_values(persons, counted):
    """Return by figure, and person, the values that they gave."""
    values_by_figure: dict[str, dict[int, list[int]]] = defaultdict(dict)
    for person in persons:
        for entry in counted[person.pk]:
            values = {name: getattr(entry, name) for name in LEVELS}
            for figure, value in {"all": 1, f"kind {entry.kind}": 1, **values}.items():
                if value is not None:
                    values_by_figure[figure].setdefault(person.pk, []).append(value)
    return values_by_figure


def _build_report(users, agreed, values_by_figure, unseen) -> CompanyFigures:
    by_kind = {name: by for name, by in values_by_figure.items() if name.startswith("kind ")}
    kinds = {name[5:]: sum(map(len, by.values())) for name, by in by_kind.items() if name not in unseen}
    active = len(values_by_figure["all"])
    return (
        len(users), len([p for p in users if p.pk in agreed]), active, _round_value(active / len(users)),
        sum(kinds.values()) if len(kinds) == len(by_kind) else None, kinds,
        *(_compute_mean(values_by_figure, name, unseen) for name in LEVELS),
    )  # fmt: skip


def _compute_mean(values_by_figure, name, unseen):
    values = [value for values_of_person in values_by_figure.get(name, {}).values() for value in values_of_person]
    return _round_value(sum(values) / len(values)) if values and name not in unseen else None


def _build_withheld_report(users) -> CompanyFigures:
    return (len(users), *[None] * 8)
