"""Array types of the science modules."""

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]
Counts = NDArray[np.int64]
FloatLike = float | Floats | Counts
