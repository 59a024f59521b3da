"""Logins that may not correct everything correct and withdraw their own entries of the last two days."""

from datetime import timedelta

import pytest
from tests.edited_farm import on

pytestmark = pytest.mark.usefixtures("estimated_farm")


@pytest.fixture(scope="module")
def estimated_farm(database):
    from tests.edited_farm import write_farm

    from grilse.access.models import Company
    from grilse.growth.estimating.run import estimate_company

    farm = write_farm(Company.objects.using("owner").create(name="Northern Salmon").pk)
    estimate_company(farm.company)
    return farm


@pytest.fixture
def make_program(estimated_farm):
    from tests.integration.api.conftest import Program, create_key

    return lambda *roles, **options: Program(create_key(estimated_farm.company, *roles, **options))


def record_deaths(program, farm, count=5, day=40):
    loss = {"placement": farm.placements["A/P1"], "count": count}
    response = program.post("/losses", {"date": str(on(day)), "losses": [loss]})
    assert response.status_code == 201, response.content
    return response.json()["ids"][0]


def record_sample(program, farm, day):
    sample = {"placement": farm.placements["A/P2"], "date": str(on(day)), "fish_weighed": 30, "mean_weight_g": 160}
    response = program.post("/weight-samples", {"samples": [sample], "confirm": True})
    assert response.status_code == 201, response.content
    return response.json()["ids"][0]


def age_entry(table, column, id, hours):
    """Let an entry have been made some hours earlier."""
    from django.db import connections

    with connections["owner"].cursor() as cursor:
        # Entries and events are append-only for everybody but the owner of their tables.
        cursor.execute(f"ALTER TABLE {table} DISABLE TRIGGER USER")
        name = "id" if table == "stock_movement" else "pgh_obj_id"
        interval = timedelta(hours=hours)
        cursor.execute(f"UPDATE {table} SET {column} = {column} - %s WHERE {name} = %s", [interval, id])
        cursor.execute(f"ALTER TABLE {table} ENABLE TRIGGER USER")


def test_an_operator_withdraws_deaths_that_it_entered(estimated_farm, make_program):
    operator = make_program("operator")
    id = record_deaths(operator, estimated_farm)

    assert operator.delete(f"/movements/{id}?reason=wrong+pen").status_code == 200


def test_an_operator_corrects_its_own_correction(estimated_farm, make_program):
    operator = make_program("operator")
    id = record_deaths(operator, estimated_farm)
    row = {"date": str(on(40)), "kind": "MORTALITY", "source": estimated_farm.placements["A/P1"], "because": "recount"}

    for count in (6, 7):
        response = operator.put(f"/movements/{id}", {**row, "count": count})
        assert response.status_code == 200, response.content
        [id] = response.json()["ids"]


def test_entries_of_others_are_refused(estimated_farm, make_program):
    id = record_deaths(make_program("operator"), estimated_farm)
    sample = record_sample(make_program("operator"), estimated_farm, 39)
    other = make_program("operator")

    for address in (f"/movements/{id}", f"/weight-samples/{sample}"):
        response = other.delete(f"{address}?reason=a+test")
        assert response.status_code == 403, response.content
        assert "by somebody else, or more than 48 hours ago" in response.json()["detail"]
        assert "admin, manager" in response.json()["detail"]


def test_entries_of_two_days_ago_are_refused(estimated_farm, make_program):
    operator = make_program("operator")
    id, sample = record_deaths(operator, estimated_farm), record_sample(operator, estimated_farm, 40)
    age_entry("stock_movement", "entered_at", id, 49)
    age_entry("stock_weightsampleevent", "pgh_created_at", sample, 49)

    for address in (f"/movements/{id}", f"/weight-samples/{sample}"):
        assert operator.delete(f"{address}?reason=a+test").status_code == 403


def test_an_entry_that_a_manager_changed_is_no_longer_ones_own(estimated_farm, make_program):
    operator, manager = make_program("operator"), make_program("manager")
    sample = record_sample(operator, estimated_farm, 41)
    values = {"placement": estimated_farm.placements["A/P2"], "date": str(on(41)), "fish_weighed": 31}
    change = {**values, "mean_weight_g": 161, "because": "one fish was missing", "confirm": True}

    assert manager.put(f"/weight-samples/{sample}", change).status_code == 200
    assert operator.delete(f"/weight-samples/{sample}?reason=a+test").status_code == 403
    assert manager.delete(f"/weight-samples/{sample}?reason=a+test").status_code == 200


def test_records_that_nobody_entered_are_refused_to_operators_and_not_to_managers(estimated_farm, make_program):
    from grilse.access.tenancy import tenant_transaction
    from grilse.stock.models import WeightSample

    with tenant_transaction(estimated_farm.company):
        loaded = WeightSample.objects.order_by("pk").values_list("pk", flat=True)[0]

    assert make_program("operator").delete(f"/weight-samples/{loaded}?reason=a+test").status_code == 403
    assert make_program("manager").delete(f"/weight-samples/{loaded}?reason=a+test").status_code == 200


def test_a_manager_of_another_geography_corrects_only_its_own_entries_here(estimated_farm, make_program):
    from grilse.access.tenancy import tenant_transaction
    from grilse.farm.models import Geography

    with tenant_transaction(estimated_farm.company):
        here = Geography.objects.order_by("pk")[0].pk
        elsewhere = Geography.objects.create(company_id=estimated_farm.company, name="Elsewhere").pk
    mixed = make_program(("operator", here), ("manager", elsewhere))
    foreign = record_deaths(make_program("operator"), estimated_farm)

    assert mixed.delete(f"/movements/{foreign}?reason=a+test").status_code == 403
    assert mixed.delete(f"/movements/{record_deaths(mixed, estimated_farm)}?reason=a+test").status_code == 200


def test_a_key_to_correct_everything_corrects_and_one_for_own_entries_does_not(estimated_farm, make_program):
    first, second = (record_deaths(make_program("operator"), estimated_farm) for _ in range(2))

    assert make_program("manager", scopes=("stock.amend",)).delete(f"/movements/{first}?reason=t").status_code == 403
    assert make_program("manager", scopes=("stock.correct",)).delete(f"/movements/{second}?reason=t").status_code == 200


def test_a_viewer_withdraws_nothing(estimated_farm, make_program):
    id = record_deaths(make_program("operator"), estimated_farm)

    assert make_program("viewer").delete(f"/movements/{id}?reason=a+test").status_code == 403
