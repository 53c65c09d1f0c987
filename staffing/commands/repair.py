"""``affluence repair``: a published roster, somebody absent, and the fewest changes that make up for it."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from staffing.commands.needed import needed
from staffing.commands.options import Folder, Language, asked_week, opened, tell_remarks
from staffing.commands.storing import DEFAULT, Alone, Store, with_published
from staffing.problems import BadInput, Problem
from staffing.words import say

TOLD = re.compile(r"(.+):(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d))?(?:/(\d{4}-\d\d-\d\d)(?:T(\d\d:\d\d))?)?")
"""Agent, first day and time, last day and time."""
EXPECTED = "AGENT:DAY or AGENT:FIRST/LAST, like n1-07:2026-12-01"
WITH_HOURS = "AGENT:DAY or AGENT:FIRST/LAST, like n1-07:2026-12-01, with hours at need, like 2026-12-01T08:00"

if TYPE_CHECKING:
    from collections.abc import Sequence

    import pandas as pd

    from forecasts.grid import Week
    from staffing.centre import Centre
    from staffing.rostering.team import Absence


def repair(
    centre: Folder,
    roster: Annotated[Path, typer.Argument(show_default=False)],
    absent: Annotated[list[str], typer.Option("--absent", show_default=False)],
    out: Annotated[Path, typer.Option("--out", show_default=False)],
    week: Annotated[str, typer.Option("--week", show_default=False)] = "",
    now: Annotated[str, typer.Option("--now", show_default=False)] = "",
    store: Store = DEFAULT,
    alone: Alone = False,
    language: Language = "",
) -> None:
    """Exit 0 when the repaired roster breaks nothing new, 1 otherwise."""
    from forecasts.grid import DAY_MIN
    from staffing.commands.summary import breach_lines
    from staffing.files.atomic import write_texts
    from staffing.gate.roster import read_roster
    from staffing.outputs import ROSTER, csv_text
    from staffing.plan import before
    from staffing.rostering.replan import replan
    from staffing.rostering.verify import verify

    asked = opened(centre, language)
    absences, moment = tuple(absence_of("--absent", text, asked, hours=True) for text in absent), _moment(now, asked)
    read, remarks = read_roster(roster, asked, asked_week(week) if week else None)
    tell_remarks(remarks, language)
    _in_week(absences, read.week)
    audited = before(with_published(asked, read.week, language, store=store, alone=alone), read.week)
    _, requirement = needed(roster, audited, read.week, language)
    told = any(a.from_min or a.until_min < DAY_MIN for a in absences)
    found = replan(read, requirement, audited, absences=absences, now=moment, told=told)
    write_texts({out: csv_text(found.roster.frame, ROSTER)})
    typer.echo("\n".join(found.sentences(language, None if moment is None else moment.date())))
    typer.echo(say("cli.repaired", language, out=out))
    typer.echo(say("cli.repaired_absences", language))
    typer.echo(_rows([a for a in found.centre.team.absences if a not in audited.team.absences]))
    stood = {*verify(read, requirement, audited).breaches, *verify(found.bare, requirement, found.centre).breaches}
    new = tuple(breach for breach in verify(found.roster, requirement, found.centre).breaches if breach not in stood)
    if new:
        typer.echo("\n".join(breach_lines(new, language)))
        raise typer.Exit(1)


def _rows(absences: Sequence[Absence]) -> str:
    """Rows of absences.csv, its header first."""
    from forecasts.grid import DAY_MIN

    rows = [
        f"{a.agent},{a.first},{a.last},{'' if a.credit_h is None else f'{a.credit_h:g}'},"
        + ("{:02}:{:02}".format(*divmod(a.from_min, 60)) if a.from_min else "")
        + ("," + ("{:02}:{:02}".format(*divmod(a.until_min, 60)) if a.until_min < DAY_MIN else ""))
        for a in absences
    ]
    return "\n".join(["agent,first,last,credit_h,from_time,until_time", *rows])


def absence_of(option: str, text: str, centre: Centre, *, hours: bool = False) -> Absence:
    """``n1-07:2026-12-01`` or ``n1-07:2026-12-01/2026-12-03``; where ``hours`` may be told,
    ``n1-07:2026-12-01T08:00/2026-12-01T12:00``: from when of the first day, until when of the last."""
    from forecasts.grid import DAY_MIN
    from staffing.rostering.team import Absence

    told = TOLD.fullmatch(text)
    try:
        if told is None or (any(told.group(3, 5)) and not hours):
            raise ValueError(text)
        agent, first, begins, last, ends = told.groups()
        begin, end = (dt.date.fromisoformat(day) for day in (first, last or first))
        found = Absence(agent, begin, end, None, _minute(begins), _minute(ends) or DAY_MIN)
    except ValueError as error:
        raise _wrong(option, text, WITH_HOURS if hours else EXPECTED) from error
    if agent not in {a.id for a in centre.team.agents}:
        raise _wrong(option, text, "an id of agents.csv before the colon")
    return found


def _minute(clock: str | None) -> int:
    """Minutes after midnight; 0 where nothing is told."""
    hour, _, minute = (clock or "0:0").partition(":")
    return 60 * int(hour) + int(minute)


def _in_week(absences: Sequence[Absence], week: Week) -> None:
    """BadInput for those that touch no day of the roster's week: nothing could be repaired."""
    outside = [a for a in absences if a.last < week.days[0] or a.first > week.days[-1]]
    if outside:
        fix = "Correct the option."
        expected = f"a day of {week}"
        raise BadInput([Problem("--absent", None, None, f"{a.agent}:{a.first}", expected, fix) for a in outside])


def _moment(text: str, centre: Centre) -> pd.Timestamp | None:
    """A clock time of the centre; None when left out."""
    if not text:
        return None
    try:
        clock = dt.datetime.fromisoformat(text)
        return centre.grid.at(clock.date(), 60 * clock.hour + clock.minute)
    except ValueError as error:
        raise _wrong("--now", text, "a clock time of the centre, like 2026-12-01T07:30") from error


def _wrong(option: str, found: str, expected: str) -> BadInput:
    return BadInput([Problem(option, None, None, repr(found), expected, "Correct the option.")])
