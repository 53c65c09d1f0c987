"""The week of one agent as a CP-SAT model: what it refuses the engine refuses, and its cores are as small as can be."""

from __future__ import annotations

import dataclasses
import itertools

import numpy as np
import pytest
from ortools.sat.python import cp_model

from staffing.centre import Centre
from staffing.rostering.conflicts import conflict_of, smallest_core
from staffing.rostering.instance import NEVER
from staffing.rostering.question import ask
from staffing.rostering.rests import Weeks
from staffing.rostering.rules.packs import rules_for
from staffing.rostering.team import Absence, Availability, Commitment
from tests import tiny
from tests.rostering import small

NEED = small.requirement({"front": 2, "expert": 1})
DAYS = tiny.WEEK.days


def drawn(seed: int) -> Centre:
    """An agent with hours, days, lengths, availability, leave and a meeting, any of which may be too much."""
    rng = np.random.default_rng(seed)
    contract = dataclasses.replace(
        small.DAY_SHIFT, rules=rng.choice(["neutral", "fr_private_idcc2098", "fr_state_2000_815"]), flex_h=1.0,
        hours_week=float(rng.choice([20, 27, 33])), max_days=int(rng.integers(3, 6)),
        shift_max_h=float(rng.choice([6, 8])),
    )  # fmt: skip
    made = small.centre(2, contract=contract)
    free = tuple(Availability(d, 540, int(rng.choice([840, 1020]))) for d in range(5) if rng.random() < 0.9)
    leave = tuple(Absence("a0", DAYS[d], DAYS[d], 0.0) for d in range(5) if rng.random() < 0.15)
    meeting = Commitment(
        "a0", "meeting", 60, tiny.GRID.at(DAYS[int(rng.integers(0, 5))], 60 * int(rng.integers(9, 16)))
    )
    agents = (dataclasses.replace(made.team.agents[0], availability=free), made.team.agents[1])
    team = dataclasses.replace(
        made.team, agents=agents, absences=leave, commitments=(meeting,) * int(rng.integers(0, 2))
    )
    return dataclasses.replace(made, team=team)


@pytest.mark.parametrize("seed", range(30))
def test_there_is_a_conflict_exactly_where_the_engine_finds_no_week(seed: int) -> None:
    centre = drawn(seed)
    rules = rules_for(centre.team.contracts[0])
    question = ask(NEED, centre, tiny.WEEK, {"full": rules})
    possible = not question.reasons
    if possible:
        idle = np.zeros((len(question.instance.pace), question.instance.slots))
        possible = bool(Weeks.of(question.instance).respond(idle, np.arange(1)).value[0] > NEVER / 2)
    assert (conflict_of("a0", NEED, centre, tiny.WEEK, rules) is None) == possible


@pytest.mark.parametrize("seed", range(20))
def test_no_limit_of_a_core_can_be_spared(seed: int) -> None:
    """Against every assignment of six literals under random clauses."""
    rng = np.random.default_rng(seed)
    clauses = [[(int(i), bool(rng.random() < 0.3)) for i in rng.choice(6, 2, replace=False)] for _ in range(5)]
    model = cp_model.CpModel()
    literals = [model.new_bool_var(str(i)) for i in range(6)]
    for clause in clauses:
        model.add_bool_or([literals[i] if yes else literals[i].negated() for i, yes in clause])

    def together(held: set[int]) -> bool:
        worlds = (w for w in itertools.product((False, True), repeat=6) if all(w[i] for i in held))
        return any(all(any(w[i] == yes for i, yes in clause) for clause in clauses) for w in worlds)

    core = smallest_core(model, literals)
    assert (core is None) == together(set(range(6)))
    assert core is None or (not together(set(core)) and all(together(set(core) - {i}) for i in core))
