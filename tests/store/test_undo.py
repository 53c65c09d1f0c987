"""The last kept change of a plan is taken back whole, or nothing is, and the log tells both."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest

from staffing.files.roster_text import roster_digest
from staffing.rostering.team import Absence
from staffing.store.database import Database
from staffing.store.edits import DayEdit, edit_days, edits_towards, working_copy
from staffing.store.plans import load_plan, plans, save_plan
from staffing.store.publication import Terms, log_of, propose, publish, versions
from staffing.store.refusals import Refused
from staffing.store.rights import LOCAL, NotAllowed, Role, User, give_role
from staffing.store.undo import last_kept, undo
from tests.store.conftest import Clock
from tests.store.weeks import folder, moved, planned

MAUD, PAUL = User("maud", Role.MANAGER), User("paul", Role.PLANNER)


@pytest.fixture
def saved(database: Database, tmp_path: Path) -> int:
    home = folder(tmp_path / "centre")
    return save_plan(database, planned(home), home)


def stands(database: Database, plan: int = 1) -> str:
    return roster_digest(load_plan(database, plan).roster.frame)


def change(database: Database, agent: str, by: User = LOCAL, minutes: int = 30) -> None:
    """One shift later, another free."""
    held = working_copy(database, 1)
    first, second, *_ = sorted(key for key in held if key[0] == agent and held[key].pieces)
    edits = [DayEdit(*first, moved(held[first].pieces, minutes), held[first].revision)]
    edit_days(database, 1, [*edits, DayEdit(*second, (), held[second].revision)], by=by)


def test_each_undoing_goes_one_change_further_back(database: Database, saved: int) -> None:
    stood = [stands(database)]
    for agent in ("a1", "a2"):
        change(database, agent)
        stood.append(stands(database))
    undo(database, saved)
    assert stands(database) == stood[1]
    change(database, "a3")
    undo(database, saved)
    taken = undo(database, saved)
    assert {c.agent for c in taken.changes} == {"a1"} and len(taken.changes) == 2
    assert stands(database) == stood[0] and len(set(stood)) == 3
    assert last_kept(database, saved) is None
    with pytest.raises(Refused, match="No change to take back in plan 1"):
        undo(database, saved)


def test_a_whole_repair_goes_back_at_one_stroke_with_the_absence_noted_with_it(
    database: Database, saved: int, tmp_path: Path
) -> None:
    before = stands(database)
    other = planned(tmp_path / "centre", seed=2).roster
    edits = edits_towards(other, working_copy(database, saved))
    away = Absence("a1", dt.date(2026, 11, 30), dt.date(2026, 12, 1))
    edit_days(database, saved, edits, noted=(away,))
    assert [e.after for e in log_of(database) if e.act == "absence"] == ["2026-11-30 2026-12-01"]
    taken = undo(database, saved)
    assert (len(taken.changes), taken.absences) == (len(edits), (("a1", away.first, away.last),))
    assert stands(database) == before
    told = [e for e in log_of(database, f"plan {saved}") if e.act == "undo"]
    assert len(told) == len(edits) + 1
    kept = {e.subject: (e.before, e.after) for e in log_of(database, f"plan {saved}") if e.act in ("edit", "absence")}
    assert {e.subject: (e.after, e.before) for e in told} == kept, "the log tells each day put back"


def test_a_change_of_a_published_plan_goes_back_to_what_is_published_and_no_further(
    database: Database, saved: int, clock: Clock
) -> None:
    change(database, "a1")
    propose(database, saved)
    publish(database, saved, Terms(short=True))
    promised = stands(database)
    with pytest.raises(Refused, match="Version 1 of plan 1 is published"):
        undo(database, saved)
    change(database, "a2")
    assert plans(database)[0].state == "draft"
    undo(database, saved)
    assert (plans(database)[0].state, stands(database)) == ("published", promised)
    change(database, "a2")
    publish(database, saved, Terms("a swap", short=True, outright=True))
    with pytest.raises(Refused, match="Version 2 of plan 1 is published"):
        undo(database, saved)
    assert len(versions(database, saved)) == 2


def test_what_is_taken_back_under_a_proposal_makes_it_a_draft(database: Database, saved: int) -> None:
    change(database, "a1")
    propose(database, saved)
    undo(database, saved)
    assert plans(database)[0].state == "draft"


def test_somebody_elses_change_since_is_left_alone(database: Database, saved: int) -> None:
    for user in (MAUD, PAUL):
        give_role(database, user, by=LOCAL)
    change(database, "a1", by=MAUD)
    seen = last_kept(database, saved)
    assert seen is not None and seen.author == "maud"
    change(database, "a2", by=PAUL)
    stood = stands(database)
    with pytest.raises(Refused, match="the last change of plan 1 was kept by paul at"):
        undo(database, saved, by=MAUD)
    with pytest.raises(NotAllowed):
        undo(database, saved, by=User("ana", Role.AGENT, "a1"))
    assert stands(database) == stood
    undo(database, saved, by=PAUL)
    assert undo(database, saved, seen=seen.mark, by=MAUD).mark == seen.mark


def test_only_the_change_that_was_looked_at_is_taken_back(database: Database, saved: int) -> None:
    change(database, "a1")
    seen = last_kept(database, saved)
    change(database, "a2")
    assert seen is not None
    with pytest.raises(Refused, match="Nothing is taken back"):
        undo(database, saved, seen=seen.mark)


def test_changes_kept_while_the_clock_goes_back_are_taken_back_one_by_one(
    database: Database, saved: int, clock: Clock
) -> None:
    stood = []
    for _ in range(2):
        stood.append(stands(database))
        change(database, "a1", minutes=60)
        clock.go(hours=-1)
    undo(database, saved)
    assert stands(database) == stood[1]
    undo(database, saved)
    assert stands(database) == stood[0]
