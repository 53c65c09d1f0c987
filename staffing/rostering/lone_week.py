"""One agent's week, alone, as a CP-SAT model in which each limit holds under a literal of its own.

    x[d, o] = 1   option o is worked on day d: start, end, paid minutes, and the limits that refuse it
    works[d] = sum_o x[d, o] <= 1
    start[d], end[d], paid[d] = sum_o x[d, o] * what o says (0 on a day off; minutes since Monday 0:00)

What a rule narrows between shifts (``limit``) is asked of the rule itself, one rule at a time.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import dataclass, replace

from ortools.sat.python import cp_model

from forecasts.grid import DAY_MIN, Week
from staffing.centre import Centre
from staffing.rostering.lone_days import DayOptions, Limit, LoneAgent, Option
from staffing.rostering.rules.rule import Rule, WeekLimits
from staffing.rostering.team import WHOLE_DAY, Agent
from staffing.sizing.requirement import Requirement


@dataclass(frozen=True)
class LoneWeek:
    """``holds[i]`` is the literal under which ``limits[i]`` binds ``model``; what a manager gives up most easily comes
    last, so that it is named when either would do."""

    model: cp_model.CpModel
    limits: tuple[Limit, ...]
    holds: tuple[cp_model.IntVar, ...]

    @staticmethod
    def of(agent: Agent, requirement: Requirement, centre: Centre, week: Week, rules: tuple[Rule, ...]) -> LoneWeek:
        """The week of ``agent`` beside nobody: opening hours bind, everything else is a limit."""
        facts = LoneAgent.of(agent, requirement, centre, week, rules)
        made = _Writer(facts)
        made.days()
        made.week()
        return LoneWeek(made.model, facts.limits, made.holds)


class _Writer:
    """Writes the model."""

    def __init__(self, facts: LoneAgent) -> None:
        self.facts, self.model = facts, cp_model.CpModel()
        self.holds = tuple(self.model.new_bool_var(f"{x.kind} {x.subject}") for x in facts.limits)
        self.works: list[cp_model.IntVar] = []
        self.options: list[list[tuple[cp_model.IntVar, int]]] = []
        self.start: list[cp_model.IntVar] = []
        self.end: list[cp_model.IntVar] = []
        self.paid: list[cp_model.IntVar] = []

    def days(self) -> None:
        """One option or none each day; an option only where no limit that refuses it holds."""
        options = DayOptions(self.facts)
        for day in range(7):
            self._day(day, options.of(day))
            self._must(day)
        for subject, days in self.facts.absences:
            for day, span in days.items():
                at = self.facts.number("absence", subject)
                low, high = (self.facts.midnights[day] + minute for minute in span)
                if span == WHOLE_DAY:
                    self._only_if(self.works[day] == 0, at)
                elif not span[0]:
                    self._only_if(self.start[day] >= high, at, given=[self.works[day]])
                elif span[1] == DAY_MIN:
                    self._only_if(self.end[day] <= low, at)
                else:
                    late = self.model.new_bool_var("")
                    self._only_if(self.start[day] >= high, at, given=[self.works[day], late])
                    self._only_if(self.end[day] <= low, at, given=[late.negated()])
                if day:  # nor from the evening before
                    self._only_if(self.end[day - 1] <= low, at)

    def _day(self, day: int, options: list[Option]) -> None:
        chosen = [self.model.new_bool_var("") for _ in options]
        works = self.model.new_bool_var(f"works {day}")
        self.model.add_exactly_one([*chosen, works.negated()])
        for i in set().union(*(o.refused for o in options)):
            refused = [x for x, o in zip(chosen, options, strict=True) if i in o.refused]
            self._only_if(cp_model.LinearExpr.sum(refused) == 0, i)
        midnight = self.facts.midnights[day]
        self.works.append(works)
        self.options.append([(x, midnight + o.start_min) for x, o in zip(chosen, options, strict=True)])
        self.start.append(self._told(chosen, [midnight + o.start_min for o in options]))
        self.end.append(self._told(chosen, [midnight + o.end_min for o in options]))
        self.paid.append(self._told(chosen, [o.paid_min for o in options]))

    def _told(self, chosen: list[cp_model.IntVar], values: list[int]) -> cp_model.IntVar:
        """The value of what is chosen, 0 when nothing is."""
        told = self.model.new_int_var_from_domain(cp_model.Domain.from_values(sorted({0, *values})), "")
        self.model.add(told == cp_model.LinearExpr.weighted_sum(chosen, values))
        return told

    def _must(self, day: int) -> None:
        """Who has a fixed activity or a locked shift works that day."""
        facts = self.facts
        must = [facts.number("commitment", subject) for *_, subject in facts.fixed.get(day, ())]
        must += [facts.number("locked", str(facts.setting.days[day]))] if day in facts.locked else []
        for i in must:
            self._only_if(self.works[day] == 1, i)

    def week(self) -> None:
        """The contract's hours and days, and what each rule asks between shifts: without the weeks beside under the
        rule alone, what they add under ``last_week`` too."""
        facts = self.facts
        low, high = facts.hours
        self._only_if(sum(self.paid) >= low, facts.number("hours"))
        self._only_if(sum(self.paid) <= high, facts.number("hours"))
        self._only_if(sum(self.works) <= facts.contract.max_days, facts.number("days"))
        fresh = replace(facts.setting, past=(), later=())
        for rule in facts.rules:
            at, alone = facts.number("rule", rule.key), rule.limit(WeekLimits(), fresh)
            self._rule(WeekLimits(), alone, at)
            if facts.setting.past or facts.setting.later:
                self._rule(alone, rule.limit(WeekLimits(), facts.setting), at, facts.number("last_week"))

    def _rule(self, before: WeekLimits, limits: WeekLimits, *at: int) -> None:
        """What ``limits`` ask beyond ``before``, while the limits ``at`` hold."""
        if limits.paid_min_min > before.paid_min_min:
            self._only_if(sum(self.paid) >= limits.paid_min_min, *at)
        if limits.paid_max_min < before.paid_max_min:
            self._only_if(sum(self.paid) <= limits.paid_max_min, *at)
        if limits.days_max < before.days_max:
            self._only_if(sum(self.works) <= limits.days_max, *at)
        for day in limits.closed - before.closed:
            self._only_if(self.works[day] == 0, *at)
        for day, most in enumerate(limits.paid_on_max_min):
            if most < before.paid_on_max_min[day]:
                self._only_if(self.paid[day] <= most, *at)
        for day, last in enumerate(limits.last_end_min):
            if last < before.last_end_min[day]:
                self._only_if(self.end[day] <= self.facts.midnights[day] + last, *at)
        if limits.first_start_min > before.first_start_min:
            early = [x for options in self.options for x, start in options if start < limits.first_start_min]
            self._only_if(cp_model.LinearExpr.sum(early) == 0, *at)
        if limits.rest_min > before.rest_min:
            for one, two in itertools.combinations(range(7), 2):
                both = self.works[one], self.works[two]
                self._only_if(self.start[two] - self.end[one] >= limits.rest_min, *at, given=both)
        if _changed(limits, before, "run_max", "run_before", "run_after"):
            self._runs(limits, at)
        if _changed(limits, before, "week_rest_min", "week_from_min", "monday_min"):
            self._week_rest(limits, at)

    def _runs(self, limits: WeekLimits, at: Sequence[int]) -> None:
        """No ``run_max`` + 1 days in a row; those of the weeks beside count as worked."""
        most = limits.run_max
        for first in range(-min(limits.run_before, most), 7 - most + min(limits.run_after, most)):
            days = self.works[max(first, 0) : first + most + 1]
            beside = max(0, -first) + max(0, first + most + 1 - 7)
            self._only_if(sum(days) <= most - beside, *at)

    def _week_rest(self, limits: WeekLimits, at: Sequence[int]) -> None:
        """Between two days worked, or an edge of the week and one, lies one rest of ``week_rest_min``."""
        begin, end = limits.week_from_min, self.facts.clock.elapsed(6, 1440 + limits.monday_min)
        rests = []
        for one, two in itertools.combinations(range(-1, 8), 2):
            here = self.model.new_bool_var(f"rest {one}-{two}")
            low, high = (self.end[one] if one >= 0 else begin), (self.start[two] if two < 7 else end)
            self.model.add(high - low >= limits.week_rest_min).only_enforce_if(here)
            edges = [self.works[day] for day in (one, two) if 0 <= day < 7]
            between = [self.works[day].negated() for day in range(one + 1, two)]
            self.model.add_bool_and([*edges, *between]).only_enforce_if(here)
            rests.append(here)
        self._only_if(sum(rests) >= 1, *at)

    def _only_if(
        self, asked: cp_model.BoundedLinearExpression | bool, *at: int, given: Sequence[cp_model.LiteralT] = ()
    ) -> None:
        self.model.add(asked).only_enforce_if([*(self.holds[i] for i in at), *given])


def _changed(limits: WeekLimits, before: WeekLimits, *names: str) -> bool:
    return any(getattr(limits, name) != getattr(before, name) for name in names)
