"""A client that a generator makes from the document enters every kind of record, against a real server."""

import importlib
import json
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from types import ModuleType
from typing import Any, get_type_hints
from urllib.parse import parse_qsl

import pytest
from tests.acceptance.commands import serve_database

from grilse.api import api

KINDS = (
    "start_batch", "record_movements", "record_losses", "record_weight_samples", "record_harvests", "plan_transfer",
    "execute_transfer", "record_deliveries", "record_meals", "record_lice_counts", "record_treatments",
    "record_health_samples", "withdraw_readings", "add_person", "open_ticket", "add_comment", "add_internal_note",
    "write_entry", "sync_phone", "add_geography", "add_area", "add_station", "add_hall", "add_container",
    "add_feed_store", "add_sensor", "add_team", "add_fence", "add_transport_rate", "add_category",
    "add_holiday", "add_escalation_rule", "add_member", "issue_key", "submit_job", "project_batch",
    "plan_history", "ingest_readings", "upload_official_file", "add_attachment",
)  # fmt: skip

PAGE = (Path(__file__).parents[2] / "docs/reference/api.md").read_text()
[CONFIG] = re.findall(r'^```json\n(\{"content_type_overrides.*?)^```', PAGE, re.MULTILINE | re.DOTALL)
"""The file that the reference gives to users of the generator."""


@pytest.fixture(scope="module")
def client_package(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ModuleType]:
    """The package that the generator writes."""
    folder = tmp_path_factory.mktemp("client")
    document = folder / "openapi.json"
    document.write_text(json.dumps(api.get_openapi_schema(path_prefix="/api/v1/")))
    config = folder / "config.json"
    config.write_text(json.dumps({**json.loads(CONFIG), "post_hooks": []}))
    command = [sys.executable, "-m", "openapi_python_client", "generate", "--meta", "none", "--fail-on-warning"]
    done = subprocess.run(
        [*command, "--path", document, "--config", config, "--output-path", folder / "generated_client"],
        capture_output=True,
        text=True,
        cwd=folder,
    )
    assert done.returncode == 0, done.stdout[-3000:] + done.stderr[-3000:]
    sys.path.insert(0, str(folder))
    try:
        yield importlib.import_module("generated_client")
    finally:
        sys.path.remove(str(folder))


def find_operation(package: ModuleType, name: str) -> ModuleType:
    """Return the module of an operation."""
    [path] = Path(str(package.__file__)).parent.glob(f"api/*/{name}.py")
    return importlib.import_module(f"generated_client.api.{path.parent.name}.{name}")


def build_arguments(operation: ModuleType, template: str, address: str, body: Any) -> dict[str, Any]:
    """Return the arguments of an operation: its path parameters and its body, as the client's types."""
    pattern = re.sub(r"\{(?:path:)?(\w+)\}", r"(?P<\1>[^/]+)", template)
    match = re.fullmatch(pattern, address.partition("?")[0])
    assert match, (template, address)
    hints = get_type_hints(operation.sync_detailed)
    arguments = {name: hints[name](value) for name, value in match.groupdict().items()}
    arguments |= {name: value for name, value in parse_qsl(address.partition("?")[2]) if name in hints}
    if isinstance(body, bytes):
        arguments["body"] = importlib.import_module("generated_client.types").File(payload=body)
    elif body is not None:
        kinds = (hints["body"], *getattr(hints["body"], "__args__", ()))
        arguments["body"] = read_body([kind for kind in kinds if hasattr(kind, "from_dict")], body)
    return arguments


def read_body(kinds: list[Any], body: Any) -> Any:
    """Return a body as the first of the client's types that reads it."""
    for kind in kinds:
        try:
            return kind.from_dict(body)
        except (KeyError, TypeError, ValueError):
            continue
    pytest.fail(f"no type of the client reads {body}")


@pytest.fixture(scope="module")
def rows(database: str) -> Any:
    """A company with something of everything."""
    from tests.integration.access.companies import write_world

    return write_world("Generated Salmon")[0]


@pytest.fixture(scope="module")
def served_address(rows: Any, tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server of the company."""
    with serve_database(tmp_path_factory.mktemp("server")) as server:
        yield server.address


@pytest.mark.parametrize("name", KINDS)
def test_a_generated_client_enters_a_record(name, rows, served_address, client_package):
    from tests.integration.access.test_matrix import OPERATIONS, build_request
    from tests.integration.api.conftest import create_key

    operation, path = next((op, path) for op, _, path in OPERATIONS if op.view_func.__name__ == name)
    address, body = build_request(operation, path, rows)
    key = create_key(rows.company, "admin")
    called = find_operation(client_package, name)
    arguments = build_arguments(called, path, address, body)

    with client_package.AuthenticatedClient(base_url=served_address, token=key, timeout=60) as client:
        answer = called.sync_detailed(client=client, **arguments)
    assert answer.status_code in (200, 201, 202), answer.content
    assert answer.parsed is not None
