"""The store from the command line, from a roster file to a restored backup, in both languages."""

from __future__ import annotations

import contextlib
import datetime as dt
import json
from pathlib import Path
from zoneinfo import ZoneInfo

import icalendar
import openpyxl
import pytest

from data_samples.generate import HERE
from forecasts.grid import Week
from staffing.cli import main
from staffing.contents import forecast_content, requirement_content
from staffing.gate.read import read_centre
from staffing.outputs import ROSTER, csv_text
from staffing.plan import plan_week
from staffing.rostering.assign import Solve
from staffing.rostering.roster import Proof
from staffing.rostering.team import Absence
from staffing.screens import desk
from staffing.store.backup import state_digest
from staffing.store.carry import carried
from staffing.store.database import open_database
from staffing.store.edits import DayEdit, edit_days, working_copy
from staffing.store.plans import load_plan, plans, save_plan
from tests.centre.folder import history
from tests.files.test_exports import printed
from tests.store.weeks import WEEK, folder, planned

ANYHOW = ("--short", "--knowingly")


class Shell:
    """The command run in this process on one store; what it says and how it ends."""

    def __init__(self, store: Path, capsys: pytest.CaptureFixture[str]) -> None:
        self.store, self.capsys = store, capsys

    def __call__(self, *words: object, code: int = 0, language: str = "en", store: bool = True) -> str:
        here = ("--store", str(self.store)) if store else ()
        with pytest.raises(SystemExit) as left:
            main([*map(str, words), *here, "--language", language])
        told = self.capsys.readouterr()
        assert int(left.value.code or 0) == code, told.out + told.err
        return told.out + told.err


@pytest.fixture
def shell(tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> Shell:
    monkeypatch.setenv("AFFLUENCE_USER", "maud")
    return Shell(tmp_path / "s.sqlite", capsys)


@pytest.fixture
def saved(shell: Shell, tmp_path: Path) -> Shell:
    """Plan 1: a roster file of a folder whose history reaches the week."""
    home = folder(tmp_path / "centre", 4)
    toml = (home / "centre.toml").read_text()
    (home / "centre.toml").write_text(toml.replace('"neutral"', '"fr_private_idcc2098"'))
    days = (WEEK.monday - dt.timedelta(days=i) for i in range(43, 0, -1))
    (home / "history.csv").write_text(history(tuple(str(day) for day in days if day.weekday() < 2)))
    (tmp_path / "roster.csv").write_text(csv_text(planned(home).roster.frame, ROSTER))
    told = shell("save", home, tmp_path / "roster.csv", "--week", WEEK)
    assert "Plan 1 saved as a draft" in told
    return shell


def edit_workbook(path: Path, row: int, column: int, text: str | None) -> None:
    book = openpyxl.load_workbook(path)
    book.worksheets[0].cell(row, column).value = text
    book.save(path)


def test_a_plan_saved_from_its_folder_keeps_its_proof_while_it_is_that_plan(saved: Shell, tmp_path: Path) -> None:
    """Not with another hour in the roster, and not beside other weeks than those it was made for."""
    home, made = tmp_path / "centre", tmp_path / "made"
    (home / "centre.toml").write_text((home / "centre.toml").read_text() + "shift_min_h = 3\n")
    saved("plan", home, "--week", WEEK, "--seconds", "1", "--out", made, store=False)
    told = json.loads((made / "plan.json").read_text())

    def newest() -> tuple[int, Proof | None]:
        with contextlib.closing(open_database(str(saved.store))) as database:
            last = max(plan.id for plan in plans(database))
            return last, load_plan(database, last).roster.proof

    def proof() -> Proof | None:
        saved("save", home, made)
        return newest()[1]

    kept = proof()
    assert kept is not None
    assert (round(kept.cost_eur, 2), round(kept.bound_eur, 2), kept.seed) == tuple(
        told[name] for name in ("cost_eur", "bound_eur", "seed")
    )
    rows = (made / "roster.csv").read_text()
    (made / "roster.csv").write_text((tmp_path / "roster.csv").read_text())
    assert proof() is None
    (made / "roster.csv").write_text(rows)
    assert proof() == kept
    before = csv_text(planned(home, WEEK.plus(-1)).roster.frame, ROSTER)
    (tmp_path / "before.csv").write_text(before)
    saved("save", home, tmp_path / "before.csv", "--week", WEEK.plus(-1))
    saved("publish", newest()[0], *ANYHOW)
    assert proof() is None


def test_a_plan_saved_from_its_folder_is_the_one_saved_after_forecasting_anew(saved: Shell, tmp_path: Path) -> None:
    made, alone = tmp_path / "made", tmp_path / "alone.csv"
    saved("plan", tmp_path / "centre", "--week", WEEK, "--seconds", "1", "--out", made, store=False)
    for path in (made / "roster.csv", alone):
        path.write_bytes((tmp_path / "roster.csv").read_bytes())
    assert "read from need.json" in saved("save", tmp_path / "centre", made)
    assert "need.json" not in saved("save", tmp_path / "centre", alone)
    with contextlib.closing(open_database(str(saved.store))) as database:
        read, anew = load_plan(database, 2), load_plan(database, 3)
    assert requirement_content(read.requirement) == requirement_content(anew.requirement)
    assert forecast_content(read.forecast) == forecast_content(anew.forecast)
    assert read.verification.breaches == anew.verification.breaches


def test_an_absence_noted_since_is_read_by_publish_and_stands_on_the_sheet(saved: Shell, tmp_path: Path) -> None:
    """A day off of the roster on which somebody is away by now, and a shift that their absence meets."""
    home = tmp_path / "centre"
    with contextlib.closing(open_database(str(saved.store))) as database:
        held = working_copy(database, 1)
    at_work = {key for key, day in held.items() if day.pieces}
    off = next(day for day in WEEK.days if ("a2", day) not in at_work)
    late = next(day for day in WEEK.days if ("a3", day) in at_work)
    with (home / "absences.csv").open("a") as file:
        file.write(f"a2,{off},{off}\na3,{late},{late}\n")

    def sheet(*options: object) -> str:
        saved("export", 1, "--form", "pdf", "--to", tmp_path / "w.pdf", *options)
        return printed(tmp_path / "w.pdf")

    before, after = sheet(), sheet("--centre", home)
    assert "absent" not in before
    assert after.count("absent") == 2, "in the week and on its day; the shift that stands is told as a shift"
    told = saved("publish", 1, "--short", "--centre", home, code=1)
    assert f"{late}" in told and "a3" in told and "absen" in told
    other = folder(tmp_path / "other")
    (other / "centre.toml").write_text((other / "centre.toml").read_text().replace('name = "Test"', 'name = "Else"'))
    assert "--centre" in saved("publish", 1, "--centre", other, code=2)


def test_a_week_from_roster_file_to_second_version(saved: Shell, tmp_path: Path) -> None:
    assert "draft" in saved("plans") and "comme prévu" in saved("plans", language="fr")
    late = saved("publish", 1, "--knowingly", code=1, language="fr")
    assert late.count("accord du 11 avril 2000") == 1 and "sont dus : a1, a2" in late
    assert late.count("lundi 30 novembre 2026 : ") == 1 and "2026-11-30" not in late
    assert "brouillon" in saved("plans", language="fr") and "proposé" not in saved("log", language="fr")
    assert "version 1 published, 4 agents affected" in saved("publish", 1, *ANYHOW)
    assert "brouillon -> proposé" in saved("log", language="fr")
    saved("export", 1, "--form", "xlsx", "--to", tmp_path / "w.xlsx")
    edit_workbook(tmp_path / "w.xlsx", 3, 3, "06:00-22:00")
    told = saved("apply", 1, tmp_path / "w.xlsx", code=1, language="fr")
    assert "1 vacation diffère" in told
    assert "a1 est sur front le 2026-11-30 de 06:00 à" in told
    assert "relancez avec --yes" in told
    assert saved("diff", 1, 1).startswith("0 shifts")
    saved("apply", 1, tmp_path / "w.xlsx", "--yes", code=1)
    assert "a1 2026-11-30" in saved("diff", 1, 1)
    assert "give the reason" in saved("publish", 1, "--knowingly", code=2)
    longer = ("publish", 1, "--short", "--reason", "Opening hours")
    assert "Confirm" not in saved("versions", 1) and "--knowingly" in saved(*longer, code=1)
    assert "version 2 published, 1 agent " in saved(*longer, "--knowingly")
    now = {f"{dt.datetime.now(ZoneInfo('Europe/Paris')) - dt.timedelta(minutes=m):%d/%m/%Y %H:%M}" for m in range(5)}
    told = saved("versions", 1)
    assert "Opening hours" in told and any(f"version 2  {at}  maud" in told for at in now)
    told = saved("log", "--subject", "plan 1")
    assert any(f"{at}  maud  publish  plan 1 version 2" in told for at in now)
    assert any(f"(maud, {at})" in saved("plans") for at in now)
    assert "has changed since" in " ".join(saved("apply", 1, tmp_path / "w.xlsx", code=2).split())


def test_a_week_that_is_past_is_said_to_be(shell: Shell, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """When it is planned and when it is published; one to come is not spoken of."""
    home = folder(tmp_path / "centre")
    for week, past in (("2026-W11", True), ("2199-W10", False)):
        plan = planned(home, Week.parse(week))
        database = open_database(shell.store)
        id = save_plan(database, plan, home)
        database.close()
        assert (f"Week {week} is past" in shell("publish", id, *ANYHOW)) == past
    with pytest.raises(SystemExit):
        main(
            [
                "plan",
                str(home),
                "--week",
                "2026-W11",
                "--out",
                str(tmp_path / "p"),
                "--seconds",
                "1",
                "--language",
                "fr",
            ]
        )
    assert "La semaine 2026-W11 est passée" in capsys.readouterr().err


def test_what_a_roster_breaks_is_told_when_it_is_saved_and_published(saved: Shell, tmp_path: Path) -> None:
    agent, start, *_ = (tmp_path / "roster.csv").read_text().splitlines()[1].split(",")
    (tmp_path / "centre" / "absences.csv").write_text(f"agent,first,last\n{agent},{start[:10]},{start[:10]}\n")
    broken = f"{agent} {start[:16]}"
    told = saved("save", tmp_path / "centre", tmp_path / "roster.csv", "--week", WEEK)
    assert "absence" in told and broken in told and "Plan 2 saved as a draft" in told
    told = saved("publish", 2, "--short", code=1)
    assert broken in told and "--knowingly" in told


def test_a_broken_rule_is_published_on_purpose_alone_and_the_log_names_it(saved: Shell, tmp_path: Path) -> None:
    """The plain command published it beside its warning, and nothing kept that it was known."""
    agent, start, *_ = (tmp_path / "roster.csv").read_text().splitlines()[1].split(",")
    (tmp_path / "centre" / "absences.csv").write_text(f"agent,first,last\n{agent},{start[:10]},{start[:10]}\n")
    saved("save", tmp_path / "centre", tmp_path / "roster.csv", "--week", WEEK)
    saved("publish", 2, "--short", code=1)
    assert "0 broken rules" not in saved("versions", 2) and "broken rule " not in saved("log")
    assert "although it breaks rules" in saved("publish", 2, "--short", "--knowingly")
    told = saved("log", "--subject", "plan 2")
    assert "publish a broken rule  plan 2 version 1" in told and f"{agent} {start[:16]}" in told
    count = told.count("publish a broken rule")
    assert count and f"{count} broken rule" in saved("versions", 2)


def test_a_week_is_read_beside_the_one_published_after_it_was_planned(saved: Shell, tmp_path: Path) -> None:
    head, late, early = "agent,start,end,activity\n", "2026-12-06T14:00,2026-12-06T23:00", "2026-12-07T07:00"
    (tmp_path / "next.csv").write_text(f"{head}a1,{early},2026-12-07T09:00,front\n")
    assert "daily rest" not in saved("save", tmp_path / "centre", tmp_path / "next.csv", "--week", "2026-W50")
    (tmp_path / "sunday.csv").write_text(f"{head}a1,{late},front\n")
    saved("save", tmp_path / "centre", tmp_path / "sunday.csv", "--week", WEEK)
    saved("publish", 3, *ANYHOW)
    saved("export", 2, "--form", "xlsx", "--to", tmp_path / "w.xlsx")
    found = list(openpyxl.load_workbook(tmp_path / "w.xlsx")["Breaches"].values)
    assert any(row[0] == "a1" and "8 h" in str(row[4]) for row in found), "eight hours of rest, eleven are owed"
    assert f"a1 {early}+01:00 daily rest: 8 h" in saved("publish", 2, "--short", code=1)


def test_every_form_is_handed_out(saved: Shell, tmp_path: Path) -> None:
    refused = saved("export", 1, "--form", "ics", "--to", tmp_path / "ics", code=2)
    assert "Publish it first" in refused and "no form" not in refused
    saved("publish", 1, *ANYHOW)
    for form in ("xlsx", "pdf", "csv", "teams"):
        saved("export", 1, "--form", form, "--number", 1, "--to", tmp_path / f"w.{form}")
        assert (tmp_path / f"w.{form}").stat().st_size > 500
        assert "no such folder" in saved("export", 1, "--form", form, "--to", tmp_path / "no" / "w", code=2)
    rows = list(openpyxl.load_workbook((tmp_path / "w.teams").open("rb")).active.values)
    assert rows[1][:2] == ("Zoé N° 1", "zoe1@example.org")
    assert "c'est un dossier" in saved("export", 1, "--to", tmp_path, code=2, language="fr")
    assert not list(tmp_path.rglob("*.part"))
    saved("export", 1, "--form", "ics", "--to", tmp_path / "ics")
    calendar = icalendar.Calendar.from_ical((tmp_path / "ics" / "a1.ics").read_bytes())
    assert len(calendar.walk("VEVENT")) > 1
    told = saved("export", 1, "--form", "pseudonyms", "--to", tmp_path / "nobody")
    key = told.split("pseudonyms: ")[1].split(".")[0]
    saved("export", 1, "--form", "pseudonyms", "--to", tmp_path / "again", "--key", key)
    assert (tmp_path / "nobody" / "roster.csv").read_text() == (tmp_path / "again" / "roster.csv").read_text()
    assert "32 hexadecimal" in saved("export", 1, "--form", "pseudonyms", "--to", tmp_path / "x", "--key", "ab", code=2)


def test_a_saved_plan_is_checked_and_repaired_by_its_roster_file(saved: Shell, tmp_path: Path) -> None:
    """As people changed it, not as it was solved; a published version as it was published."""
    saved("publish", 1, *ANYHOW)
    book, first, now = tmp_path / "w.xlsx", tmp_path / "first.csv", tmp_path / "now.csv"
    saved("export", 1, "--to", book)
    edit_workbook(book, 3, 3, "06:00-22:00")
    saved("apply", 1, book, "--yes", code=1)
    saved("export", 1, "--form", "roster", "--number", 1, "--to", first)
    saved("export", 1, "--form", "roster", "--to", now)
    assert first.read_text() == (tmp_path / "roster.csv").read_text() != now.read_text()
    for words in (["check", tmp_path / "centre", now], ["repair", tmp_path / "centre", now, "--absent",
                  "a2:2026-12-01", "--out", tmp_path / "repaired.csv"]):  # fmt: skip
        with pytest.raises(SystemExit) as left:
            main([*map(str, words), "--language", "en"])
        assert left.value.code in (0, 1), saved.capsys.readouterr()
    assert (tmp_path / "repaired.csv").read_text().startswith("agent,start,end,activity\n")


def test_a_week_whose_week_before_is_a_draft_says_so_and_what_is_published_is_read(
    saved: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Planned by command, a week knows what the screens know of it: the same roster from the same question."""
    home, after, mine, out = tmp_path / "centre", WEEK.plus(1), tmp_path / "after.csv", tmp_path / "out"
    mine.write_text(csv_text(planned(home, after).roster.frame, ROSTER))
    words = ("save", home, mine, "--week", after)
    assert f"Plan 1 ({WEEK}) is not published" in saved(*words)
    assert f"Le planning 1 ({WEEK}) n'est pas publié" in saved(*words, language="fr")
    monkeypatch.setenv("AFFLUENCE_STORE", str(saved.store))
    run: list[object] = ["plan", home, "--week", after, "--out", out, "--seconds", 1, "--repeatable"]
    assert f"Plan 1 ({WEEK}) is not published" in _told([*run, "--language", "en"], saved)
    saved("publish", 1, *ANYHOW)
    assert "is not published" not in saved(*words)
    told = f"Published weeks read from the store beside the folder: {WEEK}, in {saved.store}"
    assert told in _told([*run, "--language", "en"], saved)
    with contextlib.closing(open_database(str(saved.store))) as database:
        known = carried(database, read_centre(home), after)
    same = plan_week(known, after, options=Solve(1.0, 1, repeatable=True))
    assert (out / "roster.csv").read_text() == csv_text(same.roster.frame, ROSTER)
    assert "the store" not in _told([*run, "--alone", "--language", "en"], saved)


def test_a_roster_is_checked_beside_the_weeks_published_around_it(
    saved: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """An evening that was published and a morning made by hand: eight hours of rest, whichever is checked."""
    home, evening, morning = tmp_path / "centre", tmp_path / "evening.csv", tmp_path / "morning.csv"
    sunday, monday = WEEK.days[6], WEEK.plus(1).days[0]
    evening.write_text(f"agent,start,end,activity\na1,{sunday}T16:00,{sunday}T22:00,front\n")
    morning.write_text(f"agent,start,end,activity\na1,{monday}T06:00,{monday}T12:00,front\n")
    monkeypatch.setenv("AFFLUENCE_STORE", str(saved.store))
    for id, published, checked in ((2, evening, morning), (3, morning, evening)):
        saved("save", home, published)
        saved("publish", id, *ANYHOW)
        alone = saved("check", home, checked, "--alone", code=1, store=False)
        beside = saved("check", home, checked, code=1, store=False)
        assert "8 h 00 of rest" in beside and "8 h 00 of rest" not in alone
        saved("archive", id)


def test_a_store_that_cannot_be_read_is_no_store_that_knows_nothing(saved: Shell, tmp_path: Path) -> None:
    home, broken = tmp_path / "centre", tmp_path / "broken.sqlite"
    broken.write_bytes(b"no database at all" * 100)
    words = ["check", home, tmp_path / "roster.csv", "--store", broken]
    assert "With --alone the store is not read." in saved(*words, code=2, store=False)
    saved(*words, "--alone", code=1, store=False)


def _told(words: list[object], shell: Shell) -> str:
    with pytest.raises(SystemExit) as left:
        main([*map(str, words)])
    assert left.value.code in (0, 1, None)
    return shell.capsys.readouterr().err


def test_files_for_people_call_queues_by_their_labels(saved: Shell, tmp_path: Path) -> None:
    toml = tmp_path / "centre" / "centre.toml"
    labelled = toml.read_text("utf-8").replace("[queues.front]", '[queues.front]\nlabel = "Calls, first line"')
    toml.write_text(labelled, "utf-8")
    saved("save", tmp_path / "centre", tmp_path / "roster.csv", "--week", WEEK)
    saved("publish", 2, *ANYHOW)
    for form, name in (("csv", "w.csv"), ("ics", "ics")):
        saved("export", 2, "--form", form, "--to", tmp_path / name)
    rows = (tmp_path / "w.csv").read_text("utf-8-sig").splitlines()
    assert any(";Calls, first line;" in row for row in rows) and not any(";front;" in row for row in rows)
    calendar = icalendar.Calendar.from_ical((tmp_path / "ics" / "a1.ics").read_bytes())
    assert "Calls, first line" in str(calendar.walk("VEVENT")[0]["DESCRIPTION"])


def test_what_a_purge_kept_and_took_is_told_in_words(saved: Shell) -> None:
    saved("purge", "--names-weeks", 20)
    told, heard = saved("log", "--last", 1), saved("log", "--last", 1, language="fr")
    assert "weeks kept: published 156, drafts 13, names 20" in told and "Taken away: 0 plans" in told
    assert "semaines gardées : publiées 156, brouillons 13, noms 20" in heard and "=" not in told + heard


def test_a_sheet_of_a_store_that_nobody_shares_bears_no_login(saved: Shell, tmp_path: Path) -> None:
    """The machine's login is no signature; where people have accounts, who published signs."""

    def footer() -> str:
        saved("export", 1, "--to", tmp_path / "w.xlsx")
        return str(openpyxl.load_workbook(tmp_path / "w.xlsx").worksheets[0].oddFooter.left.text)

    assert "maud" not in footer()
    saved("publish", 1, *ANYHOW)
    assert "maud" not in footer() and "ersion 1" in footer()
    saved("role", "maud", "manager")
    assert "maud" in footer()


def test_a_backup_restored_by_command_is_equal(
    saved: Shell, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert "Digest" in saved("backup", tmp_path / "b.gz")
    other = Shell(tmp_path / "other.sqlite", saved.capsys)
    assert "equals" in other("restore", tmp_path / "b.gz")
    assert state_digest(open_database(saved.store)) == state_digest(open_database(other.store))
    assert "already holds data" in other("restore", tmp_path / "b.gz", code=2)
    other("archive", 1)
    assert "archived" in other("plans")
    assert "Taken away" in other("purge")  # how many hangs on the day


def test_the_first_account_ends_single_user_mode(saved: Shell, monkeypatch: pytest.MonkeyPatch) -> None:
    assert "au moins un responsable" in saved("role", "paul", "planner", code=2, language="fr")
    saved("role", "maud", "manager")
    saved("role", "paul", "planner")
    monkeypatch.setenv("AFFLUENCE_USER", "paul")
    told = saved("publish", 1, "--short", code=2)
    assert "Plan 1: proposed" in told and "paul: may not publish or archive" in told
    told = saved("publish", 1, "--short", code=2)
    assert "Plan 1: proposed" not in told and "paul: may not publish or archive" in told
    assert "ne peut ni sauvegarder" in saved("purge", code=2, language="fr")
    monkeypatch.setenv("AFFLUENCE_USER", "somebody")
    assert "has no account here" in saved("plans", code=2)


def test_a_store_that_is_none_is_said_without_a_traceback(shell: Shell) -> None:
    shell.store.write_bytes(b"hello" * 1000)
    assert "is damaged or is no store" in shell("plans", code=2)


NO_STORE = (
    ("plans",), ("publish", 1), ("versions", 1), ("diff", 7, 0), ("archive", 1), ("export", 1, "--to", "w.xlsx"),
    ("apply", 1, "w.xlsx"), ("log",), ("backup", "bk"), ("purge",), ("role", "maud", "manager"),
)  # fmt: skip


@pytest.mark.parametrize("words", NO_STORE, ids=lambda words: words[0])
def test_a_store_that_is_not_there_is_said_and_not_made(
    shell: Shell, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: tuple[object, ...]
) -> None:
    monkeypatch.chdir(tmp_path)
    assert f"There is no store at {shell.store}" in shell(*words, code=2)
    assert not list(tmp_path.iterdir())
    shell.store.touch()
    assert "Il n'y a pas de base" in shell(*words, code=2, language="fr"), "an empty file is none either"


def test_an_empty_store_is_not_backed_up(shell: Shell, tmp_path: Path) -> None:
    open_database(shell.store).close()
    assert f"The store at {shell.store} is empty" in shell("backup", tmp_path / "bk", code=2)
    assert not (tmp_path / "bk").exists()
    assert f"No plan is saved in {shell.store} yet" in shell("plans")


def test_commands_and_screens_share_one_store(
    saved: Shell, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A store of former commands in this folder is named, not used; a folder that is not there yet is made."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("AFFLUENCE_HOME", str(tmp_path / "new" / "home"))
    monkeypatch.delenv("AFFLUENCE_STORE", raising=False)
    saved("backup", tmp_path / "bk")
    saved.store.rename(tmp_path / "affluence.sqlite")

    def unsaid(*words: object, code: int = 0) -> str:
        with pytest.raises(SystemExit) as left:
            main([*map(str, words), "--language", "en"])
        told = capsys.readouterr()
        assert int(left.value.code or 0) == code, told.out + told.err
        return told.out + told.err

    told = unsaid("plans", code=2)
    assert "Not used: affluence.sqlite" in told and f"no store at {desk.home_folder(make=False)}" in told
    assert not (tmp_path / "new").exists()
    assert "equals" in unsaid("restore", tmp_path / "bk")
    assert [plan.id for plan in plans(open_database(desk.store_place()))] == [1]
    assert "draft" in unsaid("plans")


def test_an_absence_noted_with_the_change_leaves_the_folder_that_is_told(saved: Shell, tmp_path: Path) -> None:
    """It stayed in the file, so that whoever was there after all was left out of the next roster."""
    database, home = open_database(saved.store), tmp_path / "centre"
    held = working_copy(database, 1)
    key = min(key for key in held if held[key].pieces)
    others = "agent,first,last,credit_h\na2,2026-12-01,2026-12-02,\n"
    (home / "absences.csv").write_text(f"{others}{key[0]},{key[1]},{key[1]},7\n")
    edit_days(database, 1, [DayEdit(*key, (), held[key].revision)], noted=[Absence(key[0], key[1], key[1])])
    assert "Check the path" in saved("undo", 1, "--centre", HERE / "small", code=2)
    assert working_copy(database, 1)[key].pieces == (), "nothing is undone beside another centre's folder"
    assert "taken out of absences.csv" in saved("undo", 1, "--centre", home)
    assert (home / "absences.csv").read_text() == others
    assert working_copy(database, 1)[key].pieces == held[key].pieces
    database.close()


def test_the_last_change_is_taken_back_by_command(saved: Shell, tmp_path: Path) -> None:
    assert "No change to take back in plan 1" in saved("undo", 1, code=2)
    database = open_database(saved.store)
    held = working_copy(database, 1)
    key = min(key for key in held if held[key].pieces)
    away = Absence(key[0], key[1], key[1])
    edit_days(database, 1, [DayEdit(*key, (), held[key].revision)], noted=[away])
    told = saved("undo", 1)
    assert f"{key[0]} {key[1]}: off -> " in told and "Plan 1: taken back the change kept by" in told
    assert f"The absence of {key[0]} from {key[1]} to {key[1]}" in told and "stays" in told, "no folder is told"
    assert working_copy(database, 1)[key].pieces == held[key].pieces
    assert f"annule  plan 1 {key[0]} {key[1]}" in saved("log", language="fr")
    assert "note une absence" in saved("log", language="fr")
    database.close()
    saved("publish", 1, *ANYHOW)
    assert "Version 1 of plan 1 is published" in saved("undo", 1, code=2)
