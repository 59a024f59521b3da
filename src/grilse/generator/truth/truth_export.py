"""Exports the hidden truth of a generated batch as CSV."""

from collections.abc import Iterator

import numpy as np

from grilse.errors import GrilseError
from grilse.generator.models import Shard
from grilse.generator.schedule.run import truth_file
from grilse.generator.truth.batch_truth import BatchTruth

HEADER = "placement,date,count,mean_weight_g,temperature_c"


def read_truth(number: str) -> BatchTruth:
    """Return the truth of a batch of the loaded history."""
    shard = Shard.objects.using("owner").filter(kind="batch", key=number).first()
    if shard is None:
        raise GrilseError(f"batch {number} is not a generated one, so it has no hidden truth")
    path = truth_file(shard.run, number)
    if not path.exists():
        raise GrilseError(
            f"the truth of {number} is not in {path.parent} (it was made in another GRILSE_HOME, or deleted);"
            " make it again with `grilse generate PLAN --seed N` of the same plan and seed"
        )
    return BatchTruth.load_file(path)


def iter_truth_lines(number: str) -> Iterator[str]:
    """Yield the truth of a batch as CSV lines, the header first."""
    truth = read_truth(number)
    start = np.datetime64(truth.start, "D")
    names = truth.placement_names
    yield HEADER
    columns = zip(truth.placement, start + truth.day, truth.count, truth.weight_g, truth.temperature_c, strict=True)
    for placement, date, count, weight, temperature in columns:
        yield f"{names[placement]},{date},{count},{weight:.4f},{temperature:.3f}"
