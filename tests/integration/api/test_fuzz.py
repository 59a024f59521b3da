"""Requests that nobody would think of: none breaks the API, and each is answered as its document says.

500 cases with every run of the tests; `make fuzz` asks 20,000.
"""

import os
from collections.abc import Iterator
from typing import Any

import pytest
import schemathesis
from django.core.signals import request_finished, request_started
from django.core.wsgi import get_wsgi_application
from django.db import close_old_connections, transaction
from hypothesis import HealthCheck, Phase, settings
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

CASES = int(os.environ.get("GRILSE_FUZZ_CASES", "500"))
CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]


@schemathesis.serializer(
    "application/x-ndjson",
    "application/jsonl",
    "application/vnd.apache.arrow.stream",
    "application/vnd.apache.arrow.file",
)
def encode_file(context, value) -> bytes:
    """Send a file as it was drawn."""
    return value if isinstance(value, bytes) else str(value).encode(errors="replace")


# A long run also walks the edges of every parameter one by one, beside what is drawn.
CONFIG = schemathesis.Config.from_dict({"phases": {"coverage": {"enabled": CASES > 500}}})

application = get_wsgi_application()


def answer(environ: Any, start_response: Any) -> list[bytes]:
    """Answer as a server does: close the response, and its file, when it is sent."""
    response = application(environ, start_response)
    try:
        return [b"".join(response)]
    finally:
        response.close()


schema = schemathesis.openapi.from_wsgi("/api/v1/openapi.json", answer, config=CONFIG)
OPERATIONS = sum(1 for _ in schema.get_all_operations())


@pytest.fixture(scope="module")
def key(estimated_farm) -> Iterator[str]:
    """A key that may do everything, while requests stay within the transaction of the test."""
    from tests.integration.api.conftest import create_key

    for ends in (request_started, request_finished):
        ends.disconnect(close_old_connections)
    yield create_key(estimated_farm.company, "admin")
    for ends in (request_started, request_finished):
        ends.connect(close_old_connections)


@schema.parametrize()
@settings(
    max_examples=-(-CASES // OPERATIONS),
    derandomize=CASES <= 500,
    deadline=None,
    database=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)
def test_an_operation_answers_as_it_says(case, key):
    with transaction.atomic():
        # What is written is not kept: it could be the key itself that is revoked.
        answer = case.call(headers={"Authorization": f"Bearer {key}", "Accept-Encoding": "identity"})
        transaction.set_rollback(True)
    case.validate_response(answer, checks=CHECKS)
