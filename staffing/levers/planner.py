"""The cheapest lawful mix of levers that reaches a chosen probability of the targets, and what more would cost.

Integer program (OR-Tools, SCIP), one binary x_o per offer, hours short u >= 0 by queue and interval:
min sum eur_o x_o + sum penalty u, subject to sum relief_o x_o + u >= short, one offer of each exclusive group,
hours within each budget, nobody taken from where nobody can be spared. Rungs of the ladder ask for more and more: a
rising price of a missing hour, then a requirement sized for a higher confidence. What breaks a rule of an agent's
contract, read by clock times like any roster, is left out of a mix; the mix is then played, and the cheapest whose play
meets the wish is the answer: the probability is simulated, not assumed.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field
from functools import partial
from typing import Any

import pandas as pd
from ortools.linear_solver import pywraplp

from forecasts.distribution import Forecast
from staffing.centre import Centre
from staffing.levers.call_back_offered import CallBackOffered
from staffing.levers.email_deferral import EmailDeferral
from staffing.levers.ivr_message import IvrMessage
from staffing.levers.leave_freeze import LeaveFreeze
from staffing.levers.lever import Lever, Offer, Peak, Segment
from staffing.levers.modulation import Modulation
from staffing.levers.move_shifts import MoveShifts
from staffing.levers.move_training import MoveTraining
from staffing.levers.needless import without_needless
from staffing.levers.other_queue import OtherQueue
from staffing.levers.overflow import Overflow
from staffing.levers.overtime import Overtime
from staffing.levers.part_time_hours import PartTimeHours
from staffing.levers.target_relaxed import TargetRelaxed
from staffing.levers.temporary_staff import TemporaryStaff
from staffing.rostering.roster import COLUMNS, Roster
from staffing.rostering.rules.rule import Breach
from staffing.rostering.verify import breaches_of
from staffing.rostering.worked import worked_weeks
from staffing.scenarios.executors import Executor
from staffing.simulation.play import Play
from staffing.simulation.played import Played
from staffing.simulation.simulate import simulate
from staffing.sizing.options import Sizing
from staffing.sizing.size import size

LEVERS: tuple[Lever, ...] = (
    OtherQueue(), EmailDeferral(), MoveTraining(), PartTimeHours(), Modulation(), Overtime(), IvrMessage(), Overflow(),
    TemporaryStaff(), LeaveFreeze(), MoveShifts(), CallBackOffered(),
)  # fmt: skip

EVERY: dict[str, Lever] = {lever.name: lever for lever in (*LEVERS, TargetRelaxed())}
"""Every lever by name. A relaxed target is taken when asked for by name alone: knowingly."""


@dataclass(frozen=True)
class Rung:
    """How much is asked: the requirement sized for ``confidence`` (None: as expected), a missing hour priced at
    ``weight`` times the centre's own price."""

    confidence: float | None = None
    weight: float = 1.0

    def __str__(self) -> str:
        sure = "expected" if self.confidence is None else f"{self.confidence:.0%}"
        return f"{sure} x {self.weight:g}"

    def halfway(self, other: Rung) -> Rung:
        """Between two rungs: the mean confidence (as expected counts as one half), the geometric mean of the weights.

        >>> str(Rung(0.9, 2.0).halfway(Rung(0.95, 8.0))), str(Rung(weight=0.25).halfway(Rung()))
        ('92% x 4', 'expected x 0.5')
        """
        sure = [rung.confidence or 0.5 for rung in (self, other)]
        confidence = None if self.confidence is other.confidence is None else round(sum(sure) / 2, 4)
        return Rung(confidence, round((self.weight * other.weight) ** 0.5, 4))


LADDER = (Rung(weight=0.15), Rung(weight=0.4), Rung(), Rung(0.75), Rung(0.9, 2.0), Rung(0.95, 5.0))
NODES = 1
"""Nodes of the search for a mix: at 2,800 offers the root's cuts and roundings come as near as 20 s of branching."""
Watch = Callable[[int, int, str], bool]


@dataclass(frozen=True, eq=False)
class Mix:
    """Offers taken and what the week then looks like when played, of the ``forecast`` that they leave; ``rung`` of the
    ladder that asked (None: nothing); ``needless`` what it asked for and the play did without."""

    offers: tuple[Offer, ...]
    eur: float
    roster: Roster
    played: Played
    forecast: Forecast
    rung: Rung | None = None
    needless: tuple[Offer, ...] = ()

    @property
    def p_target(self) -> float:
        """Share of played weeks in which every live queue meets its target (``Played.judged``)."""
        return self.played.p_target()

    @property
    def service(self) -> float:
        """Contact-weighted service of the same queues."""
        return self.played.mean_service

    @property
    def by_lever(self) -> dict[str, int]:
        return dict(Counter(o.lever for o in self.offers))


@dataclass(frozen=True, eq=False)
class Answer:
    """``frontier`` from doing ``nothing`` up; ``chosen`` the cheapest that reaches ``wished`` (None: none does)."""

    wished: float
    frontier: tuple[Mix, ...]
    chosen: Mix | None
    nothing: Mix

    @property
    def shown(self) -> Mix:
        """The mix that answers the wish, else the one that comes nearest."""
        return self.chosen or nearest(self.frontier)

    @property
    def frame(self) -> pd.DataFrame:
        """One row per point of the frontier: ``eur`` of levers, ``service``, ``p_target``, offers by lever."""
        rows = [
            {"rung": str(m.rung or ""), "eur": m.eur, "service": m.service, "p_target": m.p_target, **m.by_lever}
            for m in self.frontier
        ]
        return pd.DataFrame(rows)


@dataclass(frozen=True)
class Wish:
    """What is asked of the planner: ``probability`` that every live queue meets its target over the week. Between the
    last rung that misses it and the first that reaches it ``halvings`` more are tried, for a cheaper mix."""

    today: dt.date
    probability: float = 0.9
    nodes: int = NODES
    ladder: tuple[Rung, ...] = LADDER
    halvings: int = 2
    play: Play = field(default_factory=lambda: Play(at_least=40, at_most=40))


def levers_for(
    roster: Roster,
    forecast: Forecast,
    centre: Centre,
    wish: Wish,
    *,
    levers: Sequence[Lever] = LEVERS,
    executor: Executor | None = None,
    watch: Watch = lambda _done, _total, _name: True,
) -> Answer:
    """The frontier and the cheapest mix that reaches the wish; ``watch(done, total, name)`` may stop it with False.
    With an ``executor`` all rungs begin at once; the answer is the same.

    Levers whose notice can no longer be given are left out; a rung that takes what the last one took adds no point.
    """
    usable = tuple(lever for lever in levers if lever.notice_days <= (roster.week.monday - wish.today).days)
    climb = partial(_climbed, roster, forecast, centre, wish, usable)
    begun = [] if executor is None else [executor.submit(climb, rung) for rung in wish.ladder]
    points = [Mix((), 0.0, roster, simulate(roster, forecast, centre, options=wish.play), forecast)]
    total = 1 + len(wish.ladder)
    goes_on = watch(1, total, "nothing")
    for done, rung in enumerate(wish.ladder, start=2):
        if not goes_on or points[-1].p_target >= 0.95:
            break
        mix = begun[done - 2].result() if begun else climb(rung)
        if _done(mix.offers) != _done(points[-1].offers):
            points.append(mix)
        goes_on = watch(done, total, str(rung))
    for left in begun:
        left.cancel()
    for half in range(wish.halvings if goes_on else 0):
        middle = _between(points, wish.probability)
        if middle is None or not goes_on:
            break
        mix = climb(middle)
        goes_on = watch(total + half + 1, total + wish.halvings, str(middle))
        if any(_done(mix.offers) == _done(point.offers) for point in points):
            break  # nothing lies between
        points.append(mix)
    reaching = [m for m in points if m.p_target >= wish.probability]
    shown = min(reaching, key=lambda m: m.eur) if reaching else nearest(points)
    lean = _lean(shown, points[0], roster, centre, wish) if shown.offers and goes_on else shown
    beaten = {id(m) for m in points if m.eur > lean.eur and m.service <= shown.service and m.p_target <= shown.p_target}
    points = [lean if m is shown else m for m in points if m is shown or id(m) not in beaten]
    return Answer(wish.probability, efficient(points), lean if reaching else None, points[0])


def nearest(points: Sequence[Mix]) -> Mix:
    """The likeliest to meet the targets, then the best served, then the cheapest."""
    return max(points, key=lambda m: (m.p_target, m.service, -m.eur))


def _lean(mix: Mix, nothing: Mix, roster: Roster, centre: Centre, wish: Wish) -> Mix:
    """The mix without what no queue is served better for in the play (``without_needless``)."""
    need = size(nothing.forecast, centre, roster.week, options=Sizing(method="stationary"))
    peak = Peak(centre, nothing.forecast, need, roster, wish.today)

    def again(offers: Sequence[Offer]) -> Mix | None:
        return played_with(offers, peak, wish.play) if len(lawful(peak, offers)) == len(offers) else None

    return without_needless(mix, nothing, again)


def _between(points: Sequence[Mix], probability: float) -> Rung | None:
    """The rung halfway from the dearest mix that misses the wish to the cheapest that reaches it; None when they are as
    good as one, or there is no such pair."""
    reaching = min((m for m in points if m.p_target >= probability), key=lambda m: m.eur, default=None)
    if reaching is None or reaching.rung is None:
        return None
    missing = [m for m in points if m.p_target < probability and m.rung is not None and m.eur < reaching.eur]
    low = max(missing, key=lambda m: m.eur, default=None)
    if low is None or low.rung is None or reaching.eur - low.eur < 0.02 * reaching.eur:
        return None
    return low.rung.halfway(reaching.rung)


def _climbed(
    roster: Roster, forecast: Forecast, centre: Centre, wish: Wish, levers: Sequence[Lever], rung: Rung
) -> Mix:
    """The cheapest lawful mix for what a rung asks, played."""
    need = size(forecast, centre, roster.week, options=Sizing(confidence=rung.confidence, method="stationary"))
    peak = Peak(centre, forecast, need, roster, wish.today)
    offers = [o for lever in levers for o in lever.offers(peak)]
    return played_with(best_lawful(peak, offers, nodes=wish.nodes, weight=rung.weight), peak, wish.play, rung)


def best_lawful(peak: Peak, offers: Sequence[Offer], *, nodes: int = NODES, weight: float = 1.0) -> tuple[Offer, ...]:
    """The better of two lawful mixes: the cheapest without what breaks a rule, and the cheapest of the offers that
    are left when that is not on the table at all."""
    taken = cheapest(peak, offers, nodes=nodes, weight=weight)
    first = lawful(peak, taken)
    if len(first) == len(taken):
        return first
    gone = {id(o) for o in taken} - {id(o) for o in first}
    again = lawful(peak, cheapest(peak, [o for o in offers if id(o) not in gone], nodes=nodes, weight=weight))
    return min((first, again), key=lambda mix: cost_of(peak, mix, weight))


def cost_of(peak: Peak, mix: Sequence[Offer], weight: float) -> float:
    """EUR of a mix and of what it leaves short, as ``cheapest`` counts them."""
    done: dict[tuple[str, pd.Timestamp], float] = defaultdict(float)
    for offer in mix:
        for queue, start, agents in offer.relief:
            done[queue, start] += agents
    missing = {place: max(0.0, short - done[place]) for place, short in peak.short.items()}
    return sum(o.eur for o in mix) + sum(_price(peak, place[0], weight) * more for place, more in missing.items())


def _price(peak: Peak, queue: str, weight: float) -> float:
    """EUR of one agent missing on a queue for an interval."""
    goals = peak.centre.goals
    factor = goals.expert_factor if peak.centre.queue(queue).level == 2 else 1.0
    return weight * factor * (goals.shortage_eur_h + goals.shortage_deep_eur_h) * peak.centre.grid.interval_h


def efficient(points: Sequence[Mix]) -> tuple[Mix, ...]:
    """The mixes by rising cost, without those that a cheaper one equals or beats in service and in probability."""
    kept: list[Mix] = []
    for mix in sorted(points, key=lambda m: m.eur):
        if not any(m.service >= mix.service and m.p_target >= mix.p_target for m in kept):
            kept.append(mix)
    return tuple(kept)


def _done(offers: Sequence[Offer]) -> Counter[tuple[object, ...]]:
    """What a mix does, whatever it relieves."""
    return Counter((o.lever, o.subject, o.eur, o.segments, o.change) for o in offers)


def lawful(peak: Peak, offers: Sequence[Offer]) -> tuple[Offer, ...]:
    """The offers without those that together break a rule the roster kept: the dearest of an agent's go first."""
    left, centre = list(offers), peak.centre
    for offer in offers:
        if offer.change is not None and offer.segments:  # of the team, not of what is asked
            centre, _ = offer.change.applied(centre, peak.forecast)
    touched = {s[0] for o in offers for s in o.segments}
    standing = {(b.rule, b.agent, b.start) for b in _broken(peak.roster, peak.centre, touched)}
    while True:
        broken = _broken(carried_out(peak.roster, left), centre, touched)
        agents = touched = {b.agent for b in broken if (b.rule, b.agent, b.start) not in standing}
        worst = {max((i for i, o in enumerate(left) if any(s[0] == agent for s in o.segments)),
                     key=lambda i: left[i].eur, default=None) for agent in agents} - {None}  # fmt: skip
        if not worst:
            return tuple(left)
        left = [o for i, o in enumerate(left) if i not in worst]


def _broken(roster: Roster, centre: Centre, agents: set[str]) -> tuple[Breach, ...]:
    """What these agents' weeks break."""
    team = dataclasses.replace(centre.team, agents=tuple(a for a in centre.team.agents if a.id in agents))
    mine = dataclasses.replace(roster, frame=roster.frame[roster.frame["agent"].isin(agents)])
    centre = dataclasses.replace(centre, team=team)
    return breaches_of(tuple(worked_weeks(mine, centre)), centre)


def cheapest(peak: Peak, offers: Sequence[Offer], *, nodes: int = NODES, weight: float = 1.0) -> tuple[Offer, ...]:
    """The offers worth taking: cost and what stays short, at ``weight`` times the centre's price of a missing hour.

    The search ends with its first ``nodes``, never by the clock: the same offers give the same mix on any machine.
    """
    solver = pywraplp.Solver.CreateSolver("SCIP")
    solver.SetSolverSpecificParametersAsString(f"limits/totalnodes = {nodes}")
    taken = [solver.BoolVar(f"x{i}") for i in range(len(offers))]
    relief: dict[tuple[str, pd.Timestamp], list[Any]] = defaultdict(list)
    groups: dict[str, list[Any]] = defaultdict(list)
    budgets: dict[str, list[Any]] = defaultdict(list)
    limits: dict[str, float] = {}
    for x, offer in zip(taken, offers, strict=True):
        for queue, start, agents in offer.relief:
            relief[queue, start].append(agents * x)
        if offer.only_one:
            groups[offer.only_one].append(x)
        if offer.budget:
            budgets[offer.budget[0]].append(offer.hours * x)
            limits[offer.budget[0]] = min(offer.budget[1], limits.get(offer.budget[0], offer.budget[1]))
    price = []
    for place, short in peak.short.items():
        missing = solver.NumVar(0.0, short, "")
        solver.Add(sum(relief[place]) + missing >= short)
        price.append(_price(peak, place[0], weight) * missing)
    for place in (p for p in relief if p not in peak.short):
        solver.Add(sum(relief[place]) >= -peak.spare.get(place, 0.0))
    for group in groups.values():
        solver.Add(sum(group) <= 1)
    for key, used in budgets.items():
        solver.Add(sum(used) <= limits[key])
    for part, whole in _overlapping(offers):
        solver.Add(taken[part] + sum(taken[i] for i in whole) <= 1)
    solver.Minimize(sum(o.eur * x for o, x in zip(offers, taken, strict=True)) + sum(price))
    if solver.Solve() not in (pywraplp.Solver.OPTIMAL, pywraplp.Solver.FEASIBLE):
        return ()
    return tuple(o for o, x in zip(offers, taken, strict=True) if x.solution_value() > 0.5)


def _overlapping(offers: Sequence[Offer]) -> Iterator[tuple[int, list[int]]]:
    """Each offer inside a shift, with those that move that shift whole: one or the other."""
    whole: dict[tuple[str, dt.date], list[int]] = defaultdict(list)
    for number, offer in enumerate(offers):
        for agent, start, _ in offer.clears:
            whole[agent, start.date()].append(number)
    for number, offer in enumerate(offers):
        if not offer.clears:
            for place in dict.fromkeys((agent, start.date()) for agent, start, _, _ in offer.segments):
                if place in whole:
                    yield number, whole[place]


def played_with(offers: Sequence[Offer], peak: Peak, play: Play, rung: Rung | None = None) -> Mix:
    """The offers carried out and the week played, on the same random numbers as every other mix."""
    centre, forecast = peak.centre, peak.forecast
    for offer in offers:
        if offer.change is not None:
            centre, forecast = offer.change.applied(centre, forecast)
    roster = carried_out(peak.roster, offers)
    played = simulate(roster, forecast, centre, options=play)
    return Mix(tuple(offers), sum(o.eur for o in offers), roster, played, forecast, rung)


def margins(mix: Mix, peak: Peak, play: Play) -> pd.DataFrame:
    """What each lever of a mix gives: service and probability lost when it alone is left out, EUR saved then."""
    rows = []
    for name in mix.by_lever:
        without = played_with([o for o in mix.offers if o.lever != name], peak, play)
        points = 100 * (mix.service - without.service)
        saved = mix.eur - without.eur
        rows.append((name, mix.by_lever[name], saved, points, mix.p_target - without.p_target,
                     saved / points if points > 0 else float("inf")))  # fmt: skip
    return pd.DataFrame(rows, columns=["lever", "offers", "eur", "service_points", "p_target", "eur_per_point"])


def carried_out(roster: Roster, offers: Sequence[Offer]) -> Roster:
    """The roster with the offers' segments in place of what their agents did then."""
    clears = [(agent, start, end, "") for o in offers for agent, start, end in o.clears]
    return painted(roster, [*clears, *(s for o in offers for s in o.segments)])


def painted(roster: Roster, segments: Sequence[Segment]) -> Roster:
    """The roster with these segments in place of what their agents did then; one without an activity only clears."""
    by_agent: dict[str, list[Segment]] = defaultdict(list)
    for segment in segments:
        by_agent[segment[0]].append(segment)
    rows: list[Segment] = []
    for agent, start, end, word in roster.frame[list(COLUMNS)].itertuples(index=False, name=None):
        left = [(start, end)]
        for _, s, e, _ in by_agent.get(agent, ()):
            left = [p for a, b in left for p in ((a, min(b, s)), (max(a, e), b)) if p[0] < p[1]]
        rows += [(agent, a, b, word) for a, b in left]
    rows += [s for many in by_agent.values() for s in many if s[3]]
    frame = pd.DataFrame(rows, columns=list(COLUMNS)).sort_values(["agent", "start"], ignore_index=True)
    return dataclasses.replace(roster, frame=frame, proof=None)
