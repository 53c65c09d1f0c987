"""``affluence forecast``: contacts and handle times of one week, and how such forecasts did before."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from staffing.commands.options import Folder, Language, Out, WeekText, asked_week, chosen, opened, tell_forecast
from staffing.problems import BadInput, Problem
from staffing.words import decimals, say

if TYPE_CHECKING:
    from forecasts.distribution import Forecast
    from staffing.centre import Centre
    from staffing.gate.so_far import SoFar

Backtest = Annotated[bool, typer.Option("--backtest", show_default=False)]


SoFarFile = Annotated[Path | None, typer.Option("--so-far", show_default=False)]
Until = Annotated[str, typer.Option("--until", show_default=False)]


def forecast(
    centre: Folder,
    week: WeekText,
    out: Out = None,
    backtest: Backtest = False,
    so_far: SoFarFile = None,
    known_until: Until = "",
    language: Language = "",
) -> None:
    """CSV on stdout or into the file ``--out``; with ``--backtest`` the accuracy report on stdout, or beside ``--out``
    as NAME-accuracy.csv with every past interval in NAME-backtest.csv; with ``--so-far`` the rest of the
    file's last day is revised by what came."""
    from staffing.files.atomic import write_texts
    from staffing.gate.so_far import read_so_far
    from staffing.outputs import ACCURACY, BACKTEST, FORECAST, csv_text
    from staffing.plan import forecast_week
    from staffing.sizing.agents_error import accuracy_report
    from staffing.words.heard import forecaster

    asked, when = opened(centre, language), asked_week(week)
    if known_until and so_far is None:
        fix = "Give the file of the day's contacts too, or leave --until out."
        raise BadInput([Problem("--until", None, None, repr(known_until), "--so-far FILE beside it", fix)])
    came = None if so_far is None else read_so_far(so_far, asked, when, known_until)
    tell_forecast(asked, language)
    made = forecast_week(asked, when)
    for line in made.accuracy:
        if line.weight > 0:
            typer.echo(
                say("cli.accuracy", language, **{**vars(line), "model": forecaster(line.model, language)}), err=True
            )
    _tell(made.notes, language)
    if came is not None:
        made = _revised(made, asked, came, language)
    text = csv_text(made.frame, FORECAST)
    report = csv_text(accuracy_report(made, asked), ACCURACY) if backtest and made.accuracy else ""
    if out is None:
        typer.echo(report or text, nl=False)
        return
    files = {out: text}
    if report and made.backtest is not None:
        files[out.with_name(f"{out.stem}-accuracy.csv")] = report
        files[out.with_name(f"{out.stem}-backtest.csv")] = csv_text(made.backtest, BACKTEST)
    write_texts(files)


def _tell(notes: tuple[str, ...], language: str) -> None:
    """What the forecast remarks (days and spikes set aside, levels that moved) on stderr."""
    from staffing.words.heard import heard

    for note in notes:
        typer.echo(
            say("cli.remark", language, remark=decimals(heard(note, chosen(language)), chosen(language))), err=True
        )


def _revised(made: Forecast, centre: Centre, read: SoFar, language: str) -> Forecast:
    """The forecast after what came so far; how far the rest of the day moved is told on stderr."""
    from forecasts.intraday import revise

    after = revise(made, read.actuals, read.now)
    _tell(after.notes[len(made.notes) :], language)
    rest = (made.frame["start"] >= read.now) & (made.frame["start"] < centre.grid.at(read.now.date(), 1440))
    for name in made.channels:
        mine = rest & (made.frame["channel"] == name)
        before, then = (float(f.frame.loc[mine, "contacts"].sum()) for f in (made, after))
        line = say("cli.revised", language, channel=name, now=f"{read.now:%Y-%m-%d %H:%M}", before=before, after=then)
        typer.echo(line, err=True)
    return after
