"""Minimum staff: a queue is never left to fewer than ``min_agents`` people, whatever their pace, while it is open.

A promise: each hour of a person below it costs ``min_staff_eur_h``, far more than a plain shortage, and where it cannot
be kept the roster names queue and hours. Two faces: ``with_promise`` for the engine, ``below`` and ``unkept`` for a
finished roster.

The engine counts agents at their pace over a whole interval, and takes those who are there to be the slowest who serve
the queue: never more than what is missing (``with_people`` adds the rest), so that its bound holds.
"""

from __future__ import annotations

import dataclasses
from collections.abc import Iterator

import numpy as np
import pandas as pd

from staffing.centre import Centre
from staffing.rostering.cost import Cost
from staffing.rostering.instance import Demand, Floats
from staffing.rostering.roster import Reason, Roster
from staffing.rostering.verify import coverage_of, mean_present, seconds_of
from staffing.rostering.worked import present
from staffing.sizing.requirement import Requirement

NEAR = 1e-6
FINE_MIN = 5
"""People are counted so often: breaks and shifts begin and end on such minutes."""


def with_promise(demand: Demand, least: Floats, eur: Floats) -> Demand:
    """``demand`` with ``eur`` [Q] more for each agent-slot below ``least`` [T, Q]: one more price step, still convex.

    The steps are cut anew at their old edges and at ``least``; an agent below it is worth ``eur`` more.
    """
    if not least.any():
        return demand
    edges = np.sort(np.append(demand.filled, least[..., None], axis=2), axis=2)
    step = (edges[..., None] >= demand.filled[..., None, :] - NEAR).sum(axis=3) - 1
    worth = np.take_along_axis(demand.worth, step, axis=2) + eur[:, None] * (edges < least[..., None] - NEAR)
    width = np.append(np.diff(edges, axis=2), demand.width[..., -1:], axis=2)
    over = np.maximum(least - demand.filled[..., -1], 0.0)  # people beyond the need are still people too many
    return dataclasses.replace(demand, width=width, worth=worth, level=demand.level - demand.worth[..., -1] * over)


def seen_by_the_engine(queues: tuple[str, ...], centre: Centre) -> Iterator[tuple[Floats, Floats]]:
    """Pairs (``least``, ``eur``) [Q] for ``with_promise``, one for each pace among the slowest people who keep it.

    With paces p1 < p2 < ... whose people bring E1 < E2 < ... agents together, each before them included, those who
    bring n agents are at most so many people that what is missing costs the sum of
    ``eur * (1 / p_k - 1 / p_k+1) * max(0, E_k - n)``, the last pace with 1 / p_k alone.
    """
    found = [_slopes(_slowest(queue, centre)) for queue in queues]
    for k in range(max(map(len, found), default=0)):
        pairs = np.array([slopes[k] if k < len(slopes) else (0.0, 0.0) for slopes in found])
        yield pairs[:, 0], pairs[:, 1] * centre.goals.min_staff_eur_h


def _slowest(queue: str, centre: Centre) -> list[float]:
    """Paces of as many people as are promised, the slowest who serve the queue, ascending."""
    least = centre.queue(queue).min_agents
    paces = sorted(s.proficiency for a in centre.team.agents for s in a.skills if s.queue == queue)[:least]
    return paces + [paces[-1] if paces else 1.0] * (least - len(paces))


def _slopes(paces: list[float]) -> list[tuple[float, float]]:
    """(agents up to the last of each pace, 1 / pace less 1 / the next)."""
    own = sorted(set(paces))
    steps = [1 / pace for pace in own] + [0.0]
    return [(sum(p for p in paces if p <= pace), steps[k] - steps[k + 1]) for k, pace in enumerate(own)]


def with_people(roster: Roster, requirement: Requirement, centre: Centre) -> Roster:
    """The roster with what the engine did not see of people below the promise in its cost."""
    if roster.proof is None or not any(centre.queue(queue).min_agents for queue in requirement.queues):
        return roster
    coverage, hours = coverage_of(roster, requirement, centre), requirement.grid.interval_h
    place, there = coverage["queue"].map(requirement.queues.index), coverage["scheduled"].to_numpy(dtype=float)
    seen_eur = 0.0
    for least, eur_h in seen_by_the_engine(requirement.queues, centre):
        seen_eur += hours * float(np.maximum(least[place] - there, 0.0) @ eur_h[place])
    unseen_eur = sum(cost.eur for cost in below(roster, requirement, centre)) - seen_eur
    return dataclasses.replace(roster, proof=roster.proof.costing(unseen_eur))


def people_on(queue: str, roster: Roster, requirement: Requirement, centre: Centre) -> pd.Series[float]:
    """People on a queue in every ``FINE_MIN`` minutes of its open intervals: a mean over half an hour would not show
    that all of them are at break at once."""
    grid = requirement.grid
    starts = pd.DatetimeIndex(requirement.frame["start"][requirement.frame["queue"] == queue])
    parts = [starts + pd.Timedelta(minutes=after) for after in range(0, grid.interval_min, FINE_MIN)]
    fine = pd.DatetimeIndex(np.concatenate([part.tz_convert("UTC").tz_localize(None) for part in parts]))
    fine = fine.sort_values().tz_localize("UTC").tz_convert(starts.tz)
    rows = present(roster, centre)
    rows = rows[rows["activity"] == queue]
    spans = seconds_of(rows["start"]), seconds_of(rows["end"])
    there = mean_present(*spans, np.ones(len(rows)), seconds_of(pd.Series(fine)), 60 * FINE_MIN)
    return pd.Series(there, index=fine)


def below(roster: Roster, requirement: Requirement, centre: Centre) -> Iterator[Cost]:
    """Hours of people below the promise, by queue."""
    for queue in requirement.queues:
        least = centre.queue(queue).min_agents
        amount = 0.0
        if least:
            missing = np.maximum(least - people_on(queue, roster, requirement, centre), 0.0)
            amount = float(missing.sum()) * FINE_MIN / 60
        yield Cost("min_staff", queue, amount, amount * centre.goals.min_staff_eur_h)


def unkept(roster: Roster, requirement: Requirement, centre: Centre) -> tuple[Reason, ...]:
    """Where the promise is not kept: by queue and day, the spans and the fewest people there."""
    found: list[Reason] = []
    for queue in (q for q in requirement.queues if centre.queue(q).min_agents):
        least, there = centre.queue(queue).min_agents, people_on(queue, roster, requirement, centre)
        short = there[there < least - NEAR]
        for day, rows in short.groupby(pd.DatetimeIndex(short.index).date, sort=True):
            spans, fewest = _spans(rows.index.to_series()), int(rows.min() + NEAR)
            found.append(Reason("min_staff", queue, f"{day} {spans}: {fewest} of {least} agents promised"))
    return tuple(found)


def _spans(starts: pd.Series) -> str:
    """Clock spans of ``FINE_MIN`` minutes, those that touch joined."""
    length = pd.Timedelta(minutes=FINE_MIN)
    first = (starts != starts.shift() + length).cumsum()
    return ", ".join(f"{s.iloc[0]:%H:%M}-{s.iloc[-1] + length:%H:%M}" for _, s in starts.groupby(first))
