"""Scenarios side by side: people, hours, EUR, service with its interval, and who is affected."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from concurrent.futures import Future
from dataclasses import dataclass, field

import numpy as np
import pandas as pd

from forecasts.distribution import Forecast
from forecasts.grid import Week
from staffing.centre import Centre
from staffing.costs import Costs, costs_of
from staffing.rostering.assign import Solve, assign
from staffing.rostering.roster import Roster
from staffing.rostering.verify import verify
from staffing.scenarios.executors import Executor, Here
from staffing.scenarios.scenario import Scenario
from staffing.simulation.play import Play
from staffing.simulation.played import Played
from staffing.simulation.simulate import simulate
from staffing.sizing.size import size

BASELINE = Scenario("baseline")
Watch = Callable[[int, int, str], bool]


@dataclass(frozen=True, eq=False)
class Outcome:
    """One scenario answered: ``required_hours`` its need, ``shortage_hours`` what the roster leaves open."""

    scenario: Scenario
    roster: Roster
    played: Played
    costs: Costs
    required_hours: float
    shortage_hours: float
    breaches: int


@dataclass(frozen=True)
class Comparing:
    """How scenarios are compared. ``seconds`` of roster engine each, laid out as work that is done whole, so that no
    load of the machine changes an answer; ``keep``: play the baseline's roster in every scenario instead of planning
    anew; ``seed`` for engine and play, the same everywhere."""

    seconds: float = 10.0
    seed: int = 1
    keep: bool = False
    play: Play = field(default_factory=lambda: Play(at_least=20, at_most=60))


@dataclass(frozen=True, eq=False)
class Comparison:
    """Outcomes in the order asked; ``missing`` names those that a cancelled run left out."""

    outcomes: tuple[Outcome, ...]
    missing: tuple[str, ...] = ()

    @property
    def frame(self) -> pd.DataFrame:
        """One row per scenario and queue: service ``expected`` with ``low`` and ``high``, chance of the target, and
        beside them the scenario's agents, hours, EUR; ``served`` tells service as a share whatever is promised, and
        ``gain`` what it is against the first scenario, with its half-width on the same random numbers (NaN where
        nothing can be compared)."""
        rows = []
        for outcome in self.outcomes:
            for row in outcome.played.weeks.to_dict("records"):
                gain, half = self.gain(outcome, str(row["queue"]))
                rows.append(
                    {
                        "scenario": outcome.scenario.name, "queue": row["queue"], "level": row["level"],
                        "contacts": row["offered"], "expected": row["expected"], "low": row["low"],
                        "high": row["high"], "target": row["target"], "p_met": row["p_met"], "gain": gain,
                        "gain_half": half, "agents": outcome.roster.frame["agent"].nunique(),
                        "hours_paid": outcome.costs.hours_paid, "eur": outcome.costs.eur,
                        "required_hours": outcome.required_hours, "shortage_hours": outcome.shortage_hours,
                        "breaches": outcome.breaches, "agents_changed": len(self.affected(outcome)),
                        "served": row["served"], "served_low": row["served_low"], "served_high": row["served_high"],
                    }
                )  # fmt: skip
        return pd.DataFrame(rows)

    def gain(self, outcome: Outcome, queue: str) -> tuple[float, float]:
        """Service against the first scenario, and the half-width of its 95 % interval, replication by replication."""
        base = self.outcomes[0]
        count = min(base.played.replications, outcome.played.replications)
        apart = outcome.played.service(queue)[:count] - base.played.service(queue)[:count]
        if count < 2 or np.isnan(apart).any():
            return float("nan"), float("nan")
        return float(apart.mean()), float(1.96 * apart.std(ddof=1) / np.sqrt(count))

    def affected(self, outcome: Outcome) -> tuple[str, ...]:
        """Agents whose week differs from the first scenario's."""
        first, this = _weeks(self.outcomes[0].roster), _weeks(outcome.roster)
        return tuple(sorted(a for a in set(first) | set(this) if first.get(a) != this.get(a)))


def _weeks(roster: Roster) -> dict[str, tuple[tuple[object, ...], ...]]:
    return {
        str(agent): tuple(rows[["start", "end", "activity"]].itertuples(index=False, name=None))
        for agent, rows in roster.frame.groupby("agent")
    }


def answer(
    centre: Centre, forecast: Forecast, week: Week, scenario: Scenario, options: Comparing, kept: Roster | None
) -> Outcome:
    """One scenario through the corridor: its centre and forecast, need, roster (unless ``kept``), audit and play."""
    there, expected = scenario.applied(centre, forecast)
    need = size(expected, there, week)
    roster = kept
    if roster is None:
        roster = assign(need, there, week, options=Solve(options.seconds, options.seed, repeatable=True))
    found = verify(roster, need, there)
    played = simulate(roster, expected, there, options=options.play)
    return Outcome(
        scenario, roster, played, costs_of(roster, there, played), found.required_hours, found.shortage_hours,
        len(found.breaches),
    )  # fmt: skip


def compare(
    centre: Centre,
    forecast: Forecast,
    week: Week,
    scenarios: Sequence[Scenario],
    *,
    options: Comparing | None = None,
    executor: Executor | None = None,
    watch: Watch = lambda _done, _total, _name: True,
) -> Comparison:
    """Baseline first, then each scenario, on the same random numbers.

    ``watch(done, total, name)`` is called as each is done; False cancels those not begun and keeps the finished.
    ``keep`` plans the baseline first, then plays its roster everywhere.
    """
    asked, options, executor = [BASELINE, *scenarios], options or Comparing(), executor or Here()
    total, done = len(asked), {}
    kept: Roster | None = None
    if options.keep:
        first = answer(centre, forecast, week, BASELINE, options, None)
        done[BASELINE.name], kept = first, first.roster
        if not watch(1, total, BASELINE.name):
            return Comparison((first,), tuple(s.name for s in scenarios))
    waiting = [s for s in asked if s.name not in done]
    if isinstance(executor, Here):
        for scenario in waiting:
            done[scenario.name] = answer(centre, forecast, week, scenario, options, kept)
            if not watch(len(done), total, scenario.name):
                break
    else:
        _in_parallel(executor, waiting, (centre, forecast, week, options, kept), done, (total, watch))
    order = [s.name for s in asked]
    return Comparison(tuple(done[n] for n in order if n in done), tuple(n for n in order if n not in done))


def _in_parallel(
    executor: Executor,
    waiting: Sequence[Scenario],
    given: tuple[Centre, Forecast, Week, Comparing, Roster | None],
    done: dict[str, Outcome],
    told: tuple[int, Watch],
) -> None:
    from concurrent.futures import FIRST_COMPLETED, wait

    centre, forecast, week, options, kept = given
    futures: dict[Future[Outcome], str] = {
        executor.submit(answer, centre, forecast, week, s, options, kept): s.name for s in waiting
    }
    left = set(futures)
    while left:
        ready, left = wait(left, return_when=FIRST_COMPLETED)
        for future in ready:
            done[futures[future]] = future.result()
            if not told[1](len(done), told[0], futures[future]):
                for other in futures:
                    other.cancel()
                left = set()
