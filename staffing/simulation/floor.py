"""What the kernel plays: contacts with all their draws, a floor of desks and agents, and the log of what happened.

Times are seconds after the week's first instant.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from math import inf

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
AWAY = -1


@dataclass(frozen=True, eq=False)
class Contacts:
    """One replication's contacts, with every draw they will need. Arrays of one length.

    ``arrival_s`` NaN for those that only a transfer brings; ``queue`` index; ``work_s`` agent time at normal pace;
    ``patience_s`` time before giving up (inf: never); ``child`` the contact that starts when this one is answered
    and done (-1: none); ``tries`` calls still made after giving up; ``retry_s`` pause before each; ``mood`` 0..1 how
    each takes an announcement (empty: nobody is told anything).
    """

    arrival_s: Floats
    queue: Ints
    work_s: Floats
    patience_s: Floats
    child: Ints
    tries: Ints
    retry_s: Floats
    mood: Floats = field(default_factory=lambda: np.zeros(0))


@dataclass(frozen=True)
class Announcement:
    """Who has to wait is told how long: those in line before, and himself, at ``work_s`` each over the agents there.

    The share ``heeds`` of those who would give up before then leaves at once; those who would not stay as much more
    patient as ``reassured`` says. From ``offer_s`` announced on, the share ``accepts`` is called back ``back_s`` later,
    and then waits for an agent without giving up.
    """

    work_s: float
    heeds: float = 0.5
    reassured: float = 0.0
    offer_s: float = inf
    accepts: float = 0.0
    back_s: float = 2700.0


@dataclass(frozen=True)
class Desk:
    """What agents who do the same take next: ``takes`` queues in order, always; ``spare`` deferrable queues, taken
    only while ``reserve`` agents of the same ``label`` stay idle beside."""

    label: int
    takes: tuple[int, ...]
    spare: tuple[int, ...] = ()
    reserve: int = 1


@dataclass(frozen=True)
class Shift:
    """A change of one agent's place: at ``at_s`` he joins ``desk`` (index, AWAY to leave)."""

    at_s: float
    agent: int
    desk: int


@dataclass(frozen=True)
class Floor:
    """The room being played: ``desks``; ``pace[agent][queue]`` share of normal speed (0: cannot); ``shifts`` sorted by
    time; ``slots[queue]`` contacts an agent holds at once, ``slowdowns[queue]`` by which each further one lengthens
    them; ``closings[queue]`` instants when those still in line are sent away; ``open_s[queue]`` spans when it takes
    calls; ``oldest_first`` an agent takes the caller who waited longest of all his queues, whatever their order;
    ``announced[queue]`` what those who wait are told; ``keeps_breaks`` who finishes a call in his break comes back as
    much later (False: when the break ends, or the call).
    """

    desks: tuple[Desk, ...]
    pace: tuple[tuple[float, ...], ...]
    shifts: tuple[Shift, ...]
    slots: tuple[int, ...]
    slowdowns: tuple[float, ...] = ()
    closings: tuple[tuple[float, ...], ...] = ()
    open_s: tuple[tuple[tuple[float, float], ...], ...] = ()
    oldest_first: bool = False
    keeps_breaks: bool = True
    announced: tuple[Announcement | None, ...] = ()


@dataclass(frozen=True, eq=False)
class Log:
    """What happened to each contact, retries appended after those given: ``arrival_s``; ``answer_s`` NaN when never
    answered; ``done_s``; ``gave_up`` before an answer; ``turned_away`` by closed hours; ``parent`` the first call of
    a retry (own index otherwise); ``patience_s`` in the end; ``left_at_once`` on hearing the wait, ``called_back`` when
    called back. Per agent:
    ``busy_s``, ``overrun_s`` worked past the end of a segment."""

    arrival_s: Floats
    queue: Ints
    answer_s: Floats
    done_s: Floats
    gave_up: npt.NDArray[np.bool_]
    turned_away: npt.NDArray[np.bool_]
    parent: Ints
    patience_s: Floats
    left_at_once: npt.NDArray[np.bool_]
    called_back: npt.NDArray[np.bool_]
    busy_s: Floats
    overrun_s: Floats


def alone(arrival_s: Floats, queue: Ints, work_s: Floats, patience_s: Floats) -> Contacts:
    """Contacts that lead to no other: nobody is handed on, nobody calls again."""
    count = len(arrival_s)
    return Contacts(
        arrival_s, queue, work_s, patience_s, np.full(count, -1), np.zeros(count, dtype=np.int64), np.zeros(count),
    )  # fmt: skip


def everybody_there(
    takes: Sequence[tuple[int, ...]], queues: int, *, announced: tuple[Announcement | None, ...] = ()
) -> Floor:
    """A floor where each agent is there from the first instant on, at normal pace; ``takes`` queues of each in order,
    his own first.

    >>> everybody_there([(0,), (0, 1), (0,)], 2).shifts[2]
    Shift(at_s=0.0, agent=2, desk=0)
    """
    desks = {kind: number for number, kind in enumerate(dict.fromkeys(takes))}
    return Floor(
        tuple(Desk(kind[0], kind) for kind in desks), ((1.0,) * queues,) * len(takes),
        tuple(Shift(0.0, agent, desks[kind]) for agent, kind in enumerate(takes)), (1,) * queues, announced=announced,
    )  # fmt: skip


def who_takes(floor: Floor) -> tuple[list[list[int]], list[list[int]]]:
    """By queue: desks that always take it, its own label first; desks that take it as spare work."""
    first: list[list[int]] = [[] for _ in floor.slots]
    second: list[list[int]] = [[] for _ in floor.slots]
    for number, desk in enumerate(floor.desks):
        for queue in desk.takes:
            first[queue].append(number)
        for queue in desk.spare:
            second[queue].append(number)
    for queue, desks in enumerate(first):
        desks.sort(key=lambda d: (floor.desks[d].takes.index(queue), len(floor.desks[d].takes)))
    return first, second
