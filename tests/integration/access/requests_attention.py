"""One good request for every route of findings and their rules."""

from typing import Any

from tests.integration.access.companies import CompanyRows

REASON = "entered wrongly"
KEYS = {"findings": "finding", "alert-rules": "alert_rule", "webhooks": "webhook"}


def build_attention_requests(here: CompanyRows) -> dict[str, tuple[str, Any]]:
    """Return address and body by the name of the route's function."""
    i = here.ids
    finding, rule, webhook = (f"/{name}/{i[key]}" for name, key in KEYS.items())
    receiver = {"name": "feed barge", "url": "https://example.com/alerts", "kinds": ["feed"]}
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
        "read_alert_settings": ("/alert-settings", None),
        "change_alert_settings": ("/alert-settings", {"at_once": ["lice"], "digest_at": "07:00"}),
        "add_webhook": ("/webhooks", receiver),
        "change_webhook": (f"{webhook}?reason={REASON}", receiver),
        "remove_webhook": (f"{webhook}?reason={REASON}", None),
        "send_test_message": (f"{webhook}/test", None),
    }
