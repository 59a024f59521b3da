"""Random streams that depend on what they are for, never on who drew before."""

import hashlib

from numpy.random import Generator, Philox


def create_random_stream(seed: int, tag: str, *entity: object) -> Generator:
    """The stream of one domain (`tag`) and entity under a seed: the same in every process and order."""
    # The unit separator keeps ("a", "bc") and ("ab", "c") apart.
    name = "\x1f".join((str(seed), tag, *(str(part) for part in entity)))
    digest = hashlib.sha256(name.encode()).digest()
    return Generator(Philox(key=int.from_bytes(digest[:16], "little")))
