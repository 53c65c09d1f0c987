"""The people: contracts, agents with skills and wishes, absences, fixed activities, and what last weeks left."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field, replace
from functools import cached_property

import pandas as pd

from forecasts.grid import DAY_MIN, Week

WHOLE_DAY = (0, DAY_MIN)
"""From and to, minutes of the clock."""


@dataclass(frozen=True)
class Contract:
    """What an employment contract allows, beside the law of its ``rules`` pack.

    ``hours_week`` contractual hours; ``flex_h`` how far one week's paid hours may move either way; ``shift_min_h``
    and ``shift_max_h`` paid length of one shift, in steps of ``shift_step_min``; shifts start every
    ``start_step_min``; ``meal_min`` the meal lengths on offer; ``meal_from_h`` paid length from which a shift has a
    meal; ``break_min`` length of each paid rest break, one per work sequence (0 = none).
    ``account_h``: modulation, 0 for none; how far the hours account, paid less owed over the weeks, may stray from
    zero, so that a heavy week is given back by a light one.
    ``off_queue_h`` hours a week set aside for work off the queues, in blocks of ``off_queue_block_min``, written as
    ``off_queue_activity``; ``off_queue_hours`` clock spans in which it may be done while the queues are closed (none:
    in closings at midday).
    ``cost_eur_h`` is the employer's cost of one paid hour; ``sunday_share`` of it comes on top on Sundays and public
    holidays, ``night_share`` for work between 21:30 and 6:30 (None: the pack's). ``sundays``: works Sundays and
    the public holidays on which its pack rests, under a derogation. ``limits`` (rule, limit, value): numbers of the
    pack's rules that an agreement moves.
    ``part_time_least_h`` least weekly hours at part-time by agreement (None: the pack's); ``asked_short``: agents asked
    in writing for fewer, or may by law.
    """

    name: str
    rules: str
    hours_week: float
    cost_eur_h: float
    flex_h: float = 0.0
    shift_min_h: float = 4.0
    shift_max_h: float = 9.0
    shift_step_min: int = 30
    start_step_min: int = 30
    meal_min: tuple[int, ...] = (60,)
    meal_from_h: float = 6.0
    break_min: int = 0
    max_days: int = 5
    overtime_max_h: float = 0.0
    sundays: bool = False
    limits: tuple[tuple[str, str, float], ...] = ()
    account_h: float = 0.0
    off_queue_h: float = 0.0
    off_queue_block_min: int = 60
    off_queue_activity: str = "drafting"
    off_queue_hours: tuple[tuple[int, int], ...] = ()
    sunday_share: float | None = None
    night_share: float | None = None
    asked_short: bool = False
    part_time_least_h: float | None = None

    def hours_of(self, agent: Agent) -> float:
        """Weekly hours that an agent under it owes before absences."""
        return self.hours_week if agent.hours_week is None else agent.hours_week

    @property
    def shift_paid_min(self) -> tuple[int, int]:
        """Shortest and longest paid minutes of one shift."""
        return round(self.shift_min_h * 60), round(self.shift_max_h * 60)


@dataclass(frozen=True)
class Skill:
    """An agent can serve ``queue``; ``proficiency`` 1 is the normal pace, 0.8 handles a fifth fewer."""

    queue: str
    proficiency: float = 1.0


@dataclass(frozen=True)
class Wishes:
    """What an agent would like: a start time (minutes after midnight), days off, no late shift, no Saturday.

    ``weight_eur`` is what granting one is worth to the centre.
    """

    start_min: int | None = None
    days_off: tuple[dt.date, ...] = ()
    weekdays_off: tuple[int, ...] = ()
    avoid_late: bool = False
    avoid_saturday: bool = False
    weight_eur: float = 10.0


@dataclass(frozen=True)
class Availability:
    """A weekday (0 = Monday) clock span in which the agent can work, past 1440 on the next day; an agent with none is
    always available."""

    weekday: int
    from_min: int
    to_min: int


@dataclass(frozen=True)
class Agent:
    """One person. ``hours_week`` overrides the contract's; ``since`` the first working day (new agents are slower and
    work beside experienced ones), ``last_day`` the last one; ``together`` names a team that starts at the same time;
    ``telework_weekdays`` are worked from home; ``funding`` who pays the post; ``email`` the work address."""

    id: str
    name: str
    level: int
    skills: tuple[Skill, ...]
    contract: str
    hours_week: float | None = None
    site: str = ""
    wishes: Wishes = field(default_factory=Wishes)
    availability: tuple[Availability, ...] = ()
    since: dt.date | None = None
    last_day: dt.date | None = None
    together: str = ""
    telework_weekdays: tuple[int, ...] = ()
    funding: str = ""
    email: str = ""

    @cached_property
    def presences(self) -> tuple[Availability, ...]:
        """``availability``, in which a span until midnight goes on with the one from midnight of the next day.

        >>> whole = tuple(Availability(day, 0, 1440) for day in (4, 5))
        >>> [(a.weekday, a.to_min) for a in Agent("a", "Anna", 1, (), "full", availability=whole).presences]
        [(4, 2880), (5, 1440)]
        """
        from_midnight = {a.weekday: a.to_min for a in self.availability if a.from_min == 0}
        on = {a: from_midnight.get((a.weekday + 1) % 7, 0) if a.to_min == 1440 else 0 for a in self.availability}
        return tuple(replace(a, to_min=a.to_min + on[a]) for a in self.availability)

    def serves(self, queue: str) -> bool:
        return any(s.queue == queue for s in self.skills)

    def in_post(self, day: dt.date) -> bool:
        """Whether the day is neither before the agent's first nor after the last."""
        return (self.since is None or self.since <= day) and (self.last_day is None or day <= self.last_day)


@dataclass(frozen=True)
class Absence:
    """An agent is away for whole civil days, both included. ``credit_h`` hours counted as paid for each absent
    working day (None = a fifth of the weekly hours), or for the one absent day whichever it is. ``from_min``: clock
    time of the first day from which they are away, ``until_min`` of the last day from which they are back: what is
    worked before and after stands, and those hours may be planned. The reason is never stored."""

    agent: str
    first: dt.date
    last: dt.date
    credit_h: float | None = None
    from_min: int = 0
    until_min: int = DAY_MIN

    def covers(self, day: dt.date) -> bool:
        return self.first <= day <= self.last

    def span_min(self, day: dt.date) -> tuple[int, int]:
        """Clock minutes of a day it covers between which they are away.

        >>> tuesday = dt.date(2026, 12, 1)
        >>> Absence("a", tuesday, tuesday, until_min=720).span_min(tuesday)
        (0, 720)
        """
        return (self.from_min if day == self.first else 0, self.until_min if day == self.last else DAY_MIN)

    def whole(self, day: dt.date) -> bool:
        """Whether it takes all of a day it covers."""
        return self.span_min(day) == WHOLE_DAY


def out_of_post(agent: Agent, week: Week) -> tuple[Absence, ...]:
    """The days of the week before an agent's first and after the last: nobody works them, no hours are owed for them.

    >>> anna = Agent("a", "Anna", 1, (), "full", last_day=dt.date(2026, 12, 2))
    >>> [(away.first.day, away.last.day) for away in out_of_post(anna, Week(2026, 49))]
    [(3, 6)]
    """
    one, (monday, *_, sunday) = dt.timedelta(days=1), week.days
    found = []
    if agent.since is not None and agent.since > monday:
        found.append(Absence(agent.id, monday, min(agent.since - one, sunday)))
    if agent.last_day is not None and agent.last_day < sunday:
        found.append(Absence(agent.id, max(agent.last_day + one, monday), sunday))
    return tuple(found)


@dataclass(frozen=True)
class Commitment:
    """Paid time that is not spent on a queue: a meeting, a training, drafting.

    Fixed when ``start`` is given (tz-aware), else the engine places ``minutes`` on one of ``days``.
    ``activity`` is the word written in the roster.
    """

    agent: str
    activity: str
    minutes: int
    start: pd.Timestamp | None = None
    days: tuple[dt.date, ...] = ()


@dataclass(frozen=True)
class Ledger:
    """What past published weeks left on one agent's account: counts over ``weeks`` weeks; ``account_h`` hours ahead
    (paid less owed) where the contract keeps an account."""

    agent: str
    weeks: int = 0
    late_shifts: int = 0
    saturdays: int = 0
    wishes_asked: int = 0
    wishes_granted: int = 0
    account_h: float = 0.0


@dataclass(frozen=True)
class Team:
    """Everyone who can be rostered, and what limits them this week.

    ``past`` is the roster of earlier weeks (columns agent, start, end, activity, as in ``roster.csv``): rests,
    consecutive days and means are counted from it. ``later`` is the same of the week ahead where it is settled already:
    rests and days in a row reach into it. ``locked`` has the same columns: segments of this week that must stay as they
    are.
    """

    agents: tuple[Agent, ...]
    contracts: tuple[Contract, ...]
    absences: tuple[Absence, ...] = ()
    commitments: tuple[Commitment, ...] = ()
    past: pd.DataFrame | None = None
    locked: pd.DataFrame | None = None
    ledgers: tuple[Ledger, ...] = ()
    later: pd.DataFrame | None = None

    def contract(self, name: str) -> Contract:
        """The contract of that name; KeyError when unknown."""
        for contract in self.contracts:
            if contract.name == name:
                return contract
        raise KeyError(name)

    def agent(self, agent_id: str) -> Agent:
        """The agent of that id; KeyError when unknown."""
        for agent in self.agents:
            if agent.id == agent_id:
                return agent
        raise KeyError(agent_id)

    @cached_property
    def ledger_by_agent(self) -> dict[str, Ledger]:
        """The first ledger told of each agent."""
        return {ledger.agent: ledger for ledger in reversed(self.ledgers)}

    @property
    def rules(self) -> dict[str, str]:
        """The rule pack of each agent's contract, by the agent's id."""
        packs = {contract.name: contract.rules for contract in self.contracts}
        return {agent.id: packs[agent.contract] for agent in self.agents}

    def hours_week(self, agent: Agent) -> float:
        """Weekly hours owed before absences."""
        return self.contract(agent.contract).hours_of(agent)
