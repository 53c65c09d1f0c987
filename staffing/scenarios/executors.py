"""Where scenarios are played: in this process, in local processes, or on a cluster; one interface for all."""

from __future__ import annotations

import multiprocessing
import signal
from collections.abc import Callable, Iterator
from concurrent.futures import Future, ProcessPoolExecutor
from contextlib import contextmanager
from typing import Any, Protocol

from staffing.with_parent import end_with_parent


class Executor(Protocol):
    """Takes a call and answers with its future; ``concurrent.futures`` and a dask client's executor both do."""

    def submit(self, fn: Callable[..., Any], /, *args: Any) -> Future[Any]:
        """Run ``fn(*args)`` somewhere."""
        ...


class Here:
    """Runs each call at once in this process."""

    def submit(self, fn: Callable[..., Any], /, *args: Any) -> Future[Any]:
        """The finished future; what ``fn`` raises reaches the caller at once."""
        future: Future[Any] = Future()
        future.set_result(fn(*args))
        return future


@contextmanager
def local_processes(count: int = 2) -> Iterator[Executor]:
    """``count`` processes of this machine; those calls that have not begun are dropped on leaving."""
    pool = ProcessPoolExecutor(count, mp_context=multiprocessing.get_context("spawn"), initializer=_begin)
    try:
        yield pool
    finally:
        pool.shutdown(wait=True, cancel_futures=True)


def _begin() -> None:
    """Ctrl+C is for the process that asked: what a worker has begun is finished and kept. It ends with that one."""
    end_with_parent()
    signal.signal(signal.SIGINT, signal.SIG_IGN)


@contextmanager
def on_cluster(address: str) -> Iterator[Executor]:
    """A dask.distributed cluster by its scheduler's address; needs the extra ``affluence[cluster]``."""
    from distributed import Client  # type: ignore[import-untyped,unused-ignore]

    with Client(address) as client:  # type: ignore[no-untyped-call,unused-ignore]
        yield client.get_executor(pure=False)
