"""The night from Sunday to Monday: planned in the week in which it begins, counted in the one in which it ends."""

from __future__ import annotations

import dataclasses
import datetime as dt
from functools import cache

import numpy as np
import pandas as pd
import pytest

from forecasts.grid import Opening, Week, always_open
from staffing.centre import Calendar, Centre
from staffing.plan import before
from staffing.rostering.assign import Solve, assign
from staffing.rostering.changes import Reading
from staffing.rostering.costs import bill
from staffing.rostering.last_night import with_last_night
from staffing.rostering.roster import Roster
from staffing.rostering.team import Absence, Availability
from staffing.rostering.verify import verify
from staffing.rostering.worked import shifts_by_agent
from staffing.simulation.play import Play
from staffing.simulation.room import room
from staffing.sizing.requirement import Requirement
from staffing.weeks import once_worked
from tests import tiny
from tests.rostering import small

WEEK, NEXT = tiny.WEEK, tiny.WEEK.plus(1)
MIDNIGHT = tiny.GRID.at(NEXT.monday, 0)
EIGHT_HOURS = dataclasses.replace(
    small.DAY_SHIFT, hours_week=36.0, flex_h=4.0, shift_min_h=8.0, shift_max_h=8.0, max_days=6, sundays=True
)
EVENING = Opening(weekdays=(((0, 480), (1200, 1440)),) * 7)


def centre(
    agents: int = 4,
    *,
    opening: Opening = EVENING,
    rules: str = "neutral",
    sundays: bool = True,
    holiday: bool = False,
) -> Centre:
    """People on shifts of eight hours; next Monday a public holiday or none."""
    contract = dataclasses.replace(EIGHT_HOURS, rules=rules, sundays=sundays)
    made = small.centre(agents, contract=contract, experts=0)
    queues = tuple(dataclasses.replace(q, opening=opening) for q in made.queues)
    days = ((NEXT.monday, "a holiday"),) if holiday else ()
    return dataclasses.replace(made, queues=queues, calendar=Calendar(holidays=days))


def need(agents: float = 2.0, *, week: Week = WEEK, opening: Opening = EVENING) -> Requirement:
    return small.requirement({"front": agents}, opening=opening, week=week)


def planned(asked: Centre, requirement: Requirement) -> Roster:
    return assign(requirement, asked, requirement.week, options=Solve(0.5, repeatable=True))


@cache
def usual() -> Roster:
    return planned(centre(), need())


def after_midnight(roster: Roster) -> pd.DataFrame:
    until = tiny.GRID.at(roster.week.plus(1).monday, 0)
    return roster.frame[roster.frame["end"] > until]


def test_sundays_shift_goes_on_into_monday_and_breaks_nothing() -> None:
    roster = usual()
    late = after_midnight(roster)
    assert not late.empty
    found = verify(roster, need(), centre())
    assert not found.breaches
    assert found.coverage["start"].max() < MIDNIGHT, "next week's intervals are next week's"
    nights = [s for mine in shifts_by_agent(roster.frame).values() for s in mine if s.end > MIDNIGHT]
    assert {shift.start.date() for shift in nights} == {WEEK.days[6]}


def test_the_engine_and_the_bill_agree_on_what_it_saves() -> None:
    roster = usual()
    assert roster.proof is not None
    told = bill(roster, need(), centre())
    assert roster.proof.cost_eur == pytest.approx(told.eur)
    assert roster.proof.bound_eur <= told.eur
    there = on_monday(roster)
    hours, eur = told.by_goal()["last_night"]
    assert hours == pytest.approx(there.clip(upper=2).sum() / 2) and hours > 5
    goals = centre().goals
    deep = (1.8 - (1.8 - there).clip(lower=0)).sum() / 2
    over = (there - 2).clip(lower=0).sum() / 2
    saved = goals.shortage_eur_h * hours + goals.shortage_deep_eur_h * deep - goals.surplus_eur_h * over
    assert eur == pytest.approx(-saved)


def on_monday(roster: Roster) -> pd.Series[float]:
    """Agents in each of the first half hours after the week, until eight."""
    served = roster.frame[roster.frame["activity"] == "front"]
    slots = [MIDNIGHT + pd.Timedelta(minutes=30 * i) for i in range(16)]
    half = pd.Timedelta(minutes=30)
    shares = [
        sum(
            max(0.0, (min(b, slot + half) - max(a, slot)) / half)
            for a, b in zip(served["start"], served["end"], strict=True)
        )
        for slot in slots
    ]
    return pd.Series(shares, index=slots)


def test_a_change_to_the_night_is_priced_as_the_bill_prices_it() -> None:
    roster, asked = usual(), centre()
    reading = Reading(roster, need(), asked)
    agent = str(after_midnight(roster)["agent"].iloc[0])
    shifts = reading.weeks[agent].shifts
    without = dataclasses.replace(roster, frame=roster.frame[~roster.frame.index.isin(_last_shift(roster, agent))])
    eur, _ = reading.effect(agent, shifts[:-1])
    assert eur == pytest.approx(bill(without, need(), asked).eur - bill(roster, need(), asked).eur)
    assert reading.shortage_h == pytest.approx(verify(roster, need(), asked).shortage_hours)


def _last_shift(roster: Roster, agent: str) -> pd.Index:
    mine = roster.of(agent)
    return mine.index[mine["start"] >= shifts_by_agent(mine)[agent][-1].start]


def test_next_week_counts_it_and_plans_nobody_for_it() -> None:
    then = before(once_worked(centre(), centre(), usual()), NEXT)
    wanted = need(week=NEXT)
    empty = Roster(NEXT, tiny.GRID, usual().frame.iloc[:0])
    there = verify(empty, wanted, then).coverage.set_index("start")["scheduled"]
    carried = on_monday(usual())
    assert there[carried.index].tolist() == pytest.approx(carried.tolist())
    assert there.sum() == pytest.approx(carried.sum())
    roster = planned(then, wanted)
    assert roster.proof is not None
    assert roster.proof.cost_eur == pytest.approx(bill(roster, wanted, then).eur)
    assert (on_monday(roster)[carried >= 2] < 1).all(), "nobody is sent for what is covered"
    assert not verify(roster, wanted, then).breaches


def test_who_came_on_sunday_answers_on_monday_in_the_play() -> None:
    then = before(once_worked(centre(), centre(), usual()), NEXT)
    empty = Roster(NEXT, tiny.GRID, usual().frame.iloc[:0])
    days = room(empty, then, Play()).days
    late = after_midnight(usual())
    assert sorted(then.team.agents[day.agent].id for day in days) == sorted(set(late["agent"]))
    assert {day.day for day in days} == {0}


def test_a_week_settled_ahead_leaves_only_what_it_does_not_cover() -> None:
    """Where next Monday's own shifts are known, the night is worth what they leave."""
    rows = [(agent, MIDNIGHT, MIDNIGHT + pd.Timedelta(hours=8), "front") for agent in ("a8", "a9")]
    later = pd.DataFrame(rows, columns=["agent", "start", "end", "activity"])
    asked = centre()
    asked = dataclasses.replace(asked, team=dataclasses.replace(asked.team, later=later))
    roster = planned(asked, need())
    assert after_midnight(roster).empty
    assert roster.proof is not None
    assert roster.proof.cost_eur == pytest.approx(bill(roster, need(), asked).eur)


@pytest.mark.parametrize("why", ["holiday", "absent", "from five", "last day", "closed", "holiday but open"])
def test_no_night_goes_where_nobody_may_work(why: str) -> None:
    """A Monday of rest, away or closed is left alone; who leaves at 5:00 has a night until then."""
    asked = centre(rules="fr_state_2000_815", sundays=why != "holiday", holiday="holiday" in why)
    team = asked.team
    if why in ("absent", "from five"):
        gone = (Absence(a.id, NEXT.monday, NEXT.monday, 0.0, from_min=300 * (why == "from five")) for a in team.agents)
        team = dataclasses.replace(team, absences=tuple(gone))
    if why == "last day":
        team = dataclasses.replace(
            team, agents=tuple(dataclasses.replace(a, last_day=WEEK.days[6]) for a in team.agents)
        )
    queues = asked.queues
    if why == "closed":
        shut = dataclasses.replace(EVENING, closed=frozenset({NEXT.monday}))
        queues = tuple(dataclasses.replace(q, opening=shut) for q in queues)
    asked = dataclasses.replace(asked, team=team, queues=queues)
    roster = planned(asked, need())
    assert not verify(roster, need(), asked).breaches
    late = after_midnight(roster)
    assert late.empty == (why not in ("from five", "holiday but open"))
    if why == "from five":
        assert late["end"].max() <= MIDNIGHT + pd.Timedelta(hours=5)


def test_a_night_into_a_monday_away_is_read_as_a_breach() -> None:
    asked = centre()
    gone = Absence("a0", NEXT.monday, NEXT.monday, 0.0)
    asked = dataclasses.replace(asked, team=dataclasses.replace(asked.team, absences=(gone,)))
    rows = [("a0", MIDNIGHT - pd.Timedelta(hours=2), MIDNIGHT + pd.Timedelta(hours=6), "front")]
    roster = Roster(WEEK, tiny.GRID, pd.DataFrame(rows, columns=["agent", "start", "end", "activity"]))
    assert "absence" in [breach.rule for breach in verify(roster, need(), asked).breaches]


def test_people_available_at_night_work_nights() -> None:
    """A presence past midnight, and presences that meet there, hold a night; the engine and the check agree."""
    night = tuple(Availability(day, 1260, 1860) for day in range(7))
    whole = tuple(Availability(day, 0, 1440) for day in range(7))
    asked = centre()
    people = tuple(
        dataclasses.replace(a, availability=night if i % 2 else whole) for i, a in enumerate(asked.team.agents)
    )
    asked = dataclasses.replace(asked, team=dataclasses.replace(asked.team, agents=people))
    roster = planned(asked, need())
    assert not verify(roster, need(), asked).breaches
    found = shifts_by_agent(roster.frame)
    assert all(s.start.hour >= 21 and s.end.date() > s.start.date() for i in (1, 3) for s in found[f"a{i}"])
    assert any(s.end.date() > s.start.date() for i in (0, 2) for s in found[f"a{i}"])
    elsewhere = tuple(dataclasses.replace(a, availability=(Availability(2, 1260, 1440),)) for a in people)
    moved = dataclasses.replace(asked, team=dataclasses.replace(asked.team, agents=elsewhere))
    assert {b.rule for b in verify(roster, need(), moved).breaches} == {"availability"}


def test_the_night_needs_no_more_than_its_quietest_hour_so_far() -> None:
    plain = need(opening=always_open())
    minutes = plain.frame["start"].dt.hour * 60 + plain.frame["start"].dt.minute
    agents = np.select([minutes < 120, minutes < 300, minutes < 420], [4.0, 2.0, 3.0], 9.0)
    plain = dataclasses.replace(plain, frame=plain.frame.assign(agents=agents))
    asked = with_last_night(plain, centre(opening=always_open()))
    night = asked.frame[asked.frame["start"] >= MIDNIGHT].set_index("start")["agents"]
    assert night.index[-1] == MIDNIGHT + pd.Timedelta(hours=8.5), "eight hours and a meal of an hour"
    assert night.tolist() == [4.0] * 4 + [2.0] * 14
    assert asked.frame[asked.frame["start"] < MIDNIGHT].reset_index(drop=True).equals(plain.frame)
    assert with_last_night(asked, centre(opening=always_open())) is asked
    day = need(opening=tiny.NINE_TO_FIVE)
    assert with_last_night(day, centre(opening=tiny.NINE_TO_FIVE)) is day


def test_the_clock_changes_in_the_last_night_but_one() -> None:
    """25 October 2026 has 25 hours: Sunday's night begins after them."""
    week = Week.of(dt.date(2026, 10, 25))
    wanted, asked = need(1.0, week=week), centre()
    roster = planned(asked, wanted)
    assert roster.proof is not None
    assert roster.proof.cost_eur == pytest.approx(bill(roster, wanted, asked).eur)
    assert not verify(roster, wanted, asked).breaches
    assert not after_midnight(roster).empty
