"""Random streams that depend on their purpose only, not on earlier draws."""

import hashlib
from collections.abc import Callable
from typing import Any

import numpy as np
from numpy.random import Generator, Philox
from numpy.typing import NDArray

from grilse.science.arrays import Counts


def create_random_stream(seed: int, tag: str, *entity: object) -> Generator:
    """Return the stream of a domain (`tag`) and entity under a seed; it is the same in every process and order."""
    # The separator distinguishes ("a", "bc") from ("ab", "c").
    name = "\x1f".join((str(seed), tag, *(str(part) for part in entity)))
    digest = hashlib.sha256(name.encode()).digest()
    return Generator(Philox(key=int.from_bytes(digest[:16], "little")))


def draw_by_day(day: Counts, draw: Callable[[Counts], NDArray[Any]]) -> NDArray[Any]:
    """Return a draw for each row, made in the order of their days, so that rows of later days change no draw.

    `draw` makes one call of a stream for the rows at some positions, in their order.
    """
    order = np.argsort(day, kind="stable")
    values = draw(order)
    in_place = np.empty_like(values)
    in_place[order] = values
    return in_place
