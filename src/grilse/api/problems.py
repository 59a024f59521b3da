"""Error responses in the format of RFC 9457: a sentence, and the fields that it is about."""

import logging
from collections.abc import Callable
from http import HTTPStatus
from typing import Any

import psycopg
from django.conf import settings
from django.core.exceptions import PermissionDenied, RequestDataTooBig
from django.db import DataError, IntegrityError, InterfaceError, OperationalError
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import HttpError, ValidationError

from grilse.access import idempotency
from grilse.api.schemas import Schema
from grilse.confirmation import ConfirmationRequired
from grilse.errors import GrilseError, NotAllowed

PROBLEM_CONTENT_TYPE = "application/problem+json"
logger = logging.getLogger(__name__)


class FieldError(Schema):
    """An error in one field."""

    field: str
    """The path in the request, such as `body.lines.0.count`; empty for an error in the whole request."""
    detail: str
    row: int | None = None
    """The row of a file or a list, counted from 1."""
    value: str | None = None
    """The value that was sent."""
    code: str | None = None
    """Of an unlikely value: sent again with this code in `confirm`, the value is accepted."""


class ProblemDetail(Schema):
    """The reason why a request was refused; a refused request changes nothing."""

    type: str
    title: str
    status: int
    detail: str
    """One sentence: what is wrong and what to do."""
    errors: list[FieldError] = []


PROBLEM_STATUSES = (400, 401, 403, 404, 409, 413, 422, 429)


class UnauthenticatedError(Exception):
    """The request has no valid login and no valid API key."""


class CsrfError(Exception):
    """A browser sends a write request without its CSRF token."""


class NotFoundError(GrilseError):
    """The row of an address does not exist, or the role does not reach it."""


class StatusError(GrilseError):
    """An error with a status code of its own."""

    def __init__(self, status: int, message: str, *, field: str = "") -> None:
        super().__init__(message, field=field)
        self.status = status


def build_problem_response(status: int, detail: str, errors: Any = (), **headers: str) -> HttpResponse:
    """Return the response that describes a problem."""
    body = ProblemDetail(
        type="about:blank", title=HTTPStatus(status).phrase, status=status, detail=detail, errors=list(errors)
    )
    content = body.model_dump_json(exclude_none=True)
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return HttpResponse(content, status=status, content_type=PROBLEM_CONTENT_TYPE, headers=named)


def register_error_handlers(api: NinjaAPI) -> None:
    """Register the handlers that convert every exception to a problem response."""
    handlers: dict[type[Exception], Callable[..., HttpResponse]] = {
        UnauthenticatedError: lambda *_: build_unauthenticated_response(),
        CsrfError: lambda *_: build_problem_response(403, CSRF_MESSAGE),
        ConfirmationRequired: _convert_questions,
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
        **dict.fromkeys(UNAVAILABLE, _report_lost_database),
        idempotency.IdempotencyKeyReused: lambda _, error: build_problem_response(409, str(error)),
        MemoryError: lambda *_: build_problem_response(413, MEMORY_MESSAGE),
        Exception: _report_unexpected_error,
    }
    for kind, handler in handlers.items():
        api.add_exception_handler(kind, handler)


def build_unauthenticated_response() -> HttpResponse:
    """Return the response to a request without a login, or with an invalid API key."""
    return build_problem_response(
        401, "log in, or send a key that is valid: Authorization: Bearer …", WWW_Authenticate="Bearer"
    )


def _convert_grilse_error(request: HttpRequest, error: GrilseError) -> HttpResponse:
    status = error.status if isinstance(error, StatusError) else _select_status(error)
    errors = [{"field": error.field, "detail": str(error)}] if error.field else []
    return build_problem_response(status, str(error), errors)


def _convert_questions(request: HttpRequest, error: ConfirmationRequired) -> HttpResponse:
    questions = [
        {"field": question.field, "detail": question.detail, "code": question.code} for question in error.questions
    ]
    codes = ", ".join(f'"{code}"' for code in sorted({question.code for question in error.questions}))
    return build_problem_response(409, f'{error}; to confirm, send it again with "confirm": [{codes}]', questions)


def _select_status(error: GrilseError) -> int:
    if isinstance(error, NotAllowed):
        return 403
    return 404 if isinstance(error, NotFoundError) else 422


def _convert_validation_error(request: HttpRequest, error: ValidationError) -> HttpResponse:
    faults = [
        {"field": ".".join(map(str, invalid_field["loc"])), "detail": _lowercase_first(invalid_field["msg"])}
        for invalid_field in error.errors
    ]
    first = faults[0]
    more = f", and {len(faults) - 1} more" if len(faults) > 1 else ""
    return build_problem_response(422, f"{first['field']}: {first['detail']}{more}", faults)


def _report_lost_database(request: HttpRequest, error: Exception) -> HttpResponse:
    logger.error("%s %s", request.method, request.path, exc_info=error)
    return build_problem_response(503, DATABASE_LOST_MESSAGE, Retry_After=RETRY_SECONDS)


def _report_unexpected_error(request: HttpRequest, error: Exception) -> HttpResponse:
    logger.error("%s %s", request.method, request.path, exc_info=error)
    return build_problem_response(500, "internal server error, recorded in the log; nothing was changed")


def _lowercase_first(text: str) -> str:
    return text[:1].lower() + text[1:]


VALUE_TOO_LARGE_MESSAGE = "a value is larger than its field allows"
CONFLICT_MESSAGE = "another request changed the same rows at the same time: read them again, then decide"
MEMORY_MESSAGE = "the server has too little memory for this request: send it in parts"
CSRF_MESSAGE = "the CSRF token of this login is missing: send it as X-CSRFToken"
UNAVAILABLE = (OperationalError, InterfaceError, psycopg.OperationalError, psycopg.InterfaceError)
RETRY_SECONDS = "1"
DATABASE_LOST_MESSAGE = (
    "the database did not complete the request: send it again, a write with the same Idempotency-Key, so that it is"
    " carried out once"
)
# The body of a file of readings is streamed, unless its response is stored under an idempotency key.
BODY_TOO_LARGE_MESSAGE = (
    f"a request of more than {settings.DATA_UPLOAD_MAX_MEMORY_SIZE / 2**20:g} MB: send it in parts; a file of"
    " readings needs no Idempotency-Key: the same file sent again changes nothing"
)
