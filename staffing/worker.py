"""``python -m staffing.worker ID``: one run of the engine in a process of its own, all its state in the store.

With ``--wait`` it loads everything first and takes runs from standard input (see ``staffing.waiting``). The screen
that asked may close: the run goes on, and any screen that opens the same store sees it.
"""

from __future__ import annotations

import argparse
import contextlib
import importlib
import multiprocessing
import os
import queue
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from forecasts.grid import Week
from staffing.problems import BadInput
from staffing.rostering.assign import Solve
from staffing.rostering.roster import Progress
from staffing.solving import Solving, first_asked, make_ready
from staffing.store.database import StoreUnavailable, open_database
from staffing.store.jobs import Jobs
from staffing.store.refusals import Refused
from staffing.waiting import PATIENCE_S, wait

BEAT_S = 0.5
GRACE_S = 1.0
"""How long a stop waits for a step to end by itself before what is known stands."""
Leave = Callable[[Mapping[str, object] | None], None]
"""Ends the process at once, with the answer so far."""


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
        asked = first_asked(jobs.database, folder, week)
    return Solving(jobs, id, folder, options).plan(asked)


def served(source: int, report: int) -> None:
    """Take a run from the lines of ``source``, its week made ready beforehand and then reported; without a run the
    process ends with the lines, in the middle of whatever it makes ready."""
    jobs, lines = Jobs(open_database(os.environ["AFFLUENCE_STORE"])), queue.Queue[str | None]()
    threading.Thread(target=_heard, args=(source, lines), daemon=True).start()
    with contextlib.suppress(queue.Empty):
        while (line := lines.get(timeout=PATIENCE_S)) is not None:
            word, _, told = line.strip().partition(" ")
            first, _, folder = told.partition(" ")
            if word == "run":
                run(jobs, int(first), leaving(jobs, int(first)))
                return
            week = None if first == "-" else Week.parse(first)
            with contextlib.suppress(BadInput, Refused, StoreUnavailable, OSError):  # heard when the run is asked for
                make_ready(jobs.database, Path(folder), week, asked_already=lambda: not lines.empty())
            with contextlib.suppress(BrokenPipeError):
                os.write(report, b".")


def _heard(source: int, lines: queue.Queue[str | None]) -> None:
    asked = False
    with os.fdopen(source, closefd=False) as told:
        for line in told:
            asked = asked or line.startswith("run ")
            lines.put(line)
    if not asked:
        os._exit(0)


def leaving(jobs: Jobs, id: int) -> Leave:
    """How to leave a run at once with the answer so far."""

    def leave(answer: Mapping[str, object] | None) -> None:
        with contextlib.suppress(Refused, StoreUnavailable):  # it ended by itself at the same moment
            jobs.finish(id, answer=answer)
        for child in multiprocessing.active_children():
            child.terminate()
        os._exit(0)

    return leave


def _load() -> None:
    """What is otherwise loaded in the middle of the work."""
    for room in ("holidays.countries", "staffing.peak_answers"):
        importlib.import_module(room)


def main() -> None:
    """The run whose id is given, in the store named by ``AFFLUENCE_STORE``."""
    parser = argparse.ArgumentParser(prog="python -m staffing.worker")
    parser.add_argument("id", type=int, nargs="?")
    parser.add_argument("--wait", action="store_true")
    asked = parser.parse_args()
    if asked.wait:
        _load()
        wait(served)
    elif asked.id is not None:
        jobs = Jobs(open_database(os.environ["AFFLUENCE_STORE"]))
        run(jobs, asked.id, leaving(jobs, asked.id))


if __name__ == "__main__":
    main()
