"""What people and sensors write down of a batch, table by table."""

from grilse.generator.observation.records import Records
from grilse.generator.observation.whole import observe_batch

__all__ = ["Records", "observe_batch"]
