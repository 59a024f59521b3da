"""Findings follow records: a change is committed, the queue refreshes the company, once for many changes."""

from procrastinate.contrib.django.models import ProcrastinateJob
from tests.edited_farm import LAST, on, write_farm

from grilse.access.tenancy import tenant_transaction
from grilse.attention.models import Finding
from grilse.attention.scheduling import REFRESH_TASK
from grilse.confirmation import accept_confirmed
from grilse.farm.actions.places import add_place
from grilse.jobs import worker
from grilse.jobs.tasks import refresh_all_findings, renew_mortality_bands
from grilse.stock.actions import movements


@accept_confirmed(True)
def lose_fish(farm, count):
    row = movements.NewMovement(date=on(LAST), kind="MORTALITY", count=count, source=farm.placements["A/P1"])
    with tenant_transaction(farm.company, farm.user):
        movements.record_movements([row])


def count_waiting():
    return ProcrastinateJob.objects.using("owner").filter(task_name=REFRESH_TASK, status="todo").count()


def test_a_change_of_records_refreshes_the_findings_once(company):
    farm = write_farm(company)
    lose_fish(farm, 50)
    lose_fish(farm, 60)
    assert count_waiting() == 1
    assert not Finding.objects.using("owner").filter(company=company).exists()

    worker.run_waiting_jobs()

    assert count_waiting() == 0
    [finding] = Finding.objects.using("owner").filter(company=company, kind="mortality")
    assert finding.container_id == farm.containers["P1"]
    lose_fish(farm, 1)
    assert count_waiting() == 1
    worker.run_waiting_jobs()


def test_a_changed_rule_refreshes_the_findings(company):
    farm = write_farm(company)
    with tenant_transaction(company, farm.user):
        add_place("alert rule", {"kind": "weight sample", "threshold": 5})

    worker.run_waiting_jobs()

    assert Finding.objects.using("owner").filter(company=company, kind="weight sample").exists()


def test_the_hourly_refresh_is_of_all_companies(company):
    write_farm(company)
    refresh_all_findings.defer(timestamp=0)
    renew_mortality_bands.defer(timestamp=0)

    worker.run_waiting_jobs()

    assert Finding.objects.using("owner").filter(company=company, day=on(LAST)).exists()
