"""The same room told a second time, with SimPy processes: callers who wait or give up, agents who work and rest.

Shares no code with the kernel. One contact an agent at a time; no retries; every agent at normal pace.
"""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import numpy as np
import simpy

from staffing.simulation.floor import Contacts

Span = tuple[float, float]


class Room:
    """Agents serve ``takes[agent]`` in that order during ``spans[agent]``, finishing what they began."""

    def __init__(self, contacts: Contacts, takes: list[tuple[int, ...]], spans: list[list[Span]]) -> None:
        self.env, self.contacts, self.takes, self.spans = simpy.Environment(), contacts, takes, spans
        self.lines: dict[int, list[tuple[int, Any]]] = {q: [] for t in takes for q in t}
        self.idle: list[tuple[int, Any]] = []
        self.answer = np.full(len(contacts.arrival_s), np.nan)
        for agent in range(len(takes)):
            self.env.process(self.agent(agent))
        self.env.process(self.source())

    def source(self) -> Generator[Any, Any, None]:
        arrival = self.contacts.arrival_s
        for c in np.argsort(arrival, kind="stable"):
            if np.isnan(arrival[c]):
                return
            yield self.env.timeout(arrival[c] - self.env.now)
            self.env.process(self.caller(int(c)))

    def caller(self, c: int) -> Generator[Any, Any, None]:
        queue, taken = int(self.contacts.queue[c]), self.env.event()
        able = [(self.takes[a].index(queue), len(self.takes[a]), i) for i, (a, _) in enumerate(self.idle)
                if queue in self.takes[a]]  # fmt: skip
        if able:
            _, wake = self.idle.pop(min(able)[2])
            wake.succeed((c, taken))
        else:
            self.lines[queue].append((c, taken))
        patience = float(self.contacts.patience_s[c])
        if np.isfinite(patience):
            yield taken | self.env.timeout(patience)
            if not taken.triggered:
                self.lines[queue].remove((c, taken))
        else:
            yield taken

    def agent(self, a: int) -> Generator[Any, Any, None]:
        late = 0.0
        for start, end in self.spans[a]:
            yield self.env.timeout(max(0.0, start + late - self.env.now))
            while self.env.now < end:
                contact = self.next_of(a)
                if contact is None:
                    wake = self.env.event()
                    self.idle.append((a, wake))
                    yield wake | self.env.timeout(end - self.env.now)
                    if not wake.triggered:
                        self.idle.remove((a, wake))
                        break
                    contact = wake.value
                c, taken = contact
                if not taken.triggered:
                    taken.succeed()
                self.answer[c] = self.env.now
                yield self.env.timeout(float(self.contacts.work_s[c]))
                if self.contacts.child[c] >= 0:
                    self.env.process(self.caller(int(self.contacts.child[c])))
                    yield self.env.timeout(0)  # the transferred caller is in line before the agent looks
            late = max(0.0, self.env.now - end)

    def next_of(self, a: int) -> tuple[int, Any] | None:
        for queue in self.takes[a]:
            if self.lines[queue]:
                return self.lines[queue].pop(0)
        return None

    def play(self) -> np.ndarray:
        self.env.run()
        return self.answer
