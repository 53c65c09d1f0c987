"""Queues that nobody, or too few, can fill are named by who is there and at what pace."""

from __future__ import annotations

import dataclasses
import datetime as dt

from staffing.centre import Centre
from staffing.rostering.assign import Solve, assign
from staffing.rostering.changes import Reading
from staffing.rostering.explain import why_short
from staffing.rostering.hours import open_h
from staffing.rostering.team import Agent, Skill
from staffing.rostering.too_few import too_few
from staffing.words.heard import heard
from tests import tiny
from tests.rostering import small

TUESDAY = tiny.WEEK.days[1]


def team(*people: Agent) -> Centre:
    made = small.centre(1)
    return dataclasses.replace(made, team=dataclasses.replace(made.team, agents=people))


def at_pace(name: str, pace: float = 1.0) -> Agent:
    return Agent(name, name, 1, (Skill("front", pace),), "full")


def test_people_who_bring_less_than_they_are_are_told_at_their_pace() -> None:
    found = too_few(small.requirement({"front": 2.0}), team(at_pace("a"), at_pace("b", 0.9)), tiny.WEEK)[0]
    assert found.kind == "too_few_qualified"
    assert found.detail == "2.0 agents needed at 2026-11-30 09:00, 2 qualified who are worth 1.9"
    assert heard(found.detail, "fr") == "2.0 agents nécessaires le 2026-11-30 09:00, 2 qualifiés qui en valent 1.9"


def test_people_out_of_post_are_not_counted_as_qualified() -> None:
    """One leaves on Monday: from Tuesday on one of two is left; who has left before is nobody."""
    leaves = dataclasses.replace(at_pace("a"), last_day=tiny.WEEK.monday)
    asked = small.requirement({"front": 2.0})
    found = {r.kind: r.detail for r in too_few(asked, team(leaves, at_pace("b")), tiny.WEEK)}
    assert found["too_few_qualified"] == f"2.0 agents needed at {TUESDAY} 09:00, 1 qualified"
    gone = dataclasses.replace(leaves, last_day=tiny.WEEK.monday - dt.timedelta(days=3))
    assert "nobody_qualified" in [r.kind for r in too_few(asked, team(gone), tiny.WEEK)]


def test_a_day_shorter_than_every_shift_is_named_and_explained() -> None:
    """Four hours of Wednesday under shifts of five: no hour more in the week would bring anybody."""
    day = tiny.WEEK.days[2]
    centre = team(at_pace("a"))
    short = dataclasses.replace(tiny.NINE_TO_FIVE, exceptions=((day, ((540, 780),)),))
    queues = tuple(dataclasses.replace(queue, opening=short) for queue in centre.queues)
    centre = dataclasses.replace(centre, queues=queues)
    need = small.requirement({"front": 1.0}, opening=short)
    (found,) = (r for r in too_few(need, centre, tiny.WEEK) if r.kind == "no_shift_fits")
    assert found.detail == f"{day}: open 4 h, the shortest shift is 5 h"
    assert heard(found.detail, "fr") == f"{day} : ouvert 4 h, la vacation la plus courte est de 5 h"
    roster = assign(need, centre, tiny.WEEK, options=Solve(0.2, repeatable=True))
    why = why_short(Reading(roster, need, centre), "front", tiny.GRID.at(day, 600))
    assert [(w.state, w.detail) for w in why.whereabouts] == [("short_day", "4 / 5 h")]
    assert any("Aucune vacation aussi courte" in line for line in why.sentences("fr"))


def test_a_night_that_begins_or_ends_on_a_day_is_room_for_its_shift() -> None:
    """22:00-24:00 and 0:00-6:00 the day after hold eight hours."""
    days = tiny.WEEK.days
    nights = dataclasses.replace(tiny.NINE_TO_FIVE, exceptions=((days[2], ((1320, 1440),)), (days[3], ((0, 360),))))
    centre = team(at_pace("a"))
    centre = dataclasses.replace(centre, queues=tuple(dataclasses.replace(q, opening=nights) for q in centre.queues))
    assert [open_h(centre.team.agents[0], centre, day) for day in days[1:6]] == [8, 8, 8, 8, 0]
