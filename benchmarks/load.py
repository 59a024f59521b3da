"""Users who each act once a second over authenticated HTTP, reads and writes, against `grilse serve`.

Needs a history in GRILSE_HOME (`grilse demo --no-serve --until 2025-12-31`), which it adds to. Starts the server
itself, on a free port of the loopback, and ends it. Run alone on the machine:

    python benchmarks/load.py [--users 50] [--seconds 120] [--workers 2] [--slow 200] [--json FILE]

With --slow, the users act twice as long: alone, then beside connections that send or read a byte a second.
"""

import argparse
import asyncio
import contextlib
import json
import os
import random
import socket
import subprocess
import sys
import time
from collections import defaultdict
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any

import httpx

READS_TO_A_WRITE = 7
GROWTH = 3  # of seven reads; the other four are lists
WEEK = timedelta(days=7)
BUDGET_MS = {"growth": 100, "list": 60, "write": 400}


def main() -> None:
    """Serve, act, report; exit 1 where a budget is broken or an answer was an error."""
    asked = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    asked.add_argument("--users", type=int, default=50)
    asked.add_argument("--seconds", type=int, default=120)
    asked.add_argument("--workers", type=int, default=2)
    asked.add_argument("--slow", type=int, default=0)
    asked.add_argument("--seed", type=int, default=1)
    asked.add_argument("--json", type=Path)
    given = asked.parse_args()
    farm = Farm(given.users, random.Random(given.seed))
    with Served(given.workers) as served:
        told = asyncio.run(act(farm, served, given.users, given.seconds))
        print(report(told))
        if given.slow:
            beside = asyncio.run(act(farm, served, given.users, given.seconds, given.slow))
            print(report(beside), compare(told, beside), sep="\n")
    if given.json:
        given.json.write_text(json.dumps(told, indent=1))
    sys.exit(told["errors"] != [] or any(k["p95_ms"] > BUDGET_MS[name] for name, k in told["kinds"].items()))


class Farm:
    """What there is to ask for, and keys to ask with."""

    def __init__(self, users: int, chance: random.Random) -> None:
        from grilse.project.schema import open_database

        open_database()
        from grilse.access import api_keys as keys
        from grilse.access import memberships as members
        from grilse.access.models import Company
        from grilse.access.tenancy import tenant_transaction
        from grilse.growth.models import DailyState
        from grilse.health.models import LiceCount
        from grilse.stock.models import Batch, Placement, WeightSample

        company = Company.objects.using("owner").order_by("id").first()
        assert company is not None, "make a history first: grilse demo --no-serve --until 2025-12-31"
        self.chance = chance
        with tenant_transaction(company.pk):
            self.keys = [self._key(keys, members) for _ in range(users)]
            self.batches = list(Batch.objects.order_by("id").values_list("number", flat=True))
            standing = list(Placement.objects.filter(stop=None).order_by("id").values_list("id", "start"))
            states = DailyState.objects.filter(placement_id=standing[0][0]).order_by("-date")
            self.day = states.values_list("date", flat=True).first()
            expected = DailyState.objects.filter(date=self.day).values_list("placement_id", "mean_weight_g")
            self.weights = dict(expected)
            weighed = set(
                WeightSample.objects.filter(date__gte=self.day - WEEK, method="CAMERA").values_list(
                    "placement_id", "date"
                )
            )
            counted = set(LiceCount.objects.filter(date__gte=self.day - WEEK).values_list("placement_id", "date"))
            sea = set(Placement.objects.filter(stop=None, stage__water="sea").values_list("id", flat=True))
        days = [
            (place, self.day - timedelta(days=back))
            for place, start in standing
            for back in range(WEEK.days)
            if self.day - timedelta(days=back) >= start
        ]
        days = [pair for pair in days if pair[0] in self.weights]
        # A placement is sampled by one method, and its lice are counted, once a day.
        self.samples = self._shuffled([pair for pair in days if pair not in weighed])
        self.counts = self._shuffled([pair for pair in days if pair[0] in sea and pair not in counted])
        self.standing = [place for place, _ in standing]

    def _key(self, keys: Any, members: Any) -> str:
        user = members.add_login(f"load-{os.getpid()}-{self.chance.getrandbits(40):x}")
        members.grant_role(user, "manager")
        end = datetime.now(UTC) + timedelta(days=1)
        return keys.issue_key(user=user, name="load", scopes=["*"], expires_at=end).key

    def _shuffled(self, pairs: list[tuple[int, date]]) -> list[tuple[int, str]]:
        self.chance.shuffle(pairs)
        return [(place, str(day)) for place, day in pairs]

    def read(self) -> tuple[str, str]:
        """Return a kind of read and its address."""
        batch = self.chance.choice(self.batches)
        if self.chance.randrange(READS_TO_A_WRITE) < GROWTH:
            return "growth", f"/batches/{batch}/growth"
        return "list", self.chance.choice(
            [
                "/batches?limit=100",
                f"/movements?batch={batch}&limit=100",
                f"/weight-samples?batch={batch}&limit=100",
                f"/lice-counts?batch={batch}&limit=100",
                f"/placements?batch={batch}&limit=100",
                f"/batch-states?batch={batch}&limit=100",
                "/treatments?limit=100",
            ]
        )

    def write(self) -> tuple[str, dict[str, Any]]:
        """Return the address of a write and its body."""
        kind = self.chance.choice(["losses", "weight-samples", "lice-counts"])
        if kind == "losses":
            loss = {"placement": self.chance.choice(self.standing), "count": self.chance.randint(1, 20)}
            return "/losses", {"date": str(self.day), "losses": [{**loss, "cause": "UNKNOWN"}]}
        if kind == "weight-samples":
            place, day = self.samples.pop()
            weight = float(f"{self.weights[place] * self.chance.uniform(0.97, 1.03):.3g}")
            sample = {"placement": place, "date": day, "fish_weighed": 30, "mean_weight_g": weight, "method": "CAMERA"}
            return "/weight-samples", {"samples": [sample]}
        place, day = self.counts.pop()
        count = {"placement": place, "date": day, "fish_counted": 20, "adult_female": self.chance.randint(0, 9)}
        return "/lice-counts", {"counts": [count]}


class Served:
    """`grilse serve` on a free port, ended with the block."""

    def __init__(self, workers: int) -> None:
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            self.port = free.getsockname()[1]
        self.workers = workers

    def __enter__(self) -> "Served":
        environment = {**os.environ, "GRILSE_REQUESTS_PER_MINUTE": "0"}
        self.process = subprocess.Popen(self.command(), stdout=subprocess.DEVNULL, env=environment)
        end = time.monotonic() + 300
        while time.monotonic() < end:
            try:
                if httpx.get(f"http://127.0.0.1:{self.port}/health/ready").status_code == 200:
                    return self
            except httpx.TransportError:
                time.sleep(0.2)
        self.__exit__()
        raise SystemExit("the server did not start")

    def command(self) -> list[str]:
        """Return what starts the server."""
        serve = [str(Path(sys.executable).with_name("grilse")), "serve"]
        return [*serve, "--port", str(self.port), "--workers", str(self.workers)]

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        self.process.wait(30)

    def memory_mb(self) -> float:
        """Return what the server and its processes hold, by what they share only once (PSS)."""
        return sum(_pss(pid) for pid in [self.process.pid, *_descendants(self.process.pid)]) / 1024

    def open_files(self) -> int:
        """Return how many files and sockets the server and its processes have open."""
        processes = [self.process.pid, *_descendants(self.process.pid)]
        return sum(len(list(Path(f"/proc/{pid}/fd").glob("*"))) for pid in processes)


def _descendants(pid: int) -> list[int]:
    children = [
        int(child) for task in Path(f"/proc/{pid}/task").glob("*/children") for child in task.read_text().split()
    ]
    return children + [one for child in children for one in _descendants(child)]


def _pss(pid: int) -> int:
    try:
        lines = Path(f"/proc/{pid}/smaps_rollup").read_text().splitlines()
    except OSError:
        return 0
    return next((int(line.split()[1]) for line in lines if line.startswith("Pss:")), 0)


# What a slow client sends at first; it goes on with a byte a second.
SLOW = (
    b"",
    b"GET /login/ HTTP/1.1\r\nHost: localhost\r\nX-Slow: ",
    b"POST /login/ HTTP/1.1\r\nHost: localhost\r\nContent-Length: 60000\r\n\r\nusername=",
    b"POST /login/ HTTP/1.1\r\nHost: localhost\r\nTransfer-Encoding: chunked\r\n\r\n4000\r\n",
)


async def send_slowly(port: int, begin: bytes, end: float) -> int:
    """Send a byte a second until a time, over a new connection when the server closes it; return how many it closed."""
    closed = 0
    while time.monotonic() < end:
        reader, writer = await asyncio.open_connection("127.0.0.1", port)
        with contextlib.suppress(OSError):
            writer.write(begin)
            while time.monotonic() < end and not reader.at_eof():
                await asyncio.sleep(1)
                writer.write(b"a" if begin else b"")
                await writer.drain()
            closed += reader.at_eof()
        writer.close()
    return closed


async def act(farm: Farm, served: Served, users: int, seconds: int, slow: int = 0) -> dict[str, Any]:
    """Let users act for a time, beside slow connections, and return what they met."""
    times: dict[str, list[float]] = defaultdict(list)
    errors: list[str] = []
    largest = [0]
    memory: list[float] = []
    files: list[int] = []
    end = time.monotonic() + seconds
    limits = httpx.Limits(max_connections=users, max_keepalive_connections=users)
    base = f"http://127.0.0.1:{served.port}/api/v1"
    async with httpx.AsyncClient(base_url=base, limits=limits, timeout=30) as client:

        async def user(place: int) -> None:
            headers = {"Authorization": f"Bearer {farm.keys[place]}"}
            due = time.monotonic() + place / users
            acts = farm.chance.randrange(READS_TO_A_WRITE + 1)
            while due < end:
                await asyncio.sleep(max(due - time.monotonic(), 0))
                acts += 1
                if acts % (READS_TO_A_WRITE + 1):
                    kind, address = farm.read()
                    ask = client.get(address, headers=headers)
                else:
                    kind, (address, body) = "write", farm.write()
                    ask = client.post(address, json=body, headers=headers)
                begun = time.perf_counter()
                answer = await ask
                times[kind].append(1000 * (time.perf_counter() - begun))
                if answer.status_code >= 400:
                    errors.append(f"{answer.status_code} {address}: {answer.text[:200]}")
                if kind == "growth":
                    largest[0] = max(largest[0], len(answer.content))
                due += 1

        async def weigh() -> None:
            while time.monotonic() < end:
                memory.append(await asyncio.to_thread(served.memory_mb))
                files.append(served.open_files())
                await asyncio.sleep(5)

        beside = [send_slowly(served.port, SLOW[place % len(SLOW)], end) for place in range(slow)]
        _, closed, *_ = await asyncio.gather(weigh(), asyncio.gather(*beside), *(user(place) for place in range(users)))
    return {
        "users": users,
        "seconds": seconds,
        "requests": sum(map(len, times.values())),
        "kinds": {kind: figures(times[kind]) for kind in BUDGET_MS},
        "growth_bytes_max": largest[0],
        "memory_mb": [round(one) for one in memory],
        "open_files": files,
        "slow": slow,
        "slow_closed": sum(closed),
        "errors": errors,
    }


def figures(times: list[float]) -> dict[str, float]:
    """Return how long the middle, the slowest of twenty and of a hundred took."""
    ordered = sorted(times)
    at = {f"p{share}_ms": ordered[min(len(ordered) * share // 100, len(ordered) - 1)] for share in (50, 95, 99)}
    return {"n": len(ordered), **{name: round(value, 1) for name, value in at.items()}}


def report(told: dict[str, Any]) -> str:
    """Return the figures as lines of text."""
    of = f"{told['users']} users, {told['seconds']} s, {told['requests']} requests"
    lines = [f"{of}, {len(told['errors'])} errors"]
    for kind, one in told["kinds"].items():
        lines.append(
            f"{kind:7} n {one['n']:5}  p50 {one['p50_ms']:6} ms  p95 {one['p95_ms']:6} ms"
            f" (budget {BUDGET_MS[kind]})  p99 {one['p99_ms']:6} ms"
        )
    memory = told["memory_mb"]
    lines.append(f"growth answer at most {told['growth_bytes_max'] / 1000:.1f} kB before compression")
    lines.append(f"memory of the server {memory[0]} MB at first, {memory[-1]} MB at last, at most {max(memory)} MB")
    files = told["open_files"]
    lines.append(f"files and sockets of the server {files[0]} at first, {files[-1]} at last, at most {max(files)}")
    if told["slow"]:
        lines.append(f"beside {told['slow']} slow connections, of which the server closed {told['slow_closed']}")
    return "\n".join(lines + told["errors"][:10])


def compare(alone: dict[str, Any], beside: dict[str, Any]) -> str:
    """Return how much longer requests take beside slow connections."""
    ratios = (f"{kind} {beside['kinds'][kind]['p95_ms'] / one['p95_ms']:.2f}" for kind, one in alone["kinds"].items())
    return f"p95 beside slow connections, times that alone: {', '.join(ratios)}"


if __name__ == "__main__":
    main()
