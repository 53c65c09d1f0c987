"""Hours off the queues that a contract sets aside: drafting, watch, upkeep of the knowledge base by experts.

``off_queue_h`` a week, less in a week of leave, given in blocks of ``off_queue_block_min``; meetings and trainings
count. A promise: the engine places the blocks where callers miss the agent least, and what found no room is named.
Two faces: ``set_aside`` for the engine, ``unkept`` for a finished roster.
"""

from __future__ import annotations

from forecasts.grid import Week
from staffing.centre import Centre
from staffing.rostering.hours import hours_owed
from staffing.rostering.roster import BREAK, MEAL, Reason
from staffing.rostering.rules.rule import WorkedWeek
from staffing.rostering.team import Agent, Commitment, Contract

STEP_MIN = 15


def promised_min(agent: Agent, centre: Centre, week: Week) -> int:
    """Minutes off the queues promised to ``agent`` in ``week``: the contract's, by the share of its hours owed then,
    in whole quarters of an hour."""
    share = hours_owed(agent, centre, week) / centre.team.hours_week(agent)
    return int(centre.team.contract(agent.contract).off_queue_h * 60 * share + 1e-6) // STEP_MIN * STEP_MIN


def set_aside(agent: Agent, centre: Centre, week: Week) -> tuple[Commitment, ...]:
    """Blocks the engine has to place beside the agent's own commitments of the week."""
    days = set(week.days)
    known = sum(
        c.minutes
        for c in centre.team.commitments
        if c.agent == agent.id and (c.start.date() in days if c.start is not None else not c.days or days & set(c.days))
    )
    return blocks(agent, centre.team.contract(agent.contract), promised_min(agent, centre, week) - known)


def blocks(agent: Agent, contract: Contract, left_min: int) -> tuple[Commitment, ...]:
    """So many minutes off the queues in the contract's blocks; none where nothing is left."""
    longest = contract.off_queue_block_min
    cuts = (min(longest, left_min - at) for at in range(0, left_min, longest))
    return tuple(Commitment(agent.id, contract.off_queue_activity, minutes) for minutes in cuts)


def unkept(weeks: tuple[WorkedWeek, ...], centre: Centre) -> tuple[Reason, ...]:
    """Who works on the queues and has fewer hours off them than promised."""
    found: list[Reason] = []
    for week in weeks:
        promised = promised_min(week.agent, centre, Week.of(week.days[0])) / 60
        if not promised or not week.shifts:
            continue
        off = {q.name for q in centre.queues} | {MEAL, BREAK}
        segments = (s for shift in week.shifts for s in shift.segments if s.activity not in off)
        there = sum((s.end - s.start).total_seconds() for s in segments) / 3600
        if there < promised - 1e-6:
            detail = f"{there:g} h off the queues of {promised:g} h promised"
            found.append(Reason("off_queue_hours", week.agent.id, detail))
    return tuple(found)
