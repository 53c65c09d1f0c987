"""Small matrices on one thread, as the command runs them: waiting threads made some tests ten times slower.

A drawn example may take as long as it takes: how fast things are is measured by the benchmarks.
"""

from __future__ import annotations

import os

from hypothesis import settings

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(name, "1")
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")
