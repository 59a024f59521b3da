"""The batch that an address names."""

from ninja.errors import HttpError

from grilse.stock import queries as stock


def batch_of(number: str) -> stock.BatchHead:
    """Return the batch of a number, or answer 404; one statement."""
    batch = stock.batch(number)
    if batch is None:
        raise HttpError(404, f"There is no batch {number}.")
    return batch
