"""One good request for every route of findings and their rules."""

from typing import Any

from tests.integration.access.companies import CompanyRows

REASON = "entered wrongly"


def build_attention_requests(here: CompanyRows) -> dict[str, tuple[str, Any]]:
    """Return address and body by the name of the route's function."""
    i = here.ids
    finding, rule = f"/findings/{i['finding']}", f"/alert-rules/{i['alert_rule']}"
    return {
        "list_open_findings": ("/open-findings", None),
        "read_finding": (finding, None),
        "read_finding_changes": (f"{finding}/changes", None),
        "acknowledge_finding": (f"{finding}/acknowledge", {"note": "treated on Monday", "days": 3}),
        "withdraw_acknowledgement": (f"{finding}/acknowledge", None),
        "assign_finding": (f"{finding}/assign", {"person": i["head"]}),
        "open_finding_ticket": (f"{finding}/ticket", None),
        "add_alert_rule": ("/alert-rules", {"kind": "oxygen", "threshold": 65}),
        "change_alert_rule": (f"{rule}?reason={REASON}", {"kind": "feed", "threshold": 5}),
        "remove_alert_rule": (f"{rule}?reason={REASON}", None),
    }
