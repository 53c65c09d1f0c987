"""Every page draws, in both languages, without an exception, on a planned week."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest
from streamlit.testing.v1 import AppTest

from staffing.plan import Plan
from staffing.screens.speech import percent
from staffing.screens.what_if import prices_of_confidence
from tests.screens.planned import planned

DOOR = Path(__file__).parent.parent.parent / "staffing" / "screens" / "navigation.py"


def opened(language: str) -> AppTest:
    app = AppTest.from_file(str(DOOR), default_timeout=60)
    app.query_params["lang"] = language
    app.run()
    assert not app.exception, app.exception[0].stack_trace
    return app


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_app_opens_on_the_solved_week_with_its_figures(at_home: Plan, language: str) -> None:
    app = opened(language)
    assert "49" in app.title[0].value
    shown = [m.value for m in app.metric]
    assert shown[0] == percent(at_home.verification.demand_met, language, 1)
    assert shown[3] == str(len(at_home.verification.breaches)) == "0"


PAGES = ("data", "forecast", "needs", "week", "peaks", "fairness", "publish")


@pytest.mark.parametrize("language", ["fr", "en"])
@pytest.mark.parametrize("name", PAGES)
def test_every_page_draws_in_both_languages(at_home: Plan, name: str, language: str) -> None:
    app = page_of(name, language)
    assert app.title[0].value


def test_the_week_is_played_before_it_is_published(at_home: Plan) -> None:
    def draw() -> None:
        from staffing.screens.publish import publish_page

        publish_page()

    app = AppTest.from_function(draw, default_timeout=120)
    app.query_params["lang"] = "en"
    app.run()
    app.button(key="play").click().run()
    assert not app.exception
    shown = app.dataframe[0].value
    assert list(shown["Queue"]) == [queue.label for queue in at_home.centre.queues]


def test_names_are_in_the_grid_as_written(at_home: Plan) -> None:
    weeks, table = (shown.value for shown in opened("fr").dataframe)
    assert len(weeks) == 4
    assert list(table["Agent"]) == [agent.name for agent in at_home.centre.team.agents]


def test_a_centre_of_ones_own_is_planned_at_the_press_of_a_button(at_home: Plan) -> None:
    own = Path(os.environ["AFFLUENCE_HOME"]) / "centres" / "mine"
    if not own.exists():
        shutil.copytree(DOOR.parents[2] / "data_samples" / "small", own)
    app = AppTest.from_file(str(DOOR), default_timeout=60)
    app.query_params["lang"], app.query_params["centre"] = "en", "mine"
    app.run()
    assert not app.exception, app.exception[0].stack_trace
    (start,) = [button for button in app.button if "2026-W" in button.label]
    start.click().run()
    assert not app.exception, app.exception[0].stack_trace
    assert any("Stop" in button.label for button in app.button)


def page_of(name: str, language: str = "en") -> AppTest:
    def draw(name: str) -> None:
        import importlib

        getattr(importlib.import_module(f"staffing.screens.{name}"), f"{name}_page")()

    app = AppTest.from_function(draw, args=(name,), default_timeout=60)
    app.query_params["lang"] = language
    app.run()
    assert not app.exception, app.exception[0].stack_trace
    return app


def test_a_hand_edit_kept_in_the_folder_is_seen_before_planning_again(at_home: Plan) -> None:
    before = page_of("forecast").text[0].value
    edits = Path(os.environ["AFFLUENCE_HOME"]) / "centres" / "sample-medium" / "edits.csv"
    edits.write_text(
        "act,value,first,until,reason,channel\nmultiply,2,2026-11-30T00:00,2026-12-07T00:00,campaign,\n", "utf-8"
    )
    try:
        after = page_of("forecast").text[0].value
    finally:
        edits.unlink()
    told = [int(text.split(" contacts")[0].replace(",", "")) for text in (before, after)]
    assert told[1] == pytest.approx(2 * told[0], abs=2)


def test_being_surer_never_costs_less() -> None:
    _, plan = planned("small")
    prices = prices_of_confidence(plan)
    assert prices[0].hours == pytest.approx(plan.verification.required_hours)
    assert [p.eur for p in prices[1:]] == sorted(p.eur for p in prices[1:])
    assert prices[-1].eur > prices[0].eur
