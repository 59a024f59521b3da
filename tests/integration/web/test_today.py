"""Today: figures of a place, its findings, and what people do with them in the page."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from tests.edited_farm import LAST, on, write_farm
from tests.integration.attention.conftest import NOW

from grilse.access.models import Company, Membership
from grilse.access.tenancy import tenant_transaction
from grilse.attention.models import Finding
from grilse.attention.refresh import refresh_findings
from grilse.environment.models import DailyEnvironment
from grilse.helpdesk.models import Ticket
from grilse.people.models import Person
from grilse.planning.models import Projection

HTMX = {"HX-Request": "true"}


@pytest.fixture
def farm(company):
    """A farm with low oxygen in one pen, estimated, with its findings."""
    from grilse.growth.estimating.run import estimate_company

    farm = write_farm(company)
    estimate_company(farm.company)
    with tenant_transaction(farm.company, farm.user):
        DailyEnvironment.objects.filter(container=farm.containers["P3"], date=on(LAST)).update(oxygen_min=40.0)
        refresh_findings(NOW)
    return farm


@pytest.fixture
def enter(farm):
    """Log a person of the company in with a role."""
    from django.contrib.auth import get_user_model

    def log_in_client(role, name="Kari"):
        user, _ = get_user_model().objects.get_or_create(username=f"{name} of {farm.company}")
        Membership.objects.using("owner").get_or_create(company_id=farm.company, user_id=user.pk, role=role)
        with tenant_transaction(farm.company):
            Person.objects.get_or_create(company_id=farm.company, user_id=user.pk, defaults={"name": name})
        browser = Client(SERVER_NAME="localhost")
        browser.force_login(user)
        return browser

    return log_in_client


@pytest.fixture
def low(farm):
    """The finding of low oxygen."""
    with tenant_transaction(farm.company):
        return Finding.objects.get(kind="oxygen", ended_at=None)


def read_finding(farm, low):
    with tenant_transaction(farm.company):
        return Finding.objects.get(pk=low.pk)


def read_page(browser, address="/", **options):
    answer = browser.get(address, **options)
    assert answer.status_code == 200
    return answer.content.decode()


def read_figures(text):
    """Return the figures of the page by title, without the help and the intervals."""
    figures = re.findall(r'<div class="figure"><dt>([^<]*).*?<dd>([^<]*)', text, re.DOTALL)
    return {title.strip(): value.strip() for title, value in figures}


def test_figures_stand_at_the_last_day_of_records_and_say_so(enter, farm):
    text = read_page(enter("viewer"))

    assert "Figures of 14 Feb 2024, the last day of records" in text
    figures = read_figures(text)
    assert figures["Fish"].replace("\u202f", "") == "17833"
    assert figures["Biomass"].endswith("kg")
    assert figures["Mortality, 30 days"].endswith("%")
    assert {"FCR, 28 days", "Ready within 30 days", "Ready within 90 days"} < figures.keys()


def test_figures_are_those_of_the_chosen_place(enter, farm):
    browser = enter("viewer")
    everything = read_figures(read_page(browser))
    with tenant_transaction(farm.company):
        from grilse.farm.models import Station

        station = Station.objects.values_list("pk", flat=True).first()
    browser.post("/scope/choose/", {"place": f"station-{station}", "next": "/"})

    assert everything["Fish"] != "–"
    text = read_page(browser)
    assert read_figures(text) == {}, "no fish are left in the tanks"
    assert "Oxygen low" not in text


def test_biomass_is_ready_by_the_newest_forecast_of_a_batch(enter, farm):
    days, with_run = 120, {"members": 10, "seed": 1, "target_g": 4500.0, "target_chance": 1.0, "placements": []}
    daily = {
        name: [1000.0 + day for day in range(days + 1)]
        for name in ("weight_p10_g", "weight_p50_g", "weight_p90_g", "count_p10", "count_p50", "count_p90",
                     "biomass_p10_kg", "biomass_p50_kg", "biomass_p90_kg", "dense_chance", "full_chance")
    }  # fmt: skip
    with tenant_transaction(farm.company):
        for batch, ready in (("A", 29), ("B", 60), ("C", None)):
            reached = None if ready is None else on(LAST + ready)
            Projection.objects.create(
                company_id=farm.company, batch_id=farm.batches[batch], as_of=on(LAST), days=days,
                target_p50=reached, **with_run, **daily,
            )  # fmt: skip
    text = read_page(enter("viewer"))

    figures = {name: value.replace("\u202f", "") for name, value in read_figures(text).items()}
    assert figures["Ready within 30 days"] == "1029kg"
    assert figures["Ready within 90 days"] == "2089kg"


def test_a_finding_is_a_card_with_figure_threshold_and_links(enter, low):
    text = read_page(enter("operator"))

    card = text.split(f'id="finding-{low.pk}"')[1].split("</article>")[0]
    assert "Oxygen low" in card
    assert "<b>40</b> % saturation" in card
    assert "threshold 60" in card
    assert "since 14 Feb 2024" in card
    assert "Severe" in card, "not by colour alone"
    assert "sparkline" in card
    assert "/batches/B/" in card
    assert f'href="/sites/area/{low.area_id}/"' in card


def test_a_card_leads_to_the_form_that_ends_it_at_its_site(enter, farm, low):
    with tenant_transaction(farm.company):
        Finding.objects.filter(pk=low.pk).update(kind="lice count", subject="area:0")

    assert f'href="/enter/#lice/area/{low.area_id}"' in read_page(enter("operator"))
    assert "/enter/#lice" not in read_page(enter("viewer", "Vera"))


def test_a_viewer_reads_and_a_role_without_the_permission_has_no_buttons(enter, low):
    text = read_page(enter("viewer"))
    assert "?show=history" in text
    assert "?show=acknowledge" not in text
    assert enter("viewer").post(f"/today/findings/{low.pk}/acknowledge/", {"note": "", "days": "7"}).status_code == 403


def test_the_page_is_of_use_without_the_permission_of_findings(enter, farm, monkeypatch):
    from grilse.web import today

    monkeypatch.setattr(today, "READ_FINDINGS", "attention.rules")
    text = read_page(enter("viewer"))
    assert read_figures(text)["Fish"]
    assert "Oxygen low" not in text


def test_acknowledging_takes_a_finding_out_of_the_list_and_undo_brings_it_back(enter, farm, low):
    browser = enter("operator")
    form = read_page(browser, f"/today/findings/{low.pk}/?show=acknowledge", headers=HTMX)
    assert 'name="note"' in form
    assert 'value="7"' in form

    fields = {"note": "aeration is on", "days": "3"}
    answer = browser.post(f"/today/findings/{low.pk}/acknowledge/", fields, headers=HTMX)
    text = answer.content.decode()
    assert "findingsChanged" in answer["HX-Trigger"]
    assert "Acknowledged by Kari until 17 Feb 2024" in text
    assert "aeration is on" in text
    assert 'hx-swap-oob="true"' in text
    assert "Oxygen low" not in read_page(browser)
    assert "Oxygen low" in read_page(browser, "/?acknowledged=on")

    [undo] = re.findall(r'<form method="post" action="([^"]*)">[^<]*<input[^>]*><button>Undo', text)
    assert browser.post(undo)["Location"] == "/"
    assert "Oxygen low" in read_page(browser)
    assert read_finding(farm, low).acknowledged_until is None


@pytest.mark.parametrize(("days", "message"), [("0", "days is 0"), ("91", "days is 91"), ("x", "Enter a whole number")])
def test_a_refusal_stands_at_its_field(enter, farm, low, days, message):
    browser = enter("operator")
    answer = browser.post(f"/today/findings/{low.pk}/acknowledge/", {"note": "", "days": days}, headers=HTMX)

    assert answer.status_code == 422
    field = answer.content.decode().split('name="days"')[1]
    assert message in field.split("</div>")[0].replace("Days is", "days is")
    assert read_finding(farm, low).acknowledged_at is None


def test_a_finding_is_assigned_and_undo_gives_it_back(enter, farm, low):
    browser = enter("operator")
    with tenant_transaction(farm.company):
        person = Person.objects.create(company_id=farm.company, name="Ola Vik").pk
    sent = {"who": "Ola Vik", "person": f"{person}"}
    text = browser.post(f"/today/findings/{low.pk}/assign/", sent, headers=HTMX).content.decode()
    assert "Ola Vik" in text
    assert read_finding(farm, low).assignee_id == person
    assert "Oxygen low" not in read_page(browser, "/?mine=on")

    typed = browser.post(f"/today/findings/{low.pk}/assign/", {"who": "Ola", "person": ""}, headers=HTMX)
    assert typed.status_code == 422
    assert "is only typed" in typed.content.decode()

    [undo] = re.findall(r'<form method="post" action="([^"]*)">[^<]*<input[^>]*><button>Undo', text)
    browser.post(undo)
    assert read_finding(farm, low).assignee_id is None


def test_mine_are_the_findings_that_are_assigned_to_the_login(enter, farm, low):
    browser = enter("operator")
    assert "Nothing is assigned to you" in read_page(browser, "/?mine=on")
    with tenant_transaction(farm.company):
        mine = Person.objects.get(name="Kari").pk
    browser.post(f"/today/findings/{low.pk}/assign/", {"who": "Kari", "person": f"{mine}"})
    assert "Oxygen low" in read_page(browser, "/?mine=on", headers=HTMX)


def test_a_ticket_is_opened_once(enter, farm, low):
    browser = enter("operator")
    for status in (200, 422):
        answer = browser.post(f"/today/findings/{low.pk}/ticket/", headers=HTMX)
        assert answer.status_code == status
    assert "already" in answer.content.decode()
    with tenant_transaction(farm.company):
        assert Ticket.objects.count() == 1


def test_the_history_says_when_it_began_and_who_did_what(enter, farm, low):
    browser = enter("operator")
    browser.post(f"/today/findings/{low.pk}/acknowledge/", {"note": "aeration is on", "days": "3"})
    text = read_page(browser, f"/today/findings/{low.pk}/?show=history", headers=HTMX)

    assert "began at 40 % saturation, threshold 60" in text
    assert re.search(r"acknowledged until 17 Feb 2024.*by Kari.*aeration is on", text, re.DOTALL)
    assert "<h1>" in read_page(browser, f"/today/findings/{low.pk}/")


def test_ended_findings_are_listed_for_a_week(enter, farm, low):
    with tenant_transaction(farm.company):
        DailyEnvironment.objects.filter(container=farm.containers["P3"], date=on(LAST)).update(oxygen_min=80.0)
        refresh_findings(NOW)
    browser = enter("viewer")
    assert "Oxygen low" not in read_page(browser)
    assert "ended 14 Feb 2024" in read_page(browser, "/today/ended/", headers=HTMX)
    with tenant_transaction(farm.company):
        begun = on(LAST) - timedelta(days=9)
        Finding.objects.filter(pk=low.pk).update(begun_on=begun, ended_on=on(LAST) - timedelta(days=7))
    assert "No finding ended" in read_page(browser, "/today/ended/")


def test_a_finding_of_another_company_is_not_found(enter, farm, low, login, growing_company):
    other = login(growing_company)
    assert other.get(f"/today/findings/{low.pk}/").status_code == 404
    assert "Oxygen low" not in read_page(other)


def test_a_company_without_records_is_told_what_would_fill_the_page(login, database):
    company = Company.objects.using("owner").create(name="New Salmon").pk
    text = read_page(login(company))
    assert "No records yet" in text


def test_statements_do_not_grow_with_findings(enter, farm, low, statements):
    browser = enter("operator")
    counts = []
    for number in range(2):
        with tenant_transaction(farm.company):
            Finding.objects.bulk_create(
                Finding(
                    company_id=farm.company, kind="feed", subject=f"area:{number}-{i}", severe=False, score=2.0,
                    figure=1.0, threshold=3.0, cases=1, watched=1, day=on(LAST), begun_on=on(LAST),
                )
                for i in range(20 * number)
            )  # fmt: skip
        with statements() as count:
            text = read_page(browser)
        counts.append(count[0])
    assert "Show" in text
    assert counts[0] == counts[1] <= 12
