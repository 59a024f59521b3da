"""What the doors ask of journals, consent and wellbeing, and what it may cost."""

from datetime import date, timedelta
from typing import Any

from grilse.people import consents, journal, wellbeing
from grilse.people.me import ME
from grilse.people.models import Consent, JournalEntry, WellbeingReport
from grilse.proof.registry import Given, Hot

ENTRIES = ("people_journalentry",)
# Of what people tell, what is told to somebody else is read and passed over.
TOLD_TO_OTHERS = 20
# A search reads its way to what it finds; what people wrote is not looked into for words to search.
SOUGHT, PAST = "sea", 5_000
# Entries of one person that are added up by days.
WRITTEN = 20_000
REMOVED = 500


def _mine() -> Given:
    return {} if JournalEntry.objects.filter(person_id=ME, deleted_at=None).exists() else None


def _next() -> Given:
    after = journal.mine().next
    return {"cursor": after} if after else None


def _kind() -> Given:
    found = JournalEntry.objects.filter(person_id=ME, deleted_at=None)
    kind = found.values_list("kind", flat=True).first()
    return None if kind is None else {"kind": kind}


def _kind_next() -> Given:
    given = _kind()
    after = journal.mine(**given).next if given else None
    return {**given, "cursor": after} if given and after else None


def _entry() -> Given:
    found = JournalEntry.objects.order_by("id").values_list("id", flat=True).first()
    return None if found is None else {"id": found}


def _agreed() -> Given:
    return {} if Consent.objects.exists() else None


def _reports() -> Given:
    return {} if WellbeingReport.objects.exists() else None


def _week() -> Given:
    latest = WellbeingReport.objects.order_by("-until").values_list("until", flat=True).first()
    return {"until": (latest or date(2025, 1, 6)) + timedelta(weeks=1)}


def _mine_hot(use: str, example: Any, **also: Any) -> Hot:
    return Hot(
        name=f"people.journal.mine.{use}",
        run=journal.mine,
        example=example,
        statements=1,
        unscanned=ENTRIES,
        returns=journal.USUAL + 1,
        **also,
    )


HOT = (
    _mine_hot("first", _mine),
    _mine_hot("next", _next),
    _mine_hot("kind", _kind),
    _mine_hot("kind.next", _kind_next),
    _mine_hot("text", lambda: {"text": SOUGHT}, least=PAST),
    Hot(
        name="people.journal.told_to_me",
        run=journal.told_to_me,
        example=dict,
        statements=1,
        unscanned=ENTRIES,
        touched=TOLD_TO_OTHERS,
        returns=journal.USUAL + 1,
    ),
    Hot(
        name="people.journal.entry",
        run=journal.entry,
        example=_entry,
        statements=1,
        unscanned=ENTRIES,
    ),
    Hot(
        name="people.journal.removed",
        run=journal.removed,
        example=dict,
        statements=1,
        unscanned=ENTRIES,
        sorts=True,
        least=REMOVED,
    ),
    Hot(
        name="people.journal.trends",
        run=journal.trends,
        example=lambda: {"days": 90},
        statements=1,
        unscanned=ENTRIES,
        sorts=True,
        least=WRITTEN,
    ),
    Hot(
        name="people.journal.streak",
        run=journal.streak,
        example=dict,
        statements=1,
        unscanned=ENTRIES,
        sorts=True,
        least=WRITTEN,
    ),
    Hot(
        name="people.consents.consents",
        run=consents.consents,
        example=_agreed,
        statements=1,
        unscanned=(),
        sorts=True,
    ),
    Hot(
        name="people.wellbeing.reports",
        run=wellbeing.reports,
        example=_reports,
        statements=2,
        unscanned=(),
        sorts=True,
        touched=4,
    ),
    Hot(
        name="people.wellbeing.write_reports",
        run=wellbeing.write_reports,
        example=_week,
        statements=1,
        unscanned=(),
        sorts=True,
    ),
)
