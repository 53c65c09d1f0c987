"""Scenarios as they are asked for on the command line, and a sweep that Ctrl+C ends without losing what is done."""

from __future__ import annotations

import signal
from pathlib import Path
from types import FrameType, TracebackType
from typing import TYPE_CHECKING, Any

from staffing.problems import BadInput, Problem

if TYPE_CHECKING:
    from forecasts.distribution import Forecast
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
        fix = f"Correct scenarios/{scenario.name}.toml."
        raise BadInput([Problem(scenario.name, None, None, str(error), "changes that fit the centre", fix)]) from error


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
