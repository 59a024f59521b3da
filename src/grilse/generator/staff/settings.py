"""What is chosen about a company's staff, as data."""

import tomllib
from collections.abc import Iterable
from functools import cache
from importlib.resources import files
from typing import Any

import numpy as np
from numpy.typing import NDArray


@cache
def load_staff_settings() -> dict[str, Any]:
    """Return all of it; the file explains each."""
    return tomllib.loads((files(__package__) / "staff.toml").read_text(encoding="utf-8"))


def encode_texts(texts: Iterable[str]) -> NDArray[np.bytes_]:
    """Return texts as the database takes them: the few are encoded, then chosen among."""
    return np.array([text.encode() for text in texts], np.bytes_)
