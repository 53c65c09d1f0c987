"""The loop: prices, a first roster, search, queues in each slot; and the public ``assign``."""

from __future__ import annotations

import dataclasses
import itertools
import math
import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

from forecasts.grid import Week
from staffing.centre import Centre
from staffing.rostering.abreast import rounds
from staffing.rostering.circles import closer_bound
from staffing.rostering.first import first_tours
from staffing.rostering.guard import Guard, NoWeek
from staffing.rostering.instance import NEVER, Bools, Floats, Instance, keep_agents
from staffing.rostering.minimum import with_people
from staffing.rostering.pauses import looks_in, with_better_days
from staffing.rostering.polish import asks_in, polished
from staffing.rostering.prices import Ascent, Watcher, ascend, exact_bound, first_price, sample
from staffing.rostering.question import Question, ask
from staffing.rostering.reserve import ASIDE_SHARE, Aside
from staffing.rostering.rests import Weeks
from staffing.rostering.roster import Proof, Reason, Roster, Watch, silent
from staffing.rostering.rules.packs import rules_for
from staffing.rostering.search import LARGE, Clock, Layout, Search, Solution
from staffing.rostering.second import Second
from staffing.rostering.segments import frame_of
from staffing.rostering.shared import Shared, Write
from staffing.rostering.steady import hops_matter
from staffing.rostering.unkept import unkept_promises
from staffing.rostering.whole_people import with_whole_people
from staffing.sizing.requirement import Requirement

SECOND_SEED = 1_000_003
"""Added to the seed for the second process."""
PRICES_SHARE = 0.5
"""Of the time, at most, for prices on a slow machine."""
CLOSE_SHARE = 0.05
"""Steps from the prices of a sample, as a share of steps from nothing."""
CLOSE_FORGET = 0.25
"""Share of the answers on the way from there that are not kept: all are good, and the search lives by many."""


@dataclass(frozen=True)
class Solve:
    """``seconds`` to spend, on ``workers`` processes, from ``seed``.

    The work is laid out beforehand from ``seconds`` (steps of the ascent, moves of the search), so that the same
    seed gives the same roster on any machine that is fast enough; the clock only stops a slower one, and not even
    that when the run has to be ``repeatable`` anywhere: then the work is done whole, however long it takes.
    """

    seconds: float = 60.0
    seed: int = 1
    workers: int = 1
    repeatable: bool = False

    @property
    def limit_s(self) -> float:
        """Seconds after which the clock stops the run."""
        return math.inf if self.repeatable else self.seconds


def solve(
    instance: Instance,
    options: Solve,
    *,
    watch: Watch = silent,
    write: Callable[[Solution], Roster] | None = None,
    aside: Aside | None = None,
    now: Callable[[], float] = time.monotonic,
) -> Solution:
    """The best lawful weeks found for everybody in ``instance``, and a bound; ``write`` makes rosters for ``watch``,
    ``aside`` sets hours aside for what floats, and then says what a finished roster costs."""
    instance = with_whole_people(instance)
    second = Second.start(_beside) if options.workers > 1 else None
    clock = Clock(options.limit_s, watch, now, score=_tidy_eur(instance) if aside is None else aside.score)
    if aside is None and instance.kept is None:
        clock.touch = lambda solution: with_better_days(instance, solution, looks_in(options.seconds))
    try:
        return _solve(instance, options, clock, write, aside, second)
    finally:
        if second is not None:
            second.close()


def _tidy_eur(instance: Instance) -> Callable[[Solution], float] | None:
    """What a finished roster costs (EUR) where that is more than the search knows: changes of queue have a price, or
    stays have a least length. None where neither is so, and in teams that do not finish on the way."""
    several = any(len(instance.serves[s]) > 1 for s in np.unique(instance.profile_of))
    return (
        (lambda solution: solution.cost_eur)
        if hops_matter(instance) and several and len(instance.agents) <= LARGE
        else None
    )


def _solve(
    instance: Instance,
    options: Solve,
    clock: Clock,
    write: Callable[[Solution], Roster] | None,
    aside: Aside | None,
    second: Second | None,
) -> Solution:
    layout = Layout.of(instance, options.seconds if aside is None else (1 - ASIDE_SHARE) * options.seconds)
    search, first = _first(instance, options, clock)
    clock.finish(lambda: first)
    clock.tell("first roster", first.cost_eur, first.bound_eur, roster=write(first) if write else None)
    if aside is not None:
        held = aside.reserved(instance, first, clock, layout.steps)
        search = Search(Weeks.of(held), (first.tours,), search.rng, clock)
    ascent = _ascend(search.weeks, layout, clock, first)
    if second is not None:
        left = max(1.0, options.seconds - clock.spent)
        theirs = dataclasses.replace(options, seconds=left, seed=options.seed + SECOND_SEED)
        second.ask((search.instance, ascent, theirs, layout))

    def going(closer: float) -> bool:
        return clock.tell("prices", first.cost_eur, max(first.bound_eur, closer))

    bound = closer_bound(search.weeks, ascent.price, ascent.bound_eur, layout.circles, going)
    bound = max(first.bound_eur, bound)
    search = rounds(search, layout, ascent, bound)
    if second is not None:
        found = second.answer(lambda: clock.tell("search", search.best, bound))
        if found is not None and found[0] < search.best:
            search.best = found[0]
            search.standing.copy_from(*found[1])
    best = search.solution(bound)
    clock.finish(lambda: best)
    found = best if clock.finished is None else clock.finished[1]
    known = min(found.cost_eur, max(found.bound_eur, best.bound_eur))
    found = dataclasses.replace(found, bound_eur=known, status=best.status)
    if clock.finished is None and clock.touch is not None and not search.over:
        found = clock.touch(found)[0]
    return dataclasses.replace(found, seconds=clock.spent)


def _first(instance: Instance, options: Solve, clock: Clock) -> tuple[Search, Solution]:
    """A search that knows no prices yet, and its roster; the bound is the better of two: at no price, which is at least
    what everybody is paid, and where an ascent starts."""
    weeks, rng = Weeks.of(instance), np.random.default_rng(options.seed)
    search, price = Search(weeks, (first_tours(weeks, rng),), rng, clock), first_price(instance)
    return search, search.solution(max(exact_bound(weeks, p) for p in (np.zeros_like(price), price)))


def _beside(question: tuple[Instance, Ascent, Solve, Layout]) -> Any:
    """The same rounds in a second process: (cost, snapshot of its best standing)."""
    instance, ascent, options, layout = question
    clock = Clock(options.limit_s, silent, time.monotonic)
    search = Search(Weeks.of(instance), ascent.tours, np.random.default_rng(options.seed), clock)
    best = rounds(search, layout, ascent, ascent.bound_eur)
    return best.best, best.standing.snapshot()


def _ascend(weeks: Weeks, layout: Layout, clock: Clock, first: Solution) -> Ascent:
    """The prices, told beside the first roster; those of a large team start from the prices of a sample of it."""

    def going(share: float) -> Watcher:
        def on(step: int, bound: float, price: Floats) -> bool:
            known = first.bound_eur if share < PRICES_SHARE else max(bound, first.bound_eur)
            return clock.tell("prices", first.cost_eur, known) and clock.spent < share * clock.seconds

        return on

    if not layout.sampled:
        return ascend(weeks, steps=layout.steps, keep_going=going(PRICES_SHARE))
    few = Weeks.of(sample(weeks.instance, layout.every))
    start = ascend(few, steps=layout.sampled, keep_going=going(PRICES_SHARE / 2)).price
    worth = weeks.instance.demand.worth
    step_eur = CLOSE_SHARE * float(np.median(worth[..., 0] - worth[..., -1]))
    going_on = going(PRICES_SHARE)
    return ascend(weeks, steps=layout.steps, start=start, step_eur=step_eur, forget=CLOSE_FORGET, keep_going=going_on)


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
    question = answerable(requirement, centre, week, keep)
    while question.terms:
        try:
            return _assigned(question, requirement, centre, options=options, watch=watch)
        except NoWeek as left_out:
            question = _without(question, left_out)
    return Roster(week, requirement.grid, frame_of(question, None), None, question.reasons)


def _assigned(question: Question, requirement: Requirement, centre: Centre, *, options: Solve, watch: Watch) -> Roster:
    """The roster of a question; every one that is shown has passed the guard."""
    shared, guard = Shared.of(question, centre), Guard(question, centre, options.seed)
    aside = Aside(question, shared) if question.floating or question.desks else None

    def drawn(solution: Solution) -> Roster:
        asked, done = (question, solution) if aside is None else aside.placed(solution)
        made = shared.priced(roster_of(asked, requirement, done, options), solution.tours)
        return with_people(made, requirement, centre)

    def write(solution: Solution) -> Roster:
        return guard.shown(solution, drawn)

    def solved(instance: Instance, share: float, *, watch: Watch, write: Write | None) -> Solution:
        part = dataclasses.replace(options, seconds=share * options.seconds)
        return solve(instance, part, watch=watch, write=write, aside=aside)

    made = write(shared.solve(solved, watch=watch if aside is None else aside.told(watch), write=write))
    if question.instance.kept is None:
        made = polished(made, requirement, centre, asks_in(options.seconds, len(question.terms)))
    return dataclasses.replace(made, reasons=made.reasons + unkept_promises(made, requirement, centre))


def _without(question: Question, left_out: NoWeek) -> Question:
    """The question without agents for whom the checker lets no week through, each named."""
    good = np.array([t.agent.id not in left_out.agents for t in question.terms])
    reasons = (Reason("no_lawful_week", agent, found) for agent, found in left_out.agents.items())
    return dataclasses.replace(
        question,
        instance=keep_agents(question.instance, good),
        terms=tuple(itertools.compress(question.terms, good)),
        reasons=(*question.reasons, *reasons),
    )


def answerable(requirement: Requirement, centre: Centre, week: Week, keep: Roster | None = None) -> Question:
    """What the engine is asked, in which everybody has a lawful week."""
    rules = {c.name: rules_for(c) for c in centre.team.contracts}
    return _possible_only(ask(requirement, centre, week, rules, None if keep is None else keep.frame))


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
    """The instance with the least hours of those who cannot reach them lowered to the most they can, or to what the
    rules ask at least."""
    instance, reasons = question.instance, []
    owed, lawful = instance.people.paid_low, np.array([t.limits.paid_min_min for t in question.terms])
    good = _feasible(instance)
    while not good.all() and (instance.people.paid_low > lawful)[~good].any():
        lower = np.where(good, instance.people.paid_low, np.maximum(instance.people.paid_low - 60, lawful))
        instance = dataclasses.replace(instance, people=dataclasses.replace(instance.people, paid_low=lower))
        good = _feasible(instance)
    for terms, before, now, fits in zip(question.terms, owed, instance.people.paid_low, good, strict=True):
        if now < before and fits:
            detail = f"at least {before / 60:g} h owed; {now / 60:g} h fit opening hours, leave and rules"
            reasons.append(Reason("hours_out_of_reach", terms.agent.id, detail))
    return instance, reasons


def roster_of(question: Question, requirement: Requirement, solution: Solution, options: Solve) -> Roster:
    """The solution as segments by clock times, with its proof."""
    wage = mean_wage(question.instance)
    proof = Proof(solution.status, solution.cost_eur, solution.bound_eur, solution.seconds, options.seed, wage)
    frame = frame_of(question, (solution.tours, solution.labels))
    return Roster(requirement.week, requirement.grid, frame, proof, question.reasons)
