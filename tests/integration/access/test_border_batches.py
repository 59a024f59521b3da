"""A batch that stands on both sides of a border is one batch, also for whoever sees one side only."""

from datetime import date

import pytest
from tests.edited_farm import on, write_farm

from grilse.access.tenancy import tenant_transaction

SOURCE = ("count", "mean_weight_g", "hindsight_weight_g", "biomass_kg")


@pytest.fixture(scope="module")
def border(database):
    """A farm of which pen P2, where half of batch A stands, lies in another geography."""
    from grilse.access.models import Company
    from grilse.farm.models import Area, Container, Geography
    from grilse.growth.estimating.run import estimate_company

    company = Company.objects.using("owner").create(name="Border Salmon")
    farm = write_farm(company.pk)
    scotland = Geography.objects.using("owner").get(company=company)
    beyond = Geography.objects.using("owner").create(company=company, name="Beyond")
    area = Area.objects.using("owner").create(company=company, geography=beyond, name="Far loch")
    Container.objects.using("owner").filter(pk=farm.containers["P2"]).update(area=area)
    estimate_company(company.pk)
    return farm, scotland.pk


def _list_states(farm, of: str):
    from grilse.growth.models import BatchState

    with tenant_transaction(farm.company):
        rows = BatchState.objects.filter(batch=farm.batches[of]).order_by("date").values_list("date", *SOURCE)
        return list(rows)


def test_an_edit_on_one_side_estimates_the_whole_batch(border):
    from grilse.stock.actions import losses

    farm, here = border
    new = losses.NewLosses(date=on(40), losses=[losses.Loss(placement=farm.placements["A/P1"], count=7)])
    with tenant_transaction(farm.company, farm.user, [here]):
        losses.record_losses(new)
    by_half = _list_states(farm, "A")
    from grilse.growth.estimating.run import estimate_company

    estimate_company(farm.company)
    assert _list_states(farm, "A") == by_half
    assert by_half[-1][1] > 8_000, "both sides are counted"


def test_rows_of_the_other_geography_are_hidden(border):
    from grilse.growth.models import DailyState
    from grilse.stock.models import Placement

    farm, here = border
    with tenant_transaction(farm.company, farm.user, [here]):
        assert not Placement.objects.filter(pk=farm.placements["A/P2"]).exists()
        assert not DailyState.objects.filter(placement=farm.placements["A/P2"]).exists()
        assert DailyState.objects.filter(placement=farm.placements["A/P1"]).exists()


def test_as_known_states_use_the_whole_batch_and_show_one_geography(border):
    from grilse.growth.estimating.as_of import estimate_history_as_of

    farm, here = border
    arguments = (farm.company, farm.batches["A"], None, on(38))
    with tenant_transaction(farm.company):
        whole_batch = estimate_history_as_of(*arguments)
    with tenant_transaction(farm.company, farm.user, [here]):
        visible_part = estimate_history_as_of(*arguments)
        beyond = estimate_history_as_of(farm.company, farm.batches["A"], farm.placements["A/P2"], on(38))
    for name in SOURCE:
        assert (whole_batch.states.columns[name] == visible_part.states.columns[name]).all()
    assert beyond.states is None


def test_a_projection_covers_the_whole_batch(border):
    from grilse.planning.actions import project_batches
    from grilse.planning.ensembles import ProjectionOptions
    from grilse.planning.models import Projection

    farm, here = border
    options = ProjectionOptions(days=20, members=20, as_of=(on(40) - date(1970, 1, 1)).days)
    with tenant_transaction(farm.company):
        [whole_batch] = project_batches(farm.company, [farm.batches["A"]], options)
    with tenant_transaction(farm.company, farm.user, [here]):
        [visible_part] = project_batches(farm.company, [farm.batches["A"]], options)
    with tenant_transaction(farm.company):
        runs = Projection.objects.filter(pk__in=[whole_batch, visible_part]).values_list(
            "biomass_p50_kg", "weight_p50_g"
        )
        assert runs[0] == runs[1]
