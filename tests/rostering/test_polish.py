"""The last touch: cheaper by every goal, lawful, no hop between queues more, and the same on every machine."""

from __future__ import annotations

import dataclasses

import pandas as pd
import pytest

from forecasts.grid import Opening
from staffing.centre import Centre
from staffing.rostering.costs import bill
from staffing.rostering.polish import asks_in, polished
from staffing.rostering.roster import BREAK, MEAL, Proof, Roster
from staffing.rostering.team import Agent, Contract, Skill
from staffing.rostering.verify import verify
from staffing.sizing.requirement import Requirement
from tests.rostering import small
from tests.rostering.test_costs import segments

MONDAY = Opening(weekdays=(((480, 1080),), (), (), (), (), (), ()))
CONTRACT = Contract("day", "neutral", 8.0, 25.0, shift_min_h=4.0, shift_max_h=9.0, meal_min=(60,), flex_h=4.0)
ENOUGH = 40


def centre(agent: Agent) -> Centre:
    made = small.centre(contract=CONTRACT)
    return dataclasses.replace(made, team=dataclasses.replace(made.team, agents=(agent,)))


def person(*queues: str) -> Agent:
    return Agent("a0", "Agent 0", 1, tuple(Skill(q) for q in queues), "day")


def need(**agents: dict[tuple[int, int], float]) -> Requirement:
    """On Monday from 8 to 18, of each queue so many agents from each (hour, minute) on."""
    made = small.requirement(dict.fromkeys(agents, 0.0), opening=MONDAY)
    clock = [(start.hour, start.minute) for start in made.frame["start"]]
    asked = [
        next((n for at, n in sorted(agents[queue].items(), reverse=True) if at <= now), 0.0)
        for queue, now in zip(made.frame["queue"], clock, strict=True)
    ]
    return dataclasses.replace(made, frame=made.frame.assign(agents=asked))


def proven(roster: Roster, asked: Requirement, whose: Centre) -> Roster:
    return dataclasses.replace(roster, proof=Proof("stopped", bill(roster, asked, whose).eur, 0.0, 1.0, 1, 25.0))


def day(*pieces: tuple[float, float, str]) -> Roster:
    return segments(*(("a0", 0, low, high, what) for low, high, what in pieces))


RUSH = need(front={(8, 0): 1.0, (12, 0): 3.0, (13, 0): 1.0})
MIDDAY_OFF = day((8, 12, "front"), (12, 13, MEAL), (13, 17, "front"))


def test_a_meal_in_the_rush_moves_and_the_cost_is_that_of_the_bill() -> None:
    alone = centre(person("front"))
    made = polished(proven(MIDDAY_OFF, RUSH, alone), RUSH, alone, ENOUGH)
    meal = made.frame[made.frame["activity"] == MEAL].iloc[0]
    assert meal["start"].hour != 12 and meal["end"] - meal["start"] == pd.Timedelta(hours=1)
    assert made.proof is not None and made.proof.cost_eur == pytest.approx(bill(made, RUSH, alone).eur)
    assert made.proof.cost_eur < bill(MIDDAY_OFF, RUSH, alone).eur - 1
    assert set(verify(made, RUSH, alone).breaches) <= set(verify(MIDDAY_OFF, RUSH, alone).breaches)
    again = polished(proven(MIDDAY_OFF, RUSH, alone), RUSH, alone, ENOUGH)
    pd.testing.assert_frame_equal(made.frame, again.frame)


def test_nothing_changes_without_time_nor_without_a_proof() -> None:
    alone = centre(person("front"))
    assert polished(MIDDAY_OFF, RUSH, alone, ENOUGH) is MIDDAY_OFF
    pd.testing.assert_frame_equal(polished(proven(MIDDAY_OFF, RUSH, alone), RUSH, alone, 0).frame, MIDDAY_OFF.frame)
    assert asks_in(10, 20) > 10 > asks_in(10, 1000) >= 0


def test_shifts_keep_their_starts_and_their_ends() -> None:
    asked, morning = need(front={(8, 0): 1.0}), day((8, 12, "front"))
    alone = centre(person("front"))
    made = polished(proven(morning, asked, alone), asked, alone, ENOUGH)
    pd.testing.assert_frame_equal(made.frame, morning.frame)


def test_nobody_hops_to_another_queue_for_a_quarter_of_an_hour() -> None:
    asked = need(front={(8, 0): 1.0}, expert={(10, 0): 1.0, (10, 30): 0.0})
    rest, both = day((8, 10, "front"), (10, 10.25, BREAK), (10.25, 13, "front")), centre(person("front", "expert"))
    made = polished(proven(rest, asked, both), asked, both, ENOUGH)
    served = made.frame[made.frame["activity"] == "expert"]
    assert served.empty or (served["end"] - served["start"]).sum() >= pd.Timedelta(minutes=both.goals.block_min)
