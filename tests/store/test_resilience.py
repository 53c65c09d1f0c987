"""Killed, full, locked, damaged, unplugged, the clock gone back: a clear message, and the state as it was."""

from __future__ import annotations

import datetime as dt
import os
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import sqlalchemy as sa

from staffing.files.atomic import replacing
from staffing.rostering.roster import Progress
from staffing.store.backup import backup, state_digest
from staffing.store.consistency import inconsistencies
from staffing.store.database import Database, StoreUnavailable, open_database
from staffing.store.jobs import Jobs
from staffing.store.plans import load_plan, plans, save_plan
from staffing.store.publication import log_of, propose, publish, versions
from staffing.store.refusals import Refused
from tests.store.conftest import Clock
from tests.store.lives import Found, exports, file_digest, judged, killed
from tests.store.servers import Server
from tests.store.test_plans import edit_one
from tests.store.weeks import folder, planned


def test_killed_at_random_moments_nothing_promised_is_lost(where: str, tmp_path: Path) -> None:
    home, found, whole = folder(tmp_path / "centre"), Found(), exports(tmp_path)
    for seed in range(6):
        told = killed(where, home, seed, within_s=0.1, acts=("edit", "publish", "publish", "imports"))
        judged(where, told, found)
        assert file_digest(tmp_path / "history.csv") in whole
    assert (found.inconsistent, found.lost) == ([], [])
    assert found.kept > 0


def test_a_killed_solve_leaves_a_lost_run_with_its_best_and_can_be_taken_again(tmp_path: Path, clock: Clock) -> None:
    where, home = str(tmp_path / "s.sqlite"), folder(tmp_path / "centre")
    told = killed(where, home, 3, within_s=0.5, acts=("solve",))
    found = Found()
    judged(where, told, found)
    assert (found.inconsistent, found.lost) == ([], [])
    clock.at = dt.datetime.now(dt.UTC) + dt.timedelta(minutes=1)
    jobs = Jobs(open_database(where, clock))
    for job in jobs.latest():
        assert job.status in ("lost", "done", "queued")
        if job.status == "lost":
            assert jobs.take(job.id) == job.question


def test_a_full_disk_is_said_and_changes_nothing(tmp_path: Path) -> None:
    database = open_database(tmp_path / "s.sqlite")
    home = folder(tmp_path / "centre")
    save_plan(database, planned(home), home)
    before = state_digest(database)

    def full(connection: sqlite3.Connection, _: object) -> None:
        pages = connection.execute("PRAGMA page_count").fetchone()[0]
        connection.execute(f"PRAGMA max_page_count={pages}")

    sa.event.listen(database.engine, "connect", full)
    with pytest.raises(StoreUnavailable) as caught:
        save_plan(database, planned(home, seed=2), home)
    assert "disk is full" in caught.value.say("en")
    assert "Rien n'a été modifié" in caught.value.say("fr")
    sa.event.remove(database.engine, "connect", full)
    assert state_digest(database) == before
    assert inconsistencies(database) == ()
    save_plan(database, planned(home, seed=2), home)


def test_a_disk_that_fails_is_not_said_to_be_unreachable(tmp_path: Path) -> None:
    open_database(tmp_path / "s.sqlite").close()
    code = (
        "import resource, signal, sys\nfrom pathlib import Path\nfrom staffing.store.database import open_database\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\nresource.setrlimit(resource.RLIMIT_FSIZE, (9000, 9000))\n"
        "open_database(Path(sys.argv[1]))\n"
    )
    run = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "s.sqlite")], capture_output=True, text=True, check=False
    )
    assert "disk under the store could not be read or written" in run.stderr
    assert inconsistencies(open_database(tmp_path / "s.sqlite")) == ()


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    """A real file system of one megabyte; skipped where none may be mounted."""
    place = tmp_path / "disk"
    place.mkdir()
    mount = shutil.which("mount")
    options = ["-t", "tmpfs", "-o", "size=1m", "tmpfs", str(place)]
    if os.geteuid() or mount is None or subprocess.run([mount, *options], capture_output=True, check=False).returncode:
        pytest.skip("no right to mount a small file system")
    yield place
    subprocess.run(["umount", str(place)], check=True)


def test_a_truly_full_disk_leaves_the_store_and_every_file_whole(small_disk: Path, tmp_path: Path) -> None:
    home = folder(tmp_path / "centre")
    database = open_database(small_disk / "s.sqlite", busy_s=1)
    saved = 0
    with pytest.raises(StoreUnavailable, match="disk is full"):
        for seed in range(200):
            save_plan(database, planned(home, seed=seed), home)
            saved += 1
    assert saved
    with pytest.raises(Refused, match="could not be written"):
        backup(database, small_disk / "b.gz")
    assert [path.name for path in small_disk.iterdir() if "b.gz" in path.name] == []
    database.close()
    shutil.copy(small_disk / "s.sqlite", tmp_path / "copy.sqlite")
    if (small_disk / "s.sqlite-wal").exists():
        shutil.copy(small_disk / "s.sqlite-wal", tmp_path / "copy.sqlite-wal")
    roomy = open_database(tmp_path / "copy.sqlite")
    assert len(plans(roomy)) == saved
    assert inconsistencies(roomy) == ()


def test_a_file_that_cannot_be_finished_leaves_the_old_one(tmp_path: Path) -> None:
    target = tmp_path / "history.csv"
    target.write_text("old")
    code = (
        "import resource, signal, sys\nfrom pathlib import Path\nfrom staffing.files.atomic import replacing\n"
        "signal.signal(signal.SIGXFSZ, signal.SIG_IGN)\nresource.setrlimit(resource.RLIMIT_FSIZE, (9000, 9000))\n"
        "with replacing(Path(sys.argv[1])) as part:\n    part.write_text('new' * 9000)\n"
    )
    run = subprocess.run([sys.executable, "-c", code, str(target)], capture_output=True, text=True, check=False)
    assert f"File too large: '{target}'" in run.stderr
    assert target.read_text() == "old"
    assert [p.name for p in tmp_path.iterdir()] == ["history.csv"]
    with replacing(target) as part:
        part.write_text("new")
    assert target.read_text() == "new"


def test_a_locked_store_is_said_after_the_wait_and_reading_goes_on(tmp_path: Path) -> None:
    where = tmp_path / "s.sqlite"
    home = folder(tmp_path / "centre")
    database = open_database(where, busy_s=0.2)
    id = save_plan(database, planned(home), home)
    other = sqlite3.connect(where, isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    with pytest.raises(StoreUnavailable, match="Somebody else is writing"):
        propose(database, id)
    assert plans(database)[0].state == "draft"
    other.execute("ROLLBACK")
    propose(database, id)


def test_a_run_outlives_a_store_that_is_locked_for_a_moment(tmp_path: Path) -> None:
    database = open_database(tmp_path / "s.sqlite", busy_s=0.1)
    jobs = Jobs(database)
    jobs.take(id := jobs.submit({}))
    watch, other = jobs.watch(id), sqlite3.connect(tmp_path / "s.sqlite", isolation_level=None)
    other.execute("BEGIN IMMEDIATE")
    assert watch(Progress("search", 1.0, 9.0))
    other.execute("ROLLBACK")
    assert watch(Progress("search", 2.0, 8.0))
    assert jobs.read(id).cost_eur == 8.0


@pytest.mark.parametrize("content", [b"hello", b"SQLite format 3\x00" + b"\x07" * 5000, b"\x00" * 4096])
def test_a_file_that_is_no_store_is_refused_and_left_alone(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "s.sqlite"
    path.write_bytes(content)
    with pytest.raises(StoreUnavailable, match="no store"):
        open_database(path)
    assert path.read_bytes() == content


def test_a_folder_that_does_not_exist_is_said(tmp_path: Path) -> None:
    with pytest.raises(StoreUnavailable):
        open_database(tmp_path / "nowhere" / "s.sqlite")
    with pytest.raises(StoreUnavailable, match="cannot be reached"):
        open_database("postgresql:///x?host=/nowhere&user=affluence")


def test_the_clock_going_back_never_turns_the_log_around(database: Database, clock: Clock, tmp_path: Path) -> None:
    home = folder(tmp_path / "centre")
    id = save_plan(database, planned(home), home)
    propose(database, id)
    publish(database, id)
    clock.go(days=-30)
    edit_one(database, id)
    times = [entry.at for entry in reversed(log_of(database))]
    assert times == sorted(times)
    assert inconsistencies(database) == ()


@pytest.mark.postgres
def test_an_unplugged_postgresql_is_said_and_comes_back_whole(server: Server, tmp_path: Path, clock: Clock) -> None:
    home = folder(tmp_path / "centre")
    database = open_database(server.fresh(), clock)
    id = save_plan(database, planned(home), home)
    before = state_digest(database)
    server.stop("immediate")
    try:
        for act in (
            lambda: propose(database, id),
            lambda: plans(database),
            lambda: save_plan(database, planned(home), home),
        ):
            with pytest.raises(StoreUnavailable, match="cannot be reached"):
                act()
    finally:
        server.start()
    assert state_digest(database) == before
    propose(database, id)
    assert publish(database, id).number == 1


@pytest.mark.postgres
def test_postgresql_unplugged_in_the_middle_of_a_publication_publishes_nothing(
    server: Server, tmp_path: Path, clock: Clock
) -> None:
    home = folder(tmp_path / "centre")
    database = open_database(server.fresh(), clock)
    id = save_plan(database, planned(home), home)
    propose(database, id)
    before = state_digest(database)

    def unplug(*_: object) -> None:
        server.stop("immediate")

    sa.event.listen(database.engine, "commit", unplug)
    with pytest.raises(StoreUnavailable, match="cannot be reached"):
        publish(database, id)
    sa.event.remove(database.engine, "commit", unplug)
    server.start()
    assert state_digest(database) == before
    assert versions(database, id) == ()
    assert load_plan(database, id).roster.proof is not None
