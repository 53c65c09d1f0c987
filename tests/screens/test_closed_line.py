"""Every page draws for a week in which one line of several is closed."""

from __future__ import annotations

from pathlib import Path

import pytest

from staffing.gate.read import read_centre
from staffing.plan import plan_week
from staffing.rostering.assign import Solve
from staffing.store.database import open_database
from staffing.store.plans import save_plan
from tests.screens.test_pages import page_of
from tests.test_closed_week import SHUT, centre


def test_every_page_draws_while_one_line_is_closed_all_week(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "centres").mkdir()
    place = centre(tmp_path / "centres" / "seasonal")
    plan = plan_week(read_centre(place), SHUT, options=Solve(seconds=1.0))
    save_plan(open_database(str(tmp_path / "affluence.sqlite")), plan, place)
    monkeypatch.setenv("AFFLUENCE_HOME", str(tmp_path))
    monkeypatch.delenv("AFFLUENCE_STORE", raising=False)
    for name in ("home", "data", "needs", "week", "peaks", "fairness", "publish"):
        app = page_of(name, centre=place.name)
        assert app.title[0].value, name
    app = page_of("forecast", centre=place.name)
    assert "season" in app.selectbox[0].options
    app.selectbox[0].set_value("season").run()
    assert not app.exception, app.exception[0].stack_trace
    assert "This channel is closed all week." in [text.value for text in app.text]
