"""Burdens and refusals go round: what one week brings is counted, carried, and made dearer in the next."""

from __future__ import annotations

import dataclasses

import pandas as pd

from forecasts.grid import Opening, Week
from staffing.centre import Centre
from staffing.commands.summary import account_lines
from staffing.plan import before
from staffing.rostering.assign import Solve, assign
from staffing.rostering.changes import Reading
from staffing.rostering.explain import why_week
from staffing.rostering.hours import usual_h
from staffing.rostering.ledger import (
    Asked,
    accounts_h,
    ledgers_after,
    ledgers_before,
    refusal_weight,
    spread,
    summed,
    week_by_week,
    wishes_of,
)
from staffing.rostering.roster import Roster
from staffing.rostering.team import Absence, Ledger, Wishes
from staffing.rostering.verify import verify
from staffing.rostering.worked import shifts_by_agent
from tests import tiny
from tests.rostering import small

SIX_DAYS = Opening(weekdays=(((480, 1200),),) * 5 + (((480, 960),), ()))
DAYS = tiny.WEEK.days


def centre(agents: int = 6, **wishes: object) -> Centre:
    contract = dataclasses.replace(small.DAY_SHIFT, hours_week=28.0, shift_min_h=7.0, shift_max_h=7.0)
    made = small.centre(agents, contract=contract, experts=0)
    people = tuple(dataclasses.replace(a, wishes=Wishes(**wishes)) for a in made.team.agents)  # type: ignore[arg-type]
    queues = tuple(dataclasses.replace(q, opening=SIX_DAYS) for q in made.queues)
    return dataclasses.replace(made, team=dataclasses.replace(made.team, agents=people), queues=queues)


def roster(*rows: tuple[str, int, float, float], week: Week = tiny.WEEK) -> Roster:
    found = [
        (a, tiny.GRID.at(week.days[d], int(60 * x)), tiny.GRID.at(week.days[d], int(60 * y)), "front")
        for a, d, x, y in rows
    ]
    return Roster(week, tiny.GRID, pd.DataFrame(found, columns=["agent", "start", "end", "activity"]))


def asked(made: Roster, asker: Centre) -> Asked:
    agent = asker.team.agents[0]
    return wishes_of(agent, shifts_by_agent(made.frame).get(agent.id, ()), asker, made.week)


def test_wishes_asked_are_those_the_week_could_refuse() -> None:
    sunday = centre(days_off=(DAYS[6],), weekdays_off=(2,), avoid_late=True, avoid_saturday=True)
    assert asked(roster(), sunday) == Asked("a0", 3, 3)
    assert asked(roster(("a0", 2, 8, 15)), sunday) == Asked("a0", 3, 2)
    assert asked(roster(("a0", 5, 12, 20)), sunday) == Asked("a0", 3, 1)
    away = (Absence("a0", DAYS[2], DAYS[2]),)
    gone = dataclasses.replace(sunday, team=dataclasses.replace(sunday.team, absences=away))
    assert asked(roster(), gone) == Asked("a0", 2, 2)


def test_a_published_week_is_added_to_the_ledger() -> None:
    made = centre(weekdays_off=(1,))
    made = dataclasses.replace(made, team=dataclasses.replace(made.team, ledgers=(Ledger("a0", 3, 2, 1, 3, 1),)))
    ledgers = {x.agent: x for x in ledgers_after(roster(("a0", 1, 12, 20), ("a0", 5, 8, 15)), made)}
    assert ledgers["a0"] == Ledger("a0", 4, 3, 2, 4, 1)
    assert ledgers["a1"] == Ledger("a1", 0, 0, 0, 1, 1)


def test_a_saturday_of_two_shifts_is_one_saturday() -> None:
    ledger = ledgers_after(roster(("a0", 5, 8, 10), ("a0", 5, 13, 15)), centre(1))[0]
    assert (ledger.weeks, ledger.saturdays) == (1, 1)


def test_the_weeks_one_by_one_add_up_to_what_they_bring_together() -> None:
    old, new = tiny.WEEK.plus(-2), tiny.WEEK
    team = centre(2, avoid_late=True)
    far, near = (roster(("a0", 0, 12, 20), ("a1", 5, 8, 15), week=old), roster(("a0", 1, 8, 15), week=new.plus(-1)))
    past = pd.concat([far.frame, near.frame], ignore_index=True)
    team = dataclasses.replace(team, team=dataclasses.replace(team.team, past=past))
    weeks = week_by_week(roster(("a0", 3, 12, 20), ("a1", 5, 8, 15), week=new), team)
    assert list(weeks) == [old, new.plus(-1), new]
    first, second = (summed(ledgers) for ledgers in zip(*weeks.values(), strict=True))
    assert (first.weeks, first.late_shifts, first.saturdays) == (3, 2, 0)
    assert (first.wishes_asked, first.wishes_granted) == (3, 1)
    assert (second.weeks, second.late_shifts, second.saturdays) == (2, 0, 2)
    assert weeks[new.plus(-1)][1] == Ledger("a1"), "a week without work counts nothing"


def test_who_has_no_ledger_is_counted_from_the_past_roster() -> None:
    past = pd.concat(
        [roster(("a0", 0, 12, 20), ("a0", 5, 8, 15), ("a1", 0, 8, 15), week=tiny.WEEK.plus(-i)).frame for i in (1, 2)]
    )
    made = centre()
    made = dataclasses.replace(made, team=dataclasses.replace(made.team, past=past, ledgers=(Ledger("a1", 9, 9, 9),)))
    assert set(ledgers_before(made, tiny.WEEK)) == {Ledger("a0", 2, 2, 2), Ledger("a1", 9, 9, 9)}
    assert set(before(made, tiny.WEEK.plus(-1)).team.ledgers) == {Ledger("a0", 1, 1, 1), Ledger("a1", 9, 9, 9)}


def test_an_account_goes_back_a_year_and_burdens_a_quarter() -> None:
    """Two hours ahead (30 of 28 owed) and a late Saturday, 20 weeks ago."""
    made = centre(1)
    contract = dataclasses.replace(made.team.contracts[0], flex_h=4.0, account_h=10.0)
    far = roster(*(("a0", d, 8, 14) for d in range(4)), ("a0", 5, 14, 20), week=tiny.WEEK.plus(-20))
    made = dataclasses.replace(made, team=dataclasses.replace(made.team, contracts=(contract,), past=far.frame))
    assert ledgers_before(made, tiny.WEEK) == (Ledger("a0", account_h=2.0),)


def test_hours_ahead_are_given_back() -> None:
    """An account that may stray three hours: who is four ahead works at least an hour less, who is three behind
    works all that is owed and more."""
    made = centre()
    contract = dataclasses.replace(made.team.contracts[0], flex_h=2.0, account_h=3.0)
    ledgers = (Ledger("a0", account_h=4.0), Ledger("a1", account_h=-3.0), Ledger("a2", account_h=1.5))
    made = dataclasses.replace(made, team=dataclasses.replace(made.team, contracts=(contract,), ledgers=ledgers))
    people = made.team.agents
    assert [usual_h(a, made, tiny.WEEK) for a in people[:4]] == [(26, 27), (28, 30), (26, 29.5), (26, 30)]
    after = {x.agent: x.account_h for x in ledgers_after(roster(*(("a0", d, 8, 15) for d in range(4))), made)}
    assert after["a0"] == 4.0 + 27.0 - 28.0
    none = dataclasses.replace(made, team=dataclasses.replace(made.team, contracts=centre().team.contracts))
    assert usual_h(people[0], none, tiny.WEEK) == (28, 28)
    assert {x.account_h for x in ledgers_after(roster(), none)} == {4.0, -3.0, 1.5, 0.0}


def test_everybody_is_told_what_the_week_makes_of_their_account() -> None:
    """28 h owed a week: 35 h worked put all that the account takes on it, 21 h take seven off."""
    made = centre(3)
    kept = dataclasses.replace(made.team.contracts[0], name="kept", flex_h=7.5, account_h=12.5)
    people = [dataclasses.replace(a, contract="kept") for a in made.team.agents[:2]]
    team = dataclasses.replace(
        made.team, agents=(*people, made.team.agents[2]), contracts=(kept, made.team.contracts[0]),
        ledgers=(Ledger("a0", account_h=2.25), Ledger("a2", account_h=5.0)),
    )  # fmt: skip
    made = dataclasses.replace(made, team=team)
    week = roster(*(("a0", d, 8, 15) for d in range(5)), *(("a1", d, 8, 15) for d in range(3)), ("a2", 0, 8, 15))
    assert accounts_h(week, made) == {"a0": (2.25, 9.25), "a1": (0.0, -7.0)}
    reading = Reading(week, small.requirement({"front": 1.0}), made)
    told = {a.id: why_week(reading, a.id, "en") for a in made.team.agents}
    assert any("2 h 15 before this week, +9 h 15 after it (by contract at most 12 h 30" in line for line in told["a0"])
    assert any("0 h 00 before this week, −7 h 00 after it" in line for line in told["a1"])
    assert not any("account" in line for line in told["a2"])
    assert account_lines(week, made, "fr") == ["Comptes d'heures après cette semaine : de −7 h 00 (a1) à +9 h 15 (a0)."]
    assert account_lines(week, centre(3), "fr") == []
    later = dataclasses.replace(made, team=dataclasses.replace(team, ledgers=ledgers_after(week, made)))
    assert {a: was for a, (was, _) in accounts_h(roster(), later).items()} == {"a0": 9.25, "a1": -7.0}


def test_hours_far_ahead_are_given_back_no_faster_than_the_branch_lets_a_week_shrink() -> None:
    """24 h less the 6 h that may move would be 18 h; the branch's modulated week holds 20 h at least: they are worked,
    and nobody is left out for having too many hours on the account."""
    made = small.centre(2, experts=0)
    contract = dataclasses.replace(
        made.team.contracts[0], rules="fr_private_idcc2098", hours_week=24.0, flex_h=6.0, account_h=8.0
    )
    ledgers = (Ledger("a0", account_h=60.0), Ledger("a1", account_h=0.0))
    made = dataclasses.replace(made, team=dataclasses.replace(made.team, contracts=(contract,), ledgers=ledgers))
    assert [usual_h(a, made, tiny.WEEK) for a in made.team.agents] == [(18, 20), (18, 30)]
    need = small.requirement({"front": 2.0})
    week = assign(need, made, tiny.WEEK, options=Solve(seconds=0.1, repeatable=True))
    found = verify(week, need, made)
    assert week.reasons == () and found.breaches == () and found.hours["hours_paid"].iloc[0] == 20.0


def test_the_engine_keeps_the_account_within_its_limit_over_four_weeks() -> None:
    """Two heavy weeks and two light ones: hours move to where they are needed, and the account never strays."""
    made = centre(2)
    contract = dataclasses.replace(
        made.team.contracts[0], flex_h=8.0, account_h=8.0, shift_min_h=5.0, shift_max_h=9.0, shift_step_min=60
    )
    made = dataclasses.replace(made, team=dataclasses.replace(made.team, contracts=(contract,)))
    paid = []
    for i, agents in enumerate((2.0, 2.0, 0.0, 0.0)):
        need = small.requirement({"front": agents}, opening=SIX_DAYS, week=tiny.WEEK.plus(i))
        week = assign(need, made, tiny.WEEK.plus(i), options=Solve(seconds=0.1, repeatable=True))
        assert verify(week, need, made).breaches == ()
        ledgers = ledgers_after(week, made)
        assert all(abs(ledger.account_h) <= 8.0 for ledger in ledgers)
        made = dataclasses.replace(made, team=dataclasses.replace(made.team, ledgers=ledgers))
        paid.append(float(verify(week, need, made).hours["hours_paid"].sum()))
    assert paid == [72.0, 56.0, 40.0, 40.0]


def test_refusals_weigh_up_to_twice() -> None:
    assert refusal_weight(None) == refusal_weight(Ledger("a", 5)) == 1.0
    assert refusal_weight(Ledger("a", 5, wishes_asked=5)) == 2.0
    assert refusal_weight(Ledger("a", 5, wishes_asked=5, wishes_granted=5)) == 1.0


def test_over_four_weeks_burdens_and_refusals_go_round() -> None:
    """Half of the team is needed on Saturdays and nobody likes them: with the ledger everybody has some, with the first
    week again and again the same people have them all."""
    need = small.requirement({"front": 2.0}, opening=SIX_DAYS)
    frame = need.frame.assign(agents=need.frame["agents"].where(need.frame["start"].dt.day_of_week != 5, 3.0))
    carried = alike = centre(avoid_saturday=True, weight_eur=20.0)
    weeks = []
    for i in range(4):
        moved = frame.assign(start=frame["start"] + pd.Timedelta(weeks=i))
        week_need = dataclasses.replace(need, week=tiny.WEEK.plus(i), frame=moved)
        weeks.append(assign(week_need, carried, tiny.WEEK.plus(i), options=Solve(seconds=1.0, repeatable=True)))
        carried, alike = (
            dataclasses.replace(c, team=dataclasses.replace(c.team, ledgers=ledgers_after(made, c)))
            for c, made in ((carried, weeks[-1]), (alike, weeks[0]))
        )
    found = [{name: high - low for name, (low, high) in spread(c.team.ledgers).items()} for c in (carried, alike)]
    for kind in ("saturdays", "wishes_granted"):
        assert found[0][kind] <= 0.5
        assert found[1][kind] >= 0.75
