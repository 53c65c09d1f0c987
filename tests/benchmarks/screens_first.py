"""Seconds from the click that asks for a roster to the first one on screen, forecast included, and from "stop and keep
the best" to the plan kept: ``python -m tests.benchmarks.screens_first``, or with all else in ``screens``.

The reference sample (119 agents, ten channels) and the same grown to 500 agents, each as a centre of its own without
any plan. ``at_once_s`` is a click as soon as the page is there, ``new_s`` the same of a centre whose folder was not
there when the server started, ``first_s`` a click after ten seconds of reading the page, while a process makes a first
roster ready. Real Chromium; the server, its processes and the browser share the machine's cores.
"""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pandas as pd

ROOT = Path(__file__).parent.parent.parent
SAMPLES = ROOT / "data_samples"
AGENTS = 119
GRID = "text=début et fin de chaque vacation"
QUICK = "text=Premier planning, sur une prévision rapide"
READING_S = 10.0
COPIED = ("agents.csv", "absences.csv", "commitments.csv", "past.csv", "ledgers.csv")
FULL_S = 240_000


def grown(folder: Path, agents: int) -> None:
    """The reference sample's folder with so many agents, copies of its own, and as many more contacts."""
    shutil.copytree(SAMPLES / "reference", folder)
    told = (folder / "centre.toml").read_text("utf-8").replace('name = "', f'name = "{folder.name} ', 1)
    (folder / "centre.toml").write_text(told, "utf-8")  # plans go by the centre's name
    if agents == AGENTS:
        return
    kept: list[str] = []
    for name in COPIED:
        key = "id" if name == "agents.csv" else "agent"
        cells = pd.read_csv(folder / name, dtype=str, keep_default_na=False)
        copies = pd.concat([cells.assign(**{key: cells[key] + f"-{i}"}) for i in range(-(-agents // AGENTS))])
        kept = list(copies["id"][:agents]) if key == "id" else kept
        copies[copies[key].isin(kept)].to_csv(folder / name, index=False)
    history = pd.read_csv(folder / "history.csv.gz", dtype={"start": str, "channel": str})
    for column in ("offered", "handled", "abandoned"):
        history[column] = (history[column] * agents / AGENTS).round().astype("Int64")
    history.to_csv(folder / "history.csv.gz", index=False)


@contextlib.contextmanager
def served(home: Path) -> Iterator[str]:
    """The address of a server with that home."""
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {**os.environ, "AFFLUENCE_HOME": str(home), "OMP_NUM_THREADS": "1"}
    options = ["--server.address", "127.0.0.1", "--server.port", str(port), "--server.headless", "true"]
    server = subprocess.Popen([sys.executable, "-m", "streamlit", "run", "app.py", *options], cwd=ROOT, env=environment)
    try:
        time.sleep(8)
        yield f"http://127.0.0.1:{port}"
    finally:
        server.terminate()
        server.wait(20)


def first_rosters(agents: int) -> dict[str, Any]:
    """The figures of a centre of so many agents."""
    from playwright.sync_api import sync_playwright

    home = Path(tempfile.mkdtemp())
    for name in ("at-once", "later"):
        grown(home / "centres" / name, agents)
    with served(home) as address, sync_playwright() as play:
        browser = play.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_context(locale="fr-FR", viewport={"width": 1400, "height": 1000}).new_page()
        page.goto(f"{address}/data?centre=later")  # the server has loaded its rooms
        page.get_by_role("heading").first.wait_for(timeout=60_000)
        time.sleep(5.0)
        at_once = asked(page, address, "at-once", 0.0)
        found = {"at_once_s": at_once, "stop_s": stopped(page)}
        grown(home / "centres" / "new", agents)  # nobody could know of it
        found["new_s"] = asked(page, address, "new", 0.0)
        stopped(page)
        found["first_s"] = asked(page, address, "later", READING_S)
        began = time.monotonic()
        page.wait_for_selector(QUICK, state="detached", timeout=FULL_S)
        found["full_s"] = round(found["first_s"] + time.monotonic() - began, 1)
        browser.close()
    shutil.rmtree(home, ignore_errors=True)  # a run may still write
    return {f"{key[:-2]}_{agents}_s": value for key, value in found.items()}


def asked(page: Any, address: str, centre: str, reading_s: float) -> float:
    """Ask for a centre's first roster after so much reading; seconds until it is on screen."""
    page.goto(f"{address}/week?centre={centre}")
    button = page.get_by_role("button", name="Planifier la")
    button.wait_for(timeout=60_000)
    time.sleep(reading_s)
    began = time.monotonic()
    button.click()
    page.wait_for_selector(GRID, timeout=FULL_S)
    return round(time.monotonic() - began, 2)


def stopped(page: Any) -> float:
    """Seconds from "stop and keep the best" to a page without a run."""
    stop = page.get_by_role("button", name="Arrêter et garder le meilleur")
    stop.first.wait_for()
    time.sleep(3.0)
    began = time.monotonic()
    stop.first.click()
    stop.first.wait_for(state="detached", timeout=FULL_S)
    page.wait_for_selector(GRID, timeout=60_000)
    return round(time.monotonic() - began, 2)


def main() -> None:
    print(json.dumps({**first_rosters(AGENTS), **first_rosters(500)}))


if __name__ == "__main__":
    main()
