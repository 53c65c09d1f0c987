"""Call records from a room told by SimPy: a day of two humps, shifts with breaks, phones that ring, wrap-up that no
switch records, callers of two kinds of patience; and the same as a ``queue_log`` or a table."""

from __future__ import annotations

from collections.abc import Generator
from typing import Any

import numpy as np
import pandas as pd
import simpy

MONDAY_S = 1_764_576_000.0
RING_S = 4.0


class SwitchRoom:
    """Agents answer the caller who waited longest of their queues; every answer takes a ring and a wrap-up."""

    def __init__(
        self, queues: dict[str, float], takes: list[tuple[str, ...]], *, days: int, seed: int, spread: float = 0.8
    ) -> None:
        self.spread = spread
        self.rng, self.env, self.days = np.random.default_rng(seed), simpy.Environment(), days
        self.line: list[dict[str, Any]] = []
        self.calls: list[dict[str, Any]] = []
        self.wake = self.env.event()
        for queue, calls_h in queues.items():
            self.env.process(self.source(queue, calls_h))
        for number, kinds in enumerate(takes):
            for day in range(days):
                self.env.process(self.agent(f"agent-{number}", kinds, day, number))
        self.env.run()

    def source(self, queue: str, calls_h: float) -> Generator[Any, Any, None]:
        top = 2.0 * calls_h / 3600
        while True:
            yield self.env.timeout(self.rng.exponential(1 / top))
            hour = self.env.now / 3600 % 24
            if self.env.now > 86400 * self.days:
                return
            shape = sum(np.exp(-(((hour - hump) / 1.6) ** 2)) for hump in (10.5, 14.75)) + 0.35
            if 8 <= hour < 18 and self.rng.random() < shape / 2:
                self.env.process(self.caller(queue))

    def caller(self, queue: str) -> Generator[Any, Any, None]:
        hasty = self.rng.random() < 0.04
        patience = self.rng.exponential(3.0) if hasty else self.rng.lognormal(4.7, 0.9)
        call = {"queue": queue, "at": self.env.now, "agent": "", "taken": self.env.event(), "service": np.nan}
        self.calls.append(call)
        self.line.append(call)
        self.ring_bell()
        yield call["taken"] | self.env.timeout(patience)
        call["wait"] = self.env.now - call["at"]
        call["answered"] = call["taken"].triggered
        if not call["answered"] and call in self.line:
            self.line.remove(call)
        call["gone"] = True

    def ring_bell(self) -> None:
        self.wake.succeed()
        self.wake = self.env.event()

    def agent(self, name: str, kinds: tuple[str, ...], day: int, number: int) -> Generator[Any, Any, None]:
        begins = 86400 * day + 3600 * (8 + number % 3)
        cuts = [0, 100 + 7 * (number % 5), 115 + 7 * (number % 5), 220, 265, 350, 365, 465]
        for start, end in zip(cuts[::2], cuts[1::2], strict=True):
            yield self.env.timeout(max(0.0, begins + 60.0 * start - self.env.now))
            while self.env.now < begins + 60.0 * end:
                call = next((c for c in self.line if c["queue"] in kinds), None)
                if call is None:
                    yield self.wake | self.env.timeout(begins + 60.0 * end - self.env.now)
                    continue
                self.line.remove(call)
                yield self.env.timeout(RING_S)
                if call.get("gone"):
                    continue
                call["agent"], call["service"] = name, float(self.rng.lognormal(5.52 - self.spread**2 / 2, self.spread))
                call["taken"].succeed()
                yield self.env.timeout(call["service"])
                yield self.env.timeout(self.rng.exponential(25.0))

    @property
    def table(self) -> pd.DataFrame:
        """One row a call: arrival (UTC text), queue, wait, talk, outcome, agent."""
        calls = [c for c in self.calls if "wait" in c]
        at = pd.to_datetime([MONDAY_S + c["at"] for c in calls], unit="s", utc=True).round("ms")
        return pd.DataFrame({
            "arrival": [t.isoformat() for t in at], "queue": [c["queue"] for c in calls],
            "wait": [round(c["wait"], 1) for c in calls], "talk": [round(c["service"], 1) for c in calls],
            "outcome": ["answered" if c["answered"] else "abandoned" for c in calls],
            "agent": [c["agent"] for c in calls],
        })  # fmt: skip

    @property
    def queue_log(self) -> str:
        """The same in Asterisk's form, whole seconds."""
        lines = []
        for number, c in enumerate(c for c in self.calls if "wait" in c):
            at, call, queue = MONDAY_S + c["at"], f"c{number}", c["queue"]
            lines.append((at, f"{at:.0f}|{call}|{queue}|NONE|ENTERQUEUE||0600000000|1"))
            done, wait = at + c["wait"], f"{c['wait']:.0f}"
            if c["answered"]:
                end = done + c["service"]
                lines.append((done, f"{done:.0f}|{call}|{queue}|{c['agent']}|CONNECT|{wait}|x|4"))
                lines.append((end, f"{end:.0f}|{call}|{queue}|{c['agent']}|COMPLETECALLER|{wait}|{c['service']:.0f}|1"))
            else:
                lines.append((done, f"{done:.0f}|{call}|{queue}|NONE|ABANDON|1|1|{wait}"))
        return "\n".join(text for _, text in sorted(lines)) + "\n"
