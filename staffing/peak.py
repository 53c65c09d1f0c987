"""A peak answered whole: the roster as it stands, planned anew, and helped by levers, played on the same numbers."""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

import pandas as pd

from staffing.levers.planner import LEVERS, Answer, Mix, Wish, levers_for
from staffing.plan import Plan
from staffing.rostering.roster import Roster
from staffing.rostering.verify import coverage_of, summed, verify
from staffing.scenarios.compare import Comparing, Outcome, answer
from staffing.scenarios.scenario import Scenario
from staffing.simulation.play import Play
from staffing.simulation.played import Played
from staffing.sizing.requirement import Requirement
from staffing.sizing.size import size

AS_IS, KEPT, ANEW, HELPED = "as_is", "kept", "anew", "helped"
STEPS = 4
Watch = Callable[[int, int, str], bool]
Rows = tuple[tuple[Any, ...], ...]


@dataclass(frozen=True)
class Asking:
    """What is asked of a peak: ``levers`` by name, ``probability`` that every live queue meets its target, ``seconds``
    of engine for the roster anew, ``replications`` of each play, ``today`` for the notices that can still be given."""

    levers: tuple[str, ...]
    today: dt.date
    probability: float = 0.9
    seconds: float = 20.0
    replications: int = 40
    seed: int = 1


@dataclass(frozen=True)
class Side:
    """One column side by side. Hours of agents; ``eur`` the roster's wages and ``levers_eur`` on top; ``queues`` rows
    of (queue, share served, low, high, target, chance of the target); ``affected`` agents whose week differs from
    the plan's; ``scheduled`` agents on queues at each start of the answer and ``short`` those missing, queue by queue
    (nothing in answers from before it was kept)."""

    name: str
    agents: int
    hours_paid: float
    eur: float
    levers_eur: float
    required_hours: float
    shortage_hours: float
    breaches: int
    service: float
    p_target: float
    queues: Rows
    affected: tuple[str, ...]
    scheduled: tuple[float, ...]
    short: tuple[float, ...] = ()


@dataclass(frozen=True)
class PeakAnswer:
    """``starts`` instants as texts with ``expected`` and ``required`` agents needed without and with the peak, and
    ``eased`` with it and the levers shown, which keep calls away (nothing where none does or none were asked);
    ``frontier`` rows of (eur, service, chance of every live target, offers taken); ``offers`` rows of (lever, subject,
    EUR) of the mix shown, which is the cheapest that reaches the wish when ``reached``, else the best there is;
    ``needless`` the same of what it was spared (``Mix.needless``)."""

    scenario: str
    starts: tuple[str, ...]
    expected: tuple[float, ...]
    required: tuple[float, ...]
    sides: tuple[Side, ...]
    frontier: Rows
    offers: Rows
    reached: bool
    eased: tuple[float, ...] = ()
    needless: Rows = ()

    def content(self) -> dict[str, Any]:
        """As JSON."""
        return dataclasses.asdict(self)


def answer_back(content: Mapping[str, Any]) -> PeakAnswer:
    """The answer of such a JSON."""
    facts = {name: _tuples(value) for name, value in content.items() if name != "sides"}
    sides = tuple(Side(**{k: _tuples(v) for k, v in side.items()}) for side in content["sides"])
    return PeakAnswer(**facts, sides=sides)


def _tuples(value: Any) -> Any:
    return tuple(_tuples(v) for v in value) if isinstance(value, list | tuple) else value


def answer_peak(
    plan: Plan, scenario: Scenario, asking: Asking, watch: Watch, *, keep: Callable[[PeakAnswer], None] = lambda _: None
) -> PeakAnswer:
    """Everything side by side. ``watch(done, in all, step)`` is told each step; False leaves out what has not begun.
    ``keep`` is given what is known after each step, for whoever will not wait for the next.

    Raises ValueError when the scenario names what the centre does not have.
    """
    play = Play(seed=asking.seed, at_least=asking.replications, at_most=asking.replications)
    options = Comparing(asking.seconds, asking.seed, play=play)
    there, expected = scenario.applied(plan.centre, plan.forecast)
    need = size(expected, there, plan.week)
    sides: list[Side] = []
    needs = _needs(plan.requirement, need)

    def so_far() -> PeakAnswer:
        return PeakAnswer(scenario.name, *needs, tuple(sides), (), (), False)

    if watch(0, STEPS, AS_IS):
        outcome = answer(plan.centre, plan.forecast, plan.week, Scenario("as-is"), options, plan.roster)
        sides.append(_side(AS_IS, outcome, plan, plan.requirement))
        keep(so_far())
    for done, (name, kept) in enumerate(((KEPT, plan.roster), (ANEW, None)), start=1):
        if watch(done, STEPS, name):
            outcome = answer(plan.centre, plan.forecast, plan.week, scenario, options, kept)
            sides.append(_side(name, outcome, plan, need))
            keep(so_far())
    if watch(3, STEPS, HELPED) and asking.levers:
        chosen = tuple(lever for lever in LEVERS if lever.name in asking.levers)
        wish = Wish(asking.today, asking.probability, play=play)
        found = levers_for(plan.roster, expected, there, wish, levers=chosen, watch=lambda *_: watch(3, STEPS, HELPED))
        return with_levers(so_far(), found, plan, need)
    return so_far()


def with_levers(told: PeakAnswer, found: Answer, plan: Plan, need: Requirement) -> PeakAnswer:
    """The answer with the mix shown beside the other sides, each lever's offers, and the frontier."""
    mix = found.shown
    left = need_left(mix, need)
    sums = left.frame.groupby("start")["agents"].sum()
    at = {start.isoformat(): float(agents) for start, agents in zip(pd.DatetimeIndex(sums.index), sums, strict=True)}
    wages = next((side.eur for side in told.sides), 0.0)
    return dataclasses.replace(
        told, sides=(*told.sides, _helped(mix, plan, left, wages)), frontier=_frontier(found),
        offers=tuple((o.lever, o.subject, o.eur) for o in mix.offers), reached=found.chosen is not None,
        needless=tuple((o.lever, o.subject, o.eur) for o in mix.needless),
        eased=() if left is need else tuple(at.get(start, 0.0) for start in told.starts),
    )  # fmt: skip


def need_left(mix: Mix, need: Requirement) -> Requirement:
    """Agents needed once a mix is carried out: calls that a message or a provider keeps away need nobody."""
    if all(offer.change is None for offer in mix.offers):
        return need
    return size(mix.forecast, mix.played.centre, need.week)


def _frontier(found: Answer) -> Rows:
    return tuple((m.eur, m.service, m.p_target, len(m.offers)) for m in found.frontier)


def _needs(before: Requirement, after: Requirement) -> tuple[tuple[str, ...], tuple[float, ...], tuple[float, ...]]:
    """Starts of either, and the agents needed there without and with the peak."""
    sums = [need.frame.groupby("start")["agents"].sum() for need in (before, after)]
    table = pd.concat(sums, axis=1, keys=["before", "after"]).sort_index().fillna(0.0)
    return tuple(t.isoformat() for t in table.index), tuple(table["before"]), tuple(table["after"])


def _through(roster: Roster, need: Requirement, plan: Plan) -> tuple[tuple[float, ...], tuple[float, ...]]:
    """Agents scheduled and agents missing at each start of the answer."""
    frame = summed(coverage_of(roster, need, plan.centre)).set_index("start")
    starts = plan.requirement.frame["start"].drop_duplicates()
    every = pd.DatetimeIndex(pd.concat([starts, need.frame["start"]]).drop_duplicates().sort_values())
    frame = frame.reindex(every).fillna(0.0)
    return tuple(frame["scheduled"].tolist()), tuple(frame["shortage"].tolist())


def _side(name: str, outcome: Outcome, plan: Plan, need: Requirement) -> Side:
    return Side(
        name, int(outcome.roster.frame["agent"].nunique()), outcome.costs.hours_paid, outcome.costs.eur, 0.0,
        outcome.required_hours, outcome.shortage_hours, outcome.breaches, outcome.played.mean_service,
        outcome.played.p_target(), _queues(outcome.played), changed_agents(plan.roster, outcome.roster),
        *_through(outcome.roster, need, plan),
    )  # fmt: skip


def _helped(mix: Mix, plan: Plan, need: Requirement, wages: float) -> Side:
    """The plan's roster with a mix of levers carried out, against the need they leave."""
    found = verify(mix.roster, need, mix.played.centre)
    return Side(
        HELPED, int(mix.roster.frame["agent"].nunique()), float(found.hours["hours_paid"].sum()), wages, mix.eur,
        found.required_hours, found.shortage_hours, len(found.breaches), mix.service, mix.p_target,
        _queues(mix.played), changed_agents(plan.roster, mix.roster), *_through(mix.roster, need, plan),
    )  # fmt: skip


def _queues(played: Played) -> Rows:
    rows = played.weeks[["queue", "served", "served_low", "served_high", "target", "p_met"]]
    return tuple((str(q), *(float(v) for v in row)) for q, *row in rows.itertuples(index=False, name=None))


def changed_agents(before: Roster, after: Roster) -> tuple[str, ...]:
    """Agents whose segments differ."""
    weeks = [
        {str(a): tuple(rows[["start", "end", "activity"]].itertuples(index=False, name=None)) for a, rows in parts}
        for parts in (before.frame.groupby("agent"), after.frame.groupby("agent"))
    ]
    return tuple(sorted(a for a in weeks[0].keys() | weeks[1].keys() if weeks[0].get(a) != weeks[1].get(a)))
