"""Centre: all a contact centre knows of itself. Read from one folder by ``staffing.gate``."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field

from forecasts.edits import Edit
from forecasts.grid import Grid, Opening
from forecasts.history import History
from forecasts.sisters import Borrow
from staffing.problems import Problem
from staffing.rostering.team import Team
from staffing.targets import Target


@dataclass(frozen=True)
class Transfer:
    """A share of a channel's handled contacts goes on ``to`` a level-2 queue or an external sink.

    ``aht_s`` is the handle time there. Warm: the level-1 agent stays on the line for ``handover_s`` seconds.
    """

    to: str
    share: float
    aht_s: float
    warm: bool = False
    handover_s: float = 0.0


@dataclass(frozen=True)
class Channel:
    """A stream of contacts that is forecast on its own: a medium and a subject, entering at one ``queue``.

    ``kind`` is one of ``staffing.sizing.channels``: phone, email, chat, callback. ``aht_s`` stands in where the
    history has no handle time. ``borrow`` is the past of another channel that stands in for one it has not.
    """

    name: str
    kind: str
    queue: str
    opening: Opening
    aht_s: float
    transfers: tuple[Transfer, ...] = ()
    label: str = ""
    borrow: Borrow | None = None


@dataclass(frozen=True)
class Queue:
    """Where contacts wait for an agent who has the skill of that name.

    ``patience_s`` mean time before a caller gives up (None = callers never do, Erlang C); ``min_agents`` promised while
    it is open; ``pacing_s`` pause after
    each contact (branch agreement); ``max_occupancy`` caps agents' load (1 = none); ``concurrency`` chats an agent
    holds at once, of which each further one lengthens all by ``chat_slowdown``.
    """

    name: str
    level: int
    kind: str
    opening: Opening
    target: Target
    patience_s: float | None = None
    patience_cv: float = 1.0
    pacing_s: float = 0.0
    min_agents: int = 0
    max_occupancy: float = 1.0
    concurrency: int = 1
    model: str = "auto"
    label: str = ""
    chat_slowdown: float = 0.25


@dataclass(frozen=True)
class Sink:
    """Somewhere outside that takes transferred contacts, at a price per contact, with no roster here."""

    name: str
    cost_eur: float = 0.0


@dataclass(frozen=True)
class Shrinkage:
    """Share of scheduled time lost without warning (sickness, lateness), on some weekdays and levels.

    Planned losses are absences in the team; breaks are in the shifts; only this one inflates the requirement.
    """

    kind: str
    share: float
    level: int | None = None
    weekdays: tuple[int, ...] = (0, 1, 2, 3, 4, 5, 6)
    from_min: int = 0
    to_min: int = 1440


@dataclass(frozen=True)
class Goals:
    """What the roster engine pays for, in EUR. Wages come from contracts.

    ``shortage_eur_h`` one agent missing one hour on a queue, ``shortage_deep_eur_h`` more for what is missing beyond
    a tenth of the need, both following the callers kept waiting by ``callers_share`` (0: one price everywhere),
    ``expert_factor`` multiplies both at level 2, ``surplus_eur_h`` one agent too many, ``min_staff_eur_h`` one hour of
    an agent below the staff promised on a queue.
    ``together_eur_h`` an hour by which a team member's start strays from the team's; ``alone_eur_h`` an hour that an
    agent in the first ``new_weeks`` weeks works with nobody experienced at hand.
    ``block_min`` minutes an agent stays on a queue before changing.
    """

    shortage_eur_h: float = 100.0
    shortage_deep_eur_h: float = 100.0
    callers_share: float = 1.0
    expert_factor: float = 1.4
    surplus_eur_h: float = 8.0
    min_staff_eur_h: float = 500.0
    sixth_day_eur: float = 60.0
    late_eur: float = 3.0
    saturday_eur: float = 10.0
    start_shift_eur_h: float = 2.0
    together_eur_h: float = 20.0
    alone_eur_h: float = 15.0
    new_weeks: int = 8
    switch_eur: float = 1.0
    block_min: int = 30
    change_eur: float = 30.0
    late_after_min: int = 1140


@dataclass(frozen=True)
class Calendar:
    """Days that are special here: ``subdivision`` as in the holidays package ("57" for Moselle), school zone A/B/C;
    ``holidays`` the country's and the centre's own."""

    country: str = "FR"
    subdivision: str = ""
    school_zone: str = ""
    holidays: tuple[tuple[dt.date, str], ...] = ()


@dataclass(frozen=True)
class Centre:
    """A contact centre: what comes in, who answers, under which rules and at what price.

    ``digest`` identifies the inputs; ``remarks`` tell what the gate read with care;
    ``edits`` change the forecast by hand.
    ``retry_share`` of those who give up call again after ``retry_delay_min``; ``posts`` full-time posts owed by each
    funding body.
    """

    name: str
    grid: Grid
    channels: tuple[Channel, ...]
    queues: tuple[Queue, ...]
    team: Team
    history: History
    sinks: tuple[Sink, ...] = ()
    shrinkage: tuple[Shrinkage, ...] = ()
    goals: Goals = field(default_factory=Goals)
    calendar: Calendar = field(default_factory=Calendar)
    retry_share: float = 0.0
    retry_delay_min: float = 20.0
    digest: str = ""
    remarks: tuple[Problem, ...] = ()
    edits: tuple[Edit, ...] = ()
    posts: tuple[tuple[str, float], ...] = ()

    def queue(self, name: str) -> Queue:
        """The queue of that name; KeyError when unknown."""
        for queue in self.queues:
            if queue.name == name:
                return queue
        raise KeyError(name)

    def channel(self, name: str) -> Channel:
        """The channel of that name; KeyError when unknown."""
        for channel in self.channels:
            if channel.name == name:
                return channel
        raise KeyError(name)

    @property
    def borrows(self) -> tuple[Borrow, ...]:
        """Whose past stands in for that of young channels."""
        return tuple(channel.borrow for channel in self.channels if channel.borrow is not None)

    def level_queues(self, level: int) -> tuple[Queue, ...]:
        return tuple(q for q in self.queues if q.level == level)
