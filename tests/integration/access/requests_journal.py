"""One good request for every route of the journal, consent, wellbeing and the rules of work."""

from typing import Any

from tests.edited_farm import at
from tests.integration.access.companies import CompanyRows


def build_journal_requests(here: CompanyRows) -> dict[str, tuple[str, Any]]:
    """Return address and body by the name of the route's function.

    The entry is another person's, and private: for every role it is not there.
    """
    entry = {"kind": "note", "at": at(36).isoformat(), "title": "Calm sea", "mood": 7}
    address = f"/journal/{here.ids['private']}"
    return {
        "list_own_entries": ("/journal", None),
        "list_shared_entries": ("/journal/told", None),
        "list_deleted_entries": ("/journal/deleted", None),
        "read_own_trends": ("/journal/trends", None),
        "read_own_streak": ("/journal/streak", None),
        "write_entry": ("/journal", entry),
        "read_entry": (address, None),
        "change_entry": (address, entry),
        "remove_entry": (address, None),
        "restore_entry": (f"{address}/restore", None),
        "list_own_consents": ("/me/consents", None),
        "give_consent": ("/me/consents/wellbeing", None),
        "withdraw_consent": ("/me/consents/wellbeing", None),
        "list_wellbeing_reports": ("/wellbeing", None),
        "read_work_rules": ("/work-rules", None),
        "change_work_rules": ("/work-rules", {"time_zone": "Europe/Oslo", "currency": "NOK"}),
    }
