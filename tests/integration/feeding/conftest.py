"""Nothing is estimated here: what is tested is the store."""

import pytest


@pytest.fixture(autouse=True)
def no_subscribers(monkeypatch):
    """Let nobody answer what is announced."""
    from grilse.stock import hooks

    monkeypatch.setattr(hooks, "change_handlers", [])
