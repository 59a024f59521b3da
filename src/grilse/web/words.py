"""Words of records that pages show in the language of the login: statuses, kinds, causes."""

from collections.abc import Iterable

from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from grilse.languages import Label

WORDS: dict[str, Label] = {
    # Batches, stages and records
    "active": _("active"), "closed": _("closed"), "planned": _("planned"), "excluded": _("excluded"),
    "sample": _("sample"), "harvest": _("harvest"), "reading": _("reading"), "transfer": _("transfer"),
    "freshwater": _("freshwater"), "hatchery": _("hatchery"), "smolt": _("smolt"), "sea": _("sea"),
    "egg": _("egg"), "fry": _("fry"), "parr": _("parr"), "post-smolt": _("post-smolt"), "on-growing": _("on-growing"),
    "random": _("random"), "selected": _("selected"),
    # Treatments and scores
    "thermal": _("thermal"), "mechanical": _("mechanical"), "bath": _("bath"), "in feed": _("in feed"),
    "injection": _("injection"), "dip": _("dip"), "delousing": _("delousing"), "medication": _("medication"),
    "vaccination": _("vaccination"), "gills": _("gills"), "skin": _("skin"), "fins": _("fins"), "eyes": _("eyes"),
    "snout": _("snout"),
    # Grades
    "superior": _("superior"), "ordinary": _("ordinary"), "production": _("production"),
    # Causes of death
    "Infectious disease": _("Infectious disease"), "Cardiomyopathy syndrome": _("Cardiomyopathy syndrome"),
    "Pancreas disease": _("Pancreas disease"), "Amoebic gill disease": _("Amoebic gill disease"),
    "Winter ulcer": _("Winter ulcer"), "Trauma": _("Trauma"), "Delousing": _("Delousing"), "Handling": _("Handling"),
    "Predator": _("Predator"), "Physiological": _("Physiological"), "Deformity": _("Deformity"),
    "Failed smoltification": _("Failed smoltification"), "Environmental": _("Environmental"),
    "Low oxygen": _("Low oxygen"), "Algae or jellyfish": _("Algae or jellyfish"), "Unknown": _("Unknown"),
    # Tickets
    "new": _("new"), "open": _("open"), "in progress": _("in progress"), "on hold": _("on hold"),
    "resolved": _("resolved"), "cancelled": _("cancelled"), "low": _("low"), "normal": _("normal"),
    "high": _("high"), "urgent": _("urgent"), "answer": _("answer"), "resolve": _("resolve"),
    "take": _("take"), "start": _("start"), "resume": _("resume"), "status": _("status"),
    "priority": _("priority"), "assignee": _("assignee"), "team": _("team"), "category": _("category"),
    "title": _("title"), "body": _("text"), "site": _("site"), "container": _("container"),
    # Journals and journeys
    "note": _("note"), "mood": _("mood"), "work": _("work"), "safety": _("safety"), "health": _("health"),
    "idea": _("idea"), "stress": _("stress"), "energy": _("energy"), "car": _("car"), "boat": _("boat"),
    "foot": _("foot"), "bicycle": _("bicycle"), "ferry": _("ferry"), "tour": _("tour"), "conveyance": _("conveyance"),
}  # fmt: skip


def translate_word(word: str) -> Label:
    """Return a word in the language of the page; one that is not listed as it is."""
    return WORDS.get(word, word)


def capitalize_word(word: str) -> Label:
    """Return a word that begins a line."""
    return capfirst(translate_word(word))


def list_word_choices(words: Iterable[str]) -> list[tuple[str, Label]]:
    """Return the choices of a field: words, each with its label."""
    return [(str(word), capitalize_word(word)) for word in words]
