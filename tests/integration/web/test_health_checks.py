"""What watches the server learns what it needs, and nothing of any company."""

import pytest
from django.test import Client


@pytest.fixture
def anonymous_client():
    return Client(SERVER_NAME="localhost")


def test_a_server_that_answers_is_live_without_its_database(anonymous_client):
    answer = anonymous_client.get("/health/live")
    assert answer.json() == {"live": True}
    assert "no-store" in answer["Cache-Control"]


def test_a_server_with_its_schema_is_ready(anonymous_client, database):
    answer = anonymous_client.get("/health/ready")
    assert answer.json() == {"ready": True, "checks": {"database": True, "migrations": True}, "pending": 0}
    assert "no-store" in answer["Cache-Control"]


def test_a_schema_of_another_version_is_not_ready(anonymous_client, owner):
    owner.execute("DELETE FROM django_migrations WHERE app = 'planning' AND name = '0002_rules'")
    owner.commit()
    answer = anonymous_client.get("/health/ready")
    owner.execute("INSERT INTO django_migrations (app, name, applied) VALUES ('planning', '0002_rules', now())")
    owner.commit()
    assert answer.status_code == 503
    assert answer.json() == {"ready": False, "checks": {"database": True, "migrations": False}, "pending": 1}


def test_without_its_database_it_is_not_ready(anonymous_client, database):
    from django.db import connections

    settings_before = dict(connections["default"].settings_dict)
    connections.close_all()
    connections["default"].settings_dict.update(HOST="/nowhere", CONN_MAX_AGE=0)
    answer = anonymous_client.get("/health/ready")
    connections["default"].close()
    connections["default"].settings_dict.update(settings_before)
    assert answer.status_code == 503
    assert answer.json()["checks"] == {"database": False, "migrations": False}


def test_health_checks_accept_get_only(anonymous_client):
    assert anonymous_client.post("/health/live").status_code == 405
