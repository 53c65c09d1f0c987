"""What changed days would do before they are kept: new breaches, hours missing more or less, EUR."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping
from dataclasses import dataclass, replace

from staffing.files.roster_text import AgentDay, Piece, frame_of
from staffing.rostering.changes import Change, Reading
from staffing.rostering.closed import ClosedWork, closed_work
from staffing.rostering.rules.rule import Breach, Shift
from staffing.rostering.verify import breaches_of
from staffing.rostering.worked import shifts_by_agent

Days = Mapping[tuple[str, dt.date], tuple[Piece, ...]]


@dataclass(frozen=True)
class Effect:
    """``breaches`` that were not there before, ``less_h`` shortage hours taken away, ``eur`` the roster costs
    more (see ``Reading.effect``); ``closed`` live work in those days while its queue is closed."""

    breaches: tuple[Breach, ...]
    less_h: float
    eur: float
    closed: tuple[ClosedWork, ...] = ()


def effect_of(reading: Reading, days: Days) -> Effect:
    """The same roster with these agent-days instead; only their agents are read again."""
    before, eur, new = reading.shortage_h, 0.0, list[Breach]()
    for agent in dict.fromkeys(agent for agent, _ in days):
        week = reading.weeks[agent]
        shifts = _shifts(reading, agent, {day: pieces for (who, day), pieces in days.items() if who == agent})
        old = set(breaches_of((week,), reading.centre))
        new += [b for b in breaches_of((replace(week, shifts=shifts),), reading.centre) if b not in old]
        more, _ = reading.effect(agent, shifts)
        eur += more
        moment = reading.requirement.frame["start"].iloc[0]
        reading = reading.after(Change("edit", agent, reading.requirement.queues[0], moment, shifts, more, 0.0, 0.0))
    made = frame_of([AgentDay(agent, day, pieces) for (agent, day), pieces in days.items()], reading.roster.grid)
    return Effect(tuple(new), before - reading.shortage_h, eur, closed_work(made, reading.centre))


def _shifts(reading: Reading, agent: str, days: Mapping[dt.date, tuple[Piece, ...]]) -> tuple[Shift, ...]:
    """An agent's week with those days anew."""
    kept = [s for s in reading.weeks[agent].shifts if s.start.date() not in days]
    made = frame_of([AgentDay(agent, day, pieces) for day, pieces in days.items()], reading.roster.grid)
    return tuple(sorted([*kept, *shifts_by_agent(made).get(agent, ())], key=lambda s: s.start))
