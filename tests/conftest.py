"""Small matrices on one thread, as the command runs them: waiting threads made some tests ten times slower.

A drawn example may take as long as it takes: how fast things are is measured by the benchmarks.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator

import pytest
from hypothesis import settings

for name in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ.setdefault(name, "1")
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")


@pytest.fixture(autouse=True, scope="session")
def no_store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """The plans of whoever runs the tests are not read: a test that wants a store makes it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AFFLUENCE_HOME", str(tmp_path_factory.getbasetemp() / "no_home"))
        patch.delenv("AFFLUENCE_STORE", raising=False)
        yield


@pytest.fixture(autouse=True)
def own_main() -> Iterator[None]:
    """A page drawn in a test leaves its script as ``__main__``, which processes started later would run again."""
    before = sys.modules["__main__"]
    yield
    sys.modules["__main__"] = before
