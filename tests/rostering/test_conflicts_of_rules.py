"""Contradictions in which the law itself takes part are named by the rule that makes them, with its own words."""

from __future__ import annotations

import dataclasses
import datetime as dt
from dataclasses import dataclass, field

import pandas as pd
import pytest

from forecasts.grid import Opening, Week
from staffing.centre import Calendar, Centre
from staffing.rostering.assign import Solve, assign
from staffing.rostering.conflicts import conflict_of
from staffing.rostering.rules.packs import rules_for
from staffing.rostering.team import Availability
from staffing.rostering.verify import verify
from tests import tiny
from tests.rostering import small

LONG_DAYS = Opening(weekdays=(((420, 1380),),) * 7)
SEVEN_DAYS = Opening(weekdays=(((540, 1020),),) * 7)
LOCAL = (("local_sundays", "most_h", 5.0), ("local_sundays", "feasts", 1.0))
MAY = Week.parse("2026-W18")
Rows = tuple[tuple[int, float, float, str], ...]


@dataclass(frozen=True)
class Planted:
    """A centre in which agent a0 cannot be planned. Days count from Monday of the week; negative: before it."""

    contract: dict[str, object] = field(default_factory=dict)
    available: tuple[tuple[int, float, float], ...] = ()
    past: Rows = ()
    locked: Rows = ()
    opening: Opening = tiny.NINE_TO_FIVE
    holiday: int | None = None
    week: Week = tiny.WEEK

    @property
    def centre(self) -> Centre:
        contract = dataclasses.replace(small.DAY_SHIFT, **self.contract)  # type: ignore[arg-type]
        made = small.centre(4, contract=contract)
        first, *others = made.team.agents
        spans = tuple(Availability(d, int(60 * a), int(60 * b)) for d, a, b in self.available)
        agents = (dataclasses.replace(first, availability=spans), *others)
        team = dataclasses.replace(
            made.team, agents=agents, past=self._frame(self.past), locked=self._frame(self.locked)
        )
        days = () if self.holiday is None else ((self.week.days[self.holiday], "holiday"),)
        queues = tuple(dataclasses.replace(q, opening=self.opening) for q in made.queues)
        return dataclasses.replace(made, team=team, calendar=Calendar(holidays=days), queues=queues)

    def _frame(self, rows: Rows) -> pd.DataFrame | None:
        at = tiny.GRID.at
        dates = [self.week.monday + dt.timedelta(days=row[0]) for row in rows]
        found = [("a0", at(d, int(60 * a)), at(d, int(60 * b)), w) for d, (_, a, b, w) in zip(dates, rows, strict=True)]
        return pd.DataFrame(found, columns=["agent", "start", "end", "activity"]) if rows else None


def limits(*moved: tuple[str, str, float], **changes: object) -> dict[str, object]:
    return {"limits": moved, **changes}


def worked(days: range, start: float = 9.0, end: float = 16.0) -> Rows:
    return tuple((day, start, end, "front") for day in days)


PRIVATE, STATE = "fr_private_idcc2098", "fr_state_2000_815"
PLANTED: dict[str, tuple[Planted, set[str]]] = {
    "thirty hours a week at most": (Planted(limits(("weekly_work", "most_h", 30))), {"hours", "weekly_work"}),
    "six hours a day at most": (Planted(limits(("daily_work", "most_h", 6))), {"hours", "daily_work"}),
    "four days a week at most": (Planted(limits(("days_a_week", "most", 4))), {"hours", "days_a_week"}),
    "two days in a row at most": (Planted(limits(("days_in_a_row", "most", 2))), {"hours", "days_in_a_row"}),
    "a short span of the day": (Planted(limits(("span", "most_h", 6))), {"hours", "span"}),
    "a weekly rest of five days": (Planted(limits(("weekly_rest", "rest_h", 120))), {"hours", "weekly_rest"}),
    "six days worked before Monday": (
        Planted(past=worked(range(-6, 0))), {"last_week", "hours", "days_in_a_row"},
    ),
    "a late Sunday before a full Monday": (
        Planted(past=((-1, 16.5, 23.5, "front"),)), {"last_week", "hours", "daily_rest"},
    ),
    "eleven hard weeks": (
        Planted({"rules": STATE}, past=tuple(
            row for week in range(1, 12) for row in worked(range(-7 * week, -7 * week + 5), 8.0, 17.25)
        )),
        {"last_week", "hours", "mean_work"},
    ),
    "weeks of six, five and six days": (
        Planted({"rules": PRIVATE}, past=tuple(
            row for week, n in ((1, 6), (2, 5), (3, 6)) for row in worked(range(-7 * week, -7 * week + n), 9.0, 12.0)
        )),
        {"last_week", "hours", "mean_days"},
    ),
    "two weeks of six days": (
        Planted({"rules": PRIVATE}, past=tuple(
            row for week in (1, 2) for row in worked(range(-7 * week, -7 * week + 6), 9.0, 12.0)
        )),
        {"last_week", "hours", "second_rest_day"},
    ),
    "free on Sundays only": (
        Planted({"rules": PRIVATE, "hours_week": 7.0}, available=((6, 7, 23),), opening=LONG_DAYS),
        {"availability", "hours", "sunday_rest"},
    ),
    "free on Sundays only, under the local law of Moselle": (
        Planted({"rules": PRIVATE, "hours_week": 7.0, "sundays": True, "limits": LOCAL}, available=((6, 9, 17),),
                opening=SEVEN_DAYS),
        {"availability", "hours", "local_sundays"},
    ),
    "free on a public holiday only": (
        Planted({"rules": STATE, "hours_week": 7.0}, available=((2, 9, 17),), holiday=2),
        {"availability", "hours", "holiday_rest"},
    ),
    "free on the first of May only": (
        Planted({"rules": PRIVATE, "hours_week": 7.0}, available=((4, 9, 17),), week=MAY),
        {"availability", "hours", "first_of_may"},
    ),
    "free on Saturdays only, one in two promised, after one worked": (
        Planted(limits(("saturday_turns", "weeks", 2), hours_week=7.0), available=((5, 9, 17),), opening=SEVEN_DAYS,
                past=((-2, 9, 12, "front"),)),
        {"last_week", "availability", "hours", "saturday_turns"},
    ),
    "ten hours available for a modulated week": (
        Planted({"rules": PRIVATE, "hours_week": 24.0, "flex_h": 4.0, "account_h": 50.0},
                available=((0, 9, 14), (1, 9, 14))),
        {"availability", "modulation"},
    ),
    "half an hour of work in a row at most": (
        Planted(limits(("work_sequence", "most_min", 30), rules=PRIVATE)), {"hours", "work_sequence"},
    ),
    "half an hour of meal": (Planted({"rules": STATE, "meal_min": (30,)}), {"hours", "meal_time"}),
    "neither meal nor break": (
        Planted({"rules": STATE, "meal_from_h": 12.0, "break_min": 0}), {"hours", "pause"},
    ),
    "two locked shifts ten hours apart": (
        Planted(
            {"hours_week": 14.0}, opening=LONG_DAYS,
            locked=((0, 15, 18, "front"), (0, 18, 18.75, "meal"), (0, 18.75, 22.75, "front"),
                    (1, 8.75, 12, "front"), (1, 12, 12.75, "meal"), (1, 12.75, 16.5, "front")),
        ),
        {"locked", "daily_rest"},
    ),
    "a Sunday locked without a derogation": (
        Planted({"rules": PRIVATE, "hours_week": 7.0}, opening=LONG_DAYS,
                locked=((6, 9, 11, "front"), (6, 11, 11.25, "break"), (6, 11.25, 12, "front"), (6, 12, 13, "meal"),
                        (6, 13, 15, "front"), (6, 15, 15.25, "break"), (6, 15.25, 17, "front"))),
        {"locked", "sunday_rest"},
    ),
}  # fmt: skip


@pytest.mark.parametrize("name", PLANTED)
def test_a_planted_contradiction_is_named_by_its_rule(name: str) -> None:
    planted, named = PLANTED[name]
    centre = planted.centre
    need = small.requirement({"front": 2, "expert": 1}, opening=planted.opening, week=planted.week)
    found = conflict_of("a0", need, centre, planted.week, rules_for(centre.team.contracts[0]))
    assert found is not None
    assert {limit.subject if limit.kind == "rule" else limit.kind for limit in found.limits} == named
    for limit in found.limits:
        assert limit.sentence("fr") != limit.sentence("en")


@pytest.mark.parametrize(("name", "hours"), [("thirty hours a week at most", 30.0), ("eleven hard weeks", 19.0)])
def test_who_owes_more_than_the_law_lets_a_week_hold_works_what_it_lets(name: str, hours: float) -> None:
    centre, need = PLANTED[name][0].centre, small.requirement({"front": 2, "expert": 1})
    roster = assign(need, centre, tiny.WEEK, options=Solve(0.2, repeatable=True))
    found = verify(roster, need, centre)
    assert found.breaches == ()
    assert found.hours.set_index("agent")["hours_paid"]["a0"] == hours
    assert ("hours_out_of_reach", "a0") in {(r.kind, r.subject) for r in roster.reasons}
