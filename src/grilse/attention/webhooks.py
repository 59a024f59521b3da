"""Requests to webhooks, signed as https://www.standardwebhooks.com/ specifies."""

import base64
import hashlib
import hmac
import json
import secrets
from collections.abc import Mapping
from typing import Any
from urllib.error import HTTPError, URLError
from urllib.request import HTTPRedirectHandler, Request, build_opener

SECRET_MARK = "whsec_"
SECRET_BYTES = 32
TIMEOUT_SECONDS = 10.0
GONE = 410


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


def create_secret() -> str:
    """Return a new key of a webhook."""
    return SECRET_MARK + base64.b64encode(secrets.token_bytes(SECRET_BYTES)).decode()


def sign_message(secret: str, id: str, timestamp: int, body: bytes) -> str:
    """Return the signature of a message: HMAC-SHA256 of id, timestamp and body, in version v1."""
    key = base64.b64decode(secret.removeprefix(SECRET_MARK))
    signed = b".".join((id.encode(), str(timestamp).encode(), body))
    return "v1," + base64.b64encode(hmac.new(key, signed, hashlib.sha256).digest()).decode()


def post_message(url: str, secret: str, id: str, timestamp: int, payload: Mapping[str, Any]) -> None:
    """Send a message; raise if the receiver does not answer with a status from 200 to 299."""
    body = json.dumps(payload, separators=(",", ":")).encode()
    headers = {
        "Content-Type": "application/json",
        "User-Agent": "grilse",
        "webhook-id": id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": sign_message(secret, id, timestamp, body),
    }
    try:
        with build_opener(_RefuseRedirects).open(Request(url, body, headers), timeout=TIMEOUT_SECONDS):
            pass
    except HTTPError as error:
        raise WebhookError(f"status {error.code}", is_gone=error.code == GONE) from None
    except (URLError, OSError, ValueError) as error:
        raise WebhookError(str(error)) from None
