"""Names of generated rows, by what they are of."""

import numpy as np
from numpy.typing import NDArray

from grilse.generator.random_streams import create_random_stream

VERSION, VARIANT = 6, 8  # bytes of a uuid that say what kind it is


def build_client_ids(seed: int, tag: str, shard: str, size: int) -> NDArray[np.bytes_]:
    """Return the ids under which a phone would have sent rows: uuids that follow from shard and place."""
    octets = np.frombuffer(create_random_stream(seed, tag, shard).bytes(16 * size), np.uint8).reshape(size, 16).copy()
    octets[:, VERSION] = octets[:, VERSION] & 0x0F | 0x50  # made of a name
    octets[:, VARIANT] = octets[:, VARIANT] & 0x3F | 0x80
    return octets.view("S16").ravel()
