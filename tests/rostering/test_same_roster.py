"""Same files, same seed, one worker: the same roster, in any process and in whatever order a process keeps sets."""

from __future__ import annotations

import dataclasses
import os
import subprocess
import sys
from pathlib import Path

from staffing.rostering.assign import Solve, assign
from staffing.rostering.team import Wishes
from tests import tiny
from tests.rostering import small


def solved() -> str:
    """A roster under turns, a team and wishes, with its proof and reasons."""
    turns = dataclasses.replace(
        small.DAY_SHIFT, rules="fr_private_idcc2098", flex_h=2.0, account_h=10.0,
        limits=(("saturday_turns", "weeks", 2),),
    )  # fmt: skip
    made = small.centre(6, contract=turns, experts=2)
    agents = tuple(
        dataclasses.replace(a, together="team" if i < 2 else "", wishes=Wishes(avoid_late=i == 3, weekdays_off=(i,)))
        for i, a in enumerate(made.team.agents)
    )
    centre = dataclasses.replace(made, team=dataclasses.replace(made.team, agents=agents))
    need = small.requirement({"front": 3, "expert": 1})
    roster = assign(need, centre, tiny.WEEK, options=Solve(0.2, repeatable=True))
    assert roster.proof is not None
    return f"{roster.frame.to_csv(index=False)}{roster.proof.cost_eur} {roster.proof.bound_eur} {roster.reasons}"


def test_another_order_of_sets_in_another_process_gives_the_same_roster() -> None:
    told = subprocess.run(
        [sys.executable, "-c", f"from {__name__} import solved; print(solved())"],
        env={**os.environ, "PYTHONHASHSEED": "77"}, text=True, capture_output=True, check=True,
        cwd=Path(__file__).parents[2],
    )  # fmt: skip
    assert "front" in told.stdout and told.stdout.strip() == solved()
