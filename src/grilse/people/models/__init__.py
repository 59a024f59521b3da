"""Persons and teams, their tracks, journals and wellbeing reports."""

from grilse.people.models.journal import Consent, JournalEntry, KeptVersion
from grilse.people.models.persons import Person, PersonWord, Team, WorkRules
from grilse.people.models.tracks import Fence, Journey, TrackPoint, TransportRate, Visit
from grilse.people.models.wellbeing import WellbeingReport

__all__ = [
    "Consent",
    "Fence",
    "JournalEntry",
    "Journey",
    "KeptVersion",
    "Person",
    "PersonWord",
    "Team",
    "TrackPoint",
    "TransportRate",
    "Visit",
    "WellbeingReport",
    "WorkRules",
]
