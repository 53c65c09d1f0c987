"""Level 2's service as sizing predicts it, against the week played contact by contact, interval by interval.

    python -m tests.benchmarks.two_levels [--sample reference] [--week 2026-W49] [--weeks-played 60]

Every queue gets exactly the agents sizing asks for (no shrinkage, one skill each, nobody leaves early). Prints by queue
the root of the mean squared difference of interval service levels, weighted by contacts, and the worst interval.
"""

from __future__ import annotations

import argparse
from dataclasses import replace
from pathlib import Path

import numpy as np
import pandas as pd

from forecasts.grid import Week
from staffing.centre import Centre
from staffing.gate.read import read_centre
from staffing.plan import forecast_week
from staffing.rostering.roster import Roster
from staffing.rostering.team import Agent, Skill
from staffing.simulation.play import Play
from staffing.simulation.simulate import simulate
from staffing.simulation.tally import parts
from staffing.sizing.channels import kind_of
from staffing.sizing.options import Sizing
from staffing.sizing.requirement import Requirement
from staffing.sizing.size import size

SAMPLES = Path(__file__).parents[2] / "data_samples"


def exactly(need: Requirement, centre: Centre) -> tuple[Centre, Roster]:
    """A team and a roster that give every open interval of every queue the agents it asks for, rounded up."""
    step = pd.Timedelta(minutes=centre.grid.interval_min)
    agents, rows = [], []
    for queue in centre.queues:
        own = need.frame[need.frame["queue"] == queue.name]
        wanted = np.ceil(own["agents"].to_numpy() - 1e-9).astype(int)
        for k in range(int(wanted.max(initial=0))):
            name = f"{queue.name}-{k}"
            agents.append(Agent(name, name, queue.level, (Skill(queue.name, 1.0),), centre.team.contracts[0].name))
            on = own["start"][wanted > k]
            runs = (on.diff() != step).cumsum()
            rows += [(name, run.iloc[0], run.iloc[-1] + step, queue.name) for _, run in on.groupby(runs)]
    frame = pd.DataFrame(rows, columns=["agent", "start", "end", "activity"])
    team = replace(centre.team, agents=tuple(agents), absences=(), commitments=())
    return replace(centre, team=team), Roster(need.week, centre.grid, frame, None, ())


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--sample", default="reference")
    parser.add_argument("--week", default="2026-W49")
    parser.add_argument("--weeks-played", type=int, default=60)
    parser.add_argument("--method", default="auto")
    given = parser.parse_args()
    week, centre = Week.parse(given.week), replace(read_centre(SAMPLES / given.sample), shrinkage=())
    forecast = forecast_week(centre, week)
    need = size(forecast, centre, week, options=replace(Sizing(), method=given.method))
    centre, roster = exactly(need, centre)
    play = Play(at_least=given.weeks_played, at_most=given.weeks_played, uncertain=False, absences=False)
    played = simulate(roster, forecast, centre, options=play)
    starts = centre.grid.week(week)
    for number, queue in enumerate(centre.queues):
        if not kind_of(queue.kind).live:
            continue
        above, below = parts(queue.target, played.counts[:, :, number].sum(axis=0).astype(float))
        own = need.frame[need.frame["queue"] == queue.name]
        at = np.searchsorted(starts, pd.DatetimeIndex(own["start"]))
        seen = below[at] >= 30
        found, thought = above[at][seen] / below[at][seen], own["service_level"].to_numpy()[seen]
        weight = below[at][seen]
        rms = float(np.sqrt(np.average((found - thought) ** 2, weights=weight)))
        noise = float(np.sqrt(np.average(found * (1 - found) / weight, weights=weight)))
        worst = int(np.argmax(np.abs(found - thought)))
        print(
            f"level {queue.level} {queue.name:12s} rms {rms:.4f} (noise of the play alone {noise:.4f}), worst "
            f"{found[worst]:.3f} for {thought[worst]:.3f} at {own['start'].to_numpy()[seen][worst]}, mean "
            f"{np.average(found, weights=weight):.3f} for {np.average(thought, weights=weight):.3f}"
        )


if __name__ == "__main__":
    main()
