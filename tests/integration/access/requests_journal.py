"""One good request for every route of the journal, consent, wellbeing and the rules of work."""

from typing import Any

from tests.edited_farm import at
from tests.integration.access.world import Region


def requests_journal(here: Region) -> dict[str, tuple[str, Any]]:
    """Return address and body by the name of the route's function.

    The entry is another person's, and private: for every role it is not there.
    """
    entry = {"kind": "note", "at": at(36).isoformat(), "title": "Calm sea", "mood": 7}
    address = f"/journal/{here.ids['private']}"
    return {
        "my_journal": ("/journal", None),
        "told_to_me": ("/journal/told", None),
        "deleted_entries": ("/journal/deleted", None),
        "my_trends": ("/journal/trends", None),
        "my_streak": ("/journal/streak", None),
        "write_entry": ("/journal", entry),
        "entry_of_journal": (address, None),
        "change_entry": (address, entry),
        "remove_entry": (address, None),
        "restore_entry": (f"{address}/restore", None),
        "my_consents": ("/me/consents", None),
        "give_consent": ("/me/consents/wellbeing", None),
        "withdraw_consent": ("/me/consents/wellbeing", None),
        "wellbeing_reports": ("/wellbeing", None),
        "work_rules": ("/work-rules", None),
        "settle_work_rules": ("/work-rules", {"time_zone": "Europe/Oslo", "currency": "NOK"}),
    }
