"""Whose Saturday it is, where contracts promise them in turns (``rules.saturday_turns``).

A week planned by itself would give a Saturday to everybody who helps a little, and leave nobody for the next one.
So the engine lets at most the promised share of those alike (same contract, same queues) work on a Saturday: for one
in two, half of them, those first whose last Saturday is longest ago. The rule itself, and who reads a finished roster
by it, know nothing of this; a roster that is kept or locked is not touched by it.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from math import ceil

import pandas as pd

from forecasts.grid import Week
from staffing.centre import Centre
from staffing.rostering.rules.rule import Rule
from staffing.rostering.rules.saturday_turns import SATURDAY, SaturdayTurns
from staffing.rostering.team import Agent, Team
from staffing.rostering.worked import absent_days, shift_starts


def out_of_turn(centre: Centre, week: Week, rules: dict[str, tuple[Rule, ...]]) -> frozenset[str]:
    """Agents who may work on the Saturday of ``week`` by the rule, and whose turn it is not. ``rules`` by contract.

    Who is away that week, or has hours of availability, is left all the days there are.
    """
    turns = {name: r for name, mine in rules.items() for r in mine if isinstance(r, SaturdayTurns)}
    turns = {name: rule for name, rule in turns.items() if rule.most < rule.weeks}
    if not turns:
        return frozenset()
    known, alike = _saturdays(centre.team.past), defaultdict[tuple[str, frozenset[str]], list[Agent]](list)
    for agent in centre.team.agents:
        if agent.contract in turns and week.days[SATURDAY] not in absent_days(agent, centre, week):
            alike[agent.contract, frozenset(s.queue for s in agent.skills)].append(agent)
    held = [
        agent
        for (contract, _), mine in alike.items()
        for agent in _after_the_share(mine, turns[contract], known, week)
        if not agent.availability and not absent_days(agent, centre, week)
    ]
    return frozenset(agent.id for agent in held) - _locked(centre.team, week)


def _after_the_share(
    alike: list[Agent], rule: SaturdayTurns, known: dict[str, set[dt.date]], week: Week
) -> list[Agent]:
    """Of those free to work on the Saturday, the ones beyond the share, in order of their last."""
    first = week.monday - dt.timedelta(weeks=rule.weeks - 1)
    before = {a.id: sorted(day for day in known.get(a.id, ()) if day < week.monday) for a in alike}
    free = [a for a in alike if sum(day >= first for day in before[a.id]) < rule.most]
    free.sort(key=lambda a: (before[a.id][-1:] or [dt.date.min], len(before[a.id])))
    return free[ceil(len(alike) * rule.most / rule.weeks) :]


def _saturdays(past: pd.DataFrame | None) -> dict[str, set[dt.date]]:
    """The Saturdays of the past roster, by agent."""
    if past is None or past.empty:
        return {}
    starts = shift_starts(past)
    saturdays = starts[starts.dt.day_of_week == SATURDAY].dt.date
    return {str(agent): set(mine) for agent, mine in saturdays.groupby(past["agent"], observed=True)}


def _locked(team: Team, week: Week) -> frozenset[str]:
    """Who has something locked on that Saturday."""
    if team.locked is None or team.locked.empty:
        return frozenset()
    return frozenset(team.locked["agent"][shift_starts(team.locked).dt.date == week.days[SATURDAY]])
