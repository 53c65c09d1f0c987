"""``affluence import``: an export somebody already has becomes a centre's folder."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Annotated

import typer

from staffing.commands.options import Language, asked_day, tell_remarks
from staffing.problems import BadInput, Problem
from staffing.words import say

INTERVALS = ("15", "30", "60")
MISSING_DAYS = ("missing", "closed")
MISSING_INTERVALS = ("missing", "zero")
COUNTED = {"": None, "start": False, "end": True}


def import_(
    file: Annotated[Path, typer.Argument(show_default=False)],
    into: Annotated[Path, typer.Option("--into", show_default=False)],
    column: Annotated[list[str] | None, typer.Option("--column", show_default=False)] = None,
    channel: Annotated[str, typer.Option("--channel")] = "phone",
    wrap_up_s: Annotated[float | None, typer.Option("--wrap-up-s", min=0.0, max=7_200.0, show_default=False)] = None,
    counted: Annotated[str, typer.Option("--counted", show_default=False)] = "",
    tz: Annotated[str, typer.Option("--tz")] = "Europe/Paris",
    interval: Annotated[int, typer.Option("--interval")] = 30,
    missing_days: Annotated[str, typer.Option("--missing-days")] = "missing",
    missing_intervals: Annotated[str, typer.Option("--missing-intervals", show_default=False)] = "",
    closed: Annotated[list[str] | None, typer.Option("--closed", show_default=False)] = None,
    country: Annotated[str, typer.Option("--country")] = "FR",
    aht_s: Annotated[float, typer.Option("--aht-s", min=1.0, max=36_000.0)] = 300.0,
    agents: Annotated[int, typer.Option("--agents", min=1, max=5_000)] = 20,
    rules: Annotated[str, typer.Option("--rules")] = "neutral",
    language: Language = "",
) -> None:
    """Writes centre.toml, history.csv and agents.csv, read back through the gate before the folder gets its name."""
    from forecasts.grid import Grid
    from staffing.files.centre_folder import refuse_taken, write_centre
    from staffing.files.history_import import import_history
    from staffing.files.imported import Answers
    from staffing.files.new_centre import Stand
    from staffing.gate.findings import KEPT

    told = told_columns(column or ())
    _one_of("--missing-days", missing_days, MISSING_DAYS)
    _one_of("--missing-intervals", missing_intervals, ("", *MISSING_INTERVALS))
    _one_of("--interval", str(interval), INTERVALS)
    _one_of("--counted", counted, tuple(COUNTED))
    refuse_taken(into)
    try:
        grid = Grid(tz, interval)
    except (ValueError, KeyError) as error:
        raise BadInput([Problem("--tz", None, None, repr(tz), "an IANA name", "Write Europe/Paris.")]) from error
    read = import_history(file, grid, answers=Answers(wrap_up_s, COUNTED[counted], told, channel))
    stand = Stand(
        file.stem,
        aht_s,
        agents,
        rules,
        missing_days,
        missing_intervals,
        tuple(asked_day("--closed", d) for d in closed or ()),
        country,
    )
    centre, notes = write_centre(read, grid, stand, into, language)
    for line in notes:
        typer.echo(say("cli.remark", language, remark=line.say(language)), err=True)
    tell_remarks([remark for remark in centre.remarks if remark.expected != KEPT], language)
    for question in read.questions:
        typer.echo(say("cli.question", language, question=say(f"files.ask_{question}", language)), err=True)
    typer.echo(say("cli.imported", language, rows=len(centre.history.frame), into=into, agents=agents))


def told_columns(pairs: Sequence[str]) -> dict[str, str]:
    """``FIELD=HEADER`` pairs as a mapping."""
    bad = [pair for pair in pairs if "=" not in pair]
    if bad:
        raise BadInput([Problem("--column", None, None, bad[0], "FIELD=HEADER", "Write --column offered=calls.")])
    return {field.strip(): header.strip() for field, _, header in (pair.partition("=") for pair in pairs)}


def _one_of(option: str, value: str, allowed: tuple[str, ...]) -> None:
    if value not in allowed:
        raise BadInput(
            [Problem(option, None, None, repr(value), f"one of {', '.join(allowed)}", "Correct the option.")]
        )
