"""The batch that an address names."""

from grilse.api.problems import NotFoundError
from grilse.stock import queries as stock


def get_batch_or_404(number: str) -> stock.BatchSummary:
    """Return the batch of a number, or answer 404; one statement."""
    batch = stock.read_batch(number)
    if batch is None:
        raise NotFoundError(f"there is no batch {number}")
    return batch
