"""Who is away from a clock time on may be planned until then."""

from __future__ import annotations

import dataclasses
import datetime as dt

import pandas as pd
import pytest

from forecasts.grid import Opening
from staffing.centre import Centre
from staffing.rostering.assign import Solve, assign
from staffing.rostering.changes import Reading
from staffing.rostering.conflicts import conflict_of
from staffing.rostering.explain import why_short
from staffing.rostering.roster import Roster
from staffing.rostering.rules.packs import rules_for
from staffing.rostering.team import Absence, Commitment, Contract
from staffing.rostering.verify import verify
from staffing.sizing.requirement import Requirement
from tests import tiny
from tests.rostering import small

TUESDAY = tiny.WEEK.days[1]
NEED = small.requirement({"front": 4, "expert": 1})


def centre(
    *absences: Absence, contract: Contract = small.DAY_SHIFT, commitments: tuple[Commitment, ...] = ()
) -> Centre:
    made = small.centre(contract=contract)
    team = dataclasses.replace(made.team, absences=absences, commitments=commitments)
    return dataclasses.replace(made, team=team)


def rostered(asked: Centre, need: Requirement = NEED) -> Roster:
    roster = assign(need, asked, tiny.WEEK, options=Solve(0.1, repeatable=True))
    assert not verify(roster, need, asked).breaches
    return roster


def ends(roster: Roster, day: dt.date) -> pd.Timestamp | None:
    """When a0 is done on a day."""
    mine = roster.of("a0")
    mine = mine[mine["start"].dt.date == day]
    return None if mine.empty else mine["end"].max()


def test_the_hours_before_somebody_leaves_are_planned() -> None:
    asked = centre(Absence("a0", TUESDAY, TUESDAY + dt.timedelta(days=1), 4.5, 14 * 60))
    roster = rostered(asked)
    until, hours = ends(roster, TUESDAY), verify(roster, NEED, asked).hours.set_index("agent")
    assert until is not None and until <= tiny.GRID.at(TUESDAY, 14 * 60)
    assert ends(roster, TUESDAY + dt.timedelta(days=1)) is None
    assert hours.loc["a0", "hours_paid"] == hours.loc["a0", "hours_owed"] == 26 and not roster.reasons


def test_who_leaves_before_a_shift_could_end_has_that_day_free() -> None:
    assert ends(rostered(centre(Absence("a0", TUESDAY, TUESDAY, 7.0, 11 * 60))), TUESDAY) is None


@pytest.mark.parametrize(("at_min", "kept"), [(600, True), (900, False)])
def test_a_meeting_before_somebody_leaves_stands(at_min: int, kept: bool) -> None:
    meeting = Commitment("a0", "meeting", 60, tiny.GRID.at(TUESDAY, at_min))
    roster = rostered(centre(Absence("a0", TUESDAY, TUESDAY, 2.0, 15 * 60), commitments=(meeting,)))
    assert ("meeting" in set(roster.of("a0")["activity"])) == kept
    assert ("commitment_dropped" in {r.kind for r in roster.reasons}) != kept


def test_a_night_ends_before_a_day_of_absence() -> None:
    evenings = Opening(weekdays=(((1080, 1440),), *(((0, 240), (1080, 1440)),) * 6))
    nights = dataclasses.replace(small.DAY_SHIFT, hours_week=20.0, flex_h=8.0, shift_min_h=4.0, shift_max_h=8.0)
    asked = centre(Absence("a0", TUESDAY, TUESDAY, 0.0), contract=nights)
    monday = ends(rostered(asked, small.requirement({"front": 3}, opening=evenings)), tiny.WEEK.monday)
    assert monday is None or monday <= tiny.GRID.at(TUESDAY, 0)


def test_who_leaves_later_is_not_told_away_before() -> None:
    asked = centre(Absence("a0", TUESDAY, TUESDAY, 3.0, 14 * 60))
    frame = rostered(asked).frame
    nobody = Roster(tiny.WEEK, tiny.GRID, frame[frame["agent"] != "a0"].reset_index(drop=True))
    reading = Reading(nobody, NEED, asked)

    def state(minute: int) -> str:
        told = why_short(reading, "front", tiny.GRID.at(TUESDAY, minute)).whereabouts
        return next(w.state for w in told if w.agent == "a0")

    assert (state(13 * 60), state(14 * 60)) == ("day_off", "absent")


def test_a_locked_afternoon_contradicts_an_absence_that_begins_at_noon() -> None:
    rows = [("a0", tiny.GRID.at(TUESDAY, 540), tiny.GRID.at(TUESDAY, 840), "front")]
    locked = pd.DataFrame(rows, columns=["agent", "start", "end", "activity"])

    def told(from_min: int) -> set[str]:
        asked = centre(Absence("a0", TUESDAY, TUESDAY, 2.0, from_min))
        asked = dataclasses.replace(asked, team=dataclasses.replace(asked.team, locked=locked))
        found = conflict_of("a0", NEED, asked, tiny.WEEK, rules_for(small.DAY_SHIFT))
        return set() if found is None else {limit.kind for limit in found.limits}

    assert told(12 * 60) == {"absence", "locked"} and told(14 * 60) == set()


@pytest.mark.parametrize(("from_min", "until"), [(0, None), (12 * 60, 12 * 60)])
def test_who_is_away_works_no_locked_hour_and_keeps_the_rest_of_the_week(from_min: int, until: int | None) -> None:
    rows = [("a0", tiny.GRID.at(tiny.WEEK.days[d], 540), tiny.GRID.at(tiny.WEEK.days[d], 840), "front") for d in (1, 3)]
    asked = centre(
        Absence("a0", TUESDAY, TUESDAY, 7.0, from_min), contract=dataclasses.replace(small.DAY_SHIFT, flex_h=8.0)
    )
    locked = pd.DataFrame(rows, columns=["agent", "start", "end", "activity"])
    asked = dataclasses.replace(asked, team=dataclasses.replace(asked.team, locked=locked))
    roster = rostered(asked)
    assert ends(roster, TUESDAY) == (None if until is None else tiny.GRID.at(TUESDAY, until))
    assert ends(roster, tiny.WEEK.days[3]) == tiny.GRID.at(tiny.WEEK.days[3], 840), (
        "what is locked on other days stands"
    )
    assert verify(roster, NEED, asked).hours.set_index("agent").loc["a0", "hours_paid"] >= 20
    assert [(r.kind, r.subject, r.detail) for r in roster.reasons] == [
        ("commitment_dropped", "a0", "front: away that day")
    ]


def begins(roster: Roster, day: dt.date) -> pd.Timestamp | None:
    """When a0 starts on a day."""
    mine = roster.of("a0")
    mine = mine[mine["start"].dt.date == day]
    return None if mine.empty else mine["start"].min()


def test_the_hours_after_somebody_is_back_are_planned() -> None:
    asked = centre(Absence("a0", TUESDAY, TUESDAY, 2.0, until_min=12 * 60))
    roster = rostered(asked)
    since = begins(roster, TUESDAY)
    assert since is not None and since >= tiny.GRID.at(TUESDAY, 12 * 60)


def test_nobody_works_into_an_appointment() -> None:
    """The shifts of this contract are too long to lie before or after it."""
    asked = centre(Absence("a0", TUESDAY, TUESDAY, 5.0, 11 * 60, 14 * 60))
    assert begins(rostered(asked), TUESDAY) is None
    early = centre(Absence("a0", TUESDAY, TUESDAY, 1.0, 8 * 60, 10 * 60))
    since = begins(rostered(early), TUESDAY)
    assert since is None or since >= tiny.GRID.at(TUESDAY, 10 * 60)


def test_a_locked_morning_contradicts_an_absence_until_noon() -> None:
    rows = [("a0", tiny.GRID.at(TUESDAY, 540), tiny.GRID.at(TUESDAY, 840), "front")]
    locked = pd.DataFrame(rows, columns=["agent", "start", "end", "activity"])

    def told(from_min: int, until_min: int) -> set[str]:
        asked = centre(Absence("a0", TUESDAY, TUESDAY, 2.0, from_min, until_min))
        asked = dataclasses.replace(asked, team=dataclasses.replace(asked.team, locked=locked))
        found = conflict_of("a0", NEED, asked, tiny.WEEK, rules_for(small.DAY_SHIFT))
        return set() if found is None else {limit.kind for limit in found.limits}

    assert told(0, 12 * 60) == {"absence", "locked"} and told(0, 9 * 60) == set()
    assert told(600, 660) == {"absence", "locked"} and told(840, 900) == set()
