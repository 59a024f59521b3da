"""Fences stand still while positions are held against them."""

from django.db import connection

FENCE_LOCK_BASE = 0x6663 << 48  # with a company's id, the lock under which its fences move


def lock_fences_shared() -> None:
    """Let the company's fences stand until the transaction ends; one statement."""
    _lock_fences("pg_advisory_xact_lock_shared")


def lock_fences_exclusive() -> None:
    """Wait until nobody holds positions against the company's fences; one statement."""
    _lock_fences("pg_advisory_xact_lock")


def _lock_fences(how: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {how}(%s + current_setting('app.company')::bigint)", [FENCE_LOCK_BASE])
