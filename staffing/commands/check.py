"""``affluence check``: any roster, also a hand-made one, read by clock times against rules and need."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from staffing.commands.needed import needed
from staffing.commands.options import Folder, Language, asked_week, opened, tell_remarks
from staffing.commands.storing import DEFAULT, Alone, Store, with_published
from staffing.words import say

if TYPE_CHECKING:
    from staffing.centre import Centre
    from staffing.rostering.roster import Roster


def check(
    centre: Folder,
    roster: Annotated[Path, typer.Argument(show_default=False)],
    week: Annotated[str, typer.Option("--week", show_default=False)] = "",
    store: Store = DEFAULT,
    alone: Alone = False,
    language: Language = "",
) -> None:
    """Exit 0 when clean, 1 when rules are broken. A folder with a roster a week, as ``plan --weeks`` writes it, is read
    week by week, each with those before it."""
    from staffing.gate.roster import read_roster
    from staffing.weeks import once_worked

    asked, breaches = opened(centre, language), 0
    several = sorted(roster.glob("*/roster.csv")) if roster.is_dir() and not week else []
    files = several or [roster]
    rosters = [read_roster(file, asked, asked_week(week) if week else None) for file in files]
    first, last = rosters[0][0].week, rosters[-1][0].week
    asked = with_published(asked, first, language, store=store, alone=alone, last=last)
    for file, (read, remarks) in zip(files, rosters, strict=True):
        tell_remarks(remarks, language)
        audited, found = _audit(file, read, asked, language, titled=bool(several))
        breaches += found
        asked = once_worked(asked, audited, read)
    if breaches:
        raise typer.Exit(1)


def _audit(file: Path, read: Roster, asked: Centre, language: str, *, titled: bool) -> tuple[Centre, int]:
    """Tells what one week's roster breaks; the centre as it was before that week, and how many breaches."""
    from staffing.commands.summary import account_lines, breach_lines, closed_lines, reason_lines, verification_lines
    from staffing.plan import before
    from staffing.rostering.closed import closed_work
    from staffing.rostering.unkept import unkept_promises
    from staffing.rostering.verify import verify

    audited = before(asked, read.week)
    _, requirement = needed(file, audited, read.week, language)
    found = verify(read, requirement, audited)
    unkept = unkept_promises(read, requirement, audited)
    title = [say("cli.title", language, centre=audited.name, week=read.week)] if titled else []
    lines = [*title, *breach_lines(found.breaches, language), *reason_lines(unkept, language)]
    lines += closed_lines(closed_work(read.frame, audited), language)
    lines += verification_lines(found, requirement, language)
    lines += account_lines(read, audited, language)
    typer.echo("\n".join([*lines, ""] if titled else lines))
    return audited, len(found.breaches)
