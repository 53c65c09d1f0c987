"""Levers: each within its law, and the planner's mix cheaper and better than its parts."""

from __future__ import annotations

import dataclasses
import datetime as dt
import functools
import pickle
from concurrent.futures import ThreadPoolExecutor

import pandas as pd
import pytest

from staffing.centre import Centre
from staffing.levers.ivr_message import IvrMessage
from staffing.levers.lever import Lever, Offer, Peak
from staffing.levers.modulation import Modulation
from staffing.levers.move_shifts import MoveShifts
from staffing.levers.overflow import Overflow
from staffing.levers.overtime import Overtime
from staffing.levers.part_time_hours import PartTimeHours
from staffing.levers.planner import (
    LEVERS,
    Answer,
    Rung,
    Wish,
    carried_out,
    cheapest,
    lawful,
    levers_for,
    margins,
    painted,
)
from staffing.levers.target_relaxed import TargetRelaxed
from staffing.levers.temporary_staff import TemporaryStaff
from staffing.peak import PeakAnswer, with_levers
from staffing.plan import Plan
from staffing.rostering.roster import Roster
from staffing.rostering.team import Skill
from staffing.rostering.verify import coverage_of, verify
from staffing.scenarios.changes import CalledBack, Volume
from staffing.simulation.play import Play
from staffing.simulation.simulate import simulate
from staffing.sizing.size import size
from staffing.targets import Deadline
from tests import tiny
from tests.simulation import weeks

TODAY = tiny.WEEK.monday - dt.timedelta(days=14)
PLAY = Play(at_least=20, at_most=20)
LATE_PEAK = Volume(from_min=900, factor=1.35)


@functools.cache
def peak(agents: int = 8) -> Peak:
    """Calls rise at 15:00; the roster was made for a plain day and ends at 16:00."""
    centre = weeks.centre(agents, 4)
    centre, forecast = LATE_PEAK.applied(centre, weeks.forecast(30.0, day_cv=0.05))
    return Peak(centre, forecast, size(forecast, centre, tiny.WEEK), _home_at_four(weeks.roster(centre)), TODAY)


def _home_at_four(roster: Roster) -> Roster:
    early = roster.frame[roster.frame["start"].dt.hour < 16].copy()
    ends = early["end"].dt.normalize() + dt.timedelta(hours=16)
    early["end"] = early["end"].where(early["end"] <= ends, ends)
    return dataclasses.replace(roster, frame=early)


@pytest.mark.parametrize("lever", [IvrMessage(), Overtime()])
def test_the_need_beside_the_levers_is_what_the_calls_kept_away_leave_of_it(lever: Lever) -> None:
    """A message answers calls for good, so fewer agents are needed; longer shifts take nothing from the need."""
    asked, wish = peak(), Wish(TODAY, 1.0, ladder=(Rung(),), halvings=0, play=Play(at_least=3, at_most=3))
    need = asked.requirement
    plan = Plan(
        asked.centre, tiny.WEEK, "peak", asked.forecast, need, asked.roster, verify(asked.roster, need, asked.centre)
    )
    starts = tuple(t.isoformat() for t in sorted(set(need.frame["start"])))
    needed = tuple(float(v) for v in need.frame.groupby("start")["agents"].sum())
    found = levers_for(asked.roster, asked.forecast, asked.centre, wish, levers=(lever,))
    told = with_levers(PeakAnswer("peak", starts, needed, needed, (), (), (), False), found, plan, need)
    (side,), hours = told.sides, asked.centre.grid.interval_h
    assert {offer[0] for offer in told.offers} == {lever.name}
    if isinstance(lever, IvrMessage):
        assert (1 - 2 * lever.share) * sum(needed) < sum(told.eased) < sum(needed)
        assert all(eased <= before for eased, before in zip(told.eased, needed, strict=True))
    assert side.required_hours == pytest.approx(hours * sum(told.eased or needed))
    assert 0.0 <= side.shortage_hours < plan.verification.shortage_hours


CLIMB = Wish(TODAY, 0.8, ladder=(Rung(weight=0.2), Rung(weight=0.2), Rung(0.9, 3.0)), play=PLAY)


@functools.cache
def climbed() -> tuple[Answer, tuple[str, ...]]:
    """The frontier of that peak, and the steps told on the way."""
    given, steps = peak(), list[str]()
    found = levers_for(given.roster, given.forecast, given.centre, CLIMB, watch=lambda d, t, n: steps.append(n) or True)
    return found, tuple(steps)


@pytest.mark.parametrize("lever", LEVERS, ids=lambda lever: lever.name)
def test_every_lever_says_its_notice_and_its_article(lever: object) -> None:
    assert lever.notice_days >= 0 and len(lever.article) > 10  # type: ignore[attr-defined]


def test_overtime_offers_only_lawful_hours_that_help() -> None:
    given = peak()
    offers = list(Overtime().offers(given))
    assert offers
    for offer in offers[:20]:
        made = painted(given.roster, offer.segments)
        assert not verify(made, given.requirement, given.centre).breaches
        assert offer.eur == pytest.approx(offer.hours * 25.0 * 1.25)
        assert offer.relief and all(place[:2] in given.short for place in offer.relief)


def test_the_limits_of_hours_hold_to_the_hour() -> None:
    given = peak()
    full = dataclasses.replace(given, roster=weeks.no_meal(given.roster))
    assert not list(PartTimeHours().offers(full)), "nobody works part time here"
    assert not list(Modulation().offers(full)), "the neutral pack has no modulation"
    short_day = list(full.longer(2.0))
    assert short_day and not list(full.longer(3.5)), "7 h and 3.5 h make more than ten"


@pytest.mark.parametrize("lever", [Overtime(), MoveShifts(), TemporaryStaff()])
def test_an_offer_relieves_by_what_the_roster_then_covers(lever: Lever) -> None:
    """Shifts that end at a quarter to the hour and a slow agent: half an interval counted whole, 0.8 as one."""
    plain = peak()
    frame = plain.roster.frame.assign(
        end=lambda f: f["end"].where(f["end"].dt.hour < 16, f["end"] - dt.timedelta(minutes=15))
    )
    slow = dataclasses.replace(plain.centre.team.agents[0], skills=(Skill("front", 0.8),))
    team = dataclasses.replace(plain.centre.team, agents=(slow, *plain.centre.team.agents[1:]))
    given = Peak(
        dataclasses.replace(plain.centre, team=team), plain.forecast, plain.requirement,
        dataclasses.replace(plain.roster, frame=frame), TODAY,
    )  # fmt: skip
    before, offers = _scheduled(given, given.roster, given.centre), list(lever.offers(given))
    assert offers
    for offer in offers:
        centre = offer.change.applied(given.centre, given.forecast)[0] if offer.change else given.centre
        more = _scheduled(given, carried_out(given.roster, [offer]), centre) - before
        relief = pd.DataFrame(offer.relief, columns=["queue", "start", "agents"]).groupby(["queue", "start"])["agents"]
        assert more[relief.sum().index].to_numpy() == pytest.approx(relief.sum().to_numpy())


def _scheduled(given: Peak, roster: Roster, centre: Centre) -> pd.Series[float]:
    return coverage_of(roster, given.requirement, centre).set_index(["queue", "start"])["scheduled"]


def test_volume_levers_take_from_the_question_not_from_the_roster() -> None:
    given = peak()
    for lever in (IvrMessage(), Overflow(channels=("phone",))):
        for offer in lever.offers(given):
            _, less = offer.change.applied(given.centre, given.forecast)  # type: ignore[union-attr]
            assert less.frame["contacts"].sum() < given.forecast.frame["contacts"].sum()
            assert not offer.segments


def test_a_relaxed_target_is_said_and_priced() -> None:
    offer = next(iter(TargetRelaxed().offers(peak())))
    assert offer.eur == pytest.approx(4000.0) and offer.change is not None


def test_the_mix_costs_no_more_than_any_single_lever_that_does_as_well() -> None:
    given = peak()
    everything = [o for lever in LEVERS for o in lever.offers(given)]
    goals = given.centre.goals

    def total(offers: tuple) -> float:
        done: dict = {}
        for offer in offers:
            for queue, start, agents in offer.relief:
                done[queue, start] = done.get((queue, start), 0.0) + agents
        price = (goals.shortage_eur_h + goals.shortage_deep_eur_h) * given.centre.grid.interval_h
        left = sum(
            max(0.0, short - done.get(place, 0.0)) * price * (1.4 if place[0] == "expert" else 1.0)
            for place, short in given.short.items()
        )
        return sum(o.eur for o in offers) + left

    mix = total(cheapest(given, everything))
    for lever in LEVERS:
        assert mix <= total(cheapest(given, list(lever.offers(given)))) * 1.001 + 1


def test_the_frontier_rises_from_doing_nothing_and_the_margins_say_what_each_lever_gives() -> None:
    found, steps = climbed()
    assert found.frontier[0].eur == 0 and steps[0] == "nothing"
    best = max(found.frontier, key=lambda m: m.service)
    assert best.service > found.frontier[0].service + 0.1 and best.eur > 0
    if found.chosen is not None:
        assert found.chosen.p_target >= 0.8
    table = margins(best, peak(), PLAY)
    assert set(table["lever"]) == set(best.by_lever)
    assert (table["eur"] > 0).all() and table["service_points"].max() > 0


def test_a_mix_asks_no_hours_of_people_whose_queue_the_play_already_serves() -> None:
    """Level 1 is swamped, so little of what the need counts on reaches the written queue of level 2: its agents would
    sit beside an empty queue for their overtime."""
    made = weeks.centre(4, 3)
    written = dataclasses.replace(made.queue("expert"), kind="email", target=Deadline(working_days=5), patience_s=None)
    centre = dataclasses.replace(made, queues=(made.queue("front"), written))
    wish = Wish(TODAY, 0.9, ladder=(Rung(),), halvings=0, play=Play(at_least=4, at_most=4))
    found = levers_for(_home_at_four(weeks.roster(centre)), weeks.forecast(40.0), centre, wish, levers=(Overtime(),))
    before, after = found.nothing.played.service("expert"), found.shown.played.service("expert")
    assert before.min() == 1.0 and after.min() == 1.0
    assert {o.subject for o in found.shown.offers} == {"a0", "a1", "a2", "a3"}
    assert {o.subject for o in found.shown.needless} <= {"e0", "e1", "e2"} and found.shown.needless
    assert found.shown in found.frontier and found.shown.service > found.nothing.service
    assert found.shown.eur == pytest.approx(sum(o.eur for o in found.shown.offers))


def test_levers_without_time_for_their_notice_are_left_out() -> None:
    given = peak()
    late = Wish(tiny.WEEK.monday, probability=0.9, ladder=(Rung(),), play=PLAY)
    used = {o.lever for m in levers_for(given.roster, given.forecast, given.centre, late).frontier for o in m.offers}
    assert not used & {"overtime", "modulation", "overflow", "part_time_hours"}


def test_temporary_staff_answer_at_their_own_pace_and_need_a_fortnight() -> None:
    from staffing.levers.planner import played_with

    given = peak()
    offers = list(TemporaryStaff(people=3).offers(given))
    assert len(offers) == 3
    mix = played_with(offers, given, PLAY)
    assert mix.service > played_with((), given, PLAY).service
    assert {o.subject for o in offers} <= set(mix.played.agents["agent"])


def test_temporary_staff_keep_the_branch_s_pauses_and_whole_shifts_are_not_cut_while_they_move() -> None:
    """Nobody works more than three hours in a row; and no mix both moves a shift and takes part of it."""
    from staffing.levers.planner import best_lawful
    from staffing.levers.temporary_staff import TemporaryStaff

    given = peak()
    contracts = tuple(dataclasses.replace(c, rules="fr_private_idcc2098") for c in given.centre.team.contracts)
    team = dataclasses.replace(given.centre.team, contracts=contracts)
    branch = dataclasses.replace(given, centre=dataclasses.replace(given.centre, team=team))
    offers = list(TemporaryStaff(people=2).offers(branch))
    assert len(lawful(branch, offers)) == 2

    part = Offer("part", "a0", 0.1, (), (("a0", *_at(10, 11), "front"),), only_one="part")
    moved = [o for o in MoveShifts().offers(given) if o.subject == "a0" and o.clears[0][1].date() == tiny.WEEK.monday]
    eased = tuple((q, s, 1.0) for q, s in given.short)
    mix = best_lawful(given, [*moved, dataclasses.replace(part, relief=eased)], weight=50)
    assert moved and [o.lever for o in mix] == ["part"]


def test_hours_beyond_the_contract_s_are_a_decision_within_the_law() -> None:
    """35 h are owed in days of seven and the contract lets none go further: overtime adds hours all the same, told as a
    change."""
    given = peak()
    sevens = tuple(dataclasses.replace(c, shift_max_h=7.0) for c in given.centre.team.contracts)
    centre = dataclasses.replace(given.centre, team=dataclasses.replace(given.centre.team, contracts=sevens))
    full = dataclasses.replace(given, roster=weeks.no_meal(given.roster), centre=centre)
    offers = [o for o in Overtime().offers(full) if o.subject == "a0"]
    assert offers and lawful(full, offers[:1]) == (offers[0],)
    after, _ = offers[0].change.applied(full.centre, full.forecast)  # type: ignore[union-attr]
    assert after.team.contracts[0].overtime_max_h == Overtime().week_max_h
    assert after.team.contracts[0].shift_max_h == 10.0


def _at(*hours: int) -> tuple[pd.Timestamp, ...]:
    return tuple(tiny.GRID.at(tiny.WEEK.monday, 60 * hour) for hour in hours)


def test_leave_is_asked_back_only_a_month_ahead() -> None:
    from staffing.levers.leave_freeze import LeaveFreeze
    from staffing.rostering.team import Absence

    given = peak()
    away = Absence("a0", tiny.WEEK.monday, tiny.WEEK.monday)
    team = dataclasses.replace(given.centre.team, absences=(away,))
    near = dataclasses.replace(given, centre=dataclasses.replace(given.centre, team=team))
    far = dataclasses.replace(near, today=tiny.WEEK.monday - dt.timedelta(days=40))
    assert not list(LeaveFreeze().offers(near))
    assert {o.subject for o in LeaveFreeze().offers(far)} == {"a0"}


def test_a_moved_shift_keeps_its_hours_and_takes_nobody_from_where_nobody_can_be_spared() -> None:
    given = peak()
    before = given.roster.frame
    offers = list(MoveShifts().offers(given))
    assert offers
    for offer in offers[:10]:
        after = carried_out(given.roster, [offer]).frame
        spans = [(f["end"] - f["start"]).sum() for f in (before, after)]
        assert spans[0] == spans[1] and not after.equals(before)
    taken = cheapest(given, offers)
    gone: dict = {}
    for queue, start, more in (place for offer in taken for place in offer.relief):
        gone[queue, start] = gone.get((queue, start), 0.0) + more
    assert taken and all(
        more >= -given.spare.get(place, 0.0) for place, more in gone.items() if place not in given.short
    )


def test_offers_that_together_break_the_law_do_not_stay_together() -> None:
    """Two offers, each lawful, lengthen one day beyond ten hours."""
    given = peak()
    longer = [(day, seg, h) for day, seg, h in given.longer(2.0) if seg[1] == day.end]
    day, segment, _ = longer[0]
    more = (segment[0], segment[2], segment[2] + dt.timedelta(hours=2), segment[3])
    pair = [Offer("a", day.agent.id, 10.0, (), (segment,)), Offer("b", day.agent.id, 20.0, (), (more,))]
    assert not verify(carried_out(given.roster, pair[:1]), given.requirement, given.centre).breaches
    assert verify(carried_out(given.roster, pair), given.requirement, given.centre).breaches
    assert lawful(given, pair) == (pair[0],)


def test_the_frontier_has_a_point_for_each_spending() -> None:
    found, _ = climbed()
    spent = [m.eur for m in found.frontier]
    assert len(set(spent)) == len(spent) >= 3, "an equal mix adds no point"
    assert found.frontier[-1].service > found.frontier[0].service


def test_callers_called_back_are_the_same_callers_later() -> None:
    given = peak()
    change = CalledBack(("phone",), from_min=900, to_min=960, share=0.5, after_min=60)
    _, after = change.applied(given.centre, given.forecast)
    moved = after.frame["contacts"] - given.forecast.frame["contacts"]
    assert moved.sum() == pytest.approx(0.0, abs=1e-6) and moved.min() < -1
    assert after.frame["called_back"].sum() == pytest.approx(-moved[moved < 0].sum())
    assert set(given.forecast.frame["start"][moved < -1e-9].dt.hour) == {15}


def test_call_backs_are_played_as_calls_that_nobody_gives_up() -> None:
    """Calls come back in hours as crowded: fewer give up than when the same callers dial again themselves."""
    given = peak(6)
    change = CalledBack(("phone",), from_min=780, to_min=900, share=0.6, after_min=120)
    centre, asked = change.applied(given.centre, given.forecast)
    alone = dataclasses.replace(asked, frame=asked.frame.drop(columns="called_back"))
    gave_up = [
        float(simulate(given.roster, forecast, centre, options=PLAY).weeks.set_index("queue").loc["front", "gave_up"])
        for forecast in (asked, alone)
    ]
    assert gave_up[0] < gave_up[1] - 0.02


def test_a_call_back_offered_over_lunch_helps_those_who_stay() -> None:
    """Half of the team is at table from 12:30 to 13:30; three callers in ten are called two hours later."""
    centre, forecast = weeks.centre(9, 4), weeks.forecast(30.0)
    roster = weeks.roster(centre)
    change = CalledBack(("phone",), from_min=750, to_min=810, share=0.3)
    lunch = []
    for asked in (change.applied(centre, forecast)[1], forecast):
        rows = simulate(roster, asked, centre, options=PLAY).intervals
        mine = rows[
            (rows["queue"] == "front") & (rows["start"].dt.hour * 60 + rows["start"].dt.minute).between(750, 780)
        ]
        lunch.append((mine["expected"].mean(), mine["gave_up"].mean()))
    assert lunch[0][0] > lunch[1][0] + 0.05 and lunch[0][1] < lunch[1][1] - 0.02


def test_rungs_that_begin_together_give_the_same_frontier() -> None:
    """Through threads, so that a process need not start; rungs share nothing."""
    given = peak()
    alone = climbed()[0].frame
    with ThreadPoolExecutor(2) as executor:
        together = levers_for(given.roster, given.forecast, given.centre, CLIMB, executor=executor).frame
    assert together.equals(alone) and len(alone) >= 2
    pickle.loads(pickle.dumps(LEVERS))


def test_between_a_mix_that_misses_and_a_dear_one_that_reaches_a_cheaper_one_is_sought() -> None:
    given, steps = peak(), list[str]()
    levers = (Overtime(), Overflow(channels=("phone",), share=0.5), IvrMessage())
    wish = Wish(TODAY, 0.6, ladder=(Rung(weight=0.3), Rung(0.95, 5.0)), halvings=1, play=PLAY)
    found = levers_for(given.roster, given.forecast, given.centre, wish, levers=levers,
                       watch=lambda _done, _total, name: steps.append(name) or True)  # fmt: skip
    assert steps == ["nothing", "expected x 0.3", "95% x 5", "72% x 1.2247"]
    missed, reached = found.frontier[1], found.frontier[-1]
    assert missed.p_target < 0.6 <= reached.p_target
    assert found.chosen is not None and missed.eur < found.chosen.eur < 0.8 * reached.eur
    assert found.chosen.p_target >= 0.6
