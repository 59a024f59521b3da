"""What people and sensors write down of a batch, table by table."""

from grilse.generator.observation.batch_records import observe_batch
from grilse.generator.observation.records import Records

__all__ = ["Records", "observe_batch"]
