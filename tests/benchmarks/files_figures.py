"""The files' figures: a history of a million rows, a log of a million events.

From the root: ``python -m tests.benchmarks.files_figures``.

Each in a process of its own; CPU and wall seconds, peak memory. The log's counts are compared with those of a reader
that goes line after line (``tests.files.samples.counted_by_hand``); the file is drawn from seed 1, 1 % of it damaged.
"""

from __future__ import annotations

import multiprocessing
import resource
import tempfile
import time
from pathlib import Path

import pandas as pd

from forecasts.grid import Grid
from staffing.files.history_import import import_history
from staffing.files.imported import Imported
from tests.files import samples

ROWS, CHANNELS, EVENTS_A_CALL = 1_000_000, 25, 3.65
PARIS = Grid("Europe/Paris", 15)


def history(path: Path) -> None:
    """A French export: day/month/year, decimal comma, mm:ss, 25 queues by quarter of an hour."""
    starts = pd.date_range("2024-01-01", periods=ROWS // CHANNELS, freq="15min", tz="UTC").tz_convert("Europe/Paris")
    with path.open("w", encoding="cp1252") as out:
        out.write("Créneau;File;Appels reçus;Appels décrochés;DMT\n")
        for number, start in enumerate(starts):
            at = start.isoformat()
            for channel in range(CHANNELS):
                offered = (number * 7 + channel) % 60
                out.write(f"{at};File {channel};{offered};{offered * 9 // 10};4:{number % 60:02d}\n")


def measured(path: Path, told: multiprocessing.SimpleQueue[tuple[float, float, float, Imported]]) -> None:
    cpu, wall = time.process_time(), time.monotonic()
    read = import_history(path, PARIS)
    peak_mb = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    told.put((time.process_time() - cpu, time.monotonic() - wall, peak_mb, read))


def figure(name: str, path: Path) -> Imported:
    """Read in a fresh process and print what it took."""
    spawn = multiprocessing.get_context("spawn")
    told = spawn.SimpleQueue()
    process = spawn.Process(target=measured, args=(path, told))
    process.start()
    cpu, wall, peak_mb, read = told.get()
    process.join()
    print(f"{name}: {path.stat().st_size / 1e6:.0f} MB, {len(read.frame)} rows out, {cpu:.1f} s of CPU, "
          f"{wall:.1f} s, {peak_mb:.0f} MB at most")  # fmt: skip
    return read


def main() -> None:
    with tempfile.TemporaryDirectory() as place:
        path = Path(place) / "history.csv"
        history(path)
        read = figure("history of a million rows", path)
        assert len(read.frame) == ROWS
        log = Path(place) / "queue_log"
        samples.queue_log(log, int(ROWS / EVENTS_A_CALL), seed=1, damage=0.01)
        lines = sum(1 for _ in log.open())
        tally = dict(figure(f"queue_log of {lines} events", log).tally)
        truth = samples.counted_by_hand(log)
        print(f"by import { ({name: tally[name] for name in truth}) }, line by line {truth}")


if __name__ == "__main__":
    main()
