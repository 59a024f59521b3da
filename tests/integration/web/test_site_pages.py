"""The pages of a sea area, a station and a container, their log and their water."""

import csv
import io
import re
from datetime import timedelta

import pytest

DB = "owner"
NOBODY = 999_999


@pytest.fixture(scope="module")
def places(growing_company):
    """Ids of places of the company: the sea area, station and a pen of the batch N-1."""
    from grilse.access.tenancy import tenant_transaction
    from grilse.farm.models import Area, Container, Station

    with tenant_transaction(growing_company):
        area = Area.objects.get(name="N-1-SEA-11")
        return {
            "area": area.pk,
            "station": Station.objects.get(name="N-1 station").pk,
            "container": Container.objects.filter(area=area).order_by("pk")[0].pk,
            "vacant": Container.objects.filter(hall__station__name="N-1 station").order_by("pk")[0].pk,
        }


@pytest.fixture(scope="module")
def last_day(growing_company):
    """The last day of records of the company."""
    from grilse.access.tenancy import tenant_transaction
    from grilse.growth.queries import find_last_recorded_day

    with tenant_transaction(growing_company):
        return find_last_recorded_day()


@pytest.fixture(scope="module")
def limits(growing_company, places, last_day):
    """Lice counts above the limit of the day, a limit of biomass, and readings of a pen."""
    from grilse.environment.models import DailyEnvironment, Reading
    from grilse.farm.models import Area, Container
    from grilse.health.models import LiceCount, LiceLimit
    from grilse.stock.models import Placement

    area = Area.objects.using(DB).get(pk=places["area"])
    Area.objects.using(DB).filter(pk=area.pk).update(max_biomass_kg=900_000_000.0, fallow_days=60)
    Container.objects.using(DB).filter(area=area).update(max_density_kg_m3=25_000.0)
    LiceLimit.objects.using(DB).create(
        company_id=growing_company, geography=area.geography, kind="limit", valid_from="2013-01-01", week_from=1,
        week_to=53, adult_females=0.5,
    )  # fmt: skip
    for placement in Placement.objects.using(DB).filter(container__area=area):
        LiceCount.objects.using(DB).create(
            company_id=growing_company, placement=placement, date=last_day, fish_counted=20, adult_female=18
        )
    for number in range(40):
        day = last_day - timedelta(days=number)
        DailyEnvironment.objects.using(DB).create(
            company_id=growing_company, container_id=places["container"], date=day, temperature_mean=8 + number / 10,
            temperature_min=7, temperature_max=14, temperature_n=6, oxygen_mean=90, oxygen_min=71, oxygen_max=99,
            oxygen_n=6,
        )  # fmt: skip
        Reading.objects.using(DB).create(
            company_id=growing_company, container_id=places["container"], at=f"{day}T06:00Z", temperature_c=8.5,
            salinity_ppt=34.5,
        )  # fmt: skip
    return area


@pytest.fixture
def browser(login, growing_company):
    return login(growing_company)


def read(browser, address):
    answer = browser.get(address)
    assert answer.status_code == 200, answer.content.decode()[-800:]
    return answer.content.decode()


def find_verdict(page):
    return re.sub(r"<[^>]+>", "", page.partition('class="verdict')[2].partition("</section>")[0])


def test_a_site_says_in_words_whether_it_is_over_its_limit(browser, places, limits):
    page = read(browser, f"/sites/area/{places['area']}/")
    assert 'class="verdict over"' in page
    assert "Over its limit" in find_verdict(page)
    assert "adult female lice per fish 0.90 of 0.50 allowed" in find_verdict(page)


def test_a_site_within_its_limits_says_so(browser, places, limits, growing_company):
    from grilse.health.models import LiceCount

    rows = LiceCount.objects.using(DB).filter(placement__container__area=places["area"])
    rows.update(adult_female=2)
    page = read(browser, f"/sites/area/{places['area']}/")
    rows.update(adult_female=18)
    assert "Within its limits" in find_verdict(page)
    assert "0.10 of 0.50 allowed" in find_verdict(page)


def test_figures_stand_at_the_last_day_of_records_and_say_so(browser, places, last_day):
    from grilse.web.templatetags.number_formats import format_day

    assert f"figures at the end of {format_day(last_day)}" in read(browser, f"/sites/area/{places['area']}/")


def test_every_pen_has_biomass_density_and_mortality_and_they_add_up(browser, places, limits):
    rows = list(csv.DictReader(io.StringIO(read(browser, f"/sites/area/{places['area']}/?as=csv").lstrip("\ufeff"))))
    assert len(rows) == 6
    assert all(float(row["Density, kg/m³"]) > 0 and float(row["30 days, %"]) > 0 for row in rows)
    page = read(browser, f"/sites/area/{places['area']}/")
    total = sum(float(row["Biomass, kg"]) for row in rows)
    foot = re.sub(r"\D+", " ", page.partition("<tfoot>")[2].partition("</tfoot>")[0])
    assert f"{total / 1000:,.0f}".replace(",", " ") in foot


@pytest.mark.parametrize("sort", ["-weight", "weight", "mortality30", "sampled"])
def test_pens_are_sorted_by_a_column(browser, places, sort):
    text = read(browser, f"/sites/area/{places['area']}/?as=csv&sort={sort}")
    title = {"weight": "Mean weight, g", "mortality30": "30 days, %", "sampled": "Last sample"}[sort.lstrip("-")]
    values = [row[title] for row in csv.DictReader(io.StringIO(text.lstrip("\ufeff")))]
    known = [value if sort == "sampled" else float(value) for value in values if value]
    assert known == sorted(known, reverse=sort.startswith("-"))


def test_pens_are_drawn_in_each_colouring_with_a_number_in_each(browser, places, limits):
    page = read(browser, f"/sites/area/{places['area']}/")
    for name in ("density", "lice", "mortality", "growth", "drift", "oxygen"):
        drawing = page.partition(f'data-by="{name}"')[2].partition('class="scale"')[0]
        cells = re.findall(r"<li><a [^>]*>.*?</a></li>", drawing)
        assert len(cells) == 6, name
        assert all(re.search(r"<b>[^<]+", cell) for cell in cells), name
    assert page.count('class="pen level-4 alarm"') == 6  # lice, 180 % of the limit


def test_a_station_shows_its_halls(browser, places):
    page = read(browser, f"/sites/station/{places['station']}/")
    assert "N-1-FW-A" in page
    assert "N-1-FW-E" in page
    assert "No fish at this site" in page


def test_occupancy_has_placements_plans_and_fallow(browser, places, limits):
    page = read(browser, f"/sites/area/{places['area']}/")
    gantt = page.partition('class="gantt"')[2].partition("</section>")[0]
    assert gantt.count('class="placed') == 1  # the pens have the same placements
    assert 'class="planned' in gantt
    assert "at least 60 days asked for" in page


def test_findings_of_the_site_are_listed_and_those_of_others_are_not(browser, places, growing_company, last_day):
    from django.utils import timezone

    from grilse.attention.models import Finding
    from grilse.farm.models import Area

    other = Area.objects.using(DB).get(company_id=growing_company, name="N-2-SEA-11")
    for area, title in ((places["area"], "feed"), (other.pk, "oxygen")):
        Finding.objects.using(DB).create(
            company_id=growing_company, kind=title, subject=f"area:{area}", area_id=area, figure=2.0, threshold=3.0,
            score=1.5, severe=False, cases=1, watched=1, day=last_day, begun_on=last_day, begun_at=timezone.now(),
        )  # fmt: skip
    card = read(browser, f"/sites/area/{places['area']}/").partition('id="attention"')[2].partition("</section>")[0]
    assert "Feed runs out" in card
    assert "Oxygen low" not in card


def test_the_log_tells_who_did_what_and_goes_back_page_by_page(browser, places, last_day):
    page = read(browser, f"/sites/events/?area={places['area']}&until={last_day}")
    assert "Weight sample" in page or "Earlier" in page
    seen, address, pages = "", f"/sites/events/?area={places['area']}", 0
    while address and pages < 60:
        answer = browser.get(address, headers={"HX-Request": "true"}).content.decode()
        assert "<html" not in answer
        seen, pages = seen + answer, pages + 1
        found = re.search(r'hx-get="([^"]+)"[^>]*>Earlier', answer)
        address = found and found[1].replace("&amp;", "&")
    assert "Transferred in" in seen
    assert "Treatment" in seen
    assert 1 < pages < 60


def test_the_log_names_the_login_that_entered_a_row(browser, places, growing_company, last_day):
    from django.contrib.auth import get_user_model

    from grilse.stock.models import Movement, Placement

    user = get_user_model().objects.get(username=f"of {growing_company}")
    placement = Placement.objects.using(DB).filter(container_id=places["container"]).get()
    Movement.objects.using(DB).create(
        company_id=growing_company, date=last_day, kind="MORTALITY", source=placement, count=14, author_id=user.pk
    )
    page = read(browser, f"/sites/events/?container={places['container']}&until={last_day}")
    assert re.search(rf"Dead fish</b> 14\s.*?of {growing_company}", page, re.DOTALL)


def test_water_has_a_value_for_each_day_over_the_whole_history(browser, places, limits, last_day):
    answer = browser.get(f"/sites/water/?container={places['container']}&parameter=temperature").json()
    assert answer["step"] == "day"
    assert len(answer["at"]) == len(answer["mean"]) == 40
    assert answer["mean"][-1] == 8
    assert {*answer["lowest"]} == {7}
    assert {*answer["highest"]} == {14}


def test_water_of_few_days_is_single_readings(browser, places, limits, last_day):
    first = last_day - timedelta(days=13)
    answer = browser.get(f"/sites/water/?area={places['area']}&first={first}&last={last_day}").json()
    assert answer["step"] == "reading"
    assert len(answer["at"]) == 14
    refused = browser.get(f"/sites/water/?area={places['area']}&first={first - timedelta(days=1)}&last={last_day}")
    assert refused.status_code == 400
    assert "14 days at most" in refused.json()["detail"]


def test_water_without_daily_summaries_is_read_of_one_container(browser, places, limits):
    answer = browser.get(f"/sites/water/?container={places['container']}&parameter=salinity").json()
    assert {*answer["mean"]} == {34.5}
    refused = browser.get(f"/sites/water/?area={places['area']}&parameter=salinity")
    assert refused.status_code == 400


def test_a_container_shows_its_state_its_lives_and_its_moves(browser, places, limits):
    page = read(browser, f"/containers/{places['container']}/")
    assert "N-1-SEA-11-P01" in page
    assert "density" in find_verdict(page)
    lives = page.partition('class="lives"')[2].partition("</table>")[0]
    assert lives.count("<tr") == 2
    assert "N-1" in lives
    assert "Transferred in" in page.partition('id="moves"')[2]


def test_an_empty_container_says_what_would_fill_it(browser, places):
    page = read(browser, f"/containers/{places['vacant']}/")
    assert "No fish stand here" in page
    assert 'class="lives"' in page


@pytest.mark.parametrize(
    ("address", "name"),
    [
        ("/sites/area/{}/", "area"),
        ("/sites/station/{}/", "station"),
        ("/containers/{}/", "container"),
        ("/sites/events/?area={}", "area"),
        ("/sites/events/?container={}", "container"),
        ("/sites/water/?area={}", "area"),
        ("/sites/water/?station={}", "station"),
        ("/sites/water/?container={}", "container"),
    ],
)
def test_places_of_another_company_are_not_there(login, growing_company, other_company, places, address, name):
    own, other = login(growing_company), login(other_company)
    assert own.get(address.format(places[name])).status_code == 200
    assert other.get(address.format(places[name])).status_code == 404
    assert own.get(address.format(NOBODY)).status_code == 404


def test_an_address_names_one_place(browser, places):
    assert browser.get("/sites/water/").status_code == 404
    assert browser.get(f"/sites/water/?area={places['area']}&container={places['container']}").status_code == 404


def test_more_pens_take_no_more_statements(login, growing_company, other_company, places, statements):
    from grilse.access.tenancy import tenant_transaction
    from grilse.farm.models import Area

    with tenant_transaction(other_company):
        other = Area.objects.get(name="O-1-SEA-11").pk
    counts = []
    for company, area in ((growing_company, places["area"]), (other_company, other)):
        client = login(company)
        client.get(f"/sites/area/{area}/")
        with statements() as count:
            client.get(f"/sites/area/{area}/")
        counts.append(count[0])
    assert counts[0] == counts[1] <= 24
