"""One good request for every route of the help desk."""

from typing import Any

from tests.integration.access.world import Region

WHY = "entered wrongly"


def requests_helpdesk(here: Region) -> dict[str, tuple[str, Any]]:
    """Return address and body by the name of the route's function."""
    i = here.ids
    ticket, held, resolved = (f"/tickets/{i[name]}" for name in ("number", "held_number", "resolved_number"))
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
    made: dict[str, tuple[str, Any]] = {}
    for name, (address, key, body) in rules.items():
        made[f"add_{name}"] = (f"/{address}", body)
        made[f"change_{name}"] = (f"/{address}/{key}?reason={WHY}", body)
        made[f"remove_{name}"] = (f"/{address}/{key}?reason={WHY}", None)
    return made | {
        "open_ticket": ("/tickets", new),
        "read_ticket": (ticket, None),
        "read_timeline": (f"{ticket}/timeline", None),
        "change_ticket": (ticket, new | {"because": WHY}),
        "take_ticket": (f"{ticket}/take", None),
        "assign_ticket": (f"{ticket}/assign", {"person": i["head"], "team": i["team"]}),
        "start_ticket": (f"{ticket}/start", None),
        "hold_ticket": (f"{ticket}/hold", {"reason": "no divers today"}),
        "resume_ticket": (f"{held}/resume", None),
        "resolve_ticket": (f"{ticket}/resolve", None),
        "close_ticket": (f"{resolved}/close", None),
        "reopen_ticket": (f"{resolved}/reopen", {"reason": WHY}),
        "cancel_ticket": (f"{ticket}/cancel", {"reason": WHY}),
        "add_comment": (f"{ticket}/comments", {"body": "On the way"}),
        "add_internal_note": (f"{ticket}/notes", {"body": "Bring the long needle"}),
        "add_attachment": (f"{ticket}/attachments?name=net.txt", b"torn at the bottom"),
        "download_attachment": (file, None),
        "remove_attachment": (f"{file}?reason={WHY}", None),
        "count_waiting_tickets": ("/ticket-queues", None),
        "report_promises": ("/ticket-promises?since=2024-01-01&until=2024-12-31", None),
    }
