"""What is announced within a request is answered once, in its transaction."""

import pytest
from tests.edited_farm import on
from tests.farm_edits import lose, read, weigh

from grilse.errors import GrilseError
from grilse.stock import changes, hooks


@pytest.fixture
def told(monkeypatch):
    """What the rooms above are told."""
    told = []
    monkeypatch.setattr(hooks, "change_handlers", [told.append])
    return told


def test_an_action_is_answered_when_it_ends(farm, acting, told):
    weigh(farm, ("A/P1", 33), 150.0)

    assert told == [{farm.placements["A/P1"]: on(33)}]


def test_actions_of_one_request_are_answered_once(farm, acting, told):
    pen, other = farm.placements["A/P1"], farm.placements["B/P3"]
    with changes.edit_placements([pen, other]):
        weigh(farm, ("A/P1", 33), 150.0)
        read(farm, "A/P1", 30, [8.0, 8.5])
        lose(farm, ("B/P3", 36), "CULL", 10)
        assert not told

    assert told == [{pen: on(30), other: on(36)}]


def test_what_is_refused_is_not_announced(farm, acting, told):
    with pytest.raises(GrilseError):
        lose(farm, ("B/P3", 36), "CULL", 100_000)

    assert not told


def test_a_request_that_fails_answers_nothing(farm, acting, told):
    def request():
        with changes.gather_changes():
            weigh(farm, ("A/P1", 33), 150.0)
            lose(farm, ("B/P3", 36), "CULL", 100_000)

    with pytest.raises(GrilseError):
        request()

    assert not told
    weigh(farm, ("A/P1", 34), 150.0)
    assert len(told) == 1
