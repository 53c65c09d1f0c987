"""What is saved comes back; what is published never changes; two people meet only on the same shift."""

from __future__ import annotations

import datetime as dt
import json
import shutil
import threading
import zipfile
from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path

import icalendar
import pandas as pd
import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from forecasts.grid import Week
from staffing.centre import Centre
from staffing.files.roster_text import roster_digest
from staffing.gate.read import read_centre
from staffing.plan import before
from staffing.rostering.notice import notices, working_days_between
from staffing.rostering.roster import Roster
from staffing.rostering.team import Absence
from staffing.rostering.verify import breaches_of, verify
from staffing.rostering.worked import worked_weeks
from staffing.store.carry import carried
from staffing.store.centres import centres, folder_texts, open_centre, people_of, save_centre
from staffing.store.database import Database, StoreUnavailable, open_database
from staffing.store.edits import DayEdit, edit_days, edits_towards, working_copy
from staffing.store.handout import Wanted, hand_out
from staffing.store.log import read_log
from staffing.store.plans import load_plan, plans, reading_of, save_plan
from staffing.store.promise import promise
from staffing.store.publication import Terms, archive, diff, log_of, propose, publish, published_rosters, versions
from staffing.store.refusals import Conflict, Refused, ShortNotice
from staffing.store.retention import Retention, purge
from staffing.store.rights import (
    ALLOWED,
    LOCAL,
    Act,
    NotAllowed,
    Role,
    User,
    give_role,
    require,
    user_here,
    user_of,
    user_of_claims,
)
from tests.centre.folder import good, written
from tests.store.conftest import Clock
from tests.store.weeks import WEEK, folder, moved, planned

PLANNER, AGENT = User("paul", Role.PLANNER), User("ana", Role.AGENT, "a1")


LAWS = {"a1": "fr_private_idcc2098", "a2": "neutral", "a3": "fr_state_2000_815"}


def under_laws(home: Path) -> Path:
    """The folder with one agent under each rule pack, the others under none."""
    state = '\n[contracts.state]\nrules = "fr_state_2000_815"\nhours_week = 35\ncost_eur_h = 25\n'
    private = state.replace("contracts.state", "contracts.private").replace("fr_state_2000_815", "fr_private_idcc2098")
    toml, agents = (home / "centre.toml").read_text(), (home / "agents.csv").read_text().splitlines()
    (home / "centre.toml").write_text(toml + state + private)
    agents[1], agents[3] = agents[1].replace(",full,", ",private,"), agents[3].replace(",full,", ",state,")
    (home / "agents.csv").write_text("\n".join([*agents, ""]))
    return home


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return folder(tmp_path / "centre")


@pytest.fixture
def saved(database: Database, home: Path) -> int:
    return save_plan(database, planned(home), home)


def edit_one(database: Database, plan: int, agent: str = "a1", minutes: int = 30, by: User = LOCAL) -> DayEdit:
    """Move the first shift of an agent."""
    held = working_copy(database, plan)
    day = min(d for a, d in held if a == agent and held[a, d].pieces)
    now = held[agent, day]
    edit = DayEdit(agent, day, moved(now.pieces, minutes), now.revision)
    assert edit_days(database, plan, [edit], by=by) == 1
    return edit


def test_a_plan_comes_back_as_it_was_saved(database: Database, home: Path) -> None:
    plan = planned(home)
    back = load_plan(database, save_plan(database, plan, home))
    for name in ("forecast", "requirement", "roster"):
        pd.testing.assert_frame_equal(getattr(back, name).frame, getattr(plan, name).frame, check_dtype=False)
    pd.testing.assert_frame_equal(back.verification.coverage, plan.verification.coverage, check_dtype=False)
    assert back.verification.breaches == plan.verification.breaches
    assert back.verification.breaches
    assert back.roster.proof == plan.roster.proof
    assert back.centre.digest == plan.centre.digest
    assert back.centre.team.agents == plan.centre.team.agents
    assert verify(back.roster, back.requirement, back.centre).breaches == plan.verification.breaches


def test_a_plan_needs_its_folder_only_when_it_is_saved(database: Database, home: Path, saved: int) -> None:
    shutil.rmtree(home)
    assert load_plan(database, saved).centre.name == "Test"
    assert centres(database) == ("Test",)
    assert [p.state for p in plans(database, centre="Test", week=str(WEEK))] == ["draft"]


def test_a_folder_that_changed_since_is_refused(database: Database, home: Path) -> None:
    plan = planned(home)
    (home / "events.csv").unlink()
    with pytest.raises(Refused, match="Plan again"):
        save_plan(database, plan, home)
    assert plans(database) == ()


def test_names_stand_in_one_table_only(database: Database, home: Path, saved: int) -> None:
    with database.reading() as connection:
        for table in ("document", "plan", "agent_day", "change_log"):
            rows = connection.execute(sa.text(f"SELECT * FROM {table}")).all()
            texts = [_plain(cell) for row in rows for cell in row]
            assert not any("Zoé" in text or "@" in text for text in texts)
        assert connection.execute(sa.text("SELECT count(*) FROM person WHERE name LIKE 'Zoé%'")).scalar() == 6
        assert people_of(connection, "Test")[1] == ("a2", "Zoé N° 2", "zoe2@example.org")
    assert open_centre(database, "Test").team.agents[0].name == "Zoé N° 1"


def test_names_are_taken_out_of_a_file_that_begins_with_a_blank_line(tmp_path: Path) -> None:
    files = good()
    files["agents.csv"] = "\n" + str(files["agents.csv"]).replace(",", ";")
    text = folder_texts(written(tmp_path, files))["agents.csv"]
    assert text.startswith("id;name") and "a1;;1;front;full" in text


def _plain(cell: object) -> str:
    if isinstance(cell, bytes | memoryview):
        from staffing.store.documents import unpacked

        return unpacked(bytes(cell)).decode()
    return str(cell)


def test_the_way_is_draft_proposed_published_archived(database: Database, saved: int) -> None:
    with pytest.raises(Refused, match="is draft and cannot become published"):
        publish(database, saved)
    propose(database, saved)
    with pytest.raises(Refused, match="cannot become proposed"):
        propose(database, saved)
    made = publish(database, saved)
    assert (made.number, made.reason, made.notices) == (1, "", ())
    assert made.affected == tuple(sorted({agent for agent, _ in working_copy(database, saved)}))
    archive(database, saved)
    with pytest.raises(Refused, match="archived"):
        edit_one(database, saved)
    assert [e.act for e in log_of(database, f"plan {saved}")] == [
        "state", "publish", "state", "state", "save",
    ]  # fmt: skip


def test_a_change_after_publication_makes_a_new_version_with_its_reason(database: Database, saved: int) -> None:
    propose(database, saved)
    publish(database, saved)
    first = roster_digest(load_plan(database, saved, number=1).roster.frame)
    edit = edit_one(database, saved, "a2")
    assert plans(database)[0].state == "draft"
    propose(database, saved)
    with pytest.raises(Refused, match="give the reason"):
        publish(database, saved)
    made = publish(database, saved, Terms("Training moved"))
    assert (made.number, made.affected, made.reason) == (2, ("a2",), "Training moved")
    assert roster_digest(load_plan(database, saved, number=1).roster.frame) == first
    found = diff(database, saved, 1, 2)
    assert [(c.agent, c.day) for c in found] == [("a2", edit.day)]
    assert diff(database, saved, 2) == ()
    assert len(diff(database, saved, 0, 1)) > 1
    assert [v.number for v in versions(database, saved)] == [1, 2]


def test_a_draft_that_may_not_be_published_outright_stays_a_draft(database: Database, home: Path, clock: Clock) -> None:
    saved = save_plan(database, planned(under_laws(home)), home)
    clock.at = dt.datetime(2026, 11, 26, 10, tzinfo=dt.UTC)
    with pytest.raises(ShortNotice):
        publish(database, saved, Terms(outright=True))
    assert plans(database)[0].state == "draft"
    with pytest.raises(NotAllowed):
        publish(database, saved, Terms(short=True, outright=True), by=PLANNER)
    assert publish(database, saved, Terms(short=True, outright=True)).number == 1
    assert [(e.act, e.after) for e in log_of(database, f"plan {saved}")][1:3] == [
        ("state", "published"), ("state", "proposed"),
    ]  # fmt: skip


def test_publishing_nothing_new_is_refused(database: Database, saved: int) -> None:
    propose(database, saved)
    publish(database, saved)
    edit_one(database, saved, "a1", 30)
    edit_one(database, saved, "a1", -30)
    propose(database, saved)
    with pytest.raises(Refused, match="nothing but its version 1"):
        publish(database, saved, Terms("none"))


def test_short_notice_is_a_warning_with_the_article_and_needs_a_word(
    database: Database, home: Path, clock: Clock
) -> None:
    saved = save_plan(database, planned(under_laws(home)), home)
    assert {agent for agent, _ in working_copy(database, saved)} >= {"a1", "a2", "a3"}
    propose(database, saved)
    clock.at = dt.datetime(2026, 11, 26, 10, tzinfo=dt.UTC)
    with pytest.raises(ShortNotice) as caught:
        publish(database, saved)
    assert {n.agent for n in caught.value.notices} == {"a1"}, "neither the State nor a neutral contract owes days"
    assert caught.value.notices[0].owed == 7
    assert "L3121-47" in caught.value.notices[0].say("en")
    assert "prévenu 1 jour ouvré à l'avance, 7 sont dus" in caught.value.notices[0].say("fr")
    assert versions(database, saved) == ()
    made = publish(database, saved, Terms(exceptional=True, short=True))
    assert {n.owed for n in made.notices} == {3}
    assert versions(database, saved)[0].notices == made.notices


def test_who_is_ill_and_whose_break_alone_moves_are_owed_no_notice(
    database: Database, home: Path, clock: Clock
) -> None:
    """The page said of an absence that it was announced too late to whom it is, and of a break that moved, while the
    repair beside it did not."""
    saved = save_plan(database, planned(under_laws(home)), home)
    held = working_copy(database, saved)
    mine = sorted(key for key in held if key[0] == "a1" and len(held[key].pieces) > 1)
    ill, rest, later = (held[key] for key in mine[:3])
    propose(database, saved)
    publish(database, saved, Terms(short=True))
    clock.at = dt.datetime(2026, 11, 26, 10, tzinfo=dt.UTC)
    first, *others = rest.pieces
    paused = (replace(first, activity="break"), *others)
    edits = (
        DayEdit(*mine[0], (), ill.revision), DayEdit(*mine[1], paused, rest.revision),
        DayEdit(*mine[2], moved(later.pieces, 30), later.revision),
    )  # fmt: skip
    away = Absence("a1", mine[0][1], mine[0][1])
    edit_days(database, saved, edits, noted=(away,))
    terms = Terms("ill", short=True, outright=True)
    made = promise(database, saved, terms, knowingly=True, away=(away,))
    assert [(n.agent, n.day) for n in made.notices] == [mine[2]]
    assert made.affected == ("a1",)


def test_a_plan_that_does_not_tell_its_laws_is_read_by_its_centre(database: Database, home: Path, clock: Clock) -> None:
    saved = save_plan(database, planned(under_laws(home)), home)
    with database.transaction() as connection:
        facts = json.loads(connection.execute(sa.text("SELECT facts FROM plan")).scalar_one())
        assert facts.pop("rules")["a1"] == LAWS["a1"]
        connection.execute(sa.text("UPDATE plan SET facts = :facts"), {"facts": json.dumps(facts)})
    clock.at = dt.datetime(2026, 11, 26, 10, tzinfo=dt.UTC)
    with pytest.raises(ShortNotice, match="a1"):
        publish(database, saved, Terms(outright=True))


def test_seven_working_days_are_enough_and_six_are_not() -> None:
    monday = dt.date(2026, 11, 30)
    changed = [(agent, monday) for agent in LAWS]
    assert notices(changed, dt.date(2026, 11, 18), LAWS) == ()
    late = notices(changed, dt.date(2026, 11, 19), LAWS)
    assert [(n.agent, n.given, n.owed) for n in late] == [("a1", 6, 7)]
    assert [n.given for n in notices(changed, dt.date(2026, 11, 18), LAWS, {dt.date(2026, 11, 19)})] == [6]
    assert notices(changed, dt.date(2026, 11, 24), LAWS, exceptional=True) == ()
    assert [n.given for n in notices(changed, dt.date(2026, 12, 4), LAWS)] == [0]


@given(st.dates(dt.date(2020, 1, 1), dt.date(2030, 1, 1)), st.integers(1, 60))
def test_working_days_are_counted_as_numpy_counts_them(told: dt.date, ahead: int) -> None:
    import numpy as np

    day = told + dt.timedelta(days=ahead)
    assert working_days_between(told, day) == np.busday_count(told + dt.timedelta(days=1), day)


def test_one_week_of_a_centre_has_one_published_plan(database: Database, home: Path, saved: int) -> None:
    other = save_plan(database, planned(home, seed=2), home)
    for id in (saved, other):
        propose(database, id)
    publish(database, saved)
    with pytest.raises(Refused, match=f"Plan {saved} is published"):
        publish(database, other)
    archive(database, saved)
    publish(database, other)


def test_a_published_version_and_the_log_cannot_be_rewritten(database: Database, saved: int) -> None:
    propose(database, saved)
    publish(database, saved)
    for act in (
        "UPDATE version SET reason = 'x'", "DELETE FROM version", "UPDATE change_log SET who = 'x'",
        "DELETE FROM change_log",
    ):  # fmt: skip
        with pytest.raises(StoreUnavailable, match="only be read"), database.transaction() as connection:
            connection.execute(sa.text(act))


def test_two_people_on_one_shift_see_both_values_and_nothing_is_lost(database: Database, saved: int) -> None:
    held = working_copy(database, saved)
    agent, day = min(key for key, h in held.items() if h.pieces)
    seen = held[agent, day]
    mine = DayEdit(agent, day, moved(seen.pieces, 60), seen.revision)
    other = next(key for key in held if key != (agent, day))
    beside = DayEdit(*other, (), held[other].revision)
    edit_days(database, saved, [DayEdit(agent, day, moved(seen.pieces, 30), seen.revision)], by=PLANNER)
    with pytest.raises(Conflict) as caught:
        edit_days(database, saved, [mine, beside])
    clash = caught.value.clashes[0]
    assert (clash.agent, clash.author) == (agent, "paul")
    assert clash.theirs != clash.yours
    assert "modifié par paul à 10:00 le 16/11/2026" in clash.say("fr")
    assert working_copy(database, saved)[other].pieces == held[other].pieces
    assert edit_days(database, saved, [beside]) == 1


def test_a_shift_given_to_a_free_day_twice_at_once_clashes_too(database: Database, saved: int) -> None:
    held = working_copy(database, saved)
    agent, day = next((a, d) for a in ("a1", "a2", "a3") for d in WEEK.days if (a, d) not in held)
    shift = next(h.pieces for (_, d), h in held.items() if d == day and h.pieces)
    edit_days(database, saved, [DayEdit(agent, day, shift, 0)])
    assert edit_days(database, saved, [DayEdit(agent, day, shift, 0)]) == 0
    with pytest.raises(Conflict):
        edit_days(database, saved, [DayEdit(agent, day, moved(shift, 30), 0)])


@pytest.mark.parametrize("wrong", ["agent", "order", "day", "long"])
def test_segments_that_no_roster_can_hold_are_refused(database: Database, saved: int, wrong: str) -> None:
    held = working_copy(database, saved)
    agent, day = min(key for key, h in held.items() if h.pieces)
    now = held[agent, day]
    pieces = {
        "agent": now.pieces,
        "order": now.pieces[::-1],
        "day": moved(now.pieces, 1440),
        "long": (replace(now.pieces[0], end=now.pieces[0].start + pd.Timedelta(hours=25)),),
    }[wrong]
    with pytest.raises(Refused):
        edit_days(database, saved, [DayEdit("nobody" if wrong == "agent" else agent, day, pieces, now.revision)])


def test_an_edited_week_is_verified_anew_and_loses_its_proof(database: Database, saved: int) -> None:
    before = load_plan(database, saved)
    edit_one(database, saved, minutes=-300)
    after = load_plan(database, saved)
    assert before.roster.proof is not None
    assert after.roster.proof is None
    assert after.verification.breaches == verify(after.roster, after.requirement, after.centre).breaches


def test_a_stored_plan_read_again_knows_who_has_not_begun_and_who_has_left(database: Database, home: Path) -> None:
    """A hand edit is verified anew: nobody is owed hours, nor may work, outside their time in post."""
    text = (home / "agents.csv").read_text("utf-8").splitlines()
    ends = {"a1": ",2026-12-01", "a2": "2026-12-14,"}
    rows = [f"{line},{ends.get(line.split(',')[0], ',')}" for line in text[1:]]
    (home / "agents.csv").write_text("\n".join([f"{text[0]},since,last_day", *rows, ""]), "utf-8")
    id = save_plan(database, planned(home), home)
    held = working_copy(database, id)
    late = min(d for a, d in held if a == "a1" and d > dt.date(2026, 12, 1))
    gone = [DayEdit(a, d, (), day.revision) for (a, d), day in held.items() if a in ("a1", "a2") and d != late]
    edit_days(database, id, gone)
    found = load_plan(database, id).verification
    owed = found.hours.set_index("agent")["hours_owed"]
    assert (owed["a1"], owed["a2"], owed["a3"]) == (pytest.approx(14.0), 0.0, 35.0)
    away = {(b.agent, b.start.date()) for b in found.breaches if b.rule == "absence" and b.start is not None}
    assert ("a1", late) in away


def test_an_absence_noted_since_is_read_with_the_hours_it_took(database: Database, saved: int) -> None:
    """While the shift stands it is a breach; taken out, its hours are owed no more; a day off takes none."""
    before, held = load_plan(database, saved), working_copy(database, saved)
    day = min(d for a, d in held if a == "a1" and held[a, d].pieces)
    off = next(d for d in WEEK.days if ("a1", d) not in held)
    away = (*before.centre.team.absences, Absence("a1", day, day), Absence("a1", off, off))

    def read() -> tuple[set[str], float, float]:
        found = load_plan(database, saved, away=away).verification
        new = {b.rule for b in found.breaches if b.agent == "a1"} - {
            b.rule for b in before.verification.breaches if b.agent == "a1"
        }
        row = found.hours.set_index("agent").loc["a1"]
        return new, float(row["hours_paid"]), float(row["hours_owed"])

    rules, paid, owed = read()
    assert rules == {"absence"} and owed == 35
    edit_days(database, saved, [DayEdit("a1", day, (), held["a1", day].revision)])
    rules, left, owes = read()
    assert rules == set() and paid - left == pytest.approx(owed - owes) and left < paid


def test_a_reading_holds_through_publication_and_ends_with_an_edit(database: Database, saved: int) -> None:
    read = reading_of(database, saved)
    propose(database, saved)
    publish(database, saved, Terms(short=True))
    assert reading_of(database, saved) == read
    edit_days(database, saved, [edit_one(database, saved)])
    edited = reading_of(database, saved)
    assert edited != read
    purge(database, Retention(), by=LOCAL)
    assert reading_of(database, saved) not in (read, edited)


def test_another_roster_is_taken_over_as_edits(database: Database, home: Path, saved: int) -> None:
    wanted = planned(home, seed=9).roster
    edit_days(database, saved, edits_towards(wanted, working_copy(database, saved)))
    assert roster_digest(load_plan(database, saved).roster.frame) == roster_digest(wanted.frame)


def test_carry_over_reads_published_weeks_only(database: Database, home: Path, clock: Clock) -> None:
    week = WEEK.plus(-1)
    plan = planned(home, week)
    id = save_plan(database, plan, home)
    centre = open_centre(database, "Test")
    assert carried(database, centre, WEEK) is centre
    propose(database, id)
    publish(database, id, Terms(short=True))
    after = carried(database, centre, WEEK)
    assert after.team.past is not None
    assert roster_digest(after.team.past[after.team.past["start"] > "2026-11-01"]) == roster_digest(plan.roster.frame)
    hours = verify(plan.roster, plan.requirement, plan.centre).hours.set_index("agent")
    for ledger in after.team.ledgers:
        assert ledger.saturdays == hours.loc[ledger.agent, "saturdays"]
        assert ledger.late_shifts == hours.loc[ledger.agent, "late_shifts"]
    edit_one(database, id)
    assert carried(database, centre, WEEK).team.ledgers == after.team.ledgers
    archive(database, id)
    assert carried(database, centre, WEEK).team.ledgers == after.team.ledgers, "people worked it all the same"


def published(database: Database, home: Path, weeks: Iterable[int], hours: float) -> None:
    """Weeks so many before ``WEEK`` in which everybody works five days of so many hours."""
    centre = read_centre(home)
    for ago in weeks:
        week, at = WEEK.plus(-ago), centre.grid.at
        rows = [
            (agent.id, at(day, 480), at(day, 480) + pd.Timedelta(hours=hours / 5), "front")
            for agent in centre.team.agents
            for day in week.days[:5]
        ]
        plan = planned(home, week)
        roster = Roster(week, centre.grid, pd.DataFrame(rows, columns=["agent", "start", "end", "activity"]))
        plan = replace(plan, roster=roster, verification=verify(roster, plan.requirement, plan.centre))
        id = save_plan(database, plan, home)
        publish(database, id, Terms(short=True, outright=True))


def under(home: Path, terms: str) -> Centre:
    """The folder's centre with its contract so."""
    toml = (home / "centre.toml").read_text()
    (home / "centre.toml").write_text(toml.replace('rules = "neutral"', terms))
    return read_centre(home)


def test_the_overtime_of_a_whole_year_is_known(database: Database, home: Path) -> None:
    """38 weeks of 43 h are 304 h beyond 35: more than the year's quota of 220 (D3121-24)."""
    centre = under(home, 'rules = "fr_private_idcc2098"\novertime_max_h = 9')
    published(database, home, range(38, 0, -1), 43.0)
    known = before(carried(database, centre, WEEK), WEEK)
    roster = planned(home).roster
    days = [("a1", centre.grid.at(day, 480), centre.grid.at(day, 1080), "front") for day in WEEK.days[:4]]
    roster = replace(roster, frame=pd.DataFrame(days, columns=["agent", "start", "end", "activity"]))
    found = breaches_of(tuple(worked_weeks(roster, known)), known)
    assert [(b.found, b.limit) for b in found if b.rule == "overtime_quota"] == [("309 h 00 this year", "220 h a year")]
    assert {ledger.weeks for ledger in known.team.ledgers} == {12}, "burdens count a quarter"


def test_an_hours_account_is_kept_over_a_year_by_what_was_owed_then(database: Database, home: Path) -> None:
    """An hour ahead a week over 20 weeks, in one of them, of leave by a file that does not tell it any more, seven; a
    day each for 14 July and 11 November, on which the centre is closed."""
    under(home, 'rules = "neutral"\naccount_h = 60\nflex_h = 8')
    published(database, home, range(20, 8, -1), 36.0)
    absences = (home / "absences.csv").read_bytes()
    leave = WEEK.plus(-8).days[0]
    (home / "absences.csv").write_text(f"agent,first,last\na1,{leave},{leave}\n")
    published(database, home, [8], 35.0)
    (home / "absences.csv").write_bytes(absences)
    published(database, home, range(7, 0, -1), 36.0)
    account = {ledger.agent: ledger.account_h for ledger in carried(database, read_centre(home), WEEK).team.ledgers}
    assert account["a1"] == pytest.approx(26.0 + 14.0) and account["a2"] == pytest.approx(19.0 + 14.0)


def test_an_hours_account_holds_no_more_than_its_contract_lets_it(database: Database, home: Path) -> None:
    centre = under(home, 'rules = "neutral"\naccount_h = 30\nflex_h = 8\novertime_max_h = 8')
    published(database, home, range(5, 0, -1), 43.0)
    assert {ledger.account_h for ledger in carried(database, centre, WEEK).team.ledgers} == {30.0}


def test_a_calendar_goes_on_from_the_archived_plan_of_the_week(
    database: Database, home: Path, saved: int, tmp_path: Path
) -> None:
    """RFC 5545: a calendar drops what bears a lower SEQUENCE than it has."""
    edit = edit_one(database, saved)
    propose(database, saved)
    publish(database, saved)
    edit_one(database, saved)
    propose(database, saved)
    publish(database, saved, Terms("later", short=True))
    archive(database, saved)
    second = save_plan(database, planned(home), home)
    propose(database, second)
    publish(database, second, Terms("again", short=True))
    hand_out(database, saved, Wanted("ics", 1), tmp_path / "first")
    hand_out(database, second, Wanted("ics"), tmp_path / "now", by=AGENT)
    assert [path.name for path in (tmp_path / "now").iterdir()] == ["a1.ics"]
    sequences = []
    for name in ("first", "now"):
        calendar = icalendar.Calendar.from_ical((tmp_path / name / "a1.ics").read_bytes())
        sequences += [e["SEQUENCE"] for e in calendar.walk("VEVENT") if e.decoded("DTSTART").date() == edit.day]
    assert sequences == [0, 2]


def test_a_sheet_bears_a_version_only_where_it_is_that_version(database: Database, saved: int, tmp_path: Path) -> None:
    def footer(**wanted: int) -> str:
        hand_out(database, saved, Wanted(language="en", author="Léa", **wanted), tmp_path / "w.xlsx")
        return zipfile.ZipFile(tmp_path / "w.xlsx").read("xl/worksheets/sheet1.xml").decode()

    assert "Draft, not published, Léa" in footer()
    propose(database, saved)
    made = publish(database, saved)
    local = pd.Timestamp(made.at).tz_convert("Europe/Paris")
    assert f"Version 1 of {local:%d/%m/%Y %H:%M}, Léa." in footer()
    edit_one(database, saved)
    assert "Draft, not published" in footer()
    assert "Version 1 of" in footer(number=1)


def test_an_agent_reads_their_own_published_week_and_nothing_else(database: Database, saved: int) -> None:
    propose(database, saved)
    assert published_rosters(database, "Test", WEEK, by=AGENT) == ()
    publish(database, saved)
    (mine,) = published_rosters(database, "Test", WEEK, by=AGENT)
    assert set(mine.frame["agent"]) == {"a1"}
    for act in (plans, centres):
        with pytest.raises(NotAllowed):
            act(database, by=AGENT)
    with pytest.raises(NotAllowed):
        published_rosters(database, "Test", WEEK, by=User("x", Role.AGENT))
    with pytest.raises(NotAllowed):
        load_plan(database, saved, number=1, by=AGENT)


def test_a_planner_edits_and_proposes_and_a_manager_publishes(database: Database, saved: int) -> None:
    edit_one(database, saved, by=PLANNER)
    propose(database, saved, by=PLANNER)
    for act in (publish, archive):
        with pytest.raises(NotAllowed):
            act(database, saved, by=PLANNER)
    publish(database, saved, by=User("maud", Role.MANAGER))


@pytest.mark.parametrize("role", Role)
@pytest.mark.parametrize("act", Act)
def test_each_role_may_do_what_the_table_says_and_no_more(role: Role, act: Act) -> None:
    user = User("x", role, "a1")
    if act in ALLOWED[role]:
        require(user, act)
    else:
        with pytest.raises(NotAllowed):
            require(user, act)


def test_a_login_needs_a_verified_e_mail_and_an_account(database: Database) -> None:
    with pytest.raises(Refused, match="At least one manager"):
        give_role(database, User("Maud@Example.org", Role.PLANNER), by=LOCAL)
    assert user_here(database, "root") == User("root", Role.MANAGER)
    give_role(database, User("boss@example.org", Role.MANAGER), by=LOCAL)
    give_role(database, User("Maud@Example.org", Role.PLANNER), by=LOCAL)
    assert user_here(database, "maud@example.org").role is Role.PLANNER
    with pytest.raises(NotAllowed, match="has no account"):
        user_here(database, "root")
    claims = {"email": "maud@example.org", "email_verified": True}
    assert user_of_claims(database, claims) == User("maud@example.org", Role.PLANNER)
    for bad in ({**claims, "email_verified": False}, {**claims, "email_verified": "true"}, {}, {"email": ["x"]}):
        with pytest.raises(NotAllowed):
            user_of_claims(database, bad)
    with pytest.raises(NotAllowed):
        user_of(database, "nobody@example.org")
    with pytest.raises(NotAllowed):
        give_role(database, User("x", Role.MANAGER), by=PLANNER)


def test_saving_the_same_folder_again_makes_no_new_state(database: Database, home: Path) -> None:
    save_centre(database, home)
    save_centre(database, home)
    with database.reading() as connection:
        assert connection.execute(sa.text("SELECT revision FROM centre")).scalar() == 1
        assert len(read_log(connection, "centre Test")) == 1


def test_twenty_editors_at_once_lose_no_edit(where: str, home: Path) -> None:
    database = open_database(where)
    plan = save_plan(database, planned(folder(home, 4)), home)
    start = working_copy(database, plan)
    done: list[int] = []

    def editor(number: int) -> None:
        mine = open_database(where)
        for _ in range(5):
            while not _bump(mine, plan, number):
                pass
            done.append(1)
        mine.close()

    threads = [threading.Thread(target=editor, args=(i,)) for i in range(20)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    end = working_copy(database, plan)
    assert len(done) == 100
    assert sum(h.revision for h in end.values()) - sum(h.revision for h in start.values()) == 100
    with database.reading() as connection:
        assert sum(e.act == "edit" for e in read_log(connection, f"plan {plan}", 1000)) == 100
    database.close()


def _bump(database: Database, plan: int, number: int) -> bool:
    """Move one of five contended shifts by a minute; False when somebody was faster."""
    held = working_copy(database, plan)
    key = sorted(k for k, h in held.items() if h.pieces)[number % 5]
    now = held[key]
    try:
        return edit_days(database, plan, [DayEdit(*key, moved(now.pieces, 1), now.revision)]) == 1
    except Conflict:
        return False


def test_a_week_without_any_shift_can_be_saved(database: Database, home: Path) -> None:
    plan = planned(home, Week.parse("2026-W50"))
    empty = replace(plan.roster, frame=plan.roster.frame.iloc[:0])
    id = save_plan(database, replace(plan, roster=empty), home)
    assert load_plan(database, id).roster.frame.empty
