"""No roster is shown that the checker refuses: edges of the week, locks beside rests, and a rule the engine misses."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterator

import numpy as np
import pandas as pd
import pytest

from forecasts.grid import Opening
from staffing.centre import Centre
from staffing.rostering.assign import Solve, answerable, assign
from staffing.rostering.instance import NEVER, rested
from staffing.rostering.rests import Weeks
from staffing.rostering.roster import Progress, Roster
from staffing.rostering.rules.free_rule import FreeRule
from staffing.rostering.rules.pack import PACKS, in_pack
from staffing.rostering.rules.rule import Breach, WorkedWeek
from staffing.rostering.team import Absence, Commitment, Contract
from staffing.rostering.verify import verify
from tests import tiny
from tests.rostering import small

QUICK = Solve(seconds=0.05, repeatable=True)
SEVEN = Opening(weekdays=(((420, 1380),),) * 7)
SIX_DAYS = Contract(
    "six", "neutral", 30.0, 20.0, shift_min_h=5.0, shift_max_h=5.0, break_min=15, max_days=6, start_step_min=60,
    sundays=True,
)  # fmt: skip


def seven_days(agents: int, **team: object) -> Centre:
    """Six shifts of 5 h a week each, in a centre open every day from 7 to 23 h."""
    base = small.centre(agents, contract=SIX_DAYS)
    queues = tuple(dataclasses.replace(q, opening=SEVEN) for q in base.queues)
    return dataclasses.replace(base, queues=queues, team=dataclasses.replace(base.team, **team))  # type: ignore[arg-type]


def away(day: dt.date, agents: int) -> tuple[Absence, ...]:
    return tuple(Absence(f"a{i}", day, day, credit_h=0.0) for i in range(agents))


@pytest.mark.parametrize("day", [tiny.WEEK.days[0], tiny.WEEK.days[6]], ids=["Monday", "Sunday"])
def test_the_one_day_off_at_the_edge_of_the_week_still_gives_the_weekly_rest(day: dt.date) -> None:
    centre, need = seven_days(3, absences=away(day, 3)), small.requirement({"front": 2.0, "expert": 1.0}, opening=SEVEN)
    roster = assign(need, centre, tiny.WEEK, options=QUICK)
    found = verify(roster, need, centre)
    assert found.breaches == () and roster.reasons == ()
    assert set(found.hours["hours_paid"]) == {30.0}


@pytest.mark.parametrize(
    ("days", "shift", "off", "earliest"),
    [(range(-7, -1), (960, 1260), 3, (0, 480)), (range(-1, 0), (1320, 1800), 0, (1, 1020))],
    ids=["six days until Saturday 21:00", "a night until Monday 6:00"],
)
def test_the_week_after_late_shifts_is_rested_from_their_end(
    days: range, shift: tuple[int, int], off: int, earliest: tuple[int, int]
) -> None:
    """35 h after their end is Monday 8:00, and Tuesday 17:00 for those whose day off is the Monday."""
    at, monday = tiny.GRID.at, tiny.WEEK.monday
    dates = [monday + dt.timedelta(days=d) for d in days]
    rows = [(f"a{i}", *(at(day, m) for m in shift), "front") for i in range(3) for day in dates]
    past = pd.DataFrame(rows, columns=["agent", "start", "end", "activity"])
    centre = seven_days(3, absences=away(tiny.WEEK.days[off], 3), past=past)
    need = small.requirement({"front": 3.0, "expert": 1.0}, opening=SEVEN)
    roster = assign(need, centre, tiny.WEEK, options=QUICK)
    found = verify(roster, need, centre)
    assert found.breaches == () and roster.reasons == ()
    assert set(found.hours["hours_paid"]) == {30.0}
    day, minute = earliest
    assert roster.frame["start"].min() >= at(tiny.WEEK.days[day], minute)


def test_the_rest_until_monday_at_eight_is_enough_where_the_centre_opens_before() -> None:
    """Six locked days until Saturday 21:00, in a centre open from 7:00."""
    centre = seven_days(3, locked=locks("a0", [(d, 960) for d in range(6)]))
    need = small.requirement({"front": 2.0, "expert": 1.0}, opening=SEVEN)
    roster = assign(need, centre, tiny.WEEK, options=QUICK)
    assert verify(roster, need, centre).breaches == () and roster.reasons == ()


@pytest.mark.parametrize("seed", range(4))
def test_every_week_answered_is_rested_whatever_a_slot_is_worth(seed: int) -> None:
    locked = locks("a0", [(1, 420), (2, 1080)])
    centre = seven_days(3, absences=away(tiny.WEEK.days[0], 2), locked=locked)
    instance = answerable(small.requirement({"front": 2.0}, opening=SEVEN), centre, tiny.WEEK).instance
    values = np.random.default_rng(seed).uniform(-5, 40, (len(instance.pace), instance.slots))
    answer = Weeks.of(instance).respond(values, np.arange(3))
    assert (answer.value > NEVER / 2).all()
    assert rested(instance, answer.tours).all()


def locks(agent: str, shifts: list[tuple[int, int]]) -> pd.DataFrame:
    """Locked 5 h shifts on ``front`` by (weekday, start minute)."""
    rows = []
    for weekday, start in shifts:
        at = tiny.GRID.at(tiny.WEEK.days[weekday], start)
        for low, high, word in ((0, 120, "front"), (120, 135, "break"), (135, 300, "front")):
            rows.append((agent, at + pd.Timedelta(minutes=low), at + pd.Timedelta(minutes=high), word))
    return pd.DataFrame(rows, columns=["agent", "start", "end", "activity"])


def test_locked_shifts_at_both_ends_of_the_day_leave_the_rest_of_the_week_lawful() -> None:
    centre = seven_days(3, locked=locks("a0", [(0, 420), (3, 1080), (5, 420)]))
    need = small.requirement({"front": 2.0}, opening=SEVEN)
    roster = assign(need, centre, tiny.WEEK, options=QUICK)
    assert verify(roster, need, centre).breaches == ()
    assert set(roster.frame["agent"]) == {"a0", "a1", "a2"}


def test_a_meeting_that_fits_no_shift_is_not_worked_through() -> None:
    centre = seven_days(2, commitments=(Commitment("a0", "fair", 360, tiny.GRID.at(tiny.WEEK.days[2], 600)),))
    need = small.requirement({"front": 2.0}, opening=SEVEN)
    roster = assign(need, centre, tiny.WEEK, options=QUICK)
    assert [(r.kind, r.subject) for r in roster.reasons] == [("commitment_dropped", "a0")]
    assert verify(roster, need, centre).breaches == ()


@dataclasses.dataclass(frozen=True)
class Unheard(FreeRule):
    """A rule whose author forgot the engine's face: ``agent`` starts at ``from_min`` or later."""

    key = "unheard"
    article = "nowhere"
    words = ("à partir de {from_min}", "from {from_min}")
    agent: str = "a0"
    from_min: int = 570

    def breaches(self, week: WorkedWeek) -> Iterator[Breach]:
        for shift in week.shifts:
            if week.agent.id == self.agent and shift.start.hour * 60 + shift.start.minute < self.from_min:
                yield self.breach(week, shift.start, f"{shift.start:%H:%M}", "later")


def shown_under(from_min: int) -> tuple[list[Roster], int]:
    """(every roster shown, breaches in them) under the rule that only the checker knows."""
    in_pack("deaf", from_min=from_min)(Unheard)
    try:
        contract = dataclasses.replace(small.DAY_SHIFT, rules="deaf", hours_week=24.0, flex_h=4.0)
        centre, need = small.centre(3, contract=contract), small.requirement({"front": 2.0})
        shown: list[Roster] = []

        def watch(progress: Progress) -> bool:
            shown.extend([progress.roster] if progress.roster is not None else [])
            return True

        shown.append(assign(need, centre, tiny.WEEK, options=QUICK, watch=watch))
        return shown, sum(len(verify(roster, need, centre).breaches) for roster in shown)
    finally:
        del PACKS["deaf"]


def test_a_week_that_only_the_checker_refuses_is_not_shown() -> None:
    shown, breaches = shown_under(from_min=570)
    assert len(shown) >= 2 and breaches == 0
    assert {"a0", "a1", "a2"} == set(shown[-1].frame["agent"]) and shown[-1].reasons == ()


def test_who_has_no_week_the_checker_lets_through_is_left_out_by_name() -> None:
    shown, breaches = shown_under(from_min=1440)
    assert breaches == 0
    assert set(shown[-1].frame["agent"]) == {"a1", "a2"}
    (reason,) = shown[-1].reasons
    assert (reason.kind, reason.subject) == ("no_lawful_week", "a0") and "unheard" in reason.detail
