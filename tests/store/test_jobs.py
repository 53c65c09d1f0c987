"""A run is followed from another process and outlives every restart."""

from __future__ import annotations

import dataclasses
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

from staffing.rostering.roster import Progress, Proof
from staffing.store.database import Database, open_database
from staffing.store.jobs import REPORT_S, SILENT_S, UNTAKEN_S, Jobs
from staffing.store.refusals import Refused
from staffing.store.rights import NotAllowed, Role, User
from tests import tiny
from tests.files import plans
from tests.store.conftest import Clock

ROSTER = plans.roster(("a1", "a2"), tiny.WEEK, tiny.GRID)


def test_a_run_goes_from_question_to_plan_and_everyone_sees_it(database: Database) -> None:
    jobs = Jobs(database)
    id = jobs.submit({"folder": "small", "week": "2026-W49", "seed": 1})
    assert jobs.read(id).status == "queued"
    assert jobs.take(id) == {"folder": "small", "week": "2026-W49", "seed": 1}
    watch = jobs.watch(id)
    assert watch(Progress("search", 0.1, 900.0, 700.0, ROSTER))
    seen = Jobs(database).read(id)
    assert (seen.status, seen.phase, seen.cost_eur, seen.bound_eur) == ("running", "search", 900.0, 700.0)
    best = jobs.best(id)
    assert best is not None
    pd.testing.assert_frame_equal(best.frame, ROSTER.frame)
    jobs.finish(id)
    assert jobs.read(id).status == "done"


def test_the_newest_roster_is_never_lost_between_two_reports(database: Database) -> None:
    jobs = Jobs(database)
    id = jobs.submit({})
    jobs.take(id)
    watch = jobs.watch(id)
    watch(Progress("search", 1.0, 900.0))
    watch(Progress("search", 1.0 + REPORT_S / 2, 800.0, roster=ROSTER))
    assert jobs.best(id) is None
    watch(Progress("search", 1.0 + REPORT_S, 800.0))
    assert jobs.best(id) is not None
    assert jobs.read(id).improvements == 1


def test_a_final_roster_keeps_its_proof(database: Database) -> None:
    jobs = Jobs(database)
    id = jobs.submit({})
    jobs.take(id)
    proof = Proof("feasible", 0.1 + 0.2, 0.1, 3.5, 7, 25.0)
    jobs.finish(id, roster=dataclasses.replace(ROSTER, proof=proof))
    best = jobs.best(id)
    assert best is not None
    assert best.proof == proof
    assert jobs.read(id).cost_eur == 0.1 + 0.2


def test_stop_is_heard_at_the_next_report_and_keeps_the_best(database: Database) -> None:
    jobs = Jobs(database)
    id = jobs.submit({})
    jobs.take(id)
    watch = jobs.watch(id)
    assert watch(Progress("search", 1.0, 900.0, roster=ROSTER))
    jobs.stop(id)
    assert not watch(Progress("search", 2.0))
    jobs.finish(id)
    assert jobs.read(id).status == "stopped"
    assert jobs.best(id) is not None


def test_a_run_stopped_before_it_began_never_begins(database: Database) -> None:
    jobs = Jobs(database)
    id = jobs.submit({})
    jobs.stop(id)
    with pytest.raises(Refused, match="under way"):
        jobs.take(id)


def test_a_run_is_taken_once_unless_its_process_fell_silent(database: Database, clock: Clock) -> None:
    jobs = Jobs(database)
    id = jobs.submit({})
    jobs.take(id)
    with pytest.raises(Refused):
        jobs.take(id)
    clock.go(seconds=SILENT_S + 1)
    assert jobs.read(id).status == "lost"
    jobs.take(id)
    assert jobs.read(id).status == "running"


def test_a_run_that_no_process_takes_is_lost_and_blocks_nobody(database: Database, clock: Clock) -> None:
    jobs = Jobs(database)
    id = jobs.submit({})
    clock.go(seconds=UNTAKEN_S - 1)
    assert jobs.read(id).status == "queued"
    clock.go(seconds=2)
    assert jobs.read(id).over and jobs.read(id).status == "lost"


def test_only_planners_and_managers_start_and_stop_runs(database: Database) -> None:
    agent = Jobs(database, User("zoe", Role.AGENT, "a1"))
    with pytest.raises(NotAllowed):
        agent.submit({})
    with pytest.raises(NotAllowed):
        agent.latest()


def test_another_process_sees_a_run_and_stops_it(tmp_path: Path) -> None:
    database = open_database(tmp_path / "s.sqlite")
    jobs = Jobs(database)
    id = jobs.submit({"seed": 3})
    jobs.take(id)
    jobs.tell(id, Progress("search", 1.0, 5.0))
    code = (
        "import sys\nfrom staffing.store.database import open_database\nfrom staffing.store.jobs import Jobs\n"
        "jobs = Jobs(open_database(sys.argv[1]))\njob = jobs.latest()[0]\njobs.stop(job.id)\n"
        "print(job.id, job.status, job.cost_eur)"
    )
    command = [sys.executable, "-c", code, str(tmp_path / "s.sqlite")]
    run = subprocess.run(command, check=True, capture_output=True, text=True)
    assert run.stdout.split() == [str(id), "running", "5.0"]
    assert not jobs.tell(id, Progress("search", 2.0))
