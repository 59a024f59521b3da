"""The jobs of the day, each done in pages by the role that it belongs to, on records that end yesterday.

A round by taps and by keys, and corrections by operators, are in `test_enter`; the refusals, figures and undo of each
kind of record in `test_enter_forms`. Here every entry is made by keys alone.
"""

import re
from contextlib import contextmanager
from datetime import UTC, datetime, time, timedelta
from typing import Any

import numpy as np
import psycopg
import pytest
from tests.browser.conftest import FLAGS, PASSWORD
from tests.browser.stocked_company import (
    PENS,
    TODAY,
    YESTERDAY,
    StockedCompany,
    read_movements,
    read_rows,
    write_stocked_company,
)
from tests.browser.test_enter import line, make_device, running_playwright

from grilse.web.urls import urlpatterns

__all__ = ["line", "make_device", "running_playwright"]  # fixtures
WIDE, NARROW = {"width": 1280, "height": 900}, {"width": 400, "height": 800}
MAX_TABS = 250
FED_DAYS, WATER_DAYS = 7, 400
FED_KG = 500.0
"""Feed of a pen a day."""


@pytest.fixture(scope="module")
def stocked(database):
    """The company, with meals of a week and water of a year."""
    company = write_stocked_company()
    _write_meals(company)
    _write_water(company)
    return company


@pytest.fixture(scope="module")
def chromium_window(running_playwright, chromium):
    launched = running_playwright.chromium.launch(executable_path=chromium, args=FLAGS)
    yield launched
    launched.close()


@pytest.fixture
def sign_in(chromium_window, line):
    """Sign in with the form, and open a page; what goes wrong in its scripts fails the test."""

    @contextmanager
    def open_page(name, address, viewport=WIDE):
        context = chromium_window.new_context(base_url=line.address, viewport=viewport)
        context.set_default_timeout(30_000)
        page, wrong = context.new_page(), []
        page.on("pageerror", lambda error: wrong.append(str(error)))
        page.goto(f"/login/?next={address}")
        page.fill("#id_username", name)
        page.fill("#id_password", PASSWORD)
        page.keyboard.press("Enter")
        page.wait_for_url(lambda url: "/login/" not in url)
        yield page
        context.close()
        assert wrong == []

    return open_page


class Keys:
    """Works on a page by keys alone."""

    def __init__(self, page: Any) -> None:
        self.page = page

    def reach(self, target: Any) -> None:
        """Go to an element with Tab."""
        for _ in range(MAX_TABS):
            if target.first.evaluate("element => element === document.activeElement"):
                return
            self.page.keyboard.press("Tab")
        pytest.fail(f"no Tab leads to {target}")

    def press(self, target: Any) -> None:
        """Press Enter on an element."""
        self.reach(target)
        self.page.keyboard.press("Enter")

    def type_in(self, label: str, text: str) -> None:
        """Type into the field of a label."""
        self.reach(self.page.get_by_label(label, exact=True))
        self.page.keyboard.press("Control+A")
        self.page.keyboard.type(text)

    def choose(self, label: str, text: str) -> None:
        """Choose an option by the arrows."""
        field = self.page.get_by_label(label, exact=True).first
        self.reach(field)
        self.page.keyboard.press("Home")
        for _ in range(60):
            if field.evaluate("element => element.selectedOptions[0]?.text") == text:
                return
            self.page.keyboard.press("ArrowDown")
        pytest.fail(f"{label} has no {text}")

    def open_form(self, kind: str, pen: str = "") -> None:
        """Open the form of a kind of record, and choose a pen."""
        self.press(self.page.locator(f'#kinds a[href="#{kind}"]'))
        self.page.wait_for_selector(".record-form")
        if pen:
            self.press(self.page.locator(f'.choices button:text-is("{pen}")'))

    def save(self, device: Any, *states: str) -> None:
        """Save the form of a record, and wait until the server has it."""
        self.press(self.page.locator(".record-form .save"))
        device.wait_for_states(*(states or ("sent",)))


@pytest.fixture
def work(make_device):
    """The phone of somebody, worked on by keys."""

    def start(name):
        device = make_device(name)
        return device, Keys(device.page)

    return start


def read_one(statement, *arguments):
    [[value]] = read_rows(statement, *arguments)
    return value


def test_an_operator_weighs_fish_one_by_one(stocked, work):
    device, keys = work("ola")
    keys.open_form("weights", "P03")
    for grams, length in (("2650", "59"), ("2410,5", "57.5"), ("2890", "61")):
        keys.reach(device.page.get_by_label("Weight, g", exact=True))
        device.page.keyboard.type(grams)
        device.page.keyboard.press("Enter")
        device.page.keyboard.type(length)
        device.page.keyboard.press("Enter")
    keys.save(device)
    rows = (
        "SELECT fish_weighed, round(mean_weight_g)::int FROM stock_weightsample WHERE placement_id = %s AND date = %s"
    )
    assert read_rows(rows, stocked.placements["Vagur-P03"], TODAY) == [(3, 2650)]


def test_an_operator_counts_lice_fish_by_fish(stocked, work):
    device, keys = work("ola")
    keys.open_form("lice", "P02")
    for females in ("1", "2", "0", "0"):
        keys.type_in("Adult females", females)
        keys.press(device.page.locator('button:text-is("Next fish")'))
    keys.save(device)
    rows = "SELECT fish_counted, adult_female FROM health_licecount WHERE placement_id = %s AND date = %s"
    assert read_rows(rows, stocked.placements["Vagur-P02"], TODAY) == [(4, 3)]


def test_an_operator_enters_a_delivery_and_feed(stocked, work):
    device, keys = work("ola")
    keys.open_form("delivery")
    keys.type_in("Amount, kg", "24000")
    keys.type_in("Price a kg", "14.25")
    keys.type_in("Lot number", "L-8")
    keys.save(device)
    assert read_rows("SELECT grams, price_per_kg FROM feeding_feedlot WHERE number = 'L-8'") == [(24_000_000, 1425)]

    keys.press(device.page.locator('#kinds a[href="#feed"]'))
    device.page.wait_for_selector(".rows input")
    keys.reach(device.page.locator(".rows input"))
    device.page.keyboard.type("820")
    keys.save(device, "sent", "sent")
    meals = "SELECT grams FROM feeding_meal WHERE placement_id = %s AND at >= %s"
    assert read_rows(meals, stocked.placements["Vagur-P01"], datetime.combine(TODAY, time(), UTC)) == [(820_000,)]


def test_a_vet_enters_a_treatment_of_two_pens(stocked, work):
    device, keys = work("vera")
    keys.open_form("treatment", "P04")
    keys.press(device.page.locator('.choices button:text-is("P05")'))
    keys.choose("Kind", "Medication")
    keys.type_in("Withdrawal days", "10")
    keys.save(device)
    rows = "SELECT kind, withdrawal_days FROM health_treatment WHERE start = %s ORDER BY id"
    assert read_rows(rows, TODAY) == [("medication", 10), ("medication", 10)]


def test_a_manager_plans_a_transfer_and_an_operator_carries_it_out(stocked, work):
    device, keys = work("maria")
    keys.open_form("transfer")
    keys.press(device.page.locator('.choices button:text-is("Plan")'))
    keys.choose("To", "Vagur · Vagur-P16")
    keys.type_in("Fish", "30000")
    keys.press(device.page.locator('button:text-is("Add the line")'))
    keys.save(device)

    boat, keys = work("ola")
    keys.open_form("transfer")
    carry_out = boat.page.locator('.choices button:text-is("Carry out")')
    if carry_out.count():
        keys.press(carry_out)
    keys.type_in("Fish moved", "12000")
    keys.reach(boat.page.get_by_label("More fish follow"))
    boat.page.keyboard.press("Space")
    keys.save(boat)
    rows = "SELECT count FROM stock_movement WHERE kind = 'TRANSFER' AND source_id = %s AND date = %s"
    assert read_rows(rows, stocked.placements["Vagur-P01"], TODAY) == [(12_000,)]


def test_an_operator_harvests_with_a_lot(stocked, work):
    device, keys = work("ola")
    keys.open_form("harvest", "P06")
    keys.type_in("Fish", "1000")
    keys.type_in("Mean live weight, g", "2600")
    keys.type_in("Lot", "H-9")
    keys.reach(device.page.get_by_label("Fish", exact=True).nth(1))
    device.page.keyboard.type("900")
    keys.type_in("Gutted, kg", "2000")
    keys.press(device.page.locator('button:text-is("Add the grade")'))
    keys.save(device)
    rows = "SELECT count, gutted_kg, lot FROM stock_harvestgrade WHERE placement_id = %s"
    assert read_rows(rows, stocked.placements["Vagur-P06"]) == [(900, 2000.0, "H-9")]


def test_a_manager_corrects_the_mortality_of_yesterday(stocked, work):
    pen = stocked.placements["Vagur-P07"]
    [(kind, before, cause)] = read_movements(pen, YESTERDAY)
    device, keys = work("maria")
    keys.reach(device.page.locator("#day"))
    device.page.keyboard.type(f"{YESTERDAY:%m%d%Y}")  # as the fields of a day in American English are ordered
    row = device.page.locator(".losses li:has-text('P07')")
    row.first.wait_for()
    keys.press(row.locator("[data-open]"))
    device.page.keyboard.press("Control+A")
    device.page.keyboard.type(str(before + 30))
    keys.press(device.page.locator(".loss-form button:text-is('Wrong number')"))
    keys.press(device.page.locator("[data-correct]"))
    device.wait_for_states("sent")
    assert read_movements(pen, YESTERDAY) == [(kind, before + 30, cause)]


def test_an_admin_adds_a_colleague_who_sees_what_the_role_allows(stocked, sign_in, chromium_window, line):
    with sign_in("anna", "/settings/") as page:
        keys = Keys(page)
        keys.press(page.locator('nav.tabs a:text-is("People and roles")'))
        page.wait_for_url("**/settings/people/")
        keys.press(page.locator('a:text-is("Add a colleague")'))
        page.wait_for_url("**/new/")
        keys.type_in("Name", "Kári Vang")
        keys.type_in("Login", "ola")
        keys.choose("Role", "Viewer")
        keys.press(page.locator('button:text-is("Add")'))
        page.locator("#id_login_error").wait_for()
        assert "already" in page.inner_text("#id_login_error")
        keys.type_in("Login", "karivang")
        keys.press(page.locator('button:text-is("Add")'))
        link = page.input_value("#link")
        keys.press(page.locator('a:text-is("Done")'))
        page.wait_for_url("**/settings/people/")
        assert "Kári Vang" in page.inner_text("tr:has-text('karivang')")
    context = chromium_window.new_context(base_url=line.address, viewport=NARROW)
    page = context.new_page()
    page.goto(link)
    for field in page.locator("input[type=password]").all():
        field.fill(PASSWORD)
    page.click("button.primary")
    page.goto("/login/?next=/batches/")
    page.fill("#id_username", "karivang")
    page.fill("#id_password", PASSWORD)
    page.click("button.primary")
    page.wait_for_url("**/batches/")
    assert "Vagur-26" in page.inner_text("main")
    assert page.locator('nav a:text-is("Enter")').count() == 0
    assert page.goto("/settings/people/").status == 403
    context.close()


@pytest.mark.parametrize("viewport", [WIDE, NARROW], ids=["wide", "narrow"])
def test_people_and_roles_fit_the_screen(sign_in, viewport):
    with sign_in("anna", "/settings/people/", viewport) as page:
        for address in ("/settings/people/", "/settings/people/new/", page.get_attribute("th a", "href")):
            page.goto(address)
            assert page.evaluate("document.documentElement.scrollWidth") <= viewport["width"]


def test_batches_on_a_phone_show_weight_and_biomass_and_their_sum(sign_in):
    with sign_in("ola", "/batches/", NARROW) as page:
        page.wait_for_selector("tfoot")
        heads = page.locator("thead th").all()
        shown = [head.inner_text().split(",")[0].strip() for head in heads if head.is_visible()]
        assert {"Mean weight", "Biomass"} <= set(shown)
        row = page.locator("tbody tr:has-text('Vagur-26')")
        visible = [cell.inner_text() for cell in row.locator("td").all() if cell.is_visible()]
        assert any("kg" in text or "t" in text for text in visible), visible
        total = [cell.inner_text() for cell in page.locator("tfoot td").all() if cell.is_visible()]
        assert any(any(letter.isdigit() for letter in text) for text in total)


def needs_page(name):
    """Skip a test where the pages do not have one of a name."""
    names = {pattern.name for pattern in urlpatterns if hasattr(pattern, "name")}
    return pytest.mark.skipif(name not in names, reason=f"there is no page {name}")


@needs_page("site-area")
def test_a_viewer_sees_whether_a_site_is_over_its_limit(stocked, sign_in):
    pens = [stocked.placements[f"Vagur-P{pen:02d}"] for pen in (10, 11, 12)]
    address = f"/sites/area/{stocked.site}/"
    with plant_lice(pens, YESTERDAY, females=2), sign_in("vik", address) as page:
        assert "Within its limits" in page.inner_text(".verdict")
    with plant_lice(pens, YESTERDAY, females=40), sign_in("vik", address) as page:
        assert "Over its limit" in page.inner_text(".verdict")


@needs_page("site-area")
def test_a_manager_sees_all_pens_of_a_site_with_biomass_density_and_mortality(stocked, sign_in):
    with sign_in("maria", f"/sites/area/{stocked.site}/") as page:
        head = page.inner_text("#pens thead")
        assert [title for title in ("Biomass", "Density", "Mortality") if title not in head] == []
        assert page.locator("#pens tbody tr").count() >= PENS
        row = page.inner_text("#pens tbody tr:has-text('P09')")
        assert len(re.findall(r"\d", row)) > 6
        assert "Total" in page.inner_text("#pens tfoot")


@needs_page("site-area")
def test_an_operator_sees_the_feed_that_is_left_and_for_how_many_days(stocked, sign_in):
    left = read_one(
        "SELECT sum(grams - drawn)::float8 / 1000 FROM feeding_feedlot l JOIN farm_feedstore s ON s.id = l.store_id"
    )
    with sign_in("ola", f"/sites/area/{stocked.site}/") as page:
        store = page.inner_text("table.stores tr:has-text('Barge')")
        digits = re.sub(r"[^\d.\n\t]", "", store.replace("\u202f", ""))
        assert f"{round(left)}" in digits
        days = float(store.split()[-1])
        assert 0 < days <= left / FED_KG


@needs_page("site-area")
def test_a_vet_sees_the_water_of_a_pen_over_a_month_and_a_year(stocked, sign_in):
    with sign_in("vera", f"/sites/area/{stocked.site}/") as page:
        water = page.locator("#water")
        water.scroll_into_view_if_needed()
        keys = Keys(page)
        keys.choose("Pen", "P01" if page.locator("#water option:text-is('P01')").count() else "Vagur-P01")
        keys.press(water.locator("summary"))
        keys.choose("Year", str(YESTERDAY.year))
        first = YESTERDAY.replace(month=1, day=1)
        wait_for_rows(page, (YESTERDAY - first).days + 1)
        keys.choose("Month", f"{YESTERDAY:%B}")
        wait_for_rows(page, YESTERDAY.day)


def wait_for_rows(page, number):
    """Wait until the table of the water has a number of days."""
    rows = "number => document.querySelectorAll('#water tbody tr').length === number"
    page.wait_for_function(rows, arg=number)


@needs_page("yesterday")
def test_a_manager_sees_what_happened_yesterday(stocked, sign_in):
    dead = sum(count for pen in stocked.placements.values() for _, count, _ in read_movements(pen, YESTERDAY))
    with sign_in("maria", "/today/yesterday/") as page:
        page.goto(f"/today/yesterday/?day={YESTERDAY}")
        text = page.inner_text("#entries").replace("\u202f", "")
        assert str(dead) in text
        assert "Vagur" in text


@contextmanager
def plant_lice(placements, day, *, females):
    """Store lice counts of 20 fish, and take them away again."""
    import os

    insert = """INSERT INTO health_licecount (company_id, placement_id, date, fish_counted, adult_female)
                SELECT company_id, id, %s, 20, %s FROM stock_placement WHERE id = ANY(%s) RETURNING id"""
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        ids = [id for (id,) in connection.execute(insert, [day, females, placements]).fetchall()]
    yield
    with psycopg.connect(os.environ["DATABASE_URL"]) as connection:
        connection.execute("DELETE FROM health_licecount WHERE id = ANY(%s)", [ids])


def _write_meals(company: StockedCompany) -> None:
    from grilse.access.tenancy import tenant_transaction
    from grilse.farm.models import FeedStore
    from grilse.feeding.actions.meals import MEALS, NewMeal
    from grilse.feeding.models import Feed

    with tenant_transaction(company.id, company.logins["maria"]):
        drawn = {"feed": Feed.objects.get().pk, "store": FeedStore.objects.get().pk, "grams": int(FED_KG * 1000)}
        pens = [id for name, id in company.placements.items() if name.startswith("Vagur")]
        days = [YESTERDAY - timedelta(days=day) for day in range(FED_DAYS)]
        MEALS.record(
            [
                NewMeal(placement=pen, at=datetime.combine(day, time(9), UTC), **drawn)
                for day in reversed(days)
                for pen in pens
            ]
        )


def _write_water(company: StockedCompany) -> None:
    from grilse.environment.models import DailyEnvironment
    from grilse.farm.models import Container

    draws = np.random.default_rng(8)
    pens = Container.objects.using("owner").filter(company_id=company.id, name__in=["Vagur-P01", "Vagur-P02"])
    DailyEnvironment.objects.using("owner").bulk_create(
        DailyEnvironment(
            company_id=company.id, container=pen, date=YESTERDAY - timedelta(days=day),
            **{f"temperature_{part}": 9.0 + shift + float(draws.normal(0, 0.1)) for part, shift in SHIFTS.items()},
            temperature_n=24,
            **{f"oxygen_{part}": 92.0 + shift + float(draws.normal(0, 0.1)) for part, shift in SHIFTS.items()},
            oxygen_n=24,
        )
        for pen in pens
        for day in range(WATER_DAYS)
    )  # fmt: skip


SHIFTS = {"min": -1.0, "mean": 0.0, "max": 1.0}
