"""Queues that nobody, or not enough people, can fill: named before any roster is made."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterator

from forecasts.grid import Week
from staffing.centre import Centre
from staffing.rostering.hours import usual_h
from staffing.rostering.roster import Reason
from staffing.rostering.team import Agent
from staffing.sizing.requirement import Requirement

MOST_QUEUES_LISTED = 10


def too_few(requirement: Requirement, centre: Centre, week: Week) -> tuple[Reason, ...]:
    """Queues that the team cannot fill however it is rostered, the smallest such sets of queues.

    ``nobody_qualified``: no agent has the skill. ``too_few_qualified``: at some hour more agents are needed than
    have the skill. ``too_few_hours``: the hours needed on these queues exceed the most that everybody qualified for
    any of them may work (Hall's condition; sets of queues are listed up to ten queues, else one by one and all).
    """
    found = [r for queue in requirement.queues for r in _too_few_at_once(queue, requirement, centre)]
    alone = {r.subject for r in found if r.kind == "nobody_qualified"}
    queues = [q for q in requirement.queues if q not in alone]
    sizes = range(1, len(queues) + 1) if len(queues) <= MOST_QUEUES_LISTED else (1, len(queues))
    short: list[frozenset[str]] = []
    needed_h = dict(requirement.frame.groupby("queue")["agents"].sum() * requirement.grid.interval_h)
    there_h = defaultdict[frozenset[str], float](float)  # by the queues that somebody serves
    for agent in centre.team.agents:
        there_h[frozenset(q for q in queues if agent.serves(q))] += _most_h(agent, centre, week)
    for group in itertools.chain.from_iterable(itertools.combinations(queues, n) for n in sizes):
        if any(known <= set(group) for known in short):
            continue
        needed = sum(needed_h[q] for q in group)
        there = sum(hours for served, hours in there_h.items() if served & set(group))
        if needed > there + 1e-6:
            short.append(frozenset(group))
            detail = f"{needed:.1f} h needed, at most {there:.1f} h of qualified work"
            found.append(Reason("too_few_hours", ", ".join(group), detail))
    return tuple(found)


def _too_few_at_once(queue: str, requirement: Requirement, centre: Centre) -> Iterator[Reason]:
    pace = [s.proficiency for a in centre.team.agents for s in a.skills if s.queue == queue]
    need = requirement.of(queue)["agents"]
    if not pace and need.max() > 0:
        yield Reason("nobody_qualified", queue, f"{need.sum() * requirement.grid.interval_h:.1f} h needed")
    elif need.max() > sum(pace) + 1e-6:
        when = f"{need.idxmax():%Y-%m-%d %H:%M}"
        yield Reason("too_few_qualified", queue, f"{need.max():.1f} agents needed at {when}, {len(pace)} qualified")


def _most_h(agent: Agent, centre: Centre, week: Week) -> float:
    return usual_h(agent, centre, week)[1] + centre.team.contract(agent.contract).overtime_max_h
