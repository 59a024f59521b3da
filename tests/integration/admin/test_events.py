"""The back office records, corrects and withdraws the events of every app."""

from datetime import timedelta

import pytest
from django.urls import reverse
from tests.edited_farm import at as moment
from tests.edited_farm import on

CHANGED = {"why": "read from the wrong line"}


def build_forms(farm):
    """Return, by the name of their rows, a form, what a correction changes, and what it then says."""
    pen = farm.placements["A/P1"]
    when = moment(40) + timedelta(minutes=7)
    return {
        "feeding_feedlot": (
            {
                "store": farm.store,
                "feed": farm.feed,
                "number": "L9",
                "delivered": on(41),
                "kg": 250,
                "price_per_kg": 1600,
            },
            {"kg": 260},
            ("grams", 260_000),
        ),
        "feeding_meal": (
            {"placement": pen, "at_0": when.date(), "at_1": f"{when:%H:%M}", "feed": farm.feed, "kg": 12.5},
            {"kg": 14},
            ("grams", 14_000),
        ),
        "feeding_storeadjustment": (
            {
                "store": farm.store,
                "feed": farm.feed,
                "at_0": when.date(),
                "at_1": f"{when:%H:%M}",
                "kind": "COUNT",
                "kg": 0,
            },
            {"kg": 30},
            ("grams", 30_000),
        ),
        "health_licecount": (
            {"placement": pen, "date": on(39), "fish_counted": 20, "adult_female": 3},
            {"adult_female": 4},
            ("adult_female", 4),
        ),
        "health_treatment": (
            {
                "placement": pen,
                "kind": "delousing",
                "method": "freshwater",
                "start": on(30),
                "stop": on(31),
                "reason": "lice",
            },
            {"stop": on(32)},
            ("stop", on(32)),
        ),
        "health_healthsample": (
            {"placement": pen, "date": on(39), "fish": 10, "scores": "gill 6 2 1 1"},
            {"fish": 11, "scores": "gill 6 3 1 1\nheart 11 0 0 0"},
            ("fish", 11),
        ),
    }


@pytest.fixture
def post(office):
    def post_form(name, verb, form, *args):
        answer = office.post(reverse(f"admin:{name}_{verb}", args=args), form)
        if answer.status_code == 302:
            return []
        shown = answer.context_data
        form = shown["adminform"].form if "adminform" in shown else shown["form"]
        return [text for texts in form.errors.values() for text in texts]

    return post_form


@pytest.mark.parametrize(
    "name",
    [
        "feeding_feedlot",
        "feeding_meal",
        "feeding_storeadjustment",
        "health_licecount",
        "health_treatment",
        "health_healthsample",
    ],
)
def test_an_event_is_entered_corrected_and_withdrawn(post, office, farm, owner, name):
    form, correction, (column, value) = build_forms(farm)[name]
    assert post(name, "add", form) == []
    newest = f"SELECT max(id) FROM {name} WHERE company_id = %s"
    [row] = owner.execute(newest, [farm.company]).fetchone()
    assert post(name, "change", {**form, **correction}, row) == ["This field is required."]
    assert post(name, "change", {**form, **correction, **CHANGED}, row) == []
    assert owner.execute(f"SELECT {column} FROM {name} WHERE id = %s", [row]).fetchone() == (value,)
    page = office.get(reverse(f"admin:{name}_change", args=[row])).content.decode()
    assert "Reason for the correction" in page
    assert CHANGED["why"] in office.get(reverse(f"admin:{name}_history", args=[row])).content.decode()
    assert post(name, "delete", {"why": "another pen"}, row) == []
    assert owner.execute(f"SELECT id FROM {name} WHERE id = %s", [row]).fetchone() is None


def test_unreadable_scores_are_refused_with_a_message(post, farm):
    form, *_ = build_forms(farm)["health_healthsample"]
    assert "write a parameter a line" in post("health_healthsample", "add", {**form, "scores": "gill many"})[0]


def test_a_meal_that_the_store_cannot_cover_is_refused_by_name(post, farm):
    form, *_ = build_forms(farm)["feeding_meal"]
    [why] = post("feeding_meal", "add", {**form, "kg": 99_000})
    assert "Barge" in why


def test_a_role_is_given_and_taken_and_one_admin_stays(post, farm, owner, login):
    login("admin")
    give = {"user": farm.user, "role": "vet"}
    assert post("access_membership", "add", give) == []
    assert "is there already" in post("access_membership", "add", give)[0]
    membership_query = "SELECT id FROM farm_membership WHERE company_id = %s AND role = %s"
    [vet] = owner.execute(f"{membership_query} AND user_id = %s", [farm.company, "vet", farm.user]).fetchone()
    assert post("access_membership", "delete", {"why": "left"}, vet) == []
    [admin] = owner.execute(membership_query, [farm.company, "admin"]).fetchone()
    assert "keeps one admin" in post("access_membership", "delete", {"why": "left"}, admin)[0]


def test_an_order_is_cancelled(post, office, farm, owner):
    from grilse.access.tenancy import tenant_transaction
    from grilse.stock.actions.transfer_orders import NewLine, NewOrder, plan_order

    with tenant_transaction(farm.company, farm.user):
        line = NewLine(source=farm.placements["A/P1"], container=farm.containers["P2"], count=100)
        order = plan_order(NewOrder(batch=farm.batches["A"], date=on(44), lines=[line]))
    page = office.get(reverse("admin:stock_transferorder_change", args=[order.order])).content.decode()
    assert order.number in page
    assert "A/P1" in page
    assert post("stock_transferorder", "delete", {"why": "storm"}, order.order) == []
    status = "SELECT status FROM stock_transferorder WHERE id = %s"
    assert owner.execute(status, [order.order]).fetchone() == ("cancelled",)


def test_a_feed_and_a_limit_are_added_and_taken_away(post, farm, owner):
    assert post("feeding_feed", "add", {"name": "Finisher 9"}) == []
    assert post("feeding_feed", "add", {"name": "Finisher 9"})[0].startswith("feed Finisher 9 is there already")
    [feed] = owner.execute("SELECT id FROM feeding_feed WHERE name = 'Finisher 9'").fetchone()
    assert post("feeding_feed", "delete", {"why": "never bought"}, feed) == []
    [here] = owner.execute("SELECT min(id) FROM farm_geography WHERE company_id = %s", [farm.company]).fetchone()
    limit = {"geography": here, "kind": "limit", "valid_from": on(0), "week_from": 21, "week_to": 16}
    assert "the weeks run" in post("health_licelimit", "add", {**limit, "adult_females": 0.2})[0]
    assert post("health_licelimit", "add", {**limit, "week_to": 52, "adult_females": 0.2}) == []


def test_times_are_those_of_the_company(login, other_farm, owner):
    """The first meal of the first morning, ten hours ahead of Greenwich."""
    from grilse.access.tenancy import tenant_transaction
    from grilse.farm.models import Geography
    from grilse.people.actions.rules import WorkRuleValues, save_work_rules

    with tenant_transaction(other_farm.company, other_farm.user):
        save_work_rules(WorkRuleValues(time_zone="Australia/Hobart"))
        Geography.objects.update(time_zone="Australia/Hobart")
    browser, pen = login("admin", company=other_farm.company), other_farm.placements["A/P1"]
    add = reverse("admin:feeding_meal_add")
    assert "in Australia/Hobart" in browser.get(add).content.decode()
    form = {"placement": pen, "at_0": on(20), "at_1": "07:30", "kg": 1}
    assert browser.post(add, form).status_code == 302
    [(row, time)] = owner.execute("SELECT id, at FROM feeding_meal WHERE placement_id = %s", [pen]).fetchall()
    assert time == moment(19, 20) + timedelta(minutes=30)
    page = browser.get(reverse("admin:feeding_meal_change", args=[row])).content.decode()
    assert 'value="07:30:00"' in page


def test_choices_show_the_sites_of_what_several_sites_have(login, other_farm):
    from grilse.access.tenancy import tenant_transaction
    from grilse.farm.actions import places
    from grilse.farm.models import Geography

    with tenant_transaction(other_farm.company, other_farm.user):
        geography = Geography.objects.get().pk
        area = places.add_place("area", {"name": "Loch B", "geography": geography})
        sites = [{"area": area}]
        for name in ("Beck", "Brook"):
            station = places.add_place("station", {"name": name, "geography": geography})
            sites.append({"hall": places.add_place("hall", {"name": "A", "station": station})})
        for site in sites:
            places.add_place("feed store", {"name": "Barge", "capacity_kg": 1000.0, **site})
            places.add_place("container", {"name": "P1", "kind": "tank", "volume_m3": 9.0, **site})
    browser = login("admin", company=other_farm.company)
    stores = browser.get(
        reverse("admin:autocomplete"),
        {"app_label": "feeding", "model_name": "feedlot", "field_name": "store", "term": "Barge"},
    ).json()["results"]
    found = browser.get(
        reverse("admin:autocomplete"),
        {"app_label": "farm", "model_name": "sensor", "field_name": "container", "term": "P1"},
    ).json()["results"]
    halls = browser.get(
        reverse("admin:autocomplete"),
        {"app_label": "farm", "model_name": "container", "field_name": "hall", "term": "A"},
    ).json()["results"]
    assert {row["text"] for row in stores} == {f"{name}/Barge" for name in ("Loch A", "Loch B", "Beck/A", "Brook/A")}
    assert {row["text"] for row in found} == {f"{name}/P1" for name in ("Loch A", "Loch B", "Beck/A", "Brook/A")}
    assert {row["text"] for row in halls} >= {"Beck/A", "Brook/A"}
