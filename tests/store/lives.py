"""A process that saves, edits, publishes, solves and imports until it is killed, and what must hold afterwards."""

from __future__ import annotations

import hashlib
import os
import random
import signal
import time
import traceback
from dataclasses import dataclass, field
from pathlib import Path

from forecasts.grid import Grid
from staffing.files.history_import import import_history, write_history
from staffing.files.roster_text import roster_digest
from staffing.rostering.assign import Solve, assign
from staffing.store.consistency import inconsistencies
from staffing.store.database import Database, StoreUnavailable, open_database
from staffing.store.edits import DayEdit, edit_days, edits_towards, working_copy
from staffing.store.jobs import Jobs
from staffing.store.plans import load_plan, plans, save_plan
from staffing.store.publication import Terms, propose, publish, versions
from tests.files import samples
from tests.store.weeks import WEEK, moved, planned

EXPORTS = 6


@dataclass
class Life:
    """One process's work: ``told`` is where it writes what it has been promised."""

    database: Database
    home: Path
    draw: random.Random
    told: int
    plan: int = 0

    def tell(self, *words: object) -> None:
        os.write(self.told, (" ".join(map(str, words)) + "\n").encode())

    def save(self) -> None:
        week = WEEK.plus(len(plans(self.database)) + 1)
        self.plan = save_plan(self.database, planned(self.home, week, self.draw.randrange(99)), self.home)
        self.tell("saved", self.plan)

    def edit(self) -> None:
        held = working_copy(self.database, self.plan)
        keys = sorted(k for k, h in held.items() if h.pieces)
        if len(keys) < 3:
            return self.save()
        keys = self.draw.sample(keys, 3)
        edit_days(self.database, self.plan, [DayEdit(*k, moved(held[k].pieces, 1), held[k].revision) for k in keys])
        after = working_copy(self.database, self.plan)
        self.tell("edited", self.plan, *(f"{a}/{d}/{after[a, d].revision}" for a, d in keys))
        return None

    def publish(self) -> None:
        self.edit()
        propose(self.database, self.plan)
        made = publish(self.database, self.plan, Terms("a change", short=True))
        digest = roster_digest(load_plan(self.database, self.plan, number=made.number).roster.frame)
        self.tell("published", self.plan, made.number, digest)

    def solve(self) -> None:
        """The real engine, watched through the store, its roster taken over as edits."""
        jobs, plan = Jobs(self.database), load_plan(self.database, self.plan)
        jobs.take(id := jobs.submit({"plan": self.plan}))
        roster = assign(
            plan.requirement, plan.centre, plan.week, options=Solve(seconds=0.3, seed=1), watch=jobs.watch(id)
        )
        edit_days(self.database, self.plan, edits_towards(roster, working_copy(self.database, self.plan)))
        jobs.finish(id, plan=self.plan, roster=roster)
        self.tell("solved", id)

    def imports(self) -> None:
        number = self.draw.randrange(EXPORTS)
        read = import_history(self.home.parent / f"export{number}.csv", Grid("Europe/Paris", 30))
        write_history(read, self.home.parent / "history.csv")

    def live(self, acts: tuple[str, ...]) -> None:
        self.save()
        while True:
            getattr(self, self.draw.choice(acts))()


ACTS = ("save", "edit", "publish", "imports", "solve")


def exports(place: Path) -> set[str]:
    """Files to import, in ``place``; the digests of what each becomes."""
    digests = set()
    for number in range(EXPORTS):
        text = samples.FRENCH.replace(";1 2", f";1 {number}")
        samples.write(place, f"export{number}.csv", text)
        read = import_history(place / f"export{number}.csv", Grid("Europe/Paris", 30))
        write_history(read, place / "history.csv")
        digests.add(file_digest(place / "history.csv"))
    return digests


def file_digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


def killed(where: str, home: Path, seed: int, *, within_s: float, acts: tuple[str, ...] = ACTS) -> list[list[str]]:
    """Start such a process, kill it (SIGKILL) at a random moment after a few acts, and return what it was told."""
    read, write = os.pipe()
    child = os.fork()
    if not child:
        os.close(read)
        try:
            Life(open_database(where), home, random.Random(seed), write).live(acts)
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(1)
    os.close(write)
    when, first = random.Random(-seed), b""
    acts_first = when.randrange(1, 7)
    while first.count(b"\n") < acts_first and (block := os.read(read, 1 << 16)):
        first += block
    time.sleep(when.uniform(0.0, within_s))
    os.kill(child, signal.SIGKILL)
    _, status = os.waitpid(child, 0)
    if not os.WIFSIGNALED(status):
        raise AssertionError(f"the process ended by itself; it had told {first!r}")
    rest = b""
    while block := os.read(read, 1 << 16):
        rest += block
    os.close(read)
    return [line.split() for line in (first + rest).decode().splitlines() if line]


@dataclass
class Found:
    """What was wrong after kills."""

    inconsistent: list[str] = field(default_factory=list)
    lost: list[str] = field(default_factory=list)
    kept: int = 0


def judged(where: str, told: list[list[str]], found: Found) -> None:
    """Compare the store with what its dead users had been promised."""
    database = open_database(where)
    found.inconsistent += inconsistencies(database)
    saved = {plan.id for plan in plans(database)}
    for word, *rest in told:
        if word == "saved" and int(rest[0]) not in saved:
            found.lost.append(f"plan {rest[0]}")
        elif word == "edited":
            held = {f"{a}/{d}": h.revision for (a, d), h in working_copy(database, int(rest[0])).items()}
            for text in rest[1:]:
                day, revision = text.rsplit("/", 1)
                if held.get(day, 0) < int(revision):
                    found.lost.append(f"edit {text}")
        elif word == "published":
            id, number, digest = int(rest[0]), int(rest[1]), rest[2]
            try:
                kept = [v.number for v in versions(database, id)]
                same = number in kept and roster_digest(load_plan(database, id, number=number).roster.frame) == digest
            except StoreUnavailable as error:
                raise AssertionError("the store cannot be read after a kill") from error
            found.kept += same
            if not same:
                found.lost.append(f"plan {id} version {number}")
    database.close()
