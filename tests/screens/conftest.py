from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from staffing.plan import Plan
from tests.screens.planned import planned_home


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
