"""A roster played: exact where formulas are, stable under its seed, and honest about what it does not know."""

from __future__ import annotations

import dataclasses
import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from staffing.centre import Centre, Shrinkage
from staffing.costs import costs_of
from staffing.simulation.draws import Source
from staffing.simulation.play import Play
from staffing.simulation.simulate import simulate
from staffing.sizing.erlang import measures
from staffing.sizing.rates import fine
from staffing.targets import AbandonRate, AnswerRate, AverageWait, Deadline, ServiceLevel, Target
from tests import tiny
from tests.simulation import weeks

PLAIN = Play(at_least=20, at_most=20, retrials=False, absences=False, uncertain=False)


def test_a_flat_week_agrees_with_erlang_a_at_level_one() -> None:
    """30 calls of 300 s each half-hour, 6 agents, patience 180 s: the day is long against a call, so it is stationary
    but for its first minutes, when the empty room answers a little better."""
    centre = weeks.centre(6, 3)
    played = simulate(weeks.no_meal(weeks.roster(centre)), weeks.forecast(), centre, options=PLAIN)
    exact = measures(5.0, 6, 300.0, 20.0, patience=180.0)
    late = played.intervals[(played.intervals["queue"] == "front") & (played.intervals["start"].dt.hour >= 10)]
    found = float(np.average(late["expected"], weights=late["offered"]))
    assert found == pytest.approx(float(exact.service_level), abs=0.015)
    gave_up = float(np.average(late["gave_up"], weights=late["offered"]))
    assert gave_up == pytest.approx(float(exact.abandon), abs=0.01)


def test_level_two_receives_the_share_of_what_level_one_answers() -> None:
    centre = weeks.centre(8, 3)
    played = simulate(weeks.roster(centre), weeks.forecast(), centre, options=PLAIN)
    week = played.weeks.set_index("queue")
    answered = week.loc["front", "offered"] * week.loc["front", "answer_rate"]
    assert week.loc["expert", "offered"] + week.loc["expert", "turned_away"] == pytest.approx(0.2 * answered, rel=0.05)
    waits = played.waits.set_index("queue")["mean_s"]
    assert waits["transferred"] > waits["expert"] > 0


def test_one_seed_gives_one_answer_to_the_last_bit() -> None:
    centre, forecast = weeks.centre(), weeks.forecast(day_cv=0.2)
    options = Play(at_least=10, at_most=10, seed=7)
    one, two = (simulate(weeks.roster(centre), forecast, centre, options=options) for _ in range(2))
    assert np.array_equal(one.counts, two.counts)
    assert one.agents.equals(two.agents)
    other = simulate(weeks.roster(centre), forecast, centre, options=dataclasses.replace(options, seed=8))
    assert not np.array_equal(one.counts, other.counts)


def test_common_random_numbers_cut_the_variance_of_a_one_agent_comparison_twenty_times() -> None:
    centre, forecast = weeks.centre(24, 8), weeks.forecast(120.0, day_cv=0.1)
    fewer = weeks.roster(centre, absent=("a23",))
    options = Play(at_least=30, at_most=30)
    all_there = simulate(weeks.roster(centre), forecast, centre, options=options).service("front")
    one_less = simulate(fewer, forecast, centre, options=options).service("front")
    elsewhere = simulate(fewer, forecast, centre, options=dataclasses.replace(options, seed=99)).service("front")
    assert np.mean(all_there - one_less) > 0
    assert np.var(all_there - elsewhere) / np.var(all_there - one_less) > 20


def test_it_stops_when_the_precision_is_reached_and_says_when_it_is_not() -> None:
    centre, forecast = weeks.centre(), weeks.forecast(day_cv=0.1)
    loose = simulate(weeks.roster(centre), forecast, centre, options=Play(precision=0.05, at_least=10))
    assert loose.reached and loose.half_width <= 0.05 and loose.replications < 200
    cut = simulate(weeks.roster(centre), forecast, centre, options=Play(precision=1e-6, at_least=10, at_most=20))
    assert not cut.reached and cut.replications == 20


def test_a_step_that_says_no_stops_and_keeps_what_is_known() -> None:
    centre = weeks.centre()
    played = simulate(weeks.roster(centre), weeks.forecast(), centre, step=lambda n, half: False)
    assert played.replications == 10
    assert len(played.days)


def test_the_probability_of_the_target_falls_as_volume_becomes_uncertain() -> None:
    centre, options = weeks.centre(9, 4), Play(at_least=30, at_most=30)
    sure = simulate(weeks.roster(centre), weeks.forecast(), centre, options=options)
    unsure = simulate(weeks.roster(centre), weeks.forecast(day_cv=0.35), centre, options=options)
    assert unsure.service("front").std() > sure.service("front").std()
    assert unsure.weeks["expected"].iloc[0] < sure.weeks["expected"].iloc[0]


def test_contacts_come_inside_an_interval_as_sizing_has_them_come() -> None:
    """A morning that grows from 20 to 320 calls each half-hour: the played arrivals of every five minutes against the
    sloped rates that agents were counted by, and as many in every half-hour."""
    made, flat, replications = weeks.centre(), weeks.forecast(), 30
    clock_h = flat.frame["start"].dt.hour + flat.frame["start"].dt.minute / 60
    steep = dataclasses.replace(flat, frame=flat.frame.assign(contacts=20.0 * 2 ** np.minimum(clock_h - 9, 4.0)))
    source = Source(steep, made, tiny.WEEK, Play(uncertain=False))
    arrivals = np.concatenate([source.drawn(source.rates(1, 0)[0], k).arrival_s for k in range(replications)])
    came = np.histogram(arrivals, np.arange(len(source.starts) * 6 + 1) * 300.0)[0].reshape(-1, 6) / replications
    open_ = np.isin(source.starts, steep.frame["start"])
    contacts = np.zeros(len(source.starts))
    contacts[open_] = steep.frame["contacts"]
    days, played = fine(contacts, open_, 6)[open_].reshape(5, -1).sum(0), came[open_].reshape(5, -1).sum(0)
    assert played == pytest.approx(days, abs=4 * np.sqrt(days.max() / replications))
    lean, thought = (x.reshape(-1, 6)[:8] @ [-1, -1, -1, 1, 1, 1] for x in (played, days))
    assert float(lean.sum()) == pytest.approx(float(thought.sum()), rel=0.15) and thought.sum() > 100


def test_the_weakest_intervals_are_those_nobody_covers() -> None:
    centre = weeks.centre(7, 3)
    given = weeks.roster(centre)
    hole = (given.frame["start"].dt.day_of_week == 2) & (given.frame["start"].dt.hour >= 12)
    bare = dataclasses.replace(given, frame=given.frame[~hole | (given.frame["activity"] == "meal")])
    weakest = simulate(bare, weeks.forecast(), centre, options=PLAIN).weakest(3)
    assert set(weakest["start"].dt.day_of_week) == {2}
    assert (weakest["start"].dt.hour >= 13).all()


def test_absences_take_the_share_of_hours_that_the_centre_says() -> None:
    from staffing.centre import Shrinkage

    centre = dataclasses.replace(weeks.centre(40, 10), shrinkage=(Shrinkage("unplanned", 0.1),))
    played = simulate(weeks.roster(centre), weeks.forecast(), centre, options=Play(at_least=20, at_most=20))
    there = simulate(weeks.roster(centre), weeks.forecast(), centre, options=PLAIN)
    assert played.agents["hours"].sum() / there.agents["hours"].sum() == pytest.approx(0.9, abs=0.01)


def test_work_that_may_wait_is_counted_by_its_due_instant() -> None:
    made = weeks.centre(4, 3)
    mail = dataclasses.replace(made.queue("expert"), kind="email", target=Deadline(0))
    centre = dataclasses.replace(made, queues=(made.queue("front"), mail))
    played = simulate(weeks.roster(centre), weeks.forecast(20.0), centre, options=PLAIN)
    row = played.weeks.set_index("queue").loc["expert"]
    assert row["expected"] > 0.9
    few = simulate(weeks.roster(centre, absent=("e0", "e1", "e2")), weeks.forecast(20.0), centre, options=PLAIN)
    assert few.weeks.set_index("queue").loc["expert", "expected"] == 0.0


def test_late_mail_does_not_take_the_calls_their_chance_of_the_target() -> None:
    """Nobody does what is handed on to the mailbox, while every call is answered at once."""
    made = weeks.centre(12, 3)
    mail = dataclasses.replace(made.queue("expert"), kind="email", target=Deadline(0))
    away, calls = weeks.roster(made, absent=("e0", "e1", "e2")), weeks.forecast(20.0)
    mixed = simulate(away, calls, dataclasses.replace(made, queues=(made.queue("front"), mail)), options=PLAIN)
    assert mixed.weeks.set_index("queue")["p_met"].to_dict() == {"front": 1.0, "expert": 0.0}
    assert mixed.p_target() == 1.0
    assert mixed.mean_service == pytest.approx(mixed.weeks.set_index("queue").loc["front", "expected"])
    assert simulate(away, calls, made, options=PLAIN).p_target() == 0.0, "experts who answer nobody are live"


def test_a_centre_of_mail_alone_is_judged_by_its_mail() -> None:
    made = weeks.centre(12, 3)
    mail = tuple(dataclasses.replace(q, kind="email", target=Deadline(0)) for q in made.queues)
    centre = dataclasses.replace(made, queues=mail)
    every, none = (
        simulate(weeks.roster(centre, absent=away), weeks.forecast(20.0), centre, options=PLAIN)
        for away in ((), tuple(a.id for a in made.team.agents[1:]))
    )
    assert every.p_target() > none.p_target() == 0.0
    assert every.mean_service > none.mean_service


def test_a_forecast_with_a_hole_is_refused() -> None:
    centre, whole = weeks.centre(), weeks.forecast()
    holed = dataclasses.replace(whole, frame=whole.frame.drop(index=5).reset_index(drop=True))
    with pytest.raises(ValueError, match="lacks intervals of channel phone"):
        simulate(weeks.roster(centre), holed, centre)
    with pytest.raises(ValueError, match="does not know"):
        simulate(weeks.roster(weeks.centre(9)), whole, weeks.centre(8))


@pytest.mark.parametrize("language", ["en", "fr"])
def test_the_verdict_names_days_waits_weak_intervals_and_occupancy(language: str) -> None:
    from staffing.commands.simulate import played_lines

    centre = weeks.centre(5, 3)
    told = "\n".join(played_lines(simulate(weeks.roster(centre), weeks.forecast(), centre, options=PLAIN), language))
    transferred = {"en": "transferred", "fr": "transférés"}[language]
    assert all(word in told for word in ("2026-12-02", "2026-W49", transferred, "front"))
    assert told.count({"en": "80%", "fr": "80\u202f%"}[language]) >= 6


BOTH = """
import dataclasses
from staffing.rostering.team import Skill
from staffing.simulation.play import Play
from staffing.simulation.room import room
from tests.simulation import weeks

made = weeks.centre(1, 0)
agents = tuple(dataclasses.replace(a, skills=(Skill("front"), Skill("expert"))) for a in made.team.agents)
made = dataclasses.replace(made, team=dataclasses.replace(made.team, agents=agents))
roster = weeks.roster(made)
frame = roster.frame.copy()
frame.loc[frame["start"].dt.hour >= 13, "activity"] = "expert"
floor = room(dataclasses.replace(roster, frame=frame), made, Play()).floor
print([made.queues[desk.label].name for desk in floor.desks])
"""


@pytest.mark.parametrize("seed", ["0", "4"])
def test_another_process_lays_out_the_same_room(seed: str) -> None:
    """Python orders sets of texts anew in each process: under 0 the expert comes first, under 4 the front."""
    told = subprocess.run(
        [sys.executable, "-c", BOTH], env={**os.environ, "PYTHONHASHSEED": seed}, text=True, capture_output=True,
        check=True, cwd=Path(__file__).parents[2],
    )  # fmt: skip
    assert told.stdout.strip() == "['front', 'expert']"


def promising(front: Target, expert: Target) -> Centre:
    """The hand-made centre with other promises."""
    made = weeks.centre(6, 3)
    queues = tuple(dataclasses.replace(q, target=t) for q, t in zip(made.queues, (front, expert), strict=True))
    return dataclasses.replace(made, queues=queues)


@pytest.mark.parametrize("front", [AverageWait(15.0), AbandonRate(0.05), AnswerRate(0.9)])
def test_service_is_a_share_that_rises_with_every_agent_whatever_a_queue_promises(front: Target) -> None:
    """Seconds of a mean wait were weighed together with shares: 669 %, and less of it where callers were better off."""
    centre = promising(front, ServiceLevel(0.7, 75.0))
    few, all_there = (
        simulate(weeks.roster(centre, absent=away), weeks.forecast(), centre, options=PLAIN)
        for away in (("a0", "a1"), ())
    )
    assert 0.0 < few.mean_service < all_there.mean_service < 1.0
    assert 0.0 < costs_of(weeks.roster(centre), centre, all_there).service_points < 100.0
    assert (all_there.service("front") > few.service("front") - 1e-9).all()


def test_a_mean_wait_is_known_well_enough_when_its_callers_in_time_are() -> None:
    """A precision of one point was asked of seconds, so that 200 weeks were played and called too few."""
    options = dataclasses.replace(PLAIN, precision=0.02, at_most=200)
    played = simulate(
        weeks.roster(weeks.centre(6, 3)), weeks.forecast(), promising(AverageWait(15.0), AbandonRate(0.1)),
        options=options,
    )  # fmt: skip
    assert played.reached and played.replications < 200


def test_a_loss_of_some_hours_keeps_people_away_in_those_hours_alone() -> None:
    """Lateness took whole days of who began then, a loss in the afternoon nothing of who had begun."""
    made, options = weeks.centre(9, 3), dataclasses.replace(PLAIN, absences=True, at_least=60, at_most=60)
    given = weeks.no_meal(weeks.roster(made))

    def with_loss(from_min: int, to_min: int) -> tuple[float, pd.Series[float]]:
        loss = Shrinkage("unplanned", 0.3, None, (0, 1, 2, 3, 4), from_min, to_min)
        played = simulate(given, weeks.forecast(), dataclasses.replace(made, shrinkage=(loss,)), options=options)
        front = played.intervals[played.intervals["queue"] == "front"]
        hours = played.agents.set_index("agent")["hours"].filter(like="a")
        return float(hours.mean()), front.groupby(front["start"].dt.hour)["expected"].mean()

    late_h, late = with_loss(540, 570)
    afternoon_h, afternoon = with_loss(840, 960)
    whole_h, _ = with_loss(0, 1440)
    assert late_h == pytest.approx(40.0 - 0.3 * 2.5, abs=0.15)
    assert afternoon_h == pytest.approx(40.0 - 0.3 * 10.0, abs=0.4)
    assert whole_h == pytest.approx(0.7 * 40.0, abs=1.2)
    assert afternoon[[14, 15]].max() < afternoon[[10, 11, 12]].min() - 0.1 < late[[14, 15]].min()
