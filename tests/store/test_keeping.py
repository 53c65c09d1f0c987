"""A backup is the store; a purge takes what is too old and says so; nobody can be found in an export."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest
import sqlalchemy as sa

from staffing.problems import BadInput
from staffing.rostering.roster import Progress
from staffing.store.backup import backup, restore, state_digest
from staffing.store.centres import centres
from staffing.store.consistency import inconsistencies
from staffing.store.database import Database, StoreUnavailable, open_database
from staffing.store.jobs import Jobs
from staffing.store.plans import load_plan, plans, save_plan
from staffing.store.pseudonyms import export_pseudonymised
from staffing.store.publication import Terms, log_of, propose, publish, versions
from staffing.store.refusals import Refused
from staffing.store.retention import Retention, purge
from staffing.store.rights import LOCAL, NotAllowed, Role, User, give_role
from staffing.store.scenarios import save_scenario, scenarios
from tests.store.conftest import Clock
from tests.store.servers import Server
from tests.store.test_plans import edit_one
from tests.store.weeks import WEEK, folder, planned

PLANNER = User("paul", Role.PLANNER)


def test_a_store_is_made_only_where_it_may_be(where: str) -> None:
    with pytest.raises(StoreUnavailable, match="no store at"):
        open_database(where, make=False)
    open_database(where).close()
    open_database(where, make=False).close()


@pytest.fixture
def full(database: Database, tmp_path: Path) -> Database:
    """A store with something in every table."""
    home = folder(tmp_path / "centre")
    id = save_plan(database, planned(home), home)
    propose(database, id)
    publish(database, id)
    edit_one(database, id)
    save_plan(database, planned(home, seed=2), home)
    jobs = Jobs(database)
    jobs.take(run := jobs.submit({"seed": 1}))
    jobs.tell(run, Progress("search", 1.0, 0.1 + 0.2, roster=planned(home).roster))
    jobs.finish(run, plan=id)
    save_scenario(database, "Test", "pic", "x = 1\n")
    give_role(database, User("maud", Role.MANAGER), by=LOCAL)
    return database


def test_a_backup_restored_is_the_same_store(full: Database, tmp_path: Path) -> None:
    digest = backup(full, tmp_path / "b.gz")
    assert digest == state_digest(full)
    other = open_database(tmp_path / "other.sqlite")
    assert restore(other, tmp_path / "b.gz") == digest == state_digest(other)
    assert inconsistencies(other) == ()
    assert plans(other) == plans(full)
    assert load_plan(other, 1).roster.frame.equals(load_plan(full, 1).roster.frame)
    home = tmp_path / "centre"
    assert save_plan(other, planned(home, seed=3), home) == 3
    other.close()


@pytest.mark.postgres
def test_a_backup_of_one_kind_restores_into_the_other(full: Database, tmp_path: Path, server: Server) -> None:
    digest = backup(full, tmp_path / "b.gz")
    other = open_database(server.fresh())
    assert restore(other, tmp_path / "b.gz") == state_digest(other) == digest
    home = tmp_path / "centre"
    assert save_plan(other, planned(home, seed=3), home) == 3
    assert Jobs(other).submit({}) == 2
    assert inconsistencies(other) == ()
    other.close()


def test_one_bit_of_difference_changes_the_digest(full: Database) -> None:
    before = state_digest(full)
    edit_one(full, 1, "a2")
    assert state_digest(full) != before


def test_a_store_that_holds_data_is_not_restored_over(full: Database, tmp_path: Path) -> None:
    digest = backup(full, tmp_path / "b.gz")
    with pytest.raises(Refused, match="already holds data"):
        restore(full, tmp_path / "b.gz")
    assert state_digest(full) == digest


@pytest.mark.parametrize("how", ["cut", "changed", "text", "columns", "twice", "empty"])
def test_a_backup_that_was_touched_is_refused_and_the_store_stays_empty(
    full: Database, tmp_path: Path, how: str
) -> None:
    path = tmp_path / "b.gz"
    backup(full, path)
    lines = gzip.decompress(path.read_bytes()).splitlines(keepends=True)
    broken = {
        "cut": lines[:-3],
        "changed": [line.replace(b"Test", b"Tset") for line in lines],
        "text": [b"hello\n"],
        "columns": [lines[0], b'["plan",{"id":1}]\n', lines[-1]],
        "twice": [*lines, *lines[1:]],
        "empty": [],
    }[how]
    path.write_bytes(gzip.compress(b"".join(broken)))
    other = open_database(tmp_path / "other.sqlite")
    with pytest.raises(BadInput):
        restore(other, path)
    with other.reading() as connection:
        assert connection.execute(sa.text("SELECT count(*) FROM document")).scalar() == 0
    other.close()


def test_a_purge_keeps_what_is_young(full: Database) -> None:
    before = plans(full), versions(full, 1)
    report = purge(full, Retention())
    assert (report.plans, report.versions, report.names, report.log_lines, report.jobs) == (0, 0, 0, 0, 0)
    assert (plans(full), versions(full, 1)) == before
    assert report.centres == 0 and centres(full) == ("Test",)
    assert inconsistencies(full) == ()


def test_a_purge_takes_each_kind_when_its_time_is_over_and_writes_its_report(full: Database, clock: Clock) -> None:
    lines = len(log_of(full, last=1000))
    clock.go(weeks=20)
    report = purge(full, Retention())
    assert (report.plans, report.versions, report.names, report.jobs) == (1, 0, 6, 1)
    assert load_plan(full, 1).centre.team.agents[0].name == ""
    clock.go(weeks=140)
    report = purge(full, Retention())
    assert (report.plans, report.versions, report.log_lines) == (1, 1, lines)
    assert (report.centres, report.published_from, report.log_from) == (1, "2026-W51", "2026-12-14")
    assert plans(full) == () and centres(full) == () and scenarios(full, "Test") == ()
    with full.reading() as connection:
        assert connection.execute(sa.text("SELECT count(*) FROM document")).scalar() == 0
    assert "log_lines" in log_of(full)[0].after
    assert inconsistencies(full) == ()


def test_a_purged_name_leaves_no_trace_in_the_file(tmp_path: Path, clock: Clock) -> None:
    database = open_database(tmp_path / "s.sqlite", clock)
    home = folder(tmp_path / "centre")
    save_plan(database, planned(home), home)
    traces = b"".join(path.read_bytes() for path in tmp_path.glob("s.sqlite*"))
    assert "Zoé".encode() in traces
    clock.go(weeks=60)
    purge(database, Retention())
    database.close()
    for path in tmp_path.glob("s.sqlite*"):
        assert "Zoé".encode() not in path.read_bytes()


def test_only_a_purge_may_delete_from_the_log(full: Database) -> None:
    purge(full, Retention())
    with pytest.raises(StoreUnavailable), full.transaction() as connection:
        connection.execute(sa.text("DELETE FROM change_log"))
    with pytest.raises(ValueError, match="at least one week"):
        Retention(log_weeks=0)


def test_only_a_manager_backs_up_restores_purges_and_exports(full: Database, tmp_path: Path) -> None:
    for act in (
        lambda: backup(full, tmp_path / "b", by=PLANNER),
        lambda: restore(full, tmp_path / "b", by=PLANNER),
        lambda: purge(full, Retention(), by=PLANNER),
        lambda: export_pseudonymised(full, 1, tmp_path / "o", key=b"k" * 16, by=PLANNER),
    ):
        with pytest.raises(NotAllowed):
            act()


def test_a_pseudonymised_export_names_nobody_and_keeps_every_shift(full: Database, tmp_path: Path) -> None:
    export_pseudonymised(full, 1, tmp_path / "out", key=b"k" * 16)
    texts = {p.name: p.read_text() for p in (tmp_path / "out").iterdir()}
    assert set(texts) == {"roster.csv", "requirement.csv", "coverage.csv", "forecast.csv"}
    plan = load_plan(full, 1)
    whole = "".join(texts.values())
    assert "Zoé" not in whole and "@" not in whole
    rows = [line.split(",") for line in texts["roster.csv"].splitlines()[1:]]
    assert len(rows) == len(plan.roster.frame)
    assert {row[0] for row in rows}.isdisjoint(agent.id for agent in plan.centre.team.agents)
    assert len({row[0] for row in rows}) == plan.roster.frame["agent"].nunique()
    export_pseudonymised(full, 1, tmp_path / "other", key=b"z" * 16)
    others = (tmp_path / "other" / "roster.csv").read_text()
    assert {line.split(",")[0] for line in others.splitlines()[1:]}.isdisjoint(row[0] for row in rows)
    with pytest.raises(ValueError, match="16 bytes"):
        export_pseudonymised(full, 1, tmp_path / "short", key=b"k")


def test_a_scenario_changed_by_somebody_else_is_not_overwritten(full: Database) -> None:
    assert save_scenario(full, "Test", "pic", "x = 2\n", revision=1, by=PLANNER) == 2
    with pytest.raises(Refused, match="changed by paul"):
        save_scenario(full, "Test", "pic", "x = 3\n", revision=1)
    assert [(k.name, json.loads(k.content[4:]), k.revision) for k in scenarios(full, "Test")] == [("pic", 2, 2)]


def test_a_folder_s_scenarios_are_kept_with_its_plans_revision_by_revision(database: Database, tmp_path: Path) -> None:
    home = folder(tmp_path / "centre")
    (home / "scenarios").mkdir()
    for content in ("x = 1\n", "x = 1\n", "x = 2\n"):
        (home / "scenarios" / "pic.toml").write_text(content)
        save_plan(database, planned(home), home)
    assert [(k.name, k.content, k.revision) for k in scenarios(database, "Test")] == [("pic", "x = 2\n", 2)]
    told = [e for e in log_of(database, "centre Test pic") if e.act == "scenario"]
    assert [(e.before, e.after) for e in told] == [("x = 1\n", "x = 2\n"), ("", "x = 1\n")]


def test_a_store_says_what_is_not_whole(full: Database) -> None:
    assert inconsistencies(full) == ()
    with full.transaction() as connection:
        connection.execute(sa.text("UPDATE plan SET published = 3 WHERE id = 1"))
        connection.execute(sa.text("UPDATE agent_day SET revision = 9 WHERE plan = 1 AND agent = 'a1'"))
    found = inconsistencies(full)
    assert any("versions [1], last said to be 3" in line for line in found)
    assert any("revision 9" in line for line in found)


def test_terms_are_told_in_the_versions(full: Database) -> None:
    propose(full, 1)
    made = publish(full, 1, Terms("Illness cover", short=True))
    assert versions(full, 1)[-1] == made
    assert str(WEEK) in {p.week for p in plans(full)}
