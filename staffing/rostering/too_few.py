"""Queues that nobody, or not enough people, can fill: named before any roster is made."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Iterator

import pandas as pd

from forecasts.grid import Week
from staffing.centre import Centre
from staffing.rostering.closings import too_long
from staffing.rostering.hours import open_h, usual_h
from staffing.rostering.roster import Reason
from staffing.rostering.team import Agent
from staffing.rostering.timeline import timeline
from staffing.sizing.requirement import Requirement

MOST_QUEUES_LISTED = 10


def too_few(requirement: Requirement, centre: Centre, week: Week) -> tuple[Reason, ...]:
    """Queues that the team cannot fill however it is rostered, the smallest such sets of queues.

    ``nobody_qualified``: no agent in post has the skill. ``too_few_qualified``: at some hour more agents are needed
    than have the skill, at their pace. ``no_shift_fits``: no contract of theirs has a shift as short as that day's
    opening hours. ``too_few_hours``: the hours needed on these queues exceed the most that everybody qualified for
    any of them may work (Hall's condition; sets of queues are listed up to ten queues, else one by one and all).
    ``closing_too_long``: contracts whose hours are out of reach because no shift of theirs spans a closing at midday.
    """
    found = [r for queue in requirement.queues for r in _too_few_at_once(queue, requirement, centre)]
    found += [r for queue in requirement.queues for r in _no_shift_fits(queue, requirement, centre)]
    found += dict.fromkeys(_closing_too_long(requirement, centre))
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


def _closing_too_long(requirement: Requirement, centre: Centre) -> Iterator[Reason]:
    line = timeline(requirement)
    for agent in centre.team.agents:
        closing = too_long(agent, requirement, centre, line)
        if closing is not None:
            told = closing.told
            detail = (
                f"closed {told['spans']}, the longest meal is {told['longest']} min: no shift spans that; a meal of "
                f"{told['minutes']} min (meal_min) or work off the queues then (off_queue_h, off_queue_hours) would"
            )
            yield Reason("closing_too_long", agent.contract, detail)


def _too_few_at_once(queue: str, requirement: Requirement, centre: Centre) -> Iterator[Reason]:
    need = requirement.of(queue)["agents"]
    starts = pd.DatetimeIndex(need.index)
    skilled = [(agent, s.proficiency) for agent in centre.team.agents for s in agent.skills if s.queue == queue]
    paces = {day: [pace for agent, pace in skilled if agent.in_post(day)] for day in dict.fromkeys(starts.date)}
    if not any(paces.values()) and need.max() > 0:
        yield Reason("nobody_qualified", queue, f"{need.sum() * requirement.grid.interval_h:.1f} h needed")
        return
    missing = need.to_numpy(dtype=float) - [sum(paces[start.date()]) for start in starts]
    at = int(missing.argmax()) if len(missing) else -1
    if at >= 0 and missing[at] > 1e-6:
        most, when, there = float(need.iloc[at]), f"{starts[at]:%Y-%m-%d %H:%M}", paces[starts[at].date()]
        count, paced = len(there), sum(there)
        detail = f"{most:.1f} agents needed at {when}, {count} qualified"
        if abs(paced - count) >= 0.05:
            detail = f"{most:.1f} agents needed at {when}, {count} qualified who are worth {paced:.1f}"
        yield Reason("too_few_qualified", queue, detail)


def _no_shift_fits(queue: str, requirement: Requirement, centre: Centre) -> Iterator[Reason]:
    need = requirement.of(queue)["agents"]
    days: list[str] = []
    room_h, least_h = 0.0, 0.0
    for day in dict.fromkeys(pd.DatetimeIndex(need.index[need > 0]).date):
        there = [a for a in centre.team.agents if a.serves(queue) and a.in_post(day)]
        shortest = [(open_h(a, centre, day), centre.team.contract(a.contract).shift_min_h) for a in there]
        if shortest and all(room < least for room, least in shortest):
            days.append(f"{day}")
            room_h, least_h = min(shortest, key=lambda pair: pair[1] - pair[0])
    if days:
        named = ", ".join(days)
        yield Reason("no_shift_fits", queue, f"{named}: open {room_h:g} h, the shortest shift is {least_h:g} h")


def _most_h(agent: Agent, centre: Centre, week: Week) -> float:
    return usual_h(agent, centre, week)[1] + centre.team.contract(agent.contract).overtime_max_h
