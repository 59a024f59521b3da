"""Published series beside the company's own."""

import pytest
from tests.edited_farm import on, write_farm
from tests.official_files import format_biomass_file, format_lice_file

from grilse.access.models import Company
from grilse.access.tenancy import tenant_transaction
from grilse.errors import GrilseError
from grilse.exchange.official import import_official_file
from grilse.farm.models import Area
from grilse.growth.queries import list_monthly_stock
from grilse.health.models import LiceCount
from grilse.health.queries import read_weekly_lice
from grilse.official import actions, queries


@pytest.fixture(scope="module")
def farm(database):
    """A farm with lice counts, estimated; its sea site is Loch A."""
    from grilse.growth.estimating.run import estimate_company

    company = Company.objects.using("owner").create(name="Beside").pk
    farm = write_farm(company)
    of = {"company_id": company, "fish_counted": 20}
    LiceCount.objects.using("owner").bulk_create(
        LiceCount(**of, placement_id=farm.placements[name], date=on(day), adult_female=females, mobile=mobile)
        for name, day, females, mobile in (
            ("A/P1", 28, 4, None),  # Monday of week 5
            ("A/P2", 34, 0, 10),
            ("A/P1", 35, 10, 10),
        )
    )
    estimate_company(company)
    return farm


@pytest.fixture
def area(farm):
    """The id of the sea site, acted for; nothing stays."""
    from django.db import transaction

    with tenant_transaction(farm.company, farm.user):
        yield Area.objects.get().pk
        transaction.set_rollback(True)


def import_weeks(*rows):
    """Take weeks of sites in: week, locality, adult females, over the limit, production area."""
    content = format_lice_file(*(f"{w},2024,{n},X,{f},,,Nei,Ja,0.5,{o},7,{p}" for w, n, f, o, p in rows))
    import_official_file(content.encode(), "lice.csv")


def test_weeks_of_a_site_are_compared_with_its_neighbours(area):
    import_weeks((5, 31234, 0.3, "Nei", 4), (7, 31234, 0.1, "Nei", 4))
    import_weeks((5, 31235, 0.7, "Ja", 4), (5, 31236, 9, "Ja", 5))
    actions.name_site(area, 31234)

    comparison = queries.compare_lice("Loch A")
    assert (comparison.locality, comparison.production_area) == (31234, 4)
    assert comparison.weeks == [(2024, 5), (2024, 6), (2024, 7)]
    own = comparison.own[0]
    assert (own.fish, own.adult_female, own.mobile) == (40, 0.1, 0.5), "over the fish that were counted"
    assert comparison.own[2] is None
    assert [week and week.adult_female for week in comparison.site] == [0.3, None, 0.1]
    around = comparison.around[0]
    assert (around.sites, around.adult_female, around.over_limit) == (2, 0.5, 1)
    assert comparison.around[1] is None


def test_months_of_a_production_area_are_compared_with_its_stock(area):
    row = "2024;{};X;{};A;{};2023;1000;{};0;0;50;;;;;;7;0;0;0"
    rows = [(1, 4, "LAKS", 5000), (1, "04", "REGNBUEØRRET", 9), (1, 5, "LAKS", 8), (2, 4, "LAKS", 6000)]
    import_official_file(format_biomass_file(*(row.format(*result_row) for result_row in rows)).encode(), "biomass.csv")
    actions.name_site(area, 31234, production_area=4)

    comparison = queries.compare_biomass(4)
    assert comparison.areas == ["Loch A"]
    assert comparison.months == [(2024, 1), (2024, 2)]
    assert [month.biomass_kg for month in comparison.published] == [5000, 6000]
    assert comparison.published[0].deaths == 7
    january, february = comparison.own
    assert january.fish == pytest.approx(17_900 - 25, rel=0.02), "what stands at sea at the end of the month"
    assert january.biomass_kg > 1000
    assert february.biomass_kg is None, "it is estimated to the 14th"
    assert (january.deaths, february.deaths) == (25, 12)
    assert queries.compare_biomass(13).own == []


def test_an_area_goes_by_its_name_or_its_id_and_a_name_that_reads_as_an_id_is_the_name(area):
    place = Area.objects.get()
    digits = Area.objects.create(company_id=place.company_id, geography_id=place.geography_id, name=f"{area}")

    assert queries.get_area("Loch A") == place
    assert queries.get_area(area) == digits
    assert queries.get_area(digits.pk) == digits
    digits.delete()
    assert queries.get_area(f"{area}") == place
    for none in ("Loch B", "99999999999999999999", "²", ""):
        with pytest.raises(GrilseError, match="there is no area"):
            queries.get_area(none)


def test_a_production_area_that_no_file_has_must_be_named(area):
    with pytest.raises(GrilseError, match="no file has the production area of locality 31234: name one"):
        actions.name_site(area, 31234)
    with pytest.raises(GrilseError, match="there is no production area 14: it is 1 to 13"):
        actions.name_site(area, 31234, 14)


def test_another_number_needs_a_reason_and_is_kept(area):
    from grilse.official.models import Site

    actions.name_site(area, 31234, 4)
    actions.name_site(area, 31234, 4)
    with pytest.raises(GrilseError, match="say why"):
        actions.name_site(area, 31235, 4)
    actions.name_site(area, 31235, 4, reason="mistyped")
    actions.forget_site(area, reason="sold")

    events = Site.pgh_event_model.objects.order_by("pgh_id").values_list("pgh_label", "locality")
    assert list(events) == [("added", 31234), ("changed", 31234), ("removed", 31235)]
    with pytest.raises(GrilseError, match="Loch A has no locality: there is nothing to forget"):
        actions.forget_site(area, reason="sold")
    with pytest.raises(GrilseError, match="Loch A has no locality: say which site"):
        queries.compare_lice("Loch A")


def test_no_query_shows_rows_of_another_company(farm, area):
    import_weeks((5, 31234, 0.3, "Nei", 4))
    import_official_file(format_biomass_file("2024;1;X;4;A;LAKS;2023;1000;5000").encode(), "biomass.csv")
    actions.name_site(area, 31234)
    other = Company.objects.using("owner").create(name="Not beside").pk
    for ask in (
        queries.read_files,
        queries.read_sites,
        lambda: read_weekly_lice(area),
        lambda: list_monthly_stock([area]),
    ):
        assert ask()

    with tenant_transaction(other):
        for ask in (
            queries.read_files,
            queries.read_sites,
            lambda: read_weekly_lice(area),
            lambda: list_monthly_stock([area]),
        ):
            assert ask() == []
        beside = queries.compare_biomass(4)
        assert (beside.areas, beside.months) == ([], [])
        for named in (area, "Loch A"):
            with pytest.raises(GrilseError, match="there is no area"):
                queries.compare_lice(named)
            with pytest.raises(GrilseError, match="there is no area"):
                actions.name_site(named, 31234, 4)


def test_who_sees_another_geography_sees_no_area_of_it(farm):
    with tenant_transaction(farm.company, farm.user, geographies=[0]):
        assert queries.read_sites() == []
        with pytest.raises(GrilseError, match="there is no area Loch A"):
            queries.compare_lice("Loch A")
        assert queries.compare_biomass(4).own == []
