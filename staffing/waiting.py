"""A process with everything loaded, and copies of it that read a centre and make its first roster before it is asked
for.

Loading takes seconds, a copy milliseconds; and a copy that works for a centre nobody looks at any more is simply left
to end. Where a process cannot be copied safely (not on Linux) it does the work itself and takes one run.
"""

from __future__ import annotations

import gc
import os
import select
import signal
import sys
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import NoReturn

COPIES = sys.platform == "linux"
PATIENCE_S = 900.0
"""A process that hears nothing for that long ends."""
MOST = 3
SELDOM = (100_000, 20, 20)
"""A copy looks for cycles in its memory so many objects apart: as often as Python does by itself takes a fifth of its
time up to the first roster, and there is next to nothing to find."""
Serve = Callable[[int, int], None]
"""What a copy does with the lines of one file descriptor; it writes a byte to the other whenever one is dealt with."""


def wait(serve: Serve) -> None:
    """Hand every line of standard input to a copy that runs ``serve``: ``ready WEEK FOLDER``, ``run ID FOLDER``, or
    ``later WEEK FOLDER`` for when nothing else is made ready."""
    if not COPIES:
        serve(sys.stdin.fileno(), os.open(os.devnull, os.O_WRONLY))
        return
    signal.signal(signal.SIGCHLD, signal.SIG_IGN)  # nobody asks how a copy ended
    gc.freeze()  # a collection in a copy would write to every page that it shares
    gc.set_threshold(*SELDOM)
    copies, heard, source = Copies(serve), b"", sys.stdin.fileno()
    while told := select.select([source, *copies.dones()], [], [], PATIENCE_S)[0]:
        for done in set(told) - {source}:
            copies.hear(done)
        if source in told:
            got = os.read(source, 1 << 16)
            if not got:
                break
            *lines, heard = (heard + got).split(b"\n")
            for line in lines:
                copies.hand(line.decode())


@dataclass
class Copy:
    """A copy that has no run yet: the line to it, the one from it, and how much it has still to make ready."""

    line: int
    done: int
    busy: int = 0

    def told(self, text: str) -> bool:
        """Whether it could be told."""
        try:
            os.write(self.line, f"{text}\n".encode())
        except BrokenPipeError:
            return False
        self.busy += 1
        return True

    def leave(self) -> None:
        """Without a run it ends, with one it lives on."""
        os.close(self.line)
        os.close(self.done)


@dataclass
class Copies:
    """A copy for each of the centres last looked at; what is asked now goes before what may be asked later."""

    serve: Serve
    waiting: dict[str, Copy] = field(default_factory=dict)
    later: list[str] = field(default_factory=list)

    def dones(self) -> tuple[int, ...]:
        return tuple(copy.done for copy in self.waiting.values())

    def hand(self, text: str) -> None:
        """A line to the copy of its folder; whatever is made ready for another folder meanwhile is given up."""
        word, _, told = text.partition(" ")
        folder = told.partition(" ")[2]
        if word == "later":
            self.later.append(f"ready {told}")
            self._go_on()
            return
        for other, copy in list(self.waiting.items()):
            if other != folder and copy.busy:
                self.leave(other)
        if folder not in self.waiting or not self.waiting[folder].told(text):
            self.leave(folder)
            self.waiting[folder] = self._copy()
            self.waiting[folder].told(text)
        if word == "run":
            self.later.clear()
            self.leave(folder)
        for oldest in list(self.waiting)[:-MOST]:
            self.leave(oldest)

    def hear(self, done: int) -> None:
        """A copy has dealt with a line, or is gone."""
        for folder, copy in list(self.waiting.items()):
            if copy.done == done:
                dealt = len(os.read(done, 64))
                copy.busy -= dealt
                if not dealt:
                    self.leave(folder)
        self._go_on()

    def leave(self, folder: str) -> None:
        """End a folder's copy, if it has no run."""
        copy = self.waiting.pop(folder, None)
        if copy is not None:
            copy.leave()

    def _go_on(self) -> None:
        if self.later and not any(copy.busy for copy in self.waiting.values()):
            self.hand(self.later.pop(0))

    def _copy(self) -> Copy:
        source, line = os.pipe()
        done, report = os.pipe()
        if not os.fork():
            self._serve(source, report, (line, done))
        os.close(source)
        os.close(report)
        return Copy(line, done)

    def _serve(self, source: int, report: int, not_ours: tuple[int, ...]) -> NoReturn:
        """In the copy, and nothing after it; a run outlives the process it was copied from."""
        status = 1
        try:
            os.setsid()
            signal.signal(signal.SIGCHLD, signal.SIG_DFL)
            os.dup2(os.open(os.devnull, os.O_RDONLY), 0)  # standard input is not ours
            for end in (*not_ours, *(fd for copy in self.waiting.values() for fd in (copy.line, copy.done))):
                os.close(end)
            self.serve(source, report)
            status = 0
        finally:
            os._exit(status)
