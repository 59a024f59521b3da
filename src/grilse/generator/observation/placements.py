"""Where the batch stood, and where it was planned to stand."""

import numpy as np

from grilse.generator.observation.context import BatchContext
from grilse.generator.observation.records import Columns, days_since_epoch


def build_placement_rows(context: BatchContext) -> Columns:
    """The placements of the batch."""
    truth = context.truth
    standing = truth.stop_day < 0
    names = [
        f"{truth.number}/{stage}/{container}"
        for stage, container in zip(truth.stage.tolist(), truth.container.tolist(), strict=True)
    ]
    return {
        "container": truth.container,
        "stage": truth.stage.astype(np.int64),
        "name": np.array(names, np.str_),
        "start": (truth.start_day + context.first_day).astype(np.int32),
        "stop": np.where(standing, -1, truth.stop_day + context.first_day).astype(np.int32),
    }


def build_planned_rows(context: BatchContext) -> Columns:
    """All stages of the plan, also those to come."""
    stages = context.batch.stages
    return {
        "stage": np.array([stage.order for stage in stages], np.int64),
        "start": np.array([days_since_epoch(stage.start) for stage in stages], np.int32),
        "stop": np.array([days_since_epoch(stage.stop) for stage in stages], np.int32),
    }
