"""One linear relaxation solved again and again under other bounds (GLOP, OR-Tools).

The dual simplex goes on from the basis where it stood: after a bound has moved it takes a tenth of the steps that it
takes from nothing.
"""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp
from ortools.linear_solver import linear_solver_pb2, pywraplp

from staffing.rostering.instance import Floats


class Relaxation:
    """min ``cost`` [n] x + ``offset`` beside ``matrix`` [m, n] x = ``right`` [m], 0 <= x <= ``upper`` [n]; ``pivots``
    steps of the simplex so far."""

    def __init__(self, upper: Floats, cost: Floats, offset: float, matrix: sp.csr_matrix, right: Floats) -> None:
        model = linear_solver_pb2.MPModelProto(objective_offset=offset)
        for high, eur in zip(upper.tolist(), cost.tolist(), strict=True):
            model.variable.add(lower_bound=0.0, upper_bound=high, objective_coefficient=eur)
        columns, values, edges = matrix.indices.tolist(), matrix.data.tolist(), matrix.indptr.tolist()
        for low, high, equal in zip(edges, edges[1:], right.tolist(), strict=False):
            row = model.constraint.add(lower_bound=equal, upper_bound=equal)
            row.var_index.extend(columns[low:high])
            row.coefficient.extend(values[low:high])
        self.solver = pywraplp.Solver.CreateSolver("GLOP")
        self.solver.LoadModelFromProto(model)
        self.variables = self.solver.variables()
        self.upper, self.pivots = upper.copy(), 0
        self.parameters = kept = pywraplp.MPSolverParameters()
        kept.SetIntegerParam(kept.PRESOLVE, kept.PRESOLVE_OFF)  # a basis is of the model as it was given
        kept.SetIntegerParam(kept.INCREMENTALITY, kept.INCREMENTALITY_ON)
        kept.SetIntegerParam(kept.LP_ALGORITHM, kept.DUAL)

    def solve(self, upper: Floats) -> float | None:
        """The least cost with ``upper`` [k] the bounds of the first k variables; None when nothing fits."""
        for j in np.flatnonzero(upper != self.upper[: len(upper)]).tolist():
            self.variables[j].SetUb(float(upper[j]))
        self.upper[: len(upper)] = upper
        done = self.solver.Solve(self.parameters) == pywraplp.Solver.OPTIMAL
        self.pivots += self.solver.iterations()
        return float(self.solver.Objective().Value()) if done else None

    def values(self, k: int | None = None) -> Floats:
        """[k] of the first k variables, or of all, where ``solve`` found something."""
        return np.array([v.solution_value() for v in self.variables[:k]])

    def reduced(self, k: int) -> Floats:
        """[k] reduced costs of the first k variables, where ``solve`` found something."""
        return np.array([v.reduced_cost() for v in self.variables[:k]])
