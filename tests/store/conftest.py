"""A store of each kind for the same tests: SQLite in a file, PostgreSQL from the system's own binaries."""

from __future__ import annotations

import datetime as dt
import os
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from staffing.store.database import Database, open_database
from tests.store.servers import Server, running_server


@pytest.fixture(scope="session")
def server() -> Iterator[Server]:
    """A running server; skipped where PostgreSQL is not installed, unless CI is set."""
    pytest.importorskip("psycopg")
    with running_server() as made:
        if made is None:
            if os.environ.get("CI"):
                pytest.fail("PostgreSQL's binaries are not installed (Debian: postgresql)")
            pytest.skip("PostgreSQL's binaries are not installed (Debian: postgresql)")
        yield made


@dataclass
class Clock:
    """A clock that tests move by hand."""

    at: dt.datetime = dt.datetime(2026, 11, 16, 9, tzinfo=dt.UTC)

    def __call__(self) -> dt.datetime:
        return self.at

    def go(self, **time: float) -> None:
        self.at += dt.timedelta(**time)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture(params=["sqlite", pytest.param("postgresql", marks=pytest.mark.postgres)])
def where(request: pytest.FixtureRequest, tmp_path: Path) -> str:
    """Where an empty store of either kind can be opened."""
    if request.param == "sqlite":
        return str(tmp_path / "store.sqlite")
    return str(request.getfixturevalue("server").fresh())


@pytest.fixture
def database(where: str, clock: Clock) -> Iterator[Database]:
    made = open_database(where, clock)
    yield made
    made.close()
