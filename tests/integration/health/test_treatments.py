"""Treatments recorded by actions."""

from dataclasses import replace

import pytest
from tests.edited_farm import on

from grilse.errors import GrilseError
from grilse.health.actions.treatments import NewTreatment, correct_treatment, record_treatments, withdraw_treatment
from grilse.health.models import Treatment


@pytest.fixture
def delousing(farm):
    """A delousing of two days."""
    return NewTreatment(
        placement=farm.placements["A/P1"], kind="delousing", method="thermal", start=on(33), stop=on(34), reason="lice"
    )


def test_a_treatment_is_entered_corrected_and_withdrawn(farm, acting, delousing):
    [id] = record_treatments([delousing])
    correct_treatment(id, replace(delousing, efficacy=0.85, stop=on(33)), reason="measured since")

    row = Treatment.objects.get(pk=id)
    assert (row.efficacy, row.stop, row.reason) == (0.85, on(33), "lice")

    withdraw_treatment(id, reason="not given")
    assert not Treatment.objects.filter(pk=id).exists()


REFUSED = {
    "before it starts": {"stop": on(32)},
    "it is a share, from 0 to 1": {"efficacy": 1.2},
    "after its placement: A/T1 ends on": {"start": on(43)},
    "kind: prayer is none of": {"kind": "prayer"},
}


@pytest.mark.parametrize("why", REFUSED)
def test_a_treatment_that_cannot_be_is_refused(farm, acting, delousing, why):
    tank = {"placement": farm.placements["A/T1"]} if "A/T1" in why else {}
    with pytest.raises(GrilseError, match=why):
        record_treatments([replace(delousing, **REFUSED[why], **tank)])


def test_the_same_treatment_is_entered_once(farm, acting, delousing):
    record_treatments([delousing])

    with pytest.raises(GrilseError, match=r"delousing \(thermal\) of A/P1 from 2024-02-03 is there already"):
        record_treatments([delousing])
