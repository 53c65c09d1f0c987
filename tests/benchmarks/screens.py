"""How fast the Week page draws with many agents, in a real Chromium: ``python -m tests.benchmarks.screens --times 25``.

The medium sample's planned week, every agent copied; the page is visited warm. Then how soon a first roster is on
screen (see ``screens_first``). Prints one JSON line.
"""

from __future__ import annotations

import argparse
import json
import shutil
import tempfile
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from staffing.gate.read import read_centre
from staffing.plan import before
from staffing.rostering.verify import verify
from staffing.store.database import open_database
from staffing.store.plans import save_plan
from tests.benchmarks.screens_first import AGENTS, first_rosters, served
from tests.screens.planned import SAMPLES, WEEK, planned_home


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


AT_REST = """() => document.querySelector('[data-testid=stApp]')?.dataset.testScriptState === 'notRunning'
  && !document.querySelector('[data-testid=stStatusWidget]') && !document.querySelector('[data-stale=true]')"""
GRID = "text=début et fin de chaque vacation"
WATCH = """wanted => { window.told = new Promise(done => {
  let clicked = null;
  document.addEventListener('click', () => { clicked = performance.now(); }, {capture: true});
  const look = () => document.querySelector(wanted) && clicked !== null
    ? requestAnimationFrame(() => done(performance.now() - clicked)) : requestAnimationFrame(look);
  look(); }); }"""
REPEATS = 10


def visited(address: str) -> dict[str, Any]:
    """Seconds to idle of a warm visit, kB received over the websocket, elements on the page, reactions."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_context(locale="fr-FR", viewport={"width": 1400, "height": 1000}).new_page()
        sizes: list[int] = []
        page.on("websocket", lambda ws: ws.on("framereceived", lambda got: sizes.append(len(got))))
        seconds = []
        for _ in range(4):
            sizes.clear()
            began = time.monotonic()
            page.goto(f"{address}/week")
            page.wait_for_selector(GRID, timeout=120_000)
            page.wait_for_function(AT_REST, timeout=60_000)
            seconds.append(time.monotonic() - began)
            page.wait_for_timeout(1500)
        found: dict[str, Any] = {"idle_s": round(min(seconds), 2), "kB": sum(sizes) / 1000}
        found["nodes"] = page.evaluate("document.querySelectorAll('*').length")
        every = [(kind, took) for number in range(REPEATS) for kind, took in reactions(page, number)]
        browser.close()
    for kind in dict(every):
        mine = [took for name, took in every if name == kind]
        found[kind] = {"median_s": round(float(np.median(mine)), 3), "worst_s": round(max(mine), 3)}
    return {**found, "reaction_p95_s": round(float(np.quantile([took for _, took in every], 0.95)), 3)}


def first_minute(address: str) -> dict[str, float]:
    """Seconds from the one click on "open the sample centre" to its full roster, warm; clicks and seconds from one's
    own export to a first roster of one's own centre."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play, tempfile.TemporaryDirectory() as folder:
        browser = play.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_context(locale="fr-FR", viewport={"width": 1400, "height": 1000}).new_page()
        sample = []
        for _ in range(3):
            page.goto(address)
            page.wait_for_selector(GRID, timeout=120_000)
            page.wait_for_timeout(1000)
            began = time.monotonic()
            page.goto(address)
            page.get_by_role("button", name="Ouvrir le centre exemple").click()
            page.wait_for_selector(GRID, timeout=120_000)
            page.wait_for_function(AT_REST, timeout=60_000)
            sample.append(time.monotonic() - began)
        export = Path(folder) / "export.csv"
        export.write_text(own_export(), "utf-8")
        began = time.monotonic()
        page.get_by_role("button", name="Apporter mes fichiers").click()
        page.set_input_files("input[type=file]", str(export))
        page.get_by_role("button", name="Ouvrir ce centre").click(timeout=60_000)
        page.get_by_role("heading", name="export").wait_for(timeout=60_000)  # not the grid of the centre before
        page.wait_for_selector(GRID, timeout=300_000)
        own = time.monotonic() - began
        browser.close()
    return {"sample_clicks": 1, "sample_s": round(min(sample), 2), "own_clicks": 3, "own_s": round(own, 1)}


def own_export() -> str:
    """Ten weeks of calls by half-hour, as a switch exports them."""
    rows = ["date;heure;appels recus;dmt"]
    for day in pd.date_range("2026-08-31", periods=70, freq="D"):
        if day.weekday() < 5:
            times = [f"{hour:02d}:{minute}" for hour in range(9, 17) for minute in ("00", "30")]
            rows += [f"{day:%d/%m/%Y};{at};{10 + int(at[:2]) % 5 + day.day % 3};240" for at in times]
    return "\n".join(rows) + "\n"


DAYS = (
    ("mar. 1", "mardi 1 décembre"), ("mer. 2", "mercredi 2 décembre"), ("jeu. 3", "jeudi 3 décembre"),
    ("ven. 4", "vendredi 4 décembre"),
)  # fmt: skip


def reactions(page: Any, number: int) -> Iterator[tuple[str, float]]:
    """Seconds, by the page's own clock, from each click to the frame that shows what was asked."""
    short, long = DAYS[number % 4]
    yield "tab", reaction(page, page.get_by_role("tab", name="Une journée"), ".aff[aria-label*='agents présents']")
    yield "another_day", reaction(page, page.get_by_role("radio", name=short), f".aff[aria-label^='{long}']")
    for kind, at in (("coverage_of_a_day", number % 4 + 1), ("coverage_of_the_week", 0)):
        count = page.locator(".aff-plot > i").count()
        drawn = f".aff-plot:not(:has(> i:nth-of-type({count})))" if at else f".aff-plot > i:nth-of-type({count + 1})"
        yield kind, reaction(page, page.get_by_role("option").nth(at), drawn, page.get_by_role("combobox", name="Jour"))
    page.get_by_role("tab", name="Planning de la semaine").click()


def reaction(page: Any, part: Any, wanted: str, list_of: Any = None) -> float:
    """Click on that part of a page at rest (in the list opened first); seconds until ``wanted`` is there."""
    (list_of or part).first.scroll_into_view_if_needed()  # a list that scrolls closes
    page.wait_for_function(AT_REST, timeout=60_000)
    page.wait_for_timeout(600)
    page.evaluate(WATCH, wanted)
    if list_of is not None:
        list_of.first.press("ArrowDown")
    part.click()
    return float(page.evaluate("window.told")) / 1000


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--times", type=int, default=25)
    home = Path(tempfile.mkdtemp())
    agents = copied_home(home, parser.parse_args().times)
    with served(home) as address:
        found = {"agents": agents, **visited(address), **first_minute(address)}
    print(json.dumps({**found, **first_rosters(AGENTS), **first_rosters(500)}))


if __name__ == "__main__":
    main()
