"""Planted contradictions are named, each by the limits that make it, and by no other."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable

import pandas as pd
import pytest

from staffing.centre import Centre
from staffing.rostering.assign import Solve, assign
from staffing.rostering.conflicts import conflict_of, conflicts
from staffing.rostering.team import Absence, Agent, Availability, Commitment, Contract, Skill
from staffing.rostering.too_few import too_few
from staffing.rostering.verify import verify
from tests import tiny
from tests.rostering import small

NEED = small.requirement({"front": 2, "expert": 1})
DAYS = tiny.WEEK.days
Plant = Callable[[Centre], Centre]


def team(centre: Centre, **changes: object) -> Centre:
    return dataclasses.replace(centre, team=dataclasses.replace(centre.team, **changes))  # type: ignore[arg-type]


def agent(centre: Centre, **changes: object) -> Centre:
    first, *others = centre.team.agents
    return team(centre, agents=(dataclasses.replace(first, **changes), *others))  # type: ignore[arg-type]


def contract(centre: Centre, **changes: object) -> Centre:
    return team(centre, contracts=(dataclasses.replace(small.DAY_SHIFT, **changes),))  # type: ignore[arg-type]


def away(*days: int, credit_h: float = 0.0) -> Plant:
    return lambda c: team(c, absences=tuple(Absence("a0", DAYS[d], DAYS[d], credit_h) for d in days))


def hours(*spans: tuple[int, float, float]) -> tuple[Availability, ...]:
    return tuple(Availability(day, int(60 * low), int(60 * high)) for day, low, high in spans)


def segments(*rows: tuple[int, float, float, str]) -> pd.DataFrame:
    found = [
        ("a0", tiny.GRID.at(DAYS[day], int(60 * low)), tiny.GRID.at(DAYS[day], int(60 * high)), word)
        for day, low, high, word in rows
    ]
    return pd.DataFrame(found, columns=["agent", "start", "end", "activity"])


def meeting(day: int, hour: float, minutes: int = 60) -> Commitment:
    return Commitment("a0", "meeting", minutes, tiny.GRID.at(DAYS[day], int(60 * hour)))


PLANTED: dict[str, tuple[Plant, set[str]]] = {
    "leave without credit against the hours owed": (away(0, 1), {"hours", "absence"}),
    "leave on every open day": (away(0, 1, 2, 3, 4), {"hours", "absence"}),
    "two mornings a week for a full-time contract": (
        lambda c: agent(c, availability=hours((0, 9, 13), (1, 9, 13))), {"hours", "availability"},
    ),
    "available only at weekends, when the centre is closed": (
        lambda c: agent(c, availability=hours((5, 9, 17), (6, 9, 17))), {"hours", "availability"},
    ),
    "available for less than the shortest shift": (
        lambda c: agent(c, availability=hours(*((d, 9, 11) for d in range(5)))), {"hours", "availability"},
    ),
    "more hours than the centre is open": (lambda c: agent(c, hours_week=45.0), {"hours"}),
    "four days for hours that need five": (lambda c: contract(c, max_days=4), {"days", "hours"}),
    "shifts of at most five hours for a full week": (
        lambda c: contract(c, shift_max_h=5.0), {"shift_length", "hours"},
    ),
    "a locked hour that leaves too little room": (
        lambda c: team(c, locked=segments((0, 9, 10, "front"))), {"hours", "locked"},
    ),
    "a meeting before opening": (lambda c: team(c, commitments=(meeting(0, 7),)), {"commitment"}),
    "a meeting on a closed day": (lambda c: team(c, commitments=(meeting(6, 10),)), {"commitment"}),
    "a meeting outside the hours of availability": (
        lambda c: team(
            agent(c, availability=hours((0, 9, 13), *((d, 9, 17) for d in range(1, 5))), hours_week=32.0),
            commitments=(meeting(0, 14),),
        ),
        {"availability", "commitment"},
    ),
    "a meeting on a day of leave": (
        lambda c: team(away(0, credit_h=7.0)(c), commitments=(meeting(0, 10),)), {"absence", "commitment"},
    ),
    "a skill nobody asks for": (lambda c: agent(c, skills=(Skill("nowhere"),)), {"skill"}),
}  # fmt: skip


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_contradiction_is_named(name: str) -> None:
    plant, kinds = PLANTED[name]
    found = conflict_of("a0", NEED, plant(small.centre()), tiny.WEEK, ())
    assert found is not None
    assert {limit.kind for limit in found.limits} == kinds
    for language in ("fr", "en"):
        assert "a0" in found.sentence(language)


def two_mornings_and_four_days(centre: Centre) -> Centre:
    return contract(agent(centre, availability=hours((0, 9, 14), (1, 9, 14))), max_days=4)


def two_meetings_on_two_days_of_leave(centre: Centre) -> Centre:
    return team(away(0, 1, credit_h=7.0)(centre), commitments=(meeting(0, 10), meeting(1, 10)))


def test_of_two_contradictions_only_what_mends_both_is_said_to_be_enough() -> None:
    found = conflict_of("a0", NEED, two_mornings_and_four_days(small.centre()), tiny.WEEK, ())
    assert found is not None and len(found.limits) == 2
    assert [limit.kind for limit in found.enough] == ["hours"]
    assert found.sentence("en").endswith("It is enough to lift: the hours owed this week (35 h).")
    ten = agent(two_mornings_and_four_days(small.centre()), hours_week=10.0)
    assert conflict_of("a0", NEED, ten, tiny.WEEK, ()) is None
    found = conflict_of("a0", NEED, two_meetings_on_two_days_of_leave(small.centre()), tiny.WEEK, ())
    assert found is not None and len(found.limits) == 2 and found.enough == ()
    assert found.sentence("en").endswith("Lifting one of them is not enough: others stand in the way too.")
    assert "ne suffit pas" in found.sentence("fr")


def test_what_cannot_be_kept_at_all_does_not_hide_what_else_leaves_no_week() -> None:
    early = team(contract(small.centre(), max_days=4), commitments=(meeting(0, 7),))
    found = conflict_of("a0", NEED, early, tiny.WEEK, ())
    assert found is not None and [limit.kind for limit in found.limits] == ["commitment"] and found.beside is not None
    assert {limit.kind for limit in found.beside.limits} == {"days", "hours"}
    told = found.sentence("en")
    assert "within the opening hours this limit cannot be kept: their fixed activity" in told
    assert "lifting any one of them is enough: the contract's working days (4 a week)" in told


ALONE = (
    "two mornings a week for a full-time contract", "four days for hours that need five",
    "shifts of at most five hours for a full week", "a meeting on a day of leave",
)  # fmt: skip
"""Contradictions beside which there is no other."""


@pytest.mark.parametrize("name", ALONE)
def test_of_one_contradiction_lifting_any_limit_is_enough(name: str) -> None:
    found = conflict_of("a0", NEED, PLANTED[name][0](small.centre()), tiny.WEEK, ())
    assert found is not None and found.enough == found.limits
    assert "lifting any one of them is enough" in found.sentence("en")


def test_a_meeting_on_a_day_of_leave_costs_the_meeting_and_not_the_week() -> None:
    centre = PLANTED["a meeting on a day of leave"][0](small.centre())
    roster = assign(NEED, centre, tiny.WEEK, options=Solve(0.2, repeatable=True))
    found = verify(roster, NEED, centre)
    assert [(r.kind, r.subject) for r in roster.reasons] == [("commitment_dropped", "a0")]
    assert found.breaches == () and found.hours["hours_paid"].tolist() == [28.0, 35.0, 35.0, 35.0]


def test_who_can_be_planned_has_no_conflict() -> None:
    assert conflict_of("a0", NEED, small.centre(), tiny.WEEK, ()) is None
    assert conflicts(("a0", "a1"), NEED, away(0, 1)(small.centre()), tiny.WEEK, {"full": ()})[0].agent == "a0"


def expert(i: int) -> Agent:
    return Agent(f"e{i}", f"Expert {i}", 2, (Skill("expert"),), "full")


def test_queues_that_no_roster_can_fill_are_named() -> None:
    nobody = team(small.centre(), agents=small.centre(experts=0).team.agents)
    assert [(r.kind, r.subject) for r in too_few(NEED, nobody, tiny.WEEK)] == [("nobody_qualified", "expert")]
    pairs = [
        (r.kind, r.subject) for r in too_few(small.requirement({"front": 2, "expert": 3}), small.centre(), tiny.WEEK)
    ]
    assert ("too_few_qualified", "expert") in pairs
    two = team(small.centre(), agents=(*small.centre(experts=0).team.agents, expert(1)))
    assert [(r.kind, r.subject) for r in too_few(NEED, two, tiny.WEEK)] == [("too_few_hours", "expert")]


def test_two_queues_that_share_their_agents_can_be_too_much_together() -> None:
    agents = tuple(Agent(f"b{i}", "", 2, (Skill("front"), Skill("expert")), "full") for i in range(4))
    both = team(small.centre(), agents=agents)
    found = too_few(small.requirement({"front": 2, "expert": 2}), both, tiny.WEEK)
    assert [(r.kind, r.subject) for r in found] == [("too_few_hours", "expert, front")]
    enough = team(both, contracts=(Contract("full", "neutral", 40.0, 25.0),))
    assert too_few(small.requirement({"front": 2, "expert": 2}), enough, tiny.WEEK) == ()


def test_absent_hours_do_not_count_as_there() -> None:
    gone = Absence("a3", DAYS[0], DAYS[0] + dt.timedelta(days=4))
    found = too_few(small.requirement({"front": 1, "expert": 0.5}), team(small.centre(), absences=(gone,)), tiny.WEEK)
    assert [(r.kind, r.subject) for r in found] == [("too_few_hours", "expert")]
