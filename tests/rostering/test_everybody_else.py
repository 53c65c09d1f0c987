"""Beside every planted contradiction everybody else still gets a lawful week, and whom it touches is named."""

from __future__ import annotations

import dataclasses

import pytest

from forecasts.grid import Opening, Week
from staffing.centre import Centre
from staffing.rostering.assign import Solve, assign
from staffing.rostering.roster import Roster
from staffing.rostering.rules.packs import rules_for
from staffing.rostering.rules.rule import Shape, WeekLimits
from staffing.rostering.shifts import list_candidates
from staffing.rostering.team import Commitment, Contract
from staffing.rostering.terms import terms_of
from staffing.rostering.verify import Verification, verify
from staffing.sizing.requirement import Requirement
from staffing.words.heard import heard
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


PRIVATE, STATE = "fr_private_idcc2098", "fr_state_2000_815"
UNFIT = {
    MEAL_TOO_SHORT: {"meal_time"},
    Contract("long", STATE, 35.0, 25.0, shift_min_h=10.5, shift_max_h=11.0, meal_min=(45,), break_min=15): {
        "daily_work"
    },
    Contract("no pause", STATE, 35.0, 25.0, shift_min_h=7.0, shift_max_h=8.0, meal_min=()): {"pause"},
    Contract("long without a pause", STATE, 35.0, 25.0, shift_min_h=10.5, shift_max_h=11.0, meal_min=()): {
        "daily_work",
        "pause",
    },
    Contract("longer than the day", STATE, 35.0, 25.0, shift_min_h=14.0, shift_max_h=14.0): set(),
}
TWELVE_HOURS = Opening(weekdays=(((480, 1200),),) * 5 + ((), ()))


@pytest.mark.parametrize("contract", UNFIT, ids=lambda contract: contract.name)
def test_a_contract_that_no_shift_fits_is_named_with_the_rules_that_forbid_it(contract: Contract) -> None:
    """Fewest of them: each is needed, for without it, or all of them, there are shifts."""
    centre = small.centre(1, contract=contract, experts=0)
    centre = dataclasses.replace(
        centre, queues=tuple(dataclasses.replace(queue, opening=TWELVE_HOURS) for queue in centre.queues)
    )
    need = small.requirement({"front": 1}, opening=TWELVE_HOURS)
    (reason,) = assign(need, centre, tiny.WEEK, options=Solve(0.1, repeatable=True)).reasons
    rules = rules_for(contract)
    named = {rule.key for rule in rules if rule.sentence("en") in reason.detail}
    assert (reason.kind, named) == ("no_lawful_shift", UNFIT[contract])
    told = heard(reason.detail, "fr")
    assert told.startswith(f"contrat {contract.name}")
    assert all((rule.sentence("fr") in told) == (rule.key in named) for rule in rules)
    setting = terms_of(centre.team.agents[0], centre, tiny.WEEK, rules).setting

    def shifts(lifted: set[str]) -> int:
        held = [rule for rule in rules if rule.key not in lifted]
        longest = min(rule.limit(WeekLimits(), setting).paid_day_max_min for rule in held)

        def permits(shape: Shape) -> bool:
            return shape.paid_min <= longest and all(rule.permits(shape, setting) for rule in held)

        return len(list_candidates(contract, permits, span=(480, 1200), interval_min=need.grid.interval_min).shift)

    assert [shifts(named - {rule}) for rule in named] == [0] * len(named)
    assert shifts(named) > 0 or not named


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
