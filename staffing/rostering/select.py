"""Exact choice of one tour per agent among given tours (OR-Tools, HiGHS).

    min  sum_j eur_j z_j - sum_tqp worth_tqp y_tqp
    s.t. sum_{j of a} z_j = 1                                   each agent a
         sum_q f_tsq - sum_{j of profile s} duty_jt z_j = others_ts     each slot t, profile s
         sum_p y_tqp - sum_s pace_sq f_tsq = base_tq            each slot t, queue q
         0 <= y_tqp <= width_tqp,  f >= 0,  z binary

The flows f from skill profiles to queues and the steps y are whole by themselves once z is, for whole demand.
"""

from __future__ import annotations

import dataclasses
import itertools
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from ortools.linear_solver.python import model_builder_helper

from staffing.rostering.instance import Demand, Floats, Instance, Ints, Tours, on_duty, tour_eur

NODES, LIMIT_S = 20, 20.0
PLAIN = "output_flag=false,mip_allow_restart=false,mip_heuristic_run_rins=false,mip_heuristic_run_rens=false"
"""Of HiGHS: smaller searches inside the search, and starting anew, cost half the time and find nothing here."""
WHOLE = 1e-6
"""A share of a week so near to 0 or 1 is taken for it."""
CLOSE = 0.001
"""Share of the cost that a choice may lie above the best: proving the last thousandth takes most of the time."""


@dataclass(frozen=True)
class Selection:
    """``rows`` [agents] chosen rows of the tours offered; ``cost_eur`` with shortage and surplus inside; ``bound_eur``
    of the choice among these tours; ``optimal`` whether proven; ``flow`` [T, S, Q] people of each profile on each
    queue, those on duty already among them."""

    rows: Ints
    cost_eur: float
    bound_eur: float
    optimal: bool
    flow: Floats


@dataclass(frozen=True)
class _Columns:
    """Numbering of the variables: tours, then flows (t, s, q), then steps (t, q, p)."""

    tours: int
    flow: Ints
    steps: int

    @property
    def total(self) -> int:
        return self.tours + len(self.flow) + self.steps


def select(
    whole: Instance,
    tours: Tours,
    others: Floats,
    *,
    under_eur: float = np.inf,
    seconds: float = LIMIT_S,
    close: float = CLOSE,
) -> Selection | None:
    """Choose among ``tours`` beside ``others`` [T, S] agents on duty already, to the share ``close`` of the cost; None
    when nothing under ``under_eur`` can be, or none was found within ``NODES`` of the search tree (a count, so that a
    busy machine chooses alike).

    The relaxation comes first (GLOP): it often chooses whole weeks by itself, and weeks whose reduced cost lifts it
    over ``under_eur`` are not asked again. No hint is given: one makes HiGHS 1.12 end the process.
    """
    instance, queues, elsewhere_eur = _concerned(whole, tours, others)
    duty, eur = on_duty(instance, tours).astype(float), tour_eur(instance, tours)
    present = np.unique(np.concatenate([instance.profile_of[tours.agent], np.flatnonzero(others.any(axis=0))]))
    flow = np.array(
        [(t, s, q) for s in present for q in np.flatnonzero(instance.pace[s] > 0) for t in range(len(duty.T))]
    )
    columns = _Columns(len(tours), flow, instance.demand.width.size)
    matrix, right = _rows(instance, tours, duty, others, columns)
    model = model_builder_helper.ModelBuilderHelper()
    upper = np.concatenate([np.ones(len(tours)), np.full(len(flow), 1e4), instance.demand.width.ravel()])
    cost = np.concatenate([eur, np.zeros(len(flow)), -instance.demand.worth.ravel()])
    lower, upper = np.zeros(columns.total), np.minimum(upper, 1e4)
    model.fill_model_from_sparse_data(lower, upper, cost, right, right, matrix)  # type: ignore[arg-type]
    model.set_objective_offset(float(instance.demand.empty_eur.sum()) + elsewhere_eur)
    solver = _relaxed(model, len(tours), under_eur)
    relaxed = solver is not None
    if solver is None:
        solver = _whole(model, len(tours), seconds, close)
    if not solver.has_solution():
        return None
    total = float(solver.objective_value())
    bound = total if relaxed else float(solver.best_objective_bound())
    if bound > under_eur:
        return None
    values = np.asarray(solver.variable_values())
    chosen = np.flatnonzero(values[: len(tours)] > 0.5)
    people = np.zeros((whole.slots, *whole.pace.shape))
    people[flow[:, 0], flow[:, 1], queues[flow[:, 2]]] = values[len(tours) : len(tours) + len(flow)]
    return Selection(chosen, total, bound, total - bound < 1e-3, people)


def _relaxed(
    model: model_builder_helper.ModelBuilderHelper, tours: int, under_eur: float
) -> model_builder_helper.ModelSolverHelper | None:
    """The relaxation, where it chooses whole weeks or lies above ``under_eur``; else None, and in the model the weeks
    are left out that are too dear for ``under_eur``."""
    solver = model_builder_helper.ModelSolverHelper("glop")
    solver.solve(model)
    if not solver.has_solution():
        return None
    share = np.asarray(solver.variable_values())[:tours]
    if solver.objective_value() > under_eur or np.abs(share - share.round()).max() < WHOLE:
        return solver
    dear = np.asarray(solver.reduced_costs())[:tours] > under_eur - solver.objective_value()
    for j in np.flatnonzero(dear).tolist():
        model.set_var_upper_bound(j, 0.0)
    return None


def _whole(
    model: model_builder_helper.ModelBuilderHelper, tours: int, seconds: float, close: float
) -> model_builder_helper.ModelSolverHelper:
    """The choice of whole weeks (HiGHS)."""
    for j in range(tours):
        model.set_var_integrality(j, True)
    solver = model_builder_helper.ModelSolverHelper("highs")
    solver.set_solver_specific_parameters(f"{PLAIN},mip_max_nodes={NODES},mip_rel_gap={close}")
    solver.set_time_limit_in_seconds(seconds)
    solver.solve(model)
    return solver


def _concerned(instance: Instance, tours: Tours, others: Floats) -> tuple[Instance, Ints, float]:
    """(the instance with only the queues that somebody here serves, which those are, the cost of the rest)."""
    profiles = np.unique(np.concatenate([instance.profile_of[tours.agent], np.flatnonzero(others.any(axis=0))]))
    here = (instance.pace[profiles] > 0).any(axis=0)
    demand = instance.demand
    elsewhere = float(demand.cost(demand.base)[:, ~here].sum())
    level = np.broadcast_to(demand.level, demand.base.shape)[:, here]
    less = Demand(demand.width[:, here], demand.worth[:, here], demand.base[:, here], level)
    names = tuple(itertools.compress(instance.queues, here))
    return (
        dataclasses.replace(instance, queues=names, demand=less, pace=instance.pace[:, here]),
        np.flatnonzero(here),
        elsewhere,
    )


def _rows(
    instance: Instance, tours: Tours, duty: Floats, others: Floats, columns: _Columns
) -> tuple[sp.csr_matrix, Floats]:
    """(the constraint matrix, its right-hand side): agents, then (t, s), then (t, q)."""
    agents, mine = np.unique(tours.agent, return_inverse=True)
    slots, queues, steps = instance.demand.width.shape
    profiles = len(instance.pace)
    t, s, q = columns.flow.T
    first_flow, first_step = columns.tours, columns.tours + len(columns.flow)
    at_profile, at_queue = len(agents), len(agents) + slots * profiles
    j, slot = np.nonzero(duty)
    step = np.arange(columns.steps)
    row = [mine, at_profile + slot * profiles + instance.profile_of[tours.agent[j]], at_profile + t * profiles + s]
    col = [np.arange(len(tours)), j, first_flow + np.arange(len(t))]
    value = [np.ones(len(tours)), -duty[j, slot], np.ones(len(t))]
    row += [at_queue + t * queues + q, at_queue + step // steps]
    col += [first_flow + np.arange(len(t)), first_step + step]
    value += [-instance.pace[s, q], np.ones(len(step))]
    shape = (at_queue + slots * queues, columns.total)
    matrix = sp.csr_matrix((np.concatenate(value), (np.concatenate(row), np.concatenate(col))), shape=shape)
    right = np.concatenate([np.ones(len(agents)), others.ravel(), instance.demand.base.ravel()])
    return matrix, right


def distinct(tours: Tours) -> Tours:
    """Each (agent, choice) once, sorted by agent."""
    table = np.concatenate([tours.agent[:, None], tours.choice.reshape(len(tours), -1)], axis=1)
    rows = np.unique(table, axis=0, return_index=True)[1]
    return tours.of(rows)
