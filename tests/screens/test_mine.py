"""An agent's page: their own published weeks as they stand, and what the last version changed."""

from __future__ import annotations

from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from staffing.files.roster_text import agent_days
from staffing.screens.shift_codes import span_text
from staffing.store.database import open_database
from staffing.store.edits import DayEdit, edit_days, working_copy
from staffing.store.publication import Terms, propose, publish
from tests.screens.planned import planned_home


def page_of(agent: str) -> AppTest:
    def draw(agent: str) -> None:
        from staffing.screens.mine import show_mine
        from staffing.store.rights import Role, User

        show_mine(User("claire", Role.AGENT, agent))

    app = AppTest.from_function(draw, args=(agent,), default_timeout=60)
    app.query_params["lang"] = "en"
    app.run()
    assert not app.exception, app.exception[0].stack_trace
    return app


def test_an_agent_sees_what_is_published_and_what_the_new_version_frees(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plan = planned_home(tmp_path, "small")
    monkeypatch.setenv("AFFLUENCE_HOME", str(tmp_path))
    monkeypatch.delenv("AFFLUENCE_STORE", raising=False)
    agent = plan.centre.team.agents[0].id
    assert page_of(agent).info, "nothing is published yet"
    database = open_database(tmp_path / "affluence.sqlite")
    propose(database, 1)
    publish(database, 1, Terms(short=True))
    own = [day for day in agent_days(plan.roster.frame) if day.agent == agent]
    shown = page_of(agent).dataframe[0].value["Shift"]
    assert [text for text in shown if text != "off"] == [span_text(day.pieces) for day in own]
    held = working_copy(database, 1)[agent, own[0].day]
    edit_days(database, 1, [DayEdit(agent, own[0].day, (), held.revision)])
    assert list(page_of(agent).dataframe[0].value["Shift"]) == list(shown), "a draft is nobody's but the planner's"
    propose(database, 1)
    publish(database, 1, Terms("moved", short=True))
    app = page_of(agent)
    assert sum(text != "off" for text in app.dataframe[0].value["Shift"]) == len(own) - 1
    assert any(text.value.endswith(f"{span_text(own[0].pieces)} → off") for text in app.text)
    assert page_of("stranger").info, "whoever is in no centre sees nothing"
