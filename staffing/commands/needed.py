"""Forecast and need of a roster's week: read beside it where nothing they rest on has changed, made anew where it has,
and said."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import typer

from staffing.commands.options import tell_forecast
from staffing.words import say

if TYPE_CHECKING:
    from forecasts.distribution import Forecast
    from forecasts.grid import Week
    from staffing.centre import Centre
    from staffing.gate.need import Beside
    from staffing.sizing.requirement import Requirement


def needed(roster: Path, centre: Centre, week: Week, language: str) -> tuple[Forecast, Requirement]:
    """Forecast and need of the week as expected, for the centre as ``plan.before`` leaves it."""
    from staffing.gate.need import need_beside
    from staffing.sizing.size import size

    known = need_beside(roster, centre, week)
    if known is not None and known.forecast is not None and known.requirement is not None:
        _tell("need_read", week, language)
        return known.forecast, known.requirement
    if known is not None and known.forecast is not None:
        _tell("need_sized", week, language)
    forecast = _forecast(known, centre, week, language)
    return forecast, size(forecast, centre, week)


def forecast_needed(roster: Path, centre: Centre, week: Week, language: str) -> Forecast:
    """The forecast alone."""
    from staffing.gate.need import need_beside

    known = need_beside(roster, centre, week)
    if known is not None and known.forecast is not None:
        _tell("forecast_read", week, language)
    return _forecast(known, centre, week, language)


def _forecast(known: Beside | None, centre: Centre, week: Week, language: str) -> Forecast:
    from staffing.plan import forecast_week

    if known is not None and known.forecast is not None:
        return known.forecast
    if known is not None:
        _tell("need_anew", week, language)
    tell_forecast(centre, language)
    return forecast_week(centre, week)


def _tell(word: str, week: Week, language: str) -> None:
    typer.echo(say(f"cli.{word}", language, week=week), err=True)
