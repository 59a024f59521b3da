"""Limits of requests per minute: of an API key, of a login, of a network address."""

import mmap
import threading
import time
from collections.abc import Iterator
from ipaddress import ip_network

import numpy as np
from django.conf import settings
from django.db import DatabaseError, InterfaceError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from grilse.access.requests import find_principal
from grilse.api.problems import build_problem_response
from grilse.errors import NotAllowed
from grilse.web.middleware import API_PREFIX, GetResponse

SECONDS = 60
SLOTS = 2**16
"""Counters of a process; callers are spread over them by hash, so two callers rarely share one."""
ADDRESS_FACTOR, ANONYMOUS_DIVISOR = 10, 4
"""Of the limit of a key: all requests of an address, and those of an address without a valid key or session."""


class RequestCounter:
    """Counts the requests of callers in the current minute, in memory that forked processes share.

    Each process writes its own row, so none is locked: a killed process blocks no other.
    """

    def __init__(self, processes: int = 1) -> None:
        memory = mmap.mmap(-1, 2 * 8 * processes * SLOTS)
        self._minutes, self._counts = np.frombuffer(memory, np.int64).reshape(2, processes, SLOTS)
        self._lock = threading.Lock()
        self.process = 0
        """The row of this process."""

    def add_request(self, caller: str, minute: int) -> int:
        """Count a request; return how many the caller has sent to all processes in this minute."""
        # Forked processes have the same seed of hashes, which no client knows.
        slot = hash(caller) % SLOTS
        minutes, counts = self._minutes[:, slot], self._counts[:, slot]
        with self._lock:
            if minutes[self.process] != minute:
                minutes[self.process], counts[self.process] = minute, 0
            counts[self.process] += 1
            return int(counts[minutes == minute].sum())


class RateLimitMiddleware:
    """Answers 429 to a caller with too many requests in a minute."""

    counter = RequestCounter()

    def __init__(self, get_response: GetResponse) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        """Answer, or say how long to wait."""
        minute, second = divmod(int(time.time()), SECONDS)
        if settings.REQUESTS_PER_MINUTE:
            for caller, limit in _iter_limits(request):
                if self.counter.add_request(caller, minute) > limit:
                    reason = f"more than {limit:,} requests in a minute from this {caller.split()[0]}"
                    return refuse_request(request, reason=reason, seconds=SECONDS - second)
        return self.get_response(request)


def _iter_limits(request: HttpRequest) -> Iterator[tuple[str, int]]:
    """Yield the callers of a request and their limits; the address costs no query, so it comes first."""
    address = request.META["REMOTE_ADDR"]
    if ":" in address:  # a client chooses among the addresses of its network
        address = str(ip_network((address, 64), strict=False))
    limit = settings.REQUESTS_PER_MINUTE
    yield f"address {address}", limit * ADDRESS_FACTOR
    try:
        principal = find_principal(request)
    except (NotAllowed, DatabaseError, InterfaceError):  # the view answers the same error
        return
    if principal is None:
        yield f"address {address} without login", max(limit // ANONYMOUS_DIVISOR, 1)
    elif principal.key is not None:
        yield f"key {principal.key}", limit
    else:
        yield f"login {principal.user}", limit


def refuse_request(
    request: HttpRequest, *, reason: str = "too many attempts from your network", seconds: int = SECONDS
) -> HttpResponse:
    """Return the response to a caller who has to wait."""
    detail = f"{reason}: wait {seconds} seconds, then try again"
    if request.path.startswith(API_PREFIX):
        return build_problem_response(429, detail, Retry_After=str(seconds))
    response = render(request, "429.html", {"detail": detail[0].upper() + detail[1:]}, status=429)
    response.headers["Retry-After"] = str(seconds)
    return response
