"""What programs enter."""

from tests.edited_farm import on

from grilse.access.models import KeptAnswer

LICE = "/lice-counts"


def _build_counts(farm, day=40, placement="A/P1", **changed):
    return {
        "counts": [
            {"placement": farm.placements[placement], "date": str(on(day)), "fish_counted": 20, "adult_female": 3}
            | changed
        ]
    }


def test_a_count_is_entered_corrected_and_withdrawn(estimated_farm, program):
    vet = program(estimated_farm.company, "vet")

    response = vet.post(LICE, _build_counts(estimated_farm))
    assert response.status_code == 201, response.content
    [key] = response.json()["ids"]
    changed = _build_counts(estimated_farm, adult_female=4)["counts"][0] | {"because": "counted again"}
    assert vet.put(f"{LICE}/{key}", changed).status_code == 200
    assert vet.delete(f"{LICE}/{key}?reason=never+made").status_code == 200
    assert vet.delete(f"{LICE}/{key}?reason=never+made").json()["detail"] == f"there is no lice count {key}"


def test_a_write_that_is_sent_twice_is_done_once(estimated_farm, program):
    boat = program(estimated_farm.company, "operator")

    first, second = (boat.post(LICE, _build_counts(estimated_farm, 41), Idempotency_Key="boat-7") for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()
    assert "Idempotent-Replayed" not in first
    assert second["Idempotent-Replayed"] == "true"


def test_a_refused_write_may_be_sent_again_under_its_key(estimated_farm, program):
    boat = program(estimated_farm.company, "operator")

    refused = boat.post(LICE, _build_counts(estimated_farm, 42, fish_counted=0), Idempotency_Key="boat-8")
    assert refused.status_code == 422
    assert boat.post(LICE, _build_counts(estimated_farm, 42), Idempotency_Key="boat-8").status_code == 201


def test_an_idempotency_key_cannot_be_reused_for_another_request(estimated_farm, program):
    boat = program(estimated_farm.company, "operator")
    boat.post(LICE, _build_counts(estimated_farm, 43), Idempotency_Key="boat-9")

    other = boat.post(LICE, _build_counts(estimated_farm, 44), Idempotency_Key="boat-9")
    assert other.status_code == 409
    assert "another request" in other.json()["detail"]


def test_a_refusal_names_its_field(estimated_farm, program):
    boat = program(estimated_farm.company, "operator")

    payload = boat.post(LICE, {"counts": [{"placement": 1, "fish_counted": "many"}]}).json()
    assert payload["status"] == 422
    assert {fault["field"] for fault in payload["errors"]} == {
        "body.new.counts.0.date",
        "body.new.counts.0.fish_counted",
    }


def test_a_key_does_what_its_scopes_and_its_roles_allow_and_no_more(estimated_farm, program):
    narrow = program(estimated_farm.company, "vet", scopes=("health.read",))
    viewer = program(estimated_farm.company, "viewer")

    assert "scopes lack health.count" in narrow.post(LICE, _build_counts(estimated_farm)).json()["detail"]
    response = viewer.post(LICE, _build_counts(estimated_farm))
    assert response.status_code == 403
    assert response.json()["detail"] == (
        "a role of viewer may not enter lice counts: it takes one of admin, manager, operator, vet"
    )


def test_invalid_json_is_refused_with_a_message(estimated_farm, program):
    boat = program(estimated_farm.company, "operator")

    assert boat.client.post("/api/v1/lice-counts", "{", content_type="application/json").status_code == 400


def test_a_new_key_is_shown_once(estimated_farm, program):
    vet = program(estimated_farm.company, "vet")
    key_request = {"name": "logger", "scopes": ["farm.read"], "expires_at": "2099-01-01T00:00:00Z"}

    response, again = (vet.post("/keys", key_request, Idempotency_Key="logger") for _ in range(2))
    assert response.status_code == 201
    assert again.status_code == 409
    secret = response.json()["key"]
    assert secret not in again.content.decode()
    bodies = [bytes(answer.body or b"") for answer in KeptAnswer.objects.using("owner").filter(key="logger")]
    assert len(bodies) == 1
    assert secret.encode() not in bodies[0]


def test_a_company_that_is_no_number_is_refused(estimated_farm):
    from django.contrib.auth import get_user_model
    from django.test import Client

    browser = Client(SERVER_NAME="localhost")
    browser.force_login(get_user_model().objects.using("owner").get(pk=estimated_farm.user))
    response = browser.get("/api/v1/me", headers={"Grilse-Company": "mine"})
    assert response.status_code == 403
    assert "Grilse-Company" in response.json()["detail"]
