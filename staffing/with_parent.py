"""A process started by another ends with it, also where that one was killed and could end nothing itself."""

from __future__ import annotations

import multiprocessing
import multiprocessing.connection
import os
import threading


def end_with_parent() -> None:
    """From now on, end this process at once when the one that started it is gone; nothing in the first process."""
    parent = multiprocessing.parent_process()
    if parent is not None:
        threading.Thread(target=_watch, args=(parent.sentinel,), daemon=True).start()


def _watch(parent: int) -> None:
    """The parent holds the other end of a pipe: however it goes, the system closes it."""
    multiprocessing.connection.wait([parent])
    os._exit(1)
