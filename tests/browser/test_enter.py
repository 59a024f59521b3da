"""Entering records on a phone, with a line and without one: nothing is lost, and nothing is entered twice."""

import shutil
import time
from collections.abc import Iterator

import pytest
from tests.browser.conftest import PASSWORD
from tests.browser.devices import SOURCE, Device, KillableServer, split_count, wait_until
from tests.browser.stocked_company import PENS, TODAY, read_movements, read_rows, write_stocked_company

MAX_SECONDS, MAX_TAPS = 90, 40
COUNTS = [12, 6, 19, 38, 0, 8, 4, 27, 7, 15, 3, 9, 11, 64, 5]
"""Dead fish of the round."""


@pytest.fixture(scope="module")
def stocked(database):
    return write_stocked_company()


@pytest.fixture(scope="module")
def line(stocked, tmp_path_factory) -> Iterator[KillableServer]:
    running = KillableServer(tmp_path_factory.mktemp("server"))
    try:
        running.start()
        yield running
    finally:
        running.kill()


@pytest.fixture(scope="module")
def running_playwright(line):
    """Django refuses to write once the loop of playwright runs, so the company comes first."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as running:
        yield running


@pytest.fixture
def make_device(running_playwright, line, chromium, tmp_path):
    """Start phones whose browsers end with the test."""
    devices = []

    def make(name: str = "ola") -> Device:
        device = Device(running_playwright, chromium, tmp_path / f"device-{len(devices)}", line.address)
        devices.append(device)
        device.sign_in(name)
        device.wait_until_kept()
        return device

    yield make
    for device in devices:
        device.close()


def count_fish(stocked, pen, kind="MORTALITY"):
    """Return the fish of a kind that the ledger has for a pen today."""
    movements = read_movements(stocked.placements[f"Vagur-P{pen + 1:02d}"])
    return sum(count for movement_kind, count, _ in movements if movement_kind == kind)


def test_a_round_of_fifteen_pens_takes_at_most_forty_taps(stocked, make_device):
    device, taps, begun = make_device(), 0, time.monotonic()
    for pen, count in enumerate(COUNTS):
        assert device.page.locator(".pen").nth(pen).get_attribute("aria-current") == "true"
        if pen in (3, 9):  # a cause other than the last one
            device.page.locator(".pad .chips button").nth(1).click()
            taps += 1
        for key in split_count(count):
            device.page.click(f'.keys button:text-is("{key}")')
            taps += 1
    device.save()
    taps += 1
    device.wait_for_states("sent")

    assert time.monotonic() - begun <= MAX_SECONDS
    assert taps <= MAX_TAPS
    assert [count_fish(stocked, pen) for pen in range(PENS)] == COUNTS


def test_a_round_is_entered_by_keys_alone(stocked, make_device):
    device, before = make_device("kari"), [count_fish(stocked, pen) for pen in range(3)]
    device.page.locator(".pen input").first.focus()
    for text in ("3", "4", "5"):
        device.page.keyboard.type(text)
        device.page.keyboard.press("Enter")
    device.page.locator("[data-send]").focus()
    device.page.keyboard.press("Enter")
    device.wait_for_states("sent")

    assert [count_fish(stocked, pen) for pen in range(3)] == [before[0] + 3, before[1] + 4, before[2] + 5]


def test_culled_fish_and_several_causes_are_entered_in_one_round(stocked, make_device):
    device, before = make_device(), count_fish(stocked, 5)
    device.tap_number(5, 4)
    device.page.locator(".pen").nth(5).click(position={"x": 20, "y": 12})
    device.page.locator(".pad .chips button").nth(1).click()
    device.page.click('.keys button:text-is("2")')
    device.page.locator(".pen").nth(5).click(position={"x": 20, "y": 12})
    device.page.click("[data-kind]")
    device.page.click('.keys button:text-is("9")')
    assert device.page.locator(".pen input").nth(5).input_value() == "15"
    device.save()
    device.wait_for_states("sent")

    assert (count_fish(stocked, 5) - before, count_fish(stocked, 5, "CULL")) == (6, 9)


def test_an_entry_shows_what_it_did_and_is_undone(stocked, make_device):
    device, before = make_device(), count_fish(stocked, 6)
    device.record(6, 8)
    device.wait_for_states("sent")
    device.page.wait_for_selector(".effect li:has-text('P07')")
    assert count_fish(stocked, 6) == before + 8
    device.page.click('button:text-is("Undo")')
    device.wait_for_states("sent", "sent")

    assert count_fish(stocked, 6) == before


def test_a_number_is_corrected_within_twelve_clicks_and_seen_on_the_line(stocked, make_device):
    device, before, clicks = make_device("kari"), count_fish(stocked, 4), 3  # name, password, sign in
    device.record(4, 14)
    device.wait_for_states("sent")
    device.page.locator(".losses li:has-text('P05'):has-text('by kari') [data-open]").last.click()
    device.page.locator(".loss-form input").first.fill("12")
    device.page.click("[data-correct]")
    assert device.page.inner_text(".loss-form .wrong") == "Say why."
    device.page.click("text=Wrong number")
    device.page.click("[data-correct]")
    device.wait_for_states("sent", "sent")
    clicks += 5

    assert clicks <= 12
    assert count_fish(stocked, 4) == before + 12
    device.page.wait_for_selector(".entry:first-child .effect li:has-text('Vagur-P05')")


def test_a_number_that_somebody_else_entered_is_not_corrected(stocked, make_device):
    device, before = make_device("ola"), count_fish(stocked, 4)
    device.page.locator(".losses li:has-text('P05'):has-text('by kari') [data-open]").last.click()
    device.page.click("text=Wrong pen")
    device.page.click("[data-withdraw]")
    device.wait_for_states("refused")

    assert "by somebody else, or more than 48 hours ago" in device.page.inner_text(".problem")
    assert count_fish(stocked, 4) == before


def test_a_draft_outlives_a_reload(make_device):
    device = make_device()
    device.tap_number(2, 38)
    device.page.reload()
    device.page.wait_for_selector(".pen")

    assert device.page.locator(".pen input").nth(2).input_value() == "38"


def test_entries_without_a_line_outlive_the_browser_and_are_sent_once(stocked, make_device):
    device, before = make_device(), [count_fish(stocked, pen) for pen in (0, 1)]
    device.context.set_offline(True)
    device.record(0, 11)
    device.page.reload()
    device.page.wait_for_selector(".pen")
    device.record(1, 21)
    assert device.list_states() == ["waiting", "waiting"]
    assert device.page.inner_text("#waiting") == "2 to send"
    device.close()
    device.open()
    device.context.set_offline(True)
    device.visit()
    assert device.list_states() == ["waiting", "waiting"]
    device.context.set_offline(False)
    device.wait_for_states("sent", "sent")

    assert [count_fish(stocked, pen) for pen in (0, 1)] == [before[0] + 11, before[1] + 21]


def test_fish_found_later_in_a_pen_do_not_ask_on_the_device_that_entered_the_others(stocked, make_device):
    device, before = make_device(), count_fish(stocked, 3)
    device.context.set_offline(True)
    for count in (4, 5, 6):
        device.record(3, count)
    device.context.set_offline(False)
    device.wait_for_states("sent", "sent", "sent")

    assert count_fish(stocked, 3) == before + 15


def enter_round_counts_and_photo(device):
    """Enter a round of three pens with a photo, and the lice of two pens."""
    for pen in range(3):
        device.tap_number(pen, 5 + pen)
    device.page.locator(".pen").nth(2).click(position={"x": 20, "y": 12})
    device.add_photo()
    device.save()
    device.page.wait_for_selector(".pad [data-send]:disabled")
    for pen in ("P04", "P05"):
        device.open_form("lice", pen)
        device.type_in("Adult females", "1")
        device.page.click(".record-form .save")
        device.page.wait_for_selector('.choices button[aria-pressed="true"]:text-is("Fish by fish")')
        device.page.wait_for_selector(f'.choices button:text-is("{pen}")[aria-pressed="false"]')


def count_records(stocked):
    """Return the records that `enter_round_counts_and_photo` adds to, in the order in which they are entered."""
    placements = list(stocked.placements.values())[:PENS]
    deaths = "SELECT count(*) FROM stock_movement WHERE source_id = ANY(%s) AND date = %s AND kind = 'MORTALITY'"
    lice = "SELECT count(*) FROM health_licecount WHERE placement_id = ANY(%s) AND date = %s"
    return [
        read_rows(deaths, placements, TODAY)[0][0],
        read_rows("SELECT count(*) FROM stock_photo")[0][0],
        read_rows(lice, placements, TODAY)[0][0],
    ]


def test_a_round_two_counts_and_a_photo_without_a_line_are_sent_once_and_in_order(stocked, make_device):
    device, before = make_device(), count_records(stocked)
    device.context.set_offline(True)
    enter_round_counts_and_photo(device)
    assert device.list_states() == ["waiting"] * 3
    device.close()
    device.open()
    device.context.set_offline(True)
    device.visit()
    assert device.list_states() == ["waiting"] * 3
    assert device.page.locator(".entry .pictures canvas").count() == 1
    sent = []
    device.page.on("request", lambda request: sent.append(request.url) if request.method == "POST" else None)
    device.context.set_offline(False)
    device.wait_for_states("sent", "sent", "sent")

    after = count_records(stocked)
    assert [now - then for now, then in zip(after, before, strict=True)] == [3, 1, 2]
    paths = [url.split("/api/v1/")[1].split("?")[0] for url in sent]
    assert paths == ["losses", "photos", "lice-counts", "lice-counts"]
    [(kind, container)] = read_rows(
        "SELECT f.kind, c.name FROM stock_photo f JOIN farm_container c ON c.id = f.container_id ORDER BY f.id DESC"
        " LIMIT 1"
    )
    assert (kind, container) == ("losses", "Vagur-P03")


def test_entries_wait_for_the_login_that_made_them(stocked, make_device):
    device, before = make_device(), count_fish(stocked, 7)
    device.context.clear_cookies(name="sessionid")
    device.record(7, 5)
    device.page.wait_for_selector("#sign-in:not([hidden])")
    assert device.list_states() == ["waiting"]
    device.sign_in("kari")
    device.page.wait_for_timeout(1000)
    assert device.list_states() == []
    assert count_fish(stocked, 7) == before
    device.sign_out()
    device.sign_in("ola")
    device.wait_for_states("sent")

    assert count_fish(stocked, 7) == before + 5


def test_a_log_out_with_waiting_entries_asks(stocked, make_device):
    device, asked = make_device(), []
    device.page.remove_listener("dialog", device.accept_dialog)
    device.page.on("dialog", lambda dialog: (asked.append(dialog.message), dialog.dismiss()))
    device.context.clear_cookies(name="csrftoken")
    device.context.set_offline(True)
    device.record(3, 2)
    device.page.evaluate("document.querySelector('form[action=\"/logout/\"]').requestSubmit()")

    assert [message.split(".")[0] for message in asked] == ["1 entries of this device are not sent yet"]
    assert device.page.url.endswith("/enter/")


def test_a_page_that_is_open_since_another_login_sends_nothing_in_the_name_of_that_login(stocked, make_device):
    device, before = make_device(), count_fish(stocked, 8)
    other = device.context.new_page()
    other.goto("/enter/")
    other.evaluate("document.querySelector('form[action=\"/logout/\"]').requestSubmit()")
    other.wait_for_url("**/login/**")
    other.fill("#id_username", "kari")
    other.fill("#id_password", PASSWORD)
    other.click("button.primary")
    other.wait_for_selector("main")
    device.record(8, 3)
    device.page.wait_for_selector("#sign-in:not([hidden])")

    assert device.list_states() == ["waiting"]
    assert count_fish(stocked, 8) == before


def test_nothing_of_a_login_is_kept_for_the_next_after_it_signs_out(make_device):
    device = make_device()
    device.sign_out()
    device.context.set_offline(True)
    device.page.goto("/enter/")

    assert device.page.locator(".pen").count() == 0
    assert device.page.evaluate("caches.keys()") == [
        name for name in device.page.evaluate("caches.keys()") if not name.startswith("grilse-sheets-")
    ]


def test_a_refused_entry_waits_with_its_refusal_and_is_mended(stocked, make_device):
    device, before = make_device(), count_fish(stocked, 9)
    device.page.fill("#day", "2020-01-01")
    device.page.wait_for_selector(".pen")
    device.record(9, 6)
    device.wait_for_states("refused")
    assert "is before its placement" in device.page.inner_text(".problem")
    device.page.click('button:text-is("Change")')
    device.page.wait_for_selector(".entry", state="detached")
    assert device.page.locator(".pen input").nth(9).input_value() == "6"
    device.page.fill("#day", TODAY.isoformat())
    device.page.wait_for_selector(".losses:not([hidden])")
    assert device.page.locator(".pen input").nth(9).input_value() == "6"
    device.save()
    device.wait_for_states("sent")

    assert count_fish(stocked, 9) == before + 6


def test_an_unlikely_number_asks_and_is_confirmed(stocked, make_device):
    device, before = make_device(), count_fish(stocked, 10)
    device.page.locator(".pen input").nth(10).fill("20000")
    device.page.locator(".pen input").nth(10).press("Enter")
    device.save()
    device.wait_for_states("asking")
    device.page.click("text=Yes, this is right")
    device.wait_for_states("sent")

    assert count_fish(stocked, 10) == before + 20_000


def test_what_two_phones_count_in_a_pen_is_asked_about(stocked, make_device):
    first, second, before = make_device("ola"), make_device("kari"), count_fish(stocked, 11)
    second.context.set_offline(True)
    second.record(11, 9)
    first.record(11, 9)
    first.wait_for_states("sent")
    second.context.set_offline(False)
    second.wait_for_states("asking")
    assert "confirm that these are further fish" in second.page.inner_text(".problem")
    second.page.click('button:text-is("Delete")')
    second.page.wait_for_selector(".entry", state="detached")

    assert count_fish(stocked, 11) == before + 9


def test_a_server_that_is_killed_before_it_answers_enters_once(stocked, line, make_device):
    device, before = make_device(), count_fish(stocked, 12)
    line.kills_after = "POST /api/v1/losses"
    device.record(12, 17)
    wait_until(lambda: line.server.poll() is not None, "the server still runs")
    assert count_fish(stocked, 12) == before + 17
    line.start()
    device.wait_for_states("sent")

    assert count_fish(stocked, 12) == before + 17


def test_an_update_in_between_loses_nothing(stocked, line, make_device, tmp_path):
    device, before = make_device(), count_fish(stocked, 13)
    device.context.set_offline(True)
    device.record(13, 13)
    line.kill()
    newer = tmp_path / "src"
    shutil.copytree(SOURCE, newer)
    script = newer / "grilse/web/static/grilse/enter/page.js"
    script.write_text(script.read_text() + "document.documentElement.dataset.version = 'newer';\n")
    line.start(newer)
    device.restart()
    device.visit()
    device.wait_for_states("sent")
    assert device.page.evaluate("document.documentElement.dataset.version") == "newer"
    device.context.set_offline(True)
    wait_until(lambda: _opens_newer(device), "the newer page is not kept")

    assert count_fish(stocked, 13) == before + 13


def _opens_newer(device):
    device.visit()
    return device.page.evaluate("document.documentElement.dataset.version") == "newer"
