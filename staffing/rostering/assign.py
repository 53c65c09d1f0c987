"""The loop: prices, a first roster, search, queues in each slot; and the public ``assign``."""

from __future__ import annotations

import dataclasses
import itertools
import time
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from forecasts.grid import Week
from staffing.centre import Centre
from staffing.rostering.floating import place
from staffing.rostering.instance import NEVER, Bools, Floats, Instance, Ints, Tours, keep_agents, on_duty, tour_eur
from staffing.rostering.keeping import kept_tours
from staffing.rostering.labels import coverage, label, switches
from staffing.rostering.menus import Menu, menu_of
from staffing.rostering.pool import Bath, Cooling, Standing, anneal
from staffing.rostering.prices import Ascent, ascend, ascend_sample
from staffing.rostering.question import Question, ask
from staffing.rostering.rests import Weeks
from staffing.rostering.roster import Progress, Proof, Reason, Roster, Watch, silent
from staffing.rostering.rules.packs import rules_for
from staffing.rostering.segments import frame_of
from staffing.sizing.requirement import Requirement

SAMPLE = 150
"""Agents of the sample from which a team at least twice as big takes its first prices."""
WARM, COOLED = 75.0, 40.0
"""The search starts at WARM / agents deep shortages of one agent-slot (0.4 to 1.5) and ends COOLED times colder."""


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
    """The work of one solve: a first roster after ``first`` steps of the ascent; ``sample`` steps for part of a big
    team; ``steps`` more; then ``rounds`` of ``moves`` re-choices each."""

    first: int
    sample: int
    steps: int
    rounds: int
    moves: int

    @staticmethod
    def of(instance: Instance, seconds: float) -> Layout:
        """Counts that fill about three quarters of ``seconds`` on one core of 2020s server hardware."""
        agents = len(instance.agents)
        step_s, move_s, menu_s = 0.011 + 0.0001 * agents, 60e-6, 0.0025
        big = agents >= 2 * SAMPLE
        steps = int(np.clip((0.22 if big else 0.35) * seconds / step_s, 20, 700))
        sample = int(np.clip(0.1 * seconds / 0.026, 30, 200)) if big else 0
        left = max(0.1, 0.8 * seconds - steps * step_s - sample * 0.026)
        rounds = int(np.clip(left / (agents * (menu_s + 300 * move_s)), 1, 12))
        moves = int(max(20 * agents, (left / rounds - agents * menu_s) / move_s))
        return Layout(min(steps, max(12, int(0.8 / step_s))), sample, steps, rounds, moves)


@dataclass
class _Clock:
    """Clock of one solve: it stops a run that is late, and says so."""

    seconds: float
    watch: Callable[[Progress], bool]
    now: Callable[[], float]
    began: float = 0.0
    told: float = -1.0
    stopped: bool = False

    def __post_init__(self) -> None:
        self.began = self.now()

    @property
    def spent(self) -> float:
        return self.now() - self.began

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
    now: Callable[[], float] = time.monotonic,
) -> Solution:
    """The best lawful weeks found for everybody in ``instance``, and a bound; ``write`` makes rosters for ``watch``."""
    clock, rng = _Clock(options.seconds, watch, now), np.random.default_rng(options.seed)
    weeks, layout = Weeks.of(instance), Layout.of(instance, options.seconds)
    early = ascend(weeks, steps=layout.first, keep_going=lambda i, b, p: clock.tell("prices", None, b))
    search = _Search(weeks, early, rng, clock)
    search.cool(20 * len(instance.agents), 0.1 if instance.kept is not None else 0.3)
    first = search.solution(early.bound_eur)
    clock.tell("first roster", first.cost_eur, first.bound_eur, roster=write(first) if write else None)
    ascent = _ascend(weeks, early, layout, clock, first.cost_eur)
    bound = max(early.bound_eur, ascent.bound_eur)
    search.offer(ascent.tours)
    for r in range(layout.rounds):
        search.cool(layout.moves, 0.1 if instance.kept is not None else 1.0 if r == 0 else 0.5, bound)
        if clock.spent > options.seconds or clock.stopped:
            break
        search.offer(search.fresh())
    return search.solution(bound)


def _ascend(weeks: Weeks, early: Ascent, layout: Layout, clock: _Clock, cost: float) -> Ascent:
    """The main ascent; a big team starts from the prices of a sample of it."""

    def going(step: int, bound: float, price: Floats) -> bool:
        return clock.tell("prices", cost, max(bound, early.bound_eur)) and clock.spent < 0.5 * clock.seconds

    if len(weeks.instance.agents) < 2 * SAMPLE:
        return ascend(weeks, steps=layout.steps, start=early.price, keep_going=going)

    def sampling(step: int, bound: float, price: Floats) -> bool:
        return clock.tell("prices", cost, early.bound_eur) and clock.spent < 0.25 * clock.seconds

    start = ascend_sample(weeks, agents=SAMPLE, steps=layout.sample, keep_going=sampling)
    worth = weeks.instance.demand.worth
    small = 0.1 * float(np.median(worth[..., 0] - worth[..., -1]))
    return ascend(weeks, steps=layout.steps, start=start, step_eur=small, keep_going=going)


class _Search:
    """The best roster so far, the weeks met, and how to go on from there."""

    def __init__(self, weeks: Weeks, ascent: Ascent, rng: np.random.Generator, clock: _Clock) -> None:
        self.weeks, self.rng, self.clock = weeks, rng, clock
        self.instance = weeks.instance
        self.met = np.zeros((len(self.instance.agents), 0, len(self.instance.days), 3), dtype=np.int64)
        self.menus: list[Menu] = []
        self.offer(ascent.tours)
        tours = ascent.tours[-1]
        if self.instance.kept is not None:
            tours = kept_tours(self.instance, self.instance.kept, tours)
            self.offer((tours,))
        self.standing = Standing(self.instance, tours)
        self.best = self.standing.cost_eur()

    def offer(self, tours: tuple[Tours, ...]) -> None:
        """Put these weeks (each a whole team's) on the menus."""
        self.met = np.concatenate([self.met, *(t.choice[:, None] for t in tours)], axis=1)
        windows = [k.window for k in self.instance.classes]
        kinds = self.instance.class_of
        self.menus = [menu_of(self.instance, a, self.met[a], windows[kinds[a]]) for a in range(len(self.met))]

    def cool(self, moves: int, share: float, bound: float | None = None) -> None:
        """One annealing from ``share`` of the full heat; the best roster stays."""
        before = self.standing.snapshot()
        deep = float(np.median(self.instance.demand.worth[..., 0]))
        hot = deep * float(np.clip(WARM / len(self.menus), 0.4, 1.5))
        bath = Bath(self.standing, self.menus, self.rng)
        cooling = Cooling(moves, hot * share, hot / COOLED)
        anneal(bath, cooling, watch=lambda cost: self.clock.tell("search", min(cost, self.best), bound))
        cost = self.standing.cost_eur()
        if cost > self.best:
            self.standing.copy_from(*before)
        self.best = min(cost, self.best)

    def fresh(self) -> tuple[Tours, ...]:
        """Everybody's best weeks under the worth of agents where the roster stands, and under that with noise."""
        everyone = np.arange(len(self.instance.agents))
        agents = self.standing.agents[:, :-1].T.astype(float)
        demand = self.instance.demand
        values = self.instance.slot_values((demand.cost(np.maximum(agents - 1, 0)) - demand.cost(agents + 1)) / 2)
        noise = (0.0, 0.1, 0.3)
        trials = [values * self.rng.normal(1.0, n, values.shape) if n else values for n in noise]
        return (self.standing.tours, *(self.weeks.respond(v.astype(np.float32), everyone).tours for v in trials))

    def solution(self, bound: float) -> Solution:
        """The best roster, its queues tidied, and the bound."""
        duty = self.standing.duty[:, :-1].astype(float)
        labels = label(self.instance, duty, self.standing.labels[:, :-1])
        cost = cost_eur(self.instance, self.standing.tours, duty, labels)
        status = "stopped" if self.clock.stopped else "near-optimal"
        return Solution(self.standing.tours, labels, cost, min(bound, cost), self.clock.spent, status)


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
    question = ask(requirement, centre, week, rules, None if keep is None else keep.frame)
    question = _possible_only(question)
    if not question.terms:
        return Roster(week, requirement.grid, frame_of(question, None), None, question.reasons)

    def write(solution: Solution) -> Roster:
        return _roster(question, requirement, week, solution, options)

    return write(solve(question.instance, options, watch=watch, write=write))


def _possible_only(question: Question) -> Question:
    """The question in which everybody has a lawful week.

    Whose hours do not fit (the centre opens for less, leave without credit) is asked for the most that fits, in whole
    hours, and named; whom nothing fits is named and left out.
    """
    if not question.terms:
        return question
    instance, reasons = _within_reach(question)
    good = _feasible(instance)
    for terms in itertools.compress(question.terms, ~good):
        reasons.append(Reason("no_lawful_week", terms.agent.id, "no week keeps all of the agent's limits"))
    return dataclasses.replace(
        question,
        instance=instance if good.all() else keep_agents(instance, good),
        terms=tuple(itertools.compress(question.terms, good)),
        reasons=question.reasons + tuple(reasons),
    )


def _feasible(instance: Instance) -> Bools:
    """[A] whether each agent has any lawful week."""
    idle = np.zeros((len(instance.pace), instance.slots))
    return np.asarray(Weeks.of(instance).respond(idle, np.arange(len(instance.agents))).value > NEVER / 2)


def _within_reach(question: Question) -> tuple[Instance, list[Reason]]:
    """The instance with the least hours of those who cannot reach them lowered to the most they can."""
    instance, reasons = question.instance, []
    owed = instance.people.paid_low
    good = _feasible(instance)
    while not good.all() and (instance.people.paid_low[~good] > 0).any():
        lower = np.where(good, instance.people.paid_low, np.maximum(instance.people.paid_low - 60, 0))
        instance = dataclasses.replace(instance, people=dataclasses.replace(instance.people, paid_low=lower))
        good = _feasible(instance)
    for terms, before, now, fits in zip(question.terms, owed, instance.people.paid_low, good, strict=True):
        if now < before and fits:
            detail = f"at least {before / 60:g} h owed; {now / 60:g} h fit opening hours, leave and rules"
            reasons.append(Reason("hours_out_of_reach", terms.agent.id, detail))
    return instance, reasons


def _roster(question: Question, requirement: Requirement, week: Week, solution: Solution, options: Solve) -> Roster:
    wage = mean_wage(question.instance)
    question, solution = _with_floating(question, solution)
    proof = Proof(solution.status, solution.cost_eur, solution.bound_eur, solution.seconds, options.seed, wage)
    frame = frame_of(question, (solution.tours, solution.labels))
    return Roster(week, requirement.grid, frame, proof, question.reasons)


def _with_floating(question: Question, solution: Solution) -> tuple[Question, Solution]:
    """The floating commitments given their hours, the queues tidied again, and the cost and bound that follow."""
    if not question.floating:
        return question, solution
    instance = question.instance
    duty = on_duty(instance, solution.tours).astype(float)
    placed = place(question, solution.tours.choice, duty, solution.labels)
    labels = label(instance, placed.duty, solution.labels)
    cost = cost_eur(instance, solution.tours, placed.duty, labels)
    bound = min(solution.bound_eur - placed.saved_eur, cost)
    question = dataclasses.replace(question, commitments=placed.commitments, reasons=question.reasons + placed.reasons)
    return question, dataclasses.replace(solution, labels=labels, cost_eur=cost, bound_eur=bound)


def cost_eur(instance: Instance, tours: Tours, duty: Floats, labels: Ints) -> float:
    """EUR of everybody's weeks and of what each queue gets."""
    served = instance.demand.cost(coverage(instance, duty, labels)).sum()
    return float(tour_eur(instance, tours).sum() + served + instance.switch_eur * switches(instance, duty, labels))
