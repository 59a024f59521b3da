"""Photos of records."""

from typing import Any

from django.http import HttpRequest, HttpResponse
from ninja import Status

from grilse.api.request_models import read_file_body
from grilse.api.responses import found_or_404
from grilse.api.routing import STOCK as router
from grilse.api.schemas import CreatedIds, Id, Text
from grilse.input_types import Day
from grilse.stock.actions import photos
from grilse.stock.queries import find_photo

PHOTO_BODY = {
    "required": True,
    "content": {kind: {"schema": {"type": "string", "format": "binary"}} for kind in photos.SIGNATURES},
}
PHOTO_RESPONSE: dict[int, Any] = {200: {"content": {kind: {} for kind in photos.SIGNATURES}}}


@router.post("/photos", permission="stock.amend", response={201: CreatedIds}, openapi_extra={"requestBody": PHOTO_BODY})
def add_photo(
    request: HttpRequest, kind: Text, date: Day, container: Id | None = None, store: Id | None = None
) -> Status[dict[str, Any]]:
    """Add a photo of the records of a container or feed store on a day: the body is the photo, of at most 2 MB.

    It takes the permission to enter records of the kind. The same photo sent again is stored once.
    """
    content = read_file_body(request, photos.MAX_BYTES, photos.describe_large_photo())
    new = photos.NewPhoto(kind=kind, date=date, container=container, store=store)
    return Status(201, {"ids": [photos.add_photo(new, content)]})


@router.get("/photos/{key}", permission="stock.read", response={200: None}, openapi_extra={"responses": PHOTO_RESPONSE})
def show_photo(request: HttpRequest, key: Id) -> HttpResponse:
    """Return a photo."""
    photo = found_or_404(find_photo(key), f"photo {key}")
    return HttpResponse(
        bytes(photo.content),
        content_type=photo.content_type,
        headers={"X-Content-Type-Options": "nosniff", "Cache-Control": "private, max-age=86400"},
    )


@router.delete("/photos/{key}", permission="stock.amend", response=CreatedIds)
def remove_photo(request: HttpRequest, key: Id, reason: Text) -> dict[str, Any]:
    """Remove a photo; logins without `stock.correct` remove their own of the last two days."""
    photos.remove_photo(key, reason=reason)
    return {"ids": [key]}
