"""Fences stand still while positions are held against them."""

from django.db import connection

# Of PostgreSQL's advisory locks, those with two numbers: this one and the company.
FENCES = 5_001


def moving_none() -> None:
    """Let the company's fences stand until the transaction ends; one statement."""
    _lock("pg_advisory_xact_lock_shared")


def moving_one() -> None:
    """Wait until nobody holds positions against the company's fences; one statement."""
    _lock("pg_advisory_xact_lock")


def _lock(how: str) -> None:
    with connection.cursor() as cursor:
        cursor.execute(f"SELECT {how}(%s, hashtext(current_setting('app.company')))", [FENCES])
