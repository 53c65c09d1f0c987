from __future__ import annotations

import datetime as dt
import functools
from collections.abc import Iterator
from pathlib import Path

import pytest

from staffing.plan import Plan
from staffing.screens import desk
from staffing.store.database import open_database, system_clock
from tests.screens.planned import planned_home

BEGAN, FRIDAY = system_clock(), dt.datetime(2026, 11, 27, 9, tzinfo=dt.UTC)


def friday_before() -> dt.datetime:
    """The clock of a run that began on the Friday before the samples' week."""
    return FRIDAY + (system_clock() - BEGAN)


@pytest.fixture(autouse=True)
def week_ahead(monkeypatch: pytest.MonkeyPatch) -> None:
    """The samples' week is still to come on screen, whatever the day."""
    monkeypatch.setattr(desk, "open_database", functools.partial(open_database, clock=friday_before))


@pytest.fixture(scope="session")
def planned(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Plan]:
    """A home folder with one plan of the medium sample in it."""
    home = tmp_path_factory.mktemp("home")
    return home, planned_home(home)


@pytest.fixture
def at_home(planned: tuple[Path, Plan], monkeypatch: pytest.MonkeyPatch) -> Iterator[Plan]:
    """The screens look into that home."""
    monkeypatch.setenv("AFFLUENCE_HOME", str(planned[0]))
    monkeypatch.delenv("AFFLUENCE_STORE", raising=False)
    yield planned[1]
