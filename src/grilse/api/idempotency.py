"""Write requests with an idempotency key: a repeated request gets the stored response."""

import hashlib
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from grilse.access import idempotency
from grilse.access.principal import RequestContext
from grilse.access.requests import require_principal
from grilse.api.problems import PROBLEM_CONTENT_TYPE, build_problem_response

IDEMPOTENCY_HEADER = "Idempotency-Key"
REPLAYED_HEADER = "Idempotent-Replayed"
SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
STORED_HEADERS = ("Content-Type", "Location")
NO_STORE = "no-store"

SECRET_REPLAY_MESSAGE = (
    "the request with this idempotency key was carried out and its secret is shown once: revoke the API key and"
    " issue another"
)
SECRET_REPLAY_RESPONSE = idempotency.StoredResponse(
    status=409,
    headers={"Content-Type": PROBLEM_CONTENT_TYPE},
    body=build_problem_response(409, SECRET_REPLAY_MESSAGE).content,
)


def run_idempotent(
    request: HttpRequest, context: RequestContext, run: Callable[[], HttpResponseBase]
) -> HttpResponseBase:
    """Run a write request, or return the stored response of an earlier request with the same key."""
    key = request.headers.get(IDEMPOTENCY_HEADER)
    if key is None or request.method in SAFE_METHODS:
        return run()
    user = require_principal(request).user
    stored = idempotency.claim_idempotency_key(context.company, user, key, _hash_request(request))
    if stored is not None:
        return HttpResponse(stored.body, status=stored.status, headers={**stored.headers, REPLAYED_HEADER: "true"})
    response = run()
    if response.headers.get("Cache-Control") == NO_STORE:
        # A secret is shown once and is not stored: the repeated request gets a message that says so.
        idempotency.store_response(context.company, user, key, SECRET_REPLAY_RESPONSE)
    elif response.status_code < 400 and isinstance(response, HttpResponse):
        headers = {name: response[name] for name in STORED_HEADERS if name in response}
        result = idempotency.StoredResponse(status=response.status_code, headers=headers, body=response.content)
        idempotency.store_response(context.company, user, key, result)
    return response


def _hash_request(request: HttpRequest) -> str:
    target = f"{request.method} {request.get_full_path()}\n".encode()
    return hashlib.sha256(target + request.body).hexdigest()
