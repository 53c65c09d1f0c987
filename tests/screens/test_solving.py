"""A first roster comes at once on a quick forecast and says so; the plan at the end stands on the full one."""

from __future__ import annotations

import gzip
import os
import select
import shutil
import time
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pytest

from staffing.gate.read import read_centre
from staffing.plan import QUICK_NEED, forecast_week, week_after
from staffing.screens.spare import Spare
from staffing.side_by_side import side_by_side
from staffing.solving import first_asked, made_whole, make_ready, ready_for
from staffing.store.database import open_database
from staffing.store.jobs import Jobs
from staffing.store.plans import load_plan, plans
from staffing.waiting import COPIES, Copies, Serve
from staffing.worker import run
from tests.screens.planned import SAMPLES, WEEK, planned_home


@pytest.fixture
def short(tmp_path: Path) -> Path:
    """The small sample's folder with the last seven weeks of its history."""
    folder = tmp_path / "short"
    shutil.copytree(SAMPLES / "small", folder)
    with gzip.open(folder / "history.csv.gz", "rt") as text:
        rows = pd.read_csv(text, dtype=str, keep_default_na=False)
    rows[rows["start"] >= "2026-10-05"].to_csv(folder / "history.csv.gz", index=False)
    return folder


def test_the_first_roster_stands_on_a_quick_forecast_the_last_on_the_full_one(short: Path, tmp_path: Path) -> None:
    jobs = Jobs(open_database(tmp_path / "s.sqlite"))
    id = jobs.submit({"folder": str(short), "week": str(WEEK), "seconds": 0.3, "seed": 1})
    run(jobs, id)
    assert jobs.read(id).status == "done", jobs.read(id).told
    known = {p.id: (p.state, load_plan(jobs.database, p.id)) for p in plans(jobs.database)}
    first, last = known[min(known)], known[max(known)]
    assert first[0] == "archived" and first[1].quick and not first[1].forecast.accuracy
    assert last[0] == "draft" and not last[1].quick and jobs.read(id).plan == max(known)
    assert last[1].forecast.accuracy
    quick, full = (plan.forecast.frame["contacts"] for _, plan in (first, last))
    assert 0 < (quick - full).abs().sum() / full.sum() < 0.05


def test_a_known_forecast_is_asked_for_again_only_when_its_inputs_have_changed(tmp_path: Path) -> None:
    plan = planned_home(tmp_path, "small")
    folder, database = tmp_path / "centres" / "sample-small", open_database(tmp_path / "affluence.sqlite")
    asked = first_asked(database, folder, WEEK)
    assert asked.whole
    pd.testing.assert_frame_equal(asked.requirement.frame, plan.requirement.frame, check_dtype=False)
    agents = pd.read_csv(folder / "agents.csv", dtype=str, keep_default_na=False)
    agents.assign(name="Someone else").to_csv(folder / "agents.csv", index=False)
    asked = first_asked(database, folder, WEEK)
    assert not asked.whole and not asked.forecast.quick and QUICK_NEED in asked.requirement.notes
    assert QUICK_NEED not in made_whole(asked).requirement.notes
    history = pd.read_csv(folder / "history.csv.gz", dtype=str, keep_default_na=False)
    history.iloc[:-1].to_csv(folder / "history.csv.gz", index=False)
    assert first_asked(database, folder, WEEK).forecast.quick


def test_a_roster_made_before_it_was_asked_for_answers_that_question_alone(tmp_path: Path) -> None:
    planned_home(tmp_path, "small")
    folder, database = tmp_path / "centres" / "sample-small", open_database(tmp_path / "affluence.sqlite")
    make_ready(database, folder, WEEK)
    asked = first_asked(database, folder, WEEK)
    (ready,) = ready_for(asked)
    assert ready.roster is not None and not asked.answered(ready.roster).verification.breaches
    make_ready(database, folder, WEEK)
    assert ready_for(asked)[0] is ready, "it is not made again"
    past = asked.centre.team.past
    assert past is not None
    other = replace(asked.centre, team=replace(asked.centre.team, past=past.iloc[:-1]))
    assert ready_for(replace(asked, centre=other)) == ()
    assert ready_for(replace(asked, week=WEEK.plus(1))) == ()


def test_a_waiting_process_takes_runs_and_ends_when_nobody_asks_any_more(tmp_path: Path) -> None:
    planned_home(tmp_path, "small")
    store, folder = tmp_path / "affluence.sqlite", tmp_path / "centres" / "sample-small"
    jobs, spare = Jobs(open_database(store)), Spare(str(store))
    question = {"folder": str(folder), "week": str(WEEK), "seconds": 0.2, "seed": 1}
    first, second = jobs.submit(question), jobs.submit(question)
    assert not spare.run(first, folder), "nobody waits yet"
    spare.ready(f"{WEEK} {folder}")
    process = spare.process
    assert process is not None and process.stdin is not None
    assert spare.run(first, folder) and spare.run(second, folder)
    process.stdin.close()
    assert process.wait(30) == 0, "it goes with the server; its runs do not"
    until = time.monotonic() + 60
    while not (jobs.read(first).over and jobs.read(second).over) and time.monotonic() < until:
        time.sleep(0.05)
    assert [jobs.read(id).status for id in (first, second)] == ["done", "done"], jobs.read(second).told


def echoing(told: Path) -> Serve:
    """Writes down what a copy hears, slowly."""

    def serve(source: int, report: int) -> None:
        with os.fdopen(source) as lines:
            for line in lines:
                time.sleep(0.3)
                with told.open("a") as out:
                    out.write(line)
                os.write(report, b".")

    return serve


@pytest.mark.skipif(not COPIES, reason="processes are copied on Linux alone")
def test_what_is_asked_goes_before_what_may_be_asked_later(tmp_path: Path) -> None:
    copies = Copies(echoing(tmp_path / "told"))
    for line in ("later - a", "later - b", "ready - c", "ready W c"):
        copies.hand(line)
    assert list(copies.waiting) == ["c"], "a was given up in the middle"
    until = time.monotonic() + 10
    while (copies.later or any(c.busy for c in copies.waiting.values())) and time.monotonic() < until:
        for done in select.select(copies.dones(), [], [], 0.1)[0]:
            copies.hear(done)
    assert list(copies.waiting) == ["c", "b"]
    copies.hand("run 1 b")
    assert list(copies.waiting) == ["c"]
    copies.leave("c")
    while "run" not in (heard := (tmp_path / "told").read_text()) and time.monotonic() < until:
        time.sleep(0.05)
    assert [line for line in heard.splitlines() if line != "ready - a"] == [
        "ready - c",
        "ready W c",
        "ready - b",
        "run 1 b",
    ]


def test_the_first_week_is_made_ready_where_none_is_planned(tmp_path: Path, short: Path) -> None:
    planned_home(tmp_path, "small")
    folder, database = tmp_path / "centres" / "sample-small", open_database(tmp_path / "affluence.sqlite")
    make_ready(database, folder)
    assert ready_for(first_asked(database, folder, WEEK)) == ()
    empty = open_database(tmp_path / "empty.sqlite")
    make_ready(empty, short)
    assert len(ready_for(first_asked(empty, short, week_after(read_centre(short))))) == 1


def test_two_processes_side_by_side_give_what_one_gives() -> None:
    assert side_by_side(str.upper, "abc") == ["A", "B", "C"]
    with pytest.raises(ValueError, match="invalid literal"):
        side_by_side(int, ("1", "two"))
    centre = read_centre(SAMPLES / "medium")
    week = week_after(centre)
    one, two = forecast_week(centre, week, quick=True), forecast_week(centre, week, quick=True, each=side_by_side)
    pd.testing.assert_frame_equal(one.frame, two.frame, check_exact=True)
    assert (one.notes, one.spreads) == (two.notes, two.spreads) and len(centre.history.channels) > 1
