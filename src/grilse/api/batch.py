"""The batch that an address names."""

from grilse.api.problems import Missing
from grilse.stock import queries as stock


def batch_of(number: str) -> stock.BatchHead:
    """Return the batch of a number, or answer 404; one statement."""
    batch = stock.batch(number)
    if batch is None:
        raise Missing(f"there is no batch {number}")
    return batch
