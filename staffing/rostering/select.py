"""Exact choice of one tour per agent among given tours: branch and bound on relaxations (``relaxation.py``).

    min  sum_j eur_j z_j - sum_tqp worth_tqp y_tqp
    s.t. sum_{j of a} z_j = 1                                   each agent a
         sum_q f_tsq - sum_{j of profile s} duty_jt z_j = 0     each slot t, profile s of several queues
         sum_p y_tqp - sum_s pace_sq f_tsq = base_tq            each slot t, queue q
         0 <= y_tqp <= width_tqp,  f >= 0,  z binary

The flows f from skill profiles to queues and the steps y are whole by themselves once z is, for a whole need; any other
is read at what people can cover (``whole_people.py``). Whoever has one queue is on it: their f is their duty, without a
column or a row of its own.
"""

from __future__ import annotations

import dataclasses
import itertools
from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp

from staffing.rostering.instance import Demand, Floats, Instance, Ints, Tours, on_duty, tour_eur
from staffing.rostering.relaxation import Relaxation
from staffing.rostering.whole_people import with_whole_people
from staffing.rostering.work import Work

NODES = 24
"""Relaxations of one choice, at most: nearly all that is found is found by then, the rest would be proof."""
WHOLE = 1e-6
"""A share of a week so near to 0 or 1 is taken for it."""
CENT = 0.01
"""EUR: what is not cheaper by as much is as good."""
ENDLESS = 1e4
"""Agents: more than any queue gets."""


@dataclass(frozen=True)
class Selection:
    """``rows`` [agents] chosen rows of the tours offered; ``cost_eur`` with shortage and surplus inside; ``optimal``
    whether nothing among these tours is cheaper by a cent; ``flow`` [T, S, Q] people of each profile on each queue."""

    rows: Ints
    cost_eur: float
    optimal: bool
    flow: Floats


@dataclass(frozen=True)
class _Columns:
    """Numbering of the variables: ``tours`` weeks, then flows ``flow`` [n, 3] (t, s, q), then ``steps`` (t, q, p).
    ``several`` profiles [n] have flows, ``sole`` [S] is the one queue of each other (-1: none)."""

    tours: int
    flow: Ints
    steps: int
    several: Ints
    sole: Ints

    @staticmethod
    def of(instance: Instance, tours: Tours) -> _Columns:
        """The variables of a choice among ``tours``."""
        can, present = instance.pace > 0, np.unique(instance.profile_of[tours.agent])
        several = present[can[present].sum(axis=1) > 1]
        flow = np.argwhere(np.broadcast_to(can[several], (instance.slots, len(several), can.shape[1])))
        flow[:, 1] = several[flow[:, 1]]
        sole = np.where(can.sum(axis=1) == 1, can.argmax(axis=1), -1)
        return _Columns(len(tours), flow, instance.demand.width.size, several, sole)

    @property
    def flows(self) -> slice:
        return slice(self.tours, self.tours + len(self.flow))

    @property
    def total(self) -> int:
        return self.tours + len(self.flow) + self.steps


def select(
    whole: Instance, tours: Tours, *, under_eur: float = np.inf, nodes: int = NODES, work: Work | None = None
) -> Selection | None:
    """Choose among ``tours``; None when nothing under ``under_eur`` was found within ``nodes`` relaxations (a count,
    so that a busy machine chooses alike). ``work`` counts it."""
    instance, queues, elsewhere_eur = _concerned(whole, tours)
    duty, demand, profile = on_duty(instance, tours).astype(float), instance.demand, instance.profile_of[tours.agent]
    columns = _Columns.of(instance, tours)
    matrix, right = _rows(instance, tours, duty, columns)
    upper = np.concatenate([np.ones(len(tours)), np.full(len(columns.flow), ENDLESS), demand.width.ravel()])
    cost = np.concatenate([tour_eur(instance, tours), np.zeros(len(columns.flow)), -demand.worth.ravel()])
    model = Relaxation(np.minimum(upper, ENDLESS), cost, float(demand.empty_eur.sum()) + elsewhere_eur, matrix, right)
    values, total, optimal = _cheapest(model, tours.agent, under_eur, nodes)
    if work is not None:
        work.choice(model.pivots, columns.total)
    if values is None:
        return None
    rows = np.flatnonzero(values[: len(tours)] > 0.5)
    people = np.zeros((whole.slots, *whole.pace.shape))
    t, s, q = columns.flow.T
    people[t, s, queues[q]] = values[columns.flows]
    alone = rows[columns.sole[profile[rows]] >= 0]
    for j in alone.tolist():
        people[:, profile[j], queues[columns.sole[profile[j]]]] += duty[j]
    return Selection(rows, total, optimal, people)


def _cheapest(model: Relaxation, agent: Ints, under_eur: float, nodes: int) -> tuple[Floats | None, float, bool]:
    """(values of the best choice of whole weeks, its cost, whether proven): depth first, the week with the largest
    share of its ``agent`` [n] first for good, then left out; weeks too dear for ``under_eur`` are left out for good."""
    best, waiting = None, [np.ones(len(agent))]
    while waiting and nodes:
        asked, nodes = waiting.pop(), nodes - 1
        total = model.solve(asked)
        if total is None or total > under_eur:
            continue
        share = model.values(len(agent))
        if np.abs(share - share.round()).max() < WHOLE:
            best, under_eur = (model.values(), total), total - CENT
            continue
        without = np.where(model.reduced(len(agent)) > under_eur - total, 0.0, asked)
        j = int(np.where(share < 1 - WHOLE, share, 0.0).argmax())
        alone = np.where(agent == agent[j], 0.0, without)
        without[j], alone[j] = 0.0, 1.0
        waiting += [without, alone]
    return (None, np.inf, False) if best is None else (*best, not waiting)


def _concerned(instance: Instance, tours: Tours) -> tuple[Instance, Ints, float]:
    """(the instance with only the queues that somebody here serves, which those are, the cost of the rest)."""
    here = np.asarray(instance.pace[instance.profile_of[tours.agent]].any(axis=0))
    demand = instance.demand
    elsewhere = float(demand.cost(demand.base)[:, ~here].sum())
    level = np.broadcast_to(demand.level, demand.base.shape)[:, here]
    less = Demand(demand.width[:, here], demand.worth[:, here], demand.base[:, here], level)
    names = tuple(itertools.compress(instance.queues, here))
    question = dataclasses.replace(instance, queues=names, demand=less, pace=instance.pace[:, here])
    return with_whole_people(question), np.flatnonzero(here), elsewhere


def _rows(instance: Instance, tours: Tours, duty: Floats, columns: _Columns) -> tuple[sp.csr_matrix, Floats]:
    """(the constraint matrix, its right-hand side): agents, then (t, s), then (t, q)."""
    agents, mine = np.unique(tours.agent, return_inverse=True)
    slots, queues, steps = instance.demand.width.shape
    n, number = len(columns.several), np.zeros(len(instance.pace), dtype=np.int64)
    number[columns.several] = np.arange(n)
    at_profile, at_queue = len(agents), len(agents) + slots * n
    j, slot = np.nonzero(duty)
    profile, there = instance.profile_of[tours.agent[j]], duty[j, slot]
    queue = columns.sole[profile]
    to_profile, to_queue = at_profile + slot * n + number[profile], at_queue + slot * queues + queue
    t, s, q = columns.flow.T
    step, flow = np.arange(columns.steps), columns.tours + np.arange(len(t))
    row = [mine, np.where(queue < 0, to_profile, to_queue), at_profile + t * n + number[s], at_queue + t * queues + q]
    row.append(at_queue + step // steps)
    col = [np.arange(len(tours)), j, flow, flow, columns.tours + len(t) + step]
    value = [np.ones(len(tours)), -there * np.where(queue < 0, 1.0, instance.pace[profile, queue]), np.ones(len(t))]
    value += [-instance.pace[s, q], np.ones(len(step))]
    shape = (at_queue + slots * queues, columns.total)
    matrix = sp.csr_matrix((np.concatenate(value), (np.concatenate(row), np.concatenate(col))), shape=shape)
    return matrix, np.concatenate([np.ones(len(agents)), np.zeros(slots * n), instance.demand.base.ravel()])


def distinct(tours: Tours) -> Tours:
    """Each (agent, choice) once, sorted by agent."""
    table = np.concatenate([tours.agent[:, None], tours.choice.reshape(len(tours), -1)], axis=1)
    rows = np.unique(table, axis=0, return_index=True)[1]
    return tours.of(rows)
