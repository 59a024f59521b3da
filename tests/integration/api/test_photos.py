"""Photos of records: what is accepted, who adds and removes them, and that each is stored once."""

import pytest
from tests.edited_farm import on

JPEG = b"\xff\xd8\xff" + b"fish"


@pytest.fixture(scope="module")
def place(estimated_farm):
    from grilse.farm.models import Container

    return Container.objects.using("owner").filter(company_id=estimated_farm.company).order_by("pk")[0].pk


@pytest.fixture(scope="module")
def operator(estimated_farm, program):
    return program(estimated_farm.company, "operator")


def send(client, place, *, kind="losses", content=JPEG, day=40):
    return client.post(f"/photos?kind={kind}&date={on(day)}&container={place}", content)


def test_a_photo_is_stored_once_and_shown_as_what_it_is(operator, place):
    first, second = send(operator, place), send(operator, place)

    assert (first.status_code, second.status_code) == (201, 201)
    assert first.json() == second.json()
    shown = operator.get(f"/photos/{first.json()['ids'][0]}")
    assert (shown.content, shown["Content-Type"], shown["X-Content-Type-Options"]) == (JPEG, "image/jpeg", "nosniff")
    [row] = operator.get("/photos", {"container_id": place, "kind": "losses"}).json()["items"]
    assert (row["date"], row["size"]) == (str(on(40)), len(JPEG))


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"content": b"<svg onload=alert(1)>"}, "content"),
        ({"content": b""}, "content"),
        ({"kind": "holidays"}, "kind"),
        ({"day": 30_000}, "date"),
        ({"place": 10**9}, "container"),
    ],
)
def test_what_is_no_photo_of_a_record_is_refused_at_its_field(operator, place, change, field):
    answer = send(operator, **({"place": place} | change))

    assert answer.status_code == 422
    assert [error["field"] for error in answer.json()["errors"]] == [field]


def test_a_large_photo_is_refused(operator, place):
    assert send(operator, place, content=JPEG + bytes(2 * 2**20)).status_code == 413


def test_who_enters_a_kind_of_record_adds_its_photos(estimated_farm, program, place, operator):
    vet = program(estimated_farm.company, "vet")

    assert send(vet, place, kind="health-samples").status_code == 201
    assert send(vet, place, kind="harvests").status_code == 403
    assert send(program(estimated_farm.company, "viewer"), place).status_code == 403


def test_an_operator_removes_own_photos_and_a_manager_all(estimated_farm, program, place, operator):
    other, manager = program(estimated_farm.company, "operator"), program(estimated_farm.company, "manager")
    [own], [second] = (send(operator, place, content=JPEG + extra).json()["ids"] for extra in (b"1", b"2"))

    assert other.delete(f"/photos/{own}?reason=blurred").status_code == 403
    assert operator.delete(f"/photos/{own}?reason=blurred").status_code == 200
    assert manager.delete(f"/photos/{second}?reason=blurred").status_code == 200
    assert operator.get(f"/photos/{own}").status_code == 404
