"""What more means would bring to a short interval: an hour more on a contract, an agent trained for one more queue.

Each is asked by reading the same roster with the means given: what then is lawful and was not before. The price is of
this week and this change alone: no training, no hiring.
"""

from __future__ import annotations

import copy
from collections.abc import Iterator
from dataclasses import replace

import pandas as pd

from staffing.centre import Centre
from staffing.rostering.changes import Change, Reading, changes_at
from staffing.rostering.rules.rule import WorkedWeek
from staffing.rostering.team import Contract, Skill

HOUR = 1.0
LONGER = ("extend", "extra_shift")


def more_means(reading: Reading, queue: str, moment: pd.Timestamp) -> list[Change]:
    """The best change that an hour more on each contract allows, and the best that one agent trained for ``queue``
    allows, cheapest first; ``detail`` names the contract, or the queue."""
    found = [*_hours(reading, queue, moment), *_skills(reading, queue, moment)]
    return sorted(found, key=lambda change: (change.eur, change.agent, change.kind))


def _hours(reading: Reading, queue: str, moment: pd.Timestamp) -> Iterator[Change]:
    """One a contract: who could come or stay if their week had one hour more."""
    for contract in reading.centre.team.contracts:
        mine = [w for w in reading.weeks.values() if w.contract.name == contract.name and w.agent.serves(queue)]
        if not mine:
            continue
        longer = replace(contract, hours_week=contract.hours_week + HOUR)
        given = _given(reading, {w.agent.id: _longer(w, longer) for w in mine}, longer)
        for change in changes_at(given, queue, moment):
            if change.kind in LONGER and not reading.lawful(change.agent, change.shifts):
                yield replace(change, kind="contract_hour", detail=contract.name)
                break


def _longer(week: WorkedWeek, contract: Contract) -> WorkedWeek:
    own = week.agent.hours_week
    return replace(week, contract=contract, agent=replace(week.agent, hours_week=None if own is None else own + HOUR))


def _skills(reading: Reading, queue: str, moment: pd.Timestamp) -> Iterator[Change]:
    """The one whose new skill, at the mean pace of those who have it, would serve best."""
    there = [w.agent for w in reading.weeks.values() if any(map(w.agent.in_post, w.days))]
    paces = [s.proficiency for agent in there for s in agent.skills if s.queue == queue]
    skill = Skill(queue, sum(paces) / len(paces) if paces else 1.0)
    weeks = {
        w.agent.id: replace(w, agent=replace(w.agent, skills=(*w.agent.skills, skill)))
        for w in reading.weeks.values()
        if not w.agent.serves(queue) and w.shifts
    }
    if weeks:
        changes = changes_at(_given(reading, weeks, None), queue, moment)
        yield from (replace(change, kind="cross_train", detail=queue) for change in changes[:1])


def _given(reading: Reading, weeks: dict[str, WorkedWeek], contract: Contract | None) -> Reading:
    """The same roster read with these agents and this contract; only they are asked to change."""
    new = copy.copy(reading)
    new.weeks, new.centre = weeks, _centre(reading.centre, weeks, contract)
    new._readers, new._paid_h, new._tiers, new.asked = {}, {}, {}, {}
    new._verdicts = {}
    return new


def _centre(centre: Centre, weeks: dict[str, WorkedWeek], contract: Contract | None) -> Centre:
    team = centre.team
    agents = tuple(weeks[a.id].agent if a.id in weeks else a for a in team.agents)
    contracts = tuple(contract if contract and c.name == contract.name else c for c in team.contracts)
    return replace(centre, team=replace(team, agents=agents, contracts=contracts))
