"""What truly happened to a batch; nobody in the company ever sees it."""

from grilse.generator.truth.batch_truth import CAUSES, CULL_REASONS, DELOUSING, VACCINES, BatchTruth
from grilse.generator.truth.simulation import simulate_truth

__all__ = ["CAUSES", "CULL_REASONS", "DELOUSING", "VACCINES", "BatchTruth", "simulate_truth"]
