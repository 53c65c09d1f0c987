"""Live work outside opening hours is remarked with agent, day, hours and queue; it is no breach."""

from __future__ import annotations

import dataclasses

import pandas as pd
import pytest

from staffing.centre import Centre
from staffing.rostering.closed import closed_work
from tests import tiny
from tests.rostering import small


def frame(*segments: tuple[str, float, float, str], day: int = 0) -> pd.DataFrame:
    when = tiny.WEEK.days[day]
    rows = [(a, tiny.GRID.at(when, round(60 * b)), tiny.GRID.at(when, round(60 * e)), w) for a, b, e, w in segments]
    return pd.DataFrame(rows, columns=["agent", "start", "end", "activity"])


def told(made: pd.DataFrame, centre: Centre | None = None) -> list[tuple[str, str, str, str, str]]:
    found = closed_work(made, centre or small.centre())
    return [(w["agent"], w["queue"], w["day"], w["start"], w["end"]) for w in (work.told for work in found)]


def test_phone_work_at_22_is_named_with_its_hours() -> None:
    late = frame(("a0", 20, 22, "front"), ("a0", 22, 22.25, "break"), ("a0", 22.25, 23, "front"))
    assert told(late) == [
        ("a0", "front", "2026-11-30", "20:00", "22:00"), ("a0", "front", "2026-11-30", "22:15", "23:00"),
    ]  # fmt: skip


def test_segments_that_touch_are_one_and_only_the_closed_part_is_told() -> None:
    long = frame(("a0", 15, 18, "front"), ("a0", 18, 19, "front"))
    assert told(long) == [("a0", "front", "2026-11-30", "17:00", "19:00")]
    sunday = frame(("a1", 9, 10, "front"), day=6)
    assert told(sunday) == [("a1", "front", "2026-12-06", "09:00", "10:00")]


@pytest.mark.parametrize(("start", "end", "remarked"), [
    (8.5, 12, False), (8.25, 12, True), (16, 17.5, False), (16, 17.75, True), (17.25, 17.5, True), (9, 17, False),
])  # fmt: skip
def test_half_an_hour_beside_the_opening_hours_is_setting_up(start: float, end: float, remarked: bool) -> None:
    assert bool(told(frame(("a0", start, end, "front")))) is remarked


def test_work_across_midnight_is_told_whole() -> None:
    assert told(frame(("a0", 22, 26, "front"))) == [("a0", "front", "2026-11-30", "22:00", "02:00")]


def test_mail_meals_and_meetings_may_lie_outside() -> None:
    centre = small.centre()
    mail = tuple(dataclasses.replace(q, kind="email") if q.name == "expert" else q for q in centre.queues)
    late = frame(("a3", 20, 22, "expert"), ("a3", 22, 23, "meal"), ("a3", 23, 24, "meeting"))
    assert told(late, dataclasses.replace(centre, queues=mail)) == []
    assert told(late) == [("a3", "expert", "2026-11-30", "20:00", "22:00")]
