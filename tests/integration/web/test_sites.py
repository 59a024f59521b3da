"""The table of sites."""

import csv
import json
import re
import zipfile
from datetime import UTC, date, datetime, timedelta
from io import BytesIO, StringIO

import pytest

from grilse.access.tenancy import tenant_transaction
from grilse.attention.models import Finding
from grilse.attention.site_figures import read_site_overview
from grilse.farm.models import Area, Station
from grilse.farm.queries import list_places
from grilse.growth.pen_history import MORTALITY_WINDOWS, read_pen_history, summarize_sites
from grilse.growth.pen_sums import read_pen_sums
from grilse.growth.queries import find_last_recorded_day
from grilse.health.models import LiceCount, LiceLimit
from grilse.stock.models import Placement
from grilse.web.sites import BY_NAME

DB = "owner"


@pytest.fixture(scope="module")
def company(growing_company):
    """The company, with lice at a site, limits of two seasons, and a site without fish."""
    with tenant_transaction(growing_company):
        day = find_last_recorded_day()
        at_sea = Placement.objects.filter(stop=None, container__area__isnull=False)
        pens = list(at_sea.select_related("container__area__geography").order_by("pk"))
        area = pens[0].container.area
    for kind, valid_from, valid_to, most in (
        ("limit", "2010-01-01", day - timedelta(days=400), 2.0),
        ("limit", day - timedelta(days=400), None, 0.5),
        ("report", "2010-01-01", None, 0.1),
    ):
        LiceLimit.objects.using(DB).create(
            company_id=growing_company, geography=area.geography, kind=kind, adult_females=most, week_from=1,
            week_to=53, valid_from=valid_from, valid_to=valid_to, source="test",
        )  # fmt: skip
    LiceCount.objects.using(DB).create(
        company_id=growing_company, placement=pens[0], date=day, fish_counted=20, adult_female=11
    )
    Area.objects.using(DB).filter(pk=area.pk).update(max_biomass_kg=3_000_000)
    Area.objects.using(DB).create(
        company_id=growing_company, geography=area.geography, name="Fallow fjord", max_biomass_kg=1_000_000
    )
    return growing_company


@pytest.fixture
def page(login, company):
    return lambda address: login(company).get(address).content.decode()


def read_day() -> date:
    day = find_last_recorded_day()
    assert day is not None
    return day


def test_every_site_is_listed_with_the_day_of_the_figures(page, company):
    text = page("/sites/")

    with tenant_transaction(company):
        names = [*Area.objects.values_list("name", flat=True), *Station.objects.values_list("name", flat=True)]
        day = read_day()
    assert f"Figures of {day.day} {day:%b %Y}, the last day of records." in text
    assert f"{len(names)} sites" in text
    assert all(name in text for name in names)


def test_a_site_links_to_its_page(page, company):
    with tenant_transaction(company):
        station = Station.objects.first()
    assert f'<a href="/sites/station/{station.pk}/">{station.name}</a>' in page("/sites/")


def test_a_site_without_fish_has_no_figures(page):
    row = page("/sites/?q=Fallow").split("<tbody>")[1]

    assert "no fish" in row
    assert row.split("Fallow fjord")[1].count("–") == 11


def test_lice_at_the_limit_of_their_day_are_marked(page):
    assert '<span class="status wrong">0.55</span> <small>/ 0.50</small>' in page("/sites/?kind=sea")


def test_sums_of_the_server_are_those_of_the_states(company):
    with tenant_transaction(company):
        day = read_day() - timedelta(days=3)
        history, sums = read_pen_history(day), read_pen_sums(day)

    order = sums.placement.argsort()
    assert sums.placement[order].tolist() == [pen.placement for pen in history.pens]
    for days in MORTALITY_WINDOWS:
        for ours, theirs in zip(sums.windows[days], history.sum_window(days), strict=True):
            assert ours[order] == pytest.approx(theirs, nan_ok=True)
    assert sums.biomass_kg[order] == pytest.approx(history.get_latest("biomass_kg"), nan_ok=True)


def test_a_geography_has_the_sums_of_its_sites(company):
    with tenant_transaction(company):
        day = read_day()
        places = list_places()
        overview = read_site_overview(day, places, total="All")
        summaries = summarize_sites(read_pen_history(day))

    [geography] = overview.geographies.values()
    assert geography.stock == overview.total.stock
    assert geography.stock.pens == sum(summary.pens for summary in summaries) > 0
    assert geography.stock.fish == pytest.approx(sum(summary.fish for summary in summaries))
    at_sea = {summary.area: summary for summary in summaries if summary.area}
    for site in overview.sites:
        if site.place.id in at_sea and site.place.kind == "area":
            summary = at_sea[site.place.id]
            assert site.stock.mortality_pct[7] == pytest.approx(summary.mortality_7_pct)
            assert site.stock.mean_weight_g == pytest.approx(summary.mean_weight_g)
            limit = summary.max_biomass_kg
            assert site.limit_pct == (pytest.approx(100 * summary.biomass_kg / limit) if limit else None)


def test_totals_are_of_the_sites_that_are_shown(page):
    every, none = page("/sites/"), page("/sites/?q=Fallow")

    assert "0 with fish" in none
    assert "0 with fish" not in every


def test_the_chosen_scope_limits_the_sites(login, company):
    browser = login(company)
    with tenant_transaction(company):
        station = Station.objects.first()
    browser.post("/scope/choose/", {"place": f"station-{station.pk}", "next": "/sites/"})

    text = browser.get("/sites/").content.decode()

    assert "1 site," in text
    assert "Fallow fjord" not in text


@pytest.mark.parametrize("column", BY_NAME)
def test_every_column_sorts_both_ways_with_unknown_values_last(login, company, column):
    title = ", ".join(filter(None, (f"{BY_NAME[column].title}", BY_NAME[column].unit)))

    def read_values(sort: str) -> list[str]:
        answer = login(company).get(f"/sites/?as=csv&sort={sort}")
        return [row[title] for row in csv.DictReader(StringIO(answer.content.decode()))]

    rising, falling = read_values(column), read_values(f"-{column}")
    known = [value for value in rising if value]

    assert rising == known + [""] * (len(rising) - len(known))
    assert falling == known[::-1] + [""] * (len(rising) - len(known))
    if column not in ("name", "sample"):
        assert known == sorted(known, key=float)


def test_downloads_have_the_rows_and_values_that_are_shown(login, company):
    browser = login(company)
    shown = re.findall(r'/sites/(?:area|station)/\d+/">([^<]+)<', browser.get("/sites/?sort=-fish").content.decode())
    table = list(csv.DictReader(StringIO(browser.get("/sites/?sort=-fish&as=csv").content.decode())))

    assert [row["Site"] for row in table] == shown
    assert {row["Lice limit, adult females per fish"] for row in table if row["Lice, adult females per fish"]} == {
        "0.5"
    }
    assert all(row["Geography"] for row in table)
    with zipfile.ZipFile(BytesIO(browser.get("/sites/?as=xlsx").content)) as book:
        assert "Fallow fjord" in book.read("xl/sharedStrings.xml").decode()


def test_more_sites_take_no_more_statements(login, company, other_company, statements):
    counts = []
    for id in (company, other_company):
        browser = login(id)
        with statements() as count:
            browser.get("/sites/")
        counts.append(count[0])
    assert counts[0] == counts[1]


def test_a_company_without_records_is_told_what_would_fill_the_table(login, database):
    from grilse.access.models import Company

    empty = Company.objects.using(DB).create(name="Without records").pk
    assert "No records yet" in login(empty).get("/sites/").content.decode()


def test_a_filter_typed_in_the_page_gets_the_table_alone(login, company):
    answer = login(company).get("/sites/?q=nowhere", headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in answer
    assert "No site matches." in answer


def read_marks(text: str) -> dict[str, dict]:
    marks = json.loads(re.search(r'<script id="sites-data"[^>]*>(.*?)</script>', text)[1])
    return {mark["name"]: mark for mark in marks}


def test_the_map_has_the_sites_with_a_position_and_names_the_others(page, company):
    with tenant_transaction(company):
        station = Station.objects.first()
    Station.objects.using(DB).filter(pk=station.pk).update(latitude=62.2, longitude=-6.5)

    text = page("/sites/?view=map")

    mark = read_marks(text)[station.name]
    assert (mark["latitude"], mark["longitude"], mark["address"]) == (62.2, -6.5, f"/sites/station/{station.pk}/")
    assert "Fallow fjord" in text.split("Without a position:")[1]


def test_a_mark_is_coloured_by_the_findings_of_its_site(page, company):
    with tenant_transaction(company):
        area = Placement.objects.filter(stop=None, container__area__isnull=False).first().container.area
        day = read_day()
    Area.objects.using(DB).filter(pk=area.pk).update(latitude=62.0, longitude=-7.0)
    before = read_marks(page("/sites/?view=map"))[area.name]
    Finding.objects.using(DB).create(
        company_id=company, kind="lice", subject=f"area:{area.pk}", geography_id=area.geography_id, area=area,
        severe=True, score=1, figure=1, threshold=0.5, cases=1, watched=1, trend=[], day=day, begun_on=day,
        begun_at=datetime.now(UTC),
    )  # fmt: skip
    after = read_marks(page("/sites/?view=map"))[area.name]

    assert (before["state"], after["state"]) == ("calm", "severe")
    assert after["rank"] > before["rank"]
    assert any(line.startswith("mortality of 7 days") for line in after["lines"])
