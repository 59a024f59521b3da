"""Photos of records: added and removed."""

import hashlib
from dataclasses import dataclass
from datetime import date
from typing import Any

from grilse.access.own_entries import refuse_entries_of_others
from grilse.access.permissions import load_permissions
from grilse.access.principal import find_allowed_geographies
from grilse.access.reasons import require_reason
from grilse.access.tenancy import get_current_actor, limit_geographies
from grilse.errors import GrilseError, NotAllowed
from grilse.farm.models import GEOGRAPHY_PATHS, Container, FeedStore
from grilse.row_validation import find_row
from grilse.stock import messages
from grilse.stock.models import Photo
from grilse.stock.rules import refuse_future_date

MAX_BYTES = 2 * 2**20
MAX_PHOTOS = 20
"""Photos of a kind, place and day."""
KIND_PERMISSIONS = {
    "losses": "stock.mortality",
    "lice-counts": "health.count",
    "weight-samples": "stock.sample",
    "meals": "feeding.feed",
    "deliveries": "feeding.deliver",
    "treatments": "health.treat",
    "transfers": "stock.move",
    "harvests": "stock.harvest",
    "health-samples": "health.sample",
    "readings": "environment.ingest",
}
"""Who enters the records adds their photos."""
SIGNATURES = {
    "image/jpeg": (b"\xff\xd8\xff", b""),
    "image/png": (b"\x89PNG\r\n\x1a\n", b""),
    "image/webp": (b"RIFF", b"WEBP"),
}
"""The first bytes of each type, and those from the ninth on."""


@dataclass(frozen=True, kw_only=True, slots=True)
class NewPhoto:
    """What a photo shows: the records of a kind, of a container or a feed store, on a day."""

    kind: str
    date: date
    container: int | None = None
    store: int | None = None


def add_photo(new: NewPhoto, content: bytes) -> int:
    """Add a photo; return its id. The same photo of the same records is stored once."""
    if new.kind not in KIND_PERMISSIONS:
        raise GrilseError(messages.describe_unknown_choice(new.kind, tuple(KIND_PERMISSIONS)), field="kind")
    place = _find_place(new)
    refuse_future_date(new.date, place.time_zone)
    content_type = _recognize_type(content)
    records: dict[str, Any] = {
        "company_id": get_current_actor().company, "kind": new.kind, "date": new.date,
        "container_id": new.container, "store_id": new.store,
    }  # fmt: skip
    digest = hashlib.sha256(content).hexdigest()
    digests = set(Photo.objects.filter(**records).values_list("digest", flat=True))
    if digest not in digests and len(digests) >= MAX_PHOTOS:
        raise GrilseError(f"{place.name} has {MAX_PHOTOS} photos of {new.kind} on {new.date} already", field="content")
    values = {"content_type": content_type, "size": len(content), "content": content}
    return Photo.objects.get_or_create(**records, digest=digest, defaults=values)[0].pk


def remove_photo(id: int, *, reason: str) -> None:
    """Remove a photo: their own of the last two days, or any with the permission to correct."""
    require_reason(reason)
    row = find_row(Photo.objects.defer("content"), id, "photo")
    refuse_entries_of_others(Photo, [id])
    row.delete()


def describe_large_photo() -> GrilseError:
    """Return the refusal of a photo that is too large."""
    return GrilseError(f"a photo has at most {MAX_BYTES // 2**20} MB: make it smaller", field="content")


def _find_place(new: NewPhoto) -> Container | FeedStore:
    """Return the container or store; refuse one where the login may not enter such records. Two statements."""
    if (new.container is None) == (new.store is None):
        raise GrilseError("name a container or a feed store, one of them", field="container")
    if new.container is not None:
        return _find_allowed_row(Container, new.container, "container", KIND_PERMISSIONS[new.kind])
    return _find_allowed_row(FeedStore, new.store or 0, "feed store", KIND_PERMISSIONS[new.kind])


def _find_allowed_row(model: Any, id: int, label: str, permission: str) -> Any:
    row = find_row(model.objects.select_related(*GEOGRAPHY_PATHS), id, label, field=label.split()[-1])
    geographies = find_allowed_geographies(permission)
    if geographies is None:
        return row
    with limit_geographies(geographies):
        if not geographies or not model.objects.filter(pk=id).exists():
            raise NotAllowed(f"this login may not {load_permissions()[permission].says} of {row.name}")
    return row


def _recognize_type(content: bytes) -> str:
    """Return the type of a photo by its first bytes; what a client says of it does not count."""
    if len(content) > MAX_BYTES:
        raise describe_large_photo()
    for content_type, (first, ninth) in SIGNATURES.items():
        if content.startswith(first) and content[8:].startswith(ninth):
            return content_type
    raise GrilseError("the file is no photo: send JPEG, PNG or WebP", field="content")
