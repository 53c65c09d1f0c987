"""Options that several commands share, and how they speak; their help is in ``words/*/cli.toml``."""

from __future__ import annotations

import datetime as dt
import os
import sys
import time
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated
from zoneinfo import ZoneInfo

import typer

from staffing.problems import BadInput, Problem
from staffing.words import LANGUAGES, say
from staffing.words.heard import heard

if TYPE_CHECKING:
    from forecasts.grid import Week
    from staffing.centre import Centre
    from staffing.rostering.roster import Progress

Folder = Annotated[Path, typer.Argument(show_default=False)]
WeekText = Annotated[str, typer.Option("--week", show_default=False)]
Out = Annotated[Path | None, typer.Option("--out", show_default=False, callback=lambda value: can_be_file(value))]
OutFolder = Annotated[
    Path | None, typer.Option("--out", show_default=False, callback=lambda value: can_be_folder(value))
]
Seconds = Annotated[float, typer.Option("--seconds", min=1.0, max=86_400.0)]
Seed = Annotated[int, typer.Option("--seed", min=0)]
Language = Annotated[str, typer.Option("--language", show_default=False, callback=lambda value: chosen(value))]


def can_be_file(out: Path | None) -> Path | None:
    """``out``, where a file can be written there; else BadInput, before any work is done."""
    if out is not None and out.is_dir():
        raise BadInput([Problem(str(out), None, None, "a folder", "the name of a file", "Name a file in it.")])
    if out is not None and not out.parent.is_dir():
        expected = "a file in a folder that exists"
        raise BadInput([Problem(str(out), None, None, "no such folder", expected, "Make the folder first.")])
    return out


def can_be_folder(out: Path | None) -> Path | None:
    """``out``, where a folder stands or can be made; else BadInput, before any work is done."""
    if out is not None and out.exists() and not out.is_dir():
        found, expected = "a file of that name", "a folder for the answer"
        raise BadInput([Problem(str(out), None, None, found, expected, "Name another folder.")])
    return out


def spoken(arguments: Sequence[str], environment: Mapping[str, str]) -> str:
    """The language asked for by ``--language``, else by LC_ALL, LC_MESSAGES or LANG, else English.

    >>> spoken(["plan", "--language", "fr"], {}), spoken([], {"LANG": "fr_FR.UTF-8"}), spoken([], {})
    ('fr', 'fr', 'en')
    """
    for place, word in enumerate(arguments):
        if word.startswith("--language"):
            asked = word.partition("=")[2] or (arguments[place + 1] if place + 1 < len(arguments) else "")
            return asked if asked in LANGUAGES else "en"
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        if environment.get(name):
            return "fr" if environment[name].lower().startswith("fr") else "en"
    return "en"


def command_first(arguments: list[str]) -> list[str]:
    """The arguments with a ``--language`` that stands before the command put after it, dropped where there is none.

    >>> command_first(["--language", "fr", "plans"]), command_first(["--help", "--language=fr"])
    (['plans', '--language', 'fr'], ['--help'])
    """
    at = next((place for place, word in enumerate(arguments) if word.startswith("--language")), None)
    if at is None or any(not word.startswith("-") for word in arguments[:at]):
        return arguments
    end = at + (1 if "=" in arguments[at] else 2)
    rest = [*arguments[:at], *arguments[end:]]
    command = next((place for place, word in enumerate(rest, 1) if not word.startswith("-")), 0)
    return [*rest[:command], *arguments[at:end], *rest[command:]] if command else rest


def chosen(value: str) -> str:
    """The language to speak: as asked, else as the machine does."""
    if value not in ("", "fr", "en"):
        raise typer.BadParameter("fr, en")
    return value or spoken([], os.environ)


def asked_week(text: str) -> Week:
    """The ISO week written as 2026-W49; BadInput when it is not one."""
    from forecasts.grid import Week

    try:
        return Week.parse(text)
    except ValueError as error:
        raise BadInput(
            [Problem("--week", None, None, repr(text), "an ISO week, like 2026-W49", "Correct the option.")]
        ) from error


def asked_day(option: str, text: str) -> dt.date:
    """The day written as 2026-12-01; BadInput about that option when it is none."""
    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        raise BadInput(
            [Problem(option, None, None, repr(text), "a day, like 2026-12-01", "Correct the option.")]
        ) from error


def opened(folder: Path, language: str) -> Centre:
    """The centre of a folder; what was read with care is told on stderr."""
    from staffing.gate.read import read_centre

    centre = read_centre(folder)
    tell_remarks(centre.remarks, language)
    return centre


def tell_remarks(remarks: Sequence[Problem], language: str) -> None:
    """Remarks on stderr."""
    from staffing.gate.findings import sentence_of

    for remark in remarks:
        typer.echo(say("cli.remark", language, remark=heard(sentence_of(remark), chosen(language))), err=True)


def tell_begun(week: Week, time_zone: str, language: str) -> None:
    """On stderr that the week is past or running by the centre's clock; nothing when it is still to come."""
    from staffing.plan import begun

    if when := begun(week, dt.datetime.now(ZoneInfo(time_zone)).date()):
        typer.echo(say("cli.remark", language, remark=say(f"cli.week_{when}", language, week=week)), err=True)


def tell_forecast(centre: Centre, language: str) -> None:
    """On stderr that the forecast begins and how long it may take: nothing else is said until it is made."""
    typer.echo(say("cli.forecasting", chosen(language), channels=len(centre.channels)), err=True)


PHASES = ("forecast", "backtest", "first_roster", "prices", "search", "selection")
"""Phases of a run that have words."""


class Watcher:
    """Shows a running engine on stderr: one line that renews itself, or a line every five seconds in a file."""

    def __init__(self, language: str) -> None:
        self.language, self.last, self.live = language, 0.0, sys.stderr.isatty()

    def __call__(self, progress: Progress) -> bool:
        now = time.monotonic()
        if now - self.last >= (0.2 if self.live else 5.0):
            self.last = now
            line = self.line(progress)
            typer.echo(f"\r\x1b[K{line}" if self.live else line, err=True, nl=not self.live)
        return True

    def line(self, progress: Progress) -> str:
        """The phase in words, with cost and bound as soon as there are any."""
        known = progress.phase.replace(" ", "_")
        phase = say(f"cli.phase_{known}", self.language) if known in PHASES else progress.phase
        if progress.cost_eur is None:
            return say("cli.progress_phase", self.language, phase=phase, seconds=progress.seconds)
        cost, bound = progress.cost_eur, progress.bound_eur
        if bound is None or bound <= 0:  # below nothing it says nothing yet
            return say("cli.progress_cost", self.language, phase=phase, seconds=progress.seconds, cost=cost)
        return say("cli.progress", self.language, phase=phase, seconds=progress.seconds, cost=cost, bound=bound)

    def done(self) -> None:
        """Leave the line behind."""
        if self.live:
            typer.echo("\r\x1b[K", err=True, nl=False)
