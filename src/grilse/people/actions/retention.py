"""The end of what is kept for some days only, as each company's rules of work say."""

from datetime import datetime

from django.db import connection


def delete_expired_rows(now: datetime) -> int:
    """Delete positions and entries that are too old, and entries deleted too long ago, of all companies.

    One statement at any number of companies. What was derived of them stays; the audit keeps whose entry went
    and when, not what it said. Return how many rows went.
    """
    with connection.cursor() as cursor:
        cursor.execute("SELECT people_retain(%s)", [now])
        [gone] = cursor.fetchone()
    return int(gone)
