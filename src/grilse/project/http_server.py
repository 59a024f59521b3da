"""The HTTP server: it receives a request completely before a thread runs it, so a slow client holds no thread."""

import contextlib
import logging
import multiprocessing
import multiprocessing.connection
import os
import resource
import signal
import socket
import time
from copy import copy
from types import FrameType
from typing import Any

from django.conf import settings
from django.db import connections
from waitress.adjustments import Adjustments
from waitress.channel import HTTPChannel
from waitress.parser import HTTPRequestParser
from waitress.server import TcpWSGIServer
from waitress.task import ErrorTask
from waitress.utilities import BadRequest, RequestEntityTooLarge

from grilse.api.problems import build_problem_response
from grilse.environment.parsing.chunks import MOST_BYTES
from grilse.web.rate_limits import RateLimitMiddleware, RequestCounter

THREADS = 3
"""Threads of a process: each keeps its database connection, so a few are enough."""
SHUTDOWN_SECONDS = 10
"""Seconds for the processes to finish their requests before they are killed."""
RESTART_SECONDS = 1
"""Seconds before a process that ended is replaced."""

MAX_HEADER = 2**15
MAX_BODY = MOST_BYTES + 2**20
"""Bytes of a body: the largest file and the fields around it in a form."""
MAX_ANONYMOUS_BODY = 2**16
"""Bytes of the body of a request without session and key."""
MAX_BUFFERED = 2**30
"""Bytes of incomplete bodies that a process stores; beyond them it closes the largest."""
MAX_CONNECTIONS = 1000
"""Connections of a process; beyond them it closes the one that waits longest for its request."""
GRACE_SECONDS = 20
MIN_BYTES_PER_SECOND = 4096
"""A client may be slower than this for the seconds of grace, in the sum over its request."""
IDLE_SECONDS = 60

STOP_SIGNALS = (signal.SIGINT, signal.SIGTERM)
REQUEST_TOO_LARGE = "the request has more than {} kB: {}"


class DiscardedBody:
    """A buffer that stores nothing: the body of a refused request is read to its end, so that its client reads why."""

    def append(self, data: bytes) -> None:
        """Discard bytes."""

    def close(self) -> None:
        """Do nothing."""

    def __len__(self) -> int:
        return 0


class BoundedRequest(HTTPRequestParser):
    """A request that is refused by its length before its body is stored."""

    adj: Any
    error: Any
    completed: bool
    expect_continue: bool

    def __init__(self, adjustments: Any) -> None:
        super().__init__(adjustments)
        self.began = time.time()

    def parse_header(self, header_plus: bytes) -> None:
        """Parse the header, and choose the limit of the body."""
        super().parse_header(header_plus)
        if "AUTHORIZATION" not in self.headers and f"{settings.SESSION_COOKIE_NAME}=" not in self.headers.get(
            "COOKIE", ""
        ):
            self._limit_body(MAX_ANONYMOUS_BODY)

    def received(self, data: bytes) -> int:
        """Receive some bytes; return how many belong to this request."""
        was_refused = self.error is not None
        consumed = int(super().received(data))
        if self.chunked and len(self.body_rcv.control_line) + len(self.body_rcv.trailer) > MAX_HEADER:
            self.error, self.completed = BadRequest("a chunk without length"), True
        if isinstance(self.error, RequestEntityTooLarge) and not was_refused:
            remedy = "log in first" if self.adj.max_request_body_size == MAX_ANONYMOUS_BODY else "send it in parts"
            self.error.body = REQUEST_TOO_LARGE.format(self.adj.max_request_body_size // 1024, remedy)
            if self.expect_continue or self.content_length > 2 * MAX_BODY:
                self.expect_continue = False
            else:
                self.completed = self.body_rcv.completed
                self.body_rcv.buf.close()
                self.body_rcv.buf = DiscardedBody()
                self._limit_body(2 * MAX_BODY)
        return consumed

    def is_late(self, now: float) -> bool:
        """Tell whether the client sends too slowly."""
        return now - self.began > GRACE_SECONDS + self.body_bytes_received / MIN_BYTES_PER_SECOND

    def _limit_body(self, size: int) -> None:
        self.adj = copy(self.adj)
        self.adj.max_request_body_size = size


class ProblemTask(ErrorTask):
    """Answers a request that the server refuses with a problem document."""

    def execute(self) -> None:
        """Write the response."""
        error = self.request.error
        response = build_problem_response(error.code, error.body)
        self.status = f"{error.code} {response.reason_phrase}"
        self.response_headers.extend(response.items())
        self.set_close_on_finish()
        self.content_length = len(response.content)
        self.write(response.content)


class Channel(HTTPChannel):
    """The connection of a client."""

    parser_class = BoundedRequest
    error_task_class = ProblemTask


class Server(TcpWSGIServer):
    """Receives the requests of one process, and closes connections that are slow, idle or too many."""

    channel_class = Channel
    parent: int | None = None
    """The process that started this one; with its end this one ends."""

    def maintenance(self, now: float) -> None:
        """Close connections; called every second."""
        super().maintenance(now)
        if self.parent not in (None, os.getppid()):
            raise SystemExit
        stored = 0
        receiving = [channel for channel in self.active_channels.values() if channel.request]
        for channel in sorted(receiving, key=lambda channel: int(channel.request.body_bytes_received)):
            stored += channel.request.body_bytes_received
            if stored > MAX_BUFFERED or channel.request.is_late(now):
                channel.will_close = True

    def handle_accept(self) -> None:
        """Accept a connection, in the place of the one that waits longest if there are too many."""
        super().handle_accept()
        if len(self.active_channels) > MAX_CONNECTIONS:
            waiting = [channel for channel in self.active_channels.values() if not channel.requests]
            if waiting:
                min(waiting, key=_get_waiting_since).handle_close()


def _get_waiting_since(channel: Any) -> float:
    return float(channel.request.began if channel.request else channel.last_activity)


def build_server(application: Any, listener: socket.socket, **options: Any) -> Server:
    """Return the server of a process; options are those of waitress."""
    proxy = settings.TRUSTED_PROXY
    adjustments = Adjustments(
        sockets=[listener],
        threads=THREADS,
        ident=None,
        asyncore_use_poll=True,
        recv_bytes=2**16,
        connection_limit=2 * MAX_CONNECTIONS,
        cleanup_interval=1,
        channel_timeout=IDLE_SECONDS,
        max_request_header_size=MAX_HEADER,
        max_request_body_size=MAX_BODY,
        log_socket_errors=False,
        # A client that reads slowly holds a temporary file, no thread.
        outbuf_high_watermark=2**28,
        **({"trusted_proxy": proxy, "trusted_proxy_headers": "x-forwarded-for x-forwarded-proto"} if proxy else {}),
        **options,
    )
    address = (listener.family, listener.type, listener.proto, listener.getsockname())
    return Server(application, {}, _sock=listener, adj=adjustments, bind_socket=False, sockinfo=address)


def _exit_at_signals() -> None:
    """Raise SystemExit at the first signal to stop."""

    def exit_once(number: int, frame: FrameType | None) -> None:
        for stop in STOP_SIGNALS:
            signal.signal(stop, signal.SIG_IGN)
        raise SystemExit

    for stop in STOP_SIGNALS:
        signal.signal(stop, exit_once)


def run_processes(host: str, port: int, count: int) -> None:
    """Serve with some processes until a signal; a process that ends is replaced."""
    [(family, _, _, _, address), *_] = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    with socket.create_server(address, family=family, backlog=1024) as listener:
        listener.setblocking(False)
        # The processes share the memory of what is imported here.
        from grilse.project.wsgi import application

        connections.close_all()
        _exit_at_signals()
        start = multiprocessing.get_context("fork").Process
        RateLimitMiddleware.counter = RequestCounter(count)
        processes: dict[int, Any] = {}
        try:
            while True:
                for place in range(count):
                    if place not in processes or not processes[place].is_alive():
                        processes[place] = start(target=_run_process, args=(application, listener, os.getpid(), place))
                        processes[place].start()
                multiprocessing.connection.wait([process.sentinel for process in processes.values()])
                time.sleep(RESTART_SECONDS)
        except SystemExit:
            pass
        finally:
            _stop_processes(list(processes.values()))


def _stop_processes(processes: list[Any]) -> None:
    for process in processes:
        process.terminate()
    end = time.monotonic() + SHUTDOWN_SECONDS
    for process in processes:
        process.join(max(end - time.monotonic(), 0))
        process.kill()


def _run_process(application: Any, listener: socket.socket, parent: int, place: int) -> None:
    _exit_at_signals()
    RateLimitMiddleware.counter.process = place
    logging.getLogger("waitress").setLevel(logging.ERROR)
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    with contextlib.suppress(ValueError):
        resource.setrlimit(resource.RLIMIT_NOFILE, (min(most, 8 * MAX_CONNECTIONS), most))
    server = build_server(application, listener)
    server.parent = parent
    server.run()
