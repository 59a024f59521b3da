"""Responses stored by idempotency key: a write that a client sends again, for example after a timeout, runs once."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import connection

from grilse.access.models import KeptAnswer
from grilse.errors import GrilseError

MAX_KEY_LENGTH = 200


class IdempotencyKeyReused(GrilseError):
    """A key was used for another request before."""


@dataclass(frozen=True, kw_only=True, slots=True)
class StoredResponse:
    """The response to the first request with a key."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def claim_idempotency_key(company: int, user: int, key: str, request: str) -> StoredResponse | None:
    """Return the stored response of a key; None for the first request, which then holds the key.

    One statement, two for a repeat. A repeat waits while the first request runs; then it returns the stored response
    or, if the first request was refused, runs as the first.
    """
    if not 0 < len(key) <= MAX_KEY_LENGTH or "\x00" in key:
        raise GrilseError(f"an idempotency key has 1 to {MAX_KEY_LENGTH} characters", field="Idempotency-Key")
    with connection.cursor() as cursor:
        cursor.execute(CLAIM_KEY_SQL, {"company": company, "user": user, "key": key, "request": request})
        if cursor.fetchone() is not None:
            return None
    stored_row = KeptAnswer.objects.get(company_id=company, user_id=user, key=key)
    if stored_row.request != request or stored_row.status is None:
        raise IdempotencyKeyReused(
            "this idempotency key came with another request before: choose a new key for a new request",
            field="Idempotency-Key",
        )
    return StoredResponse(
        status=stored_row.status, headers=stored_row.headers or {}, body=bytes(stored_row.body or b"")
    )


def store_response(company: int, user: int, key: str, response: StoredResponse) -> None:
    """Store the response in the transaction of the write; one statement."""
    KeptAnswer.objects.filter(company_id=company, user_id=user, key=key).update(
        status=response.status, headers=dict(response.headers), body=response.body
    )


CLAIM_KEY_SQL = """
INSERT INTO farm_keptanswer (company_id, user_id, key, request)
VALUES (%(company)s, %(user)s, %(key)s, %(request)s)
    ON CONFLICT (company_id, user_id, key) DO NOTHING RETURNING id
"""
