"""Operations and growth platform for salmon farming."""

import os

# Its matrices are small: threads would wait for each other, and the order of their sums would be chance's.
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
