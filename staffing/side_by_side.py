"""The same work on several things by two processes: every other one by a copy of this process, which ends with it."""

from __future__ import annotations

import contextlib
import multiprocessing
import os
from collections.abc import Callable, Sequence
from multiprocessing.connection import Connection
from typing import TypeVar

from staffing.waiting import COPIES
from staffing.with_parent import end_with_parent

T = TypeVar("T")
Work = Callable[[str], T]


def side_by_side(work: Work[T], names: Sequence[str]) -> list[T]:
    """``work`` done on each, in order; one after the other where there is one core or a process cannot be copied.

    What it falls over is raised here, whoever fell over it.
    """
    if not COPIES or len(os.sched_getaffinity(0)) < 2 or len(names) < 2:
        return [work(name) for name in names]
    copies = multiprocessing.get_context("fork")
    here, there = copies.Pipe(duplex=False)
    process = copies.Process(target=_send, args=(there, work, names[1::2]), daemon=True)
    process.start()
    there.close()
    try:
        made = dict(zip(names[::2], map(work, names[::2]), strict=True))
        with contextlib.suppress(EOFError):  # it fell over something: so will this process
            made |= zip(names[1::2], here.recv(), strict=True)
    finally:
        here.close()
        process.join()
    return [made[name] if name in made else work(name) for name in names]


def _send(line: Connection, work: Work[T], names: Sequence[str]) -> None:
    end_with_parent()
    with contextlib.suppress(ValueError, BrokenPipeError):  # the other process meets the same, or met another
        line.send([work(name) for name in names])
