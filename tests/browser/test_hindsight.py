"""Hindsight beside what was known, records to review, and the look ahead, as a person sees them."""

import pytest
from tests.browser.test_growth_page import A_LINE, count_pixels, press_keys


def count_known_pixels(page) -> int:
    return count_pixels(page, "weight", "--known")


def test_as_known_is_drawn_beside_the_line_and_read_out(page):
    assert count_known_pixels(page) == 0
    page.click("#known")
    page.wait_for_function("() => document.querySelector('#readout tr.known')")
    assert count_known_pixels(page) > A_LINE / 2
    assert count_pixels(page, "weight", "--actual") > A_LINE
    assert page.locator("#readout tr.known").count() == 3


def test_a_key_toggles_as_known_and_the_address_keeps_it(page):
    page.wait_for_selector("#readout h2")
    press_keys(page, "k")
    page.wait_for_selector("#readout tr.known")
    assert page.url.endswith("?known")
    page.reload()
    page.wait_for_selector("#readout tr.known")
    assert page.get_attribute("#known", "aria-pressed") == "true"
    press_keys(page, "k")
    page.wait_for_selector("#readout tr.known", state="detached")
    assert "known" not in page.url


def test_what_was_known_on_a_day_ends_on_it_until_it_is_cleared(page):
    page.wait_for_selector("#readout h2")
    page.fill("#as-of", "2023-03-01")
    page.wait_for_function("() => document.querySelector('#readout h2').textContent.includes('Feb 2023')")
    assert "as_of=2023-03-01" in page.url
    page.click("#as-of-clear")
    page.wait_for_function("() => document.querySelector('#readout h2').textContent.includes('2024')")
    assert "as_of" not in page.url


def test_the_head_says_what_the_chart_says_of_the_chosen_day(page):
    page.wait_for_selector("#readout h2")
    today = read_facts(page)
    assert today["records"] == ("16 May 2024", "day 829")
    page.fill("#as-of", "2023-03-01")
    page.wait_for_function("() => document.querySelector('[data-fact=records]').textContent.includes('2023')")
    then = read_facts(page)
    assert then["stage"][0] == "Post-Smolt"
    assert then["weight"] != today["weight"]
    for name, title in (("weight", "Weight"), ("biomass", "Biomass")):
        row = page.locator("#readout tr", has=page.get_by_role("rowheader", name=title, exact=True))
        assert row.locator(".is").inner_text() == then[name][0]
    assert page.locator("#readout td.plan small").first.inner_text() == then["plan"][0]
    assert then["records"][1] in page.inner_text("#readout h2 small").replace("\u202f", "")
    page.select_option("#placement", index=22)
    page.click("#as-of-clear")
    page.wait_for_function("() => document.querySelector('[data-fact=records]').textContent.includes('2024')")
    assert read_facts(page)["fish"] != today["fish"]


@pytest.mark.parametrize("day", ["2022-02-06", "2100-01-01"])
def test_a_day_before_the_batch_or_in_the_future_is_refused_at_its_field(page, day):
    page.wait_for_selector("#readout h2")
    page.fill("#as-of", day)
    page.wait_for_function("() => document.querySelector('#as-of-refused').textContent !== ''")
    assert page.inner_text("#as-of-refused").startswith("Choose a day from 7 Feb 2022 to ")
    assert "as_of" not in page.url
    page.goto(f"/batches/B-1/?as_of={day}")
    page.wait_for_function("() => document.querySelector('#waiting').textContent.startsWith('Choose a day')")


def read_facts(page) -> dict[str, tuple[str, str]]:
    """Value and small print of each figure of the head."""
    facts = page.locator("#facts [data-fact]").all()
    return {
        fact.get_attribute("data-fact"): (fact.locator("span").inner_text(), fact.locator("small").inner_text())
        for fact in facts
    }


def test_a_link_leads_to_a_day(page):
    page.goto("/batches/B-1/?date=2023-06-01")
    page.wait_for_function("() => document.querySelector('#readout h2')?.textContent.includes('1 Jun 2023')")


def test_a_sample_is_set_aside_and_taken_back_and_the_line_follows(page):
    page.goto("/batches/B-3/?date=2023-05-15")
    page.wait_for_selector("#readout [data-review]")
    line = "() => document.querySelector('#readout .is').textContent"
    press_keys(page, "Enter")
    page.wait_for_selector("#records .record")
    assert page.locator("#records .record").count() == 6
    before = page.evaluate(line)
    for _ in range(6):
        form = page.locator("#records .record:not(.excluded)").first
        form.locator("input[name=reason]").fill("only the smallest came up")
        with page.expect_response(lambda answer: "/growth?" in answer.url):
            form.get_by_role("button", name="Exclude").click()
    page.wait_for_function("() => document.querySelector('#readout').textContent.includes('excluded: only')")
    page.wait_for_function(f"() => ({line})() !== {before!r}")
    with page.expect_response(lambda answer: "/growth?" in answer.url):
        page.locator("#records .record.excluded").first.get_by_role("button", name="Include again").click()
    page.wait_for_function("() => document.querySelectorAll('#records .excluded').length === 5")
    page.goto("/flags/?verdict=excluded")
    assert page.locator(".record").count() == 5
    page.locator(".record").first.get_by_role("button", name="Include again").click()
    page.wait_for_selector(".record.excluded .status")
    assert "Included again" in page.inner_text(".record .message")
    assert page.locator(".record").first.get_by_role("link", name="B-3").count() == 1


def test_a_button_shows_the_samples_of_the_day_and_they_close_again(page):
    page.goto("/batches/B-3/?date=2023-05-15")
    page.wait_for_selector("#readout [data-review]")
    page.click("#readout [data-review]")
    page.wait_for_selector("#records .record")
    page.get_by_role("button", name="Close").click()
    page.wait_for_selector("#records", state="hidden")


def test_the_projection_is_drawn_after_the_last_day_and_described(page):
    page.goto("/batches/B-3/")
    page.wait_for_selector("#readout h2")
    assert count_pixels(page, "weight", "--ahead") == 0
    page.fill("#target", "3")
    page.get_by_role("button", name="Forecast", exact=True).last.click()
    page.wait_for_selector("#ahead dl div", timeout=30_000)
    assert count_pixels(page, "weight", "--ahead") > A_LINE / 4
    assert "3.00 kg reached" in page.inner_text("#ahead").replace("\u202f", " ")
    assert page.locator("#run option").count() == 1
    press_keys(page, "End")
    assert "P10 – P90" in page.inner_text("#readout")


def test_the_records_to_review_fit_a_narrow_screen(page):
    page.set_viewport_size({"width": 400, "height": 800})
    page.goto("/flags/")
    assert page.evaluate("document.documentElement.scrollWidth") <= 400


def test_a_click_on_the_chart_shows_the_samples_under_it(page):
    page.goto("/batches/B-3/?date=2023-05-15")
    page.wait_for_selector("#readout [data-review]")
    cursor = page.locator("figure[data-panel=weight] .u-cursor-x").bounding_box()
    page.mouse.click(cursor["x"] + 1, cursor["y"] + 40)
    page.wait_for_selector("#records .record")


def test_a_batch_without_a_plan_has_no_green_line_and_a_button_that_makes_one(page):
    page.goto("/batches/B-3/")
    page.wait_for_selector("#variance [data-plan]")
    assert count_pixels(page, "weight", "--plan") == 0
    assert "This batch has no plan" in page.inner_text("#variance")
    assert page.inner_text("[data-fact=plan] small") == "no plan"
    page.click("#variance [data-plan]")
    page.wait_for_selector("#variance table")
    assert count_pixels(page, "weight", "--plan") > A_LINE / 4
    assert "ahead" in page.inner_text("#variance") or "behind" in page.inner_text("#variance")
