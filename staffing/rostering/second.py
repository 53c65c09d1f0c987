"""A second process that searches beside the first, from another seed: both cores work, the cheaper roster wins.

It imports while the first process still raises the bound, gets the priced weeks, cools as often as the first, and
answers with its best roster. Each process's work is laid out beforehand, so the pair is as repeatable as one.
"""

from __future__ import annotations

import contextlib
import multiprocessing
from collections.abc import Callable
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any

from staffing.with_parent import end_with_parent

SPAWN = multiprocessing.get_context("spawn")
PATIENCE_S = 0.2


@dataclass(frozen=True)
class Second:
    """A running process and the line to it."""

    process: Any
    line: Connection

    @staticmethod
    def start(work: Callable[[Any], Any]) -> Second:
        """A process that waits for one question and will answer ``work(question)``."""
        here, there = SPAWN.Pipe()
        process = SPAWN.Process(target=_serve, args=(there, work), daemon=True)
        process.start()
        there.close()
        return Second(process, here)

    def ask(self, question: Any) -> None:
        """Send the question; the answer comes by ``answer``. A process that could not start gets none: its work is
        not done, the first one's is."""
        with contextlib.suppress(OSError):
            self.line.send(question)

    def answer(self, go_on: Callable[[], bool]) -> Any | None:
        """The answer, waited for while ``go_on()``; None when it did not come or the process died."""
        try:
            while not self.line.poll(PATIENCE_S):
                if not go_on():
                    return None
            return self.line.recv()
        except (EOFError, ConnectionError):
            return None

    def close(self) -> None:
        """End the process."""
        self.line.close()
        self.process.terminate()
        self.process.join()


def _serve(line: Connection, work: Callable[[Any], Any]) -> None:
    end_with_parent()
    with contextlib.suppress(EOFError):  # the first process went before it asked
        line.send(work(line.recv()))
