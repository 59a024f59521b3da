"""Measures the projection of all active batches; nothing is saved."""

import time

from django.db import transaction

from grilse import engine
from grilse.access.models import Company
from grilse.access.tenancy import tenant_transaction
from grilse.django_setup import connect_django
from grilse.planning.actions import ProjectionTask, list_tasks, project_batches
from grilse.planning.ensembles import ProjectionOptions


def measure_projection_cost(workers: int) -> tuple[int, float]:
    """Return the number of active batches, and the seconds to read, estimate, project and write them."""
    begun = time.perf_counter()
    companies = Company.objects.using("owner").order_by("id").values_list("id", flat=True)
    waiting = [task for company in companies for task in list_tasks(company, None, ProjectionOptions())]
    batches = 0
    for done in engine.run_tasks(rehearse_task, waiting, workers=min(workers, len(waiting)), prepare=connect_django):
        batches += done.unwrap_result(f"projecting batches {done.task.batches}")
    return batches, time.perf_counter() - begun


def rehearse_task(task: ProjectionTask) -> int:
    """Project the batches of a task as `grilse project` does, and roll back."""
    connect_django()
    with tenant_transaction(task.company):
        run_ids = project_batches(task.company, task.batches, task.options)
        transaction.set_rollback(True)
    return len(run_ids)
