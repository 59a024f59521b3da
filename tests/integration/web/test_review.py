"""Records to review: listed, filtered, excluded and included again."""

from datetime import date

import pytest

DAY = "2022-08-18"


@pytest.fixture
def flagged_sample(owner, growing_company):
    """Id of a sample of N-2 that is flagged as a bad record."""
    sample, placement, when, weight = owner.execute(
        "SELECT w.id, w.placement_id, w.date, w.mean_weight_g FROM stock_weightsample w"
        " JOIN stock_placement p ON p.id = w.placement_id JOIN stock_batch b ON b.id = p.batch_id"
        " WHERE b.number = 'N-2' AND w.company_id = %s ORDER BY w.date DESC, w.id LIMIT 1",
        [growing_company],
    ).fetchone()
    owner.execute("DELETE FROM growth_flaggedrecord")
    owner.execute(
        "INSERT INTO growth_flaggedrecord (company_id, placement_id, date, record, record_id, measured_g,"
        " expected_g, sigmas, verdict) VALUES (%s, %s, %s, 'sample', %s, %s, %s, 6.2, 'bad record')",
        [growing_company, placement, when, sample, weight, weight * 0.7],
    )
    owner.commit()
    return sample


@pytest.fixture
def post(login, growing_company):
    browser = login(growing_company)

    def post_form(address: str, company: int = growing_company, **form: str):
        return (browser if company == growing_company else login(company)).post(address, form)

    return post_form


def test_nothing_to_review_is_said_kindly(login, other_company):
    assert "Nothing to review" in login(other_company).get("/flags/").content.decode()


def test_a_flagged_sample_is_listed_with_what_was_expected_and_leads_to_its_day(login, growing_company, flagged_sample):
    text = login(growing_company).get("/flags/").content.decode()
    assert "1 record<" in text
    assert "expected, 6.2" in text
    assert "bad record</span>" in text
    assert 'href="/batches/N-2/?placement=' in text


@pytest.mark.parametrize(
    ("query", "found"),
    [
        ("q=N-2", True),
        ("q=N-1", False),
        ("record=sample", True),
        ("record=harvest", False),
        ("verdict=bad+record", True),
        ("verdict=open", False),
        ("q=N-2+SEA&record=sample&verdict=bad+record", True),
        ("page=7", True),
    ],
)
def test_filters_narrow_the_list(login, growing_company, flagged_sample, query, found):
    text = login(growing_company).get(f"/flags/?{query}", headers={"HX-Request": "true"}).content.decode()
    assert ('<li class="record' in text) == found
    assert "<html" not in text


def test_another_company_sees_none_of_it_and_cannot_exclude_it(post, login, other_company, flagged_sample):
    assert '<li class="record' not in login(other_company).get("/flags/").content.decode()
    assert post(f"/samples/{flagged_sample}/exclude/", company=other_company, reason="mine").status_code == 404


def test_more_records_take_no_more_statements(login, growing_company, other_company, flagged_sample, statements):
    counts = []
    for company in (growing_company, other_company):
        browser = login(company)
        with statements() as count:
            browser.get("/flags/")
        counts.append(count[0])
    assert counts[0] == counts[1]


def test_the_growth_answer_marks_it_with_its_reason(login, growing_company, flagged_sample):
    flags = login(growing_company).get("/api/v1/batches/N-2/growth").json()["flags"]
    assert flags["id"] == [flagged_sample]
    assert flags["verdict"] == ["bad record"]
    assert flags["sigmas"] == [6.2]
    assert flags["expected_g"][0] == pytest.approx(flags["measured_g"][0] * 0.7, rel=1e-3)


def test_excluding_and_including_a_sample_updates_states_in_the_same_request(
    post, login, growing_company, flagged_sample
):
    def read_weights():
        return login(growing_company).get("/api/v1/batches/N-2/growth").json()["states"]["hindsight_weight_g"]

    post(f"/samples/{flagged_sample}/include/")
    post(f"/samples/{flagged_sample}/exclude/", reason="first, so that every state is the estimator's")
    answer = post(f"/samples/{flagged_sample}/include/")
    assert answer["HX-Trigger"] == '{"statesChanged": {}}'
    assert "Included again" in answer.content.decode()
    counted = read_weights()
    answer = post(f"/samples/{flagged_sample}/exclude/", reason="  net too coarse ")
    assert "Excluded." in answer.content.decode()
    assert "net too coarse</small>" in answer.content.decode()
    assert read_weights() != counted
    assert "net too coarse" in login(growing_company).get("/flags/?verdict=excluded").content.decode()
    samples = login(growing_company).get("/api/v1/batches/N-2/growth").json()["samples"]
    assert list(samples["set_aside"].values()) == ["net too coarse"]
    post(f"/samples/{flagged_sample}/include/")
    assert read_weights() == counted


@pytest.mark.parametrize("reason", ["", "   ", "x" * 201])
def test_a_reason_that_says_nothing_or_too_much_changes_nothing(post, owner, flagged_sample, reason):
    answer = post(f"/samples/{flagged_sample}/exclude/", reason=reason)
    assert answer.status_code == 422
    assert 'role="alert"' in answer.content.decode()
    assert "HX-Trigger" not in answer
    assert owner.execute(
        "SELECT not_representative FROM stock_weightsample WHERE id = %s", [flagged_sample]
    ).fetchone() == ("",)


def test_an_unknown_sample_is_404(post):
    assert post("/samples/999999/include/").status_code == 404


def test_a_look_changes_nothing(login, growing_company, flagged_sample):
    assert login(growing_company).get(f"/samples/{flagged_sample}/exclude/").status_code == 405


def test_the_samples_of_a_day_are_listed_for_a_batch_and_for_one_container(login, growing_company, owner):
    [placement] = owner.execute(
        "SELECT min(p.id) FROM stock_placement p JOIN stock_weightsample w ON w.placement_id = p.id"
        " JOIN stock_batch b ON b.id = p.batch_id"
        " WHERE b.number = 'N-1' AND w.date = %s AND w.company_id = %s",
        [date.fromisoformat(DAY), growing_company],
    ).fetchone()
    browser = login(growing_company)
    content = browser.get(f"/samples/of/N-1/?first={DAY}&last={DAY}").content.decode()
    pen_content = browser.get(f"/samples/of/N-1/?first={DAY}&last={DAY}&placement={placement}").content.decode()
    assert content.count('<li class="record') == 4
    assert pen_content.count('<li class="record') == 1
    assert "No sample" in browser.get("/samples/of/N-1/?first=2020-01-01&last=2020-01-01").content.decode()


@pytest.mark.parametrize("address", ["N-99/?first=2022-01-01&last=2022-01-01", "N-1/?first=2022-01-01"])
def test_samples_of_no_batch_or_no_day_are_404(login, growing_company, address):
    assert login(growing_company).get(f"/samples/of/{address}").status_code == 404
