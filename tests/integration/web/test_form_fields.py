"""What the forms of pages refuse by the names of their fields."""

import pytest

REFUSED = 422
FORMS = {
    "/journal/": {"kind": "note", "at": "2026-05-01T06:00", "title": "Calm sea", "privacy": "private"},
    "/helpdesk/new/give/": {"title": "Torn net", "priority": "normal"},
    "/journal/consents/": {"purpose": "wellbeing", "agree": "yes"},
}


@pytest.fixture(scope="module")
def company_id(database: str) -> int:
    """Id of a company of its own."""
    from grilse.access.models import Company

    return Company.objects.using("owner").create(name="Northern Salmon").pk


@pytest.mark.parametrize("page", FORMS)
def test_a_form_is_taken_with_its_own_fields(login, company_id, page):
    assert login(company_id).post(page, FORMS[page]).status_code == 302


def test_a_consent_is_given_only_by_the_word_for_it(login, company_id):
    answer = login(company_id).post("/journal/consents/", {"purpose": "tracking", "agree": "no"})

    assert answer.status_code == REFUSED
    assert "There is no agree no: there are yes" in answer.content.decode()


@pytest.mark.parametrize("page", [*FORMS, "/journal/conflicts/"])
def test_a_form_refuses_a_field_that_it_does_not_have(login, company_id, page):
    answer = login(company_id).post(page, FORMS.get(page, {}) | {"prio": "urgent"})

    assert answer.status_code == REFUSED
    assert "here is no field prio: there are" in answer.content.decode()


@pytest.mark.parametrize("page", FORMS)
def test_a_form_refuses_a_field_that_is_sent_twice(login, company_id, page):
    name, value = next(iter(FORMS[page].items()))
    answer = login(company_id).post(page, FORMS[page] | {name: [value, value]})

    assert answer.status_code == REFUSED
    assert f"{name} is there twice: send it once" in answer.content.decode().lower()


@pytest.mark.parametrize(("page", "name"), [("/journal/", "kind"), ("/helpdesk/new/give/", "title")])
def test_a_form_refuses_to_miss_a_field_that_it_needs(login, company_id, page, name):
    kept = {field: value for field, value in FORMS[page].items() if field != name}

    assert login(company_id).post(page, kept).status_code == REFUSED


@pytest.mark.parametrize(
    ("page", "wrong"),
    [
        ("/journal/", {"mood": "11"}),
        ("/journal/", {"mood": "fine"}),
        ("/journal/", {"kind": "novel"}),
        ("/helpdesk/new/give/", {"priority": "prompt"}),
        ("/helpdesk/new/give/", {"category": "nets"}),
        ("/helpdesk/new/give/", {"site": "barge-1"}),
        ("/helpdesk/new/give/", {"site": "area-north"}),
        ("/journal/conflicts/", {"id": "1", "keep": "standing"}),
        ("/journal/consents/", {"purpose": "everything"}),
        ("/journal/consents/", {"agree": "no"}),
        ("/journal/", {"draft": "perhaps"}),
        ("/journal/", {"mood": "5.0"}),
        ("/journal/", {"mood": "٥"}),
        ("/journal/", {"at": "2026-05-01T06:00+02:00"}),
        ("/journal/", {"at": "2026-05-01"}),
        ("/helpdesk/new/give/", {"category": "1_0"}),
    ],
)
def test_a_form_refuses_a_value_that_its_field_does_not_have(login, company_id, page, wrong):
    assert login(company_id).post(page, FORMS.get(page, {}) | wrong).status_code == REFUSED
