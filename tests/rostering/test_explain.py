"""Explanations, priced changes and repairs hold what they say when the whole roster is read again."""

from __future__ import annotations

import dataclasses
import datetime as dt

import numpy as np
import pandas as pd
import pytest

from forecasts.grid import Opening
from staffing.centre import Centre
from staffing.rostering.assign import Solve, assign
from staffing.rostering.changes import Change, Reading, best_change_at, changes_at
from staffing.rostering.costs import bill
from staffing.rostering.explain import why_short, why_week
from staffing.rostering.hours import in_post
from staffing.rostering.ideas import paint
from staffing.rostering.notice import worked
from staffing.rostering.replan import Repair, _costliest, replan
from staffing.rostering.roster import MEAL, Roster
from staffing.rostering.rules.rule import Segment, Shift
from staffing.rostering.team import Absence, Agent, Commitment, Skill, Wishes
from staffing.rostering.verify import breaches_of, verify
from staffing.sizing.requirement import Requirement
from tests import tiny
from tests.rostering import small

NEED = small.requirement({"front": 5, "expert": 1})


def mixed_centre() -> Centre:
    """Eight on the front, two of them experts too, one on long leave, one with wishes; a contract with overtime."""
    contract = dataclasses.replace(small.DAY_SHIFT, flex_h=1.0, overtime_max_h=4.0)
    centre = small.centre(8, contract=contract, experts=2)
    agents = list(centre.team.agents)
    agents[0] = dataclasses.replace(agents[0], wishes=Wishes(weekdays_off=(2,), avoid_late=True))
    away = (Absence("a1", tiny.WEEK.days[0], tiny.WEEK.days[1]),)
    return dataclasses.replace(centre, team=dataclasses.replace(centre.team, agents=tuple(agents), absences=away))


@pytest.fixture(scope="module")
def centre() -> Centre:
    return mixed_centre()


@pytest.fixture(scope="module")
def roster(centre: Centre) -> Roster:
    return assign(NEED, centre, tiny.WEEK, options=Solve(seconds=1.0, repeatable=True))


@pytest.fixture(scope="module")
def reading(roster: Roster, centre: Centre) -> Reading:
    return Reading(roster, NEED, centre)


def cost_eur(roster: Roster, requirement: Requirement, centre: Centre) -> float:
    """The whole bill of a roster."""
    return bill(roster, requirement, centre).eur


def short_slots(reading: Reading) -> list[tuple[str, pd.Timestamp]]:
    rows = verify(reading.roster, NEED, reading.centre).coverage.query("shortage > 0.05")
    rows = rows.sort_values("shortage", ascending=False)
    return list(zip(rows["queue"], rows["start"], strict=True))[:12]


def test_every_change_is_lawful_covers_the_interval_and_costs_what_it_says(
    reading: Reading, roster: Roster, centre: Centre
) -> None:
    before, old = verify(roster, NEED, centre), cost_eur(roster, NEED, centre)
    kinds = set()
    for queue, moment in short_slots(reading):
        for change in changes_at(reading, queue, moment):
            made = reading.after(change).roster
            after = verify(made, NEED, centre)
            assert set(after.breaches) <= set(before.breaches)
            assert cost_eur(made, NEED, centre) - old == pytest.approx(change.eur, abs=1e-6)
            at = (after.coverage["queue"] == queue) & (after.coverage["start"] == moment)
            gained = after.coverage[at]["scheduled"].iloc[0] - before.coverage[at]["scheduled"].iloc[0]
            assert gained == pytest.approx(change.covers) and gained > 0
            again = reading.after(change)
            assert again.shortage_h == pytest.approx(after.shortage_hours)
            assert Reading(made, NEED, centre).shortage_h == pytest.approx(again.shortage_h)
            kinds.add(change.kind)
    assert len(kinds) >= 2


def test_everybody_qualified_is_somewhere_and_the_absent_are_absent(reading: Reading) -> None:
    moment = tiny.GRID.at(tiny.WEEK.monday, 600)
    found = why_short(reading, "front", moment)
    assert {w.agent for w in found.whereabouts} == {f"a{i}" for i in range(8)}
    states = {w.agent: w.state for w in found.whereabouts}
    assert states["a1"] == "absent"
    rows = reading.roster.frame
    there = rows[(rows["start"] <= moment) & (moment < rows["end"]) & (rows["activity"] == "front")]
    assert {a for a, state in states.items() if state == "serving"} == set(there["agent"])
    for language in ("fr", "en"):
        assert len(found.sentences(language)) >= 2


def test_who_is_not_in_post_that_day_is_not_told_away() -> None:
    centre, moment = small.centre(2), tiny.GRID.at(tiny.WEEK.days[2], 600)
    leaves, begins = centre.team.agents
    people = (
        dataclasses.replace(leaves, last_day=tiny.WEEK.days[1]),
        dataclasses.replace(begins, since=tiny.WEEK.days[3]),
    )
    centre = in_post(dataclasses.replace(centre, team=dataclasses.replace(centre.team, agents=people)), tiny.WEEK)
    rows = [(leaves.id, tiny.GRID.at(tiny.WEEK.monday, 540), tiny.GRID.at(tiny.WEEK.monday, 840), "front")]
    roster = Roster(tiny.WEEK, tiny.GRID, pd.DataFrame(rows, columns=["agent", "start", "end", "activity"]))
    found = why_short(Reading(roster, small.requirement({"front": 1}), centre), "front", moment)
    assert [w.state for w in found.whereabouts] == ["out_of_post", "out_of_post"]
    assert any("Pas en poste ce jour-là (2)" in line for line in found.sentences("fr"))


def test_an_interval_without_need_cannot_be_explained(reading: Reading) -> None:
    with pytest.raises(ValueError, match="needs nobody"):
        why_short(reading, "front", tiny.GRID.at(tiny.WEEK.monday, 300))


def test_who_lacks_the_skill_but_is_one_too_many_elsewhere_is_trainable() -> None:
    agents = tuple(Agent(f"b{i}", "", 1, (Skill("front"),), "full") for i in range(3))
    centre = dataclasses.replace(small.centre(), team=dataclasses.replace(small.centre().team, agents=agents))
    need = small.requirement({"front": 1, "expert": 1})
    rows = [(a.id, tiny.GRID.at(tiny.WEEK.monday, 540), tiny.GRID.at(tiny.WEEK.monday, 720), "front") for a in agents]
    made = Roster(tiny.WEEK, tiny.GRID, pd.DataFrame(rows, columns=["agent", "start", "end", "activity"]))
    found = why_short(Reading(made, need, centre), "expert", tiny.GRID.at(tiny.WEEK.monday, 600))
    assert found.trainable == ("b0", "b1", "b2") and found.whereabouts == ()


def test_whose_hours_leave_no_room_for_a_shift_is_told_with_the_most_the_week_may_hold() -> None:
    """Twenty-four hours paid of thirty: not full, yet another shift of seven would be too many."""
    contract = dataclasses.replace(small.DAY_SHIFT, hours_week=30.0, flex_h=0.0, shift_min_h=7.0)
    made, at = small.centre(1, contract=contract), tiny.GRID.at
    rows = [("a0", at(day, 540), at(day, 900), "front") for day in tiny.WEEK.days[:4]]
    roster = Roster(tiny.WEEK, tiny.GRID, pd.DataFrame(rows, columns=["agent", "start", "end", "activity"]))
    found = why_short(Reading(roster, small.requirement({"front": 1}), made), "front", at(tiny.WEEK.days[4], 600))
    assert [(w.state, w.detail) for w in found.whereabouts] == [("hours_full", "24 / 30 h")]
    assert any("24 / 30 h" in line for line in found.sentences("fr"))


def test_an_hour_more_on_a_contract_and_one_more_skill_are_priced() -> None:
    """The expert's thirty hours are used up; one on the front is one too many. What a richer contract or a trained
    agent would bring costs what the same change costs in a centre that has them."""
    contract = dataclasses.replace(small.DAY_SHIFT, hours_week=30.0)
    made = small.centre(3, contract=contract, experts=1)
    richer = dataclasses.replace(contract, hours_week=31.0)
    rich = dataclasses.replace(made, team=dataclasses.replace(made.team, contracts=(richer,)))
    need, at = small.requirement({"front": 1, "expert": 1}), tiny.GRID.at
    spans = ((600, 780, ""), (780, 840, "meal"), (840, 1020, ""))
    rows = [
        (a.id, at(day, low - early), at(day, high - early), word or ("expert" if a.id == "a2" else "front"))
        for a, early in zip(made.team.agents, (60, 60, 0), strict=True)
        for day in tiny.WEEK.days[:5]
        for low, high, word in spans
    ]
    roster = Roster(tiny.WEEK, tiny.GRID, pd.DataFrame(rows, columns=["agent", "start", "end", "activity"]))
    reading, other = Reading(roster, need, made), Reading(roster, need, rich)
    found = why_short(reading, "expert", at(tiny.WEEK.monday, 570))
    means = {change.kind: change for change in found.means}
    assert set(means) == {"contract_hour", "cross_train"} and found.changes == ()
    hour, trained = means["contract_hour"], means["cross_train"]
    assert (hour.agent, hour.detail, hour.covers, hour.paid_h) == ("a2", "full", 1.0, 0.5)
    assert other.lawful("a2", hour.shifts) and not reading.lawful("a2", hour.shifts)
    assert hour.eur == pytest.approx(other.effect("a2", hour.shifts)[0])
    assert trained.agent in ("a0", "a1") and trained.detail == "expert"
    switched = 2 * reading.centre.goals.switch_eur  # to the experts and back
    assert trained.eur == pytest.approx(0.5 * (-8.0 - 1.4 * (100.0 + 0.9 * 100.0)) + switched)
    lines = {language: found.sentences(language) for language in ("fr", "en")}
    assert len(lines["fr"]) == len(lines["en"]) and any("Agent 2" in line for line in lines["en"])


def test_no_change_puts_anybody_on_a_queue_while_it_is_closed() -> None:
    """Saturdays are open from 10 to 11 and from 12 to 13. Whose day is 9 to 14 is not sent there for it, whose day is
    10 to 11 may come, and may not stay over the closed hour for what is short at 12."""
    opening = Opening(weekdays=(((540, 1020),),) * 5 + (((600, 660), (720, 780)), ()))
    hourly = dataclasses.replace(small.DAY_SHIFT, shift_min_h=1.0)
    need, made = small.requirement({"front": 2}, opening=opening), small.centre(3, contract=hourly, experts=0)
    rows = [
        (agent, tiny.GRID.at(tiny.WEEK.days[day], 60 * low), tiny.GRID.at(tiny.WEEK.days[day], 60 * high), "front")
        for agent, day, low, high in (("a0", 0, 9, 14), ("a1", 1, 10, 11), ("a2", 5, 10, 11))
    ]
    written = Roster(tiny.WEEK, tiny.GRID, pd.DataFrame(rows, columns=["agent", "start", "end", "activity"]))
    reading, saturday = Reading(written, need, made), tiny.WEEK.days[5]
    at_ten = changes_at(reading, "front", tiny.GRID.at(saturday, 600))
    assert [(change.kind, change.agent) for change in at_ten] == [("extra_shift", "a1")]
    assert changes_at(reading, "front", tiny.GRID.at(saturday, 720)) == []


def test_work_off_the_queues_without_an_hour_of_its_own_is_offered_to_be_moved() -> None:
    """Drafting floats and may go elsewhere in the shift; a meeting with its hour may not."""
    made, at = small.centre(2, experts=0), tiny.GRID.at
    spans = (
        (540, 600, "drafting"),
        (600, 660, "meeting"),
        (660, 720, "front"),
        (720, 780, "meal"),
        (780, 1020, "front"),
    )
    rows = [("a0", at(tiny.WEEK.monday, low), at(tiny.WEEK.monday, high), word) for low, high, word in spans]
    wanted = (
        Commitment("a0", "drafting", 60, None, tiny.WEEK.days[:1]),
        Commitment("a0", "meeting", 60, at(tiny.WEEK.monday, 600)),
    )
    centre = dataclasses.replace(made, team=dataclasses.replace(made.team, commitments=wanted))
    roster = Roster(tiny.WEEK, tiny.GRID, pd.DataFrame(rows, columns=["agent", "start", "end", "activity"]))
    reading = Reading(roster, small.requirement({"front": 1}), centre)
    assert {c.kind for c in changes_at(reading, "front", at(tiny.WEEK.monday, 630)) if c.agent == "a0"} == set()
    moved = [c for c in changes_at(reading, "front", at(tiny.WEEK.monday, 540)) if c.kind == "move_activity"]
    assert len(moved) == 1 and moved[0].paid_h == 0.0
    drafting = [s for shift in moved[0].shifts for s in shift.segments if s.activity == "drafting"]
    assert [(s.end - s.start, s.start >= at(tiny.WEEK.monday, 660)) for s in drafting] == [
        (pd.Timedelta(hours=1), True)
    ]
    assert drafting[0].start.hour == 11  # up to two hours away, between meeting and meal


def test_where_nobody_has_the_skill_one_agent_trained_for_it_is_offered_with_a_price() -> None:
    """Nobody serves the expert queue: one of three on the front, where one would do, could be trained for it."""
    agents = tuple(Agent(f"b{i}", f"Person {i}", 1, (Skill("front"),), "full") for i in range(3))
    centre = dataclasses.replace(small.centre(), team=dataclasses.replace(small.centre().team, agents=agents))
    need = small.requirement({"front": 1, "expert": 1})
    rows = [(a.id, tiny.GRID.at(tiny.WEEK.monday, 540), tiny.GRID.at(tiny.WEEK.monday, 720), "front") for a in agents]
    made = Roster(tiny.WEEK, tiny.GRID, pd.DataFrame(rows, columns=["agent", "start", "end", "activity"]))
    found = why_short(Reading(made, need, centre), "expert", tiny.GRID.at(tiny.WEEK.monday, 600))
    assert found.changes == () and [change.kind for change in found.means] == ["cross_train"]
    trained = found.means[0]
    assert trained.covers == 1.0 and trained.detail == "expert"
    switched = 2 * centre.goals.switch_eur  # to the experts and back
    assert trained.eur == pytest.approx(0.5 * (-8.0 - 1.4 * (100.0 + 0.9 * 100.0)) + switched)
    for language, word in (("en", "Trained for expert"), ("fr", "Formé")):
        assert any(word.lower() in line.lower() and "135" in line for line in found.sentences(language)), language


def test_an_agent_is_told_why_this_week_in_both_languages(reading: Reading) -> None:
    french, english = (why_week(reading, "a0", language) for language in ("fr", "en"))
    assert len(french) == len(english) >= 1
    assert any("a0" in line or "Agent 0" in line for line in french)


def test_a_day_off_asked_for_and_worked_twice_is_told_once(centre: Centre) -> None:
    day, at = tiny.WEEK.days[2], tiny.GRID.at
    rows = [("a0", at(day, 60 * h), at(day, 60 * (h + 2)), "front") for h in (9, 14)]
    made = Roster(tiny.WEEK, tiny.GRID, pd.DataFrame(rows, columns=["agent", "start", "end", "activity"]))
    told = why_week(Reading(made, NEED, centre), "a0", "en")
    assert sum(f"asked for on {day:%d/%m}" in line for line in told) == 1


def test_painting_a_shift_keeps_its_length_and_joins_equal_neighbours() -> None:
    at = [tiny.GRID.at(tiny.WEEK.monday, m) for m in (540, 600, 660, 720)]
    shift = Shift((Segment(at[0], at[1], "front"), Segment(at[1], at[2], "meal"), Segment(at[2], at[3], "front")))
    whole = paint(shift, at[1], at[2], "front")
    assert whole.segments == (Segment(at[0], at[3], "front"),)
    assert paint(whole, at[1], at[2], "meal") == shift


def test_a_repair_recovers_shortage_lawfully_and_touches_few(roster: Roster, centre: Centre) -> None:
    day = tiny.WEEK.days[3]
    gone = next(a for a in ("a2", "a3", "a4") if (roster.of(a)["start"].dt.date == day).any())
    found = replan(roster, NEED, centre, absences=(Absence(gone, day, day),), most_touched=4)
    after = verify(found.roster, NEED, found.centre)
    new = {b for b in after.breaches if b.rule != "contract_hours"} - set(verify(roster, NEED, centre).breaches)
    assert new == set()
    assert found.short_absent > found.short_before
    assert found.short_after == pytest.approx(after.shortage_hours)
    assert found.short_after <= found.short_absent
    assert len(found.touched) <= 4 and gone not in found.touched
    assert not (found.roster.of(gone)["start"].dt.date == day).any()
    untouched = [a.id for a in centre.team.agents if a.id not in {*found.touched, gone}]
    for agent in untouched:
        pd.testing.assert_frame_equal(
            found.roster.of(agent).reset_index(drop=True), roster.of(agent).reset_index(drop=True)
        )


def test_a_few_weeks_read_again_are_as_all_read_anew(reading: Reading, roster: Roster, centre: Centre) -> None:
    away = (*centre.team.absences, Absence("a5", tiny.WEEK.days[0], tiny.WEEK.days[6]))
    absent = dataclasses.replace(centre, team=dataclasses.replace(centre.team, absences=away))
    bare = dataclasses.replace(roster, frame=roster.frame[roster.frame["agent"] != "a5"])
    few, anew = reading.with_weeks({"a5"}, bare, absent), Reading(bare, NEED, absent)
    assert few.weeks == anew.weeks != reading.weeks
    assert few.shortage_h == anew.shortage_h > reading.shortage_h
    assert few.centre is absent and few.roster is bare


def test_nothing_before_now_is_changed(roster: Roster, centre: Centre) -> None:
    """Neither for those asked nor for who leaves in the middle of a shift, whose hours after it are all gone; whoever
    leaves at their meal has worked until it."""
    day, now = tiny.WEEK.days[2], tiny.GRID.at(tiny.WEEK.days[2], 690)

    def ends_at_work(frame: pd.DataFrame) -> pd.DataFrame:
        mine = (frame["agent"] == "a5") & (frame["start"].dt.date == day) & (frame["activity"] == MEAL)
        return frame[~mine]

    found = replan(roster, NEED, centre, absences=(Absence("a5", day, day),), now=now)
    was, is_ = (
        np.array(
            [(r.agent, r.start, min(r.end, now), r.activity) for r in f.itertuples() if r.start < now], dtype=object
        )
        for f in (ends_at_work(roster.frame), ends_at_work(found.roster.frame))
    )
    assert was.tolist() == is_.tolist()
    lost = roster.of("a5")[(roster.of("a5")["end"] > now) & (roster.of("a5")["start"].dt.date == day)]
    rest = [(r.end - max(r.start, now)).total_seconds() / 3600 for r in lost.itertuples() if r.activity != MEAL]
    assert found.freed_hours == pytest.approx(sum(rest)) and sum(rest) > 0
    assert not ((found.roster.of("a5")["end"] > now) & (found.roster.of("a5")["start"].dt.date == day)).any()
    (noted,) = found.absences
    assert (noted.first, noted.last, noted.from_min) == (day, day, 690)


@pytest.mark.parametrize("span", [(0, 1440), (0, 720), (690, 1440), (600, 660)])
def test_what_a_told_absence_says_was_not_worked_was_not(roster: Roster, centre: Centre, span: tuple[int, int]) -> None:
    """Somebody who never came in the morning was told to have worked until they were noted."""
    day, now = tiny.WEEK.days[2], tiny.GRID.at(tiny.WEEK.days[2], 690)
    low, high = (tiny.GRID.at(day, minute) for minute in span)
    asked = Absence("a5", day, day, None, *span)
    found = replan(roster, NEED, centre, absences=(asked,), now=now, told=True)
    was, left = (f.of("a5")[f.of("a5")["start"].dt.date == day] for f in (roster, found.roster))
    lost = [(min(r.end, high) - max(r.start, low)).total_seconds() / 3600 for r in was.itertuples()
            if r.activity != MEAL and r.start < high and low < r.end]  # fmt: skip
    assert found.freed_hours >= sum(lost) - 1e-9 > 0, "a break beside the absence goes too"
    assert not ((left["start"] < high) & (low < left["end"])).any()
    assert not set(verify(found.bare, NEED, found.centre).breaches) - set(verify(roster, NEED, centre).breaches)
    (noted,) = found.absences
    assert (noted.from_min, noted.until_min) == span
    assert noted.credit_h == pytest.approx(found.freed_hours)


@pytest.mark.parametrize("clock_min", [None, *range(495, 1080, 75)])
def test_an_absence_breaks_no_rule_of_the_absent_whenever_it_begins(
    roster: Roster, centre: Centre, clock_min: int | None
) -> None:
    """Hours owed fall by the hours rostered and lost, on a Saturday too, and by none on a day off."""
    stood = verify(roster, NEED, centre)
    owed, paid = (stood.hours.set_index("agent")[column] for column in ("hours_owed", "hours_paid"))
    for day in tiny.WEEK.days:
        now = None if clock_min is None else tiny.GRID.at(day, clock_min)
        for agent in ("a2", "a5"):
            found = replan(roster, NEED, centre, absences=(Absence(agent, day, day),), now=now, most_touched=0)
            again = verify(found.bare, NEED, found.centre)
            assert not set(again.breaches) - set(stood.breaches)
            row = again.hours.set_index("agent").loc[agent]
            assert paid[agent] - row["hours_paid"] == pytest.approx(found.freed_hours)
            assert owed[agent] - row["hours_owed"] == pytest.approx(found.freed_hours)


def test_a_repair_says_who_changes_from_what_to_what_and_who_is_told_late(roster: Roster, centre: Centre) -> None:
    day = tiny.WEEK.days[4]
    away = (Absence("a5", day, day), Absence("a6", day, day))
    assert replan(roster, NEED, centre, absences=away).notices(day) == (), "a neutral contract owes no days"
    contract = dataclasses.replace(centre.team.contracts[0], rules="fr_private_idcc2098")
    private = dataclasses.replace(centre, team=dataclasses.replace(centre.team, contracts=(contract,)))
    found = replan(roster, NEED, private, absences=away)
    assert found.touched and {d.agent for d in found.days} <= {*found.touched, "a5", "a6"}
    for d in found.days:
        assert (d.after == "") == (d.agent in ("a5", "a6")), d
    month_before = day - dt.timedelta(days=30)
    assert found.notices(month_before) == ()
    late = found.notices(day - dt.timedelta(days=1))
    other_hours = {r.day.agent for r in found.recoveries if worked(r.day.before) != worked(r.day.after)}
    assert {n.agent for n in late} == other_hours <= set(found.touched) and {n.owed for n in late} == {3}
    assert {n.owed for n in found.notices(month_before + dt.timedelta(days=24), exceptional=False)} == {7}
    french, english = (found.sentences(language, day) for language in ("fr", "en"))
    assert len(french) == len(english) == 1 + len(found.recoveries) + len(found.more("en")) + len(late)
    assert french != english


def test_another_break_or_queue_within_the_same_hours_owes_no_notice() -> None:
    day = "08:00-10:00 front; 10:00-10:15 break; 10:15-12:00 front; 12:00-13:00 meal; 13:00-16:00 front"
    assert worked(day) == worked(day.replace("10:00-10:15 break; 10:15-12:00 front", "10:00-12:00 expert"))
    assert worked(day) != worked(day.replace("16:00", "16:30"))
    assert worked(day) != worked(day.replace("12:00-13:00 meal; 13:00", "12:00-13:15 meal; 13:15"))


@pytest.mark.parametrize("at", range(5))
def test_what_a_repair_says_of_a_change_is_what_undoing_it_would_lose(roster: Roster, centre: Centre, at: int) -> None:
    """Each line's hours and euros hold when the roster without its day alone is read whole, and nobody is asked for
    less than disturbing them is taken to cost, nor without winning an hour."""
    day = tiny.WEEK.days[at]
    found = replan(roster, NEED, centre, absences=(Absence("a5", day, day), Absence("a6", day, day)))
    assert {r.day for r in found.recoveries} == {d for d in found.days if d.agent in found.touched}
    gain = dict.fromkeys(found.touched, 0.0)
    whole, missing = cost_eur(found.roster, NEED, found.centre), found.short_after
    for r in found.recoveries:
        frames = [made.frame for made in (found.bare, found.roster)]
        old, new = (frame[(frame["agent"] == r.day.agent) & (frame["start"].dt.date == r.day.day)] for frame in frames)
        frame = pd.concat([frames[1].drop(index=new.index), old]).sort_values(["agent", "start"], ignore_index=True)
        undone = dataclasses.replace(roster, frame=frame)
        assert verify(undone, NEED, found.centre).shortage_hours - missing == pytest.approx(r.hours)
        assert cost_eur(undone, NEED, found.centre) - whole == pytest.approx(r.eur)
        gain[r.day.agent] += r.eur
    one_day = {a for a in gain if sum(r.day.agent == a for r in found.recoveries) == 1}
    assert all(gain[agent] >= centre.goals.change_eur for agent in one_day)
    assert all(r.hours > 0 for r in found.recoveries if r.day.agent in one_day)
    assert not any("-0" in line for line in found.sentences("en"))


def test_where_nobody_is_asked_lawful_changes_that_bring_hours_are_offered_unless_there_is_none(
    roster: Roster, centre: Centre
) -> None:
    dear = dataclasses.replace(centre, goals=dataclasses.replace(centre.goals, change_eur=500.0))
    offered = 0
    for day in tiny.WEEK.days[:5]:
        asked = replan(roster, NEED, dear, absences=(Absence("a5", day, day), Absence("a6", day, day)))
        assert not asked.touched and len(asked.offers) <= 3
        assert len(asked.more("fr")) == 1 + len(asked.offers)
        after, before = Reading(asked.roster, NEED, asked.centre), verify(asked.roster, NEED, asked.centre)
        for offer in asked.offers:
            again = verify(after.after(offer.change).roster, NEED, asked.centre)
            assert before.shortage_hours - again.shortage_hours == pytest.approx(offer.hours) and offer.hours > 0
            assert not set(again.breaches) - set(before.breaches)
            assert offer.change.agent not in ("a5", "a6")

        def won(change: Change, after: Reading = after) -> float:
            hours = after.shortage_h - after.after(change).shortage_h
            return -hours if hours > 1e-6 else 0.0

        hurt = _costliest(after, Reading(roster, NEED, dear), None)
        lawful = [best_change_at(after, *place, won, dear=False) for place in hurt]
        assert bool(asked.offers) == any(change is not None for change in lawful), day
        offered += len(asked.offers)
    assert offered


def minutes_of(frame: pd.DataFrame, agent: str) -> dict[pd.Timestamp, str]:
    """What the agent does, minute by minute."""
    rows = frame[frame["agent"] == agent]
    return {
        moment: word
        for start, end, word in zip(rows["start"], rows["end"], rows["activity"], strict=True)
        for moment in pd.date_range(start, end, freq="min", inclusive="left")
    }


def touches(change: Change, repair: Repair) -> bool:
    """Whether the change writes anew a minute that the repair has written."""
    rows = [(change.agent, s.start, s.end, s.activity) for shift in change.shifts for s in shift.segments]
    then = minutes_of(pd.DataFrame(rows, columns=["agent", "start", "end", "activity"]), change.agent)
    was, now = (minutes_of(made.frame, change.agent) for made in (repair.bare, repair.roster))
    return any(was.get(m) != now.get(m) != then.get(m) for m in was.keys() | now.keys())


def test_no_offer_undoes_or_moves_again_what_the_repair_has_just_made(roster: Roster, centre: Centre) -> None:
    cheap = dataclasses.replace(centre, goals=dataclasses.replace(centre.goals, change_eur=5.0))
    for agent in ("a4", "a5", "a6"):
        for day in tiny.WEEK.days[:5]:
            found = replan(roster, NEED, cheap, absences=(Absence(agent, day, day),))
            assert not [o.change for o in found.offers if touches(o.change, found)], (agent, day)
            if found.short_after > found.short_before + 1e-6 and not found.offers:
                told = "No other lawful change recovers the rest." if found.touched else "No lawful change of one more"
                assert told in found.more("en")[0]


def test_no_change_that_wins_hours_is_hidden_behind_one_that_only_saves_money(roster: Roster, centre: Centre) -> None:
    """Wherever a repair says that nobody else can recover the rest, no lawful change there does that lets stand what
    the repair has made."""
    said = 0
    for agent in (a.id for a in centre.team.agents):
        for day in tiny.WEEK.days[:5]:
            found = replan(roster, NEED, centre, absences=(Absence(agent, day, day),))
            if found.offers or found.short_after <= found.short_before + 1e-6:
                continue
            said += 1
            after = Reading(found.roster, NEED, found.centre)
            places = _costliest(after, Reading(roster, NEED, centre), None)
            every = [change for place in places for change in changes_at(after, *place)]
            cheap = [c for c in every if c.kind != "extra_shift"]
            win = [c for c in cheap if after.after(c).shortage_h < after.shortage_h - 1e-6]
            assert all(touches(c, found) for c in win), (agent, day)
    assert said


def test_what_is_lawful_does_not_hang_on_what_was_asked_before(roster: Roster, centre: Centre) -> None:
    """Rules are asked in the order in which they last refused: the verdict is that of all of them."""
    reading, verdicts = Reading(roster, NEED, centre), list[bool]()
    for agent, week in reading.weeks.items():
        for shift, hours in ((s, h) for s in week.shifts for h in (-4, 1, 4)):
            late = paint(shift, shift.end, shift.end + pd.Timedelta(hours=abs(hours)), "front")
            if hours < 0:
                late = paint(shift, shift.start + pd.Timedelta(hours=hours), shift.start, "expert")
            shifts = tuple(late if s is shift else s for s in week.shifts)
            new = set(breaches_of((dataclasses.replace(week, shifts=shifts),), centre))
            verdicts.append(not new - set(breaches_of((week,), centre)))
            assert reading.lawful(agent, shifts) == verdicts[-1]
    assert {True, False} == set(verdicts)


def test_the_best_change_is_the_cheapest_of_all_lawful_ones(reading: Reading) -> None:
    for queue, moment in short_slots(reading)[:6]:
        every = changes_at(reading, queue, moment)
        best = best_change_at(reading, queue, moment, lambda change: change.eur)
        paying = [change for change in every if change.eur < 0]
        assert (best is None) == (not paying)
        assert best is None or best == paying[0]
        assert best == best_change_at(reading, queue, moment, lambda change: change.eur, dear=False)


def test_who_cannot_have_the_hours_owed_is_told_which_limits_contradict_each_other(centre: Centre) -> None:
    leave = Absence("a2", tiny.WEEK.days[0], tiny.WEEK.days[1], 0.0)
    short = dataclasses.replace(centre, team=dataclasses.replace(centre.team, absences=(leave,)))
    made = assign(NEED, short, tiny.WEEK, options=Solve(seconds=0.2))
    told = {agent: why_week(Reading(made, NEED, short), agent, "en") for agent in ("a2", "a3")}
    assert "the hours owed this week (35 h)" in told["a2"][1] and "their absence" in told["a2"][1]
    assert not any("lifting any one" in line for line in told["a3"])


def test_nobody_is_asked_to_stay_so_long_that_a_meal_is_due_without_having_one() -> None:
    contract = dataclasses.replace(small.DAY_SHIFT, meal_from_h=6.0, shift_min_h=4.0, overtime_max_h=8.0, flex_h=20.0)
    centre = small.centre(1, contract=contract, experts=0)
    at, day = tiny.GRID.at, tiny.WEEK.monday
    spans = ((540, 690, "front"), (690, 720, "break"), (720, 870, "front"))
    rows = [("a0", at(day, low), at(day, high), word) for low, high, word in spans]
    made = Roster(tiny.WEEK, tiny.GRID, pd.DataFrame(rows, columns=["agent", "start", "end", "activity"]))
    reading = Reading(made, small.requirement({"front": 1.0}), centre)
    lengths = {minute: [c.paid_h for c in changes_at(reading, "front", at(day, minute))] for minute in (870, 900)}
    assert lengths == {870: [], 900: []}
    earlier = dataclasses.replace(contract, meal_from_h=7.0)
    reading = Reading(made, reading.requirement, small.centre(1, contract=earlier, experts=0))
    assert [c.paid_h for c in changes_at(reading, "front", at(day, 870))] == [0.5]
