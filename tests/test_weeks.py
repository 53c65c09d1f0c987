"""Weeks in a row: each knows what the weeks before it were planned to be."""

from __future__ import annotations

import dataclasses
from pathlib import Path

import pytest

from forecasts.grid import Opening
from staffing.centre import Centre
from staffing.cli import main
from staffing.commands.summary import plan_lines, week_lines
from staffing.plan import Plan, plan_week
from staffing.rostering.assign import Solve
from staffing.rostering.roster import Reason
from staffing.weeks import after, plan_weeks
from tests import tiny
from tests.centre import folder

QUICK = Solve(seconds=0.5, repeatable=True)
SIX_DAYS = Opening(weekdays=(((540, 1020),),) * 6 + ((),))


def six_days() -> Centre:
    """The tiny centre open on Saturdays, under the branch's rules, with half of the team needed then."""
    made = tiny.centre()
    contract = dataclasses.replace(
        made.team.contracts[0], rules="fr_private_idcc2098", meal_min=(45, 60), break_min=15, max_days=6, flex_h=2.0
    )
    queues = tuple(dataclasses.replace(q, opening=SIX_DAYS) for q in made.queues)
    goals = dataclasses.replace(made.goals, sixth_day_eur=0.0, shortage_eur_h=400.0)
    return dataclasses.replace(
        made, queues=queues, goals=goals, team=dataclasses.replace(made.team, contracts=(contract,))
    )


@pytest.fixture(scope="module")
def plans() -> list[Plan]:
    return list(plan_weeks(six_days(), tiny.WEEK, 2, options=QUICK))


def test_each_week_is_planned_with_the_weeks_before_it(plans: list[Plan]) -> None:
    assert [str(plan.week) for plan in plans] == ["2026-W49", "2026-W50"]
    assert all(plan.verification.breaches == () for plan in plans)
    assert plans[0].centre.team.past is None
    last = plans[1].centre.team
    assert last.past is not None and len(last.past) == len(plans[0].roster.frame)
    assert {ledger.agent: ledger.weeks for ledger in last.ledgers} == {a.id: 1 for a in last.agents}


def test_the_second_week_is_the_one_planned_with_the_first_as_past_roster(plans: list[Plan]) -> None:
    alone = plan_week(after(six_days(), plans[0]), tiny.WEEK.plus(1), options=QUICK)
    assert alone.roster.frame.equals(plans[1].roster.frame)


def test_a_run_of_weeks_is_one_to_four_long() -> None:
    with pytest.raises(ValueError, match="1 to 4"):
        next(plan_weeks(tiny.centre(), tiny.WEEK, 5))


def test_a_run_that_has_proven_nothing_tells_no_gap_and_each_week_what_it_could_not_keep(plans: list[Plan]) -> None:
    roster, short = plans[0].roster, Reason("hours_out_of_reach", "a1", "at least 35 h owed; 27 h fit")
    assert roster.proof is not None
    bare = dataclasses.replace(roster, proof=dataclasses.replace(roster.proof, bound_eur=0.0), reasons=(short,))
    unproven = dataclasses.replace(plans[0], roster=bare)
    for language, fewer, unknown in (
        ("en", "fewer hours than owed, a1", "not known"), ("fr", "moins d'heures que dues, a1", "inconnu"),
    ):  # fmt: skip
        line, kept = week_lines(unproven, language)
        assert unknown in line and fewer in kept and kept.startswith("  ")
        assert "%" not in plan_lines(unproven, language)[1] and "%" in plan_lines(plans[0], language)[1]


def test_several_weeks_are_a_folder_and_a_line_each(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "centre").mkdir()
    toml = folder.CENTRE.replace("hours_week = 35", "hours_week = 6\nshift_min_h = 3\nshift_max_h = 3")
    centre = folder.written(tmp_path / "centre", folder.good() | {"centre.toml": toml})
    arguments = ["plan", str(centre), "--week", "2026-W10", "--weeks", "2", "--out", str(tmp_path / "out")]
    with pytest.raises(SystemExit) as left:
        main([*arguments, "--seconds", "1", "--language", "en"])
    assert left.value.code == 0
    assert sorted(path.name for path in (tmp_path / "out").iterdir()) == ["2026-W10", "2026-W11"]
    lines = [line for line in capsys.readouterr().out.splitlines() if not line.startswith("  Not kept: ")]
    assert [line[:8] for line in lines[:2]] == ["2026-W10", "2026-W11"] and all("0 breach" in x for x in lines[:2])
    audit = ["check", str(centre), str(tmp_path / "out"), "--language", "en"]
    with pytest.raises(SystemExit) as left:
        main(audit)
    assert left.value.code == 0
    assert [line for line in capsys.readouterr().out.splitlines() if line.startswith("Test")] == [
        "Test, week 2026-W10", "Test, week 2026-W11",
    ]  # fmt: skip
    with (tmp_path / "out" / "2026-W10" / "roster.csv").open("a") as file:
        file.writelines(f"a1,2026-03-0{day}T09:00,2026-03-0{day}T12:00,front\n" for day in range(4, 9))
    with pytest.raises(SystemExit) as left:
        main(audit)
    told = capsys.readouterr().out.partition("Test, week 2026-W11")
    assert left.value.code == 1 and "days a week" not in told[2] and "days in a row" in told[2]
