"""What programs enter."""

from tests.edited_farm import on

from grilse.access.models import KeptAnswer

LICE = "/lice-counts"


def _count(farm, day=40, placement="A/P1", **changed):
    return {
        "counts": [
            {"placement": farm.placements[placement], "date": str(on(day)), "fish_counted": 20, "adult_female": 3}
            | changed
        ]
    }


def test_a_count_is_entered_corrected_and_withdrawn(farmed, program):
    vet = program(farmed.company, "vet")

    made = vet.post(LICE, _count(farmed))
    assert made.status_code == 201, made.content
    [key] = made.json()["ids"]
    changed = _count(farmed, adult_female=4)["counts"][0] | {"because": "counted again"}
    assert vet.put(f"{LICE}/{key}", changed).status_code == 200
    assert vet.delete(f"{LICE}/{key}?reason=never+made").status_code == 200
    assert vet.delete(f"{LICE}/{key}?reason=never+made").json()["detail"] == f"there is no lice count {key}"


def test_a_write_that_is_sent_twice_is_done_once(farmed, program):
    boat = program(farmed.company, "operator")

    first, second = (boat.post(LICE, _count(farmed, 41), Idempotency_Key="boat-7") for _ in range(2))
    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()
    assert "Idempotent-Replayed" not in first
    assert second["Idempotent-Replayed"] == "true"


def test_a_refused_write_may_be_sent_again_under_its_key(farmed, program):
    boat = program(farmed.company, "operator")

    refused = boat.post(LICE, _count(farmed, 42, fish_counted=0), Idempotency_Key="boat-8")
    assert refused.status_code == 422
    assert boat.post(LICE, _count(farmed, 42), Idempotency_Key="boat-8").status_code == 201


def test_a_key_of_one_request_is_none_of_another(farmed, program):
    boat = program(farmed.company, "operator")
    boat.post(LICE, _count(farmed, 43), Idempotency_Key="boat-9")

    other = boat.post(LICE, _count(farmed, 44), Idempotency_Key="boat-9")
    assert other.status_code == 409
    assert "another request" in other.json()["detail"]


def test_a_refusal_names_its_field(farmed, program):
    boat = program(farmed.company, "operator")

    told = boat.post(LICE, {"counts": [{"placement": 1, "fish_counted": "many"}]}).json()
    assert told["status"] == 422
    assert {fault["field"] for fault in told["errors"]} == {"body.new.counts.0.date", "body.new.counts.0.fish_counted"}


def test_a_key_does_what_its_scopes_and_its_roles_allow_and_no_more(farmed, program):
    narrow = program(farmed.company, "vet", scopes=("health.read",))
    viewer = program(farmed.company, "viewer")

    assert "scopes lack health.count" in narrow.post(LICE, _count(farmed)).json()["detail"]
    told = viewer.post(LICE, _count(farmed))
    assert told.status_code == 403
    assert told.json()["detail"] == (
        "a role of viewer may not enter lice counts: it takes one of admin, manager, operator, vet"
    )


def test_what_is_no_json_is_told_so(farmed, program):
    boat = program(farmed.company, "operator")

    assert boat.client.post("/api/v1/lice-counts", "{", content_type="application/json").status_code == 400


def test_a_new_key_is_shown_once(farmed, program):
    vet = program(farmed.company, "vet")
    wanted = {"name": "logger", "scopes": ["farm.read"], "expires_at": "2099-01-01T00:00:00Z"}

    made, again = (vet.post("/keys", wanted, Idempotency_Key="logger") for _ in range(2))
    assert made.status_code == 201
    assert again.status_code == 409
    secret = made.json()["key"]
    assert secret not in again.content.decode()
    kept = [bytes(one.body or b"") for one in KeptAnswer.objects.using("owner").filter(key="logger")]
    assert len(kept) == 1
    assert secret.encode() not in kept[0]


def test_a_company_that_is_no_number_is_refused(farmed):
    from django.contrib.auth import get_user_model
    from django.test import Client

    browser = Client(SERVER_NAME="localhost")
    browser.force_login(get_user_model().objects.using("owner").get(pk=farmed.user))
    told = browser.get("/api/v1/me", headers={"Grilse-Company": "mine"})
    assert told.status_code == 403
    assert "Grilse-Company" in told.json()["detail"]
