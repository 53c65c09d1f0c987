"""What leaves comes back the same; what was edited is found, all of it; and no cell runs."""

from __future__ import annotations

import csv
import dataclasses
import datetime as dt
import random
import re
import zipfile
from pathlib import Path

import icalendar
import openpyxl
import pytest
from hypothesis import given
from hypothesis import strategies as st

from forecasts.grid import Grid, Week
from staffing.files.exports import TEAMS_COLUMNS, agent_calendar, write_calendars, write_french_csv, write_teams_shifts
from staffing.files.roster_text import (
    AgentDay,
    Piece,
    activity_name,
    agent_days,
    day_text,
    frame_of,
    hours_text,
    read_day,
    read_hours,
    reshaped,
    roster_digest,
)
from staffing.files.safe import safe_cell, safe_file_name
from staffing.files.sheet_pdf import write_pdf
from staffing.files.team_sheets import team_sheets
from staffing.files.wall import A3, A4
from staffing.files.workbook import Stamp, write_workbook
from staffing.files.workbook_back import read_workbook
from staffing.plan import Plan
from staffing.problems import BadInput
from staffing.rostering.hours import in_post
from staffing.rostering.ledger import accounts_h
from staffing.rostering.roster import BREAK, MEAL, Roster
from staffing.rostering.rules.rule import Breach
from staffing.rostering.team import Skill
from staffing.rostering.verify import Verification
from tests import tiny
from tests.files import plans
from tests.files.corpora import FORMULAS
from tests.files.pdf import printed

PARIS = Grid("Europe/Paris", 30)
AUTUMN = Week.parse("2026-W43")
AT = dt.datetime(2026, 11, 20, 9, 0, tzinfo=dt.UTC)


@st.composite
def shifts(draw: st.DrawFn) -> AgentDay:
    """Any shift of 1 to 8 touching or gapped segments, on any day of the two weeks whose clocks change."""
    week = draw(st.sampled_from([AUTUMN, Week.parse("2026-W13")]))
    day = draw(st.sampled_from(week.days))
    at = PARIS.at(day, 0) + dt.timedelta(minutes=15 * draw(st.integers(0, 95)))
    pieces = []
    for length, gap in draw(st.lists(st.tuples(st.integers(1, 8), st.integers(0, 3)), min_size=1, max_size=8)):
        end = at + dt.timedelta(minutes=15 * length)
        pieces.append(Piece(at, end, draw(st.sampled_from(["front", "meal", "break", "file d'attente"]))))
        at = end + dt.timedelta(minutes=15 * gap)
    return AgentDay("a", pieces[0].start.date(), tuple(pieces))


@given(shifts())
def test_a_shift_written_as_text_reads_back_to_the_same_instants(shift: AgentDay) -> None:
    assert read_day(day_text(shift.pieces, PARIS), shift.day, PARIS) == shift.pieces


@given(shifts())
def test_hours_left_as_they_are_reshape_a_shift_to_the_same_hours(shift: AgentDay) -> None:
    spans = read_hours(hours_text(shift.pieces, PARIS), shift.day, PARIS)
    again = reshaped(shift.pieces, spans, "front")
    assert hours_text(again, PARIS) == hours_text(shift.pieces, PARIS)


def test_hours_are_read_as_french_people_write_them() -> None:
    day = dt.date(2026, 11, 30)
    assert read_hours("9h-12h 13h30–17H", day, PARIS) == read_hours("09:00-12:00 13:30-17:00", day, PARIS)
    assert read_day("9h-12h front", day, PARIS) == read_day("09:00-12:00 front", day, PARIS)
    for text in ("9-12", "9h3-12h", "9h-12h 13h", "9hh-12h"):
        with pytest.raises(ValueError, match="written like"):
            read_hours(text, day, PARIS)


def test_the_doubled_hour_is_told_apart_in_words() -> None:
    day = dt.date(2026, 10, 25)
    night = read_day("01:00-02:30 front; 02:30-02:30* front; 02:30*-03:00 front", day, PARIS)
    assert [(p.end - p.start).total_seconds() / 60 for p in night] == [90, 60, 30]


@pytest.mark.parametrize("week", ["2026-W49", "2026-W43", "2026-W13"])
@pytest.mark.parametrize("language", ["fr", "en"])
def test_a_workbook_read_back_unedited_changes_nothing(tmp_path: Path, week: str, language: str) -> None:
    plan = plans.plan(40, week=Week.parse(week))
    write_workbook(plan, tmp_path / "w.xlsx", language=language)
    edited = read_workbook(tmp_path / "w.xlsx", plan)
    assert edited.changes == ()
    assert roster_digest(edited.roster.frame) == roster_digest(plan.roster.frame)
    _resaved(tmp_path / "w.xlsx")
    assert read_workbook(tmp_path / "w.xlsx", plan).changes == ()


def test_the_workbook_tells_the_hours_account_and_reads_back_beside_it(tmp_path: Path) -> None:
    plan = plans.plan(3)
    contracts = tuple(dataclasses.replace(c, flex_h=5.0, account_h=20.0) for c in plan.centre.team.contracts)
    team = dataclasses.replace(plan.centre.team, contracts=contracts)
    plan = dataclasses.replace(plan, centre=dataclasses.replace(plan.centre, team=team))
    write_workbook(plan, tmp_path / "w.xlsx")
    rows = list(openpyxl.load_workbook(tmp_path / "w.xlsx").worksheets[0].iter_rows(min_row=2, values_only=True))
    after = accounts_h(plan.roster, plan.centre)
    assert rows[0][10] == "Compte (h)"
    assert [row[10] for row in rows[1:]] == [round(after[agent][1], 2) for agent in ("a1", "a2", "a3")]
    assert len({row[10] for row in rows[1:]}) > 1
    assert read_workbook(tmp_path / "w.xlsx", plan).changes == ()
    write_workbook(plans.plan(3), tmp_path / "none.xlsx")
    assert openpyxl.load_workbook(tmp_path / "none.xlsx").worksheets[0].max_column == 10


def _resaved(path: Path) -> openpyxl.Workbook:
    """The workbook as another program saves it."""
    book = openpyxl.load_workbook(path)
    book.save(path)
    return book


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_fifty_edits_in_a_spreadsheet_are_all_found_and_no_other(tmp_path: Path, seed: int) -> None:
    plan = plans.plan(40, seed=seed)
    write_workbook(plan, tmp_path / "w.xlsx")
    book = openpyxl.load_workbook(tmp_path / "w.xlsx")
    expected = _edit(book, plan, random.Random(seed), 50)
    book.save(tmp_path / "w.xlsx")
    found = read_workbook(tmp_path / "w.xlsx", plan)
    assert {(c.agent, c.day) for c in found.changes} == set(expected)
    for change in found.changes:
        assert change.after == expected[change.agent, change.day] or expected[change.agent, change.day] is None
    untouched = {(d.agent, d.day): d.pieces for d in agent_days(plan.roster.frame)}
    after = {(d.agent, d.day): d.pieces for d in agent_days(found.roster.frame)}
    assert all(after.get(k) == v for k, v in untouched.items() if k not in expected)


def _edit(
    book: openpyxl.Workbook, plan: Plan, draw: random.Random, edits: int
) -> dict[tuple[str, dt.date], str | None]:
    """Edit cells as people do: hours moved, days freed, days given, activities changed."""
    known = {(d.agent, d.day): d for d in agent_days(plan.roster.frame)}
    cells = draw.sample([(a.id, d) for a in plan.centre.team.agents for d in plan.week.days], edits)
    expected: dict[tuple[str, dt.date], str | None] = {}
    team = book.worksheets[0]
    for agent, day in cells:
        row, weekday = int(agent[1:]) + 2, day.weekday()
        shift = known.get((agent, day))
        if shift is None:
            team.cell(row, 3 + weekday).value = "9:00-12:00 13h00-17:00"
            expected[agent, day] = None
        elif draw.random() < 0.3:
            team.cell(row, 3 + weekday).value = draw.choice([None, "repos", "Off"])
            expected[agent, day] = ""
        elif draw.random() < 0.5:
            moved = [Piece(p.start, p.end, "expert" if p.activity != "meal" else "meal") for p in shift.pieces]
            text = day_text(moved, plan.roster.grid).replace("break", "expert")
            book.worksheets[1 + weekday].cell(row, 4).value = text
            expected[agent, day] = text
        else:
            team.cell(row, 3 + weekday).value = "06:00-09:00"
            expected[agent, day] = None
    return expected


@pytest.mark.parametrize("works", [True, False], ids=["works elsewhere", "works on no day"])
def test_hours_on_a_free_day_bring_their_meal_and_breaks(tmp_path: Path, works: bool) -> None:
    """Two stretches keep their gap as the meal, one long stretch gets one; a break stands as long after the start."""
    plan = plans.plan(5)
    days = [d for d in agent_days(plan.roster.frame) if d.agent != "a1" or (works and d.day == plan.week.days[4])]
    frame = frame_of([d for d in days if d.day != plan.week.monday], plan.roster.grid)
    plan = dataclasses.replace(plan, roster=dataclasses.replace(plan.roster, frame=frame))
    write_workbook(plan, tmp_path / "w.xlsx")
    book = openpyxl.load_workbook(tmp_path / "w.xlsx")
    for column, text in enumerate(("8h-12h 13h-16h", "09:00-17:00", "8h-11h"), 3):
        book.worksheets[0].cell(3, column).value = text
    book.save(tmp_path / "w.xlsx")
    found = {c.day.weekday(): c.after for c in read_workbook(tmp_path / "w.xlsx", plan).changes}
    assert "09:45-10:00 break" in found[0] and "12:00-13:00 meal" in found[0] and found[0].startswith("08:00-09:45 ")
    assert "10:45-11:00 break" in found[1] and "13:00-14:00 meal" in found[1] and found[1].endswith("-17:00 front")
    assert found[2] == "08:00-09:45 front; 09:45-10:00 break; 10:00-11:00 front"


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_workbook_says_how_a_day_off_is_written(tmp_path: Path, language: str) -> None:
    plan = plans.plan(5)
    write_workbook(plan, tmp_path / "w.xlsx", language=language)
    for sheet in openpyxl.load_workbook(tmp_path / "w.xlsx").worksheets[:8]:
        (hint,) = sheet.data_validations.dataValidation
        assert {"fr": "Rien, ou repos", "en": "Nothing, or off"}[language] in hint.prompt


def test_an_edit_names_the_breaches_it_makes_and_applies_nothing(tmp_path: Path) -> None:
    plan = plans.plan(5)
    write_workbook(plan, tmp_path / "w.xlsx")
    book = openpyxl.load_workbook(tmp_path / "w.xlsx")
    book.worksheets[0].cell(3, 3).value = "00:00-23:00"
    book.save(tmp_path / "w.xlsx")
    fresh = Breach("day_max", "a1", None, "23 h", "10 h", "L3121-18")
    before = roster_digest(plan.roster.frame)

    def verify(roster: Roster) -> Verification:
        return dataclasses.replace(plan.verification, breaches=(fresh,))

    edited = read_workbook(tmp_path / "w.xlsx", plan, verify=verify)
    assert edited.breaches == (fresh,)
    first = edited.closed[0]
    assert (first.agent, f"{first.start:%H:%M}", f"{first.end:%H:%M}") == ("a1", "00:00", "09:00")
    assert edited.mended == plan.verification.breaches
    assert roster_digest(plan.roster.frame) == before


@pytest.mark.parametrize(
    ("edit", "told"),
    [
        (lambda b: b.worksheets[0].cell(3, 3, "8 à 16"), "hours are written like.*a day off is empty"),
        (lambda b: b.worksheets[1].cell(3, 4, "08:00-16:00 golf"), "'golf' is no activity here"),
        (lambda b: b.worksheets[1].cell(3, 4, "25:00-26:00 front"), "no such clock time"),
        (lambda b: b.worksheets[0].cell(3, 1, "stranger"), "unknown agents: stranger"),
        (lambda b: b.worksheets[0].delete_rows(4), "missing agents: a2"),
        (lambda b: b.remove(b.worksheets[2]), "no such sheet"),
        (lambda b: b.remove(b["affluence"]), "a workbook exported here"),
    ],
)
def test_a_workbook_spoilt_by_hand_is_refused_in_words(tmp_path: Path, edit: object, told: str) -> None:
    plan = plans.plan(5)
    write_workbook(plan, tmp_path / "w.xlsx")
    book = openpyxl.load_workbook(tmp_path / "w.xlsx")
    edit(book)  # type: ignore[operator]
    book.save(tmp_path / "w.xlsx")
    with pytest.raises(BadInput, match=told):
        read_workbook(tmp_path / "w.xlsx", plan)


def test_a_workbook_of_another_version_is_not_mixed_in(tmp_path: Path) -> None:
    write_workbook(plans.plan(5, seed=1), tmp_path / "w.xlsx", stamp=Stamp(3, "Léa", AT))
    with pytest.raises(BadInput, match="version 3"):
        read_workbook(tmp_path / "w.xlsx", plans.plan(5, seed=2))


def test_the_same_day_edited_in_two_ways_is_a_problem(tmp_path: Path) -> None:
    plan = plans.plan(5)
    write_workbook(plan, tmp_path / "w.xlsx")
    book = openpyxl.load_workbook(tmp_path / "w.xlsx")
    book.worksheets[0].cell(3, 3).value = "08:00-12:00"
    book.worksheets[1].cell(3, 4).value = "09:00-12:00 front"
    book.save(tmp_path / "w.xlsx")
    with pytest.raises(BadInput, match="one edit of a day"):
        read_workbook(tmp_path / "w.xlsx", plan)


@pytest.mark.parametrize(("language", "sheet"), [("fr", "Pauses"), ("en", "Breaks")])
@pytest.mark.parametrize("week", ["2026-W49", "2026-W43"])
def test_a_sheet_tells_every_break_and_meal_and_is_not_read_back(
    tmp_path: Path, week: str, language: str, sheet: str
) -> None:
    plan = plans.plan(20, week=Week.parse(week))
    write_workbook(plan, tmp_path / "w.xlsx", language=language)
    book = openpyxl.load_workbook(tmp_path / "w.xlsx")
    rows = list(book[sheet].iter_rows(min_row=3, values_only=True))
    frame, kinds = plan.roster.frame, {activity_name(code, language): code for code in (MEAL, BREAK)}
    pauses = frame[frame["activity"].isin(kinds.values())].sort_values(["start", "agent"])
    assert [(agent, start.rstrip("*"), end.rstrip("*"), kinds[kind]) for _, agent, _, start, end, kind in rows] == [
        (p.agent, f"{p.start:%H:%M}", f"{p.end:%H:%M}", p.activity) for p in pauses.itertuples()
    ]
    assert len({row[0] for row in rows}) == 7 and rows[0][2].startswith("Zoé")
    book[sheet]["D3"] = "03:00"
    book[sheet].delete_rows(5)
    book.save(tmp_path / "w.xlsx")
    assert read_workbook(tmp_path / "w.xlsx", plan).changes == ()


def test_every_sheet_prints_on_a4_landscape_one_page_wide(tmp_path: Path) -> None:
    write_workbook(plans.plan(5), tmp_path / "w.xlsx")
    for sheet in openpyxl.load_workbook(tmp_path / "w.xlsx").worksheets[:-1]:
        assert (sheet.page_setup.orientation, sheet.page_setup.paperSize) == ("landscape", 9)
        assert sheet.sheet_properties.pageSetUpPr.fitToPage
        assert (sheet.page_setup.fitToWidth or 1, sheet.page_setup.fitToHeight) == (1, 0)


@pytest.mark.parametrize("name", FORMULAS)
def test_no_name_becomes_a_formula_in_any_export(tmp_path: Path, name: str) -> None:
    plan = plans.plan(2)
    names = {"a1": name, "a2": name}
    write_workbook(plan, tmp_path / "w.xlsx", stamp=Stamp(names=names, author=name))
    write_teams_shifts(plan.roster, tmp_path / "t.xlsx", names=names, emails={}, group=name)
    for file in ("w.xlsx", "t.xlsx"):
        with zipfile.ZipFile(tmp_path / file) as archive:
            sheets = [n for n in archive.namelist() if n.startswith("xl/worksheets/sheet")]
            assert not any(b"<f>" in archive.read(n) or b"hyperlink" in archive.read(n) for n in sheets)
    write_french_csv(plan.roster, tmp_path / "f.csv", names=names)
    with (tmp_path / "f.csv").open(encoding="utf-8-sig", newline="") as handle:
        for row in list(csv.reader(handle, delimiter=";"))[1:]:
            assert not any(cell.startswith(("=", "+", "-", "@", "\t", "\r")) for cell in row)
    assert not safe_cell(name).startswith(("=", "+", "-", "@"))


def test_a_french_csv_opens_in_a_french_excel(tmp_path: Path) -> None:
    write_french_csv(plans.plan(2).roster, tmp_path / "f.csv", names={"a1": "Zoé"})
    raw = (tmp_path / "f.csv").read_bytes()
    assert raw.startswith(b"\xef\xbb\xbf")
    assert raw.count(b"\r\n") == raw.count(b"\n")
    rows = list(csv.reader(raw.decode("utf-8-sig").splitlines(), delimiter=";"))
    assert rows[1][1] == "Zoé"
    assert all("," in row[6] for row in rows[1:])


def test_teams_shifts_has_its_columns_and_one_row_a_shift(tmp_path: Path) -> None:
    plan = plans.plan(3)
    write_teams_shifts(plan.roster, tmp_path / "t.xlsx", names={}, emails={"a1": "zoe@example.org"}, group="Front")
    rows = list(openpyxl.load_workbook(tmp_path / "t.xlsx").active.values)
    assert rows[0] == TEAMS_COLUMNS
    assert len(rows) - 1 == len(agent_days(plan.roster.frame))
    assert {row[9] for row in rows[1:]} == {"60"}
    assert all("repas" in row[10] and "meal" not in row[10] for row in rows[1:])


def test_a_calendar_keeps_its_uids_and_raises_sequence_only_where_a_shift_changed() -> None:
    first = plans.plan(1, seed=4).roster
    days = list(agent_days(first.frame))
    moved = dataclasses.replace(
        days[0],
        pieces=tuple(
            Piece(p.start + dt.timedelta(hours=1), p.end + dt.timedelta(hours=1), p.activity) for p in days[0].pieces
        ),
    )
    second = dataclasses.replace(first, frame=frame_of([moved, *days[1:-1]], first.grid))
    one = _events(agent_calendar([first], "a1", centre="c", at=AT))
    two = _events(agent_calendar([first, second], "a1", centre="c", at=AT))
    assert set(one) == set(two)
    assert {int(e["sequence"]) for e in one.values()} == {0}
    raised = [e for e in two.values() if int(e["sequence"]) == 1]
    assert sorted(str(e["status"]) for e in raised) == ["CANCELLED", "CONFIRMED"]


def _events(raw: bytes) -> dict[str, icalendar.Event]:
    return {str(e["uid"]): e for e in icalendar.Calendar.from_ical(raw).walk("VEVENT")}


def test_a_calendar_says_its_time_zone_and_reads_back_to_the_same_instants(tmp_path: Path) -> None:
    plan = plans.plan(3, week=AUTUMN)
    written = write_calendars([plan.roster], tmp_path, centre="c", at=AT)
    assert [p.name for p in written] == ["a1.ics", "a2.ics", "a3.ics"]
    raw = written[0].read_bytes()
    assert b"DTSTART;TZID=Europe/Paris" in raw
    assert b"BEGIN:VTIMEZONE" in raw
    starts = sorted(e.decoded("dtstart") for e in _events(raw).values())
    assert starts == [d.pieces[0].start for d in agent_days(plan.roster.of("a1"))]


def test_the_pdf_has_pages_and_survives_any_letter(tmp_path: Path) -> None:
    plan = plans.plan(60)
    write_pdf(plan, tmp_path / "s.pdf", stamp=Stamp(2, "Łukasz 東", AT, {"a1": "Ωmega"}))
    raw = (tmp_path / "s.pdf").read_bytes()
    assert raw.startswith(b"%PDF-")
    assert raw.count(b"/Type /Page\n") == 3 * 8, "three sheets, of the week and of each day"


def test_a_site_has_a_sheet_of_its_own_and_a_large_one_a_sheet_a_team() -> None:
    """As managers pin them up: nobody is missing or twice, no sheet mixes sites, parts of a team are even."""
    centre = plans.plan(60).centre
    places = [("Metz", "front")] * 10 + [("Plateau", "front")] * 25 + [("Plateau", "expert")] * 25
    people = [
        dataclasses.replace(agent, site=site, skills=(Skill(queue), Skill("front")))
        for agent, (site, queue) in zip(centre.team.agents, places, strict=True)
    ]
    centre = dataclasses.replace(centre, team=dataclasses.replace(centre.team, agents=tuple(people)))
    sheets = team_sheets(centre, tiny.WEEK, 22)
    assert [agent for sheet in sheets for agent in sheet.agents] == people
    assert [(s.team.partition(" ")[0], len(s.agents), s.number, s.of) for s in sheets] == [
        ("Metz", 10, 1, 1), ("Plateau", 12, 1, 2), ("Plateau", 13, 2, 2), ("Plateau", 12, 1, 2), ("Plateau", 13, 2, 2)
    ]  # fmt: skip
    sizes = [len(sheet.agents) for sheet in team_sheets(centre, tiny.WEEK, 50)]
    assert sizes == [10, 50], "a site that fits is not torn apart"


def test_small_teams_of_a_large_site_share_a_sheet() -> None:
    centre = plans.plan(60).centre
    queues = [
        queue
        for queue, size in (("tax", 22), ("law", 10), ("work", 12), ("home", 8), ("goods", 8))
        for _ in range(size)
    ]
    people = tuple(
        dataclasses.replace(agent, site="Metz", skills=(Skill(queue),))
        for agent, queue in zip(centre.team.agents, queues, strict=True)
    )
    centre = dataclasses.replace(centre, team=dataclasses.replace(centre.team, agents=people))
    for most, told in ((22, ["tax", "law, work", "home, goods"]), (34, ["tax, law", "work, home, goods"])):
        sheets = team_sheets(centre, tiny.WEEK, most)
        assert [sheet.team for sheet in sheets] == [f"Metz · {team}" for team in told]
        assert tuple(agent for sheet in sheets for agent in sheet.agents) == people


def test_a3_holds_half_as_many_agents_more_on_wider_pages(tmp_path: Path) -> None:
    plan = plans.plan(68)
    for paper, pages, box in ((A4, 4 * 8, b"841.89 595.28"), (A3, 2 * 8, b"1190.55 841.89")):
        write_pdf(plan, tmp_path / "s.pdf", paper=paper)
        raw = (tmp_path / "s.pdf").read_bytes()
        assert raw.count(b"/Type /Page\n") == pages and box in raw
        told = printed(tmp_path / "s.pdf")
        assert all(f"N° {i})" in told for i in range(1, 69)), "nobody is cut off"


def test_who_is_not_in_post_is_not_posted_as_absent_or_off(tmp_path: Path) -> None:
    """Before the first day and after the last a dash; who is not there all week is on no sheet."""
    plan = plans.plan(3)
    days = plan.week.days
    first, second, third = plan.centre.team.agents
    people = (
        dataclasses.replace(first, last_day=days[1]),
        dataclasses.replace(second, last_day=days[0] - dt.timedelta(days=1)),
        dataclasses.replace(third, since=days[6] + dt.timedelta(days=1)),
    )
    centre = dataclasses.replace(plan.centre, team=dataclasses.replace(plan.centre.team, agents=people))
    centre = in_post(centre, plan.week)
    pieces = read_day("08:00-12:00 front", days[0], PARIS)
    roster = Roster(plan.week, PARIS, frame_of([AgentDay("a1", days[0], pieces)], PARIS))
    write_pdf(dataclasses.replace(plan, centre=centre, roster=roster), tmp_path / "s.pdf", language="fr")
    told = printed(tmp_path / "s.pdf")
    assert "(absent)" not in told and told.count("(repos)") == 1, "on the second day"
    assert "N° 1" in told and "N° 2" not in told and "N° 3" not in told


def test_the_sheet_on_the_wall_tells_hours_breaks_and_what_the_week_pays(tmp_path: Path) -> None:
    plan = plans.plan(3)
    one = next(d for d in agent_days(plan.roster.frame) if d.agent == "a1")
    pieces = read_day("08:00-10:00 front; 10:00-10:15 break; 10:15-12:00 front; 13:00-16:30 front", one.day, PARIS)
    roster = Roster(plan.week, PARIS, frame_of([AgentDay("a1", one.day, pieces)], PARIS))
    write_pdf(dataclasses.replace(plan, roster=roster), tmp_path / "s.pdf", language="fr", stamp=Stamp(2, "Léa", AT))
    told = printed(tmp_path / "s.pdf")
    for text in (
        "08:00-12:00 13:00-16:30",
        "pause 10:00 \\(15 min\\)",
        "7 h 30",
        "Version 2 du 20/11/2026 10:00, Léa.",
    ):
        assert text in told, text
    assert told.count("(repos)") == 20 + 2, "the week of three, then the day of two"


def test_a_day_on_the_wall_tells_who_serves_which_queue_and_when(tmp_path: Path) -> None:
    """By name where it fits, else by the code that the key explains; the meal by its time; who is off, by a word."""
    plan = plans.plan(2)
    labels = {"front": "Accueil", "expert": "Droits niveau 2", "other": "Divers"}
    queues = tuple(dataclasses.replace(plan.centre.queues[0], name=n, label=label) for n, label in labels.items())
    centre = dataclasses.replace(plan.centre, queues=queues)
    day = plan.week.days[0]
    text = "08:00-10:00 front; 10:00-10:15 break; 10:15-10:45 expert; 10:45-12:00 other; 12:00-13:00 meal; "
    pieces = read_day(text + "13:00-16:00 expert", day, PARIS)
    roster = Roster(plan.week, PARIS, frame_of([AgentDay("a1", day, pieces)], PARIS))
    write_pdf(dataclasses.replace(plan, centre=centre, roster=roster), tmp_path / "s.pdf", language="fr")
    assert (tmp_path / "s.pdf").read_bytes().count(b"/Type /Page\n") == 2, "no page for a day on which nobody works"
    told = printed(tmp_path / "s.pdf")
    for shown in (
        "lundi 30 novembre 2026", "(Accueil 08:00)", "(DN2 10:15)", "(Divers 10:45)", "(repas 12:00)",
        "(Droits niveau 2 13:00)", "DN2 = Droits niveau 2", "D = Divers", "08:00-16:00",
    ):  # fmt: skip
        assert shown in told, shown
    assert told.count("(repos)") == 13 + 1


def test_a_day_of_a_doubled_hour_stands_against_all_its_hours(tmp_path: Path) -> None:
    plan = plans.plan(1, week=AUTUMN)
    day = AUTUMN.days[-1]
    pieces = read_day("00:30-02:30 front; 02:30-02:30* expert; 02:30*-06:00 front", day, PARIS)
    roster = Roster(AUTUMN, PARIS, frame_of([AgentDay("a1", day, pieces)], PARIS))
    write_pdf(dataclasses.replace(plan, roster=roster), tmp_path / "s.pdf")
    told = printed(tmp_path / "s.pdf")
    hours = ["00:00", "01:00", "02:00", "02:00*", "03:00", "04:00", "05:00", "06:00"]
    assert re.findall(r"\((0\d:00\*?)\)", told) == hours
    assert "02:30*)" in told


@given(st.text(max_size=60))
def test_a_file_name_made_from_any_text_stays_in_its_folder(text: str) -> None:
    name = safe_file_name(text)
    assert name
    assert Path(name).name == name
    assert not name.startswith(".")
    assert (Path("/folder") / name).resolve().parent == Path("/folder").resolve()
