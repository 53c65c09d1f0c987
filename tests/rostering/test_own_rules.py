"""Limits that an agreement moves, and rules that a centre writes itself, bind the engine and the reading alike."""

from __future__ import annotations

import dataclasses
import datetime as dt
import itertools
from collections.abc import Iterator
from pathlib import Path

import pytest

from forecasts.grid import Opening
from staffing.gate.read import read_centre
from staffing.problems import BadInput
from staffing.rostering.assign import Solve, assign
from staffing.rostering.rules.free_rule import FreeRule
from staffing.rostering.rules.pack import PACKS, in_pack
from staffing.rostering.rules.packs import limits_of, pack_names, rules_for
from staffing.rostering.rules.reading import minutes
from staffing.rostering.rules.rule import Breach, Rule, Setting, Shape, Shift, WeekLimits, WorkedWeek
from staffing.rostering.team import Contract
from staffing.rostering.verify import verify
from staffing.rostering.worked import shifts_by_agent
from staffing.words.heard import heard
from tests import tiny
from tests.centre.folder import CENTRE, good, written
from tests.rostering import small


def under(*limits: tuple[str, str, float], **changes: object) -> Contract:
    return dataclasses.replace(small.DAY_SHIFT, limits=limits, **changes)  # type: ignore[arg-type]


def rule(contract: Contract, key: str) -> Rule:
    return next(r for r in rules_for(contract) if r.key == key)


def test_an_agreement_moves_a_limit_and_no_other() -> None:
    usual, moved = rules_for(under()), rules_for(under(("daily_rest", "rest_h", 9.0)))
    assert [(a, b) for a, b in zip(usual, moved, strict=True) if a != b] == [
        (rule(under(), "daily_rest"), rule(under(("daily_rest", "rest_h", 9.0)), "daily_rest"))
    ]
    assert limits_of(rule(under(("daily_rest", "rest_h", 9.0)), "daily_rest")) == {"rest_h": 9.0}
    assert rule(under(("days_a_week", "most", 5)), "days_a_week").sentence("en") == "at most 5 days worked a week"


@pytest.mark.parametrize(
    ("limit", "told"),
    [
        (("nap", "least_min", 20), "limits must name one of the rules"),
        (("daily_rest", "most_h", 9), "daily_rest has the limits rest_h"),
        (("days_a_week", "most", 5.5), "days_a_week.most must be a whole number"),
        (("sunday_rest", "most", 1), "sunday_rest has the limits none"),
    ],
)
def test_a_limit_that_no_rule_has_is_refused(limit: tuple[str, str, float], told: str) -> None:
    with pytest.raises(ValueError, match=told):
        rules_for(under(limit, rules="fr_private_idcc2098"))


def test_limits_are_read_from_the_folder_of_a_centre(tmp_path: Path) -> None:
    moved = CENTRE + "[contracts.full.limits]\ndaily_rest.rest_h = 12.5\ndays_a_week.most = 4\n"
    contract = read_centre(written(tmp_path, good() | {"centre.toml": moved})).team.contract("full")
    assert contract.limits == (("daily_rest", "rest_h", 12.5), ("days_a_week", "most", 4.0))
    assert limits_of(rule(contract, "days_a_week")) == {"most": 4}


def test_the_folder_is_told_which_limits_there_are(tmp_path: Path) -> None:
    wrong = CENTRE + "[contracts.full.limits]\ndaily_rest.rest = 12\n"
    with pytest.raises(BadInput) as refused:
        read_centre(written(tmp_path, good() | {"centre.toml": wrong}))
    told = [str(problem) for problem in refused.value.problems]
    assert len(told) == 1 and "contracts.full.limits" in told[0] and "daily_rest has the limits rest_h" in told[0]


@pytest.mark.parametrize(
    ("pack", "limit", "value", "told"),
    [
        ("fr_private_idcc2098", "daily_work.most_h", 12.5, "12 or less, even by agreement (L3121-19)"),
        ("fr_private_idcc2098", "daily_work.most_h", 12, None),
        ("fr_private_idcc2098", "daily_rest.rest_h", 8.5, "9 or more, even by agreement (D3131-6)"),
        ("fr_private_idcc2098", "part_time_extra_hours.share", 0.3333, None),
        ("fr_state_2000_815", "daily_rest.rest_h", 10, "11 or more, even by agreement (décret 2000-815 art. 3)"),
        ("neutral", "daily_rest.rest_h", 8, None),
    ],
)  # fmt: skip
def test_a_limit_beyond_what_an_agreement_may_is_read_and_remarked_on(
    tmp_path: Path, pack: str, limit: str, value: float, told: str | None
) -> None:
    moved = CENTRE.replace('"neutral"', f'"{pack}"') + f"[contracts.full.limits]\n{limit} = {value}\n"
    read = read_centre(written(tmp_path, good() | {"centre.toml": moved}))
    assert len(read.team.contract("full").limits) == 1
    remarks = [r.expected for r in read.remarks if r.column == "contracts.full.limits"]
    assert remarks == ([] if told is None else [told])
    assert told is None or heard(told, "fr") != told


@pytest.mark.parametrize(
    ("limit", "holds"),
    [
        (("daily_work", "most_h", 7.5), lambda s: max(_hours(shift) for shift in s) <= 7.5),
        (("daily_work", "most_h", 5.5), lambda s: max(_hours(shift) for shift in s) <= 5.5),
        (("daily_rest", "rest_h", 18.5), lambda s: min(itertools.starmap(_rest, itertools.pairwise(s))) >= 1110),
        (("days_a_week", "most", 4), lambda s: len(s) <= 4),
        (("weekly_work", "most_h", 24.0), lambda s: sum(map(_hours, s)) <= 24.0),
    ],
    ids=lambda limit: limit[0] if isinstance(limit, tuple) else "",
)  # fmt: skip
def test_the_engine_keeps_a_moved_limit(limit: tuple[str, str, float], holds: object) -> None:
    contract = under(limit, hours_week=24.0, flex_h=2.0, shift_min_h=4.0)
    centre, need = small.centre(3, contract=contract), small.requirement({"front": 3.0})
    roster = assign(need, centre, tiny.WEEK, options=Solve(seconds=0.5))
    assert verify(roster, need, centre).breaches == ()
    assert not roster.frame.empty
    assert all(holds(shifts) for shifts in shifts_by_agent(roster.frame).values())  # type: ignore[operator]


def test_a_weekly_rest_of_two_days_is_found_where_the_centre_never_rests() -> None:
    contract = under(("weekly_rest", "rest_h", 48.0), sundays=True, start_step_min=60, meal_min=(45,), flex_h=1.0)
    opening = Opening(weekdays=(((420, 1380),),) * 7)
    centre, need = small.centre(4, contract=contract), small.requirement({"front": 3.0}, opening=opening)
    roster = assign(need, centre, tiny.WEEK, options=Solve(seconds=1.0))
    assert verify(roster, need, centre).breaches == () and roster.reasons == ()
    assert roster.frame["agent"].nunique() == 4


def _rest(one: Shift, two: Shift) -> float:
    return minutes(one.end, two.start)


def _hours(shift: Shift) -> float:
    return sum(minutes(s.start, s.end) for s in shift.segments if s.activity != "meal") / 60


@dataclasses.dataclass(frozen=True)
class HomeBy(FreeRule):
    """The example of the documentation, with a quiet weekday beside."""

    key = "home_by"
    article = "works agreement, article 3"
    words = (
        "fini à {latest_clock}, rien le jour {quiet_day}",
        "finished by {latest_clock}, nothing on day {quiet_day}",
    )
    latest_min: int = 1440
    quiet_day: int = 2

    def permits(self, shape: Shape, setting: Setting) -> bool:
        return shape.end_min <= self.latest_min

    def limit(self, limits: WeekLimits, setting: Setting) -> WeekLimits:
        return dataclasses.replace(limits, closed=limits.closed | {self.quiet_day})

    def breaches(self, week: WorkedWeek) -> Iterator[Breach]:
        for shift in week.shifts:
            end = shift.end.hour * 60 + shift.end.minute
            if end > self.latest_min or shift.start.weekday() == self.quiet_day:
                yield self.breach(week, shift.start, f"{shift.start:%a} until {shift.end:%H:%M}", self.sentence("en"))


def test_a_rule_of_ones_own_binds_the_engine_and_is_read_in_any_roster() -> None:
    in_pack("own", latest_min=960)(HomeBy)
    try:
        assert "own" in pack_names()
        contract = dataclasses.replace(small.DAY_SHIFT, rules="own", hours_week=24.0, flex_h=4.0)
        centre, need = small.centre(3, contract=contract), small.requirement({"front": 2.0})
        roster = assign(need, centre, tiny.WEEK, options=Solve(seconds=0.5))
        assert verify(roster, need, centre).breaches == ()
        assert max(roster.frame["end"].dt.hour * 60 + roster.frame["end"].dt.minute) <= 960
        free = dataclasses.replace(centre, team=dataclasses.replace(centre.team, contracts=(under(hours_week=24.0),)))
        other = assign(need, free, tiny.WEEK, options=Solve(seconds=0.5))
        found = verify(other, need, centre).breaches
        assert {b.rule for b in found} == {"home_by"} and found[0].article == "works agreement, article 3"
        assert any(b.start is not None and b.start.date() - dt.timedelta(days=2) == tiny.WEEK.monday for b in found)
    finally:
        del PACKS["own"]


def test_sentences_follow_the_limits() -> None:
    private = under(
        ("meal_time", "from_min", 690), ("part_time_extra_hours", "share", 0.1), rules="fr_private_idcc2098"
    )
    assert "between 11:30 and 15:00" in rule(private, "meal_time").sentence("en")
    assert "10\u202f%" in rule(private, "part_time_extra_hours").sentence("fr")
