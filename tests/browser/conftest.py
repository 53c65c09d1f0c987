"""A real server and a real Chromium; without a browser the tests skip, in CI they fail."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from staffing.gate.read import read_centre
from staffing.plan import Plan, before
from staffing.store.database import open_database
from staffing.store.plans import save_plan
from staffing.words import LANGUAGES
from tests.screens.planned import planned, planned_home

ROOT = Path(__file__).parent.parent.parent
CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")


@pytest.fixture(scope="session")
def chromium() -> Iterator[Any]:
    if CHROMIUM is None:
        if os.environ.get("CI"):
            pytest.fail("CI needs a Chromium: apt-get install chromium")
        pytest.skip("no Chromium on this machine")
    from playwright.sync_api import sync_playwright

    with sync_playwright() as play:
        browser = play.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser
        browser.close()


@pytest.fixture(scope="session")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the server keeps its centres and its store."""
    return tmp_path_factory.mktemp("served")


@pytest.fixture(scope="session")
def served(home: Path) -> Iterator[tuple[str, Plan]]:
    """The address of a server whose store holds one plan of the medium sample, and one of a small centre for the flows
    of each language, ``?centre=small-fr``, and by keyboard, ``?centre=keys``."""
    plan = planned_home(home)
    for name in (*(f"small-{language}" for language in LANGUAGES), "keys"):
        small_centre(home, name)
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    options = ["--server.address", "127.0.0.1", "--server.port", str(port), "--server.headless", "true"]
    environment = {**os.environ, "AFFLUENCE_HOME": str(home), "OMP_NUM_THREADS": "1"}
    environment.pop("AFFLUENCE_STORE", None)
    process = subprocess.Popen(
        [sys.executable, "-m", "streamlit", "run", "app.py", *options], cwd=ROOT, env=environment,
        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
    )  # fmt: skip
    try:
        wait_for(port)
        yield f"http://127.0.0.1:{port}", plan
    finally:
        process.terminate()
        process.wait(20)


def small_centre(home: Path, name: str) -> None:
    """A small centre of that name beside the others, its week planned."""
    folder, plan = unplanned(home, name)
    database = open_database(home / "affluence.sqlite")
    save_plan(database, plan, folder)
    database.close()


def unplanned(home: Path, name: str) -> tuple[Path, Plan]:
    """The folder of a small centre of that name, and a plan of its week that nobody saved."""
    made, plan = planned("small")
    folder = home / "centres" / name
    shutil.copytree(made / "centres" / "sample-small", folder)
    text = (folder / "centre.toml").read_text("utf-8")
    (folder / "centre.toml").write_text(text.replace(plan.centre.name, name), "utf-8")
    return folder, replace(plan, centre=before(read_centre(folder), plan.week))


def wait_for(port: int) -> None:
    for _ in range(300):
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.2)
    raise TimeoutError(f"nothing answers on port {port}")
