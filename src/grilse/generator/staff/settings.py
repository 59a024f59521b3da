"""The settings of the generated staff, and random choices among their texts."""

import tomllib
from collections.abc import Iterable, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from grilse.generator.random_streams import create_random_stream
from grilse.science.arrays import Counts

WORKDAYS = 5
UUID_VERSION, UUID_VARIANT = 6, 8  # bytes of a UUID with its version and variant
NONE = -1  # no person, no moment, no reference


@cache
def load_staff_settings() -> dict[str, Any]:
    """Return the settings; the file explains each."""
    return tomllib.loads((files(__package__) / "staff.toml").read_text(encoding="utf-8"))


class ShardStreams:
    """Random streams of a shard or person: one for each purpose, so that each is drawn in the order of days."""

    def __init__(self, seed: int, tag: str, entity: str) -> None:
        self.seed, self.tag, self.entity = seed, tag, entity

    def open(self, what: str) -> Generator:
        """Return the stream of a purpose, from its start."""
        return create_random_stream(self.seed, f"{self.tag}.{what}", self.entity)


def build_client_ids(seed: int, tag: str, shard: str, size: int) -> NDArray[np.bytes_]:
    """Return client ids of rows, as a phone creates them: UUIDs that depend on seed, tag, shard and position only."""
    octets = np.frombuffer(create_random_stream(seed, tag, shard).bytes(16 * size), np.uint8).reshape(size, 16).copy()
    octets[:, UUID_VERSION] = octets[:, UUID_VERSION] & 0x0F | 0x50  # from a hash
    octets[:, UUID_VARIANT] = octets[:, UUID_VARIANT] & 0x3F | 0x80
    return octets.view("S16").ravel()


def encode_texts(texts: Iterable[str]) -> NDArray[np.bytes_]:
    """Return texts as the database takes them, encoded before rows choose among them."""
    return np.array([text.encode() for text in texts], np.bytes_)


def draw_weighted(rng: Generator, weights: Iterable[float], size: int) -> Counts:
    """Draw positions among weights."""
    values = np.array(list(weights), np.float64)
    return rng.choice(len(values), size, p=values / values.sum())


def draw_texts(rng: Generator, texts_by_kind: Sequence[Sequence[Any]], kind: Counts) -> tuple[Counts, list[Any]]:
    """Draw one of the texts of each row's kind; return their positions among all texts, and the columns of these."""
    counts = np.array([len(texts) for texts in texts_by_kind])
    first = np.cumsum([0, *counts[:-1]])
    which = first[kind] + (rng.random(len(kind)) * counts[kind]).astype(np.int64)
    return which, list(zip(*(text for texts in texts_by_kind for text in texts), strict=True))
