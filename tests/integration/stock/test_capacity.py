"""Containers and sites that would hold too much."""

from dataclasses import replace

import pytest
from tests.edited_farm import on

from grilse.errors import GrilseError
from grilse.farm.models import Area, Container
from grilse.growth.estimating.run import estimate_batches
from grilse.stock.actions.movements import NewMovement, correct_movement, record_movements
from grilse.stock.changes import get_psycopg_connection
from grilse.stock.queries import read_known_weights


@pytest.fixture
def new_move(farm):
    """A third of a pen into the next, which holds 2,900 fish."""
    return NewMovement(
        date=on(40),
        kind="TRANSFER",
        count=2_000,
        source=farm.placements["A/P1"],
        target=farm.placements["A/P2"],
        mean_weight_g=170.0,
    )


@pytest.fixture
def known_weights(farm, acting):
    """With what the fish weigh known."""
    estimate_batches(get_psycopg_connection(), farm.company, sorted(farm.batches.values()))


def set_density_limit(farm, name, density):
    Container.objects.filter(pk=farm.containers[name]).update(max_density_kg_m3=density)


def test_a_container_takes_no_more_than_its_density(farm, known_weights, new_move):
    set_density_limit(farm, "P2", 0.5)

    with pytest.raises(GrilseError) as refused:
        record_movements([new_move])

    # 2,900 fish of about 168 g and 2,000 of 170 g in 1,000 m³.
    assert str(refused.value) == (
        "P2 would hold 0.8 kg/m³ on 2024-02-10, its limit is 0.5: move fewer fish or choose a larger container"
    )
    assert refused.value.field == "count"
    set_density_limit(farm, "P2", 0.9)
    record_movements([new_move])


def test_fish_of_unknown_weight_are_not_refused(farm, acting, new_move):
    set_density_limit(farm, "P2", 0.01)

    record_movements([replace(new_move, mean_weight_g=None)])


def test_a_measured_weight_alone_can_be_too_much_in_an_empty_pen(farm, acting, new_move):
    set_density_limit(farm, "P2", 0.01)
    emptied = NewMovement(date=on(39), kind="CULL", count=2_900, source=new_move.target)

    with pytest.raises(GrilseError, match=r"P2 would hold 0\.3 kg/m³"):
        record_movements([emptied, new_move])


def test_a_site_takes_no_more_than_its_biomass(farm, known_weights, new_move):
    arriving = replace(new_move, kind="STOCKING", source=None)
    Area.objects.filter(name="Loch A").update(max_biomass_kg=2_800)

    record_movements([new_move])
    with pytest.raises(GrilseError, match=r"Loch A would hold 3\.\d t on 2024-02-10, its limit is 2\.8"):
        record_movements([replace(arriving, count=3_000)])


def test_a_correction_to_fewer_fish_is_not_refused(farm, known_weights, new_move):
    [id] = record_movements([new_move])
    set_density_limit(farm, "P2", 0.1)

    id = correct_movement(id, replace(new_move, count=1_900), reason="counted again")
    with pytest.raises(GrilseError, match="P2 would hold"):
        correct_movement(id, replace(new_move, count=1_950), reason="counted again")


def test_weights_are_those_in_hindsight_on_the_day_or_before(farm, known_weights):
    pen = farm.placements["A/P1"]

    assert set(read_known_weights([pen, farm.placements["A/T1"]], on(10))) == {farm.placements["A/T1"]}
    assert read_known_weights([pen], on(38))[pen] == pytest.approx(165, rel=0.1)
    assert read_known_weights([pen], on(400)) == read_known_weights([pen], on(44))
