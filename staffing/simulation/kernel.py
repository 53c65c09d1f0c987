"""The event kernel: contacts wait, agents come and go, calls in progress are finished. Plain Python and ``heapq``.

Times are seconds after the week's first instant. A caller's patience is looked at when an agent would take the call
(lazy abandonment): the queue never holds an event for a caller who will be answered. Every random number is drawn
before the run and belongs to its contact, so two rosters played on one ``Contacts`` meet the very same callers.
"""

from __future__ import annotations

from collections import deque
from heapq import heappop, heappush
from math import inf

import numpy as np

from staffing.simulation.floor import AWAY, Contacts, Floor, Log, Shift, who_takes


class _Run:
    """The state of one run. Lists, not arrays: single reads of an array cost more than the arithmetic on them; slots,
    for beyond thirty attributes Python looks each of them up twice as long."""

    __slots__ = (
        "always", "answer", "arrival", "back_s", "backs", "busy", "child", "closed", "done", "first", "floor", "heap",
        "held", "idle", "in_order", "late", "left_at_once", "left_s", "lines", "mood", "overrun", "parent", "patience",
        "place", "queue", "retry", "same", "second", "single", "slots_of", "slow", "spare", "takes", "tries", "wanted",
        "work",
    )  # fmt: skip

    def __init__(self, floor: Floor, contacts: Contacts) -> None:
        self.floor = floor
        self.arrival, self.queue = contacts.arrival_s.tolist(), contacts.queue.tolist()
        self.work, self.patience = contacts.work_s.tolist(), contacts.patience_s.tolist()
        self.child, self.tries = contacts.child.tolist(), contacts.tries.tolist()
        self.retry = contacts.retry_s.tolist()
        count, agents = len(self.arrival), len(floor.pace)
        self.answer, self.done = [-1.0] * count, [-1.0] * count
        self.closed: list[int] = []
        self.parent = list(range(count))
        self.lines: list[deque[int]] = [deque() for _ in floor.slots]
        self.idle: list[deque[int]] = [deque() for _ in floor.desks]
        self.first, self.second = who_takes(floor)
        self.takes, self.spare = [d.takes for d in floor.desks], [d.spare for d in floor.desks]
        self.same = [[d for d, b in enumerate(floor.desks) if b.label == a.label] for a in floor.desks]
        self.place, self.held = [AWAY] * agents, [0] * agents
        self.single = all(s == 1 for s in floor.slots)
        self.slow = [[1.0 / p if p > 0 else inf for p in row] for row in floor.pace]
        self.busy, self.overrun, self.left_s = [0.0] * agents, [0.0] * agents, [-inf] * agents
        self.late, self.back_s = [0.0] * agents, [-inf] * agents
        self.heap: list[tuple[float, int, int]] = []
        self.wanted = [AWAY] * agents
        self.slots_of = [[floor.slots[q] for q in (*d.takes, *d.spare)] for d in floor.desks]
        self.always, self.in_order = not floor.open_s, not floor.oldest_first
        self.mood: list[float] = contacts.mood.tolist()
        self.left_at_once: set[int] = set()
        self.backs: set[int] = set()

    def static(self) -> tuple[list[float], list[int]]:
        """Arrivals, shifts and closings in one sorted line: code >= 0 a contact, -1 - k the k-th other event."""
        arrivals = np.array(self.arrival)
        here = np.flatnonzero(~np.isnan(arrivals))
        others = [s.at_s for s in self.floor.shifts]
        others += [t for times in self.floor.closings for t in times]
        times = np.concatenate([np.array(others, dtype=float), arrivals[here]])
        codes = np.concatenate([-1 - np.arange(len(others)), here])
        order = np.argsort(times, kind="stable")
        return [*times[order].tolist(), inf], [*codes[order].tolist(), 0]

    def play(self) -> None:
        times, codes = self.static()
        heap, end_of, arrive = self.heap, self.ended, self.arrive
        shifts, closings = len(self.floor.shifts), [q for q, t in enumerate(self.floor.closings) for _ in t]
        at, upcoming = 0, times[0]
        while True:
            if heap and heap[0][0] < upcoming:
                now, agent, contact = heappop(heap)
                if agent >= 0:
                    end_of(now, agent, contact)
                elif contact >= 0:
                    self.call_again(now, contact)
                else:
                    self.move(now, -1 - agent, self.wanted[-1 - agent])
                continue
            if upcoming == inf:
                return
            code = codes[at]
            if code >= 0:
                arrive(upcoming, code)
            elif -1 - code < shifts:
                self.shift(upcoming, self.floor.shifts[-1 - code])
            else:
                self.close(upcoming, closings[-1 - code - shifts])
            at += 1
            upcoming = times[at]

    def arrive(self, now: float, contact: int) -> None:
        """Answered at once by an idle agent, first of the queue's own desk; else in line."""
        queue = self.queue[contact]
        if not self.always and not self.is_open(queue, now):
            self.closed.append(contact)
            return
        for desk in self.first[queue]:
            if self.idle[desk]:
                agent = self.idle[desk].popleft() if self.single else self.freest(desk, queue)
                if agent >= 0:
                    self.begin(now, agent, contact)
                    return
        for desk in self.second[queue]:
            if sum(len(self.idle[d]) for d in self.same[desk]) > self.floor.desks[desk].reserve and self.idle[desk]:
                agent = self.freest(desk, queue)
                if agent >= 0:
                    self.begin(now, agent, contact)
                    return
        waits = self.patience[contact]
        if self.mood and self.floor.announced[queue] is not None and contact not in self.backs:
            waits = self.hears(now, contact, queue)
            if contact in self.backs:
                return
        if waits > 0:
            self.lines[queue].append(contact)
        if self.tries[contact] > 0:
            heappush(self.heap, (now + waits + self.retry[contact], -1, contact))

    def hears(self, now: float, contact: int, queue: int) -> float:
        """Tells a caller his wait; how long he then stays: 0 when he leaves at once or is called back."""
        said = self.floor.announced[queue]
        assert said is not None
        ahead = sum(now - self.arrival[c] < self.patience[c] for c in self.lines[queue])
        agents = sum(p >= 0 and queue in self.floor.desks[p].takes for p in self.place)
        wait, mood = (ahead + 1) * said.work_s / max(agents, 1), self.mood[contact]
        if wait >= said.offer_s and mood < said.accepts:
            self.backs.add(contact)
            self.patience[contact], self.tries[contact] = inf, 0
            heappush(self.heap, (now + said.back_s, -1, contact))
            return 0.0
        if wait > self.patience[contact]:
            if mood > 1 - said.heeds:
                self.left_at_once.add(contact)
                return 0.0
        else:
            self.patience[contact] *= 1 + said.reassured
        return float(self.patience[contact])

    def is_open(self, queue: int, now: float) -> bool:
        return any(opens <= now < closes for opens, closes in self.floor.open_s[queue])

    def freest(self, desk: int, queue: int) -> int:
        """The agent who holds least, of those the idle longest; -1 when none has room. He stays listed while he could
        hold one more."""
        idle = self.idle[desk]
        agent = min(idle, key=self.held.__getitem__)
        room = self.floor.slots[queue] - self.held[agent]
        if room <= 0:
            return -1
        if room == 1:
            idle.remove(agent)
        return agent

    def begin(self, now: float, agent: int, contact: int) -> None:
        queue = self.queue[contact]
        work = self.work[contact] * self.slow[agent][queue]
        held = self.held[agent]
        if held and self.floor.slots[queue] > 1:
            work *= 1 + self.floor.slowdowns[queue] * held
        self.held[agent] = held + 1
        self.busy[agent] += work / (held + 1) if held else work
        self.answer[contact] = now
        self.done[contact] = done = now + work
        heappush(self.heap, (done, agent, contact))

    def ended(self, now: float, agent: int, contact: int) -> None:
        """The contact goes on to the next level, the agent to the next contact, to a break, or home."""
        child = self.child[contact]
        if child >= 0:
            self.arrival[child] = now
            self.arrive(now, child)
        self.held[agent] -= 1
        desk = self.place[agent]
        if desk < 0:
            if not self.held[agent]:
                over = now - self.left_s[agent]
                self.overrun[agent] += over
                self.late[agent] = over
                if self.back_s[agent] > self.left_s[agent]:
                    back = self.back_s[agent] + over if self.floor.keeps_breaks else now
                    heappush(self.heap, (back, -1 - agent, -1))
            return
        self.look(now, agent, desk)

    def look(self, now: float, agent: int, desk: int) -> None:
        """The next contact for an agent of that desk, or idle."""
        single, arrival, patience = self.single, self.arrival, self.patience
        for queue in self.takes[desk] if self.in_order else self.by_age(now, self.takes[desk]):
            line = self.lines[queue]
            while line and (single or self.held[agent] < self.floor.slots[queue]):
                contact = line.popleft()
                if now - arrival[contact] < patience[contact]:
                    self.begin(now, agent, contact)
                    if self.single:
                        return
        if self.single or not self.held[agent]:
            spare = self.spare[desk]
            if spare and sum(len(self.idle[d]) for d in self.same[desk]) >= self.floor.desks[desk].reserve:
                for queue in spare:
                    if self.lines[queue]:
                        self.begin(now, agent, self.lines[queue].popleft())
                        return
            self.idle[desk].append(agent)
            return
        listed, room = agent in self.idle[desk], self.held[agent] < max(self.slots_of[desk])
        if room and not listed:
            self.idle[desk].append(agent)
        elif listed and not room:
            self.idle[desk].remove(agent)

    def by_age(self, now: float, takes: tuple[int, ...]) -> list[int]:
        """Queues by how long their first caller who still waits has waited; those who gave up are dropped."""
        waiting = []
        for queue in takes:
            line = self.lines[queue]
            while line and now - self.arrival[line[0]] >= self.patience[line[0]]:
                line.popleft()
            if line:
                waiting.append((self.arrival[line[0]], queue))
        return [queue for _, queue in sorted(waiting)]

    def call_again(self, now: float, contact: int) -> None:
        """A caller who gave up tries once more, as a new contact with the same errand."""
        if self.answer[contact] >= 0:
            return
        if contact in self.backs:
            self.arrive(now, contact)
            return
        again = len(self.arrival)
        for line in (self.queue, self.work, self.patience, self.child, self.retry):
            line.append(line[contact])
        if self.mood:
            self.mood.append(self.mood[contact])
        self.arrival.append(now)
        self.tries.append(self.tries[contact] - 1)
        self.parent.append(self.parent[contact])
        self.answer.append(-1.0)
        self.done.append(-1.0)
        self.arrive(now, again)

    def shift(self, now: float, shift: Shift) -> None:
        """An agent joins, changes desk or leaves; one who came late to his break comes back as much later."""
        agent = shift.agent
        self.wanted[agent] = shift.desk
        if shift.desk != AWAY and self.place[agent] == AWAY:
            late = self.late[agent] if now - self.left_s[agent] < 4 * 3600 else 0.0
            self.late[agent] = 0.0
            if self.held[agent]:
                self.back_s[agent] = now
                return
            if late > 0 and self.floor.keeps_breaks:
                heappush(self.heap, (now + late, -1 - agent, -1))
                return
        self.move(now, agent, shift.desk)

    def move(self, now: float, agent: int, desk: int) -> None:
        old = self.place[agent]
        if old == desk:
            return
        if old >= 0 and agent in self.idle[old]:
            self.idle[old].remove(agent)
        self.place[agent] = desk
        if desk == AWAY:
            self.left_s[agent] = now
        elif not self.held[agent]:
            self.look(now, agent, desk)

    def close(self, now: float, queue: int) -> None:
        """Those still in line at the end of the day are sent away (they count as not answered)."""
        self.closed.extend(c for c in self.lines[queue] if now - self.arrival[c] < self.patience[c])
        self.lines[queue].clear()


def run(floor: Floor, contacts: Contacts) -> Log:
    """Play every contact of one replication.

    >>> from staffing.simulation.floor import Desk
    >>> one = lambda *v: np.array(v, dtype=float)
    >>> two = Contacts(one(0, 1), np.array([0, 0]), one(10, 10), one(np.inf, np.inf), np.array([-1, -1]),
    ...                np.array([0, 0]), one(0, 0))
    >>> run(Floor((Desk(0, (0,)),), ((1.0,),), (Shift(0.0, 0, 0),), (1,)), two).answer_s.tolist()
    [0.0, 10.0]
    """
    state = _Run(floor, contacts)
    state.play()
    answer, done, parent = np.array(state.answer), np.array(state.done), np.array(state.parent, dtype=np.int64)
    unanswered = answer < 0
    turned = np.zeros(len(answer), dtype=bool)
    turned[state.closed] = True
    quick, back = np.zeros(len(answer), dtype=bool), np.zeros(len(answer), dtype=bool)
    quick[list(state.left_at_once)], back[list(state.backs)] = True, True
    arrival = np.array(state.arrival)
    patience = np.array(state.patience) if state.mood else contacts.patience_s[parent]
    return Log(
        arrival_s=arrival, queue=contacts.queue[parent],
        answer_s=np.where(unanswered, np.nan, answer), done_s=np.where(unanswered, np.nan, done),
        gave_up=unanswered & ~turned & ~np.isnan(arrival) & np.isfinite(patience), turned_away=turned,
        parent=parent, patience_s=patience, left_at_once=quick,
        called_back=back, busy_s=np.array(state.busy), overrun_s=np.array(state.overrun),
    )  # fmt: skip
