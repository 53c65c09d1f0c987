"""A relaxation that goes on from where it stood against one that is solved from nothing (scipy's HiGHS)."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.sparse as sp
from scipy.optimize import linprog

from staffing.rostering.relaxation import Relaxation


@pytest.mark.parametrize("seed", range(3))
def test_after_any_bounds_it_costs_what_the_same_problem_costs_from_nothing(seed: int) -> None:
    rng = np.random.default_rng(seed)
    n, m, first = 30, 8, 12
    matrix, upper, cost = rng.integers(-2, 5, (m, n)).astype(float), np.ones(n), rng.normal(0, 3, n)
    right = matrix @ rng.uniform(0.3, 0.7, n)
    kept, met = Relaxation(upper, cost, 5.0, sp.csr_matrix(matrix), right), set()
    for _ in range(60):
        bounds = np.concatenate([(rng.random(first) < rng.uniform(0.2, 1)).astype(float), upper[first:]])
        anew = linprog(cost, A_eq=matrix, b_eq=right, bounds=np.column_stack([np.zeros(n), bounds]), method="highs")
        found = kept.solve(bounds[:first])
        met.add(anew.status)
        assert (found is None) == (anew.status == 2)
        if found is not None:
            assert found == pytest.approx(anew.fun + 5.0, abs=1e-5)
            assert cost @ kept.values() + 5.0 == pytest.approx(found, abs=1e-5)
            np.testing.assert_allclose(matrix @ kept.values(), right, atol=1e-5)
            assert (kept.values() <= bounds + 1e-6).all() and (kept.values() >= -1e-6).all()
            free = (kept.values(first) < 1e-7) & (bounds[:first] > 0)
            assert (kept.reduced(first)[free] >= -1e-6).all()
    assert met == {0, 2}, "bounds under which nothing fits, and others"
