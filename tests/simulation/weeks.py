"""Hand-made weeks: a flat forecast on the tiny centre, and rosters of so many agents all day."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd

from forecasts.distribution import Forecast, Spread
from staffing.centre import Centre
from staffing.rostering.roster import COLUMNS, Roster
from staffing.rostering.team import Agent, Skill, Team
from tests import tiny


def centre(front: int = 8, expert: int = 3) -> Centre:
    """The tiny centre with more people: ``front`` generalists and ``expert`` experts."""
    made = tiny.centre()
    people = [Agent(f"a{i}", f"Agent {i}", 1, (Skill("front"),), "full") for i in range(front)]
    people += [Agent(f"e{i}", f"Expert {i}", 2, (Skill("expert"),), "full") for i in range(expert)]
    return dataclasses.replace(made, team=Team(tuple(people), made.team.contracts))


def forecast(contacts: float = 30.0, *, day_cv: float = 0.0, aht_cv: float = 1.0) -> Forecast:
    """So many calls of 300 s each half-hour, nine to five, Monday to Friday."""
    starts = tiny.GRID.week(tiny.WEEK)
    starts = starts[tiny.NINE_TO_FIVE.mask(starts)]
    frame = pd.DataFrame({"start": starts, "channel": "phone", "contacts": contacts, "p10": 0.0, "p90": 99.0})
    frame["aht_s"], frame["aht_cv"] = 300.0, aht_cv
    return Forecast(tiny.GRID, frame, (Spread("phone", day_cv),))


def roster(made: Centre, absent: tuple[str, ...] = ()) -> Roster:
    """Everybody on the queue of the first skill, nine to five, lunch at 12:30 or 13:00, Monday to Friday."""
    rows = []
    for number, agent in enumerate(a for a in made.team.agents if a.id not in absent):
        noon = 750 + 30 * (number % 2)
        for day in tiny.WEEK.days[:5]:
            cuts = [
                (540, noon, agent.skills[0].queue),
                (noon, noon + 30, "meal"),
                (noon + 30, 1020, agent.skills[0].queue),
            ]
            rows += [(agent.id, tiny.GRID.at(day, a), tiny.GRID.at(day, b), word) for a, b, word in cuts]
    frame = pd.DataFrame(rows, columns=list(COLUMNS)).sort_values(["agent", "start"], ignore_index=True)
    return Roster(tiny.WEEK, tiny.GRID, frame)


def no_meal(given: Roster) -> Roster:
    """The same people, at work without a pause."""
    frame = given.frame.copy()
    queue = frame.groupby("agent")["activity"].transform("first")
    frame["activity"] = np.where(frame["activity"] == "meal", queue, frame["activity"])
    return dataclasses.replace(given, frame=frame)
