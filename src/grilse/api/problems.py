"""What went wrong, as RFC 9457 has it: one sentence, and the fields that it is about."""

import logging
from collections.abc import Callable
from typing import Any

import psycopg
from django.conf import settings
from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.db import DataError, IntegrityError
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI, Schema
from ninja.errors import HttpError, ValidationError

from grilse.access import idempotency
from grilse.errors import GrilseError, NotAllowed

PROBLEM_CONTENT_TYPE = "application/problem+json"
TITLES = {
    400: "The request cannot be read",
    401: "Who asks is not known",
    403: "Who asks may not do this",
    404: "It is not there",
    405: "This address does not take that method",
    406: "It cannot be had in this form",
    409: "It conflicts with what is there",
    411: "The request does not say its length",
    412: "It has changed since you read it",
    413: "The request is too large",
    415: "The request is of a kind that is not taken",
    422: "It was refused",
    429: "Too many requests",
    500: "It went wrong here",
    503: "Not now",
}
logger = logging.getLogger(__name__)


class FieldError(Schema):
    """What is wrong with one field."""

    field: str
    """Where it stands in the request, as `body.lines.0.count`; empty where it is about the whole."""
    detail: str
    row: int | None = None
    """Of a file or a list, the first is 1."""
    value: str | None = None
    """As it was given."""


class ProblemDetail(Schema):
    """Why nothing was changed."""

    type: str
    title: str
    status: int
    detail: str
    """One sentence: what is wrong and what to do."""
    errors: list[FieldError] = []


PROBLEM_RESPONSES: dict[int, Any] = dict.fromkeys((400, 401, 403, 404, 409, 422), ProblemDetail)


class UnauthenticatedError(Exception):
    """Nobody known asks."""


class CsrfError(Exception):
    """A write of a session without its token."""


class NotFoundError(GrilseError):
    """What an address names is not there, or not in reach."""


class StatusError(GrilseError):
    """Refused with a status of its own."""

    def __init__(self, status: int, message: str, *, field: str = "") -> None:
        super().__init__(message, field=field)
        self.status = status


def build_problem_response(status: int, detail: str, errors: Any = (), **headers: str) -> HttpResponse:
    """Return the answer that tells of a problem."""
    body = ProblemDetail(type="about:blank", title=TITLES[status], status=status, detail=detail, errors=list(errors))
    answer = HttpResponse(body.model_dump_json(exclude_none=True), status=status, content_type=PROBLEM_CONTENT_TYPE)
    for name, value in headers.items():
        answer[name.replace("_", "-")] = value
    return answer


def register_error_handlers(api: NinjaAPI) -> None:
    """Have an API tell of every problem in one form."""
    handlers: dict[type[Exception], Callable[..., HttpResponse]] = {
        UnauthenticatedError: lambda *_: build_unauthenticated_response(),
        CsrfError: lambda *_: build_problem_response(403, CSRF_MESSAGE),
        GrilseError: _convert_grilse_error,
        ValidationError: _convert_validation_error,
        HttpError: lambda _, error: build_problem_response(error.status_code, _lowercase_first(str(error))),
        Http404: lambda *_: build_problem_response(404, "there is nothing at this address"),
        RequestDataTooBig: lambda *_: build_problem_response(413, BODY_TOO_LARGE_MESSAGE),
        PermissionDenied: lambda _, error: build_problem_response(403, str(error)),
        DataError: lambda *_: build_problem_response(422, VALUE_TOO_LARGE_MESSAGE),
        psycopg.DataError: lambda *_: build_problem_response(422, VALUE_TOO_LARGE_MESSAGE),
        IntegrityError: lambda *_: build_problem_response(409, CONFLICT_MESSAGE),
        psycopg.IntegrityError: lambda *_: build_problem_response(409, CONFLICT_MESSAGE),
        idempotency.IdempotencyKeyReused: lambda _, error: build_problem_response(409, str(error)),
        Exception: _report_unexpected_error,
    }
    for kind, telling in handlers.items():
        api.add_exception_handler(kind, telling)


def build_unauthenticated_response() -> HttpResponse:
    """Return the answer to somebody who did not say who they are, or whose key opens nothing."""
    return build_problem_response(
        401, "log in, or send a key that is valid: Authorization: Bearer …", WWW_Authenticate="Bearer"
    )


def _convert_grilse_error(request: HttpRequest, error: GrilseError) -> HttpResponse:
    status = error.status if isinstance(error, StatusError) else _select_status(error)
    about = [{"field": error.field, "detail": str(error)}] if error.field else []
    return build_problem_response(status, str(error), about)


def _select_status(error: GrilseError) -> int:
    if isinstance(error, NotAllowed):
        return 403
    return 404 if isinstance(error, NotFoundError) else 422


def _convert_validation_error(request: HttpRequest, error: ValidationError) -> HttpResponse:
    faults = [
        {
            "field": ".".join(str(part) for part in invalid_field["loc"]),
            "detail": _lowercase_first(invalid_field["msg"]),
        }
        for invalid_field in error.errors
    ]
    first = faults[0]
    more = f", and {len(faults) - 1} more" if len(faults) > 1 else ""
    return build_problem_response(422, f"{first['field']}: {first['detail']}{more}", faults)


def _report_unexpected_error(request: HttpRequest, error: Exception) -> HttpResponse:
    logger.error("%s %s", request.method, request.path, exc_info=error)
    return build_problem_response(500, "an error of ours, kept in the log; nothing was changed")


def _lowercase_first(text: str) -> str:
    return text[:1].lower() + text[1:]


VALUE_TOO_LARGE_MESSAGE = "a value is larger than what it can be"
CONFLICT_MESSAGE = "somebody else entered what this needs at the same time: read it again, then decide"
CSRF_MESSAGE = "this login's token against forgery is missing: send it as X-CSRFToken"
# A file of readings streams, unless its answer is to be kept under a key.
BODY_TOO_LARGE_MESSAGE = (
    f"a request of more than {settings.DATA_UPLOAD_MAX_MEMORY_SIZE / 2**20:g} MB: send it in parts; a file of"
    " readings needs no Idempotency-Key, the same again changes nothing"
)
