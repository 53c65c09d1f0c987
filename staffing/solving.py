"""One roster asked for on a screen: a first one at once on a quick forecast, then the one that the command would give.

The full forecast with its backtest takes tens of seconds in a centre of many channels. So the first rosters answer a
quick forecast, and their plan says so, while a second process makes the full one; the search then starts anew on that,
and its roster takes over as soon as it is cheaper under the full need, at the latest when it is done. The end is the
same as without the quick start: same forecast, same need, same seed.
"""

from __future__ import annotations

import _thread
import contextlib
import math
import multiprocessing
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from pathlib import Path
from typing import cast

from forecasts.distribution import Forecast
from forecasts.grid import Week
from staffing.centre import Centre
from staffing.gate.read import read_centre
from staffing.plan import AS_EXPECTED, Plan, before, forecast_week, quick_need, week_after
from staffing.rostering.assign import Solve, assign
from staffing.rostering.costs import bill
from staffing.rostering.roster import Progress, Roster
from staffing.rostering.second import Second
from staffing.rostering.unkept import unkept_promises
from staffing.rostering.verify import Verification, verify
from staffing.side_by_side import side_by_side
from staffing.sizing.requirement import Requirement
from staffing.sizing.size import size
from staffing.store.carry import carried
from staffing.store.database import Database, StoreUnavailable
from staffing.store.jobs import Jobs, Watched
from staffing.store.plans import has_plan, known_before, save_plan
from staffing.store.publication import archive
from staffing.waiting import COPIES
from staffing.with_parent import end_with_parent

LISTEN_S = 0.2
DRAWING_S = 1.5
"""The second process leaves the page that long to draw the first roster."""
QUICK_SECONDS = 20.0
"""The search on a quick forecast lasts no longer; it ends as soon as the full one is there."""
_hasty: dict[tuple[str, Week, bool], tuple[Forecast, Requirement]] = {}


@dataclass(frozen=True)
class Asked:
    """All of a plan but its answer; ``whole`` unless it is a first answer in haste."""

    centre: Centre
    week: Week
    forecast: Forecast
    requirement: Requirement
    whole: bool = True

    def answered(self, roster: Roster, found: Verification | None = None) -> Plan:
        """The plan with this roster, read by the verification unless that is ``found`` already."""
        found = found or verify(roster, self.requirement, self.centre)
        return Plan(self.centre, self.week, AS_EXPECTED.name, self.forecast, self.requirement, roster, found)


def first_asked(database: Database, folder: Path, week: Week) -> Asked:
    """Forecast and need of earlier plans where their inputs have not changed; what is not known in haste.

    BadInput when the folder or its history cannot tell.
    """
    centre = before(carried(database, read_centre(folder), week), week)
    forecast, need = known_before(database, centre, week)
    if forecast is not None and need is not None:
        return Asked(centre, week, forecast, need)
    return Asked(centre, week, *_in_haste(centre, week, forecast), whole=False)


def _in_haste(centre: Centre, week: Week, forecast: Forecast | None) -> tuple[Forecast, Requirement]:
    """Quick forecast, where none is known, and quick need; the last are kept, for a process that made them before it
    was asked."""
    key = (centre.digest, week, forecast is None)
    if key not in _hasty:
        _hasty.clear()
        forecast = forecast or forecast_week(centre, week, quick=True, each=side_by_side)
        _hasty[key] = forecast, quick_need(forecast, centre, week)
    return _hasty[key]


def made_whole(asked: Asked) -> Asked:
    """The same with the full forecast, and each interval sized with those whom the one before left waiting."""
    centre, week = asked.centre, asked.week
    forecast = forecast_week(centre, week) if asked.forecast.quick else asked.forecast
    return Asked(centre, week, forecast, size(forecast, centre, week))


_ready: list[tuple[Asked, Progress]] = []
"""The first roster made before anybody asked."""


def make_ready(
    database: Database, folder: Path, week: Week | None = None, *, asked_already: Callable[[], bool] = lambda: False
) -> None:
    """Make a first roster before it is asked for, while somebody reads the page that asks; of the week after the
    history, where nothing is planned yet, unless a week is told. One that still answers is not made again."""
    if week is None and has_plan(database, folder):
        _ready.clear()
        return
    week = week or week_after(read_centre(folder))
    asked = first_asked(database, folder, week)
    if asked_already() or ready_for(asked):
        return
    _ready.clear()

    def first(progress: Progress) -> bool:
        if progress.roster is not None:
            _ready.append((asked, progress))
            raise _Stopped
        return True

    with contextlib.suppress(_Stopped):
        assign(asked.requirement, asked.centre, week, options=Solve(seconds=1.0), watch=first)


def ready_for(asked: Asked) -> tuple[Progress, ...]:
    """That roster, where it answers the very same question: need, team and what the weeks before left behind."""
    return tuple(progress for known, progress in _ready if _same(known, asked))


def _same(one: Asked, other: Asked) -> bool:
    teams, frames = (one.centre.team, other.centre.team), ("past", "later", "locked")
    plain = [replace(team, past=None, later=None, locked=None) for team in teams]
    if (one.centre.digest, one.week) != (other.centre.digest, other.week) or plain[0] != plain[1]:
        return False
    left, right = ([getattr(team, name) for name in frames] for team in teams)
    told = all(a is b or (a is not None and b is not None and a.equals(b)) for a, b in zip(left, right, strict=True))
    return told and one.requirement.frame.equals(other.requirement.frame)


@dataclass
class Told:
    """What a run tells the store of one search: progress by the run's own clock, and the plan of its first roster, so
    that it is shown with the need it answers. Rosters that cost ``from_eur`` or more are not told: a better one is on
    screen."""

    watched: Watched
    asked: Asked
    folder: Path
    began: float
    from_eur: float = math.inf
    saved: int | None = None
    saved_s: float = 0.0
    read: Plan | None = None
    best: Roster | None = None
    writing: threading.Lock = field(default_factory=threading.Lock)

    def __call__(self, progress: Progress) -> bool:
        progress = replace(progress, seconds=time.monotonic() - self.began)
        if self.from_eur < math.inf and (progress.cost_eur is None or progress.cost_eur >= self.from_eur):
            progress = Progress(progress.phase, progress.seconds)
        if progress.roster is not None:
            with self.writing:
                self._first(progress.roster)
            self.best = progress.roster
        with self.writing:
            going = self.watched(progress)
        if not going and self.best is not None:
            raise _Stopped
        return going

    def _first(self, roster: Roster) -> None:
        if self.saved is None:
            jobs = self.watched.jobs
            self.read = self.asked.answered(roster)
            self.saved = save_plan(jobs.database, self.read, self.folder)
            jobs.hold(self.watched.id, self.saved)
            self.saved_s = time.monotonic()

    def kept(self) -> Plan:
        """The plan of the roster on screen, with what it could not keep."""
        asked, best = self.asked, self.best
        if best is None:
            raise ValueError("a run is kept from its first roster on")
        known = self.read is not None and self.read.roster.frame is best.frame
        with Reading(asked, best, self.read.verification if known and self.read is not None else None) as reading:
            reasons = (*best.reasons, *unkept_promises(best, asked.requirement, asked.centre))
            return asked.answered(replace(best, reasons=reasons), reading.found())

    @contextlib.contextmanager
    def stoppable(self) -> Iterator[None]:
        """Around a search: who asks to stop while a roster is on screen is heard between two reports too.

        The engine works up to two seconds without a word; a thread reads the store meanwhile and interrupts it, never
        while the store is written.
        """
        over = threading.Event()

        def listen() -> None:
            pause_s = LISTEN_S
            while not over.wait(pause_s):
                with contextlib.suppress(StoreUnavailable):
                    if self.best is not None and self.watched.jobs.read(self.watched.id).cancel:
                        with self.writing:
                            if not over.is_set():
                                _thread.interrupt_main()
                        pause_s = 1.0  # again: an interrupt can be lost while a process starts

        thread = threading.Thread(target=listen, daemon=True)
        try:
            thread.start()
            try:
                yield
            finally:
                with self.writing:
                    over.set()
        except KeyboardInterrupt as heard:
            over.set()
            raise _Stopped from heard


@dataclass
class Reading:
    """The verification of a roster by a copy of this process, where it can be copied, unless it is ``known``: whoever
    stops a run waits for it."""

    asked: Asked
    roster: Roster
    known: Verification | None
    line: Connection | None = None

    def __enter__(self) -> Reading:
        if self.known is None and COPIES:
            _, self.line = _copy(_read, self.asked, self.roster)
        return self

    def found(self) -> Verification | None:
        """What it found; None where nobody else looked."""
        with contextlib.suppress(EOFError):  # the copy died
            return self.known if self.line is None else cast(Verification, self.line.recv())
        return None

    def __exit__(self, *_: object) -> None:
        if self.line is not None:
            self.line.close()


def _read(line: Connection, asked: Asked, roster: Roster) -> None:
    end_with_parent()
    line.send(verify(roster, asked.requirement, asked.centre))


class _Stopped(Exception):
    """Asked to stop while a roster is on screen: that one is kept, without the engine's last touches."""


@dataclass
class Solving:
    """One run for a roster: whose it is, what it was asked, when it began."""

    jobs: Jobs
    id: int
    folder: Path
    options: Solve
    began: float = field(default_factory=time.monotonic)

    def plan(self, asked: Asked) -> int:
        """The id of the plan saved at the end; the plans of first rosters are put away."""
        if asked.whole:
            return self._final(asked, None)
        told, beside = self._told(asked), Beside(asked)
        try:
            haste = replace(self.options, seconds=min(self.options.seconds, QUICK_SECONDS))
            roster = self._search(told, haste, lambda progress: told(progress) and beside.goes_on(told))
            told(Progress("backtest", 0.0, *_money(roster), roster))
            whole = beside.answer(lambda: told(Progress("backtest", 0.0)))
        except _Stopped:
            whole = None
        finally:
            beside.close()
        return self._save(told.kept(), told) if whole is None else self._final(whole, told)

    def _final(self, asked: Asked, shown: Told | None) -> int:
        """Search on the full need, while ``shown`` stays on screen; whatever is there when told to stop is kept."""
        told = self._told(asked)
        if shown is not None and shown.best is not None and shown.best.proof is not None:
            told.from_eur = bill(shown.best, asked.requirement, asked.centre).eur
            unproven = replace(shown.best.proof, cost_eur=told.from_eur, bound_eur=0.0)  # the bound was of another need
            told.best = replace(shown.best, proof=unproven)
        before = [told] if shown is None else [shown, told]
        try:
            roster = self._search(told, self.options, told)
        except _Stopped:
            return self._save(told.kept(), *before)
        return self._save(asked.answered(roster), *before)

    def _search(self, told: Told, options: Solve, watch: Callable[[Progress], bool]) -> Roster:
        asked = told.asked
        for progress in ready_for(asked):
            told(progress)
        with told.stoppable():
            return assign(asked.requirement, asked.centre, asked.week, options=options, watch=watch)

    def _told(self, asked: Asked, from_eur: float = math.inf) -> Told:
        return Told(self.jobs.watch(self.id), asked, self.folder, self.began, from_eur)

    def _save(self, plan: Plan, *before: Told) -> int:
        id = save_plan(self.jobs.database, plan, self.folder)
        for told in before:
            if told.saved is not None:
                archive(self.jobs.database, told.saved)
        return id


def _money(roster: Roster) -> tuple[float | None, float | None]:
    return (None, None) if roster.proof is None else (roster.proof.cost_eur, roster.proof.bound_eur)


@dataclass
class Beside:
    """The full forecast and need, made by a second process that starts once a first roster is on screen."""

    asked: Asked
    second: Second | None = None

    def goes_on(self, told: Told) -> bool:
        """Whether the search in haste has to go on."""
        if told.saved is None or time.monotonic() < told.saved_s + DRAWING_S:
            return True
        return not self._started().line.poll(0)

    def answer(self, go_on: Callable[[], bool]) -> Asked | None:
        """The full forecast and need, waited for while ``go_on()``; None when told to stop.

        Made here when the second process died: what it fell over is then heard.
        """
        going = go_on()

        def goes() -> bool:
            nonlocal going
            going = go_on()
            return going

        found: Asked | None = self._started().answer(goes) if going else None
        return made_whole(self.asked) if found is None and going else found

    def close(self) -> None:
        if self.second is not None:
            self.second.close()

    def _started(self) -> Second:
        """By a copy of this process where there can be one: nothing to load, and no question to wait for."""
        if self.second is None and COPIES:
            self.second = Second(*_copy(_made_whole, self.asked))
        elif self.second is None:
            self.second = Second.start(made_whole)
            self.second.ask(self.asked)
        return self.second


def _copy(work: Callable[..., None], *told: object) -> tuple[BaseProcess, Connection]:
    """A copy of this process that does ``work(line, *told)`` and ends with it, and the line from it."""
    copies = multiprocessing.get_context("fork")
    here, there = copies.Pipe(duplex=False)
    process = copies.Process(target=work, args=(there, *told), daemon=True)
    process.start()
    there.close()
    return process, here


def _made_whole(line: Connection, asked: Asked) -> None:
    end_with_parent()
    line.send(made_whole(asked))
