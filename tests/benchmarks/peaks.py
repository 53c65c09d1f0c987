"""Reference centre, reform-launch week: baseline, six scenarios and the lever frontier, on two processes.

Run: python -m tests.benchmarks.peaks [roster seconds]. Wall seconds, progress on stderr.
"""

from __future__ import annotations

import datetime as dt
import sys
import time
from pathlib import Path

from forecasts.grid import Week
from staffing.gate.read import read_centre
from staffing.levers.planner import Wish, levers_for
from staffing.plan import before, forecast_week
from staffing.scenarios.compare import Comparing, compare
from staffing.scenarios.executors import local_processes
from staffing.scenarios.templates import TEMPLATES
from staffing.simulation.play import Play

WEEK = Week.parse("2026-W49")
NAMES = ("reform_launch", "crisis_hour", "flu_wave", "level_two_closed", "new_year_laws", "prefecture_go_live")
REFERENCE = Path(__file__).parent.parent.parent / "data_samples" / "reference"


def main() -> None:
    begun = time.perf_counter()

    def tell(done: int, total: int, name: str) -> bool:
        print(f"{time.perf_counter() - begun:6.0f} s  {done} of {total}: {name}", file=sys.stderr, flush=True)
        return True

    centre = before(read_centre(REFERENCE), WEEK)
    forecast = forecast_week(centre, WEEK)
    tell(0, 7, "forecast")
    scenarios = [TEMPLATES[name](WEEK.monday, ("impots",) if name == "reform_launch" else ()) for name in NAMES]
    options = Comparing(seconds=float(sys.argv[1]) if len(sys.argv) > 1 else 10.0, play=Play(at_least=20, at_most=20))
    with local_processes(2) as executor:
        found = compare(centre, forecast, WEEK, scenarios, options=options, executor=executor, watch=tell)
        there, expected = scenarios[0].applied(centre, forecast)
        wish = Wish(WEEK.monday - dt.timedelta(days=14), play=Play(at_least=20, at_most=20))
        answer = levers_for(found.outcomes[0].roster, expected, there, wish, executor=executor, watch=tell)
    columns = ["scenario", "queue", "contacts", "expected", "p_met", "gain", "agents", "hours_paid", "eur"]
    print(found.frame[found.frame["level"] == 1][columns].round(3).to_string())
    print(answer.frame.round(3).to_string())
    print(f"{time.perf_counter() - begun:.0f} s in all")


if __name__ == "__main__":
    main()
