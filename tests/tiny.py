"""One tiny centre that every test can reason about: a phone queue, an expert queue, four agents, four weeks."""

from __future__ import annotations

import datetime as dt

import numpy as np
import pandas as pd

from forecasts.distribution import Forecast, Spread
from forecasts.grid import Grid, Opening, Week
from forecasts.history import COLUMNS, ChannelHours, History
from staffing.centre import Centre, Channel, Queue, Transfer
from staffing.rostering.team import Agent, Contract, Skill, Team
from staffing.targets import ServiceLevel

WEEK = Week.parse("2026-W49")
GRID = Grid("Europe/Paris", 30)
NINE_TO_FIVE = Opening(weekdays=(((540, 1020),),) * 5 + ((), ()))


def history(weeks: int = 4, seed: int = 1) -> History:
    """Poisson calls, 12 per open interval, handle time 300 s, for the weeks before WEEK."""
    first, last = WEEK.plus(-weeks).monday, WEEK.monday - dt.timedelta(days=1)
    starts = GRID.span(first, last)
    starts = starts[NINE_TO_FIVE.mask(starts)]
    offered = np.random.default_rng(seed).poisson(12.0, len(starts)).astype(float)
    frame = pd.DataFrame({"start": starts, "channel": "phone", "offered": offered, "aht_s": 300.0})
    for column in ("handled", "abandoned", "wait_s"):
        frame[column] = np.nan
    return History(GRID, frame[list(COLUMNS)], (ChannelHours("phone", NINE_TO_FIVE),))


def forecast(contacts: float = 12.0, cv: float = 0.1) -> Forecast:
    """That many calls of 300 s in every open half hour of WEEK, the day's rate varying by ``cv``."""
    starts = GRID.week(WEEK)
    frame = pd.DataFrame({"start": starts[NINE_TO_FIVE.mask(starts)], "channel": "phone", "contacts": contacts})
    for column, value in (("p10", contacts), ("p90", contacts), ("aht_s", 300.0), ("aht_cv", 1.0)):
        frame[column] = value
    return Forecast(GRID, frame, (Spread("phone", cv),))


def team() -> Team:
    """Three generalists and one expert, 35 h, neutral rules."""
    contract = Contract("full", rules="neutral", hours_week=35.0, cost_eur_h=25.0)
    generalists = tuple(
        Agent(f"a{i}", f"Agent {i}", level=1, skills=(Skill("front"),), contract="full") for i in (1, 2, 3)
    )
    expert = Agent("a4", "Agent 4", level=2, skills=(Skill("expert"), Skill("front")), contract="full")
    return Team((*generalists, expert), (contract,))


def centre() -> Centre:
    """Calls enter at ``front``; a fifth of those handled go on to ``expert``."""
    phone = Channel("phone", "phone", "front", NINE_TO_FIVE, 300.0, (Transfer("expert", 0.2, 420.0),))
    front = Queue("front", 1, "phone", NINE_TO_FIVE, ServiceLevel(0.8, 20.0), patience_s=180.0)
    expert = Queue("expert", 2, "phone", NINE_TO_FIVE, ServiceLevel(0.7, 75.0), patience_s=300.0)
    return Centre("tiny", GRID, (phone,), (front, expert), team(), history())
