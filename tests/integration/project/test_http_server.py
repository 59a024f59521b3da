"""The HTTP server beside clients that are slow, large, many, or not what they say."""

import contextlib
import http.client
import json
import socket
import threading
import time

import pytest

from grilse.project import http_server

ANSWER_SECONDS = 5


class Served:
    """A server in a thread, whose application answers with what it received."""

    def __init__(self):
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=64)
        self.listener.setblocking(False)
        self.port = self.listener.getsockname()[1]
        self.server = http_server.build_server(answer, self.listener)
        self.is_ending = False
        self.connections = []
        self.thread = threading.Thread(target=self.run)
        self.thread.start()

    def run(self):
        while not self.is_ending:
            http_server.TcpWSGIServer.asyncore.loop(timeout=0.1, map=self.server._map, use_poll=True, count=1)

    def close(self):
        self.is_ending = True
        self.thread.join(ANSWER_SECONDS)
        for connection in self.connections:
            connection.close()
        self.server.task_dispatcher.shutdown()
        for channel in list(self.server.active_channels.values()):
            channel.handle_close()
        self.server.close()
        self.listener.close()

    def open(self, *lines, body=b""):
        """Return a connection on which a request, or the begin of one, was sent."""
        connection = socket.create_connection(("127.0.0.1", self.port), timeout=ANSWER_SECONDS)
        self.connections.append(connection)
        connection.sendall("".join(f"{line}\r\n" for line in lines).encode() + body)
        return connection

    def request(self, method="GET", path="/", body=None, **headers):
        """Return the status, the headers and the body of the response."""
        connection = http.client.HTTPConnection("127.0.0.1", self.port, timeout=ANSWER_SECONDS)
        connection.request(method, path, body, {name.replace("_", "-"): value for name, value in headers.items()})
        response = connection.getresponse()
        content = response.read()
        connection.close()
        return response.status, response.headers, content


def answer(environ, start_response):
    """Tell what arrived; `/large` is a response that no socket buffer holds."""
    received = len(environ["wsgi.input"].read())
    facts = {"scheme": environ["wsgi.url_scheme"], "address": environ["REMOTE_ADDR"], "received": received}
    content = bytes(2**25) if environ["PATH_INFO"] == "/large" else json.dumps(facts).encode()
    start_response("200 OK", [("Content-Length", str(len(content)))])
    return [content]


@pytest.fixture
def serve():
    with contextlib.ExitStack() as ending:

        def start():
            served = Served()
            ending.callback(served.close)
            return served

        yield start


def is_closed(connection):
    """Tell whether the server closed a connection."""
    connection.settimeout(ANSWER_SECONDS)
    try:
        return connection.recv(1) == b""
    except ConnectionResetError:
        return True
    except TimeoutError:
        return False


SLOW = {
    "nothing": (),
    "half a header": ("GET / HTTP/1.1", "Host: localhost", "X-Slow: a"),
    "half a body": ("POST /login/ HTTP/1.1", "Host: localhost", "Content-Length: 50000", ""),
    "half a chunk": ("POST /login/ HTTP/1.1", "Host: localhost", "Transfer-Encoding: chunked", "", "400"),
}


@pytest.mark.parametrize("begin", SLOW.values(), ids=SLOW)
def test_slow_clients_hold_no_thread(serve, begin):
    served = serve()
    slow = [served.open(*begin) for _ in range(4 * http_server.THREADS)]
    for _ in range(5):
        assert served.request()[0] == 200
        for connection in slow:
            connection.sendall(b"a" if begin else b"")


def test_clients_that_do_not_read_hold_no_thread(serve):
    served = serve()
    for _ in range(2 * http_server.THREADS):
        served.open("GET /large HTTP/1.1", "Host: localhost", "", "")
    assert served.request()[0] == 200


@pytest.mark.parametrize("begin", [SLOW["half a header"], SLOW["half a body"]], ids=["header", "body"])
def test_a_client_that_sends_too_slowly_is_disconnected(serve, monkeypatch, begin):
    monkeypatch.setattr(http_server, "GRACE_SECONDS", 0.5)
    assert is_closed(serve().open(*begin, body=b"a"))


def test_a_client_that_sends_fast_enough_is_not(serve, monkeypatch):
    monkeypatch.setattr(http_server, "GRACE_SECONDS", 0.5)
    monkeypatch.setattr(http_server, "MIN_BYTES_PER_SECOND", 1000)
    connection = serve().open("POST / HTTP/1.1", "Host: localhost", "Content-Length: 6000", "", "")
    for _ in range(6):
        connection.sendall(bytes(1000))
        time.sleep(0.5)
    assert connection.recv(12) == b"HTTP/1.1 200"


def test_more_connections_than_allowed_end_the_one_that_waits_longest(serve, monkeypatch):
    monkeypatch.setattr(http_server, "MAX_CONNECTIONS", 3)
    served = serve()
    slow = []
    for _ in range(4):
        slow.append(served.open(*SLOW["half a header"]))
        time.sleep(0.2)
    assert is_closed(slow[0])
    assert served.request()[0] == 200


def test_bodies_beyond_what_a_process_stores_end_the_largest(serve, monkeypatch):
    monkeypatch.setattr(http_server, "MAX_BUFFERED", 50_000)
    served = serve()
    small, large = (served.open(*SLOW["half a body"], "", body=bytes(size)) for size in (10_000, 45_000))
    assert is_closed(large)
    small.sendall(bytes(40_000))
    assert small.recv(12) == b"HTTP/1.1 200"


LARGE = bytes(http_server.MAX_ANONYMOUS_BODY + 1)
LOGGED_IN = ({"Cookie": "sessionid=a"}, {"Authorization": "Bearer grilse_a"})


@pytest.mark.parametrize("encoded", [False, True], ids=["length", "chunks"])
def test_a_large_body_takes_a_session_or_a_key(serve, encoded):
    served = serve()
    body = iter([LARGE]) if encoded else LARGE
    status, headers, content = served.request("POST", body=body)
    assert (status, headers["Content-Type"]) == (413, "application/problem+json")
    assert json.loads(content)["detail"] == "the request has more than 64 kB: log in first"
    for login in LOGGED_IN:
        status, _, content = served.request("POST", body=iter([LARGE]) if encoded else LARGE, **login)
        assert (status, json.loads(content)["received"]) == (200, len(LARGE))


def test_a_large_body_that_ends_where_it_is_refused_is_answered(serve):
    chunks = b"%x\r\n%b\r\n0\r\n\r\n" % (len(LARGE), LARGE)
    connection = serve().open("POST / HTTP/1.1", "Host: localhost", "Transfer-Encoding: chunked", "")
    for part in (chunks[:60_000], chunks[60_000:]):
        time.sleep(0.3)
        connection.sendall(part)
    assert connection.recv(12) == b"HTTP/1.1 413"


def test_a_body_beyond_the_limit_of_all_is_refused_before_it_is_sent(serve):
    length = f"Content-Length: {http_server.MAX_BODY + 1}"
    connection = serve().open(
        "POST / HTTP/1.1", "Host: localhost", "Cookie: sessionid=a", "Expect: 100-continue", length, "", ""
    )
    response = http.client.HTTPResponse(connection)
    response.begin()
    assert (response.status, b"send it in parts" in response.read()) == (413, True)
    response.close()


def test_a_header_beyond_the_limit_is_refused(serve):
    status, _, content = serve().request(X_Long="a" * http_server.MAX_HEADER)
    assert (status, json.loads(content)["status"]) == (431, 431)


FORWARDED = {"X_Forwarded_For": "192.0.2.7", "X_Forwarded_Proto": "https", "Forwarded": "for=192.0.2.8;proto=https"}


@pytest.mark.parametrize(
    ("proxy", "scheme", "address"),
    [("127.0.0.1", "https", "192.0.2.7"), ("10.0.0.2", "http", "127.0.0.1"), ("", "http", "127.0.0.1")],
)
def test_only_the_proxy_says_who_sent_a_request(serve, settings_of_proxy, proxy, scheme, address):
    settings_of_proxy(proxy)
    facts = json.loads(serve().request(**FORWARDED)[2])
    assert (facts["scheme"], facts["address"]) == (scheme, address)


@pytest.fixture
def settings_of_proxy(monkeypatch):
    return lambda proxy: monkeypatch.setattr(http_server.settings, "TRUSTED_PROXY", proxy)
