"""Checks that shards have their recorded hashes, and that no index or constraint is missing."""

from collections.abc import Iterator
from typing import Any

from psycopg import Connection

from grilse.bulk import schema_objects
from grilse.exchange.fingerprint import compute_owner_hashes
from grilse.generator.check.result import Check, check_law

RECORDED = (
    "SELECT company_id, kind, key, content_hash FROM generator_shard WHERE kind IN ('batch', 'store')"
    " ORDER BY company_id, kind, key"
)


def check_shards(connection: Connection[Any]) -> Iterator[Check]:
    """Yield that content and structure are as recorded."""
    recorded: dict[int, list[tuple[str, str, str]]] = {}
    for company, kind, key, digest in connection.execute(RECORDED):
        recorded.setdefault(company, []).append((kind, key, digest))
    changed: list[str] = []
    for company, parts in recorded.items():
        now = compute_owner_hashes(connection, company)
        changed += [f"{kind} {key}" for kind, key, digest in parts if now.get((kind, key), "") != digest]
    count = sum(map(len, recorded.values()))
    detail = f"changed: {', '.join(changed[:5])}" if changed else f"{count} shards"
    yield check_law("each shard is as its hash says", len(changed), detail)
    missing = [f"{part.table}.{part.name}" for part in schema_objects.find_missing_objects(connection)]
    yield check_law("no index or constraint is missing", len(missing), ", ".join(missing[:5]))
