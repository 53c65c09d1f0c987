"""The state of one solve: its clock, the work laid out beforehand, the weeks met and the best roster so far."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from staffing.rostering.anneal import Chooser, Cooling, anneal
from staffing.rostering.circles import Circle, circles_of
from staffing.rostering.instance import Floats, Instance, Ints, Tours, on_duty, tour_eur
from staffing.rostering.keeping import kept_tours
from staffing.rostering.labels import coverage, label, named, switches
from staffing.rostering.menus import menu_of
from staffing.rostering.nearby import choose_again, offers
from staffing.rostering.part import Part
from staffing.rostering.pool import Bath, Standing
from staffing.rostering.prices import Ascent
from staffing.rostering.rests import Weeks
from staffing.rostering.roster import Progress, Roster
from staffing.rostering.select import CENT, select
from staffing.rostering.tours import index_of, reduced_value
from staffing.rostering.whole_weeks import WholeWeeks

HOT, COLD = (0.4, 0.6), (0.01, 0.0375)
"""A choice from menus starts at WARM / agents deep shortages of one agent-slot, within HOT, and ends COOLED times
colder, within COLD; a choice among whole weeks, near the bound, at ``WEEKS_HOT``."""
WARM, COOLED = 75.0, 40.0
WEEKS_HOT, WEEKS_COLD = 0.1, 0.01

MOVE_S, WEEK_MOVE_S, MENU_S, ANSWER_S = 7e-5, 3.5e-5, 0.0025, 1e-4
"""Seconds of one re-choice from a menu, of a whole week; of an agent's menu, and of their best week in a batch."""
WEEK_DAYS = 6
"""Days of the week that all these seconds are of."""
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
CIRCLES_SHARE = 0.1
"""Of the time, at most, for what the few who share a queue cost together."""
CLOSE_STEPS = 250
"""Steps of the ascent of all, at most, in a team that chooses among whole weeks: more raise the bound by less than what
exact choices find in their time."""


@dataclass(frozen=True)
class Sets:
    """Between ``fewest`` and ``most`` agents choose ``days`` again together, ``at_once`` such sets priced side by side,
    in ``seconds`` each and ``kind_s`` more for every skill profile of several queues."""

    fewest: int
    most: int
    days: int
    at_once: int
    seconds: float
    kind_s: float

    @staticmethod
    def of(agents: int) -> Sets:
        """What a team of so many chooses by."""
        return FEW if agents <= MIXED else MANY

    def seconds_in(self, instance: Instance) -> float:
        """Of one set in a week of six days."""
        several = sum(len(instance.serves[s]) > 1 for s in np.unique(instance.profile_of))
        return self.seconds + self.kind_s * several


FEW, MANY = Sets(14, 18, 2, 3, 0.0625, 0.0055), Sets(20, 28, 2, 2, 0.13, 0.0)
"""Two days of many agents are better than whole weeks of a few: it is on the same day that agents meet."""
MIXED = 100
"""Largest team whose sets are ``FEW``, of any agents; in larger ones they are ``MANY``, drawn around those who miss
their best week."""
IDLE = 90
"""Exact choices in a row that find nothing, after which another start promises more than more of them."""
SETTLED = 1 / 3
"""Weight, in the draw of a larger team's sets, of an agent who has their best week: a share of what agents miss theirs
by on average."""


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
    ``circles`` that bring the bound closer; ``rounds`` of ``moves`` re-choices of a week, ``whole`` or from menus; then
    ``exact`` exact re-choices of some days of many agents together, ``set_s`` seconds each."""

    every: int
    sampled: int
    steps: int
    circles: tuple[Circle, ...]
    whole: bool
    rounds: int
    moves: int
    exact: int
    set_s: float

    @staticmethod
    def of(instance: Instance, seconds: float) -> Layout:
        """Counts that fill about nine tenths of ``seconds`` on one core of 2020s server hardware."""
        agents, breadth = len(instance.agents), _breadth(instance, len(instance.days))
        set_s = Sets.of(agents).seconds_in(instance) * _breadth(instance, WEEK_DAYS)
        step_s, few, every = _step_s(agents) * breadth, agents <= SMALL, agents // SAMPLE
        sampled = int(np.clip(0.15 * seconds / (_step_s(SAMPLE) * breadth), 20, 400)) if every > 1 else 0
        share = max(0.2 if few else 0.3 if every <= 1 else 0.45, min(FIRST_SHARE, FIRST_STEPS * step_s / seconds))
        prices_s = share * seconds - sampled * _step_s(SAMPLE) * breadth
        whole = instance.kept is None and agents >= LARGE
        steps = int(np.clip(prices_s / step_s, 20, CLOSE_STEPS if whole else 500 if few else 1000))
        circles = circles_of(instance, CIRCLES_SHARE * seconds)
        spent_s = sampled * _step_s(SAMPLE) * breadth + steps * step_s + sum(circle.seconds for circle in circles)
        left = max(0.1, 0.9 * seconds - spent_s)
        before_s = (1 - EXACT_SHARE) * left
        if whole:
            round_s = agents * (WEEK_MOVES * WEEK_MOVE_S + FRESH * ANSWER_S * breadth)
            rounds, moves = int(np.clip(before_s / round_s, 1, ROUNDS)), WEEK_MOVES * agents
            before_s = rounds * round_s
        else:
            rounds, before_s = 1, min(before_s, agents * (MENU_S + COOLING * MOVE_S))
            moves = int(max(20 * agents, (before_s - agents * MENU_S) / MOVE_S))
        exact = int(max(0.0, left - before_s) / set_s)
        return Layout(every, sampled, steps, circles, whole, rounds, moves, exact, set_s)

    def share(self, r: int) -> float:
        """Of the time that remains, what the cooling of round ``r`` may take on a slow machine."""
        cool = self.moves * (WEEK_MOVE_S if self.whole else MOVE_S)
        return cool / ((self.rounds - r) * cool + self.exact * self.set_s)


def _step_s(agents: int) -> float:
    """Seconds of one step of an ascent: a six-day week, 15 starts, rests that do not bind."""
    return 0.0045 + 0.00007 * agents


def _breadth(instance: Instance, days: int) -> float:
    """How many times as long a week of ``days`` takes to price as one of six days, 15 starts and no binding rest."""
    starts = max(len(index_of(kind).start_min) for kind in instance.classes)
    tight = 1.2 if Weeks.of(instance).tight else 1.0
    return max(1.0, days / WEEK_DAYS * starts / 15) * tight


@dataclass
class Clock:
    """Clock of one solve: it stops a run that is late, and says so.

    Where a finished roster costs something else than the search's own instance says (hours set aside for what floats),
    ``score`` tells what: then costs told are those of solutions that were finished, and the best of these counts.
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
            if self.finished is None or eur < self.finished[0]:
                tours = Tours(found.tours.agent.copy(), found.tours.choice.copy())  # the search goes on in place
                self.finished = eur, dataclasses.replace(found, tours=tours)


class Search:
    """The best roster so far, the weeks met, and how to go on from there."""

    def __init__(self, weeks: Weeks, met: tuple[Tours, ...], rng: np.random.Generator, clock: Clock) -> None:
        self.weeks, self.rng, self.clock = weeks, rng, clock
        self.instance = weeks.instance
        self.met = met
        if self.instance.kept is not None:
            self.met = (*met, kept_tours(self.instance, self.instance.kept, met[-1]))
        self.standing = Standing(self.instance, self.met[-1])
        self.best = self.standing.cost_eur()
        self.before: Search | None = None
        self.can = (self.instance.pace > 0)[self.instance.profile_of]

    def anew(self, ascent: Ascent) -> Search:
        """A search over the weeks of an ascent alone: the first weeks met, far from good, would hold it back."""
        after = Search(self.weeks, ascent.tours, self.rng, self.clock)
        after.before = self
        return after

    @property
    def foremost(self) -> Search:
        """This search or one before it, whichever stands on the cheapest roster."""
        before = None if self.before is None else self.before.foremost
        return self if before is None or self.best <= before.best else before

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

    def refine(self, tries: int, price: Floats, bound: float) -> int:
        """``tries`` exact choices of a few days for agents who share queues, everything else standing still; how many
        are left once ``IDLE`` in a row have found nothing cheaper."""
        sets, values = Sets.of(len(self.instance.agents)), self.instance.slot_values(price)
        best = None if sets is FEW else self._best_weeks_eur(values)

        def going(*_: object) -> bool:
            return self.clock.tell("selection", self.best, bound)

        found = 0
        for done in range(0, tries, sets.at_once):
            if done - found >= IDLE:
                before = self.best
                self.own_weeks()
                if self.best > before - CENT:
                    return tries - done
                found = done
            self.finish(bound)
            draw = self._any_mates if best is None else self._restless(values, best)
            sizes = self.rng.integers(sets.fewest, sets.most + 1, min(sets.at_once, tries - done))
            days = np.sort(self.rng.permutation(len(self.instance.days))[: sets.days])
            parts = [Part.of(self.instance, self.standing, draw(int(size)), days) for size in sizes]
            for offer in offers(self.instance, parts, price, going):
                if not going():
                    return 0
                new = choose_again(self.instance, self.standing, offer)
                cost = np.inf if new is None else new.cost_eur()
                if new is not None and cost <= self.best + 1e-6:  # as good is as welcome: it leads elsewhere
                    found = done if cost < self.best - CENT else found
                    self.standing, self.best = new, min(cost, self.best)
        return 0

    def own_weeks(self) -> None:
        """Everybody in turn takes their best week beside all others, where it costs no more."""
        standing, profile_of = self.standing, self.instance.profile_of
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

    def _any_mates(self, together: int) -> Ints:
        """Agents who share queues, found around one agent or, so that small groups have their turn, around one
        queue."""
        can = self.can
        if self.rng.random() < 0.5:
            first = np.flatnonzero(can[:, int(self.rng.choice(np.flatnonzero(can.any(axis=0))))])
        else:
            first = np.array([int(self.rng.integers(len(can)))])
        chosen = self.rng.permutation(first)[:together]
        others = self._near(chosen)
        return np.sort(np.concatenate([chosen, self.rng.permutation(others)[: together - len(chosen)]]))

    def _best_weeks_eur(self, values: Floats) -> Floats:
        """[A] what everybody's best week is worth under slot ``values`` [S, T]."""
        everyone = np.arange(len(self.instance.agents))
        return np.asarray(self.weeks.respond(values, everyone, lawful=False).bound, dtype=float)

    def _restless(self, values: Floats, best: Floats) -> Callable[[int], Ints]:
        """Draws agents who share queues, those more often whose week is worth less, under slot ``values`` [S, T], than
        their ``best`` [A]: in a large team most have their best week, and what the roster costs above its bound lies
        with the others."""
        duty = self.standing.duty[:, :-1].astype(float)
        less = best - reduced_value(self.instance, self.standing.tours, duty, values)
        weight = np.maximum(less, 0.0) + SETTLED * max(float(less.mean()), CENT)

        def draw(together: int) -> Ints:
            chosen = self.rng.choice(len(weight), 1, p=weight / weight.sum())
            others = self._near(chosen)
            if not len(others):
                return chosen
            more, share = min(together - 1, len(others)), weight[others]
            return np.sort(np.append(chosen, self.rng.choice(others, more, replace=False, p=share / share.sum())))

        return draw

    def _near(self, chosen: Ints) -> Ints:
        """Everybody else who shares a queue with one of the ``chosen``."""
        near = np.flatnonzero((self.can & self.can[chosen].any(axis=0)).any(axis=1))
        return np.setdiff1d(near, chosen)

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

    def finish(self, bound: float) -> None:
        """Score what stands as a finished roster, in teams that take no time for it."""
        if len(self.instance.agents) <= LARGE:
            self.clock.finish(lambda: self.solution(bound))

    def solution(self, bound: float) -> Solution:
        """The best roster, its queues tidied, and the bound."""
        if self.foremost is not self:
            return self.foremost.solution(bound)
        duty = self.standing.duty[:, :-1].astype(float)
        labels = label(self.instance, duty, self.standing.labels[:, :-1])
        cost = cost_eur(self.instance, self.standing.tours, duty, labels)
        status = "stopped" if self.clock.stopped else "near-optimal"
        return Solution(self.standing.tours, labels, cost, min(bound, cost), self.clock.spent, status)


def cost_eur(instance: Instance, tours: Tours, duty: Floats, labels: Ints) -> float:
    """EUR of everybody's weeks and of what each queue gets."""
    served = instance.demand.cost(coverage(instance, duty, labels)).sum()
    return float(tour_eur(instance, tours).sum() + served + instance.switch_eur * switches(instance, duty, labels))
