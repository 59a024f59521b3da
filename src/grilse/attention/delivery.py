"""Messages about findings: queued when findings begin, get worse or end, and sent by the queue until they arrive."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, time, timedelta
from smtplib import SMTPException
from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings
from django.core.mail import send_mail
from django.utils.translation import gettext, ngettext, override
from procrastinate.contrib.django import app

from grilse.access.principal import Principal
from grilse.access.tenancy import get_current_actor, tenant_transaction
from grilse.attention import queries, webhooks
from grilse.attention.models import AlertMessage, AlertSettings, Webhook
from grilse.attention.queries import OpenFinding
from grilse.errors import NotAllowed
from grilse.people.actions.rules import read_work_rules

SEND_TASK = "attention.send"
"""The task of the queue that sends a message."""
RETRY_SECONDS = (5, 300, 1800, 7200, 18_000, 36_000, 50_400, 72_000)
"""Seconds after which a message that was not accepted is sent again; after the last one it is given up."""
READ = "attention.read"


@dataclass(frozen=True, kw_only=True, slots=True)
class FindingEvent:
    """What happened to a finding in a refresh."""

    what: str
    """begun, worse or ended"""
    id: int


class DeliveryError(Exception):
    """A message was not accepted; the queue sends it again."""

    def __init__(self, message: str, seconds: int) -> None:
        """Say why, and after how many seconds."""
        super().__init__(message)
        self.seconds = seconds


def queue_messages(events: Sequence[FindingEvent], now: datetime) -> list[AlertMessage]:
    """Queue the messages about events to webhooks and people that want them; five statements, and one a message."""
    if not events:
        return []
    hooks, people = list(Webhook.objects.filter(active=True)), _read_mailed_people()
    if not hooks and not people:
        return []
    findings = {finding.id: finding for finding in queries.list_findings([event.id for event in events])}
    zone = ZoneInfo(read_work_rules().time_zone)
    company = get_current_actor().company
    messages = [
        AlertMessage(
            company_id=company, webhook=hook, payload=build_payload(event, findings[event.id], now), due_at=now
        )
        for hook in hooks
        for event in events
        if _concerns(findings[event.id], hook.kinds or [findings[event.id].kind], hook.only_severe, hook.geography_id)
    ]
    for row in people:
        ids = [
            event.id
            for event in events
            if event.what != "ended" and _concerns(findings[event.id], row.at_once, row.only_severe, row.geography_id)
        ]
        if ids:
            due = end_quiet_hours(now.astimezone(zone), row.quiet_from, row.quiet_to)
            messages.append(AlertMessage(company_id=company, person_id=row.person_id, findings=ids, due_at=due))
    return _queue(messages)


def queue_digests(now: datetime) -> int:
    """Queue the digests that are due at this time of the company's day; return how many."""
    local = now.astimezone(ZoneInfo(read_work_rules().time_zone))
    company = get_current_actor().company
    due = [
        row
        for row in _read_mailed_people(digest_at__lte=local.time())
        if row.digested_on is None or row.digested_on < local.date()
    ]
    AlertSettings.objects.filter(pk__in=[row.pk for row in due]).update(digested_on=local.date())
    return len(_queue([AlertMessage(company_id=company, person_id=row.person_id, due_at=now) for row in due]))


def queue_test_message(webhook: int, now: datetime) -> None:
    """Queue a message without a finding, with which a receiver is tried out."""
    payload = {"type": "test", "timestamp": now.isoformat(), "data": {}}
    _queue([AlertMessage(company_id=get_current_actor().company, webhook_id=webhook, payload=payload, due_at=now)])


def end_quiet_hours(local: datetime, quiet_from: time | None, quiet_to: time | None) -> datetime:
    """Return a local time, or the end of the quiet hours that it is in; they may pass midnight."""
    if quiet_from is None or quiet_to is None:
        return local
    at = local.time()
    passes_midnight = quiet_from > quiet_to
    is_quiet = (at >= quiet_from or at < quiet_to) if passes_midnight else quiet_from <= at < quiet_to
    if not is_quiet:
        return local
    day = local.date() + timedelta(days=int(passes_midnight and at >= quiet_from))
    return datetime.combine(day, quiet_to, local.tzinfo)


def build_payload(event: FindingEvent, finding: OpenFinding, now: datetime) -> dict[str, Any]:
    """Return what a webhook gets of an event."""
    data = {name: _encode(value) for name, value in asdict(finding).items()}
    return {
        "type": f"finding.{event.what}",
        "timestamp": now.isoformat(),
        "data": {**data, "title": finding.title, "sentence": finding.sentence, "unit": finding.unit},
    }


def _encode(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else value


def _read_mailed_people(**conditions: Any) -> list[AlertSettings]:
    """Return the settings of people who work here; none where the installation sends no mail."""
    if not settings.EMAIL_HOST:
        return []
    rows = AlertSettings.objects.filter(person__active=True, person__user__isnull=False, **conditions)
    return list(rows.order_by("pk"))


def _concerns(finding: OpenFinding, kinds: Iterable[str], only_severe: bool, geography: int | None) -> bool:
    return (
        finding.kind in kinds
        and (finding.severe or not only_severe)
        and (geography is None or finding.geography_id in (None, geography))
    )


def _queue(messages: list[AlertMessage]) -> list[AlertMessage]:
    for message in AlertMessage.objects.bulk_create(messages):
        # A message in the queue is as much part of the transaction as its row.
        app.configure_task(SEND_TASK, schedule_at=message.due_at.astimezone(UTC)).defer(
            company=message.company_id, message=message.pk
        )
    return messages


# --- sending ---


def send_message(company: int, id: int) -> None:
    """Send a message, in transactions of its own; raise DeliveryError where it has to be sent again."""
    with tenant_transaction(company):
        row = AlertMessage.objects.select_related("webhook", "person__user").filter(pk=id, sent_at=None).first()
    if row is None or row.failed_at is not None:
        return
    now = datetime.now(UTC)
    try:
        note = _post(row, now) if row.webhook is not None else _mail(row)
    except (webhooks.WebhookError, SMTPException, OSError) as error:
        _record_failure(company, row, now, error)
        return
    with tenant_transaction(company):
        AlertMessage.objects.filter(pk=id).update(sent_at=now, attempts=row.attempts + 1, error=note)


def _post(row: AlertMessage, now: datetime) -> str:
    hook = row.webhook
    assert hook is not None  # as the caller checks
    if not hook.active:
        return "the webhook is not active any more"
    networks = settings.WEBHOOK_NETWORKS
    webhooks.post_message(
        hook.url, hook.secret, f"msg_{row.pk}", int(now.timestamp()), row.payload or {}, allowed=networks
    )
    return ""


def _mail(row: AlertMessage) -> str:
    """Mail what the person may see of it and is still open; return why nothing was sent, "" if something was."""
    person = row.person
    assert person is not None
    user = person.user
    address = person.email or (user.email if user else "")
    if user is None or not user.is_active or not address:
        return "the person has no login or no address"
    try:
        # What a person is shown is what their roles show them now.
        with Principal(user=user.pk, company=row.company_id).open_transaction((READ,)):
            shown = queries.list_open_findings()
    except NotAllowed as error:
        return str(error)[:400]
    if row.findings:
        shown = [finding for finding in shown if finding.id in row.findings]
    if not shown:
        return "nothing is open any more"
    with override(settings.MAIL_LANGUAGE):
        send_mail(_build_subject(shown, is_digest=not row.findings), _build_text(shown), None, [address])
    return ""


def _build_subject(shown: Sequence[OpenFinding], *, is_digest: bool) -> str:
    if len(shown) == 1 and not is_digest:
        return shown[0].headline
    severe = sum(finding.severe for finding in shown)
    findings = ngettext("%(number)d finding", "%(number)d findings", len(shown)) % {"number": len(shown)}
    return gettext("%(findings)s, %(severe)d severe") % {"findings": findings, "severe": severe} if severe else findings


def _build_text(shown: Sequence[OpenFinding]) -> str:
    lines = []
    for finding in shown:
        mark = gettext("SEVERE") + "  " if finding.severe else ""
        lines.append(f"{mark}{finding.headline}\n  {finding.sentence}")
        if finding.assignee:
            lines[-1] += "\n  " + gettext("assigned to %(person)s") % {"person": finding.assignee}
    address = settings.PUBLIC.geturl()
    return "\n\n".join([*lines, *([address] if address else [])]) + "\n"


def _record_failure(company: int, row: AlertMessage, now: datetime, error: Exception) -> None:
    """Record why an attempt failed, and have the message sent again, or give it up."""
    is_gone = isinstance(error, webhooks.WebhookError) and error.is_gone
    is_last = is_gone or row.attempts >= len(RETRY_SECONDS)
    with tenant_transaction(company):
        AlertMessage.objects.filter(pk=row.pk).update(
            attempts=row.attempts + 1, error=str(error)[:400], failed_at=now if is_last else None
        )
        if is_gone and row.webhook_id is not None:
            Webhook.objects.filter(pk=row.webhook_id).update(active=False)
    if not is_last:
        raise DeliveryError(str(error), RETRY_SECONDS[row.attempts])
