"""``python -m staffing.worker ID``: one run of the engine in a process of its own, all its state in the store.

The screen that asked may close: the run goes on, and any screen that opens the same store sees it.
"""

from __future__ import annotations

import argparse
import contextlib
import multiprocessing
import os
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from forecasts.distribution import Forecast
from forecasts.grid import Week
from staffing.centre import Centre
from staffing.gate.read import read_centre
from staffing.plan import AS_EXPECTED, Plan, before, size_week
from staffing.problems import BadInput
from staffing.rostering.assign import Solve, assign
from staffing.rostering.roster import Progress, Roster
from staffing.rostering.verify import verify
from staffing.sizing.requirement import Requirement
from staffing.store.carry import carried
from staffing.store.database import Database, StoreUnavailable, open_database
from staffing.store.jobs import Jobs, Watched
from staffing.store.plans import load_plan, plans, save_plan
from staffing.store.publication import archive
from staffing.store.refusals import Refused

BEAT_S = 0.5
GRACE_S = 1.0
"""How long a stop waits for a step to end by itself before what is known stands."""
Leave = Callable[[Mapping[str, object] | None], None]
"""Ends the process at once, with the answer so far."""


@dataclass(frozen=True)
class Asked:
    """All of a plan but its answer."""

    centre: Centre
    week: Week
    scenario: str
    forecast: Forecast
    requirement: Requirement

    def answered(self, roster: Roster) -> Plan:
        """The plan with this roster, read by the verification."""
        found = verify(roster, self.requirement, self.centre)
        return Plan(self.centre, self.week, self.scenario, self.forecast, self.requirement, roster, found)


@dataclass
class First:
    """A watch that also saves the plan of the first roster, so that it can be shown with the need it answers."""

    watched: Watched
    asked: Asked
    folder: Path
    saved: int | None = None

    def __call__(self, progress: Progress) -> bool:
        if progress.roster is not None and self.saved is None:
            jobs = self.watched.jobs
            self.saved = save_plan(jobs.database, self.asked.answered(progress.roster), self.folder)
            jobs.hold(self.watched.id, self.saved)
        return self.watched(progress)


@dataclass
class Kept:
    """The answer so far, and how to leave with it; a run inside another process never leaves."""

    leave: Leave | None = None
    answer: Mapping[str, object] | None = None

    def keep(self, answer: Mapping[str, object]) -> None:
        self.answer = answer


@contextlib.contextmanager
def beating(jobs: Jobs, id: int, phase: str, kept: Kept) -> Iterator[None]:
    """A heartbeat around a phase that reports nothing of itself; asked to stop, it leaves when the phase does not."""
    began, over = time.monotonic(), threading.Event()

    def beat() -> None:
        while not over.is_set():
            goes_on = True
            with contextlib.suppress(StoreUnavailable):  # told again at the next beat
                goes_on = jobs.tell(id, Progress(phase, time.monotonic() - began))
            if not goes_on and kept.leave is not None and not over.wait(GRACE_S):
                kept.leave(kept.answer)
            over.wait(BEAT_S)

    thread = threading.Thread(target=beat, daemon=True)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()


def sized(database: Database, centre: Centre, week: Week) -> Asked:
    """Forecast and requirement, taken from an earlier plan of the very same inputs when there is one."""
    for saved in plans(database, centre=centre.name, week=str(week)):
        if saved.scenario == AS_EXPECTED.name:
            known = load_plan(database, saved.id)
            if known.centre.digest == centre.digest:
                return Asked(centre, week, known.scenario, known.forecast, known.requirement)
    changed, forecast, requirement = size_week(centre, week)
    return Asked(changed, week, AS_EXPECTED.name, forecast, requirement)


def run(jobs: Jobs, id: int, leave: Leave | None = None) -> None:
    """Take a run and bring it to its end: done, stopped with the best kept, or failed with what it said."""
    question, kept = jobs.take(id), Kept(leave)
    try:
        if question.get("kind"):
            jobs.finish(id, answer=answered(jobs, id, question, kept))
        else:
            jobs.finish(id, plan=solved(jobs, id, question, kept))
    except BadInput as error:
        jobs.fail(id, str(error))
    except Refused as error:
        jobs.fail(id, error.say("en"))


def answered(jobs: Jobs, id: int, question: Mapping[str, object], kept: Kept) -> Mapping[str, object]:
    """Answer a question about a peak, its steps told as they are done."""
    from staffing.peak_answers import ANSWERS  # not needed for a roster, and slow to load

    began = time.monotonic()

    def watch(done: int, total: int, name: str) -> bool:
        return jobs.tell(id, Progress(f"{done}/{total} {name}", time.monotonic() - began))

    with beating(jobs, id, "", kept):
        return ANSWERS[str(question["kind"])](jobs.database, question, watch, kept.keep)


def solved(jobs: Jobs, id: int, question: Mapping[str, object], kept: Kept) -> int:
    """Answer the question and return the id of the saved plan; the plan of the first roster is put away."""
    folder, week = Path(str(question["folder"])), Week.parse(str(question["week"]))
    options = Solve(seconds=float(str(question["seconds"])), seed=int(str(question["seed"])))
    with beating(jobs, id, "forecast", kept):
        centre = before(carried(jobs.database, read_centre(folder), week), week)
        asked = sized(jobs.database, centre, week)
    watch = First(jobs.watch(id), asked, folder)
    roster = assign(asked.requirement, asked.centre, week, options=options, watch=watch)
    plan = save_plan(jobs.database, asked.answered(roster), folder)
    if watch.saved is not None:
        archive(jobs.database, watch.saved)
    return plan


def main() -> None:
    """The run whose id is given, in the store named by ``AFFLUENCE_STORE``."""
    parser = argparse.ArgumentParser(prog="python -m staffing.worker")
    parser.add_argument("id", type=int)
    id, jobs = parser.parse_args().id, Jobs(open_database(os.environ["AFFLUENCE_STORE"]))

    def leave(answer: Mapping[str, object] | None) -> None:
        with contextlib.suppress(Refused, StoreUnavailable):  # it ended by itself at the same moment
            jobs.finish(id, answer=answer)
        for child in multiprocessing.active_children():
            child.terminate()
        os._exit(0)

    run(jobs, id, leave)


if __name__ == "__main__":
    main()
