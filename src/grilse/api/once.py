"""Writes that are sent again, and writes upon what has changed since it was read."""

import hashlib
from collections.abc import Callable

from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase

from grilse.api.problems import TYPE, problem
from grilse.door import identified
from grilse.farm import kept
from grilse.farm.principal import Entered

KEY = "Idempotency-Key"
REPEATED = "Idempotent-Replayed"
READING = ("GET", "HEAD", "OPTIONS")
KEPT = ("Content-Type", "Location")
SECRET = "no-store"

TOLD = "this was done under the same idempotency key, and its answer is shown once: revoke it and ask anew"
SHOWN = kept.Answer(status=409, headers={"Content-Type": TYPE}, body=problem(409, TOLD).content)


def once(request: HttpRequest, found: Entered, run: Callable[[], HttpResponseBase]) -> HttpResponseBase:
    """Run a write, or answer as it was answered when it was sent before under the same key."""
    key = request.headers.get(KEY)
    if key is None or request.method in READING:
        return run()
    user = identified(request).user
    before = kept.answered(found.company, user, key, _digest(request))
    if before is not None:
        return HttpResponse(before.body, status=before.status, headers={**before.headers, REPEATED: "true"})
    answer = run()
    if answer.headers.get("Cache-Control") == SECRET:
        # What is shown once is not kept: who sends it again is told that it was.
        kept.keep(found.company, user, key, SHOWN)
    elif answer.status_code < 400 and isinstance(answer, HttpResponse):
        headers = {name: answer[name] for name in KEPT if name in answer}
        made = kept.Answer(status=answer.status_code, headers=headers, body=answer.content)
        kept.keep(found.company, user, key, made)
    return answer


def _digest(request: HttpRequest) -> str:
    asked = f"{request.method} {request.get_full_path()}\n".encode()
    return hashlib.sha256(asked + request.body).hexdigest()
