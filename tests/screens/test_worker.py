"""A run in a process of its own: seen from outside while it runs, stopped from outside, its plan in the store."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

from staffing.peak import answer_back
from staffing.scenarios.changes import Volume
from staffing.scenarios.scenario import Scenario, save, text_of
from staffing.scenarios.templates import TEMPLATES
from staffing.store.database import open_database
from staffing.store.jobs import Jobs
from staffing.store.plans import load_plan, plans
from staffing.worker import run
from tests.screens.planned import SAMPLES, planned_home

ROOT = Path(__file__).parent.parent.parent


def worker(id: int, store: Path) -> subprocess.Popen[bytes]:
    environment = {**os.environ, "AFFLUENCE_STORE": str(store), "OMP_NUM_THREADS": "1"}
    return subprocess.Popen([sys.executable, "-m", "staffing.worker", str(id)], cwd=ROOT, env=environment)


def test_a_run_shows_its_first_roster_stops_when_asked_and_leaves_one_plan(tmp_path: Path) -> None:
    planned_home(tmp_path, "small")
    folder, store = tmp_path / "centres" / "sample-small", tmp_path / "affluence.sqlite"
    jobs = Jobs(open_database(store))
    question = {"folder": str(folder), "week": "2026-W49", "seconds": 600.0, "seed": 1, "scenario": ""}
    id = jobs.submit(question)
    process = worker(id, store)
    try:
        until = time.monotonic() + 150
        while jobs.best(id) is None and time.monotonic() < until:
            time.sleep(0.1)
        assert jobs.read(id).plan is not None, "the first roster is saved with the need it answers"
        jobs.stop(id)
        process.wait(60)
    finally:
        process.kill()
    ended = jobs.read(id)
    assert ended.status == "stopped"
    assert ended.plan is not None
    assert not load_plan(jobs.database, ended.plan).verification.breaches
    assert [p.id for p in plans(jobs.database) if p.state == "draft"] == [ended.plan, 1]


def test_a_broken_folder_ends_the_run_with_its_problems(tmp_path: Path) -> None:
    folder = tmp_path / "broken"
    shutil.copytree(SAMPLES / "small", folder)
    (folder / "agents.csv").write_text("id,name\na,A\n", "utf-8")
    jobs = Jobs(open_database(tmp_path / "s.sqlite"))
    id = jobs.submit({"folder": str(folder), "week": "2026-W49", "seconds": 5.0, "seed": 1})
    run(jobs, id)
    job = jobs.read(id)
    assert job.status == "failed"
    assert "agents.csv" in job.told


def test_questions_about_a_peak_are_answered_beside_the_plan(tmp_path: Path) -> None:
    planned_home(tmp_path, "small")
    folder, store = tmp_path / "centres" / "sample-small", tmp_path / "affluence.sqlite"
    double = save(Scenario("double", (Volume(factor=2.0),)), folder)
    jobs = Jobs(open_database(store))
    asked = {"folder": str(folder), "plan": 1, "scenarios": [text_of(double)]}
    sides = jobs.submit({**asked, "kind": "scenarios", "anew": False, "seconds": 5})
    run(jobs, sides)
    rows = json.loads(jobs.read(sides).told)["rows"]
    before, after = (next(r for r in rows if r["scenario"] == s and r["level"] == 1) for s in ("baseline", "double"))
    assert after["contacts"] > 1.9 * before["contacts"] and after["expected"] < before["expected"]


def test_a_stop_does_not_wait_for_the_step_of_a_comparison(tmp_path: Path) -> None:
    """A roster of ten minutes is under way when the stop comes: what was compared before stands within 3 seconds."""
    planned_home(tmp_path, "small")
    folder, store = tmp_path / "centres" / "sample-small", tmp_path / "affluence.sqlite"
    double = save(Scenario("double", (Volume(factor=2.0),)), folder)
    jobs = Jobs(open_database(store))
    asked = {
        "folder": str(folder),
        "plan": 1,
        "scenarios": [text_of(double)],
        "anew": True,
        "seconds": 600,
    }
    id = jobs.submit({"kind": "scenarios", **asked})
    process = worker(id, store)
    try:
        until = time.monotonic() + 120
        while not jobs.read(id).phase.startswith("1/2") and time.monotonic() < until:
            time.sleep(0.1)
        jobs.stop(id)
        stopped = time.monotonic()
        while not jobs.read(id).over and time.monotonic() < stopped + 30:
            time.sleep(0.05)
        took_s = time.monotonic() - stopped
        process.wait(10)
    finally:
        process.kill()
    ended = jobs.read(id)
    assert ended.status == "stopped" and took_s < 3
    told = json.loads(ended.told)
    assert {row["scenario"] for row in told["rows"]} == {"baseline"} and told["missing"] == ["double"]


def test_a_peak_is_answered_whole(tmp_path: Path) -> None:
    plan = planned_home(tmp_path, "small")
    jobs = Jobs(open_database(tmp_path / "affluence.sqlite"))
    peak = text_of(TEMPLATES["back_to_school"](plan.week.monday, ()))
    asked = {"levers": ["overtime", "move_shifts"], "today": "2026-11-01", "probability": 0.9}
    id = jobs.submit({"kind": "peak", "plan": 1, "scenario": peak, "seconds": 1.0, "replications": 3, **asked})
    run(jobs, id)
    assert jobs.read(id).status == "done", jobs.read(id).told
    found = answer_back(json.loads(jobs.read(id).told))
    assert [side.name for side in found.sides] == ["as_is", "kept", "anew", "helped"]
    as_is, kept, anew, helped = found.sides
    assert as_is.required_hours < kept.required_hours == anew.required_hours
    assert kept.affected == () and kept.shortage_hours >= helped.shortage_hours
    assert len(kept.scheduled) == len(found.starts) == len(found.required)
    assert {lever for lever, *_ in found.offers} <= {"overtime", "move_shifts"}
    assert found.frontier[0][0] == 0.0
