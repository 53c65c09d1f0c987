"""How fast the Week page draws with many agents, in a real Chromium: ``python -m tests.benchmarks.screens --times 25``.

The medium sample's planned week, every agent copied; the page is visited warm. Prints one JSON line.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from dataclasses import replace
from pathlib import Path
from typing import Any

import pandas as pd

from staffing.gate.read import read_centre
from staffing.plan import before
from staffing.rostering.verify import verify
from staffing.store.database import open_database
from staffing.store.plans import save_plan
from tests.screens.planned import SAMPLES, WEEK, planned_home

ROOT = Path(__file__).parent.parent.parent


def copied_home(home: Path, times: int) -> int:
    """A home whose newest plan has ``times`` as many agents; returns how many."""
    plan = planned_home(home)
    folder = home / "centres" / "sample-medium"
    for file in ("agents.csv", "absences.csv", "past.csv", "ledgers.csv"):
        key = "id" if file == "agents.csv" else "agent"
        cells = pd.read_csv(SAMPLES / "medium" / file, dtype=str, keep_default_na=False)
        copies = [cells.assign(**{key: cells[key] + f"-{i}"}) for i in range(times)]
        pd.concat(copies).to_csv(folder / file, index=False)
    centre = before(read_centre(folder), WEEK)
    frame = plan.roster.frame
    frames = pd.concat([frame.assign(agent=frame["agent"] + f"-{i}") for i in range(times)], ignore_index=True)
    roster = replace(plan.roster, frame=frames.sort_values(["agent", "start"], ignore_index=True))
    need = replace(
        plan.requirement, frame=plan.requirement.frame.assign(agents=plan.requirement.frame["agents"] * times)
    )
    big = replace(plan, centre=centre, roster=roster, requirement=need, verification=verify(roster, need, centre))
    save_plan(open_database(home / "affluence.sqlite"), big, folder)
    return len(centre.team.agents)


def visited(address: str) -> dict[str, float]:
    """Seconds to idle of a warm visit, bytes received over the websocket, elements on the page, one reaction."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_context(locale="fr-FR", viewport={"width": 1400, "height": 1000}).new_page()
        sizes: list[int] = []
        page.on("websocket", lambda ws: ws.on("framereceived", lambda got: sizes.append(len(got))))
        seconds = []
        for _ in range(3):
            sizes.clear()
            began = time.monotonic()
            page.goto(f"{address}/week")
            page.wait_for_selector("text=début et fin de chaque vacation", timeout=120_000)
            page.wait_for_function("() => !document.querySelector('[data-testid=stStatusWidget]')", timeout=60_000)
            seconds.append(time.monotonic() - began)
        weight = sum(sizes) / 1000
        page.get_by_role("tab", name="Une journée").click()
        page.wait_for_selector("text=lundi 30 novembre 2026", timeout=60_000)
        reactions = sorted(reaction(page, i) for i in range(20))
        nodes = page.evaluate("document.querySelectorAll('*').length")
        browser.close()
    return {
        "idle_s": min(seconds), "kB": weight, "nodes": nodes, "reaction_median_s": reactions[10],
        "reaction_p95_s": reactions[18],
    }  # fmt: skip


DAYS = (("mar. 1", "mardi 1 décembre"), ("mer. 2", "mercredi 2 décembre"), ("jeu. 3", "jeudi 3 décembre"))


def reaction(page: Any, number: int) -> float:
    """Seconds from the click on another day, the page at rest, until that day is named above its chart."""
    page.wait_for_function("() => !document.querySelector('[data-testid=stStatusWidget]')", timeout=60_000)
    page.wait_for_timeout(1000)
    short, long = DAYS[number % len(DAYS)]
    began = time.monotonic()
    page.get_by_role("radio", name=short).click()
    page.wait_for_selector(f"text={long}", timeout=60_000)
    return time.monotonic() - began


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--times", type=int, default=25)
    home = Path(tempfile.mkdtemp())
    agents = copied_home(home, parser.parse_args().times)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = {**os.environ, "AFFLUENCE_HOME": str(home), "OMP_NUM_THREADS": "1"}
    options = ["--server.address", "127.0.0.1", "--server.port", str(port), "--server.headless", "true"]
    server = subprocess.Popen([sys.executable, "-m", "streamlit", "run", "app.py", *options], cwd=ROOT, env=environment)
    try:
        time.sleep(8)
        print(json.dumps({"agents": agents, **visited(f"http://127.0.0.1:{port}")}))
    finally:
        server.terminate()
        server.wait(20)


if __name__ == "__main__":
    main()
