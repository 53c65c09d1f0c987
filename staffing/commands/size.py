"""``affluence size``: agents needed, queue by queue."""

from __future__ import annotations

import typer

from staffing.commands.options import Folder, Language, Out, WeekText, asked_week, opened
from staffing.words import say


def size(centre: Folder, week: WeekText, out: Out = None, language: Language = "") -> None:
    """CSV on stdout, or into the file ``--out``."""
    from staffing.outputs import REQUIREMENT, csv_text
    from staffing.plan import size_week

    asked, when = opened(centre, language), asked_week(week)
    _, _, requirement = size_week(asked, when)
    for note in requirement.notes:
        typer.echo(say("cli.remark", language, remark=note), err=True)
    typer.echo(say("cli.needed", language, hours=requirement.agent_hours), err=True)
    text = csv_text(requirement.frame, REQUIREMENT)
    typer.echo(text, nl=False) if out is None else out.write_text(text, "utf-8")
