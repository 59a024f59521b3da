"""The back office calls the actions of people and help desk."""

import pytest
from django.urls import reverse
from tests.edited_farm import on

REASON = {"why": "entered wrongly"}


@pytest.fixture
def post(office):
    def post_form(name, verb, form, *args):
        answer = office.post(reverse(f"admin:{name}_{verb}", args=args), form)
        if answer.status_code == 302:
            return []
        shown = answer.context_data
        form = shown["adminform"].form if "adminform" in shown else shown["form"]
        return [f"{name}: {text}" for name, texts in form.errors.items() for text in texts]

    return post_form


def read_newest_row(owner, table, *columns):
    owner.rollback()
    row = owner.execute(f"SELECT id, {', '.join(columns)} FROM {table} ORDER BY id DESC LIMIT 1").fetchone()
    return row if columns else row[:1]


def test_a_person_is_added_found_changed_and_retired(post, office, farm, owner):
    assert post("people_team", "add", {"name": "Divers"}) == []
    [team, _] = read_newest_row(owner, "people_team", "name")
    form = {"name": "Kari Østby", "title": "Diver", "team": team}
    assert post("people_person", "add", form) == []
    [kari, *_] = read_newest_row(owner, "people_person", "name")

    content = office.get(reverse("admin:people_person_changelist"), {"q": "ostb kar"}).content.decode()
    assert "Kari Østby" in content
    assert post("people_person", "change", form | {"name": "Kari Lund"}, kari) == ["why: This field is required."]
    assert post("people_person", "change", form | {"name": "Kari Lund", **REASON}, kari) == []
    assert read_newest_row(owner, "people_person", "name", "active") == (kari, "Kari Lund", True)
    assert post("people_person", "delete", REASON, kari) == []
    assert read_newest_row(owner, "people_person", "active") == (kari, False)
    history = office.get(reverse("admin:people_person_history", args=[kari])).content.decode()
    assert REASON["why"] in history
    assert "is in use" in post("people_team", "delete", REASON, team)[0]


def test_a_person_is_refused_at_the_field(post, farm, owner):
    assert post("people_person", "add", {"name": "Head"}) == []
    [head, _] = read_newest_row(owner, "people_person", "name")
    assert post("people_person", "change", {"name": "Head", "manager": head, **REASON}, head) == [
        "manager: Head cannot be their own manager: name somebody else, or nobody"
    ]
    assert post("people_person", "add", {"name": "X", "team": 10**6})[0].startswith("team: there is no team")


def test_fences_and_rates_are_those_of_places(post, farm, owner):
    [area] = owner.execute("SELECT id FROM farm_area WHERE company_id = %s", [farm.company]).fetchone()
    fence = {"latitude": 57.1, "longitude": -6.2, "radius_m": 400}
    assert "name one of the two" in post("people_fence", "add", fence)[0]
    assert post("people_fence", "add", {**fence, "area": area}) == []
    assert "there already" in post("people_fence", "add", {**fence, "area": area})[0]
    assert post("people_transportrate", "add", {"mode": "boat", "valid_from": on(0), "per_km_minor": 90}) == []


def test_work_rules_are_changed_not_added_twice(post, farm, owner):
    rules = {
        "time_zone": "Europe/Oslo", "currency": "NOK", "track_days": 90, "journal_days": 400,
        "deleted_days": 7,
    }  # fmt: skip
    assert post("people_workrules", "add", rules) == []
    assert post("people_workrules", "add", {**rules, "track_days": 91}) == []
    rules_id, days = read_newest_row(owner, "people_workrules", "track_days")
    assert days == 91
    assert "Europe/Nowhere is no time zone" in post(
        "people_workrules", "change", {**rules, "time_zone": "Europe/Nowhere", **REASON}, rules_id
    )[0]  # fmt: skip
    assert post("people_workrules", "change", {**rules, **REASON}, rules_id) == []
    assert read_newest_row(owner, "people_workrules", "track_days") == (rules_id, 90)


def test_ticket_rules_are_changed(post, farm, owner):
    assert post("helpdesk_category", "add", {"name": "Nets", "active": "on"}) == []
    [category, _] = read_newest_row(owner, "helpdesk_category", "name")
    level = {"priority": "high", "category": category, "answer_minutes": 30, "resolve_minutes": 300}
    assert post("helpdesk_servicelevel", "add", level) == []
    assert "a priority is low" in post("helpdesk_servicelevel", "add", {**level, "priority": "hot"})[0]
    assert post("helpdesk_businesshours", "add", {"weekday": 1, "opens": "08:00", "closes": "16:00"}) == []
    assert post("helpdesk_holiday", "add", {"date": on(9), "name": "Feast"}) == []
    rule = {"category": category, "level": 1, "after_minutes": 60, "active": "on"}
    assert "whom it calls" in post("helpdesk_escalationrule", "add", rule)[0]
    assert post("people_team", "add", {"name": "Watch"}) == []
    [team, _] = read_newest_row(owner, "people_team", "name")
    assert post("helpdesk_escalationrule", "add", {**rule, "team": team}) == []
    below = {**rule, "level": 2, "after_minutes": 30, "team": team}
    assert "has to come after level 1" in post("helpdesk_escalationrule", "add", below)[0]
    assert "is in use" in post("helpdesk_category", "delete", REASON, category)[0]
