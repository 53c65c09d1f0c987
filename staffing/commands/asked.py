"""Scenarios as they are asked for on the command line, and a sweep that Ctrl+C ends without losing what is done."""

from __future__ import annotations

import signal
from collections.abc import Sequence
from pathlib import Path
from types import FrameType, TracebackType
from typing import TYPE_CHECKING, Any

import typer

from staffing.problems import BadInput, Problem
from staffing.words import say

if TYPE_CHECKING:
    from forecasts.distribution import Forecast
    from forecasts.grid import Week
    from staffing.centre import Centre
    from staffing.scenarios.scenario import Scenario


def scenario_asked(folder: Path, name: str) -> Scenario:
    """The saved scenario of that name; ``a+b`` is both together, in that order."""
    from staffing.scenarios.scenario import combined, load

    parts = [load(folder, part) for part in name.split("+")]
    return parts[0] if len(parts) == 1 else combined(*parts)


def applied(scenario: Scenario, centre: Centre, forecast: Forecast) -> tuple[Centre, Forecast]:
    """The question so changed; BadInput when a change does not fit the centre."""
    try:
        return scenario.applied(centre, forecast)
    except ValueError as error:
        raise BadInput([_unfit(scenario, error)]) from error


def fit(scenarios: Sequence[Scenario], centre: Centre, week: Week, language: str) -> None:
    """BadInput with every change that does not fit the centre, whatever is forecast: told before the forecast is made;
    so is, on stderr, a scenario that changes nothing of the week, as one of other days.

    The changes are tried on a forecast of one contact in every open interval.
    """
    problems: dict[Problem, None] = {}
    idle = list[str]()
    for scenario in scenarios:
        there, forecast = centre, (even := _even(centre, week))
        for change in scenario.changes:
            try:
                there, forecast = change.applied(there, forecast)
            except ValueError as error:
                problems[_unfit(scenario, error)] = None
        if there is centre and forecast.frame.equals(even.frame):
            idle.append(scenario.name)
    if problems:
        raise BadInput(list(problems))
    for name in idle:
        typer.echo(say("play.idle", language, name=name, week=week), err=True)


def _unfit(scenario: Scenario, error: ValueError) -> Problem:
    fix = f"Correct scenarios/{scenario.name}.toml."
    return Problem(scenario.name, None, None, str(error), "changes that fit the centre", fix)


def _even(centre: Centre, week: Week) -> Forecast:
    """One contact in every open interval of the week."""
    import pandas as pd

    from forecasts.distribution import Forecast, Spread

    starts = centre.grid.week(week)
    frames = [
        pd.DataFrame({"start": starts[channel.opening.mask(starts)], "channel": channel.name, "aht_s": channel.aht_s})
        for channel in sorted(centre.channels, key=lambda channel: channel.name)
    ]
    frame = pd.concat(frames, ignore_index=True).assign(contacts=1.0, p10=1.0, p90=1.0, aht_cv=1.0)
    return Forecast(centre.grid, frame, tuple(Spread(name, 0.0) for name in dict.fromkeys(frame["channel"])))


class Stop:
    """The first Ctrl+C is remembered in ``asked``, the second ends the command."""

    def __init__(self) -> None:
        self.asked = False

    def __enter__(self) -> Stop:
        self.before: Any = signal.signal(signal.SIGINT, self._note)
        return self

    def __exit__(self, _kind: type[BaseException] | None, _error: BaseException | None, _at: TracebackType | None
                 ) -> None:  # fmt: skip
        signal.signal(signal.SIGINT, self.before)

    def _note(self, _signal: int, _frame: FrameType | None) -> None:
        if self.asked:
            raise KeyboardInterrupt
        self.asked = True
