"""Centres of our own under the French private pack, open six days 8-20 h or every day 7-23 h, where rests bind.

    python -m tests.benchmarks.rostering_weeks --agents 50 200 --seeds 41 42 --grid 30 15 --seconds 60

The same team and the same hours of need stand in both openings. One line a run: breaches read by clock times, gap,
demand met, first roster. The seven-day week is solved twice: without its rests, which tells how many weeks break them
when nobody asks, and with them, for twice the processor time; that line tells how long it took to the gap of the week
without rests, and to that of six days.
"""

from __future__ import annotations

import argparse
import dataclasses
import json
import time

import numpy as np
import pandas as pd

from forecasts.grid import Grid, Opening
from staffing.centre import Centre, Goals
from staffing.rostering.assign import Solve, answerable, roster_of, solve
from staffing.rostering.roster import Progress
from staffing.rostering.team import Agent, Contract, Skill, Team, Wishes
from staffing.rostering.verify import verify
from staffing.sizing.requirement import Requirement
from tests import tiny
from tests.rostering import small

SIX = Opening(weekdays=(((480, 1200),),) * 5 + (((480, 1080),), ()))
SEVEN = Opening(weekdays=(((420, 1380),),) * 7)
FULL = Contract(
    "full", "fr_private_idcc2098", 35.0, 25.0, shift_min_h=5.0, shift_max_h=9.0, meal_min=(30, 45, 60),
    break_min=15, max_days=6, sundays=True,
)  # fmt: skip
PART = dataclasses.replace(FULL, name="part", hours_week=26.0, flex_h=2.0)
WEEKDAY = np.array([1.25, 1.05, 0.95, 0.95, 0.9, 0.5, 0.45])
WORKING_SHARE = 0.93
"""Of paid hours, what breaks leave."""


def team(agents: int, seed: int) -> Team:
    """A third are experts, two in five of them on the front too; three in ten part-time."""
    rng = np.random.default_rng([seed, agents])
    people = []
    for i in range(agents):
        expert = i % 3 == 2
        skills = (Skill("expert"),) if expert and rng.random() < 0.6 else (Skill("front"),)
        skills += (Skill("front"),) if expert and skills[0].queue == "expert" and rng.random() < 0.4 else ()
        contract = PART if rng.random() < 0.3 else FULL
        wishes = Wishes(start_min=int(rng.choice([480, 540, 600, 720])), avoid_late=bool(rng.random() < 0.3))
        people.append(Agent(f"a{i}", f"Agent {i}", 1 + expert, skills, contract.name, wishes=wishes))
    return Team(tuple(people), (FULL, PART))


def need(team: Team, grid: Grid, opening: Opening, seed: int) -> Requirement:
    """Two peaks a day, noise, as many hours as the team has."""
    rng, contracts = np.random.default_rng([seed, 7]), {c.name: c for c in team.contracts}
    made = small.requirement({"front": 1.0, "expert": 1.0}, grid=grid, opening=opening)
    frame = made.frame.copy()
    clock = pd.DatetimeIndex(frame["start"])
    minute = np.asarray(clock.hour * 60 + clock.minute)
    shape = 0.18 + np.exp(-(((minute - 630) / 95) ** 2)) + 0.75 * np.exp(-(((minute - 900) / 110) ** 2))
    shape = shape * WEEKDAY[np.asarray(clock.day_of_week)] * rng.normal(1.0, 0.05, len(frame))
    for queue in ("front", "expert"):
        here = np.asarray(frame["queue"] == queue)
        able = [a for a in team.agents if a.serves(queue)]
        hours = WORKING_SHARE * sum(contracts[a.contract].hours_week / len(a.skills) for a in able)
        shape[here] *= hours / grid.interval_h / shape[here].sum()
    frame["agents"] = np.maximum(np.round(shape), 1.0)
    return dataclasses.replace(made, frame=frame)


def centre_of(team: Team, grid: Grid, opening: Opening) -> Centre:
    base = tiny.centre()
    queues = tuple(dataclasses.replace(q, opening=opening) for q in base.queues)
    return dataclasses.replace(base, grid=grid, team=team, queues=queues, goals=Goals())


def run(
    agents: int, seed: int, grid_min: int, opening: Opening, seconds: float, *, rests: bool = True
) -> tuple[dict[str, object], list[tuple[float, float]]]:
    """(the line, (seconds, gap) of each word of progress) of one centre."""
    grid, people = Grid("Europe/Paris", grid_min), team(agents, seed)
    requirement, centre = need(people, grid, opening, seed), centre_of(people, grid, opening)
    question, options = answerable(requirement, centre, tiny.WEEK), Solve(seconds, 1)
    if not rests:
        asked = question.instance.people
        free = dataclasses.replace(asked, rest=0 * asked.rest, week_rest=0 * asked.week_rest)
        question = dataclasses.replace(question, instance=dataclasses.replace(question.instance, people=free))
    began, told = time.process_time(), list[tuple[float, float]]()

    def watch(progress: Progress) -> bool:
        if progress.cost_eur is not None:
            told.append((time.process_time() - began, progress.cost_eur))
        return True

    solution = solve(question.instance, options, watch=watch, now=time.process_time)
    spent = time.process_time() - began
    told.append((spent, solution.cost_eur))
    roster = roster_of(question, requirement, solution, options)
    found, proof = verify(roster, requirement, centre), roster.proof
    assert proof is not None
    line = {
        "agents": agents, "grid_min": grid_min, "seed": seed, "days": 6 if opening is SIX else 7, "rests": rests,
        "breaches": len(found.breaches), "left_out": len(question.reasons), "met_pct": round(100 * found.demand_met, 2),
        "cost": round(proof.cost_eur), "gap_pct": round(100 * proof.gap, 2), "gap_hours": round(proof.gap_hours, 1),
        "first_s": round(told[0][0], 2), "seconds": round(spent, 1),
    }  # fmt: skip
    return line, [(s, 1 - proof.bound_eur / eur) for s, eur in told]


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--agents", nargs="+", type=int, default=[50])
    parser.add_argument("--seeds", nargs="+", type=int, default=[41])
    parser.add_argument("--grid", nargs="+", type=int, default=[30, 15])
    parser.add_argument("--seconds", type=float, default=60.0)
    given = parser.parse_args()
    for agents in given.agents:
        for seed in given.seeds:
            for grid in given.grid:
                six, _ = run(agents, seed, grid, SIX, given.seconds)
                free, _ = run(agents, seed, grid, SEVEN, given.seconds, rests=False)
                seven, told = run(agents, seed, grid, SEVEN, 2 * given.seconds)
                for name, other in (("free", free), ("six", six)):
                    goal = float(str(other["gap_pct"])) / 100
                    when = next((s for s, gap in told if gap <= goal), None)
                    seven[f"gap_of_{name}_after_s"] = None if when is None else round(when, 1)
                for line in (six, free, seven):
                    print(json.dumps(line), flush=True)


if __name__ == "__main__":
    main()
