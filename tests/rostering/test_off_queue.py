"""Hours off the queues that a contract sets aside are placed, counted, and named where they found no room."""

from __future__ import annotations

import dataclasses

from staffing.centre import Centre
from staffing.rostering.assign import Solve, assign
from staffing.rostering.off_queue import promised_min, set_aside
from staffing.rostering.team import Absence, Commitment
from staffing.rostering.unkept import unkept_promises
from staffing.rostering.verify import verify
from staffing.words.heard import heard
from tests import tiny
from tests.rostering import small

AT_NINE = tiny.GRID.at(tiny.WEEK.monday, 540)


def centre(hours: float, **team: object) -> Centre:
    """Three people whose contract sets ``hours`` aside in blocks of an hour and a half."""
    terms = dataclasses.replace(small.DAY_SHIFT, off_queue_h=hours, off_queue_block_min=90, off_queue_activity="watch")
    made = small.centre(3, contract=terms)
    return dataclasses.replace(made, team=dataclasses.replace(made.team, **team))  # type: ignore[arg-type]


def test_leave_takes_its_share_and_meetings_count() -> None:
    agent = centre(5.0).team.agents[0]
    assert promised_min(agent, centre(5.0), tiny.WEEK) == 300
    assert [c.minutes for c in set_aside(agent, centre(5.0), tiny.WEEK)] == [90, 90, 90, 30]
    away = centre(5.0, absences=(Absence("a0", tiny.WEEK.days[1], tiny.WEEK.days[2]),))
    assert promised_min(agent, away, tiny.WEEK) == 180
    meeting = Commitment("a0", "meeting", 120, AT_NINE)
    elsewhen = dataclasses.replace(meeting, start=tiny.GRID.at(tiny.WEEK.plus(1).monday, 540))
    busy = centre(5.0, commitments=(meeting, elsewhen))
    assert [c.minutes for c in set_aside(agent, busy, tiny.WEEK)] == [90, 90]


def test_the_engine_places_them_where_callers_miss_nobody() -> None:
    made, need = centre(4.5), small.requirement({"front": 1.0, "expert": 0.5})
    roster = assign(need, made, tiny.WEEK, options=Solve(0.3, repeatable=True))
    hours = roster.frame.assign(h=(roster.frame["end"] - roster.frame["start"]).dt.total_seconds() / 3600)
    watched = hours[hours["activity"] == "watch"].groupby("agent")["h"].sum()
    assert watched.to_dict() == {"a0": 4.5, "a1": 4.5, "a2": 4.5}
    assert unkept_promises(roster, need, made) == () and roster.reasons == ()
    found = verify(roster, need, made)
    assert found.breaches == ()


def test_what_found_no_room_is_named() -> None:
    made, need = centre(4.5), small.requirement({"front": 1.0, "expert": 0.5})
    plain = assign(need, centre(0.0), tiny.WEEK, options=Solve(0.3, repeatable=True))
    named = unkept_promises(plain, need, made)
    assert [(r.kind, r.subject) for r in named] == [("off_queue_hours", f"a{i}") for i in range(3)]
    assert named[0].detail == "0 h off the queues of 4.5 h promised"


def test_a_training_on_days_of_leave_alone_is_said_to_meet_the_leave() -> None:
    days = tiny.WEEK.days[1:3]
    training = Commitment("a0", "training", 60, None, days)
    made = centre(0.0, absences=(Absence("a0", *days),), commitments=(training,))
    roster = assign(small.requirement({"front": 1.0}), made, tiny.WEEK, options=Solve(0.3, repeatable=True))
    (reason,) = (r for r in roster.reasons if r.kind == "commitment_dropped")
    assert (reason.subject, reason.detail) == ("a0", "training: away on every day allowed")
    assert heard(reason.detail, "fr") == "training : absent tous les jours permis"
