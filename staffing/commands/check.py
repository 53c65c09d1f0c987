"""``affluence check``: any roster, also a hand-made one, read by clock times against rules and need."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from staffing.commands.options import Folder, Language, asked_week, opened, tell_remarks


def check(
    centre: Folder,
    roster: Annotated[Path, typer.Argument(show_default=False)],
    week: Annotated[str, typer.Option("--week", show_default=False)] = "",
    language: Language = "",
) -> None:
    """Exit 0 when clean, 1 when rules are broken."""
    from staffing.commands.summary import breach_lines, closed_lines, reason_lines, verification_lines
    from staffing.gate.roster import read_roster
    from staffing.plan import before, size_week
    from staffing.rostering.closed import closed_work
    from staffing.rostering.unkept import unkept_promises
    from staffing.rostering.verify import verify

    asked = opened(centre, language)
    read, remarks = read_roster(roster, asked, asked_week(week) if week else None)
    tell_remarks(remarks, language)
    audited, _, requirement = size_week(before(asked, read.week), read.week)
    found = verify(read, requirement, audited)
    unkept = unkept_promises(read, requirement, audited)
    lines = [*breach_lines(found, language), *reason_lines(unkept, language)]
    lines += closed_lines(closed_work(read.frame, audited), language)
    typer.echo("\n".join([*lines, *verification_lines(found, requirement, language)]))
    if found.breaches:
        raise typer.Exit(1)
