"""What the doors ask of journals, consent and wellbeing, and what it may cost."""

from datetime import date, timedelta
from typing import Any

from grilse.people import journal, wellbeing
from grilse.people.current_person import CURRENT_PERSON
from grilse.people.models import Consent, JournalEntry, WellbeingReport
from grilse.proof.registry import Arguments, QueryBudget

ENTRIES = ("people_journalentry",)
# Of what people tell, what is told to somebody else is read and passed over.
TOLD_TO_OTHERS = 20
# A search reads its way to what it finds; what people wrote is not looked into for words to search.
SEARCH_TEXT, MAX_ROWS_READ = "sea", 5_000
# Entries of one person that are added up by days.
MAX_ENTRIES_SUMMED = 20_000
MAX_DELETED_READ = 500


def _build_own_arguments() -> Arguments:
    return {} if JournalEntry.objects.filter(person_id=CURRENT_PERSON, deleted_at=None).exists() else None


def _build_next_arguments() -> Arguments:
    after = journal.list_own_entries().next
    return {"cursor": after} if after else None


def _build_kind_arguments() -> Arguments:
    entries = JournalEntry.objects.filter(person_id=CURRENT_PERSON, deleted_at=None)
    kind = entries.values_list("kind", flat=True).first()
    return None if kind is None else {"kind": kind}


def _build_kind_next_arguments() -> Arguments:
    arguments = _build_kind_arguments()
    after = journal.list_own_entries(**arguments).next if arguments else None
    return {**arguments, "cursor": after} if arguments and after else None


def _build_entry_arguments() -> Arguments:
    entry_id = JournalEntry.objects.order_by("id").values_list("id", flat=True).first()
    return None if entry_id is None else {"id": entry_id}


def _build_consent_arguments() -> Arguments:
    return {} if Consent.objects.exists() else None


def _build_report_arguments() -> Arguments:
    return {} if WellbeingReport.objects.exists() else None


def _build_week_arguments() -> Arguments:
    latest = WellbeingReport.objects.order_by("-until").values_list("until", flat=True).first()
    return {"until": (latest or date(2025, 1, 6)) + timedelta(weeks=1)}


def _build_journal_budget(use: str, example: Any, **also: Any) -> QueryBudget:
    return QueryBudget(
        name=f"people.journal.list_own_entries.{use}",
        run=journal.list_own_entries,
        example=example,
        statements=1,
        unscanned=ENTRIES,
        returns=journal.DEFAULT_LIMIT + 1,
        **also,
    )


BUDGETS = (
    _build_journal_budget("first", _build_own_arguments),
    _build_journal_budget("next", _build_next_arguments),
    _build_journal_budget("kind", _build_kind_arguments),
    _build_journal_budget("kind.next", _build_kind_next_arguments),
    _build_journal_budget("text", lambda: {"text": SEARCH_TEXT}, least=MAX_ROWS_READ),
    QueryBudget(
        name="people.journal.list_shared_entries",
        run=journal.list_shared_entries,
        example=dict,
        statements=1,
        unscanned=ENTRIES,
        touched=TOLD_TO_OTHERS,
        returns=journal.DEFAULT_LIMIT + 1,
    ),
    QueryBudget(
        name="people.journal.read_entry",
        run=journal.read_entry,
        example=_build_entry_arguments,
        statements=1,
        unscanned=ENTRIES,
    ),
    QueryBudget(
        name="people.journal.list_deleted_entries",
        run=journal.list_deleted_entries,
        example=dict,
        statements=1,
        unscanned=ENTRIES,
        sorts=True,
        least=MAX_DELETED_READ,
    ),
    QueryBudget(
        name="people.journal.read_trends",
        run=journal.read_trends,
        example=lambda: {"days": 90},
        statements=1,
        unscanned=ENTRIES,
        sorts=True,
        least=MAX_ENTRIES_SUMMED,
    ),
    QueryBudget(
        name="people.journal.read_streak",
        run=journal.read_streak,
        example=dict,
        statements=1,
        unscanned=ENTRIES,
        sorts=True,
        least=MAX_ENTRIES_SUMMED,
    ),
    QueryBudget(
        name="people.journal.list_consents",
        run=journal.list_consents,
        example=_build_consent_arguments,
        statements=1,
        unscanned=(),
        sorts=True,
    ),
    QueryBudget(
        name="people.wellbeing.list_reports",
        run=wellbeing.list_reports,
        example=_build_report_arguments,
        statements=2,
        unscanned=(),
        sorts=True,
        touched=4,
    ),
    QueryBudget(
        name="people.wellbeing.write_reports",
        run=wellbeing.write_reports,
        example=_build_week_arguments,
        statements=1,
        unscanned=(),
        sorts=True,
    ),
)
