"""Fish that may not be eaten yet, and causes of death that are known."""

import pytest
from tests.edited_farm import on

from grilse.errors import GrilseError
from grilse.health.actions.treatments import NewTreatment, record_treatments, withdraw_treatment
from grilse.health.queries import find_withdrawal_holds
from grilse.stock.hooks import refuse_held_fish, refuse_unknown_causes


def build_bath(farm, name, day, days=10):
    """A bath that takes two days."""
    return NewTreatment(
        placement=farm.placements[name],
        kind="delousing",
        method="bath",
        start=on(day),
        stop=on(day + 1),
        withdrawal_days=days,
    )


def test_fish_are_harvested_when_the_days_are_over(farm, acting):
    record_treatments([build_bath(farm, "A/P1", 30)])
    pen = farm.placements["A/P1"]

    hold = find_withdrawal_holds([pen], on(40))[pen]
    assert (hold.name, hold.method, hold.stop, hold.until) == ("A/P1", "bath", on(31), on(41))
    why = (
        r"A/P1 may not be harvested on 2024-02-10: delousing \(bath\) until 2024-02-01 asks for 10 days;"
        " harvest from 2024-02-11 on"
    )
    with pytest.raises(GrilseError, match=why):
        refuse_held_fish([pen, farm.placements["A/P2"]], on(40))
    refuse_held_fish([pen], on(41))
    refuse_held_fish([pen], on(29))
    refuse_held_fish([farm.placements["A/P2"]], on(40))


def test_of_several_treatments_the_one_that_holds_longest_counts(farm, acting):
    record_treatments(
        [build_bath(farm, "A/P1", 30, days=20), build_bath(farm, "A/P1", 33), build_bath(farm, "A/P1", 35, days=0)]
    )
    pen = farm.placements["A/P1"]

    assert find_withdrawal_holds([pen], on(40))[pen].until == on(51)


def test_the_days_follow_fish_that_were_moved(farm, acting):
    """Fish of A/P2 and B/P3 were moved to C/P4 on day 29."""
    mixed = farm.placements["C/P4"]
    record_treatments([build_bath(farm, "A/P2", 27), build_bath(farm, "B/P3", 30, days=300)])

    assert find_withdrawal_holds([mixed], on(35))[mixed].until == on(38)
    with pytest.raises(GrilseError, match="C/P4 may not be harvested"):
        refuse_held_fish([mixed], on(35))


def test_a_treatment_that_was_withdrawn_holds_nothing(farm, acting):
    [id] = record_treatments([build_bath(farm, "A/P1", 30)])
    withdraw_treatment(id, reason="not given")

    assert find_withdrawal_holds([farm.placements["A/P1"]], on(31)) == {}


def test_a_cause_of_death_is_one_of_the_tree(farm, acting):
    refuse_unknown_causes(["", "CMS", "UNKNOWN"])

    with pytest.raises(GrilseError, match="there is no cause of death BOREDOM: INFECTIOUS, CMS, PD, "):
        refuse_unknown_causes(["CMS", "BOREDOM"])
