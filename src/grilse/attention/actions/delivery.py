"""What people and webhooks get: settings of a person, and webhooks of the company."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime, time
from urllib.parse import urlsplit

from grilse.access.reasons import require_reason
from grilse.access.tenancy import ALL_GEOGRAPHIES_SQL, get_current_actor
from grilse.attention.delivery import queue_test_message
from grilse.attention.models import AlertMessage, AlertSettings, Kind, Webhook
from grilse.attention.webhooks import create_secret
from grilse.errors import GrilseError
from grilse.farm.actions.places import get_place
from grilse.listing.sql import fetch_rows
from grilse.people.current_person import ensure_current_person
from grilse.row_validation import check_fields


@dataclass(frozen=True, kw_only=True, slots=True)
class AlertSettingsValues:
    """What a person gets by e-mail."""

    at_once: Sequence[str] = ()
    """Kinds of findings that are sent when they begin or get worse."""
    only_severe: bool = False
    """Whether only severe findings are sent at once."""
    geography: int | None = None
    """None is every geography in which your roles hold."""
    digest_at: time | None = None
    """The time of the company's day at which all open findings are sent; None sends no digest."""
    quiet_from: time | None = None
    quiet_to: time | None = None
    """Between the two nothing is sent at once: it waits until then."""


@dataclass(frozen=True, kw_only=True, slots=True)
class NewWebhook:
    """An address of another system, and the findings that it gets."""

    name: str
    url: str
    kinds: Sequence[str] = ()
    """Kinds of findings; empty is all."""
    only_severe: bool = False
    geography: int | None = None
    """None is every geography."""
    active: bool = True


@dataclass(frozen=True, kw_only=True, slots=True)
class WebhookKey:
    """A new webhook with its secret, which is not shown again."""

    id: int
    secret: str


def read_own_settings() -> AlertSettingsValues:
    """Return what the current person gets; two statements."""
    row = AlertSettings.objects.filter(person=ensure_current_person()).first()
    if row is None:
        return AlertSettingsValues()
    names = ("at_once", "only_severe", "digest_at", "quiet_from", "quiet_to")
    return AlertSettingsValues(geography=row.geography_id, **{name: getattr(row, name) for name in names})


def save_own_settings(new: AlertSettingsValues) -> None:
    """Save what the current person gets."""
    _refuse_unknown_kinds(new.at_once, "at_once")
    if (new.quiet_from is None) != (new.quiet_to is None):
        raise GrilseError("quiet hours need both ends: set quiet_from and quiet_to", field="quiet_to")
    person, company = ensure_current_person(), get_current_actor().company
    row = AlertSettings.objects.filter(person=person).first() or AlertSettings(company_id=company, person_id=person)
    row.geography_id = _find_geography(new.geography)
    row.at_once = list(new.at_once)
    for name in ("only_severe", "digest_at", "quiet_from", "quiet_to"):
        setattr(row, name, getattr(new, name))
    check_fields(row)
    row.save()


def add_webhook(new: NewWebhook) -> WebhookKey:
    """Add a webhook; return its secret."""
    [role] = fetch_rows(f"SELECT {ALL_GEOGRAPHIES_SQL} AS is_company_wide")
    if not role["is_company_wide"]:
        raise GrilseError("webhooks are of the whole company: adding one needs a role that is too")
    row = Webhook(company_id=get_current_actor().company, secret=create_secret())
    _write_webhook(row, new)
    return WebhookKey(id=row.pk, secret=row.secret)


def change_webhook(id: int, new: NewWebhook, *, reason: str) -> None:
    """Change a webhook; its secret stays."""
    require_reason(reason)
    _write_webhook(_lock_webhook(id), new)


def remove_webhook(id: int, *, reason: str) -> None:
    """Remove a webhook and its messages."""
    require_reason(reason)
    row = _lock_webhook(id)
    AlertMessage.objects.filter(webhook=row).delete()
    row.delete()


def send_test_message(id: int) -> None:
    """Queue a message to a webhook with which its receiver is tried out."""
    queue_test_message(_lock_webhook(id).pk, datetime.now(UTC))


def _write_webhook(row: Webhook, new: NewWebhook) -> None:
    _refuse_unknown_kinds(new.kinds, "kinds")
    parts = urlsplit(new.url)
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.username:
        raise GrilseError(f"{new.url} is no address: write it as https://host/path", field="url")
    values = asdict(new) | {"kinds": list(new.kinds)}
    row.geography_id = _find_geography(values.pop("geography"))
    for name, value in values.items():
        setattr(row, name, value)
    if Webhook.objects.filter(name=new.name).exclude(pk=row.pk).exists():
        raise GrilseError(f"there is a webhook {new.name} already: choose another name", field="name")
    check_fields(row)
    row.save()


def _lock_webhook(id: int) -> Webhook:
    row = Webhook.objects.select_for_update().filter(pk=id).first()
    if row is None:
        raise GrilseError(f"there is no webhook {id}")
    return row


def _find_geography(id: int | None) -> int | None:
    return None if id is None else int(get_place("geography", id).pk)


def _refuse_unknown_kinds(kinds: Sequence[str], field: str) -> None:
    for kind in kinds:
        if kind not in Kind.values:
            raise GrilseError(f"there is no kind of finding {kind}: {', '.join(Kind.values)}", field=field)
