"""Writes that are sent again, and writes upon what has changed since it was read."""

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
    "this was done under the same idempotency key, and its answer is shown once: revoke it and ask anew"
)
SECRET_REPLAY_ANSWER = idempotency.StoredResponse(
    status=409,
    headers={"Content-Type": PROBLEM_CONTENT_TYPE},
    body=build_problem_response(409, SECRET_REPLAY_MESSAGE).content,
)


def run_idempotent(
    request: HttpRequest, context: RequestContext, run: Callable[[], HttpResponseBase]
) -> HttpResponseBase:
    """Run a write, or answer as it was answered when it was sent before under the same key."""
    key = request.headers.get(IDEMPOTENCY_HEADER)
    if key is None or request.method in SAFE_METHODS:
        return run()
    user = require_principal(request).user
    before = idempotency.claim_idempotency_key(context.company, user, key, _hash_request(request))
    if before is not None:
        return HttpResponse(before.body, status=before.status, headers={**before.headers, REPLAYED_HEADER: "true"})
    answer = run()
    if answer.headers.get("Cache-Control") == NO_STORE:
        # What is shown once is not kept: who sends it again is told that it was.
        idempotency.store_response(context.company, user, key, SECRET_REPLAY_ANSWER)
    elif answer.status_code < 400 and isinstance(answer, HttpResponse):
        headers = {name: answer[name] for name in STORED_HEADERS if name in answer}
        stored_answer = idempotency.StoredResponse(status=answer.status_code, headers=headers, body=answer.content)
        idempotency.store_response(context.company, user, key, stored_answer)
    return answer


def _hash_request(request: HttpRequest) -> str:
    asked = f"{request.method} {request.get_full_path()}\n".encode()
    return hashlib.sha256(asked + request.body).hexdigest()
