"""One good request for every route of the help desk."""

from typing import Any

from tests.integration.access.companies import CompanyRows

REASON = "entered wrongly"


def build_helpdesk_requests(here: CompanyRows) -> dict[str, tuple[str, Any]]:
    """Return address and body by the name of the route's function."""
    i = here.ids
    ticket, held_path, resolved = (f"/tickets/{i[name]}" for name in ("number", "held_number", "resolved_number"))
    new = {"title": "Torn net", "category": i["category"], "container": i["container"]}
    file = f"{ticket}/attachments/{i['attachment']}"
    rules: dict[str, tuple[str, int, Any]] = {
        "category": ("ticket-categories", i["category"], {"name": f"Boats of {here.mark}", "team": i["team"]}),
        "business_hours": ("business-hours", i["hours"], {"weekday": 6, "opens": "08:00", "closes": "16:00"}),
        "holiday": ("holidays", i["holiday"], {"date": "2024-12-25", "name": "Yule"}),
        "service_level": (
            "service-levels",
            i["level"],
            {"priority": "low", "category": i["category"], "answer_minutes": 60, "resolve_minutes": 600},
        ),
        "escalation_rule": (
            "escalation-rules",
            i["rule"],
            {"category": i["category"], "level": 2, "after_minutes": 240, "person": i["head"]},
        ),
    }
    requests: dict[str, tuple[str, Any]] = {}
    for name, (address, key, body) in rules.items():
        requests[f"add_{name}"] = (f"/{address}", body)
        requests[f"change_{name}"] = (f"/{address}/{key}?reason={REASON}", body)
        requests[f"remove_{name}"] = (f"/{address}/{key}?reason={REASON}", None)
    return requests | {
        "open_ticket": ("/tickets", new),
        "read_ticket": (ticket, None),
        "read_timeline": (f"{ticket}/timeline", None),
        "change_ticket": (ticket, new | {"because": REASON}),
        "take_ticket": (f"{ticket}/take", None),
        "assign_ticket": (f"{ticket}/assign", {"person": i["head"], "team": i["team"]}),
        "start_ticket": (f"{ticket}/start", None),
        "hold_ticket": (f"{ticket}/hold", {"reason": "no divers today"}),
        "resume_ticket": (f"{held_path}/resume", None),
        "resolve_ticket": (f"{ticket}/resolve", None),
        "close_ticket": (f"{resolved}/close", None),
        "reopen_ticket": (f"{resolved}/reopen", {"reason": REASON}),
        "cancel_ticket": (f"{ticket}/cancel", {"reason": REASON}),
        "add_comment": (f"{ticket}/comments", {"body": "On the way"}),
        "add_internal_note": (f"{ticket}/notes", {"body": "Bring the long needle"}),
        "add_attachment": (f"{ticket}/attachments?name=net.txt", b"torn at the bottom"),
        "download_attachment": (file, None),
        "remove_attachment": (f"{file}?reason={REASON}", None),
        "count_waiting_tickets": ("/ticket-queues", None),
        "report_promises": ("/ticket-promises?since=2024-01-01&until=2024-12-31", None),
    }
