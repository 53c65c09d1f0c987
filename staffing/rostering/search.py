"""The state of one solve: its clock, the work laid out beforehand, the weeks met and the best roster so far."""

from __future__ import annotations

import copy
import dataclasses
import math
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from staffing.rostering.anneal import Chooser, Cooling, anneal
from staffing.rostering.circles import Circle, circles_of
from staffing.rostering.instance import Floats, Instance, Ints, Tours, on_duty, tour_eur
from staffing.rostering.keeping import kept_tours
from staffing.rostering.labels import coverage, label, named, switches
from staffing.rostering.menus import menu_of
from staffing.rostering.nearby import Offer, choose_again
from staffing.rostering.part import Part
from staffing.rostering.pool import Bath, Standing
from staffing.rostering.prices import Ascent
from staffing.rostering.rests import Weeks
from staffing.rostering.roster import Progress, Roster
from staffing.rostering.select import CENT, select
from staffing.rostering.sets import TRIES, Mates, Sets
from staffing.rostering.steady import tidied
from staffing.rostering.tours import index_of
from staffing.rostering.whole_weeks import WholeWeeks
from staffing.rostering.work import CLASS_S, Work

HOT, COLD = (0.4, 0.6), (0.01, 0.0375)
"""A choice from menus starts at WARM / agents deep shortages of one agent-slot, within HOT, and ends COOLED times
colder, within COLD; a choice among whole weeks, near the bound, at ``WEEKS_HOT``."""
WARM, COOLED = 75.0, 40.0
WEEKS_HOT, WEEKS_COLD = 0.1, 0.01

MOVE_S, WEEK_MOVE_S, MENU_S, ANSWER_S = 7e-5, 3.5e-5, 0.0025, 1e-4
"""Seconds of one re-choice from a menu, of a whole week; of an agent's menu, and of their best week in a batch."""
WEEK_DAYS = 6
"""Days of the week that all these seconds are of."""
KEPT_HEAT = 0.1
"""Share of the heat where a roster is kept."""
KICKED = 2, 5
"""Agents who seek their weeks anew in a kick, at least and at most."""
IN_TIME = 0.94
"""Of the time, when the last cooling of a late run ends."""
COOLING, EXACT_SHARE = 400, 0.5
"""Re-choices from menus for each agent that come before exact choices: more of them leave the roster where it is. Exact
choices have at least this share of what the prices leave."""
ROUNDS, WEEK_MOVES, FRESH = 2, 50, 24
"""Coolings among whole weeks, at most; re-choices for each agent in one, and fresh weeks between two."""
BETWEEN, SPREAD = 0.2, 0.1
"""Fresh weeks answer prices so far on the way from the bound's to what an agent is worth where the roster stands, and
so many standard deviations of the latter around them."""

SAMPLE = 160
"""Agents whose prices a team of twice as many and more starts from."""
SMALL = 250
"""Largest team whose prices come first in a fifth of the time."""
LARGE = 400
"""Smallest team that chooses among whole weeks: menus are too many to search."""
FIRST_STEPS, FIRST_SHARE = 200, 0.45
"""Steps that come before all else, in so much of the time at most: without good prices nothing good is found."""
CIRCLES_SHARE = 0.2
"""Of the time, at most, for what the few who share a queue cost together."""
CLOSE_STEPS = 250
"""Steps of the ascent of all, at most, in a team that chooses among whole weeks: more raise the bound by less than what
exact choices find in their time."""


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
    """The work of one solve: ``sampled`` steps of an ascent on one agent in ``every``; ``steps`` of the ascent of all;
    ``circles`` that bring the bound closer; ``rounds`` of ``moves`` re-choices of a week, ``whole`` or from menus, for
    each of the searches that go ``abreast``, ``start_s`` seconds each; then exact re-choices of some days of many
    agents together, until ``rounds_s`` seconds of work have gone by count."""

    every: int
    sampled: int
    steps: int
    circles: tuple[Circle, ...]
    whole: bool
    rounds: int
    moves: int
    abreast: int
    start_s: float
    rounds_s: float

    @staticmethod
    def of(instance: Instance, seconds: float) -> Layout:
        """Counts that fill about nine tenths of ``seconds`` on one core of 2020s server hardware."""
        agents, breadth = len(instance.agents), _breadth(instance, len(instance.days))
        step_s, few, every = _step_s(instance, agents) * breadth, agents <= SMALL, agents // SAMPLE
        few_s = _step_s(instance, SAMPLE) * breadth
        sampled = int(np.clip(0.15 * seconds / few_s, 20, 400)) if every > 1 else 0
        share = max(0.2 if few else 0.3 if every <= 1 else 0.45, min(FIRST_SHARE, FIRST_STEPS * step_s / seconds))
        prices_s = share * seconds - sampled * few_s
        whole = instance.kept is None and agents >= LARGE
        steps = int(np.clip(prices_s / step_s, 20, CLOSE_STEPS if whole else 500 if few else 1000))
        circles = circles_of(instance, CIRCLES_SHARE * seconds)
        spent_s = sampled * few_s + steps * step_s + sum(circle.seconds for circle in circles)
        left = max(0.1, 0.9 * seconds - spent_s)
        before_s = (1 - EXACT_SHARE) * left
        if whole:
            round_s = agents * (WEEK_MOVES * WEEK_MOVE_S + FRESH * ANSWER_S * breadth)
            rounds, moves = int(np.clip(before_s / round_s, 1, ROUNDS)), WEEK_MOVES * agents
            before_s = rounds * round_s
        else:
            rounds, before_s = 1, min(before_s, agents * (MENU_S + COOLING * MOVE_S))
            moves = int(max(20 * agents, (before_s - agents * MENU_S) / MOVE_S))
        abreast = _abreast(instance, left, before_s)
        return Layout(every, sampled, steps, circles, whole, rounds, moves, abreast, before_s, left)

    def share(self, r: int) -> float:
        """Of the time that remains, what the cooling of round ``r`` may take on a slow machine."""
        cool = self.moves * (WEEK_MOVE_S if self.whole else MOVE_S)
        return cool / ((self.rounds - r) * cool + self.rounds_s - self.start_s)


def _abreast(instance: Instance, left: float, before_s: float) -> int:
    """Searches that go abreast in ``left`` seconds, ``before_s`` of which each takes to start: as many as come near
    their end."""
    agents, breadth = len(instance.agents), _breadth(instance, WEEK_DAYS)
    sets = Sets.of(agents)
    for abreast in range(sets.abreast, 1, -1):
        if left - abreast * before_s >= abreast * TRIES * agents * sets.seconds_in(abreast) * breadth:
            return abreast
    return 1


def _step_s(instance: Instance, agents: int) -> float:
    """Seconds of one step of an ascent of so many: a six-day week, 15 starts, rests that do not bind."""
    return 0.0035 + CLASS_S * len(instance.classes) + 0.00007 * agents


def _breadth(instance: Instance, days: int) -> float:
    """How many times as long a week of ``days`` takes to price as one of six days, 15 starts and no binding rest."""
    starts = max(len(index_of(kind).start_min) for kind in instance.classes)
    tight = 1.2 if Weeks.of(instance).tight else 1.0
    return max(1.0, days / WEEK_DAYS * starts / 15) * tight


@dataclass
class Clock:
    """Clock of one solve: it stops a run that is late, and says so.

    Where a finished roster costs something else than the search's own instance says (hours set aside for what floats,
    changes of queue), ``score`` tells what: then costs told are those of solutions that were finished, and the best of
    these counts. ``touch`` betters a finished solution in so many ``looks``: one that with the most that it ``gained``
    so far would be the cheapest.
    """

    seconds: float
    watch: Callable[[Progress], bool]
    now: Callable[[], float]
    began: float = 0.0
    told: float = -1.0
    stopped: bool = False
    least: float | None = None
    score: Callable[[Solution], float] | None = None
    finished: tuple[float, Solution] | None = None
    touch: Callable[[Solution], tuple[Solution, int]] | None = None
    looks: int = 0
    gained: float = 0.0

    def __post_init__(self) -> None:
        self.began = self.now()

    @property
    def spent(self) -> float:
        return self.now() - self.began

    def tell(self, phase: str, cost: float | None, bound: float | None, *, roster: Roster | None = None) -> bool:
        """Report the first cost, a new roster, or that a second has gone; whether to go on."""
        if self.score is not None:
            cost = None if self.finished is None else self.finished[0]
        now, first = self.spent, self.least is None and cost is not None
        self.least = min((c for c in (self.least, cost) if c is not None), default=None)
        if first or roster is not None or now - self.told >= 1.0:
            self.told = now
            self.stopped |= not self.watch(Progress(phase, now, self.least, bound, roster))
        return not self.stopped and now < self.seconds

    def finish(self, solution: Callable[[], Solution]) -> None:
        """Score a solution as finished, where that is something else than its cost."""
        if self.score is not None:
            found = solution()
            eur = self.score(found)
            if self.touch is not None and (self.finished is None or eur < self.finished[0] + self.gained):
                touched, looks = self.touch(found)
                self.looks += looks
                better = self.score(touched)
                self.gained = max(self.gained, eur - better)
                found, eur = (touched, better) if better < eur else (found, eur)
            if self.finished is None or eur < self.finished[0]:
                tours = Tours(found.tours.agent.copy(), found.tours.choice.copy())  # the search goes on in place
                self.finished = eur, dataclasses.replace(found, tours=tours)


class Search:
    """The best roster so far, the weeks met, and how to go on from there: after ``tries`` exact choices, of which the
    last ``idle`` found nothing; from a roster that was ``kicked``, or a start of its own. ``scored`` is the cost (EUR)
    of the last one that was finished."""

    def __init__(self, weeks: Weeks, met: tuple[Tours, ...], rng: np.random.Generator, clock: Clock) -> None:
        self.weeks, self.rng, self.clock = weeks, rng, clock
        self.instance = weeks.instance
        self.met = met
        if self.instance.kept is not None:
            self.met = (*met, kept_tours(self.instance, self.instance.kept, met[-1]))
        self.standing = Standing(self.instance, self.met[-1])
        self.best = self.standing.cost_eur()
        self.scored, self.tries, self.idle, self.kicked = np.inf, 0, 0, False

    def anew(self, ascent: Ascent) -> Search:
        """A search over the weeks of an ascent alone: the first weeks met, far from good, would hold it back."""
        return Search(self.weeks, ascent.tours, self.rng, self.clock)

    def kick(self) -> Search:
        """Another search, from this one's roster in which a few who serve a queue have sought whole weeks anew."""
        mates, size = Mates.of(self.instance, self.rng), int(self.rng.integers(KICKED[0], KICKED[1] + 1))
        few, every = mates.of_a_queue(size), np.arange(len(self.instance.days))
        part = Part.of(self.instance, self.standing, few, every)
        met = tuple(Tours(np.arange(len(few)), tours.choice[few]) for tours in self.met)
        alone = Search(Weeks.of(part.question), met, self.rng, Clock(math.inf, lambda _: True, self.clock.now))
        alone.cool(alone.from_menus(), COOLING * len(few), self.heat)
        while alone.own_weeks():
            pass
        choice, labels = self.standing.choice.copy(), self.standing.labels.copy()
        choice[few], labels[few] = alone.standing.choice, alone.standing.labels
        after = copy.copy(self)
        after.standing = self.standing.anew(choice, labels, few)
        after.best, after.tries, after.idle, after.kicked = after.standing.cost_eur(), 0, 0, True
        return after

    @property
    def heat(self) -> float:
        """Share of the full heat from which to cool: a roster that is kept would be lost in all of it."""
        return 1.0 if self.instance.kept is None else KEPT_HEAT

    @property
    def over(self) -> bool:
        """Whether the time is gone, or somebody has stopped the run."""
        return self.clock.stopped or self.clock.spent > self.clock.seconds

    def among_weeks(self) -> WholeWeeks:
        """Whole weeks to choose from: the last ones met."""
        return WholeWeeks(self.standing, self.met, self.rng)

    def from_menus(self) -> Bath:
        """Menus to choose from, made of all weeks met."""
        met = np.stack([tours.choice for tours in self.met], axis=1)
        windows = [kind.window for kind in self.instance.classes]
        kinds = self.instance.class_of
        menus = [menu_of(self.instance, a, met[a], windows[kinds[a]]) for a in range(len(met))]
        return Bath(self.standing, menus, self.rng)

    def cool(
        self, chooser: Chooser, moves: int, share: float, bound: float | None = None, *, left: float = 1.0
    ) -> None:
        """One annealing from ``share`` of the full heat, in at most ``left`` of the time that remains; the best roster
        stays."""
        deep = self._deep_eur()
        if isinstance(chooser, WholeWeeks):
            cooling = Cooling(moves, WEEKS_HOT * deep * share, WEEKS_COLD * deep)
        else:
            hot = WARM / len(self.instance.agents)
            cold = float(np.clip(hot / COOLED, *COLD))
            cooling = Cooling(moves, float(np.clip(hot, *HOT)) * deep * share, cold * deep)
        self._anneal(chooser, cooling, bound, left)

    def _deep_eur(self) -> float:
        return float(np.median(self.instance.demand.worth[..., 0]))

    def _anneal(self, chooser: Chooser, cooling: Cooling, bound: float | None, left: float) -> None:
        began, before = self.clock.spent, self.standing.snapshot()
        given = max(left * (IN_TIME * self.clock.seconds - began), 1e-9)

        def spent() -> float:
            return (self.clock.spent - began) / given

        anneal(chooser, cooling, watch=lambda cost: self.clock.tell("search", min(cost, self.best), bound), spent=spent)
        cost = self.standing.cost_eur()
        if cost > self.best:
            self.standing.copy_from(*before)
        self.best = min(cost, self.best)

    def fresh(self, price: Floats) -> tuple[Tours, ...]:
        """``FRESH`` weeks of everybody: those that stand, and answers to prices around what agents are worth."""
        everyone, agents = np.arange(len(self.instance.agents)), self.standing.agents[:, :-1].T.astype(float)
        demand = self.instance.demand
        worth = (demand.cost(np.maximum(agents - 1, 0)) - demand.cost(agents + 1)) / 2
        middle, spread = price + BETWEEN * (worth - price), SPREAD * worth.std()
        stands, tours = Tours(everyone, self.standing.choice.copy()), list[Tours]()
        for _ in range(FRESH - 1):
            values = self.instance.slot_values(self.rng.normal(middle, spread))
            tours.append(self.weeks.respond(values.astype(np.float32), everyone).tours)
        return (stands, *tours)

    def choose(self, offer: Offer, work: Work) -> None:
        """Take the best of the weeks offered, if that costs no more: as good is as welcome, it leads elsewhere."""
        new = choose_again(self.instance, self.standing, offer, work)
        cost = np.inf if new is None else new.cost_eur()
        self.tries, self.idle = self.tries + 1, 0 if cost < self.best - CENT else self.idle + 1
        if new is not None and cost <= self.best + 1e-6:
            self.standing, self.best = new, min(cost, self.best)

    def own_weeks(self) -> bool:
        """Everybody in turn takes their best week beside all others, where it costs no more; whether any costs less."""
        standing, profile_of, first = self.standing, self.instance.profile_of, self.best
        for a in self.rng.permutation(len(profile_of)).tolist():
            before = standing.snapshot()
            standing.remove(a)
            worth = standing.worth(a)
            values = np.zeros((len(self.instance.pace), self.instance.slots))
            values[profile_of[a]] = worth[0][:-1]
            tours = self.weeks.respond(values, np.array([a])).tours
            standing.choice[a] = tours.choice[0]
            standing.duty[a, :-1] = on_duty(self.instance, tours)[0]
            standing.add(a, worth)
            cost = standing.cost_eur()
            if cost > self.best + 1e-6:
                standing.copy_from(*before)
            self.best = min(cost, self.best)
        self.idle = 0 if self.best < first - CENT else self.idle
        return self.best < first - CENT

    def settle(self) -> None:
        """Everybody's best queue in every slot at once, the weeks as they are (a flow, OR-Tools)."""
        found = select(self.instance, self.standing.tours)
        if found is not None:
            self._take(self.standing.choice.copy(), found.flow)

    def _take(self, choice: Ints, flow: Floats) -> None:
        """Stand on these weeks, people named to the flow, if that costs less."""
        duty = on_duty(self.instance, Tours(np.arange(len(choice)), choice)).astype(float)
        free = dataclasses.replace(self.instance, switch_eur=0.0, block_min=0)
        labels = np.zeros_like(self.standing.labels)
        labels[:, :-1] = np.maximum(label(free, duty, named(self.instance, duty, flow)), 0)
        new = self.standing.anew(choice, labels)
        cost = new.cost_eur()
        if cost < self.best - 1e-6:
            self.standing, self.best = new, cost

    def finish(self, bound: float) -> bool:
        """Score what stands as a finished roster where it is new, in teams that take no time for it; whether it was."""
        scored = len(self.instance.agents) <= LARGE and self.clock.score is not None and self.best < self.scored - CENT
        if scored:
            self.clock.finish(lambda: self.solution(bound))
            self.scored = self.best
        return scored

    def solution(self, bound: float) -> Solution:
        """The best roster, its queues tidied, and the bound."""
        duty = self.standing.duty[:, :-1].astype(float)
        labels = tidied(self.instance, duty, self.standing.labels[:, :-1])
        cost = cost_eur(self.instance, self.standing.tours, duty, labels)
        status = "stopped" if self.clock.stopped else "near-optimal"
        return Solution(self.standing.tours, labels, cost, min(bound, cost), self.clock.spent, status)


def cost_eur(instance: Instance, tours: Tours, duty: Floats, labels: Ints) -> float:
    """EUR of everybody's weeks and of what each queue gets."""
    served = instance.demand.cost(coverage(instance, duty, labels)).sum()
    return float(tour_eur(instance, tours).sum() + served + instance.switch_eur * switches(instance, duty, labels))
