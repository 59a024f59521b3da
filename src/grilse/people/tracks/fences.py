"""Fences stand still while positions are held against them."""

from django.db import connection

FENCES = 0x6663 << 48  # with a company's id, the lock under which its fences move


def fences_stand() -> None:
    """Let the company's fences stand until the transaction ends; one statement."""
    _lock("pg_advisory_xact_lock_shared")


def fences_move() -> None:
    """Wait until nobody holds positions against the company's fences; one statement."""
    _lock("pg_advisory_xact_lock")


def _lock(how: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {how}(%s + current_setting('app.company')::bigint)", [FENCES])
