"""The placements of the batch, and the stages of its plan."""

import numpy as np

from grilse.generator.observation.context import BatchContext
from grilse.generator.observation.records import Columns, days_since_epoch


def build_placement_rows(context: BatchContext) -> Columns:
    """Return the placements of the batch."""
    truth = context.truth
    return {
        "container": truth.container,
        "stage": truth.stage.astype(np.int64),
        "name": np.array(truth.placement_names, np.str_),
        "start": context.convert_dates(truth.start_day),
        "stop": np.where(truth.stop_day < 0, -1, context.convert_dates(truth.stop_day)).astype(np.int32),
    }


def build_planned_rows(context: BatchContext) -> Columns:
    """Return all stages of the plan, including those after the history."""
    stages = context.batch.stages
    return {
        "stage": np.array([stage.order for stage in stages], np.int64),
        "start": np.array([days_since_epoch(stage.start) for stage in stages], np.int32),
        "stop": np.array([days_since_epoch(stage.stop) for stage in stages], np.int32),
    }
