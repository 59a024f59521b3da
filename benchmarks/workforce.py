"""Every row of the workforce's table of claims: before, the mend that was claimed, and ours, in one run.

Fills a database of its own in a folder that is removed afterwards, and writes workforce.md beside itself.
"""

import argparse
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import psycopg

HERE = Path(__file__).parent
TRACK_ROWS = (50_000, 1_000_000)
JOURNAL_ROWS = 300_000
MIGRATED_ROWS = 300_000
TENANTS = (1, 5, 20, 100)
SINCE = datetime(2024, 1, 1, tzinfo=UTC)
MEMBER = "INSERT INTO farm_membership (company_id, user_id, role) VALUES (%s, %s, 'operator')"
BUSIEST = """
SELECT person_id FROM people_trackpoint WHERE company_id = %(company)s
 GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1
"""
LONGEST = """
SELECT reference FROM people_trackpoint WHERE company_id = %(company)s AND reference IS NOT NULL
 GROUP BY 1 ORDER BY count(*) DESC, 1 LIMIT 1
"""

POINT_BY_PERSON = "CREATE INDEX person ON people_trackpoint (person_id)"
TRACK_ARMS = {
    "before": [POINT_BY_PERSON],
    "claimed": [
        POINT_BY_PERSON,
        "CREATE INDEX person_at ON people_trackpoint (person_id, at)",
        "CREATE INDEX kind_at ON people_trackpoint (kind, at)",
        "CREATE INDEX device ON people_trackpoint (device)",
    ],
}
ENTRY_BY_PERSON = "CREATE INDEX person ON people_journalentry (person_id)"
JOURNAL_ARMS = {
    "before": [ENTRY_BY_PERSON],
    "claimed": [
        ENTRY_BY_PERSON,
        "CREATE INDEX newest ON people_journalentry (person_id, at DESC)",
        "CREATE INDEX kind_newest ON people_journalentry (kind, at DESC)",
    ],
    "ascending": [
        ENTRY_BY_PERSON,
        "CREATE INDEX oldest ON people_journalentry (person_id, at)",
        "CREATE INDEX kind_oldest ON people_journalentry (kind, at)",
    ],
    "ours, ascending": [
        ("CREATE INDEX author ON people_journalentry (company_id, person_id, at, id) WHERE deleted_at IS NULL"),
        ("CREATE INDEX kind ON people_journalentry (company_id, person_id, kind, at, id) WHERE deleted_at IS NULL"),
    ],
}


def main() -> None:
    """Measure what is asked for, and write it down."""
    asked = argparse.ArgumentParser(description=__doc__)
    asked.add_argument("--only", choices=SECTIONS, action="append", help="sections; all unless said otherwise")
    asked.add_argument("--seconds", type=int, default=60, help="of 100 users who each ask once a second")
    given = asked.parse_args()
    wanted = given.only or list(SECTIONS)
    told = _standing()
    for name in wanted:
        with installation() as owner:
            lines = SECTIONS[name](owner, given)
            told[name] = "\n".join([f"## {TITLES[name]}", "", *lines]).rstrip()
    parts = [HEAD.read_text(encoding="utf-8").rstrip(), *(told[name] for name in SECTIONS if name in told)]
    WRITTEN.write_text("\n\n".join(parts) + "\n", encoding="utf-8")
    print("\n\n".join(told[name] for name in wanted))


def _standing() -> dict[str, str]:
    """Return the sections that are written down; one that is measured by itself takes its own place."""
    text = WRITTEN.read_text(encoding="utf-8") if WRITTEN.exists() else ""
    parts = [f"## {part}".rstrip() for part in text.split("\n## ")[1:]]
    return {name: part for part in parts for name in SECTIONS if part.startswith(f"## {TITLES[name]}\n")}


@contextmanager
def installation() -> Iterator[psycopg.Connection[Any]]:
    """Give a migrated database of its own to each section, to the owner; it ends with the section."""
    folder = tempfile.mkdtemp(prefix="grilse-workforce-")
    # As root the server has an account of its own, which passes through here.
    Path(folder).chmod(0o711)
    os.environ["GRILSE_HOME"] = folder
    for name in ("DATABASE_URL", "GRILSE_APP_URL"):
        os.environ.pop(name, None)
    from grilse.postgres import embedded_cluster

    try:
        cluster = embedded_cluster.ensure_cluster()
        _point_at(cluster)
        with psycopg.connect(cluster.owner_url, autocommit=True) as owner:
            yield owner
    finally:
        embedded_cluster.delete_cluster()
        shutil.rmtree(folder, ignore_errors=True)


def _point_at(cluster: Any) -> None:
    """Have Django use the section's database, migrated."""
    os.environ["DATABASE_URL"], os.environ["GRILSE_APP_URL"] = cluster.owner_url, cluster.app_url
    from grilse.django_setup import connect_django
    from grilse.project.schema import update_schema

    connect_django()
    from django.db import connections

    from grilse.project.settings import parse_database_url

    for alias, url in (("default", cluster.app_url), ("owner", cluster.owner_url)):
        connections[alias].close()
        connections[alias].settings_dict.update(parse_database_url(url))
    update_schema()


def tracking(rows: int, owner: psycopg.Connection[Any], given: argparse.Namespace) -> list[str]:
    """Track points: an index for each query that the product runs, and none without one."""
    from workforce_arms import indexes
    from workforce_staff import POINTS, fill

    made = indexes(owner, "people_trackpoint")
    owner.execute("ALTER TABLE people_trackpoint DROP CONSTRAINT people_trackpoint_once")
    acting = fill(owner, rows, POINTS)
    arms = {**TRACK_ARMS, "ours": list(made.values())}
    return _compared(owner, "people_trackpoint", arms, acting, _track_queries(owner, acting[0]), POINTS)


def _compared(
    owner: psycopg.Connection[Any],
    table: str,
    arms: dict[str, list[str]],
    acting: tuple[int, int],
    queries: dict[str, Callable[[], Any]],
    insert: str,
) -> list[str]:
    """Return what each query costs under each arm, by query, and what each arm weighs."""
    from workforce_arms import arm, cost, writing

    costs: dict[str, list[str]] = {query: [] for query in queries}
    weights = []
    for name, wanted in arms.items():
        size = arm(owner, table, wanted)
        for query, ask in queries.items():
            costs[query].append(_cost(query, name, cost(*acting, table, ask)))
        with owner.transaction(force_rollback=True):
            weights.append((name, size, writing(owner, insert, {"company": acting[0]})))
    return [COSTS, RULE, *(line for lines in costs.values() for line in lines), "", *_weights(weights, 500)]


def _track_queries(owner: psycopg.Connection[Any], company: int) -> dict[str, Callable[[], Any]]:
    from grilse.people import queries

    busiest = owner.execute(BUSIEST, {"company": company}).fetchone()
    longest = owner.execute(LONGEST, {"company": company}).fetchone()
    assert busiest is not None
    assert longest is not None
    person, day, reference = busiest[0], SINCE.date() + timedelta(days=400), longest[0]
    return {
        "a person's day": lambda: queries.list_day_positions(person, day),
        "latest of everybody": queries.list_latest_positions,
        "breadcrumb of a reference": lambda: queries.list_journey_positions(reference),
        "site visits of a day": lambda: queries.list_reported_visits(day),
    }


def journal(owner: psycopg.Connection[Any], given: argparse.Namespace) -> list[str]:
    """Journal entries, newest first with the full tie-break."""
    from workforce_arms import indexes
    from workforce_staff import ENTRIES, fill

    from grilse.people import journal as asked

    made = indexes(owner, "people_journalentry")
    owner.execute("ALTER TABLE people_journalentry DROP CONSTRAINT people_journalentry_once")
    company, user = fill(owner, JOURNAL_ROWS, ENTRIES)
    queries: dict[str, Callable[[], Any]] = {
        "own entries, newest 50": lambda: asked.list_own_entries(),
        "own notes, newest 50": lambda: asked.list_own_entries(kind="note"),
        "own notes, 20th page": lambda: asked.list_own_entries(kind="note", cursor=deep),
        "entries shared with me, newest 50": lambda: asked.list_shared_entries(),
    }
    deep = _deep(company, user, lambda cursor: asked.list_own_entries(kind="note", cursor=cursor), 19)
    arms = {**JOURNAL_ARMS, "ours": list(made.values())}
    return _compared(owner, "people_journalentry", arms, (company, user), queries, ENTRIES)


def _deep(company: int, user: int, page: Callable[[str | None], Any], pages: int) -> str | None:
    """Return the cursor that so many pages end with."""
    from grilse.access.tenancy import tenant_transaction

    cursor = None
    with tenant_transaction(company, user):
        for _ in range(pages):
            cursor = page(cursor).next
    return cursor


def wellbeing(owner: psycopg.Connection[Any], given: argparse.Namespace) -> list[str]:
    """The wellbeing report at more and more companies."""
    from workforce_wellbeing import ENTRIES_EACH, PERSONS, add_companies, loop, measured, ours, prefetch

    lines = [
        f"Companies of {PERSONS} persons with {ENTRIES_EACH:,} entries, three of four persons have agreed.",
        "",
        "| companies | way | statements | ms | most kB of Python | equal to the loop |",
        "|---|---|---|---|---|---|",
    ]
    there = 0
    for count in TENANTS:
        add_companies(owner, count - there)
        there = count
        ways = {"before (loop)": loop, "claimed (prefetch)": prefetch, "ours": ours}
        seen = {name: measured(way) for name, way in ways.items()}
        told = [_rounded(one["told"]) for one in seen.values()]
        for (name, one), figures in zip(seen.items(), told, strict=True):
            equal = "yes" if figures == told[0] and figures else "NO"
            lines.append(f"| {count} | {name} | {one['statements']} | {one['ms']:.0f} | {one['kB']:,.0f} | {equal} |")
    return lines


def _rounded(told: dict[int, Any]) -> dict[int, Any]:
    return {company: [round(float(one), 6) for one in figures] for company, figures in told.items()}


def persons(owner: psycopg.Connection[Any], given: argparse.Namespace) -> list[str]:
    """The list of persons over HTTP."""
    from people import BUDGET_MS, PERSONS, measure, report

    told = [measure(owner, count, given.seconds) for count in PERSONS]
    bars = ", ".join(f"{kind} p95 {most} ms" for kind, most in BUDGET_MS.items())
    says = f"Authenticated by key, pages of 100; bars: {bars}, nobody unanswered."
    return [says, "", *report(told)]


def migrations(owner: psycopg.Connection[Any], given: argparse.Namespace) -> list[str]:
    """What has to hold of migrations, on a copy of a database of points."""
    from workforce_staff import POINTS, fill

    from grilse.project import migration_rendering
    from grilse.proof.migration_checks import check_migrations

    fill(owner, MIGRATED_ROWS, POINTS)
    lines = ["## Migrations", "", f"`grilse check migrations` on a copy with {MIGRATED_ROWS:,} track points.", ""]
    for held in check_migrations(os.environ["DATABASE_URL"], migration_rendering.render_changed_models):
        lines.append(f"- {'holds' if held.ok else 'BROKEN'}: {held.name}")
        lines += [f"  - {said}" for said in held.messages]
    return lines


def later(owner: psycopg.Connection[Any], given: argparse.Namespace) -> list[str]:
    """A proof held against an earlier one: as it was, and with an index gone."""
    from workforce_staff import ENTRIES, fill

    from grilse.proof.performance_check import check_performance, iter_check_lines, select_budgets

    company, user = fill(owner, MIGRATED_ROWS, ENTRIES)
    owner.execute(MEMBER, [company, user])
    hot, earlier = select_budgets(["people.journal"]), Path(os.environ["GRILSE_HOME"]) / "earlier.json"
    check_performance(hot, save=earlier)
    same = list(iter_check_lines(check_performance(hot, earlier=earlier)))
    owner.execute("DROP INDEX people_journalentry_author")
    slower = list(iter_check_lines(check_performance(hot, earlier=earlier)))
    told = ["`grilse check performance people.journal --baseline FILE`, right after FILE was saved:"]
    told += ["", "```", same[-1], "```", "", "and with `people_journalentry_author` dropped:", ""]
    red = [i for i, line in enumerate(slower) if line.startswith("RED")]
    shown = [line for i in red for line in slower[i : i + 4] if i == red[0] or line.startswith("RED")]
    return [*told, "```", *(line[:118] for line in shown), slower[-1], "```"]


COSTS = "| query | indexes | ms | buffers | removed by filter | sort | rows from |"
RULE = "|---|---|---|---|---|---|---|"
HEAD = HERE / "workforce_head.md"
SECTIONS: dict[str, Callable[[psycopg.Connection[Any], argparse.Namespace], list[str]]] = {
    **{f"tracking {rows}": partial(tracking, rows) for rows in TRACK_ROWS},
    "journal": journal,
    "wellbeing": wellbeing,
    "persons": persons,
    "migrations": migrations,
    "later": later,
}
TITLES = {
    **{f"tracking {rows}": f"{rows:,} track points" for rows in TRACK_ROWS},
    "journal": f"{JOURNAL_ROWS:,} journal entries",
    "wellbeing": "Wellbeing report",
    "persons": "List of persons over HTTP",
    "migrations": "Migrations",
    "later": "A proof beside an earlier one",
}
WRITTEN = HERE / "workforce.md"


def _cost(query: str, arm: str, cost: Any) -> str:
    sorts = "yes" if cost.sorts else "no"
    return (
        f"| {query} | {arm} | {cost.milliseconds:.2f} | {cost.buffers:,} | {cost.removed:,.0f} | {sorts} | {cost.by} |"
    )


def _weights(weights: list[tuple[str, int, float]], rows: int) -> list[str]:
    head = [f"| indexes | MB of all indexes | ms to write {rows} rows |", "|---|---|---|"]
    return head + [f"| {name} | {size / 1e6:.1f} | {ms:.1f} |" for name, size, ms in weights]


if __name__ == "__main__":
    main()
