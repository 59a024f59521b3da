"""The growth page as a person sees it."""

import csv
import re

import pytest

# A line of some hundred pixels' length and two pixels' width; a point or a letter has fewer.
A_LINE = 400

COUNT = """([panel, variable]) => {
  const canvas = document.querySelector(`figure[data-panel=${panel}] canvas`);
  if (!canvas) return -1;
  const probe = document.createElement("canvas").getContext("2d", { willReadFrequently: true });
  probe.fillStyle = getComputedStyle(document.documentElement).getPropertyValue(variable);
  probe.fillRect(0, 0, 1, 1);
  const wanted = probe.getImageData(0, 0, 1, 1).data;
  const pixels = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
  let count = 0;
  for (let i = 0; i < pixels.length; i += 4) {
    const near = [0, 1, 2].every((c) => Math.abs(pixels[i + c] - wanted[c]) < 12);
    if (near && pixels[i + 3] > 200) count += 1;
  }
  return count;
}"""

# The band is the actual's colour, thin: its hue, and an opacity that no line has.
BAND = """(panel) => {
  const canvas = document.querySelector(`figure[data-panel=${panel}] canvas`);
  const pixels = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
  let count = 0;
  for (let i = 0; i < pixels.length; i += 4) {
    if (pixels[i + 3] > 25 && pixels[i + 3] < 60 && pixels[i] > 200 && pixels[i + 2] < 60) count += 1;
  }
  return count;
}"""


def count_pixels(page, panel: str, colour: str) -> int:
    """Pixels of a colour in a chart, once it is painted."""
    page.wait_for_selector(f"figure[data-panel={panel}] canvas")
    page.evaluate("() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(done)))")
    return page.evaluate(COUNT, [panel, colour])


def press_keys(page, *keys: str) -> None:
    page.focus("#charts")
    for key in keys:
        page.keyboard.press(key)


def read_cursor_day(page) -> int:
    return int(re.search(r"day (\d+)", page.inner_text("#readout h2 small")).group(1))


def count_dates(page) -> int:
    """Number of dates that the charts show, as their table lists them."""
    return page.locator("#table tbody tr").count()


def test_the_actual_state_is_an_orange_line_in_every_panel(page):
    for panel in ("weight", "count", "biomass"):
        assert count_pixels(page, panel, "--actual") > A_LINE


def test_without_states_there_is_no_orange_line(page):
    page.goto("/batches/B-2/")
    assert count_pixels(page, "weight", "--actual") == 0
    assert count_pixels(page, "weight", "--plan") > A_LINE


def test_the_line_is_gone_when_the_states_are_taken_away(page, owner):
    owner.execute("CREATE TABLE kept AS SELECT * FROM growth_batchstate")
    owner.execute("DELETE FROM growth_batchstate")
    owner.commit()
    try:
        page.reload()
        assert count_pixels(page, "weight", "--actual") == 0
    finally:
        owner.execute("INSERT INTO growth_batchstate SELECT * FROM kept")
        owner.execute("DROP TABLE kept")
        owner.commit()
    page.reload()
    assert count_pixels(page, "weight", "--actual") > A_LINE


def test_band_plan_samples_temperature_and_mortality_are_drawn(page):
    assert count_pixels(page, "weight", "--plan") > A_LINE
    assert page.evaluate(BAND, "weight") > A_LINE
    assert count_pixels(page, "weight", "--sample") > 100
    assert count_pixels(page, "temperature", "--water") > A_LINE
    assert count_pixels(page, "mortality", "--dead") > A_LINE


def test_a_legend_button_takes_its_series_away_and_brings_it_back(page):
    shown = count_pixels(page, "weight", "--plan")
    button = page.get_by_role("button", name="Plan", exact=True)
    button.focus()
    page.keyboard.press("Enter")
    assert button.get_attribute("aria-pressed") == "false"
    assert count_pixels(page, "weight", "--plan") == 0
    page.keyboard.press("Space")
    assert button.get_attribute("aria-pressed") == "true"
    assert count_pixels(page, "weight", "--plan") == shown


def test_a_panel_of_its_own_is_toggled_too(page):
    page.wait_for_selector("figure[data-panel=mortality]")
    page.get_by_role("button", name="Weekly mortality").click()
    page.wait_for_selector("figure[data-panel=mortality]", state="detached")


def test_arrows_move_the_cursor_a_day_and_read_the_values_out(page):
    page.wait_for_selector("#readout h2")
    last = read_cursor_day(page)
    press_keys(page, "ArrowLeft", "ArrowLeft", "ArrowRight")
    assert read_cursor_day(page) == last - 1
    text = page.inner_text("#spoken")
    assert "Weight" in text
    assert "between" in text
    press_keys(page, "Home")
    assert read_cursor_day(page) == 0
    assert "before first feeding" not in page.inner_text("#readout")
    press_keys(page, "]")
    assert read_cursor_day(page) == 90
    assert "Moved in: Fry" in page.inner_text("#readout")


def test_the_pointer_reads_values_with_their_interval_and_provenance(page):
    page.wait_for_selector("#readout h2")
    plot = page.locator("figure[data-panel=biomass] .u-over")
    box = plot.bounding_box()
    page.mouse.move(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
    page.wait_for_function("() => !document.querySelector('#readout h2 small').textContent.includes('829')")
    assert 640 < read_cursor_day(page) < 700
    press_keys(page, "PageUp", "PageUp")
    rows = page.inner_text("#readout")
    for title in ("Weight", "Fish", "Ledger", "Biomass", "Temperature", "Deaths", "90 %", "plan"):
        assert title in rows


def read_range(page) -> int:
    """Days that the charts show, as their table lists them."""
    page.click("#as-table")
    page.wait_for_selector("#table tbody tr")
    number = count_dates(page)
    page.click("#as-table")
    page.wait_for_selector("#charts figure")
    return number


def test_at_first_the_current_stage_is_shown_and_the_whole_life_by_a_click(page):
    page.wait_for_selector("#readout h2")
    assert read_range(page) == 380 + 70  # the plan goes on for 70 days
    assert page.get_attribute("#zoom-stage", "aria-pressed") == "true"
    seen = page.evaluate(LOWEST)
    page.click("#zoom-life")
    assert read_range(page) == 450 + 450
    assert page.get_attribute("#zoom-life", "aria-pressed") == "true"
    assert page.evaluate(LOWEST) < seen
    press_keys(page, "0")
    assert read_range(page) == 450
    press_keys(page, "w")
    assert read_range(page) == 900


LOWEST = """() => new Promise((done) => requestAnimationFrame(() => requestAnimationFrame(() => {
  const canvas = document.querySelector("figure[data-panel=weight] canvas");
  const pixels = canvas.getContext("2d").getImageData(0, 0, canvas.width, canvas.height).data;
  const probe = document.createElement("canvas").getContext("2d");
  probe.fillStyle = getComputedStyle(document.documentElement).getPropertyValue("--actual");
  probe.fillRect(0, 0, 1, 1);
  const wanted = probe.getImageData(0, 0, 1, 1).data;
  // The highest end of the line at the left edge, as a share of the height.
  for (let x = 0; x < canvas.width; x += 1) for (let y = 0; y < canvas.height; y += 1) {
    const i = 4 * (y * canvas.width + x);
    const near = [0, 1, 2].every((c) => Math.abs(pixels[i + c] - wanted[c]) < 12);
    if (near && pixels[i + 3] > 200) return done(1 - y / canvas.height);
  }
  return done(-1);
})))"""


def test_keys_and_buttons_zoom_and_reset(page):
    page.wait_for_selector("#readout h2")
    date_count = read_range(page)
    press_keys(page, "+")
    assert read_range(page) < date_count * 0.6
    press_keys(page, "-")
    page.click("#zoom-in")
    page.click("#zoom-in")
    assert read_range(page) < date_count * 0.3
    page.click("#zoom-stage")
    assert read_range(page) == date_count


def test_a_drag_zooms_every_panel_and_a_double_click_resets(page):
    page.wait_for_selector("#readout h2")
    date_count = read_range(page)
    box = page.locator("figure[data-panel=count] .u-over").bounding_box()
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] * 0.4, middle)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.6, middle, steps=5)
    page.mouse.up()
    assert read_range(page) < date_count * 0.25
    page.dblclick("figure[data-panel=temperature] .u-over")
    assert read_range(page) == date_count


def test_weeks_and_one_container_are_requests_of_their_own(page):
    page.wait_for_selector("#readout h2")
    with page.expect_response(lambda answer: "every=week" in answer.url):
        page.click("[data-every=week]")
    page.wait_for_function("() => document.querySelector('#readout h2 small').textContent.includes('week')")
    with page.expect_response(lambda answer: "placement=" in answer.url) as response_info:
        page.select_option("#placement", index=22)
    assert response_info.value.ok
    assert count_pixels(page, "weight", "--actual") > A_LINE


def test_the_states_can_be_read_as_a_table_in_the_place_of_the_charts(page):
    page.wait_for_selector("#readout h2")
    top = page.locator("#charts").bounding_box()["y"]
    page.click("#as-table")
    page.wait_for_selector("#table tbody tr")
    assert page.locator("#table").bounding_box()["y"] == pytest.approx(top, abs=2)
    assert page.locator("#charts").is_hidden()
    heads = [head.strip() for head in page.locator("#table thead th").all_inner_texts()]
    assert heads[:5] == ["Date", "Day", "Weight, g", "SD, g", "Plan, g"]
    assert "FCR, 28 days" in heads
    assert page.locator("#table tbody th").first.inner_text() == "3 May 2023"
    cells = page.locator("#table tbody td.number").all_inner_texts()
    assert all(re.fullmatch(r"[0-9.\u202f]*", cell.strip()) for cell in cells)
    deaths = heads.index("Deaths")
    shown = [int(row.locator("td").nth(deaths - 1).inner_text().replace("\u202f", "") or 0) for row in rows(page)]
    total = page.locator("#table tfoot td").nth(deaths - 2).inner_text().replace("\u202f", "")
    assert int(total) == sum(shown) > 0


def rows(page) -> list[object]:
    return page.locator("#table tbody tr").all()


def test_the_table_is_downloaded_as_it_is_shown(page):
    page.wait_for_selector("#readout h2")
    page.click("#as-table")
    page.wait_for_selector("#table tbody tr")
    with page.expect_download() as download_info:
        page.get_by_role("button", name="Download CSV").click()
    download = download_info.value
    assert download.suggested_filename == "B-1 2023-05-03 2024-07-25.csv"
    lines = list(csv.reader(download.path().read_text("utf-8-sig").splitlines()))
    assert len(lines) == 1 + count_dates(page)
    heads = page.locator("#table thead th").all_inner_texts()
    assert lines[0] == [head.strip() for head in heads]
    first = page.locator("#table tbody tr").first.locator("th, td").all_inner_texts()
    assert [cell.replace("\u202f", "").strip() for cell in first][1:8] == lines[1][1:8]
    assert (first[0], lines[1][0]) == ("3 May 2023", "2023-05-03")


def test_days_without_records_are_dashed_and_the_head_stands_before_them(page, owner):
    whole = count_pixels(page, "weight", "--actual")
    owner.execute(
        "UPDATE growth_batchstate s SET provenance = provenance | 32768 FROM stock_batch b"
        " WHERE b.id = s.batch_id AND b.number = 'B-1' AND s.day > 630"
    )
    owner.commit()
    try:
        page.reload()
        page.wait_for_selector("#readout h2")
        assert read_cursor_day(page) == 630
        assert page.inner_text("[data-fact=records] span") == "30 Oct 2023"
        assert page.inner_text("#reach").startswith("Records reach 30 Oct 2023. Later estimates are carried forward")
        assert "of weight" in page.inner_text("[data-fact=plan] small")
        drawn = count_pixels(page, "weight", "--actual")
        assert drawn < 0.85 * whole
        page.get_by_role("button", name="Carried forward").click()
        assert count_pixels(page, "weight", "--actual") < drawn - A_LINE / 4
        press_keys(page, "ArrowRight")
        text = page.inner_text("#readout")
        assert "carried forward" in text
        assert "actual" not in text
        assert "%" not in page.locator("#readout td.plan").first.inner_text()
    finally:
        owner.execute("UPDATE growth_batchstate SET provenance = provenance & ~32768")
        owner.commit()


def test_a_part_week_says_so_and_stands_on_its_last_day(page):
    page.wait_for_selector("#readout h2")
    by_day = page.locator("#readout td.plan").first.inner_text()
    page.click("[data-every=week]")
    page.wait_for_function("() => document.querySelector('#readout h2 small').textContent.includes('week')")
    assert page.inner_text("#readout h2").startswith("Thu 16 May 2024")
    assert page.inner_text("#readout h2 small") == "4 days of a week, to day 829"
    assert page.locator("#readout td.plan").first.inner_text() == by_day
    press_keys(page, "ArrowLeft")
    assert page.inner_text("#readout h2 small") == "week to day 825"


def test_a_narrow_screen_needs_no_sideways_scrolling(page):
    page.set_viewport_size({"width": 400, "height": 800})
    page.reload()
    assert count_pixels(page, "weight", "--actual") > A_LINE / 2
    assert page.evaluate("document.documentElement.scrollWidth") <= 400
    page.goto("/batches/")
    assert page.evaluate("document.documentElement.scrollWidth") <= 400


def test_dark_is_followed_without_a_reload(page):
    light = count_pixels(page, "weight", "--actual")
    page.emulate_media(color_scheme="dark")
    page.wait_for_timeout(200)
    assert count_pixels(page, "weight", "--actual") == pytest.approx(light, rel=0.2)


def test_the_growth_is_one_request_under_100_kb(page):
    page.wait_for_selector("#readout h2")
    request_urls = []
    page.on("response", lambda answer: request_urls.append(answer) if "/growth?" in answer.url else None)
    page.reload()
    page.wait_for_selector("#readout h2")
    assert len(request_urls) == 1
    assert len(request_urls[0].body()) < 100_000


def test_nothing_comes_from_another_server(page, served):
    page.wait_for_selector("#readout h2")
    request_urls = []
    page.on("request", lambda request: request_urls.append(request.url))
    page.reload()
    page.wait_for_selector("#readout h2")
    assert request_urls
    assert all(address.startswith((served, "data:")) for address in request_urls)


def test_typing_in_the_filter_narrows_the_table_of_batches(page):
    page.goto("/batches/")
    page.fill("#q", "B-2")
    page.wait_for_function("() => document.querySelectorAll('table.batches tbody tr').length === 1")
    assert "q=B-2" in page.url
