"""Exact choice of one tour per agent among given tours (OR-Tools: branch and bound on GLOP's relaxations).

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

NODES = 24
"""Relaxations of one choice, at most: nearly all that is found is found by then, the rest would be proof."""
WHOLE = 1e-6
"""A share of a week so near to 0 or 1 is taken for it."""
CENT = 0.01
"""EUR: what is not cheaper by as much is as good."""


@dataclass(frozen=True)
class Selection:
    """``rows`` [agents] chosen rows of the tours offered; ``cost_eur`` with shortage and surplus inside; ``optimal``
    whether nothing among these tours is cheaper by a cent; ``flow`` [T, S, Q] people of each profile on each queue,
    those on duty already among them."""

    rows: Ints
    cost_eur: float
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
    whole: Instance, tours: Tours, others: Floats, *, under_eur: float = np.inf, nodes: int = NODES
) -> Selection | None:
    """Choose among ``tours`` beside ``others`` [T, S] agents on duty already; None when nothing under ``under_eur`` was
    found within ``nodes`` relaxations (a count, so that a busy machine chooses alike)."""
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
    values, total, optimal = _cheapest(model, tours.agent, under_eur, nodes)
    if values is None:
        return None
    people = np.zeros((whole.slots, *whole.pace.shape))
    people[flow[:, 0], flow[:, 1], queues[flow[:, 2]]] = values[len(tours) : len(tours) + len(flow)]
    return Selection(np.flatnonzero(values[: len(tours)] > 0.5), total, optimal, people)


def _cheapest(
    model: model_builder_helper.ModelBuilderHelper, agent: Ints, under_eur: float, nodes: int
) -> tuple[Floats | None, float, bool]:
    """(values of the best choice of whole weeks, its cost, whether proven): depth first, the week with the largest
    share of its ``agent`` [n] first for good, then left out; weeks too dear for ``under_eur`` are left out for good."""
    best, allowed, waiting = None, np.ones(len(agent)), [np.ones(len(agent))]
    while waiting and nodes:
        asked, nodes = waiting.pop(), nodes - 1
        for j in np.flatnonzero(asked != allowed).tolist():
            model.set_var_upper_bound(j, float(asked[j]))
        allowed = asked
        solver = model_builder_helper.ModelSolverHelper("glop")
        solver.solve(model)
        if not solver.has_solution() or solver.objective_value() > under_eur:
            continue
        total, values = float(solver.objective_value()), np.asarray(solver.variable_values())
        share = values[: len(agent)]
        if np.abs(share - share.round()).max() < WHOLE:
            best, under_eur = (values, total), total - CENT
            continue
        dear = np.asarray(solver.reduced_costs())[: len(agent)] > under_eur - total
        without = np.where(dear, 0.0, asked)
        j = int(np.where(share < 1 - WHOLE, share, 0.0).argmax())
        alone = np.where(agent == agent[j], 0.0, without)
        without[j], alone[j] = 0.0, 1.0
        waiting += [without, alone]
    return (None, np.inf, False) if best is None else (*best, not waiting)


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
