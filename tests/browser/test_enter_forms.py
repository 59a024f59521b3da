"""The forms of Enter: each kind of record with a refusal at its field, its figures, and its undo."""

from datetime import timedelta

import pytest
from tests.browser.stocked_company import TODAY, read_movements, read_rows
from tests.browser.test_enter import line, make_device, running_playwright, stocked

__all__ = ["line", "make_device", "running_playwright", "stocked"]  # fixtures


@pytest.fixture
def device(make_device):
    """The phone of a manager, who may enter everything."""
    return make_device("maria")


def save(device, states=("sent",)):
    device.page.click(".record-form .save")
    device.wait_for_states(*states)


def undo(device):
    device.page.click('button:text-is("Undo")')
    device.wait_for_states("sent", "sent")


def test_lice_are_counted_fish_by_fish(stocked, device):
    device.open_form("lice", "P02")
    device.type_in("Adult females", "many")
    device.page.click('button:text-is("Next fish")')
    assert device.read_refusal("Adult females") == "Many is no whole number."
    for females, mobile in (("1", "2"), ("0", "1"), ("2", "0"), ("0", "0")):
        device.type_in("Adult females", females)
        device.type_in("Other mobile", mobile)
        device.page.click('button:text-is("Next fish")')
    figures = device.page.inner_text(".figures").split("\n")
    assert "0.75" in figures
    assert figures[-1] == "0.50"
    assert device.page.locator(".figures .wrong dd").inner_text() == "0.75"
    save(device)
    rows = "SELECT fish_counted, adult_female, mobile, attached FROM health_licecount WHERE placement_id = %s"
    assert read_rows(rows, stocked.placements["Vagur-P02"]) == [(4, 3, 3, 0)]
    undo(device)
    assert read_rows(rows, stocked.placements["Vagur-P02"]) == []


def test_fish_are_weighed_one_by_one(stocked, device):
    device.open_form("weights", "P03")
    for grams, length in (("2650", "59"), ("2410,5", "57.5"), ("2890", "61")):
        device.page.get_by_label("Weight, g", exact=True).fill(grams)
        device.page.keyboard.press("Enter")
        device.page.keyboard.type(length)
        device.page.keyboard.press("Enter")
    figures = device.page.inner_text(".figures")
    assert "2.65\u202fkg" in figures
    assert "1.28" in figures
    assert "Expected" in figures
    save(device)
    rows = """SELECT fish_weighed, round(mean_weight_g), round(sd_g), round(k_factor::numeric, 2)::float
                FROM stock_weightsample WHERE placement_id = %s AND date = %s"""
    assert read_rows(rows, stocked.placements["Vagur-P03"], TODAY) == [(3, 2650, 240, 1.28)]
    undo(device)
    assert read_rows(rows, stocked.placements["Vagur-P03"], TODAY) == []


def test_a_mean_weight_that_nobody_expects_asks(device):
    device.open_form("weights", "P03")
    device.page.click('button:text-is("Mean")')
    device.type_in("Fish weighed", "30")
    device.page.click(".record-form .save")
    assert device.read_refusal("Mean weight, g") == "This is missing."
    device.type_in("Mean weight, g", "26500")
    save(device, ["asking"])
    device.page.click('button:text-is("Change")')
    device.page.wait_for_selector(".entry", state="detached")
    assert "26,500" in device.page.inner_text(".record-form")


def test_feed_is_entered_pen_by_pen_and_drawn_from_a_store(stocked, device):
    device.open_form("feed")
    inputs = device.page.locator(".rows input")
    inputs.nth(0).fill("820")
    inputs.nth(1).fill("7oo")
    device.page.click(".record-form .save")
    assert device.page.locator(".rows [data-refusal]").nth(1).inner_text() == "7oo is no number."
    inputs.nth(1).fill("780,5")
    assert "88\u202f400 kg" in device.page.inner_text(".figures")
    save(device)
    left = "SELECT sum(grams - drawn)::bigint FROM feeding_feedlot WHERE number = 'L-1'"
    assert read_rows(left) == [(90_000_000 - 1_600_500,)]
    undo(device)
    assert read_rows(left) == [(90_000_000,)]


def test_a_delivery_is_entered(device):
    device.open_form("delivery")
    device.type_in("Amount, kg", "24000")
    device.type_in("Price a kg", "14.25")
    device.page.click(".record-form .save")
    assert device.read_refusal("Lot number") == "This is missing."
    device.type_in("Lot number", "L-2")
    save(device)
    rows = "SELECT grams, price_per_kg FROM feeding_feedlot WHERE number = 'L-2'"
    assert read_rows(rows) == [(24_000_000, 1425)]
    undo(device)
    assert read_rows(rows) == []


def test_pens_are_treated_together(device):
    device.open_form("treatment", "P04")
    device.page.click('.choices button:text-is("P05")')
    device.page.get_by_label("Kind", exact=True).select_option("medication")
    device.type_in("Withdrawal days", "10")
    device.type_in("Last day", "2026-01-01")
    save(device, ["refused"])
    device.page.click('button:text-is("Change")')
    device.page.wait_for_selector(".entry", state="detached")
    assert "before it starts" in device.read_refusal("Last day")
    device.type_in("Last day", TODAY.isoformat())
    device.type_in("Substance and amount", "Emamectin 50 µg/kg")
    device.type_in("Reason", "Lice")
    harvest_from = TODAY + timedelta(days=10)
    assert f"{harvest_from.day} {harvest_from:%b %Y}" in device.page.inner_text(".figures")
    save(device)
    rows = "SELECT method, withdrawal_days, reason FROM health_treatment WHERE start = %s ORDER BY id"
    assert read_rows(rows, TODAY) == [("in feed", 10, "Emamectin 50 µg/kg; Lice")] * 2
    undo(device)
    assert read_rows(rows, TODAY) == []


def test_a_transfer_is_planned_and_carried_out(stocked, device):
    device.open_form("transfer")
    device.page.click('.choices button:text-is("Plan")')
    device.page.get_by_label("To", exact=True).select_option(label="Vagur · Vagur-P16")
    device.page.get_by_label("Fish", exact=True).fill("many")
    device.page.click('button:text-is("Add the line")')
    assert device.read_refusal("Fish") == "Many is no whole number."
    device.page.get_by_label("Fish", exact=True).fill("30000")
    device.page.click('button:text-is("Add the line")')
    assert "Vagur-P16 gets" in device.page.inner_text(".figures")
    save(device)
    statuses = "SELECT status FROM stock_transferorder ORDER BY id DESC LIMIT 1"
    undo(device)
    assert read_rows(statuses) == [("cancelled",)]

    device.page.click('.choices button:text-is("Plan")')
    device.page.get_by_label("To", exact=True).select_option(label="Vagur · Vagur-P16")
    device.page.get_by_label("Fish", exact=True).fill("30000")
    device.page.click(".record-form .save")
    device.wait_for_states(*["sent"] * 3)
    device.page.click('.choices button:text-is("Carry out")')
    yesterday = TODAY - timedelta(days=1)
    device.page.fill("#day", yesterday.isoformat())
    device.page.wait_for_function("document.querySelector('.choices button[aria-pressed=true]')")
    device.page.get_by_label("Fish moved").fill("999999")
    device.page.get_by_label("More fish follow").check()
    save(device, ["refused", *["sent"] * 3])
    device.page.click('button:text-is("Change")')
    device.page.wait_for_selector('.entry[data-state="refused"]', state="detached")
    assert device.page.locator(".record-form [data-refusal]:not(:empty)").count() == 1
    device.page.get_by_label("Fish moved").fill("12000")
    save(device, ["sent"] * 4)
    rows = """SELECT date, count FROM stock_movement m WHERE kind = 'TRANSFER' AND source_id = %s AND count > 0
                 AND NOT EXISTS (SELECT FROM stock_movement l WHERE l.replaces_id = m.id)"""
    assert read_rows(rows, stocked.placements["Vagur-P01"]) == [(yesterday, 12_000)]
    device.page.wait_for_selector(".effect li:has-text('Vagur-P01')")
    device.page.locator('button:text-is("Undo")').first.click()
    device.wait_for_states(*["sent"] * 5)
    assert read_rows(rows, stocked.placements["Vagur-P01"]) == []


def test_a_transfer_is_planned_on_a_picture_of_the_site(device):
    device.open_form("transfer")
    device.page.click('.choices button:text-is("Plan")')

    def tap(pen):
        cell = device.page.locator(f'.site-picture button:has(b:text-is("{pen}"))')
        cell.click()
        return cell

    tap("P02")
    tap("P16")
    assert device.page.get_by_label("To", exact=True).evaluate("field => field.selectedOptions[0].text") == (
        "Vagur · Vagur-P16"
    )
    device.page.get_by_label("Fish", exact=True).fill("100000")
    target = device.page.locator('.site-picture li:has(b:text-is("P16"))')
    assert target.locator('[data-slot="fish"]').inner_text() == "0 → 100\u202f000"
    assert "0.0 → " in target.locator('[data-slot="density"]').inner_text()
    source = device.page.locator('.site-picture li:has(b:text-is("P02"))')
    assert " → " in source.locator('[data-slot="biomass"]').inner_text()
    device.page.get_by_label("Fish", exact=True).fill("400000")
    assert "over" in target.get_attribute("class")


def test_a_harvest_has_grades_and_a_lot(stocked, device):
    device.open_form("harvest", "P06")
    device.type_in("Mean live weight, g", "2600")
    device.type_in("Lot", "H-77")
    device.page.get_by_label("Fish", exact=True).nth(1).fill("900")
    device.type_in("Gutted, kg", "2000")
    device.page.click('button:text-is("Add the grade")')
    device.page.click(".record-form .save")
    assert device.page.locator(".record-form .field [data-refusal]").first.inner_text() == "This is missing."
    device.page.get_by_label("Fish", exact=True).first.fill("1000")
    assert "none" in device.page.inner_text(".figures")
    save(device)
    rows = "SELECT grade, count, gutted_kg, lot FROM stock_harvestgrade WHERE placement_id = %s"
    assert read_rows(rows, stocked.placements["Vagur-P06"]) == [("superior", 900, 2000.0, "H-77")]
    undo(device)
    assert read_rows(rows, stocked.placements["Vagur-P06"]) == []


def test_examined_fish_have_scores(stocked, device):
    device.open_form("health", "P07")
    device.page.locator(".rows input").nth(0).fill("30")
    device.page.click(".record-form .save")
    assert device.page.locator(".rows [data-refusal]").first.inner_text() == "More scores than the 20 fish."
    device.page.locator(".rows input").nth(0).fill("3")
    device.page.locator(".rows input").nth(1).fill("2")
    save(device)
    rows = """SELECT score_0, score_1, score_2, score_3 FROM health_healthscore s
                JOIN health_healthsample h ON h.id = s.sample_id WHERE h.placement_id = %s AND parameter = 'gills'"""
    assert read_rows(rows, stocked.placements["Vagur-P07"]) == [(15, 3, 2, 0)]
    undo(device)
    assert read_rows(rows, stocked.placements["Vagur-P07"]) == []


def test_a_reading_by_hand_is_of_several_pens(device):
    device.open_form("reading", "P01")
    device.page.click('.choices button:text-is("P02")')
    device.page.click(".record-form .save")
    assert device.read_refusal("Temperature, °C") == "Enter a value."
    device.type_in("Temperature, °C", "8,9")
    device.type_in("Oxygen, %", "94")
    save(device)
    rows = read_rows("SELECT round(temperature_c::numeric, 1)::float, oxygen_pct FROM environment_reading")
    assert rows == [(8.9, 94.0), (8.9, 94.0)]
    undo(device)
    assert read_rows("SELECT count(*) FROM environment_reading") == [(0,)]


def test_culled_fish_are_refused_and_undone(stocked, device):
    field = device.page.locator(".pen input").first
    device.page.click("[data-kind]")
    field.fill("9 fish")
    field.press("Enter")
    assert field.evaluate("field => field.validationMessage") == "A whole number of fish"
    field.fill("9")
    field.press("Enter")
    device.save()
    device.wait_for_states("sent")
    assert read_movements(stocked.placements["Vagur-P01"])[-1][:2] == ("CULL", 9)
    undo(device)
    assert "CULL" not in {kind for kind, *_ in read_movements(stocked.placements["Vagur-P01"])}


def test_pens_that_nobody_looked_at_are_named_and_get_no_record(stocked, device):
    before = read_movements(stocked.placements["Vagur-P08"])
    device.page.locator(".pen").nth(7).click(position={"x": 20, "y": 12})
    device.page.click("[data-skip]")
    device.tap_number(8, 0)
    device.tap_number(9, 3)
    device.save()
    device.wait_for_states("sent")
    assert device.page.inner_text(".entry b").endswith("; none in P09; nobody looked at P08")
    assert read_movements(stocked.placements["Vagur-P08"]) == before


def test_an_entry_of_any_kind_is_corrected_from_the_list_with_a_reason(stocked, device):
    device.open_form("lice", "P11")
    for _ in range(2):
        device.type_in("Adult females", "3")
        device.page.click('button:text-is("Next fish")')
    device.add_photo()
    save(device)
    rows = "SELECT fish_counted, adult_female FROM health_licecount WHERE placement_id = %s"
    assert read_rows(rows, stocked.placements["Vagur-P11"]) == [(2, 6)]
    device.page.click('button:text-is("Correct or withdraw")')
    device.page.click('button:text-is("Withdraw and enter again")')
    assert device.page.inner_text(".entry .loss-form .wrong") == "Say why."
    device.page.click('.entry button:text-is("Wrong number")')
    device.page.click('button:text-is("Withdraw and enter again")')
    device.wait_for_states("sent", "sent")
    assert read_rows(rows, stocked.placements["Vagur-P11"]) == []
    assert read_rows("SELECT count(*) FROM stock_photo WHERE kind = 'lice-counts'") == [(0,)]
    device.page.locator(".record-form li button").first.click()
    device.page.click(".record-form .save")
    device.wait_for_states("sent", "sent", "sent")
    assert read_rows(rows, stocked.placements["Vagur-P11"]) == [(1, 3)]
    reasons = read_rows("SELECT pgh_context->>'reason' FROM health_licecountevent WHERE pgh_label = 'removed'")
    assert "Wrong number" in {reason for (reason,) in reasons}
