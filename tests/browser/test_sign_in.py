"""A shared desk: nobody enters without signing in at the provider, and roles hold for who did."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import sqlalchemy as sa

from staffing.store.database import open_database
from staffing.store.plans import load_plan
from staffing.store.publication import Terms, publish
from staffing.store.rights import LOCAL, Role, User, give_role
from staffing.store.tables import account
from tests.browser.conftest import ROOT, wait_for
from tests.browser.visit import Visit
from tests.screens.planned import planned_home

pytestmark = pytest.mark.browser
EMAIL = "claire@centre.test"


def free_port() -> int:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        return int(free.getsockname()[1])


@pytest.fixture
def shared(tmp_path: Path) -> Iterator[str]:
    """The address of a desk that signs people in, and whose store knows Claire as a planner."""
    planned_home(tmp_path)
    database = open_database(tmp_path / "affluence.sqlite")
    give_role(database, User("boss@centre.test", Role.MANAGER), by=LOCAL)
    give_role(database, User(EMAIL, Role.PLANNER), by=LOCAL)
    database.close()
    port, provider = free_port(), free_port()
    secrets = tmp_path / "secrets.toml"
    secrets.write_text(
        f'[auth]\nredirect_uri = "http://127.0.0.1:{port}/oauth2callback"\ncookie_secret = "{"x" * 40}"\n'
        f'client_id = "affluence"\nclient_secret = "secret"\n'
        f'server_metadata_url = "http://127.0.0.1:{provider}/.well-known/openid-configuration"\n',
        "utf-8",
    )
    environment = {**os.environ, "AFFLUENCE_HOME": str(tmp_path), "OMP_NUM_THREADS": "1"}
    environment.pop("AFFLUENCE_STORE", None)
    desk = [sys.executable, "-m", "streamlit", "run", "app.py", "--server.address", "127.0.0.1"]
    desk += ["--server.port", str(port), "--server.headless", "true", "--secrets.files", str(secrets)]
    commands = ([sys.executable, "-m", "tests.browser.provider", str(provider), EMAIL], desk)
    running = [subprocess.Popen(command, cwd=ROOT, env=environment) for command in commands]
    try:
        wait_for(provider)
        wait_for(port)
        yield f"http://127.0.0.1:{port}"
    finally:
        for process in running:
            process.terminate()
            process.wait(20)


def test_a_planner_may_not_publish_and_an_agent_sees_their_own_weeks_alone(
    chromium: Any, shared: str, tmp_path: Path
) -> None:
    with Visit(chromium, shared, "en") as visit:
        page = visit.open("publish")
        assert "Publish this version" not in visit.text()
        page.get_by_role("button", name="Sign in").click()
        page.get_by_role("button", name="Sign out").wait_for(timeout=60_000)
        page = visit.open("publish")
        assert "Publish this version" not in visit.text()
        page.get_by_role("button", name="Propose for publication").click()
        page.get_by_text("Proposed, not yet published.").wait_for(timeout=60_000)
        page.get_by_role("button", name="Sign out").click()
        page.get_by_role("button", name="Sign in").wait_for(timeout=60_000)
        database = open_database(tmp_path / "affluence.sqlite")
        publish(database, 1, Terms(short=True))
        give_role(database, User(EMAIL, Role.AGENT, "n1-01"), by=LOCAL)
        name = load_plan(database, 1).centre.team.agent("n1-02").name
        database.close()
        page.get_by_role("button", name="Sign in").click()
        page.get_by_text("paid.").wait_for(timeout=60_000)
        for place in ("", "week", "data"):
            page = visit.open(place)
            assert page.locator("h1").inner_text() == "My published weeks"
            assert page.get_by_role("link", name="Fairness").count() == 0
            assert name not in visit.text()
        assert visit.broken() == []


def test_who_has_no_account_sees_no_page_and_no_centre(chromium: Any, shared: str, tmp_path: Path) -> None:
    """They saw the centres kept there by name, and the button that brings files, above the refusal."""
    database = open_database(tmp_path / "affluence.sqlite")
    give_role(database, User(EMAIL, Role.AGENT), by=LOCAL)
    with Visit(chromium, shared, "en") as visit:
        page = visit.open()
        page.get_by_role("button", name="Sign in").click()
        page.get_by_text("has an account that names no agent").wait_for(timeout=60_000)
        with database.transaction() as connection:
            connection.execute(sa.delete(account).where(account.c.login == EMAIL))
        for place in ("", "data", "week"):
            page = visit.open(place)
            page.get_by_text("has no account here").wait_for(timeout=60_000)
            assert page.get_by_role("button").all_inner_texts() == ["Français", "Sign out"]
            assert page.get_by_role("link", name="Data").count() == 0
        assert visit.broken() == []
    database.close()
