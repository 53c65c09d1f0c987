"""The roster engine from a requirement to a roster: lawful by clock times, priced right, bounded, reproducible."""

from __future__ import annotations

import dataclasses
import datetime as dt

import numpy as np
import pandas as pd
import pytest

from staffing.plan import before
from staffing.rostering.assign import Solve, assign, solve
from staffing.rostering.first import first_tours
from staffing.rostering.instance import Instance, rested, tour_eur
from staffing.rostering.prices import ascend
from staffing.rostering.question import ask
from staffing.rostering.rests import Weeks
from staffing.rostering.roster import Progress, Roster
from staffing.rostering.team import Absence, Availability, Commitment, Skill
from staffing.rostering.verify import rules_for, verify
from tests import tiny
from tests.rostering import small

QUICK = Solve(seconds=2.0, seed=3)


def shifts(roster: Roster) -> pd.DataFrame:
    """One row a shift: agent, start, end, paid minutes, read from the segments alone."""
    frame = roster.frame.copy()
    frame["shift"] = ((frame["start"] != frame["end"].shift()) | (frame["agent"] != frame["agent"].shift())).cumsum()
    frame["minutes"] = (frame["end"] - frame["start"]).dt.total_seconds() / 60
    frame["paid"] = frame["minutes"].where(frame["activity"] != "meal", 0.0)
    groups = frame.groupby("shift")
    return groups.agg(agent=("agent", "first"), start=("start", "min"), end=("end", "max"), paid=("paid", "sum"))


@pytest.fixture(scope="module")
def roster() -> Roster:
    return assign(small.requirement({"front": 3, "expert": 1}), small.centre(6), tiny.WEEK, options=QUICK)


def test_everybody_works_exactly_the_hours_of_their_contract(roster: Roster) -> None:
    assert shifts(roster).groupby("agent")["paid"].sum().tolist() == [35 * 60] * 6


def test_every_shift_has_its_meal_and_a_break_on_each_side_of_it(roster: Roster) -> None:
    for (_, day), shift in roster.frame.groupby(["agent", roster.frame["start"].dt.date]):
        words = [w for w in shift["activity"] if w in ("meal", "break")]
        long = shift.loc[shift["activity"] != "meal", ["start", "end"]]
        paid = (long["end"] - long["start"]).sum()
        expected = ["break", "meal", "break"] if paid >= pd.Timedelta(hours=6) else ["break"]
        assert words == expected, day


def test_nobody_serves_a_queue_without_the_skill_or_outside_opening_hours(roster: Roster) -> None:
    served = roster.frame[roster.frame["activity"].isin(["front", "expert"])]
    assert set(served.loc[served["activity"] == "expert", "agent"]) == {"a5"}
    assert served["start"].dt.hour.min() >= 9
    assert (served["end"] - served["end"].dt.normalize() <= pd.Timedelta(hours=17)).all()


def test_the_bound_lies_below_the_cost(roster: Roster) -> None:
    assert roster.proof is not None
    assert 0 < roster.proof.bound_eur <= roster.proof.cost_eur
    assert roster.proof.wage_eur_h == 25.0


def still() -> float:
    """A clock that stands: the work laid out is all done, however busy the machine."""
    return 0.0


@pytest.fixture(scope="module")
def instance() -> Instance:
    centre = small.centre(5)
    rules = {c.name: rules_for(c) for c in centre.team.contracts}
    return ask(small.requirement({"front": 3, "expert": 1}), centre, tiny.WEEK, rules).instance


def test_the_same_seed_gives_the_same_roster(instance: Instance) -> None:
    first, second = (solve(instance, QUICK, now=still) for _ in range(2))
    assert (first.tours.choice == second.tours.choice).all() and (first.labels == second.labels).all()
    assert first.bound_eur == second.bound_eur


def test_a_lawful_roster_is_told_before_the_prices_are_looked_for(instance: Instance) -> None:
    told: list[Progress] = []

    def watch(progress: Progress) -> bool:
        told.append(progress)
        return len(told) < 2

    solve(instance, QUICK, watch=watch, now=still)
    weeks = first_tours(Weeks.of(instance), np.random.default_rng(0))
    assert told[0].phase == "first roster" and told[0].cost_eur is not None
    assert np.isfinite(tour_eur(instance, weeks)).all() and rested(instance, weeks).all()
    assert list(weeks.agent) == list(range(len(instance.agents)))


@pytest.mark.parametrize("front", [1, 40])
def test_the_first_bound_told_is_at_least_what_everybody_is_paid(front: int) -> None:
    """Prices that are a guess may promise less, or less than nothing."""
    centre = small.centre(5)
    rules = {c.name: rules_for(c) for c in centre.team.contracts}
    instance = ask(small.requirement({"front": front, "expert": 1}), centre, tiny.WEEK, rules).instance
    told: list[Progress] = []

    def watch(progress: Progress) -> bool:
        told.append(progress)
        return False

    solve(instance, QUICK, watch=watch, now=still)
    people = instance.people
    paid = people.pay_eur(np.arange(5), people.paid_low)
    assert told[0].phase == "first roster" and told[0].bound_eur is not None
    assert told[0].bound_eur >= paid.sum() - 0.01 > 0


@pytest.mark.parametrize(("agents", "front"), [(5, 2), (8, 4)])
def test_few_steps_of_an_ascent_go_as_far_as_many(agents: int, front: int) -> None:
    need = small.requirement({"front": front, "expert": 1})
    weeks = Weeks.of(ask(need, small.centre(agents), tiny.WEEK, {"full": ()}).instance)
    assert ascend(weeks, steps=20).bound_eur > 0.95 * ascend(weeks, steps=200).bound_eur


def test_a_second_process_can_only_better_the_roster(instance: Instance) -> None:
    alone = solve(instance, QUICK, now=still)
    both = solve(instance, dataclasses.replace(QUICK, workers=2), now=still)
    assert both.bound_eur - 1e-6 <= both.cost_eur <= alone.cost_eur + 1e-6


def test_an_absence_leaves_the_day_empty_and_shrinks_the_hours_by_a_fifth() -> None:
    centre = small.centre(4)
    away = Absence("a0", dt.date(2026, 12, 1), dt.date(2026, 12, 1))
    team = dataclasses.replace(centre.team, absences=(away,))
    roster = assign(
        small.requirement({"front": 2, "expert": 1}), dataclasses.replace(centre, team=team), tiny.WEEK, options=QUICK
    )
    mine = shifts(roster).query("agent == 'a0'")
    assert dt.date(2026, 12, 1) not in set(mine["start"].dt.date)
    assert mine["paid"].sum() == 28 * 60


def test_a_fixed_meeting_stands_in_the_roster_and_inside_a_shift() -> None:
    centre = small.centre(4)
    at = tiny.GRID.at(dt.date(2026, 12, 2), 10 * 60)
    team = dataclasses.replace(centre.team, commitments=(Commitment("a1", "meeting", 60, at),))
    roster = assign(
        small.requirement({"front": 2, "expert": 1}), dataclasses.replace(centre, team=team), tiny.WEEK, options=QUICK
    )
    row = roster.frame.query("activity == 'meeting'")
    assert row[["agent", "start", "end"]].values.tolist() == [["a1", at, at + pd.Timedelta(hours=1)]]
    assert shifts(roster).query("agent == 'a1'")["paid"].sum() == 35 * 60


def test_availability_bounds_the_shifts_of_a_weekday() -> None:
    centre = small.centre(4)
    only = tuple(Availability(day, 540, 1020 if day else 900) for day in range(5))
    part_time = dataclasses.replace(centre.team.agents[0], availability=only, hours_week=30.0)
    agents = (part_time, *centre.team.agents[1:])
    team = dataclasses.replace(centre.team, agents=agents)
    roster = assign(
        small.requirement({"front": 2, "expert": 1}), dataclasses.replace(centre, team=team), tiny.WEEK, options=QUICK
    )
    mine = shifts(roster).query("agent == 'a0'")
    assert mine["paid"].sum() == 30 * 60
    assert (mine["end"] <= [tiny.GRID.at(s.date(), 1020 if s.weekday() else 900) for s in mine["start"]]).all()


def test_a_locked_shift_stays_as_it_is_and_counts_in_the_hours() -> None:
    centre = small.centre(4)
    day = dt.date(2026, 12, 3)
    spans = [(540, 690, "front"), (690, 750, "meal"), (750, 1020, "front")]
    rows = [("a0", tiny.GRID.at(day, a), tiny.GRID.at(day, b), w) for a, b, w in spans]
    locked = pd.DataFrame(rows, columns=["agent", "start", "end", "activity"])
    team = dataclasses.replace(centre.team, locked=locked)
    roster = assign(
        small.requirement({"front": 2, "expert": 1}), dataclasses.replace(centre, team=team), tiny.WEEK, options=QUICK
    )
    mine = roster.of("a0")
    here = mine[mine["start"].dt.date == day].reset_index(drop=True)
    assert here[["start", "end", "activity"]].values.tolist() == locked[["start", "end", "activity"]].values.tolist()
    assert shifts(roster).query("agent == 'a0'")["paid"].sum() == 35 * 60


def test_an_agent_with_no_possible_week_is_named_and_everybody_else_is_planned() -> None:
    centre = small.centre(4)
    away = Absence("a0", dt.date(2026, 11, 30), dt.date(2026, 12, 4), credit_h=0.0)
    unskilled = dataclasses.replace(centre.team.agents[1], skills=(Skill("nowhere"),))
    agents = (centre.team.agents[0], unskilled, *centre.team.agents[2:])
    team = dataclasses.replace(centre.team, agents=agents, absences=(away,))
    roster = assign(
        small.requirement({"front": 2, "expert": 1}), dataclasses.replace(centre, team=team), tiny.WEEK, options=QUICK
    )
    assert {(r.kind, r.subject) for r in roster.reasons} == {("no_possible_day", "a0"), ("no_skill_needed", "a1")}
    assert set(roster.frame["agent"]) == {"a2", "a3"}


def test_an_agent_whose_locked_day_makes_the_hours_unreachable_is_named_and_keeps_the_locked_day() -> None:
    centre = small.centre(3)
    day = dt.date(2026, 12, 3)
    rows = [("a0", tiny.GRID.at(day, 540), tiny.GRID.at(day, 780), "front")]
    locked = pd.DataFrame(rows, columns=["agent", "start", "end", "activity"])
    team = dataclasses.replace(centre.team, locked=locked)
    roster = assign(
        small.requirement({"front": 2, "expert": 1}), dataclasses.replace(centre, team=team), tiny.WEEK, options=QUICK
    )
    assert [(r.kind, r.subject) for r in roster.reasons] == [("hours_out_of_reach", "a0")]
    here = roster.of("a0")[roster.of("a0")["start"].dt.date == day]
    assert here[["start", "end", "activity"]].values.tolist() == locked[["start", "end", "activity"]].values.tolist()
    assert shifts(roster).query("agent == 'a0'")["paid"].sum() == 32 * 60
    assert set(roster.frame["agent"]) == {"a0", "a1", "a2"}


def test_a_watch_that_says_stop_ends_the_run_with_a_roster() -> None:
    seen: list[Progress] = []

    def stop_at_first(progress: Progress) -> bool:
        seen.append(progress)
        return progress.roster is None

    roster = assign(
        small.requirement({"front": 3, "expert": 1}),
        small.centre(6),
        tiny.WEEK,
        options=Solve(seconds=30.0),
        watch=stop_at_first,
    )
    assert roster.proof is not None and roster.proof.status == "stopped"
    assert roster.proof.seconds < 10
    assert set(roster.frame["agent"]) == {f"a{i}" for i in range(6)}


def test_nobody_works_before_their_first_day_nor_owes_hours_for_it() -> None:
    centre, monday = small.centre(4), tiny.WEEK.monday
    firsts = (monday + dt.timedelta(days=28), monday + dt.timedelta(days=2), monday, None)
    agents = tuple(dataclasses.replace(a, since=s) for a, s in zip(centre.team.agents, firsts, strict=True))
    here = before(dataclasses.replace(centre, team=dataclasses.replace(centre.team, agents=agents)), tiny.WEEK)
    need = small.requirement({"front": 2, "expert": 1})
    made = assign(need, here, tiny.WEEK, options=QUICK)
    days = made.frame.groupby("agent")["start"].min().dt.date
    assert "a0" not in days and days["a1"] >= monday + dt.timedelta(days=2) and {"a2", "a3"} <= set(days.index)
    found = verify(made, need, here)
    owed = found.hours.set_index("agent")["hours_owed"]
    assert not found.breaches
    assert owed["a0"] == 0 and owed["a1"] < owed["a2"] == owed["a3"]
    assert verify(assign(need, centre, tiny.WEEK, options=QUICK), need, here).breaches, (
        "an audit sees who came too early"
    )


def test_nobody_works_after_their_last_day_nor_owes_hours_for_it() -> None:
    centre, monday = small.centre(4), tiny.WEEK.monday
    lasts = (monday - dt.timedelta(days=3), monday + dt.timedelta(days=2), monday + dt.timedelta(days=6), None)
    agents = tuple(dataclasses.replace(a, last_day=d) for a, d in zip(centre.team.agents, lasts, strict=True))
    here = before(dataclasses.replace(centre, team=dataclasses.replace(centre.team, agents=agents)), tiny.WEEK)
    need = small.requirement({"front": 2, "expert": 1})
    made = assign(need, here, tiny.WEEK, options=QUICK)
    days = made.frame.groupby("agent")["start"].max().dt.date
    assert "a0" not in days and days["a1"] <= monday + dt.timedelta(days=2) and {"a2", "a3"} <= set(days.index)
    found = verify(made, need, here)
    owed = found.hours.set_index("agent")["hours_owed"]
    assert not found.breaches and owed.tolist() == pytest.approx([0.0, 21.0, 35.0, 35.0])
    assert "absence" in {b.rule for b in verify(assign(need, centre, tiny.WEEK, options=QUICK), need, here).breaches}
