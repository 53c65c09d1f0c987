"""What a contract says of days and shifts binds whoever writes the roster: the engine, a repair, or a hand."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pandas as pd
import pytest

from forecasts.grid import Opening, Week
from staffing.centre import Centre
from staffing.cli import main
from staffing.rostering.assign import Solve, answerable, assign
from staffing.rostering.changes import Reading
from staffing.rostering.explain import why_short
from staffing.rostering.replan import replan
from staffing.rostering.roster import Roster
from staffing.rostering.rules.rule import Breach
from staffing.rostering.team import Absence
from staffing.rostering.verify import verify
from tests import tiny
from tests.centre.folder import CENTRE, good, written
from tests.rostering import small

EVERY_DAY = Opening(weekdays=(((540, 1140),),) * 7)
ALWAYS = Opening(weekdays=(((0, 1440),),) * 7)
MORNINGS = dataclasses.replace(small.DAY_SHIFT, hours_week=20.0, flex_h=10.0, shift_min_h=4.0)
QUICK = Solve(seconds=0.5, repeatable=True)


def roster(*shifts: tuple[str, int, int, int], week: Week = tiny.WEEK) -> Roster:
    """Shifts on ``front``: agent, weekday, from and to in clock minutes."""
    at = tiny.GRID.at
    rows = [(who, at(week.days[d], low), at(week.days[d], high), "front") for who, d, low, high in shifts]
    return Roster(week, tiny.GRID, pd.DataFrame(rows, columns=["agent", "start", "end", "activity"]))


def broken(made: Roster, centre: Centre) -> list[Breach]:
    """What the roster breaks of the contract's days and shifts."""
    need = small.requirement({"front": 1.0}, week=made.week, opening=ALWAYS)
    return [b for b in verify(made, need, centre).breaches if b.rule in ("contract_days", "contract_shift")]


@pytest.mark.parametrize(
    ("limit", "breaches", "told"),
    [
        ("max_days = 5\nshift_min_h = 7\nshift_max_h = 7", 0, ""),
        ("max_days = 4\nshift_max_h = 9", 1, "5 jours"),
        ("shift_min_h = 8\nshift_max_h = 9", 5, "8 h 00 au moins"),
        ("shift_max_h = 6.5\nmax_days = 6", 5, "7 h 00 dans la journée"),
    ],
)
def test_a_roster_is_checked_against_the_contract_in_centre_toml(
    limit: str, breaches: int, told: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    days = "\n".join(f'{day} = "09:00-17:00"' for day in ("mon", "tue", "wed", "thu", "fri"))
    text = CENTRE.replace('mon = "09:00-12:00"\ntue = "09:00-12:00"', days) + limit
    folder = tmp_path / "centre"
    folder.mkdir()
    files = good() | {"centre.toml": text}
    del files["past.csv"], files["absences.csv"]
    spans = (("09:00", "12:00", "front"), ("12:00", "13:00", "meal"), ("13:00", "17:00", "front"))
    rows = [f"a1,2026-03-{d:02d}T{low},2026-03-{d:02d}T{high},{word}" for d in range(2, 7) for low, high, word in spans]
    (tmp_path / "roster.csv").write_text("\n".join(["agent,start,end,activity", *rows, ""]))
    with pytest.raises(SystemExit) as left:
        main(["check", str(written(folder, files)), str(tmp_path / "roster.csv"), "--language", "fr"])
    said = capsys.readouterr().out
    assert left.value.code == (1 if breaches else 0), said
    assert f"{breaches} infraction" in said and told in said


@pytest.mark.parametrize(
    ("meal_from_h", "meal", "found"),
    [
        (5.0, False, ["contract_meal"]),
        (5.5, False, ["contract_meal"]),
        (5.75, False, []),
        (5.0, True, []),
        (24.0, False, []),
    ],
)
def test_a_shift_as_long_as_those_with_a_meal_has_one(meal_from_h: float, meal: bool, found: list[str]) -> None:
    """A shift of five and a half hours."""
    contract = dataclasses.replace(MORNINGS, meal_from_h=meal_from_h)
    centre, at, day = small.centre(1, contract=contract, experts=0), tiny.GRID.at, tiny.WEEK.days[0]
    later = 45 if meal else 0
    rows = [("a0", at(day, 540), at(day, 720), "front"), ("a0", at(day, 720 + later), at(day, 870 + later), "front")]
    rows += [("a0", at(day, 720), at(day, 765), "meal")] if meal else []
    made = Roster(tiny.WEEK, tiny.GRID, pd.DataFrame(rows, columns=["agent", "start", "end", "activity"]))
    assert [b.rule for b in verify(made, small.requirement({"front": 1.0}, opening=ALWAYS), centre).breaches] == found


def test_a_meal_is_missed_once_and_not_by_who_left_ill() -> None:
    """Eight hours without any pause break the law's own rule, which tells it."""
    centre, need = small.centre(1, contract=MORNINGS, experts=0), small.requirement({"front": 1.0}, opening=ALWAYS)
    made = roster(("a0", 0, 540, 1020))
    assert [b.rule for b in verify(made, need, centre).breaches] == ["pause"]
    lenient = dataclasses.replace(MORNINGS, limits=(("pause", "from_h", 24.0),))
    centre = small.centre(1, contract=lenient, experts=0)
    assert [b.rule for b in verify(made, need, centre).breaches] == ["contract_meal"]
    away = Absence("a0", tiny.WEEK.days[0], tiny.WEEK.days[0], from_min=1020)
    left = dataclasses.replace(centre, team=dataclasses.replace(centre.team, absences=(away,)))
    assert not verify(made, need, left).breaches


@pytest.mark.parametrize("most", range(1, 8))
def test_the_engine_and_the_reading_allow_as_many_days(most: int) -> None:
    contract = dataclasses.replace(MORNINGS, max_days=most, limits=(("days_a_week", "most", 7.0),))
    centre = small.centre(1, contract=contract, experts=0)
    need = small.requirement({"front": 1.0}, opening=EVERY_DAY)
    dear = answerable(need, centre, tiny.WEEK).instance.people.days_eur[0]
    for days in range(1, 8):
        made = roster(*(("a0", d, 540, 780) for d in range(days)))
        assert (dear[days] < float("inf")) == (not broken(made, centre)), days


@pytest.mark.parametrize(("least", "longest"), [(4.0, 9.0), (5.0, 5.0), (4.25, 7.33)])
def test_the_engine_and_the_reading_allow_the_same_lengths(least: float, longest: float) -> None:
    contract = dataclasses.replace(
        MORNINGS, shift_min_h=least, shift_max_h=longest, shift_step_min=15, meal_from_h=24.0,
        limits=(("pause", "from_h", 24.0),),
    )  # fmt: skip
    centre = small.centre(1, contract=contract, experts=0)
    need = small.requirement({"front": 1.0}, opening=EVERY_DAY)
    (kind,) = answerable(need, centre, tiny.WEEK).instance.classes
    may = {m for m in range(15, 601, 15) if not broken(roster(("a0", 0, 540, 540 + m)), centre)}
    assert set(kind.candidates.shift[:, 2].tolist()) == may


def test_two_sequences_of_a_day_count_together() -> None:
    centre = small.centre(1, contract=dataclasses.replace(MORNINGS, shift_max_h=6.0), experts=0)
    assert broken(roster(("a0", 0, 540, 660), ("a0", 0, 780, 900)), centre) == []
    long = broken(roster(("a0", 0, 540, 720), ("a0", 0, 780, 975)), centre)
    assert [(b.found, b.limit) for b in long] == [("6 h 15 in a day", "6 h 00")]


@pytest.mark.parametrize("week", [Week.parse("2026-W13"), tiny.WEEK, Week.parse("2026-W43")], ids=str)
def test_a_night_in_which_the_clocks_change_is_as_long_as_any(week: Week) -> None:
    contract = dataclasses.replace(MORNINGS, shift_min_h=8.0, shift_max_h=8.0)
    centre = small.centre(1, contract=contract, experts=0)
    assert broken(roster(("a0", 5, 1320, 1800), week=week), centre) == []
    assert [b.found for b in broken(roster(("a0", 5, 1320, 1785), week=week), centre)] == ["7 h 45 in a day"]


def pair(most: int) -> tuple[Centre, Roster]:
    """Two work five mornings, a third three mornings and Saturday's; the contract has at most so many days."""
    centre = small.centre(3, contract=dataclasses.replace(MORNINGS, max_days=most), experts=0)
    centre = dataclasses.replace(centre, queues=tuple(dataclasses.replace(q, opening=EVERY_DAY) for q in centre.queues))
    mornings = [(who, day, 540, 780) for who, days in (("a0", 5), ("a1", 5), ("a2", 3)) for day in range(days)]
    return centre, roster(*mornings, ("a2", 5, 540, 780))


@pytest.mark.parametrize("most", [5, 6])
def test_nobody_is_called_in_on_a_day_more_than_the_contract_has(most: int) -> None:
    centre, made = pair(most)
    need = small.requirement({"front": 1.0}, opening=EVERY_DAY)
    saturday = tiny.WEEK.days[5]
    found = replan(made, need, centre, absences=(Absence("a2", saturday, saturday),))
    called = {c.agent for c in (*found.changes, *(offer.change for offer in found.offers)) if c.kind == "extra_shift"}
    assert bool(called) == (most > 5)
    assert broken(found.roster, centre) == []
    told = why_short(Reading(made, need, centre), "front", tiny.GRID.at(tiny.WEEK.days[6], 600))
    resting = {w.agent for w in told.whereabouts if w.state == "resting"}
    assert resting == (set() if most > 5 else {"a0", "a1"})
    assert not resting & {c.agent for c in (*told.changes, *told.means) if c.kind != "cross_train"}
    assert {c.agent for c in told.changes} == {"a0", "a1", "a2"} - resting


def test_a_roster_published_with_a_day_too_many_is_told_and_can_still_be_changed() -> None:
    centre, _ = pair(5)
    made = roster(*(("a0", d, 540, 780) for d in range(6)))
    assert [b.rule for b in broken(made, centre)] == ["contract_days"]
    reading = Reading(made, small.requirement({"front": 1.0}, opening=EVERY_DAY), centre)
    longer = roster(*(("a0", d, 540, 780 + 30 * (d == 2)) for d in range(6)))
    assert reading.lawful("a0", Reading(longer, reading.requirement, centre).weeks["a0"].shifts)


def test_days_locked_beyond_the_contract_stand_and_are_told() -> None:
    centre, _ = pair(5)
    locked = roster(*(("a0", d, 540, 780) for d in range(6))).frame
    centre = dataclasses.replace(centre, team=dataclasses.replace(centre.team, locked=locked))
    need = small.requirement({"front": 1.0}, opening=EVERY_DAY)
    made = assign(need, centre, tiny.WEEK, options=QUICK)
    assert {(b.agent, b.rule) for b in verify(made, need, centre).breaches} == {("a0", "contract_days")}
    assert [reason.subject for reason in made.reasons] == ["a0"]


def test_a_shift_drawn_shorter_than_the_contract_has_is_not_kept() -> None:
    centre, made = pair(5)
    need = small.requirement({"front": 1.0}, opening=EVERY_DAY)
    drawn = dataclasses.replace(made, frame=made.frame.copy())
    drawn.frame.loc[drawn.frame["agent"] == "a0", "end"] -= pd.Timedelta(minutes=90)
    assert {b.agent for b in broken(drawn, centre)} == {"a0"}
    assert broken(assign(need, centre, tiny.WEEK, options=QUICK, keep=drawn), centre) == []


@pytest.mark.parametrize("now_min", [1380, 1440, 1500])
def test_who_falls_ill_in_the_middle_of_a_night_has_worked_what_they_have(now_min: int) -> None:
    nights = dataclasses.replace(small.DAY_SHIFT, hours_week=24.0, flex_h=24.0, shift_min_h=5.0, shift_max_h=8.0)
    centre, week = small.centre(1, contract=nights, experts=0), tiny.WEEK
    need = small.requirement({"front": 1.0}, opening=ALWAYS)
    made = roster(*(("a0", d, 1320, 1620) for d in range(3)))
    now = tiny.GRID.at(week.days[1], now_min)
    away = Absence("a0", now.date(), week.days[2])
    found = replan(made, need, centre, absences=(away,), now=now)
    assert found.roster.frame["end"].max() == now
    assert [
        b for b in verify(found.roster, need, found.centre).breaches if b.rule in ("contract_shift", "absence")
    ] == []
