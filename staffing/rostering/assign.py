"""The loop: prices, a first roster, search, queues in each slot; and the public ``assign``."""

from __future__ import annotations

import dataclasses
import itertools
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import numpy as np

from forecasts.grid import Week
from staffing.centre import Centre
from staffing.rostering.instance import NEVER, Instance, Ints, Tours, keep_agents
from staffing.rostering.labels import coverage, label, switches
from staffing.rostering.pool import Cooling, Standing, anneal, build
from staffing.rostering.prices import ascend
from staffing.rostering.question import Question, ask
from staffing.rostering.rests import Weeks
from staffing.rostering.roster import Progress, Proof, Reason, Roster, Watch, silent
from staffing.rostering.rules.packs import rules_for
from staffing.rostering.segments import frame_of
from staffing.sizing.requirement import Requirement


@dataclass(frozen=True)
class Solve:
    """``seconds`` to spend, on ``workers`` processes, from ``seed``.

    The work is laid out beforehand from ``seconds`` (steps of the ascent, moves of the search), so that the same
    seed gives the same roster on any machine that is fast enough; the clock only stops a slower one.
    """

    seconds: float = 60.0
    seed: int = 1
    workers: int = 1


@dataclass(frozen=True)
class Solution:
    """``tours`` one row an agent, ``labels`` [A, T] queue served (-1 none), what it costs, what it cannot cost less
    than."""

    tours: Tours
    labels: Ints
    cost_eur: float
    bound_eur: float
    seconds: float
    status: str


@dataclass(frozen=True)
class Layout:
    """The work of one solve: ``steps`` of the ascent, ``moves`` of the search; a first roster after ``first`` steps."""

    first: int
    steps: int
    moves: int

    @staticmethod
    def of(agents: int, seconds: float) -> Layout:
        """Counts that fill about three quarters of ``seconds`` on one core of 2020s server hardware."""
        step_s, move_s = 0.003 + 0.0003 * agents, 0.006
        steps = int(np.clip(0.3 * seconds / step_s, 12, 400))
        moves = int(max(0.0, 0.75 * seconds - steps * step_s) / move_s)
        return Layout(min(steps, max(10, int(1.0 / step_s))), steps, moves)


@dataclass
class _Clock:
    """Wall clock of one solve: it stops a run that is late, and says so."""

    seconds: float
    watch: Callable[[Progress], bool]
    began: float = field(default_factory=time.monotonic)
    told: float = -1.0
    stopped: bool = False

    @property
    def spent(self) -> float:
        return time.monotonic() - self.began

    def tell(self, phase: str, cost: float | None, bound: float | None, *, roster: Roster | None = None) -> bool:
        """Report if there is something new or a second has gone; whether to go on."""
        now = self.spent
        if roster is not None or now - self.told >= 1.0:
            self.told = now
            self.stopped |= not self.watch(Progress(phase, now, cost, bound, roster))
        return not self.stopped and now < self.seconds


def solve(
    instance: Instance,
    options: Solve,
    *,
    watch: Watch = silent,
    write: Callable[[Solution], Roster] | None = None,
) -> Solution:
    """The best lawful weeks found for everybody in ``instance``, and a bound; ``write`` makes rosters for ``watch``."""
    clock, rng = _Clock(options.seconds, watch), np.random.default_rng(options.seed)
    weeks, layout = Weeks.of(instance), Layout.of(len(instance.agents), options.seconds)
    early = ascend(weeks, steps=layout.first, keep_going=lambda i, b, p: clock.tell("prices", None, b))
    standing = build(weeks, early.price, rng)
    first = _solution(standing, early.bound_eur, clock)
    clock.tell("first roster", first.cost_eur, first.bound_eur, roster=write(first) if write else None)
    ascent = ascend(
        weeks,
        steps=layout.steps,
        start=early.price,
        keep_going=lambda i, b, p: clock.tell("prices", first.cost_eur, max(b, early.bound_eur)),
    )
    bound = max(early.bound_eur, ascent.bound_eur)
    again = build(weeks, ascent.price, rng)
    standing = again if again.cost_eur() < standing.cost_eur() else standing
    scale = float(np.median(instance.demand.worth[..., 0])) * 2
    anneal(
        weeks,
        standing,
        Cooling(layout.moves, hot_eur=scale, cold_eur=scale / 40),
        rng,
        watch=lambda best: clock.tell("search", best, bound),
    )
    return _solution(standing, bound, clock)


def _solution(standing: Standing, bound: float, clock: _Clock) -> Solution:
    instance = standing.instance
    labels = label(instance, standing.duty, standing.floor)
    served = instance.demand.cost(coverage(instance, standing.duty, labels)).sum()
    cost = float(standing.own_eur.sum() + served + instance.switch_eur * switches(standing.duty, labels))
    status = "stopped" if clock.stopped else "near-optimal"
    return Solution(standing.tours, labels, cost, min(bound, cost), clock.spent, status)


def mean_wage(instance: Instance) -> float:
    """EUR an hour, weighted by the hours owed."""
    hours = np.maximum(instance.people.paid_low, 1)
    return float(np.average(instance.people.wage_eur_h, weights=hours)) if len(hours) else 0.0


def assign(
    requirement: Requirement,
    centre: Centre,
    week: Week,
    *,
    options: Solve = Solve(),
    keep: Roster | None = None,
    watch: Watch = silent,
) -> Roster:
    """A lawful roster of the week with a proof of how good it is.

    Too few agents is a roster with shortages; an agent whose own limits contradict each other is named in
    ``reasons`` and left out. ``keep`` prices every change from a published roster.
    """
    rules = {c.name: rules_for(c) for c in centre.team.contracts}
    question = ask(requirement, centre, week, rules)
    question = _possible_only(question)
    if not question.terms:
        return Roster(week, requirement.grid, frame_of(question, None), None, question.reasons)

    def write(solution: Solution) -> Roster:
        return _roster(question, requirement, week, solution, options)

    return write(solve(question.instance, options, watch=watch, write=write))


def _possible_only(question: Question) -> Question:
    """The question without the agents for whom no lawful week reaches the hours owed; they are named."""
    instance = question.instance
    if not question.terms:
        return question
    idle = np.zeros((len(instance.pace), instance.slots))
    good = Weeks.of(instance).respond(idle, np.arange(len(instance.agents))).value > NEVER / 2
    if good.all():
        return question
    reasons = []
    for terms in itertools.compress(question.terms, ~good):
        low, high = (minutes / 60 for minutes in terms.paid)
        detail = f"no lawful week reaches {low:g} to {high:g} paid hours on the days left"
        reasons.append(Reason("hours_out_of_reach", terms.agent.id, detail))
    return dataclasses.replace(
        question,
        instance=keep_agents(instance, good),
        terms=tuple(itertools.compress(question.terms, good)),
        reasons=question.reasons + tuple(reasons),
    )


def _roster(question: Question, requirement: Requirement, week: Week, solution: Solution, options: Solve) -> Roster:
    wage = mean_wage(question.instance)
    proof = Proof(solution.status, solution.cost_eur, solution.bound_eur, solution.seconds, options.seed, wage)
    frame = frame_of(question, (solution.tours, solution.labels))
    return Roster(week, requirement.grid, frame, proof, question.reasons)
