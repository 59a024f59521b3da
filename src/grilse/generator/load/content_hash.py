"""The hash of a shard whose rows live on: of what was written, not of what is there."""

import hashlib
from collections.abc import Mapping
from typing import Any

import numpy as np
from numpy.typing import NDArray

from grilse.generator.load.shards import Columns, ReferenceColumn


class ContentHash:
    """Hash of the rows of a shard: of what they say, and not of the ids that the database gave."""

    def __init__(self) -> None:
        self._hash = hashlib.blake2b(digest_size=16)

    def add(self, table: str, columns: Columns) -> None:
        """Add the rows of a table."""
        for name, values in sorted(_extract_values(columns).items()):
            self._hash.update(f"{table}.{name}:{values.dtype.str}".encode())
            self._hash.update(np.ascontiguousarray(values).tobytes())

    def compute_digest(self) -> str:
        """Return 32 hexadecimal digits."""
        return self._hash.hexdigest()


def _extract_values(columns: Columns) -> Mapping[str, NDArray[Any]]:
    return {
        name: values.position if isinstance(values, ReferenceColumn) else values
        for name, values in columns.items()
        if name != "id"
    }
