"""A server of its own, and on it a database of one table that believes itself fully migrated."""

from contextlib import contextmanager

import psycopg
import pytest
from psycopg.conninfo import make_conninfo

TABLE = """
CREATE TABLE farm_company (id bigint PRIMARY KEY, name text NOT NULL);
INSERT INTO farm_company VALUES (1, 'Nordlaks');
CREATE TABLE django_migrations (
    id int GENERATED ALWAYS AS IDENTITY, app text, name text, applied timestamptz
);
"""


@pytest.fixture(scope="module")
def own_server(database):
    """A server that nobody else uses."""
    from grilse.proof import conf

    with conf.start_server() as server:
        yield server


@pytest.fixture(scope="module")
def copy(own_server):
    """A copy of a database with one company."""
    from django.db.migrations.loader import MigrationLoader

    from grilse.proof.database_copy import DatabaseCopy

    with psycopg.connect(own_server.url, autocommit=True) as administrator:
        administrator.execute("CREATE DATABASE small")
    copy = DatabaseCopy(
        url=make_conninfo(own_server.url, dbname="small"), owner="postgres", programs=own_server.programs
    )
    nodes = MigrationLoader(None, ignore_no_migrations=True).disk_migrations
    with psycopg.connect(copy.url) as connection, connection.cursor() as cursor:
        cursor.execute(TABLE)
        cursor.executemany("INSERT INTO django_migrations (app, name, applied) VALUES (%s, %s, now())", nodes)
    return copy


@pytest.fixture
def migrated(copy):
    """Django's connection of the owner to the copy."""
    from grilse.proof.database_copy import redirect_connection

    @contextmanager
    def point():
        with redirect_connection("owner", copy) as connection:
            yield connection

    return point
