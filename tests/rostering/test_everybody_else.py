"""Beside every planted contradiction everybody else still gets a lawful week, and whom it touches is named."""

from __future__ import annotations

import dataclasses

import pytest

from forecasts.grid import Week
from staffing.centre import Centre
from staffing.rostering.assign import Solve, assign
from staffing.rostering.roster import Roster
from staffing.rostering.team import Commitment, Contract
from staffing.rostering.verify import Verification, verify
from staffing.sizing.requirement import Requirement
from tests import tiny
from tests.rostering import small, test_conflicts, test_conflicts_of_rules

NOBODY_CAN_WORK = "half an hour of work in a row at most"
STANDS = {
    "two locked shifts ten hours apart": "daily_rest",
    "a Sunday locked without a derogation": "sunday_rest",
    "a locked hour that leaves too little room": "contract_shift",
}
"""What was locked stays although a rule or the contract forbids it: the reading says so."""
OF_ONE = list(test_conflicts.PLANTED)
OF_RULES = [name for name in test_conflicts_of_rules.PLANTED if name != NOBODY_CAN_WORK]


def asked(name: str) -> tuple[Centre, Requirement, Week]:
    """The centre with the contradiction in it, and what it needs."""
    if name in test_conflicts.PLANTED:
        plant, _ = test_conflicts.PLANTED[name]
        return plant(small.centre()), test_conflicts.NEED, tiny.WEEK
    planted, _ = test_conflicts_of_rules.PLANTED[name]
    need = small.requirement({"front": 2, "expert": 1}, opening=planted.opening, week=planted.week)
    return planted.centre, need, planted.week


def rostered(name: str) -> tuple[Roster, Verification]:
    centre, need, week = asked(name)
    roster = assign(need, centre, week, options=Solve(0.1, repeatable=True))
    return roster, verify(roster, need, centre)


def is_everybodys(name: str) -> bool:
    """Whether the contract that all of them have makes the contradiction."""
    if name in test_conflicts.PLANTED:
        return asked(name)[0].team.contracts != small.centre().team.contracts
    planted, _ = test_conflicts_of_rules.PLANTED[name]
    return not (planted.available or planted.past or planted.locked)


@pytest.mark.parametrize("name", OF_ONE + OF_RULES)
def test_everybody_else_still_gets_a_lawful_week(name: str) -> None:
    roster, found = rostered(name)
    named = {reason.subject for reason in roster.reasons}
    hours = found.hours.set_index("agent")
    assert {(b.agent, b.rule) for b in found.breaches} == ({("a0", STANDS[name])} if name in STANDS else set())
    assert named == (set(hours.index) if is_everybodys(name) else {"a0"})
    as_owed, flex_h = [agent for agent in hours.index if agent not in named], asked(name)[0].team.contracts[0].flex_h
    assert ((hours["hours_paid"] - hours["hours_owed"])[as_owed].abs() <= flex_h).all()
    assert (hours["hours_paid"].drop("a0") > 0).all()


def test_where_the_law_lets_nobody_work_everybody_is_named_and_all_hours_are_short() -> None:
    roster, found = rostered(NOBODY_CAN_WORK)
    assert roster.frame.empty and found.breaches == ()
    assert [(r.kind, r.subject) for r in roster.reasons] == [("no_lawful_shift", f"a{i}") for i in range(4)]
    assert found.shortage_hours == found.required_hours > 0
    assert (found.coverage["shortage"] == found.coverage["required"]).all()


def test_thirty_kinds_and_more_are_planted() -> None:
    assert len({*OF_ONE, *OF_RULES, NOBODY_CAN_WORK}) == 36


MEAL_TOO_SHORT = Contract("short meals", "fr_private_idcc2098", 35.0, 25.0, meal_min=(30,), meal_from_h=4.0)


def test_a_contract_without_any_lawful_shift_keeps_nobody_else_from_a_week() -> None:
    centre = small.centre()
    first, *others = centre.team.agents
    agents = (dataclasses.replace(first, contract=MEAL_TOO_SHORT.name), *others)
    team = dataclasses.replace(centre.team, agents=agents, contracts=(*centre.team.contracts, MEAL_TOO_SHORT))
    need, centre = small.requirement({"front": 2, "expert": 1}), dataclasses.replace(centre, team=team)
    roster = assign(need, centre, tiny.WEEK, options=Solve(0.1, repeatable=True))
    assert [(r.kind, r.subject) for r in roster.reasons] == [("no_lawful_shift", "a0")]
    assert set(roster.frame["agent"]) == {"a1", "a2", "a3"}


def test_a_meeting_that_leaves_no_room_for_a_break_costs_the_meeting_and_nobody_their_week() -> None:
    """Every shift around these three hours needs a break during them: the branch lets nobody work more in a row."""
    contract = dataclasses.replace(small.DAY_SHIFT, rules="fr_private_idcc2098", shift_min_h=7.0)
    centre = small.centre(contract=contract)
    meeting = Commitment("a0", "meeting", 180, tiny.GRID.at(tiny.WEEK.days[1], 600))
    centre = dataclasses.replace(centre, team=dataclasses.replace(centre.team, commitments=(meeting,)))
    need = small.requirement({"front": 2, "expert": 1})
    roster = assign(need, centre, tiny.WEEK, options=Solve(0.1, repeatable=True))
    hours = verify(roster, need, centre).hours.set_index("agent")
    assert [(r.kind, r.subject) for r in roster.reasons] == [("commitment_dropped", "a0"), ("hours_out_of_reach", "a0")]
    assert hours.loc["a0", "hours_paid"] == 28, "four days of seven hours, and that day free"
