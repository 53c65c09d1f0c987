"""No process is left behind by one that was killed."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from staffing.rostering.second import Second
from staffing.scenarios.executors import local_processes

ROOT = Path(__file__).parent.parent


def forever(_: object) -> None:
    """Work that never comes back to look whether anybody still waits."""
    while True:
        pass


def engine(question: bool) -> None:
    """A process that searches beside this one, asked or still waiting to be."""
    second = Second.start(forever)
    if question:
        second.ask(1)
    print(second.process.pid, flush=True)
    time.sleep(60)


def scenarios() -> None:
    """A process that plays scenarios for this one."""
    with local_processes(1) as pool:
        print(pool.submit(os.getpid).result(), flush=True)
        pool.submit(forever, 1)
        time.sleep(60)


def gone(pid: int) -> bool:
    """Whether a process has ended, buried or not."""
    state = Path(f"/proc/{pid}/stat")
    return not state.exists() or state.read_text().rsplit(")", 1)[1].split()[0] == "Z"


@pytest.mark.skipif(not Path("/proc/self/stat").exists(), reason="reads Linux's list of processes")
@pytest.mark.parametrize("how", ["engine(True)", "engine(False)", "scenarios()"])
def test_a_process_beside_a_killed_one_ends_too(how: str) -> None:
    begun = f"from tests.test_with_parent import *; {how}"
    parent = subprocess.Popen([sys.executable, "-c", begun], cwd=ROOT, stdout=subprocess.PIPE)
    assert parent.stdout is not None
    child = int(parent.stdout.readline())
    try:
        assert not gone(child)
        time.sleep(0.3)
        parent.send_signal(signal.SIGKILL)
        parent.wait()
        until = time.monotonic() + 20
        while not gone(child) and time.monotonic() < until:
            time.sleep(0.05)
        assert gone(child)
    finally:
        parent.stdout.close()
        if not gone(child):
            os.kill(child, signal.SIGKILL)
