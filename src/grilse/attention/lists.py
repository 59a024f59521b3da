"""Lists of findings, open and ended, and of the thresholds that a company sets."""

from django.db.models import Q

from grilse.attention.models import AlertMessage, AlertRule, Finding, Kind, Webhook
from grilse.farm.list_filters import GEOGRAPHY_HELP, build_site_name_filter
from grilse.farm.models import Container, Geography, Hall
from grilse.farm.site_names import build_label
from grilse.listing.filters import build_date_filters, build_reference_filter
from grilse.listing.listing import Filter, Listing, build_fields

FINDINGS = Listing(
    name="findings",
    title="What needs or needed attention, since when and until when",
    model=Finding,
    fields=build_fields("id kind subject", geography="geography__name", area="area__name")
    | build_fields(hall=build_label(Hall, "hall__"), container=build_label(Container, "container__"))
    | build_fields("container_id", batch="batch__number")
    | build_fields("reference severe score figure threshold cases watched expected_on trend day")
    | build_fields("begun_on begun_at ended_on ended_at acknowledged_at acknowledged_until note")
    | build_fields(acknowledged_by="acknowledged_by__name", assignee_id="assignee_id", assignee="assignee__name")
    | build_fields(ticket="ticket__number"),
    orders={"begun": ("begun_on", "id")},
    newest_first=True,
    filters={
        "kind": Filter("kind", "what it is about", choices=tuple(Kind.values)),
        "open": Filter(lambda is_open: Q(ended_at__isnull=is_open), "whether it has not ended", bool),
        "severe": Filter("severe", "whether it is severe", bool),
        "geography": build_reference_filter("geography_id", Geography, "name", GEOGRAPHY_HELP),
        "container": build_site_name_filter("container_id", Container, "container"),
        "assignee_id": Filter("assignee_id", "the assignee, by id", int),
        **build_date_filters("begun_on"),
    },
)

ALERT_RULES = Listing(
    name="alert-rules",
    title="Thresholds of findings that differ from the defaults",
    model=AlertRule,
    fields=build_fields("id kind", geography="geography__name") | build_fields("active threshold severe horizon_days"),
    filters={"kind": Filter("kind", "the kind of finding", choices=tuple(Kind.values))},
)

WEBHOOKS = Listing(
    name="webhooks",
    title="Addresses of other systems that get findings, without their secrets",
    model=Webhook,
    fields=build_fields("id name url kinds only_severe", geography="geography__name") | build_fields("active"),
    filters={"active": Filter("active", "whether it gets messages", bool)},
    permission="attention.rules",
)

ALERT_MESSAGES = Listing(
    name="alert-messages",
    title="Messages about findings: when they were sent, or why not",
    model=AlertMessage,
    fields=build_fields("id", webhook="webhook__name", person="person__name")
    | build_fields("findings queued_at due_at attempts sent_at failed_at error"),
    newest_first=True,
    filters={
        "webhook_id": Filter("webhook_id", "the webhook, by id", int),
        "person_id": Filter("person_id", "the person, by id", int),
        "sent": Filter(lambda is_sent: Q(sent_at__isnull=not is_sent), "whether it was sent", bool),
    },
    permission="attention.rules",
)

LISTS = (FINDINGS, ALERT_RULES, WEBHOOKS, ALERT_MESSAGES)
