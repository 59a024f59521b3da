"""What projecting all standing batches costs; nothing of it is kept."""

import time

from django.db import transaction

from grilse import engine
from grilse.connect import connect
from grilse.farm.models import Company
from grilse.farm.tenancy import acting_for
from grilse.planning.actions import Task, project_batches, tasks
from grilse.planning.ensembles import Options


def project_seconds(workers: int) -> tuple[int, float]:
    """Return how many batches stand, and the seconds to read, estimate, project and write them."""
    begun = time.perf_counter()
    companies = Company.objects.using("owner").order_by("id").values_list("id", flat=True)
    waiting = [task for company in companies for task in tasks(company, None, Options())]
    batches = 0
    for done in engine.run(rehearse, waiting, workers=min(workers, len(waiting)), prepare=connect):
        batches += done.value(f"projecting batches {done.task.batches}")
    return batches, time.perf_counter() - begun


def rehearse(task: Task) -> int:
    """Project a task's batches as `grilse project` does, and roll back."""
    connect()
    with acting_for(task.company):
        kept = project_batches(task.company, task.batches, task.options)
        transaction.set_rollback(True)
    return len(kept)
