"""Array types of the science modules."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]
Indices = NDArray[np.int64]
"""Positions of placements, batches or rows, or days since 1970-01-01."""
Mask = NDArray[np.bool_]
FloatLike = float | Floats | Counts
