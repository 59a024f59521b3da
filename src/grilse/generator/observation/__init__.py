"""What people and sensors write down of a batch, table by table."""

from grilse.generator.observation.records import Records
from grilse.generator.observation.whole import observe

__all__ = ["Records", "observe"]
