"""Contradictions, by name: the smallest set of limits that leaves an agent no lawful week.

One agent's week is a small CP-SAT model (``lone_week.py``) in which each limit holds under a literal of its own. The
literals are *assumed*: the solver answers with assumptions that suffice for there being no week, and those are thinned
one by one (a deletion filter: Chinneck, Feasibility and Infeasibility in Optimization, 2008, chapter 6). What remains
is minimal: without any one of the limits named, the others leave the agent a week.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace

from ortools.sat.python import cp_model

from forecasts.grid import Week
from staffing.centre import Centre
from staffing.rostering.closings import TooLong, too_long
from staffing.rostering.lone_days import Limit, limit_of
from staffing.rostering.lone_week import LoneWeek
from staffing.rostering.rules.rule import Rule
from staffing.sizing.requirement import Requirement
from staffing.words import say

EFFORT = 20.0
"""Deterministic seconds for each question; one agent's week takes a small part of it."""


@dataclass(frozen=True)
class Conflict:
    """Limits of ``agent`` that contradict each other (together with the opening hours); none can be spared. ``enough``
    those of them whose lifting alone leaves the agent a week: a limit outside may contradict the others too.
    ``beside``: where a fixed activity cannot be kept whatever gives way, what leaves no week without it. ``closing``:
    the closings at midday that no shift of the agent's spans, where they keep the agent from the hours owed."""

    agent: str
    limits: tuple[Limit, ...]
    enough: tuple[Limit, ...] = ()
    beside: Conflict | None = None
    closing: TooLong | None = None

    def sentence(self, language: str) -> str:
        """The conflict in words, and what it is enough to lift."""
        kind = "conflict_some" if self.enough else "conflict_more"
        if len(self.limits) == 1:
            kind = "conflict_alone"
        elif self.enough == self.limits:
            kind = "conflict"
        limits, enough = (" ; ".join(limit.sentence(language) for limit in some) for some in (self.limits, self.enough))
        told = say(f"roster.{kind}", language, agent=self.agent, limits=limits, enough=enough)
        told = told if self.beside is None else f"{told} {self.beside.sentence(language)}"
        return told if self.closing is None else f"{told} {say('roster.closing', language, **self.closing.told)}"


def conflict_of(
    agent: str, requirement: Requirement, centre: Centre, week: Week, rules: tuple[Rule, ...]
) -> Conflict | None:
    """The contradiction that keeps ``agent`` out of the roster of ``week``, or None when there is none.

    ``rules`` are those of the agent's contract. An agent none of whose skills is needed has the conflict ``skill``.
    """
    person = centre.team.agent(agent)
    if not any(person.serves(queue) for queue in requirement.queues):
        return Conflict(agent, (limit_of("skill", ", ".join(s.queue for s in person.skills)),))
    lone = LoneWeek.of(person, requirement, centre, week, rules)
    activities = (i for i, limit in enumerate(lone.limits) if limit.kind == "commitment")
    lost = [i for i in activities if _core(lone.model, lone.holds, {i}) is not None]
    found = _conflict(agent, lone, [i for i in range(len(lone.holds)) if i not in lost])
    found = Conflict(agent, tuple(lone.limits[i] for i in lost[:1]), (), found) if lost else found
    return None if found is None else replace(found, closing=too_long(person, requirement, centre))


def _conflict(agent: str, lone: LoneWeek, held: list[int]) -> Conflict | None:
    """The contradiction among the limits ``held``."""
    found = smallest_core(lone.model, [lone.holds[i] for i in held])
    if found is None:
        return None
    core = [held[i] for i in found]
    enough = [i for i in core if _core(lone.model, lone.holds, set(held) - {i}) is None]
    return Conflict(agent, tuple(lone.limits[i] for i in core), tuple(lone.limits[i] for i in enough))


def conflicts(
    agents: tuple[str, ...], requirement: Requirement, centre: Centre, week: Week, rules: dict[str, tuple[Rule, ...]]
) -> tuple[Conflict, ...]:
    """The contradictions of several agents; ``rules`` by contract name."""
    found = (
        conflict_of(a, requirement, centre, week, rules[centre.team.agent(a).contract]) for a in dict.fromkeys(agents)
    )
    return tuple(c for c in found if c is not None)


def smallest_core(model: cp_model.CpModel, literals: Sequence[cp_model.IntVar]) -> list[int] | None:
    """Positions of a smallest set (none can be spared) of ``literals`` that ``model`` cannot satisfy together, in
    order; None when it can satisfy all of them. Those first in order are given up first.

    >>> model = cp_model.CpModel()
    >>> a, b, c = (model.new_bool_var(name) for name in "abc")
    >>> _ = model.add_bool_or(a.negated(), c.negated())
    >>> smallest_core(model, (a, b, c)), smallest_core(model, (a, b))
    ([0, 2], None)
    """
    core = _core(model, literals, range(len(literals)))
    if core is None:
        return None
    for i in sorted(core):
        if i in core:
            without = _core(model, literals, core - {i})
            core = core if without is None else without
    return sorted(core)


def _core(model: cp_model.CpModel, literals: Sequence[cp_model.IntVar], held: Collection[int]) -> set[int] | None:
    """Those of the literals ``held`` that suffice for infeasibility; None when all can be held."""
    model.clear_assumptions()
    model.add_assumptions([literals[i] for i in held])
    solver = cp_model.CpSolver()
    solver.parameters.num_workers, solver.parameters.random_seed = 1, 1
    solver.parameters.max_deterministic_time = EFFORT
    # The model is small and asked a few times: little time goes into making it smaller.
    solver.parameters.cp_model_probing_level = solver.parameters.linearization_level = 0
    solver.parameters.max_presolve_iterations, solver.parameters.symmetry_level = 1, 0
    if solver.solve(model) != cp_model.INFEASIBLE:
        return None
    position = {literals[i].index: i for i in held}
    return {position[index] for index in solver.sufficient_assumptions_for_infeasibility()}
