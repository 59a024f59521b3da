"""What happened yesterday: entries of a day by site and kind, with sums, and who entered them."""

import pytest
from django.test import Client
from tests.edited_farm import LAST, at, on, write_farm

from grilse.access.models import Company, Membership
from grilse.access.tenancy import tenant_transaction
from grilse.attention.day_entries import list_day_entries
from grilse.feeding.models import Meal
from grilse.health.models import LiceCount
from grilse.people.models import Person
from grilse.stock.actions import losses, movements
from grilse.stock.models import Movement


@pytest.fixture(scope="module")
def farm(database):
    """A farm in which Kari entered deaths, lice and meals for one day."""
    farm = write_farm(Company.objects.using("owner").create(name="Yesterday Salmon").pk)
    Membership.objects.using("owner").get_or_create(company_id=farm.company, user_id=farm.user, role="manager")
    with tenant_transaction(farm.company, farm.user):
        Person.objects.create(company_id=farm.company, user_id=farm.user, name="Kari")
        rows = [losses.Loss(placement=farm.placements[name], count=count) for name, count in (("A/P1", 7), ("A/P2", 5))]
        losses.record_losses(losses.NewLosses(date=on(40), losses=rows))
        for name, females in (("A/P1", 4), ("A/P2", 8)):
            LiceCount.objects.create(
                company_id=farm.company, placement_id=farm.placements[name], date=on(40), fish_counted=20,
                adult_female=females,
            )  # fmt: skip
        for hour, kilograms in ((8, 30), (23, 12)):
            Meal.objects.create(
                company_id=farm.company, placement_id=farm.placements["A/P1"], at=at(40, hour), grams=kilograms * 1000
            )
    return farm


@pytest.fixture
def browser(farm):
    from django.contrib.auth import get_user_model

    client = Client(SERVER_NAME="localhost")
    client.force_login(get_user_model().objects.get(pk=farm.user))
    return client


def read_entries(farm, day):
    with tenant_transaction(farm.company, farm.user):
        return {(row.site, row.kind): row for row in list_day_entries(on(day))}


def test_entries_are_summed_by_site_and_kind_and_say_who_entered_them(farm):
    entries = read_entries(farm, 40)

    [site] = {site for site, _ in entries}
    dead, lice, meals = (entries[site, kind] for kind in ("MORTALITY", "lice count", "meal"))
    assert (dead.entries, dead.amount, dead.persons) == (2, 12.0, ["Kari"])
    assert (lice.entries, lice.amount, lice.persons) == (2, pytest.approx(12 / 40), ["Kari"])
    assert (meals.entries, meals.amount) == (2, 42.0)


def test_a_transfer_is_at_both_of_its_sites(farm):
    kinds = {kind: row for (_, kind), row in read_entries(farm, 20).items()}
    assert (kinds["TRANSFER_OUT"].amount, kinds["TRANSFER_IN"].amount) == (9_900.0, 9_900.0)
    assert kinds["TRANSFER_OUT"].site != kinds["TRANSFER_IN"].site


def test_a_replaced_entry_does_not_count(farm):
    with tenant_transaction(farm.company, farm.user):
        movement = Movement.objects.get(date=on(36), kind="MORTALITY")
        movements.withdraw_movements([movement.pk], reason="counted twice")
    assert "MORTALITY" not in {kind for _, kind in read_entries(farm, 36)}


def test_the_page_shows_the_last_day_of_records_and_any_other(browser, farm):
    assert "14 Feb 2024" in browser.get("/today/yesterday/").content.decode()
    text = browser.get(f"/today/yesterday/?day={on(40)}").content.decode()
    assert "Fed, kg" in text
    assert "42" in text
    assert "Kari" in text
    assert "Nothing was entered for this day" in browser.get(f"/today/yesterday/?day={on(3)}").content.decode()


def test_the_table_is_downloaded_as_it_is_shown(browser, farm):
    answer = browser.get(f"/today/yesterday/?day={on(40)}&as=csv")
    heading, row = answer.content.decode().splitlines()[:2]
    assert heading.startswith("Site,")
    assert '"Dead, fish"' in heading
    assert "42" in row


def test_statements_are_constant(browser, farm, statements):
    counts = []
    for day in (3, 40, LAST):
        with statements() as count:
            browser.get(f"/today/yesterday/?day={on(day)}")
        counts.append(count[0])
    assert len(set(counts)) == 1
