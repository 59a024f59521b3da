"""The list of persons over authenticated HTTP: as it was, as it was claimed to be mended, and ours.

Needs a database (`DATABASE_URL` and `GRILSE_APP_URL`, or the embedded one of GRILSE_HOME), to which it adds
companies of its own. Run alone on the machine:

    python benchmarks/people.py [--persons 5000 50000] [--seconds 60] [--ways before claimed ours]
"""

import argparse
import asyncio
import json
import os
import random
import sys
import time
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx
import psycopg
from load import Served, figures

PERSONS = (5_000, 50_000)
AT_ONCE, REQUESTS = 100, 1_000
PAGE, STRIDE = 100, 1_000
PATIENCE = 30
"""Seconds after which a request has timed out."""
WITHIN = 60
"""Seconds after which a burst is not waited for."""
BUDGET_MS = {"burst": 500, "steady": 60}
ARMS = {"before": "/api/arms/before", "claimed": "/api/arms/claimed", "ours": "/api/v1/persons"}


@dataclass(frozen=True, kw_only=True, slots=True)
class Crowd:
    """A company of persons, keys to ask with, and where its pages begin."""

    persons: int
    keys: list[str]
    cursors: list[str | None] = field(default_factory=list)


def main() -> None:
    """Measure each size and report; exit 1 where ours breaks a budget or does not answer."""
    asked = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    asked.add_argument("--persons", type=int, nargs="+", default=PERSONS)
    asked.add_argument("--seconds", type=int, default=60)
    asked.add_argument("--ways", choices=ARMS, nargs="+", default=list(ARMS))
    asked.add_argument("--processes", type=int, default=2)
    asked.add_argument("--json", type=Path)
    given = asked.parse_args()
    from grilse.project.schema import open_database

    open_database()
    with psycopg.connect(os.environ["DATABASE_URL"], autocommit=True) as owner:
        told = [measure(owner, count, given.seconds, given.processes, given.ways) for count in given.persons]
    print("\n".join(report(told)))
    if given.json:
        given.json.write_text(json.dumps(told, indent=1))
    sys.exit("ours" in given.ways and any(broken(one) for one in told))


def measure(
    owner: psycopg.Connection[Any],
    persons: int,
    seconds: int = 60,
    processes: int = 2,
    ways: Sequence[str] = tuple(ARMS),
) -> dict[str, Any]:
    """Fill a company, and return what each way of listing it met."""
    crowd = _filled(owner, persons)
    with ArmsServed(processes) as served:
        crowd = _walked(served, crowd)
    arms: dict[str, dict[str, Any]] = {name: {} for name in ways}
    for kind in BUDGET_MS:
        for name in ways:
            # A server of its own: what one leaves undone is not waited for by the next.
            with ArmsServed(processes) as served:
                arms[name][kind] = asyncio.run(_met(served, name, crowd, kind, seconds))
    return {"persons": persons, "seconds": seconds, "processes": processes, "arms": arms}


def broken(told: dict[str, Any]) -> bool:
    """Tell whether ours is slower than it may be, or left somebody without an answer."""
    ours = told["arms"]["ours"]
    return any(
        ours[kind]["p95_ms"] > most or ours[kind]["unanswered"] or ours[kind]["errors"]
        for kind, most in BUDGET_MS.items()
    )


def report(told: Sequence[dict[str, Any]]) -> list[str]:
    """Return a table of the figures, in lines."""
    lines = [
        "| persons | asked | way | answered | p50 ms | p95 ms | p99 ms | server MB | a page, bytes | sent |",
        "|---|---|---|---|---|---|---|---|---|---|",
    ]
    return [*lines, *(line for one in told for line in _lines(one))]


def _lines(told: dict[str, Any]) -> Iterator[str]:
    kinds = {"burst": f"{REQUESTS:,} from {AT_ONCE} at once", "steady": f"{AT_ONCE} once a second, {told['seconds']} s"}
    for kind, says in kinds.items():
        for name, arm in told["arms"].items():
            one = arm[kind]
            waited = " | ".join(f"{one[share]}" for share in ("p50_ms", "p95_ms", "p99_ms", "memory_mb"))
            of = f"| {told['persons']:,} | {says} | {name} | {one['n']:,} of {one['asked']:,}"
            yield f"{of} | {waited} | {one['bytes']:,} | {one['sent']:,} |"


class ArmsServed(Served):
    """The product and the other ways beside it."""

    def command(self) -> list[str]:
        """Return what starts the server."""
        return [sys.executable, str(Path(__file__).with_name("people_arms.py")), str(self.port), str(self.workers)]


def _filled(owner: psycopg.Connection[Any], persons: int) -> Crowd:
    """Write a company of persons in teams with managers; return keys of a hundred logins."""
    from grilse.access import api_keys as keys
    from grilse.access import memberships
    from grilse.access.tenancy import tenant_transaction

    company = owner.execute(COMPANY).fetchone()
    assert company is not None
    owner.execute(FILL, {"company": company[0], "persons": persons, "teams": persons // 25})
    owner.execute("ANALYZE people_person, people_personword, people_team")
    end = datetime.now(UTC) + timedelta(days=1)
    made = []
    with tenant_transaction(company[0]):
        for _ in range(AT_ONCE):
            user = memberships.add_login(f"people-{os.getpid()}-{random.getrandbits(60):x}")
            memberships.grant_role(user, "manager")
            made.append(keys.issue_key(user=user, name="load", scopes=["*"], expires_at=end).key)
    return Crowd(persons=persons, keys=made)


def _walked(served: Served, crowd: Crowd) -> Crowd:
    """Return the crowd with a cursor to every thousandth person, from which any page may be asked."""
    cursors: list[str | None] = [None]
    with httpx.Client(base_url=f"http://127.0.0.1:{served.port}", headers=_known(crowd.keys[0])) as client:
        while (given := {"limit": STRIDE, "cursor": cursors[-1]}) and len(cursors) * STRIDE < crowd.persons:
            sent = {name: value for name, value in given.items() if value}
            cursors.append(client.get(ARMS["ours"], params=sent).raise_for_status().json()["next"])
    return Crowd(persons=crowd.persons, keys=crowd.keys, cursors=cursors)


def _known(key: str) -> dict[str, str]:
    return {"Authorization": f"Bearer {key}"}


async def _met(served: Served, arm: str, crowd: Crowd, kind: str, seconds: int) -> dict[str, Any]:
    limits = httpx.Limits(max_connections=AT_ONCE, max_keepalive_connections=AT_ONCE)
    base = f"http://127.0.0.1:{served.port}"
    async with httpx.AsyncClient(base_url=base, limits=limits, timeout=PATIENCE) as client:
        asking = Asking(client, arm, crowd)
        # Twenty at once reach both processes and all of their threads.
        firsts = await asyncio.gather(*(asking.one(place) for place in range(20)))
        first = firsts[-1]
        if first is None or first.status_code != 200:
            raise SystemExit(f"{arm} does not answer: {asking.errors}")
        told = await (asking.burst(served) if kind == "burst" else asking.steady(served, seconds))
    length = len(first.content)
    return {"bytes": length, "sent": int(first.headers.get("Content-Length", length)), **told}


class Asking:
    """Clients of one way of listing, and how long they waited."""

    def __init__(self, client: httpx.AsyncClient, arm: str, crowd: Crowd) -> None:
        self.client, self.arm, self.crowd = client, arm, crowd
        self.chance = random.Random(1)
        self.times: list[float] = []
        self.errors: list[str] = []
        self.memory: list[float] = []
        self.asked = 0

    async def one(self, place: int) -> httpx.Response | None:
        """Ask for a page somewhere in the list; None where no answer came in time."""
        number = self.chance.randrange(len(self.crowd.cursors))
        given: dict[str, Any] = {"page": 1 + number * STRIDE // PAGE}
        if self.arm == "ours":
            given = {"limit": PAGE, "cursor": self.crowd.cursors[number]}
        sent = {name: value for name, value in given.items() if value}
        self.asked += 1
        begun = time.perf_counter()
        try:
            headers = _known(self.crowd.keys[place % AT_ONCE])
            answer = await self.client.get(ARMS[self.arm], params=sent, headers=headers)
        except httpx.TimeoutException:
            return None
        self.times.append(1000 * (time.perf_counter() - begun))
        if answer.status_code != 200:
            self.errors.append(f"{answer.status_code}: {answer.text[:200]}")
        return answer

    async def burst(self, served: Served) -> dict[str, Any]:
        """Have each of a hundred ask one after the other, all at once."""

        async def user(place: int) -> None:
            for _ in range(REQUESTS // AT_ONCE):
                await self.one(place)

        return await self._watched(served, [user(place) for place in range(AT_ONCE)], REQUESTS, WITHIN)

    async def steady(self, served: Served, seconds: int) -> dict[str, Any]:
        """Have each of a hundred ask once a second."""
        end = time.monotonic() + seconds

        async def user(place: int) -> None:
            due = time.monotonic() + place / AT_ONCE
            while due < end:
                await asyncio.sleep(max(due - time.monotonic(), 0))
                await self.one(place)
                due = max(due + 1, time.monotonic())

        users = [user(place) for place in range(AT_ONCE)]
        return await self._watched(served, users, AT_ONCE * seconds, seconds + PATIENCE)

    async def _watched(self, served: Served, users: Sequence[Any], wanted: int, within: int) -> dict[str, Any]:
        self.times, self.errors, self.memory, self.asked = [], [], [], 0
        watch = asyncio.create_task(self._weigh(served))
        with suppress(TimeoutError):
            async with asyncio.timeout(within):
                await asyncio.gather(*users)
        watch.cancel()
        return {
            "asked": wanted,
            "unanswered": wanted - len(self.times),
            "errors": self.errors[:5],
            "memory_mb": round(max(self.memory, default=0)),
            **(figures(self.times) if self.times else {"n": 0, "p50_ms": "–", "p95_ms": "–", "p99_ms": "–"}),
        }

    async def _weigh(self, served: Served) -> None:
        while True:
            self.memory.append(await asyncio.to_thread(served.memory_mb))
            await asyncio.sleep(1)


COMPANY = "INSERT INTO farm_company (name) VALUES ('Company ' || gen_random_uuid()) RETURNING id"
FILL = """
WITH teams AS (
  INSERT INTO people_team (company_id, name)
  SELECT %(company)s, 'Team ' || n FROM generate_series(1, %(teams)s) n RETURNING id
), team AS (SELECT array_agg(id ORDER BY id) AS ids FROM teams),
heads AS (
  INSERT INTO people_person (company_id, name, title)
  SELECT %(company)s, 'Head ' || lpad(n::text, 6, '0'), 'Head of a team' FROM generate_series(1, %(teams)s) n
  RETURNING id
), head AS (SELECT array_agg(id ORDER BY id) AS ids FROM heads),
made AS (
  INSERT INTO people_person (company_id, name, title, email, phone, team_id, manager_id)
  SELECT %(company)s, 'Person ' || lpad((n * 7919 %% 1000003)::text, 7, '0'), 'Operator',
         'person' || n || '@example.org', '+47 ' || n,
         team.ids[1 + n %% %(teams)s], head.ids[1 + n %% %(teams)s]
    FROM generate_series(1, %(persons)s - %(teams)s) n, team, head RETURNING id, name
)
INSERT INTO people_personword (company_id, person_id, word)
SELECT %(company)s, id, word FROM made, unnest(string_to_array(lower(name), ' ')) word
"""


if __name__ == "__main__":
    main()
