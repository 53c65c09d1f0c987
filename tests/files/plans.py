"""A planned week to export: the tiny centre with many agents and a seeded roster; no engine needed."""

from __future__ import annotations

import dataclasses
import datetime as dt
import random

import numpy as np
import pandas as pd

from forecasts.distribution import Forecast
from forecasts.grid import Grid, Week
from staffing.files.roster_text import AgentDay, Piece, frame_of
from staffing.plan import Plan
from staffing.rostering.roster import BREAK, MEAL, Roster
from staffing.rostering.rules.rule import Breach
from staffing.rostering.team import Agent, Skill, Team
from staffing.rostering.verify import Verification
from staffing.sizing.requirement import COLUMNS, Requirement
from tests import tiny


def shift(agent: str, day: dt.date, start_min: int, grid: Grid, draw: random.Random) -> AgentDay:
    """A shift of 7 or 8 hours with a break and a meal."""
    marks = [0, 105, 120, 240, 300, 420 + 60 * draw.randrange(2)]
    words = ["front", BREAK, "front", MEAL, draw.choice(["front", "expert", "meeting"])]
    at = [grid.at(day, start_min + mark) for mark in marks]
    return AgentDay(agent, day, tuple(Piece(a, b, w) for a, b, w in zip(at, at[1:], words, strict=False)))


def roster(agents: tuple[str, ...], week: Week, grid: Grid, seed: int = 1) -> Roster:
    draw = random.Random(seed)
    days = [
        shift(agent, day, 30 * draw.randrange(14, 22), grid, draw)
        for agent in agents
        for day in week.days
        if draw.random() < 0.7
    ]
    return Roster(week, grid, frame_of(days, grid))


def plan(agents: int = 20, seed: int = 1, week: Week = tiny.WEEK, grid: Grid = tiny.GRID) -> Plan:
    people = tuple(Agent(f"a{i}", f"Zoé N° {i}", 1, (Skill("front"),), "full") for i in range(1, agents + 1))
    centre = tiny.centre()
    centre = dataclasses.replace(centre, grid=grid, team=Team(people, centre.team.contracts))
    made = roster(tuple(a.id for a in people), week, grid, seed)
    start = grid.at(week.monday, 540)
    coverage = pd.DataFrame(
        {"start": [start], "queue": ["front"], "required": [3.0], "scheduled": [2.5], "shortage": [0.5]}
    )
    breach = Breach("rest", "a1", start.to_pydatetime(), "10 h", "11 h", "L3131-1")
    hours = pd.DataFrame({"agent": [a.id for a in people], "hours_paid": 35.0})
    seen = Verification((breach,), coverage, hours, 3.0, 0.5, 0.0)
    return Plan(centre, week, "as expected", forecast(grid), requirement(week, grid), made, seen)


def requirement(week: Week, grid: Grid) -> Requirement:
    start = grid.at(week.monday, 540)
    row = dict(zip(COLUMNS, (start, "front", 3.0, 2.0, "Erlang A", 0.8, 12.0, 300.0, 0.7), strict=True))
    return Requirement(week, grid, pd.DataFrame([row]), np.zeros((1, 4), dtype=np.float32))


def forecast(grid: Grid) -> Forecast:
    names = ("start", "channel", "contacts", "aht_s", "aht_cv", "p025", "p10", "p90", "p975", "model_contacts")
    start = grid.at(tiny.WEEK.monday, 540)
    row = dict(zip(names, (start, "phone", 12.0, 300.0, 0.8, 6.0, 8.0, 16.0, 19.0, 12.0), strict=True))
    return Forecast(grid=grid, frame=pd.DataFrame([row]), spreads=(), correlation=None, accuracy=(), notes=())
