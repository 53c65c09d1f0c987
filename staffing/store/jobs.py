"""Runs of the engine in another process, followed from anywhere: a screen, a second session, after a restart.

A screen submits a question; ``python -m staffing.worker ID`` takes it, reports through ``watch`` and ends it. All state
is in the store, so whoever opens the store sees it.
"""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Mapping
from dataclasses import dataclass

import sqlalchemy as sa

from staffing.contents import packed, roster_back, roster_content
from staffing.rostering.roster import Progress, Roster
from staffing.store.database import Database, StoreUnavailable, instant_text
from staffing.store.documents import unpacked
from staffing.store.refusals import Refused
from staffing.store.rights import LOCAL, Act, User, require
from staffing.store.tables import job

QUEUED, RUNNING, DONE, FAILED, STOPPED, LOST = "queued", "running", "done", "failed", "stopped", "lost"
SILENT_S = 15.0
"""A run that has not been heard of for that long is lost: its process was killed."""
UNTAKEN_S = 60.0
"""A run that no process has taken for that long is lost too: its process never came up."""
REPORT_S = 0.5
WITHOUT_BEST = [column for column in job.c if column.name != "best"]


@dataclass(frozen=True)
class Job:
    """How far a run is. ``status`` queued, running, done, failed, stopped or lost; money in EUR; instants UTC texts.

    ``improvements`` counts the rosters reported: ask for ``best`` when it has grown. ``plan`` is the saved plan of a
    run that is done, or of its first roster while it runs; ``told`` what a failed one said, or an answer in JSON.
    """

    id: int
    question: Mapping[str, object]
    status: str
    phase: str
    seconds: float
    cost_eur: float | None
    bound_eur: float | None
    improvements: int
    cancel: bool
    plan: int | None
    told: str
    heartbeat: str
    author: str
    at: str

    @property
    def over(self) -> bool:
        """Whether nothing more will come."""
        return self.status in (DONE, FAILED, STOPPED, LOST)


class Jobs:
    """The runs in a store, as one user sees them. Every call is a short transaction of its own."""

    def __init__(self, database: Database, user: User = LOCAL) -> None:
        self.database = database
        self.user = user

    def submit(self, question: Mapping[str, object]) -> int:
        """Write down a question (JSON: folder, week, seconds, seed...) and return the run's id."""
        require(self.user, Act.EDIT)
        text = json.dumps(question, ensure_ascii=False, sort_keys=True)
        with self.database.transaction() as connection:
            now = self._now()
            row = {"question": text, "status": QUEUED, "heartbeat": now, "author": self.user.login, "at": now}
            return int(connection.execute(sa.insert(job).values(**row).returning(job.c.id)).scalar_one())

    def take(self, id: int) -> Mapping[str, object]:
        """Begin a run and return its question; Refused when another process has it or it is over."""
        with self.database.transaction() as connection:
            free = sa.or_(
                job.c.status == QUEUED, sa.and_(job.c.status == RUNNING, job.c.heartbeat < self._ago(SILENT_S))
            )
            begin = sa.update(job).where(job.c.id == id, free, job.c.cancel.is_(False))
            if not connection.execute(begin.values(status=RUNNING, heartbeat=self._now())).rowcount:
                raise Refused("job_taken", id=id)
            question: Mapping[str, object] = json.loads(
                connection.execute(sa.select(job.c.question).where(job.c.id == id)).scalar_one()
            )
            return question

    def watch(self, id: int) -> Watched:
        """What the engine calls while it runs: see ``staffing.rostering.roster.Watch``."""
        return Watched(self, id)

    def tell(self, id: int, progress: Progress) -> bool:
        """Report a running run's progress; False when it shall stop or is no longer ours to run."""
        news: dict[str, object] = {"seconds": progress.seconds, "heartbeat": self._now()}
        if progress.phase:
            news["phase"] = progress.phase[:40]
        if progress.cost_eur is not None:
            news["cost_eur"] = progress.cost_eur
        if progress.bound_eur is not None:
            news["bound_eur"] = progress.bound_eur
        if progress.roster is not None:
            news["best"] = packed(roster_content(progress.roster))
            news["improvements"] = job.c.improvements + 1
        with self.database.transaction() as connection:
            told = sa.update(job).where(job.c.id == id, job.c.status == RUNNING).values(**news)
            cancel = connection.execute(told.returning(job.c.cancel)).scalar()
            return cancel is False

    def hold(self, id: int, plan: int) -> None:
        """Name the saved plan that already shows a run's first roster, with the need it answers."""
        with self.database.transaction() as connection:
            connection.execute(sa.update(job).where(job.c.id == id, job.c.status == RUNNING).values(plan=plan))

    def finish(
        self,
        id: int,
        *,
        plan: int | None = None,
        roster: Roster | None = None,
        answer: Mapping[str, object] | None = None,
    ) -> None:
        """End a run well: done, or stopped when it was asked to stop; ``roster`` the final one, ``answer`` tables that
        a question other than for a roster asked for (JSON)."""
        news: dict[str, object] = {"plan": plan, "heartbeat": self._now()}
        if answer is not None:
            news["told"] = json.dumps(answer, ensure_ascii=False)
        if roster is not None:
            news |= {"best": packed(roster_content(roster)), "improvements": job.c.improvements + 1}
            if roster.proof is not None:
                news |= {"cost_eur": roster.proof.cost_eur, "bound_eur": roster.proof.bound_eur}
        status = sa.case((job.c.cancel, STOPPED), else_=DONE)
        self._end(id, {**news, "status": status})

    def fail(self, id: int, told: str) -> None:
        """End a run that could not be done, with what it said."""
        self._end(id, {"status": FAILED, "told": told[:10_000], "heartbeat": self._now()})

    def stop(self, id: int) -> None:
        """Ask a run to stop and keep its best; one that has not begun never does."""
        require(self.user, Act.EDIT)
        with self.database.transaction() as connection:
            status = sa.case((job.c.status == QUEUED, STOPPED), else_=job.c.status)
            connection.execute(sa.update(job).where(job.c.id == id).values(cancel=True, status=status))

    def read(self, id: int) -> Job:
        """How far a run is; Refused when there is none of that id."""
        require(self.user, Act.READ)
        with self.database.reading() as connection:
            row = connection.execute(sa.select(*WITHOUT_BEST).where(job.c.id == id)).one_or_none()
        if row is None:
            raise Refused("no_job", id=id)
        return self._job(row)

    def latest(self, most: int = 20) -> tuple[Job, ...]:
        """The newest runs first."""
        require(self.user, Act.READ)
        with self.database.reading() as connection:
            rows = connection.execute(sa.select(*WITHOUT_BEST).order_by(job.c.id.desc()).limit(most)).all()
        return tuple(self._job(row) for row in rows)

    def best(self, id: int) -> Roster | None:
        """The best roster reported so far, None when there is none yet."""
        require(self.user, Act.READ)
        with self.database.reading() as connection:
            body = connection.execute(sa.select(job.c.best).where(job.c.id == id)).scalar()
        return None if body is None else roster_back(json.loads(unpacked(bytes(body))))

    def _end(self, id: int, news: dict[str, object]) -> None:
        with self.database.transaction() as connection:
            end = sa.update(job).where(job.c.id == id, job.c.status.in_((QUEUED, RUNNING))).values(**news)
            if not connection.execute(end).rowcount:
                raise Refused("job_over", id=id)

    def _job(self, row: sa.Row[tuple[object, ...]]) -> Job:
        facts = dict(row._mapping)
        silent = {RUNNING: SILENT_S, QUEUED: UNTAKEN_S}.get(str(facts["status"]))
        if silent is not None and str(facts["heartbeat"]) < self._ago(silent):
            facts["status"] = LOST
        return Job(**{**facts, "question": json.loads(facts["question"])})

    def _now(self) -> str:
        return instant_text(self.database.clock())

    def _ago(self, seconds: float) -> str:
        return instant_text(self.database.clock() - dt.timedelta(seconds=seconds))


class Watched:
    """A watch that reports at most twice a second, never loses the newest best, and outlives a store that cannot be
    reached for a moment."""

    def __init__(self, jobs: Jobs, id: int) -> None:
        self.jobs, self.id = jobs, id
        self.best: Roster | None = None
        self.last_s = -REPORT_S
        self.goes_on = True

    def __call__(self, progress: Progress) -> bool:
        self.best = progress.roster or self.best
        if self.goes_on and progress.seconds - self.last_s >= REPORT_S:
            self.last_s = progress.seconds
            news = Progress(progress.phase, progress.seconds, progress.cost_eur, progress.bound_eur, self.best)
            try:
                self.goes_on = self.jobs.tell(self.id, news)
                self.best = None
            except StoreUnavailable:
                pass  # told again at the next call; the end of the run says it if the store stays away
        return self.goes_on
