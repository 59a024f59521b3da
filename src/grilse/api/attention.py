"""Findings: what needs attention, acknowledged, assigned and turned into tickets; who gets messages about them."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Status
from pydantic import create_model

from grilse.api.responses import items_response, read_or_404
from grilse.api.routing import ATTENTION as router
from grilse.api.schemas import (
    CreatedIds,
    Id,
    Int32,
    Text,
    build_input_schema,
    build_items_schema,
    build_output_schema,
    from_request,
)
from grilse.attention import queries
from grilse.attention.actions import delivery, findings
from grilse.input_types import RequestSchema

READ, HANDLE, RULES = "attention.read", "attention.handle", "attention.rules"
FindingResponse: Any = build_output_schema(queries.OpenFinding)
AlertSettingsBody: Any = build_input_schema(delivery.AlertSettingsValues)
AlertSettingsResponse: Any = create_model(
    "AlertSettingsResponse", __base__=build_output_schema(delivery.AlertSettingsValues)
)
WebhookBody: Any = build_input_schema(delivery.NewWebhook)


class Acknowledgement(RequestSchema):
    """Why a finding may wait, and for how many days of records."""

    note: Text = ""
    days: Int32 = 7


class FindingAssignment(RequestSchema):
    """The person who deals with a finding; null is nobody."""

    person: Id | None = None


@router.get("/open-findings", permission=READ, response=build_items_schema(queries.OpenFinding))
def list_open_findings(
    request: HttpRequest,
    geography: Id | None = None,
    area: Id | None = None,
    hall: Id | None = None,
    with_acknowledged: bool = False,
) -> HttpResponse:
    """Return what needs attention now, the most urgent first."""
    return items_response(
        queries.list_open_findings(geography=geography, area=area, hall=hall, with_acknowledged=with_acknowledged)
    )


@router.get("/findings/{key}", permission=READ, response=FindingResponse)
def read_finding(request: HttpRequest, key: Id) -> queries.OpenFinding:
    """Return a finding, open or ended."""
    return read_or_404(queries.find_finding, key)


@router.get("/findings/{key}/changes", permission=READ, response=build_items_schema(queries.FindingChange))
def read_finding_changes(request: HttpRequest, key: Id) -> HttpResponse:
    """Return how a finding changed since it began, the oldest change first."""
    read_or_404(queries.find_finding, key)
    return items_response(queries.list_finding_changes(key))


@router.post("/findings/{key}/acknowledge", permission=HANDLE, response=FindingResponse)
def acknowledge_finding(request: HttpRequest, key: Id, new: Acknowledgement) -> queries.OpenFinding:
    """Take a finding out of sight for some days; it comes back earlier when it gets worse."""
    findings.acknowledge_finding(key, note=new.note, days=new.days)
    return queries.find_finding(key)


@router.delete("/findings/{key}/acknowledge", permission=HANDLE, response=FindingResponse)
def withdraw_acknowledgement(request: HttpRequest, key: Id) -> queries.OpenFinding:
    """Show an acknowledged finding again."""
    findings.withdraw_acknowledgement(key)
    return queries.find_finding(key)


@router.post("/findings/{key}/assign", permission=HANDLE, response=FindingResponse)
def assign_finding(request: HttpRequest, key: Id, to: FindingAssignment) -> queries.OpenFinding:
    """Assign a finding to a person, or to nobody."""
    findings.assign_finding(key, person=to.person)
    return queries.find_finding(key)


@router.post("/findings/{key}/ticket", permission=(HANDLE, "helpdesk.ask"), response={201: FindingResponse})
def open_finding_ticket(request: HttpRequest, key: Id) -> Status[queries.OpenFinding]:
    """Open a ticket from a finding."""
    findings.open_finding_ticket(key)
    return Status(201, queries.find_finding(key))


@router.get("/alert-settings", permission=READ, response=AlertSettingsResponse)
def read_alert_settings(request: HttpRequest) -> delivery.AlertSettingsValues:
    """Return what you get by e-mail."""
    return delivery.read_own_settings()


@router.put("/alert-settings", permission=READ, response=AlertSettingsResponse)
def change_alert_settings(request: HttpRequest, new: AlertSettingsBody) -> delivery.AlertSettingsValues:
    """Change what you get by e-mail, at once and as a digest."""
    delivery.save_own_settings(from_request(delivery.AlertSettingsValues, new))
    return delivery.read_own_settings()


@router.post("/webhooks", permission=RULES, response={201: build_output_schema(delivery.WebhookKey)})
def add_webhook(request: HttpRequest, new: WebhookBody) -> Status[delivery.WebhookKey]:
    """Add a webhook; its secret is shown this once."""
    return Status(201, delivery.add_webhook(from_request(delivery.NewWebhook, new)))


@router.put("/webhooks/{key}", permission=RULES, response=CreatedIds)
def change_webhook(request: HttpRequest, key: Id, reason: Text, new: WebhookBody) -> dict[str, Any]:
    """Change a webhook; its secret stays."""
    delivery.change_webhook(key, from_request(delivery.NewWebhook, new), reason=reason)
    return {"ids": [key]}


@router.delete("/webhooks/{key}", permission=RULES, response=CreatedIds)
def remove_webhook(request: HttpRequest, key: Id, reason: Text) -> dict[str, Any]:
    """Remove a webhook and its messages."""
    delivery.remove_webhook(key, reason=reason)
    return {"ids": [key]}


@router.post("/webhooks/{key}/test", permission=RULES, response=CreatedIds)
def send_test_message(request: HttpRequest, key: Id) -> dict[str, Any]:
    """Send a message without a finding to a webhook."""
    delivery.send_test_message(key)
    return {"ids": [key]}
