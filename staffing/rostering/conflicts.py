"""Contradictions, by name: the smallest set of limits that leaves an agent no lawful week, and queues nobody can fill.

The limits of one agent are dropped one at a time and the engine is asked again (a deletion filter: Chinneck,
Feasibility and Infeasibility in Optimization, 2008, chapter 6), so that what is named is what the engine refuses,
whoever wrote the rule. What remains is minimal: without any one of the limits named, the agent can be planned.
"""

from __future__ import annotations

import dataclasses
import itertools
from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from forecasts.grid import Week
from staffing.centre import Centre
from staffing.rostering.hours import hours_owed, usual_h
from staffing.rostering.instance import NEVER
from staffing.rostering.question import ask
from staffing.rostering.rests import Weeks
from staffing.rostering.roster import Reason
from staffing.rostering.rules.rule import Rule
from staffing.rostering.team import Team
from staffing.sizing.requirement import Requirement
from staffing.words import say

LONGEST_DAY_H = 12.0
MOST_QUEUES_LISTED = 10


@dataclass(frozen=True)
class Limit:
    """One thing that limits an agent: ``kind`` rule, hours, days, shift_length, absence, availability, locked,
    commitment or last_week; ``subject`` which one; ``words`` what it says, by language."""

    kind: str
    subject: str
    words: tuple[tuple[str, str], ...] = ()

    def sentence(self, language: str) -> str:
        """What the limit says, ``fr`` or ``en``."""
        return dict(self.words).get(language, self.subject)


@dataclass(frozen=True)
class Conflict:
    """Limits of ``agent`` that contradict each other (together with the opening hours); none can be spared."""

    agent: str
    limits: tuple[Limit, ...]

    def sentence(self, language: str) -> str:
        """The conflict in one sentence."""
        return say(
            "roster.conflict", language, agent=self.agent,
            limits=" ; ".join(limit.sentence(language) for limit in self.limits),
        )  # fmt: skip


@dataclass(frozen=True)
class _Case:
    """One agent alone in the centre, under some rules."""

    centre: Centre
    rules: tuple[Rule, ...]

    @property
    def team(self) -> Team:
        return self.centre.team

    def with_team(self, **changes: object) -> _Case:
        team = dataclasses.replace(self.team, **changes)  # type: ignore[arg-type]
        return dataclasses.replace(self, centre=dataclasses.replace(self.centre, team=team))

    def with_contract(self, **changes: object) -> _Case:
        contract = dataclasses.replace(self.team.contracts[0], **changes)  # type: ignore[arg-type]
        return self.with_team(contracts=(contract,))


_Drop = Callable[[_Case], _Case]


def conflict_of(
    agent: str, requirement: Requirement, centre: Centre, week: Week, rules: tuple[Rule, ...]
) -> Conflict | None:
    """The contradiction that keeps ``agent`` out of the roster of ``week``, or None when there is none.

    ``rules`` are those of the agent's contract. An agent none of whose skills is needed has the conflict ``skill``.
    """
    person = centre.team.agent(agent)
    if not any(person.serves(queue) for queue in requirement.queues):
        return Conflict(agent, (_limit("skill", ", ".join(s.queue for s in person.skills)),))
    whole = _alone(agent, centre, rules)
    if _possible(whole, requirement, week):
        return None
    case, kept = whole, []
    for limit, drop in _limits(whole, week):
        without = drop(case)
        if _possible(without, requirement, week):
            kept.append(limit)
        else:
            case = without
    return Conflict(agent, tuple(kept))


def conflicts(
    agents: tuple[str, ...], requirement: Requirement, centre: Centre, week: Week, rules: dict[str, tuple[Rule, ...]]
) -> tuple[Conflict, ...]:
    """The contradictions of several agents; ``rules`` by contract name."""
    found = (
        conflict_of(a, requirement, centre, week, rules[centre.team.agent(a).contract]) for a in dict.fromkeys(agents)
    )
    return tuple(c for c in found if c is not None)


def _alone(agent: str, centre: Centre, rules: tuple[Rule, ...]) -> _Case:
    team, person = centre.team, centre.team.agent(agent)
    alone = Team(
        (person,),
        (team.contract(person.contract),),
        tuple(a for a in team.absences if a.agent == agent),
        tuple(c for c in team.commitments if c.agent == agent and c.start is not None),
        None if team.past is None else team.past[team.past["agent"] == agent],
        None if team.locked is None else team.locked[team.locked["agent"] == agent],
    )
    return _Case(dataclasses.replace(centre, team=alone), rules)


def _possible(case: _Case, requirement: Requirement, week: Week) -> bool:
    """Whether the engine finds any lawful week that holds all that is fixed."""
    question = ask(requirement, case.centre, week, {case.team.contracts[0].name: case.rules})
    if question.reasons or not question.terms:
        return False
    instance = question.instance
    idle = np.zeros((len(instance.pace), instance.slots))
    return bool(Weeks.of(instance).respond(idle, np.arange(1)).value[0] > NEVER / 2)


def _limits(case: _Case, week: Week) -> Iterator[tuple[Limit, _Drop]]:
    """Every limit of the agent with what dropping it means; what is easiest to give up for a manager comes last, so
    that it is the one named when either would do."""
    team, contract, person = case.team, case.team.contracts[0], case.team.agents[0]
    if team.past is not None and len(team.past):
        yield _limit("last_week", person.id), lambda c: c.with_team(past=None)
    yield _limit("shift_length", f"{contract.shift_min_h:g}-{contract.shift_max_h:g} h"), _any_length
    yield _limit("days", str(contract.max_days)), lambda c: c.with_contract(max_days=7)
    for rule in case.rules:
        words = tuple((language, rule.sentence(language)) for language in ("fr", "en"))
        yield Limit("rule", rule.key, words), _without_rule(rule)
    if person.availability:
        yield _limit("availability", person.id), _always_available
    yield _limit("hours", f"{hours_owed(person, case.centre, week):g}"), _any_hours
    for absence in team.absences:
        yield _limit("absence", f"{absence.first} - {absence.last}"), _without("absences", absence)
    for commitment in team.commitments:
        subject = f"{commitment.activity} {commitment.start:%d/%m %H:%M}"
        yield _limit("commitment", subject), _without("commitments", commitment)
    if team.locked is not None:
        for day in sorted(set(team.locked["start"].dt.date) & set(week.days)):
            yield _limit("locked", str(day)), _without_lock(day)


def _limit(kind: str, subject: str) -> Limit:
    words = tuple((language, say(f"roster.limit_{kind}", language, subject=subject)) for language in ("fr", "en"))
    return Limit(kind, subject, words)


def _without(field: str, item: object) -> _Drop:
    return lambda case: case.with_team(**{field: tuple(i for i in getattr(case.team, field) if i is not item)})


def _without_rule(rule: Rule) -> _Drop:
    return lambda case: dataclasses.replace(case, rules=tuple(r for r in case.rules if r is not rule))


def _without_lock(day: object) -> _Drop:
    def drop(case: _Case) -> _Case:
        locked = case.team.locked
        assert locked is not None
        return case.with_team(locked=locked[locked["start"].dt.date != day])

    return drop


def _any_length(case: _Case) -> _Case:
    step_h = case.team.contracts[0].shift_step_min / 60
    return case.with_contract(shift_min_h=step_h, shift_max_h=LONGEST_DAY_H)


def _any_hours(case: _Case) -> _Case:
    return case.with_contract(flex_h=168.0, account_h=0.0)


def _always_available(case: _Case) -> _Case:
    return case.with_team(agents=(dataclasses.replace(case.team.agents[0], availability=()),))


def too_few(requirement: Requirement, centre: Centre, week: Week) -> tuple[Reason, ...]:
    """Queues that the team cannot fill however it is rostered, the smallest such sets of queues.

    ``nobody_qualified``: no agent has the skill. ``too_few_qualified``: at some hour more agents are needed than
    have the skill. ``too_few_hours``: the hours needed on these queues exceed the most that everybody qualified for
    any of them may work (Hall's condition; sets of queues are listed up to ten queues, else one by one and all).
    """
    found = [r for queue in requirement.queues for r in _too_few_at_once(queue, requirement, centre)]
    alone = {r.subject for r in found if r.kind == "nobody_qualified"}
    queues = [q for q in requirement.queues if q not in alone]
    sizes = range(1, len(queues) + 1) if len(queues) <= MOST_QUEUES_LISTED else (1, len(queues))
    short: list[frozenset[str]] = []
    for group in itertools.chain.from_iterable(itertools.combinations(queues, n) for n in sizes):
        if any(known <= set(group) for known in short):
            continue
        needed = sum(float(requirement.of(q)["agents"].sum()) for q in group) * requirement.grid.interval_h
        there = sum(_most_h(a.id, centre, week) for a in centre.team.agents if any(a.serves(q) for q in group))
        if needed > there + 1e-6:
            short.append(frozenset(group))
            detail = f"{needed:.1f} h needed, at most {there:.1f} h of qualified work"
            found.append(Reason("too_few_hours", ", ".join(group), detail))
    return tuple(found)


def _too_few_at_once(queue: str, requirement: Requirement, centre: Centre) -> Iterator[Reason]:
    pace = [s.proficiency for a in centre.team.agents for s in a.skills if s.queue == queue]
    need = requirement.of(queue)["agents"]
    if not pace and need.max() > 0:
        yield Reason("nobody_qualified", queue, f"{need.sum() * requirement.grid.interval_h:.1f} h needed")
    elif need.max() > sum(pace) + 1e-6:
        when = f"{need.idxmax():%Y-%m-%d %H:%M}"
        yield Reason("too_few_qualified", queue, f"{need.max():.1f} agents needed at {when}, {len(pace)} qualified")


def _most_h(agent: str, centre: Centre, week: Week) -> float:
    person = centre.team.agent(agent)
    contract = centre.team.contract(person.contract)
    return usual_h(person, centre, week)[1] + contract.overtime_max_h
