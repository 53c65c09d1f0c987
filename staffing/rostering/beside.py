"""New agents beside experienced ones: each hour a new agent works with nobody experienced at hand costs
``alone_eur_h``.

At hand is who has been there longer than ``new_weeks`` weeks, shares a skill and the site, and works in the house at
that time: who works from home, on either side, is no company. Two faces: ``Company`` for the engine, ``alone`` for a
finished roster.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from collections.abc import Iterator
from dataclasses import dataclass

import numpy as np

from staffing.centre import Centre
from staffing.rostering.cost import Cost
from staffing.rostering.instance import Bools, Floats, Instance, Ints, Tours, on_duty
from staffing.rostering.labels import coverage, label
from staffing.rostering.one_beside import best_beside
from staffing.rostering.question import Question
from staffing.rostering.rests import Weeks
from staffing.rostering.roster import MEAL
from staffing.rostering.rules.rule import WorkedWeek
from staffing.rostering.search import Solution, cost_eur
from staffing.rostering.team import Agent

MINUTES = 9 * 1440
"""Of a week, with the nights that follow it."""
WEIGHTS = (1.0, 3.0)
"""How strongly lonely hours are priced when a new agent chooses again."""
Span = tuple[float, float]


def is_new(agent: Agent, monday: dt.date, centre: Centre) -> bool:
    """Whether the agent counts as new in the week of ``monday``."""
    return agent.since is not None and monday < agent.since + dt.timedelta(weeks=centre.goals.new_weeks)


def company_of(agent: Agent, monday: dt.date, centre: Centre) -> tuple[Agent, ...]:
    """Who may stand beside a new agent."""
    mine = {skill.queue for skill in agent.skills}
    return tuple(
        a
        for a in centre.team.agents
        if not is_new(a, monday, centre) and a.site == agent.site and any(a.serves(queue) for queue in mine)
    )


@dataclass(frozen=True)
class Company:
    """The engine's face. ``new`` [N] rows of new agents, ``beside`` rows of those who may stand beside each;
    ``home`` [A, D] days worked from home; ``eur_h`` of an hour alone."""

    question: Question
    new: Ints
    beside: tuple[Ints, ...]
    home: Bools
    eur_h: float

    @staticmethod
    def of(question: Question, centre: Centre) -> Company:
        """The new agents of the question; none where an hour alone costs nothing."""
        row, days = {t.agent.id: a for a, t in enumerate(question.terms)}, question.instance.days
        monday, eur_h = question.clock.week.monday, centre.goals.alone_eur_h
        new = [t.agent for t in question.terms if eur_h > 0 and is_new(t.agent, monday, centre)]
        beside = ([row[a.id] for a in company_of(agent, monday, centre) if a.id in row] for agent in new)
        home = [[int(day) in t.agent.telework_weekdays for day in days] for t in question.terms]
        return Company(
            question, np.array([row[a.id] for a in new], dtype=np.int64),
            tuple(np.array(rows, dtype=np.int64) for rows in beside),
            np.array(home, dtype=bool).reshape(len(question.terms), len(days)), eur_h,
        )  # fmt: skip

    def alone_eur(self, choice: Ints) -> float:
        """What the lonely hours of weeks ``choice`` [A, D, 3] cost."""
        at_work, in_house = self._presence(choice)
        return self.eur_h / 60 * sum(self._alone_min(i, at_work, in_house) for i in range(len(self.new)))

    def kept(self, instance: Instance, solution: Solution) -> Solution:
        """The solution in which each lonely new agent has chosen again beside all others, where that costs less.

        ``instance`` is the one of the solution, ``cost_eur`` stays without the price of lonely hours.
        """
        at_work, in_house = self._presence(solution.tours.choice)
        for i, a in enumerate(self.new):
            if self._alone_min(i, at_work, in_house):
                for weight in WEIGHTS:
                    solution = self._better(instance, solution, int(a), weight * self._price(i, in_house))
                at_work, in_house = self._presence(solution.tours.choice)
        return solution

    def _better(self, instance: Instance, solution: Solution, a: int, price: Floats) -> Solution:
        """Agent ``a`` on their best week under the worth of a hand more in each slot, less ``price`` [T] of
        being alone there; the old solution unless the new one costs less."""
        tours, labels = solution.tours, solution.labels
        duty = on_duty(instance, tours).astype(float)
        duty[a] = 0.0
        found = best_beside(Weeks.of(instance), coverage(instance, duty, labels), a, price)
        if found is None:
            return solution
        choice, served = tours.choice.copy(), labels.copy()
        choice[a], served[a] = found[0].choice[0], found[1]
        tours = Tours(tours.agent, choice)
        duty = on_duty(instance, tours).astype(float)
        served = label(instance, duty, served)
        cost = cost_eur(instance, tours, duty, served)
        if cost + self.alone_eur(choice) < solution.cost_eur + self.alone_eur(solution.tours.choice) - 1e-6:
            return dataclasses.replace(solution, tours=tours, labels=served, cost_eur=cost)
        return solution

    def _price(self, i: int, in_house: Bools) -> Floats:
        """[T] EUR of a slot worked by new agent ``i``, by the share of it that nobody is at hand."""
        line, length = self.question.timeline.elapsed, self.question.instance.interval_min
        lonely = np.append(0, np.cumsum(~in_house[self.beside[i]].any(axis=0)))
        share = (lonely[line + length] - lonely[line]) / length
        for d, day in enumerate(self.question.instance.days):
            first = self.question.clock.elapsed(int(day), 0)
            share[(line >= first) & (line < first + 1440) & self.home[self.new[i], d]] = 1.0
        return np.asarray(share * self.eur_h * length / 60)

    def _alone_min(self, i: int, at_work: Bools, in_house: Bools) -> int:
        a = self.new[i]
        return int((at_work[a] & ~(in_house[a] & in_house[self.beside[i]].any(axis=0))).sum())

    def _presence(self, choice: Ints) -> tuple[Bools, Bools]:
        """[A, minutes since Monday] who is at work, meals taken out, and who of them in the house."""
        instance = self.question.instance
        at_work = np.zeros((len(choice), MINUTES), dtype=bool)
        in_house = at_work.copy()
        concerned = np.unique(np.concatenate([self.new, *self.beside])) if len(self.new) else self.new
        firsts = [self.question.clock.elapsed(int(day), 0) for day in instance.days]
        for a in concerned:
            c = instance.classes[instance.class_of[a]].candidates
            for d in np.flatnonzero(choice[a, :, 0] >= 0):
                for block in c.shift[choice[a, d, 0], 3:5]:
                    if block >= 0:
                        low, high = c.block[block] + firsts[d]
                        at_work[a, max(low, 0) : high] = True
                        in_house[a, max(low, 0) : high] = not self.home[a, d]
        return at_work, in_house


def alone(weeks: tuple[WorkedWeek, ...], centre: Centre) -> Iterator[Cost]:
    """Hours new agents work with nobody experienced at hand, by new agent."""
    by_agent = {week.agent.id: week for week in weeks}
    for week in weeks:
        if not is_new(week.agent, week.days[0], centre):
            continue
        mates = [by_agent[a.id] for a in company_of(week.agent, week.days[0], centre) if a.id in by_agent]
        with_them = _joined(sorted(span for mate in mates for span in _spans(mate, home=False)))
        mine, here = list(_spans(week)), list(_spans(week, home=False))
        worked = sum(b - a for a, b in mine)
        shared = sum(max(0.0, min(b, d) - max(a, c)) for a, b in here for c, d in with_them)
        lonely = (worked - shared) / 3600
        yield Cost("alone", week.agent.id, lonely, lonely * centre.goals.alone_eur_h)


def _spans(week: WorkedWeek, *, home: bool = True) -> Iterator[Span]:
    """(start, end) in UTC seconds of all work but meals; without the days from home when ``home`` is False."""
    for shift in week.shifts:
        if home or shift.start.weekday() not in week.agent.telework_weekdays:
            yield from ((s.start.timestamp(), s.end.timestamp()) for s in shift.segments if s.activity != MEAL)


def _joined(spans: list[Span]) -> list[Span]:
    """Sorted spans with those that touch or overlap made one."""
    joined: list[Span] = []
    for start, end in spans:
        if joined and start <= joined[-1][1]:
            joined[-1] = joined[-1][0], max(end, joined[-1][1])
        else:
            joined.append((start, end))
    return joined
