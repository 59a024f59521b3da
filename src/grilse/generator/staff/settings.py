"""The settings of the generated staff, and random choices among their texts."""

import tomllib
from collections.abc import Iterable, Sequence
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.random import Generator
from numpy.typing import NDArray

from grilse.science.arrays import Counts

WORKDAYS = 5
NONE = -1  # no person, no moment, no reference


@cache
def load_staff_settings() -> dict[str, Any]:
    """Return the settings; the file explains each."""
    return tomllib.loads((files(__package__) / "staff.toml").read_text(encoding="utf-8"))


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
