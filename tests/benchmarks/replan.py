"""Somebody is absent, at 200 agents: seconds of a repair, people touched, shortage recovered, law kept.

``python -m tests.benchmarks.replan [agents] [seconds] [absences] [weeks of past]``. The first run of the engine is not
counted. Absences are drawn over all agents and days; the worst of them is what counts.
"""

from __future__ import annotations

import dataclasses
import sys
import time

import numpy as np
import pandas as pd

from forecasts.grid import Grid, Opening
from staffing.centre import Centre
from staffing.rostering.assign import Solve, assign
from staffing.rostering.replan import replan
from staffing.rostering.roster import Roster
from staffing.rostering.team import Absence
from staffing.rostering.verify import verify
from staffing.sizing.requirement import Requirement
from tests import tiny
from tests.rostering import small

OPENING = Opening(weekdays=(((480, 1200),),) * 5 + (((540, 840),), ()))
SEED = 7


def question(agents: int) -> tuple[Requirement, Centre]:
    """A quarter of them experts, six days, hours that move by one and two of overtime."""
    contract = dataclasses.replace(small.DAY_SHIFT, rules="fr_private_idcc2098", flex_h=1.0, overtime_max_h=2.0)
    grid = Grid("Europe/Paris", 15)
    need = small.requirement({"front": 0.33 * agents, "expert": 0.1 * agents}, grid=grid, opening=OPENING)
    return need, dataclasses.replace(small.centre(agents, contract=contract, experts=agents // 4), grid=grid)


def with_past(centre: Centre, roster: Roster, weeks: int) -> Centre:
    """The centre in which the same roster was worked in each of so many weeks before."""
    rows = []
    for week in range(1, weeks + 1):
        earlier = roster.frame.copy()
        for edge in ("start", "end"):
            clock = earlier[edge].dt.tz_localize(None) - pd.Timedelta(weeks=week)
            earlier[edge] = clock.dt.tz_localize(roster.grid.tz)
        rows.append(earlier)
    past = pd.concat(rows, ignore_index=True) if rows else None
    return dataclasses.replace(centre, team=dataclasses.replace(centre.team, past=past))


def main(agents: int = 200, seconds: float = 40.0, absences: int = 60, weeks: int = 12) -> None:
    """Print one line an absence, then the median and the worst."""
    need, centre = question(agents)
    roster = assign(need, centre, tiny.WEEK, options=Solve(seconds=seconds))
    centre = with_past(centre, roster, weeks)
    found = verify(roster, need, centre)
    print(f"{agents} agents, demand met {found.demand_met:.3f}, breaches {len(found.breaches)}, {roster.proof}")
    frame, rng = roster.frame, np.random.default_rng(SEED)
    there = sorted(set(zip(frame["agent"], frame["start"].dt.date, strict=True)))
    spent, recovered, touched, broken = list[float](), list[float](), list[int](), 0
    for at in rng.choice(len(there), absences, replace=False):
        agent, day = there[at]
        began = time.process_time()
        made = replan(roster, need, centre, absences=(Absence(agent, day, day),))
        spent.append(time.process_time() - began)
        new = set(verify(made.roster, need, made.centre).breaches) - set(found.breaches)
        broken += len(new)
        recovered.append(made.recovered)
        touched.append(len(made.touched))
        print(
            f"{agent} {day}: {spent[-1]:.2f} s, {len(made.touched)} touched, recovered {made.recovered:.2f} of "
            f"{made.short_absent - made.short_before:.2f} h, {len(made.offers)} offers, new breaches {len(new)}"
        )
    print(
        f"median {np.median(spent):.2f} s, worst {max(spent):.2f} s; recovered {np.mean(recovered):.2f}, touched "
        f"{np.mean(touched):.1f} on average; new breaches {broken}"
    )


if __name__ == "__main__":
    main(*(kind(text) for kind, text in zip((int, float, int, int), sys.argv[1:], strict=False)))
