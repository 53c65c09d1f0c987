"""A process that has everything loaded before a run is asked for: the first roster comes seconds sooner.

It starts with the server. It is told which centre is opened and, where no week of it is planned yet, reads it while the
server reads it, forecasts the week after its history in haste, makes a first roster, and waits. It ends with this
server, and when nobody asks for a quarter of an hour.
"""

from __future__ import annotations

import contextlib
import os
import subprocess
import sys
import threading
from dataclasses import dataclass, field
from pathlib import Path

from staffing.waiting import COPIES

ROOT = Path(__file__).parent.parent.parent


def worker(store: str, *told: str) -> subprocess.Popen[bytes]:
    """``python -m staffing.worker`` in a session of its own, so that a run outlives this server."""
    environment = {**os.environ, "OMP_NUM_THREADS": "1", "AFFLUENCE_STORE": store}
    return subprocess.Popen(
        [sys.executable, "-m", "staffing.worker", *told], env=environment, cwd=ROOT, stdin=subprocess.PIPE,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, start_new_session=True,
    )  # fmt: skip


@dataclass
class Spare:
    """At most one waiting process; ``told`` what it was last told to make ready."""

    store: str
    process: subprocess.Popen[bytes] | None = None
    told: str = ""
    lock: threading.Lock = field(default_factory=threading.Lock)

    def ready(self, told: str = "") -> None:
        """Have a process loaded, and make ready what is told unless it did last: ``WEEK FOLDER``, or ``- FOLDER`` for
        the week after the history where none is planned yet."""
        with self.lock:
            if self.process is None or self.process.poll() is not None:
                self.process, self.told = worker(self.store, "--wait"), ""
            if told not in ("", self.told) and self._written(f"ready {told}"):
                self.told = told

    def later(self, told: str) -> None:
        """The same when nothing else is to be made ready."""
        with self.lock:
            self._written(f"later {told}")

    def run(self, id: int, folder: Path) -> bool:
        """Hand a run to the waiting process; False when there is none."""
        with self.lock:
            taken = self._written(f"run {id} {folder}")
            if taken:
                self.told = ""
                if not COPIES and self.process is not None and self.process.stdin is not None:
                    self.process.stdin.close()
                    self.process = None
            return taken

    def _written(self, line: str) -> bool:
        """Whether the process heard it."""
        if self.process is None or self.process.poll() is not None or self.process.stdin is None:
            return False
        with contextlib.suppress(OSError):
            self.process.stdin.write(f"{line}\n".encode())
            self.process.stdin.flush()
            return True
        return False
