"""One absence this morning at 200 agents: seconds of a repair, people touched, shortage recovered, law kept.

``python -m tests.benchmarks.replan [agents] [seconds]``. The first run of the engine is not counted.
"""

from __future__ import annotations

import dataclasses
import sys
import time

import numpy as np

from forecasts.grid import Grid, Opening
from staffing.rostering.assign import Solve, assign
from staffing.rostering.replan import replan
from staffing.rostering.team import Absence
from staffing.rostering.verify import verify
from tests import tiny
from tests.rostering import small

OPENING = Opening(weekdays=(((480, 1200),),) * 5 + (((540, 840),), ()))


def main(agents: int = 200, seconds: float = 40.0) -> None:
    """Print one line an absence."""
    contract = dataclasses.replace(small.DAY_SHIFT, rules="fr_private_idcc2098", flex_h=1.0, overtime_max_h=2.0)
    centre = small.centre(agents, contract=contract, experts=agents // 4)
    grid = Grid("Europe/Paris", 15)
    need = small.requirement({"front": 0.33 * agents, "expert": 0.1 * agents}, grid=grid, opening=OPENING)
    centre = dataclasses.replace(centre, grid=grid)
    roster = assign(need, centre, tiny.WEEK, options=Solve(seconds=seconds))
    found = verify(roster, need, centre)
    print(f"{agents} agents, demand met {found.demand_met:.3f}, breaches {len(found.breaches)}, {roster.proof}")
    day, spent = tiny.WEEK.days[1], []
    there = sorted(set(roster.frame.loc[roster.frame["start"].dt.date == day, "agent"]))
    for agent in there[:: max(1, len(there) // 10)]:
        began = time.process_time()
        made = replan(roster, need, centre, absences=(Absence(agent, day, day),))
        spent.append(time.process_time() - began)
        new = set(verify(made.roster, need, made.centre).breaches) - set(found.breaches)
        print(
            f"{agent}: {spent[-1]:.2f} s, {len(made.touched)} touched, recovered {made.recovered:.2f} of "
            f"{made.short_absent - made.short_before:.2f} h, new breaches {len(new)}"
        )
    print(f"median {np.median(spent):.2f} s, worst {max(spent):.2f} s")


if __name__ == "__main__":
    main(*(kind(text) for kind, text in zip((int, float), sys.argv[1:], strict=False)))
