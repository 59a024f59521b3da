"""Answers kept under idempotency keys: a write that is sent twice, as over a bad line, is done once."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db import connection

from grilse.errors import GrilseError
from grilse.farm.models import KeptAnswer

LONGEST = 200


class OtherRequest(GrilseError):
    """A key that came with another request before."""


@dataclass(frozen=True, kw_only=True, slots=True)
class Answer:
    """What was answered."""

    status: int
    headers: Mapping[str, str]
    body: bytes


def answered(company: int, user: int, key: str, request: str) -> Answer | None:
    """Return what a request was answered under this key; None for the first, which then holds the key.

    One statement, two for a repeat. Whoever comes while the first is at work waits for its end: then there is
    an answer, or the first was refused, and this is the first.
    """
    if not 0 < len(key) <= LONGEST or "\x00" in key:
        raise GrilseError(f"an idempotency key has 1 to {LONGEST} characters", field="Idempotency-Key")
    with connection.cursor() as cursor:
        cursor.execute(HOLD, {"company": company, "user": user, "key": key, "request": request})
        if cursor.fetchone() is not None:
            return None
    kept = KeptAnswer.objects.get(company_id=company, user_id=user, key=key)
    if kept.request != request or kept.status is None:
        raise OtherRequest(
            "this idempotency key came with another request before: choose a new key for a new request",
            field="Idempotency-Key",
        )
    return Answer(status=kept.status, headers=kept.headers or {}, body=bytes(kept.body or b""))


def keep(company: int, user: int, key: str, answer: Answer) -> None:
    """Keep what was answered, in the transaction of what was done; one statement."""
    KeptAnswer.objects.filter(company_id=company, user_id=user, key=key).update(
        status=answer.status, headers=dict(answer.headers), body=answer.body
    )


HOLD = """
INSERT INTO farm_keptanswer (company_id, user_id, key, request)
VALUES (%(company)s, %(user)s, %(key)s, %(request)s)
    ON CONFLICT (company_id, user_id, key) DO NOTHING RETURNING id
"""
