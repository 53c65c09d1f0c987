"""``affluence forecast``: contacts and handle times of one week."""

from __future__ import annotations

import typer

from staffing.commands.options import Folder, Language, Out, WeekText, asked_week, opened
from staffing.words import say


def forecast(centre: Folder, week: WeekText, out: Out = None, language: Language = "") -> None:
    """CSV on stdout, or into the file ``--out``."""
    from staffing.outputs import FORECAST, csv_text
    from staffing.plan import forecast_week

    asked, when = opened(centre, language), asked_week(week)
    made = forecast_week(asked, when)
    for line in made.accuracy:
        if line.weight > 0:
            typer.echo(say("cli.accuracy", language, **vars(line)), err=True)
    text = csv_text(made.frame, FORECAST)
    typer.echo(text, nl=False) if out is None else out.write_text(text, "utf-8")
