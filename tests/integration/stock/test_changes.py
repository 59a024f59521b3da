"""What is announced within a request is answered once, in its transaction."""

import pytest
from tests.edited_farm import on
from tests.farm_edits import lose_fish, record_readings, record_sample

from grilse.errors import GrilseError
from grilse.stock import changes, hooks


@pytest.fixture
def announced_changes(monkeypatch):
    """The changes announced to the apps above."""
    announcements = []
    monkeypatch.setattr(hooks, "change_handlers", [announcements.append])
    return announcements


def test_an_action_announces_its_changes_when_it_ends(farm, acting, announced_changes):
    record_sample(farm, ("A/P1", 33), 150.0)

    assert announced_changes == [{farm.placements["A/P1"]: on(33)}]


def test_actions_of_one_request_are_answered_once(farm, acting, announced_changes):
    pen, other = farm.placements["A/P1"], farm.placements["B/P3"]
    with changes.edit_placements([pen, other]):
        record_sample(farm, ("A/P1", 33), 150.0)
        record_readings(farm, "A/P1", 30, [8.0, 8.5])
        lose_fish(farm, ("B/P3", 36), "CULL", 10)
        assert not announced_changes

    assert announced_changes == [{pen: on(30), other: on(36)}]


def test_what_is_refused_is_not_announced(farm, acting, announced_changes):
    with pytest.raises(GrilseError):
        lose_fish(farm, ("B/P3", 36), "CULL", 100_000)

    assert not announced_changes


def test_a_request_that_fails_answers_nothing(farm, acting, announced_changes):
    def edit_farm():
        with changes.gather_changes():
            record_sample(farm, ("A/P1", 33), 150.0)
            lose_fish(farm, ("B/P3", 36), "CULL", 100_000)

    with pytest.raises(GrilseError):
        edit_farm()

    assert not announced_changes
    record_sample(farm, ("A/P1", 34), 150.0)
    assert len(announced_changes) == 1
