"""A shift from new hours, its meal and breaks after the model of another."""

from __future__ import annotations

import datetime as dt
from itertools import chain, pairwise

import numpy as np
import pandas as pd

from forecasts.grid import Grid
from staffing.centre import Centre
from staffing.files.rests import rested
from staffing.files.roster_text import AgentDay, Piece, Spans, reshaped
from staffing.rostering.roster import BREAK, MEAL
from staffing.rostering.team import Agent
from staffing.sizing.channels import kind_of

MEAL_FROM = pd.Timedelta(hours=6)


def shaped(spans: Spans, agent: Agent, day: dt.date, centre: Centre, like: AgentDay | None) -> tuple[Piece, ...]:
    """The shift of these hours, off when there are none, shaped like ``like``.

    Meal and breaks move with the start; hours of one stretch keep the meal where it falls inside them. Where a rule
    refuses them there, they are placed anew: see ``staffing.files.rests``. Hours off the queues are spent while these
    are closed. ValueError where the clock jumps.
    """
    if not spans:
        return ()
    grid, told = centre.grid, spans
    if like is None:
        made = reshaped((), spans, agent.skills[0].queue)
        return off_closed(rested(made, agent, day, centre) if len(told) == 1 else made, agent, centre)
    base = moved(like, day, grid)
    late = int((spans[0][0] - base[0].start).total_seconds() // 60)
    base = moved(like, day, grid, late)
    if len(spans) == 1 and spans[0][1] - spans[0][0] >= MEAL_FROM:
        meals = [p for p in base if p.activity == MEAL and spans[0][0] < p.start and p.end < spans[0][1]]
        edges = [spans[0][0], *(t for p in meals for t in (p.start, p.end)), spans[0][1]]
        spans = tuple(zip(edges[::2], edges[1::2], strict=True))
    made = served(reshaped(base, spans, agent.skills[0].queue), agent)
    return off_closed(rested(made, agent, day, centre) if len(told) == 1 else made, agent, centre)


def off_closed(pieces: tuple[Piece, ...], agent: Agent, centre: Centre) -> tuple[Piece, ...]:
    """The same hours, those in which all the agent's queues are closed on the work off them that the contract has."""
    contract = centre.team.contract(agent.contract)
    if not contract.off_queue_h or not pieces:
        return pieces
    queues = [centre.queue(skill.queue) for skill in agent.skills]
    days = sorted({t.date() for t in (pieces[0].start, pieces[-1].end)})
    opening = sorted({(d, *span) for q in queues for d in days for span in q.opening.on(d)})
    is_open = [(centre.grid.at(day, opens), centre.grid.at(day, closes)) for day, opens, closes in opening]
    live, made = {q.name for q in queues if kind_of(q.kind).live}, list[Piece]()
    for piece in pieces:
        edges = sorted({t for t in (piece.start, piece.end, *chain(*is_open)) if piece.start <= t <= piece.end})
        for low, high in pairwise(edges if piece.activity in live else (piece.start, piece.end)):
            off = piece.activity in live and not any(opens <= low < closes for opens, closes in is_open)
            word = contract.off_queue_activity if off else piece.activity
            joins = bool(made) and (made[-1].end, made[-1].activity) == (low, word)
            made.append(Piece(made.pop().start if joins else low, high, word))
    return tuple(made)


def moved(day: AgentDay, to: dt.date, grid: Grid, minutes: int = 0) -> tuple[Piece, ...]:
    """The shift on another day at the same clock times, or ``minutes`` later. ValueError where the clock jumps."""
    ahead = pd.Timedelta(days=(to - day.day).days, minutes=minutes)
    naive = [t.tz_localize(None) + ahead for p in day.pieces for t in (p.start, p.end)]
    there = grid.from_clock(pd.DatetimeIndex(naive), np.zeros(len(naive), dtype=bool))
    if there.isna().any():
        raise ValueError("the clock jumps over these hours that day")
    return tuple(Piece(there[2 * i], there[2 * i + 1], p.activity) for i, p in enumerate(day.pieces))


def served(pieces: tuple[Piece, ...], agent: Agent) -> tuple[Piece, ...]:
    """The same hours on queues the agent can serve."""
    own = {skill.queue for skill in agent.skills} | {MEAL, BREAK}
    return tuple(p if p.activity in own else Piece(p.start, p.end, agent.skills[0].queue) for p in pieces)
