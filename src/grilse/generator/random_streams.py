"""Random streams that depend on their purpose only, not on earlier draws."""

import hashlib

from numpy.random import Generator, Philox


def create_random_stream(seed: int, tag: str, *entity: object) -> Generator:
    """Return the stream of a domain (`tag`) and entity under a seed; it is the same in every process and order."""
    # The separator distinguishes ("a", "bc") from ("ab", "c").
    name = "\x1f".join((str(seed), tag, *(str(part) for part in entity)))
    digest = hashlib.sha256(name.encode()).digest()
    return Generator(Philox(key=int.from_bytes(digest[:16], "little")))
