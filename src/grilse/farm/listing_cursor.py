"""Cursors of lists: the key of the last row told, sealed with what was asked; only the same walk takes it."""

import json
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence
from typing import Any

from django.utils.crypto import constant_time_compare, salted_hmac

SEAL = 12
"""Bytes of the digest that a cursor carries."""


def cursor(walk: str, key: Sequence[Any]) -> str:
    """Return the cursor behind a row of a key, in a walk that a text describes."""
    told = json.dumps([f"{value}" for value in key], ensure_ascii=False).encode()
    return urlsafe_b64encode(_seal(walk, told) + told).decode().rstrip("=")


def key(walk: str, cursor: str) -> list[str] | None:
    """Return the key that a cursor stands behind as texts; None where it is of another walk, or of none."""
    try:
        raw = urlsafe_b64decode(cursor.encode("ascii") + b"=" * (-len(cursor) % 4))
    except ValueError:
        return None
    seal, told = raw[:SEAL], raw[SEAL:]
    if not constant_time_compare(seal, _seal(walk, told)):
        return None
    return [str(value) for value in json.loads(told)]


def _seal(walk: str, told: bytes) -> bytes:
    return salted_hmac("grilse.farm.listing", walk.encode() + told, algorithm="sha256").digest()[:SEAL]
