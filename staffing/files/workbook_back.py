"""An edited workbook read back: the changes agent by agent, the breaches they make, and nothing applied."""

from __future__ import annotations

import datetime as dt
from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path

from forecasts.grid import Grid
from staffing.centre import Centre
from staffing.files.reading import LIMITS, Limits, checked_size, refuse
from staffing.files.roster_text import (
    AgentDay,
    Change,
    Piece,
    Spans,
    agent_days,
    changes,
    frame_of,
    hours_text,
    in_week,
    read_day,
    read_hours,
    reshaped,
    roster_digest,
    spoken_day,
)
from staffing.files.shaping import shaped
from staffing.files.workbook import ABOUT, FORM, day_name
from staffing.files.workbook_text import workbook_sheets
from staffing.plan import Plan
from staffing.problems import BadInput, Problem
from staffing.rostering.closed import ClosedWork, closed_work
from staffing.rostering.roster import BREAK, MEAL, Roster
from staffing.rostering.rules.rule import Breach
from staffing.rostering.verify import Verification
from staffing.words import say

Sheets = Mapping[str, list[list[str]]]
Verify = Callable[[Roster], Verification]


@dataclass(frozen=True)
class Edited:
    """What an edited workbook asks for.

    ``roster`` is the plan's with the changes in it; ``breaches`` those of the new roster that the old one had not,
    ``mended`` those that are gone; ``closed`` new live work while its queue is closed. Applying it is the caller's act.
    """

    roster: Roster
    changes: tuple[Change, ...]
    breaches: tuple[Breach, ...]
    mended: tuple[Breach, ...]
    verification: Verification | None
    closed: tuple[ClosedWork, ...] = ()


Key = tuple[str, dt.date]
Shifts = Mapping[Key, tuple[Piece, ...]]


@dataclass(frozen=True)
class Returned:
    """A workbook that came back: its sheets, the plan it was written from, and the problems met so far."""

    file: str
    sheets: Sheets
    plan: Plan
    language: str
    known: Shifts
    problems: list[Problem]

    @property
    def grid(self) -> Grid:
        return self.plan.roster.grid

    @cached_property
    def usual(self) -> AgentDay | None:
        """A shift of the hours most worked; None where nobody works."""
        forms = {key: self.hours(pieces) for key, pieces in self.known.items()}
        most = Counter(forms.values()).most_common(1)
        alike = (AgentDay(*key, self.known[key]) for key, form in forms.items() if form == most[0][0])
        return next(alike, None)

    def hours(self, pieces: tuple[Piece, ...]) -> str:
        return hours_text(pieces, self.grid)

    def wrong(self, row: int | None, column: str, found: str, expected: str, fix: str) -> None:
        self.problems.append(Problem(self.file, row, column, found, expected, fix))

    def unreadable(self, row: int, column: str, text: str, error: ValueError) -> None:
        self.wrong(row, column, repr(text[:60]), str(error)[:200], "Correct the cell.")


def read_workbook(path: Path, plan: Plan, *, verify: Verify | None = None, limits: Limits = LIMITS) -> Edited:
    """The changes that somebody made in a workbook written from ``plan``.

    Hours edited on the team sheet reshape the shift; segments edited on a day's sheet replace it. Raises BadInput
    with every problem: an unknown agent or activity, hours nobody can read, the same day edited differently on two
    sheets, or a workbook made from another roster than the plan's.
    """
    checked_size(path, limits)
    sheets = workbook_sheets(path, limits.unpacked_bytes, limits.cells)
    language = _about(path.name, sheets, plan)
    known = {(d.agent, d.day): d.pieces for d in in_week(agent_days(plan.roster.frame), plan.week)}
    back = Returned(path.name, sheets, plan, language, known, [])
    wanted = _by_day(back)
    for key, pieces in _by_team(back).items():
        here = wanted.setdefault(key, pieces)
        if back.hours(here) != back.hours(pieces):
            agent, day = key
            found = f"{agent} edited to {back.hours(pieces)} on one sheet and {back.hours(here)} on another"
            back.wrong(None, day_name(day, language), found, "one edit of a day", "Undo one of them.")
    if back.problems:
        raise BadInput(back.problems)
    return _edited(plan, {**known, **wanted}, verify)


def _edited(plan: Plan, wanted: Shifts, verify: Verify | None) -> Edited:
    old = plan.roster
    days = [AgentDay(agent, day, pieces) for (agent, day), pieces in wanted.items() if pieces]
    outside = [d for d in agent_days(old.frame) if d.day not in old.week.days]
    frame = frame_of([*days, *outside], old.grid)
    roster = replace(old, frame=frame, proof=None, reasons=())
    changed = changes(old.frame, frame, old.grid)
    if not changed:
        return Edited(old, (), (), (), plan.verification)
    stood = set(closed_work(old.frame, plan.centre))
    closed = tuple(work for work in closed_work(frame, plan.centre) if work not in stood)
    if verify is None:
        return Edited(roster, changed, (), (), None, closed)
    seen = verify(roster)
    before = {_key(b) for b in plan.verification.breaches}
    after = {_key(b) for b in seen.breaches}
    fresh = tuple(b for b in seen.breaches if _key(b) not in before)
    mended = tuple(b for b in plan.verification.breaches if _key(b) not in after)
    return Edited(roster, changed, fresh, mended, seen, closed)


def _key(breach: Breach) -> tuple[str, str, dt.datetime | None, str]:
    return breach.rule, breach.agent, breach.start, breach.found


def _about(file: str, sheets: Sheets, plan: Plan) -> str:
    """The language of a workbook that was written from this very roster."""
    facts = {row[0]: row[1] for row in sheets.get(ABOUT, []) if len(row) >= 2}
    if facts.get("form") != FORM or facts.get("language") not in ("fr", "en"):
        refuse(
            file, "no sheet of ours that says what it is", "a workbook exported here", "Export the week and edit that."
        )
    if facts.get("week") != str(plan.week):
        refuse(file, f"the week {facts.get('week', '?')[:20]}", str(plan.week), "Choose that week's workbook.")
    if facts.get("digest") != roster_digest(plan.roster.frame):
        refuse(
            file,
            f"a workbook of version {facts.get('version', '?')[:9]}",
            "one exported from the roster as it is now",
            "The roster has changed since: export it again and redo the edit.",
        )
    return facts["language"]


def _rows(back: Returned, name: str) -> list[tuple[int, list[str]]]:
    """Rows of agents under the two heading rows, with spreadsheet row numbers; each agent stands there once."""
    if name not in back.sheets:
        back.wrong(None, name, "no such sheet", "the sheets as exported", "Keep the sheets' names; export again.")
        return []
    rows = [(number, row) for number, row in enumerate(back.sheets[name], 1) if number > 2 and any(row)]
    found = Counter(row[0] for _, row in rows)
    expected = [a.id for a in back.plan.centre.team.agents]
    for what, agents in (
        ("unknown agents", set(found) - set(expected)),
        ("missing agents", set(expected) - set(found)),
        ("agents twice", {agent for agent, times in found.items() if times > 1}),
    ):
        if agents:
            shown = ", ".join(sorted(a[:40] for a in agents)[:5])
            back.wrong(None, name, f"{what}: {shown}", "the agents as exported", "Restore the rows.")
    return [(number, row) for number, row in rows if row[0] in set(expected)]


def _by_day(back: Returned) -> dict[Key, tuple[Piece, ...]]:
    """Shifts whose segments were edited."""
    wanted: dict[Key, tuple[Piece, ...]] = {}
    words = activities(back.plan.centre, back.plan.roster)
    for day in back.plan.week.days:
        name = day_name(day, back.language)
        for number, row in _rows(back, name):
            text = row[3].strip() if len(row) > 3 else ""
            pieces = back.known.get((row[0], day), ())
            if text == spoken_day(pieces, back.grid, back.language):
                continue
            try:
                read = read_day(text, day, back.grid)
                _known_words(read, words)
            except ValueError as error:
                back.unreadable(number, name, text, error)
                continue
            if read != pieces:
                wanted[row[0], day] = read
    return wanted


def _known_words(pieces: tuple[Piece, ...], words: frozenset[str]) -> None:
    unknown = sorted({p.activity for p in pieces} - words)
    if unknown:
        raise ValueError(f"one of {', '.join(sorted(words))}; {unknown[0][:40]!r} is no activity here")


def _by_team(back: Returned) -> dict[Key, tuple[Piece, ...]]:
    """Shifts whose hours were edited."""
    wanted: dict[Key, tuple[Piece, ...]] = {}
    name = say("files.team", back.language)
    for number, row in _rows(back, name):
        for place, day in enumerate(back.plan.week.days, 2):
            text = row[place].strip() if len(row) > place else ""
            pieces = back.known.get((row[0], day), ())
            if text == back.hours(pieces):
                continue
            try:
                spans = read_hours(text, day, back.grid)
                if spans != read_hours(back.hours(pieces), day, back.grid):
                    wanted[row[0], day] = _with_hours(back, (row[0], day), spans)
            except ValueError as error:
                back.unreadable(number, f"{name}, {day_name(day, back.language)}", text, error)
    return wanted


def _with_hours(back: Returned, key: Key, spans: Spans) -> tuple[Piece, ...]:
    """The shift with these hours; a new one is shaped like another of the agent's, else like the most worked."""
    agent, day = back.plan.centre.team.agent(key[0]), key[1]
    if key in back.known:
        return reshaped(back.known[key], spans, agent.skills[0].queue)
    own = [AgentDay(who, on, pieces) for (who, on), pieces in back.known.items() if who == agent.id]
    return shaped(spans, agent, day, back.plan.centre, own[0] if own else back.usual)


def activities(centre: Centre, roster: Roster) -> frozenset[str]:
    """The words a roster of this centre may use."""
    queues = {q.name for q in centre.queues}
    others = {c.activity for c in centre.team.commitments} | set(roster.frame["activity"])
    return frozenset(queues | others | {MEAL, BREAK})
