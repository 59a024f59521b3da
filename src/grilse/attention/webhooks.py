"""Requests to webhooks, signed as https://www.standardwebhooks.com/ specifies."""

import base64
import hashlib
import hmac
import json
import secrets
import socket
from collections.abc import Mapping, Sequence
from http.client import HTTPConnection, HTTPSConnection
from ipaddress import IPv4Address, IPv4Network, IPv6Address, IPv6Network, ip_address
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import HTTPHandler, HTTPRedirectHandler, HTTPSHandler, ProxyHandler, Request, build_opener

Address = IPv4Address | IPv6Address
Network = IPv4Network | IPv6Network

SECRET_MARK = "whsec_"
SECRET_BYTES = 32
TIMEOUT_SECONDS = 10.0
GONE = 410
NAT64 = IPv6Network("64:ff9b::/96")


class WebhookError(Exception):
    """A webhook did not accept a message."""

    def __init__(self, message: str, *, is_gone: bool = False) -> None:
        """Say why; `is_gone` where the receiver wants no more messages."""
        super().__init__(message)
        self.is_gone = is_gone


class _RefuseRedirects(HTTPRedirectHandler):
    """Follows no redirect: a message goes to the address that an admin entered."""

    def redirect_request(self, *arguments: Any) -> None:
        """Return no request."""


def is_public(address: Address, allowed: Sequence[Network] = ()) -> bool:
    """Tell whether messages may go to an address: one of the internet, or of an allowed network."""
    if isinstance(address, IPv6Address):
        inner = (
            IPv4Address(int(address) & 0xFFFF_FFFF) if address in NAT64 else address.ipv4_mapped or address.sixtofour
        )
        if inner is not None:
            return is_public(inner, allowed)
    return (address.is_global and not address.is_multicast) or any(address in network for network in allowed)


def connect_publicly(
    address: tuple[str, int], timeout: float | None = None, source: Any = None, *, allowed: Sequence[Network] = ()
) -> socket.socket:
    """Connect to the first address of a host that may get messages; the address that is checked is the one called."""
    host, port = address
    addresses = [info[4][0] for info in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)]
    for name in addresses:
        if not is_public(ip_address(str(name).partition("%")[0]), allowed):
            raise WebhookError(f"{host} is {name}, which is no public address: see GRILSE_WEBHOOK_NETWORKS")
    return socket.create_connection((str(addresses[0]), port), timeout, source)


def _build_handlers(allowed: Sequence[Network]) -> list[Any]:
    def connect(*arguments: Any, **options: Any) -> socket.socket:
        return connect_publicly(*arguments, **options, allowed=allowed)

    def limit(connection_class: type[HTTPConnection]) -> Any:
        def build_connection(*arguments: Any, **options: Any) -> HTTPConnection:
            connection: Any = connection_class(*arguments, **options)
            connection._create_connection = connect
            return connection

        return build_connection

    class PlainHandler(HTTPHandler):
        def http_open(self, request: Request) -> Any:
            return self.do_open(limit(HTTPConnection), request)

    class SecureHandler(HTTPSHandler):
        def https_open(self, request: Request) -> Any:
            return self.do_open(limit(HTTPSConnection), request)

    # A proxy would connect to addresses that nobody has checked here.
    return [ProxyHandler({}), PlainHandler, SecureHandler, _RefuseRedirects]


def create_secret() -> str:
    """Return a new key of a webhook."""
    return SECRET_MARK + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def sign_message(secret: str, id: str, timestamp: int, body: bytes) -> str:
    """Return the signature of a message: HMAC-SHA256 of id, timestamp and body, in version v1."""
    key = base64.b64decode(secret.removeprefix(SECRET_MARK))
    signed = b".".join((id.encode(), str(timestamp).encode(), body))
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


def post_message(
    url: str, secret: str, id: str, timestamp: int, payload: Mapping[str, Any], *, allowed: Sequence[Network] = ()
) -> None:
    """Send a message; raise if the receiver does not answer with a status from 200 to 299.

    It goes to public addresses, and to those of the allowed networks.
    """
    body = json.dumps(payload, separators=(",", ":")).encode()
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "grilse",
        "webhook-id": id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": sign_message(secret, id, timestamp, body),
    }
    try:
        with build_opener(*_build_handlers(allowed)).open(Request(url, body, headers), timeout=TIMEOUT_SECONDS):
            pass
    except HTTPError as error:
        error.close()
        raise WebhookError(f"status {error.code}", is_gone=error.code == GONE) from None
    except (URLError, OSError, ValueError) as error:
        raise WebhookError(str(error)) from None
