"""Cursors of lists: the key of the last row of a page, signed together with the query it is valid for."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from typing import Any

from django.utils.crypto import constant_time_compare, salted_hmac

SIGNATURE_BYTES = 12
"""Bytes of the digest that a cursor carries."""


def encode_cursor(scope: str, key: Sequence[Any]) -> str:
    """Return the cursor after the row with a key, valid for the scope only."""
    payload = json.dumps([f"{value}" for value in key], ensure_ascii=False).encode()
    return urlsafe_b64encode(_sign_payload(scope, payload) + payload).decode().rstrip("=")


def decode_cursor(scope: str, cursor: str) -> list[str] | None:
    """Return the key in a cursor as texts; None if its signature does not match the scope."""
    try:
        raw = urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4))
    except ValueError:
        return None
    signature, payload = raw[:SIGNATURE_BYTES], raw[SIGNATURE_BYTES:]
    if not constant_time_compare(signature, _sign_payload(scope, payload)):
        return None
    return [str(value) for value in json.loads(payload)]


def _sign_payload(scope: str, payload: bytes) -> bytes:
    return salted_hmac("grilse.listing.listing", scope.encode() + payload, algorithm="sha256").digest()[
        :SIGNATURE_BYTES
    ]
