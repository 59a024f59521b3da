"""What a proof refuses, said as every command says it."""

from collections.abc import Iterator
from contextlib import contextmanager

from grilse.errors import GrilseError


@contextmanager
def translate_proof_errors() -> Iterator[None]:
    """Turn what the proof, which knows nothing of this program, refuses into one of its own refusals."""
    from grilse.proof.servers import ProofError

    try:
        yield
    except ProofError as error:
        raise GrilseError(str(error)) from None
