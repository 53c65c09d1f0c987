"""``affluence forecast``: contacts and handle times of one week, and how such forecasts did before."""

from __future__ import annotations

from typing import Annotated

import typer

from staffing.commands.options import Folder, Language, Out, WeekText, asked_week, opened
from staffing.words import say

Backtest = Annotated[bool, typer.Option("--backtest", show_default=False)]


def forecast(
    centre: Folder, week: WeekText, out: Out = None, backtest: Backtest = False, language: Language = ""
) -> None:
    """CSV on stdout or into the file ``--out``; with ``--backtest`` the accuracy report on stdout, or beside ``--out``
    as NAME-accuracy.csv with every past interval in NAME-backtest.csv."""
    from staffing.files.atomic import replacing
    from staffing.outputs import ACCURACY, BACKTEST, FORECAST, csv_text
    from staffing.plan import forecast_week
    from staffing.sizing.agents_error import accuracy_report

    asked, when = opened(centre, language), asked_week(week)
    made = forecast_week(asked, when)
    for line in made.accuracy:
        if line.weight > 0:
            typer.echo(say("cli.accuracy", language, **vars(line)), err=True)
    text = csv_text(made.frame, FORECAST)
    report = csv_text(accuracy_report(made, asked), ACCURACY) if backtest and made.accuracy else ""
    if out is None:
        typer.echo(report or text, nl=False)
        return
    files = {out.name: text}
    if report and made.backtest is not None:
        files |= {f"{out.stem}-accuracy.csv": report, f"{out.stem}-backtest.csv": csv_text(made.backtest, BACKTEST)}
    for name, content in files.items():
        with replacing(out.with_name(name)) as path:
            path.write_text(content, "utf-8")
