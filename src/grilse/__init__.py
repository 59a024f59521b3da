"""Operations and growth platform for salmon farming."""

import os

# One BLAS thread: matrices are small, and with more threads the rounding of sums would differ between runs.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
