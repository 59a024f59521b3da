"""A real PostgreSQL for every test that wants one: the embedded server, or GRILSE_TEST_DATABASE_URL."""

import gc
import os
import shutil
import tempfile
import uuid
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from functools import partial
from pathlib import Path

import psycopg
import pytest
from hypothesis import settings
from psycopg import Connection, sql
from psycopg.conninfo import conninfo_to_dict, make_conninfo

# Make an installation, empty or with what another database holds.
Install = Callable[..., dict[str, str]]
Installing = AbstractContextManager[Install]
TEMPLATE = f"grilse_template_{uuid.uuid4().hex[:8]}"
# A worker that begins one of these last would work alone at the end.
LONGEST = (
    "integration/stock/test_order_of_entry.py",
    "browser/test_helpdesk.py",
    "browser/test_hindsight.py",
    "acceptance/test_generate.py",
    "integration/exchange/test_random_cells.py",
    "integration/postgres/test_embedded_cluster.py",
    "browser/test_people.py",
    "integration/migrations/test_adoption.py",
    "integration/project/test_interrupted_update.py",
    "acceptance/test_generated_client.py",
    "integration/generator/check/test_check.py",
    "browser/test_admin.py",
    "integration/helpdesk/test_escalation.py",
    "acceptance/test_exchange.py",
    "integration/access/test_matrix.py",
    "browser/test_growth_page.py",
    "browser/test_proof.py",
    "acceptance/test_decoder_limits.py",
    "acceptance/test_serve.py",
    "acceptance/test_backtest.py",
    "acceptance/test_api_tutorial.py",
    "integration/feeding/test_adjustments.py",
    "integration/plans/test_reference_plans.py",
)


def pytest_configure(config: pytest.Config) -> None:
    """Set Django up before tests import models; the databases come with the fixtures."""
    import django
    import django.conf

    gc.disable()  # until the modules are imported
    os.environ["GRILSE_HOME"] = tempfile.mkdtemp(prefix="grilse-test-")
    # As root the server has an account of its own, which passes through here.
    Path(os.environ["GRILSE_HOME"]).chmod(0o711)
    os.environ["GRILSE_SECRET_KEY"] = uuid.uuid4().hex + uuid.uuid4().hex
    os.environ["DJANGO_SETTINGS_MODULE"] = "grilse.project.settings"
    os.environ.pop("DATABASE_URL", None)
    os.environ.pop("GRILSE_APP_URL", None)
    django.setup()
    # Each test client makes the middleware anew, and WhiteNoise would list every static file each time.
    django.conf.settings.WHITENOISE_AUTOREFRESH = True
    # One login sends the requests of all tests of a process.
    django.conf.settings.REQUESTS_PER_MINUTE = 0
    # How long an example takes says more of the machine than of the code.
    settings.register_profile("no deadline", deadline=None)
    settings.load_profile("no deadline")
    # Of pytest-xdist: begin the files in the order of `pytest_collection_modifyitems`.
    config.option.loadscopereorder = False


def pytest_collection_finish() -> None:
    """Let the collector of garbage pass over what stays until the end; to look at it took a tenth of the time."""
    gc.freeze()
    gc.enable()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Put the longest files first, then those that start a browser or commands, and unit tests last."""
    tests = Path(__file__).parent
    kinds = ("browser", "acceptance", "integration", "unit")

    def rank(item: pytest.Item) -> tuple[int, int]:
        file = item.path.relative_to(tests).as_posix()
        longest = LONGEST.index(file) if file in LONGEST else len(LONGEST)
        return longest, kinds.index(file.split("/")[0])

    items.sort(key=rank)
    _name_operations(items)


def _name_operations(items: list[pytest.Item]) -> None:
    """Give each test of an API operation an id: pytest 9.2 drops those of schemathesis, and xdist runs an id once."""
    for item in items:
        if label := getattr(item, "operation_label", ""):
            item._id = item._id.with_params(label)
    ids = [item.nodeid for item in items]
    if len(set(ids)) < len(ids):
        shared = next(id for id in ids if ids.count(id) > 1)
        raise pytest.UsageError(f"several tests have the id {shared}, of which only one would run: rename them")


def pytest_unconfigure(config: pytest.Config) -> None:
    """Leave nothing behind."""
    shutil.rmtree(os.environ["GRILSE_HOME"], ignore_errors=True)


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """Address of a role that may make databases; an embedded server ends with the session."""
    given = os.environ.get("GRILSE_TEST_DATABASE_URL", "")
    if given:
        yield given
        return
    from tests.volatile_cluster import ensure_volatile_cluster

    from grilse.postgres import embedded_cluster

    yield ensure_volatile_cluster()
    embedded_cluster.delete_cluster()


@pytest.fixture(scope="session")
def template(server: str) -> Iterator[str]:
    """Name of a migrated, empty database."""
    from grilse.project.schema import update_schema

    _administer(server, "CREATE DATABASE {}", TEMPLATE)
    with _pointing(server, TEMPLATE):
        update_schema()
    yield TEMPLATE
    _drop(server, TEMPLATE)


@pytest.fixture(scope="module")
def database(server: str, template: str) -> Iterator[str]:
    """Address of a fresh database, as its owner; Django and the environment point at it."""
    name = f"grilse_test_{uuid.uuid4().hex[:12]}"
    _copy_database(server, template, name)
    with _pointing(server, name):
        yield os.environ["DATABASE_URL"]
    _drop(server, name)


@pytest.fixture
def installation(installation_context: Callable[[Path], Installing], tmp_path: Path) -> Iterator[Install]:
    """Make installations that end with the test."""
    with installation_context(tmp_path) as install:
        yield install


@pytest.fixture(scope="session")
def installation_context(server: str, template: str) -> Callable[[Path], Installing]:
    """Make installations whose homes lie in a folder, for as long as the context lasts."""
    return partial(_installing, server, template)


@contextmanager
def _installing(server: str, template: str, folder: Path) -> Iterator[Install]:
    """Make installations, each with a database and a home of its own, as environments for the command."""
    names: list[str] = []

    def install(of: str = template) -> dict[str, str]:
        name = f"grilse_test_{uuid.uuid4().hex[:12]}"
        _copy_database(server, of, name)
        names.append(name)
        home = folder / name
        shutil.copytree(Path(os.environ["GRILSE_HOME"]) / "secrets", home / "secrets")
        return {**os.environ, **_urls(server, name), "GRILSE_HOME": str(home)}

    yield install
    for name in names:
        _drop(server, name)


@pytest.fixture
def owner(database: str) -> Iterator[Connection]:
    """A connection as the owner; what a test does on it is rolled back unless it commits."""
    with psycopg.connect(database) as connection:
        yield connection
        connection.rollback()


@pytest.fixture
def company(database: str) -> int:
    """The id of a company of its own."""
    from grilse.access.models import Company

    return Company.objects.using("owner").create(name=f"Company {uuid.uuid4().hex[:8]}").pk


@pytest.fixture
def packages() -> Path:
    """Where the packages of real and predecessor records lie."""
    return Path(__file__).parent / "packages"


@contextmanager
def _pointing(server: str, name: str) -> Iterator[None]:
    """Point the environment and Django at a database, and at nothing afterwards."""
    urls = _urls(server, name)
    os.environ.update(urls)
    _point_django(urls["GRILSE_APP_URL"], urls["DATABASE_URL"])
    yield
    for key in urls:
        del os.environ[key]
    _point_django("", "")


def _urls(server: str, name: str) -> dict[str, str]:
    from grilse import home

    app = {"user": "grilse_app", "password": home.read_secret("app_password")}
    return {"DATABASE_URL": _at(server, name), "GRILSE_APP_URL": _at(server, name, **app)}


def _point_django(app: str, owner: str) -> None:
    from django.db import connections

    from grilse.project.settings import parse_database_url

    connections.close_all()
    for alias, url in (("default", app), ("owner", owner)):
        connections[alias].settings_dict.update(parse_database_url(url))


def _administer(server: str, statement: str, name: str) -> None:
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(sql.SQL(statement).format(sql.Identifier(name)))


def _copy_database(server: str, template: str, name: str) -> None:
    """Copy a database with the privileges on it, which PostgreSQL leaves out."""
    _administer(server, f"CREATE DATABASE {{}} TEMPLATE {template} STRATEGY file_copy", name)
    _administer(server, "REVOKE TEMPORARY ON DATABASE {} FROM PUBLIC", name)


def _drop(server: str, name: str) -> None:
    """Drop a database under whoever is still connected; FORCE would fail at an autovacuum worker."""
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(
            "SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity"
            " WHERE datname = %s AND backend_type = 'client backend'",
            [name],
        )
    # Of itself DROP DATABASE sends autovacuum away, and waits until it has gone.
    _administer(server, "DROP DATABASE {}", name)


def _at(url: str, database: str, **changes: str) -> str:
    return make_conninfo(**{**conninfo_to_dict(url), "dbname": database, **changes})
