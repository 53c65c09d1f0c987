"""Small rostering questions: requirements made by hand, centres of a few agents."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd

from forecasts.grid import Grid, Opening, Week
from staffing.centre import Centre, Goals
from staffing.rostering.team import Agent, Contract, Skill, Team
from staffing.sizing.requirement import COLUMNS, Requirement
from tests import tiny

DAY_SHIFT = Contract("full", "neutral", 35.0, 25.0, shift_min_h=5.0, shift_max_h=9.0, meal_min=(45, 60), break_min=15)


def requirement(
    need: dict[str, float], *, grid: Grid = tiny.GRID, week: Week = tiny.WEEK, opening: Opening = tiny.NINE_TO_FIVE
) -> Requirement:
    """``need`` agents on each queue in every open interval of the week."""
    starts = grid.week(week)
    starts = starts[opening.mask(starts)]
    rows = []
    for queue in sorted(need):
        frame = pd.DataFrame({"start": starts, "queue": queue, "agents": need[queue], "load_erl": need[queue] * 0.8})
        rows.append(frame)
    frame = pd.concat(rows, ignore_index=True)
    frame["model"] = "given"
    for column, value in (("service_level", 0.8), ("arrivals", 10.0), ("aht_s", 300.0), ("occupancy", 0.8)):
        frame[column] = value
    return Requirement(week, grid, frame[list(COLUMNS)], np.full((len(frame), 2), np.nan, dtype=np.float32))


def centre(agents: int = 4, *, contract: Contract = DAY_SHIFT, experts: int = 1, goals: Goals | None = None) -> Centre:
    """``agents`` people on ``front``, the last ``experts`` of them on ``expert`` too."""
    people = []
    for i in range(agents):
        expert = i >= agents - experts
        skills = (Skill("front"), Skill("expert")) if expert else (Skill("front"),)
        people.append(Agent(f"a{i}", f"Agent {i}", 2 if expert else 1, skills, contract.name))
    team = Team(tuple(people), (contract,))
    return dataclasses.replace(tiny.centre(), team=team, goals=goals or Goals())
