"""The growth page as a person sees it."""

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
    assert 420 < read_cursor_day(page) < 480
    press_keys(page, "PageUp", "PageUp")
    rows = page.inner_text("#readout")
    for title in ("Weight", "Fish", "Ledger", "Biomass", "Temperature", "Deaths", "90 %", "plan"):
        assert title in rows


def test_keys_and_buttons_zoom_and_reset(page):
    page.wait_for_selector("#readout h2")
    page.click("#as-table")
    page.wait_for_selector("#table tbody tr")
    date_count = count_dates(page)
    press_keys(page, "+")
    page.wait_for_function(f"() => document.querySelectorAll('#table tbody tr').length < {date_count * 0.6}")
    press_keys(page, "-")
    page.click("#zoom-in")
    page.click("#zoom-in")
    page.wait_for_function(f"() => document.querySelectorAll('#table tbody tr').length < {date_count * 0.3}")
    page.click("#zoom-reset")
    page.wait_for_function(f"() => document.querySelectorAll('#table tbody tr').length === {date_count}")


def test_a_drag_zooms_every_panel_and_a_double_click_resets(page):
    page.wait_for_selector("#readout h2")
    page.click("#as-table")
    page.wait_for_selector("#table tbody tr")
    date_count = count_dates(page)
    box = page.locator("figure[data-panel=count] .u-over").bounding_box()
    middle = box["y"] + box["height"] / 2
    page.mouse.move(box["x"] + box["width"] * 0.4, middle)
    page.mouse.down()
    page.mouse.move(box["x"] + box["width"] * 0.6, middle, steps=5)
    page.mouse.up()
    page.wait_for_function(f"() => document.querySelectorAll('#table tbody tr').length < {date_count * 0.25}")
    page.dblclick("figure[data-panel=temperature] .u-over")
    page.wait_for_function(f"() => document.querySelectorAll('#table tbody tr').length === {date_count}")


def test_weeks_and_one_container_are_requests_of_their_own(page):
    page.wait_for_selector("#readout h2")
    with page.expect_response(lambda answer: "every=week" in answer.url):
        page.click("[data-every=week]")
    page.wait_for_function("() => document.querySelector('#readout h2 small').textContent.includes('week')")
    with page.expect_response(lambda answer: "placement=" in answer.url) as response_info:
        page.select_option("#placement", index=22)
    assert response_info.value.ok
    assert count_pixels(page, "weight", "--actual") > A_LINE


def test_the_states_can_be_read_as_a_table(page):
    page.wait_for_selector("#readout h2")
    page.click("#as-table")
    page.wait_for_selector("#table tbody tr")
    heads = [head.strip() for head in page.locator("#table thead th").all_inner_texts()]
    assert heads[:5] == ["Date", "Day", "Weight", "SD", "Plan"]
    assert page.locator("#table tbody th").first.inner_text() == "7 Feb 2022"


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
