"""Rosters made by hand, as grids of days and as lists, read by the commands that read a plan's own."""

from __future__ import annotations

import datetime as dt
from pathlib import Path

import pytest
import xlsxwriter

from forecasts.grid import Week
from staffing.centre import Centre
from staffing.cli import main
from staffing.files.roster_text import agent_days, day_text
from staffing.gate.read import read_centre
from staffing.gate.roster import read_roster
from staffing.problems import BadInput
from staffing.screens.shift_codes import typed

SMALL = Path(__file__).parents[2] / "data_samples" / "small"
WEEK = Week.parse("2026-W49")
TITLES = "Planning du standard;;;;;;;\nSemaine 49;;;;;;;\n"
HEADS = "Agent;Lundi 30/11;Mardi 1/12;Mercredi 2/12;Jeudi 3/12;Vendredi 4/12;Samedi 5/12;Dimanche 6/12\n"
BARE = "Agent;Lundi;Mardi;Mercredi;Jeudi;Vendredi\n"
PEOPLE = """\
Karim Peyrescot;08:30-16:30;8h30-16h30;R;8h30-12h30 13h30-16h;08h30 à 16h;repos;
MIRANDEAU Malik;CP;CP;CP;CP;CP;R;R
std-03;9-16;9-16;9h-16h;9h–16h;RTT;;
Lina;8h30-16h;08:30-16:00 standard_prefecture;8h30-16h;8h30-16h;8h30-16h;;
Effectif;3;3;2;3;2;0;0
"""


@pytest.fixture(scope="module")
def centre() -> Centre:
    return read_centre(SMALL)


def texts(path: Path, centre: Centre, week: Week | None = None) -> dict[tuple[str, dt.date], str]:
    roster, _ = read_roster(path, centre, week)
    return {(d.agent, d.day): day_text(d.pieces, centre.grid) for d in agent_days(roster.frame)}


def written(path: Path, text: str) -> Path:
    path.write_text(text, "utf-8")
    return path


def refused(path: Path, centre: Centre, week: Week | None = None) -> list[tuple[int | None, str | None, str]]:
    with pytest.raises(BadInput) as told:
        read_roster(path, centre, week)
    return [(p.row, p.column, p.found) for p in told.value.problems]


def workbook(path: Path, rows: list[list[object]]) -> Path:
    with xlsxwriter.Workbook(str(path)) as book:
        sheet, day = book.add_worksheet("Semaine 49"), book.add_format({"num_format": "ddd dd/mm"})
        for row, cells in enumerate(rows):
            for column, cell in enumerate(cells):
                if isinstance(cell, dt.date):
                    sheet.write_datetime(row, column, dt.datetime.combine(cell, dt.time()), day)
                else:
                    sheet.write(row, column, cell)
    return path


def test_a_grid_made_by_hand_is_checked_and_what_is_assumed_is_said(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path = tmp_path / "planning.csv"
    path.write_bytes((TITLES + HEADS + PEOPLE).encode("cp1252"))
    with pytest.raises(SystemExit) as left:
        main(["check", str(SMALL), str(path), "--language", "fr"])
    told = capsys.readouterr()
    assert left.value.code == 0, told.err
    assert "2026-11-30" in told.out and "0 infraction" in told.out
    for said in (
        "2026-11-30 à 2026-12-06", "heures seules dans 12 cellules", "CP 5, R 3, repos 1, RTT 1", "(Effectif)",
        "(Lina = std-04)",
    ):  # fmt: skip
        assert said in told.err


def test_hours_in_a_grid_become_what_the_app_makes_of_them(tmp_path: Path) -> None:
    busy = read_centre(SMALL.parent / "reference")
    path = written(tmp_path / "g.csv", BARE + "n1-01;9h-17h;;8h30-12h30 13h30-17h;;\nn1-02;;9-13;;;10h-18h\n")
    found = texts(path, busy, WEEK)
    for (id, day), text in {
        ("n1-01", 0): "09:00-17:00", ("n1-01", 2): "08:30-12:30 13:30-17:00", ("n1-02", 1): "09:00-13:00",
        ("n1-02", 4): "10:00-18:00",
    }.items():  # fmt: skip
        made = typed(text, busy.team.agent(id), WEEK.days[day], busy, like=None, known={})
        assert found[id, WEEK.days[day]] == day_text(made, busy.grid)
    assert len(found) == 4


def test_a_workbook_with_dates_for_headings_says_the_same_as_its_csv(tmp_path: Path, centre: Centre) -> None:
    rows = [row.split(";") for row in PEOPLE.splitlines()]
    table = [["Planning du standard"], [], ["Agent", *WEEK.days], *rows]
    book = workbook(tmp_path / "g.xlsx", table)
    assert texts(book, centre) == texts(written(tmp_path / "g.csv", TITLES + HEADS + PEOPLE), centre)


def turned(text: str) -> str:
    """The grid with its rows as columns."""
    rows = [line.split(";") for line in text.splitlines()]
    return "\n".join(";".join(row) for row in zip(*rows, strict=True)) + "\n"


def test_days_in_rows_and_agents_in_columns_are_read_as_the_grid_turned_over(tmp_path: Path, centre: Centre) -> None:
    across = HEADS + PEOPLE
    read = texts(written(tmp_path / "a.csv", across), centre)
    assert len(read) == 13
    down = turned(across)
    assert texts(written(tmp_path / "b.csv", down), centre) == read
    titled = "Planning du standard;;;;;\nSemaine 49;;;;;\n"
    coded = down.replace("9-16", "M") + ";;;;;\nM;9h-16h;;;;\n"
    assert texts(written(tmp_path / "c.csv", titled + coded), centre) == read
    bare = titled + turned(BARE + "std-01;8h30-16h;;;;\n").replace("\n", ";;;;\n")
    told = texts(written(tmp_path / "d.csv", BARE + "std-01;8h30-16h;;;;\n"), centre, WEEK)
    assert texts(written(tmp_path / "e.csv", bare), centre) == told
    days = [[day, "8h30-16h" if day == WEEK.monday else ""] for day in WEEK.days]
    book = workbook(tmp_path / "g.xlsx", [["Agent", "std-01"], *days])
    assert texts(book, centre) == told


def test_a_mistake_of_a_turned_grid_is_told_where_it_stands_in_the_file(tmp_path: Path, centre: Centre) -> None:
    rows = "Karim;8h30-25h;;xx;;\nJean Inconnu;8h-16h;;;;\nKarim;8h-16h;;;;\n"
    path = written(tmp_path / "g.csv", turned(BARE + rows))
    assert refused(path, centre, WEEK) == [
        (2, "Karim", "'8h30-25h'"),
        (4, "Karim", "'xx'"),
        (1, "Jean Inconnu", "'Jean Inconnu'"),
        (2, "Karim", "'8h-16h' for std-01 again (first in row 2)"),
    ]
    assert refused(path, centre) == [(2, "1", "days without dates")]


def test_weekdays_over_dates_and_a_start_and_an_end_under_a_day_are_read(tmp_path: Path, centre: Centre) -> None:
    above = written(tmp_path / "a.csv", "Nom;lun;mar\n;30/11;01/12\nKarim Peyrescot;8h30-16h;R\n")
    split = written(
        tmp_path / "b.csv", "Nom;Lun 30/11;;Mar 1/12;\n;Début;Fin;Début;Fin\nKarim Peyrescot;08:30;16:00;R;\n"
    )
    assert texts(above, centre) == texts(split, centre) and len(texts(above, centre)) == 1


def test_meals_nobody_told_lie_while_the_queue_is_closed_else_in_turns(tmp_path: Path, centre: Centre) -> None:
    short = written(tmp_path / "g.csv", "Agent;Lundi 30/11;Mardi 1/12\nstd-01;8h30-16h;\nstd-02;9h-16h;\n")
    assert all("12:30-13:15 meal" in text for text in texts(short, centre).values()), "closed from 12:30 to 13:30"
    busy = read_centre(SMALL.parent / "reference")
    agents = [agent for agent in busy.team.agents if agent.skills[0].queue == "accueil"][:6]
    rows = "".join(f"{agent.id};9h-17h;\n" for agent in agents)
    found = texts(written(tmp_path / "b.csv", "Agent;Lundi 30/11;Mardi 1/12\n" + rows), busy)
    meals = [part for text in found.values() for part in text.split("; ") if part.endswith("meal")]
    assert len(meals) == 6 and len(set(meals)) >= 3


def test_codes_that_a_legend_explains_are_hours(tmp_path: Path, centre: Centre) -> None:
    coded = BARE + "std-01;M;M;S;R;\nstd-02;S;;M;;\n\nM;8h-15h\nS = 10h-17h;\n"
    plain = BARE + "std-01;8-15;8-15;10-17;R;\nstd-02;10-17;;8-15;;\n"
    read = texts(written(tmp_path / "a.csv", coded), centre, WEEK)
    assert read == texts(written(tmp_path / "b.csv", plain), centre, WEEK) and len(read) == 5


@pytest.mark.parametrize("title", ["Semaine 49", "Planning 2026-W49", "Semaine du 30/11/2026 au 06/12", "S49"])
def test_days_without_dates_are_those_of_the_week_told(title: str, tmp_path: Path, centre: Centre) -> None:
    rows = BARE + "std-01;8h30-16h;;;;\n"
    told = texts(written(tmp_path / "a.csv", f"{title};;;;;\n{rows}"), centre)
    assert told == texts(written(tmp_path / "b.csv", rows), centre, WEEK)
    assert refused(tmp_path / "b.csv", centre) == [(1, "Lundi", "days without dates")]
    assert refused(tmp_path / "a.csv", centre, WEEK.plus(1)) == [(2, None, "a title of 2026-W49")]


def test_every_mistake_of_a_grid_is_told_with_its_row_and_column(tmp_path: Path, centre: Centre) -> None:
    rows = "Karim;8h30-25h;;xx;;\nJean Inconnu;8h-16h;;;;\nKarim;8h-16h;;;;\nstd-02;;8h-16h standard_prefectur;;;\n"
    path = written(tmp_path / "g.csv", TITLES + BARE + rows)
    assert refused(path, centre) == [
        (4, "Lundi", "'8h30-25h'"),
        (4, "Mercredi", "'xx'"),
        (5, None, "'Jean Inconnu'"),
        (6, "Lundi", "'8h-16h' for std-01 again (first in row 4)"),
        (7, "Mardi", "'standard_prefectur'"),
    ]


@pytest.mark.parametrize("last", ["9999-12-31", "31/02", "30/11/0001"])
def test_days_that_cannot_be_are_refused(last: str, tmp_path: Path, centre: Centre) -> None:
    path = written(tmp_path / "g.csv", f"Agent;2026-11-30;{last}\nstd-01;8h-16h;22h-6h\n")
    assert refused(path, centre) == [(1, "2026-11-30", f"2026-11-30, {last}")]


def test_a_list_under_french_headings_is_read(tmp_path: Path, centre: Centre) -> None:
    ours = "agent,start,end,activity\nstd-01,2026-11-30T08:30,2026-11-30T12:30,standard_prefecture\n"
    ours += (
        "std-01,2026-11-30T12:30,2026-11-30T13:30,meal\nstd-02,2026-12-01T08:30,2026-12-01T12:30,standard_prefecture\n"
    )
    french = "Agent;Début;Fin;Activité\nKarim Peyrescot;30/11/2026 08:30;30/11/2026 12:30;Standard préfecture\n"
    french += (
        "std-01;30/11/2026 12:30;30/11/2026 13h30;repas\nstd-02;01/12/2026 08:30;01/12/2026 12:30;standard_prefecture\n"
    )
    apart = "Nom;Date;Début;Fin;Activité\nKarim;30/11/2026;8h30;12h30;standard_prefecture\n"
    apart += "Karim;30/11/2026;12:30;13:30;Déjeuner\nMalik;01/12/2026;8h30;12h30;standard_prefecture\n"
    expected = texts(written(tmp_path / "roster.csv", ours), centre)
    assert texts(written(tmp_path / "b.csv", french), centre) == expected
    assert texts(written(tmp_path / "c.csv", apart), centre) == expected
    wrong = french.replace("01/12/2026 12:30", "plus tard").replace("Karim Peyrescot", "Jean Inconnu")
    assert refused(written(tmp_path / "d.csv", wrong), centre) == [
        (4, "Fin", "'plus tard'"),
        (2, "Agent", "'Jean Inconnu'"),
    ]
    parted = "Agent;Date début;Heure début;Date fin;Heure fin;Tâche\n"
    parted += "Karim;30/11/2026;8h30;30/11/2026;12h30;standard_prefecture\n"
    parted += "Karim;30/11/2026;12:30;30/11/2026;13:30;repas\n"
    parted += "Malik;01/12/2026;8h30;01/12/2026;12h30;standard_prefecture\n"
    assert texts(written(tmp_path / "e.csv", parted), centre) == expected
    ours_in_excel = workbook(tmp_path / "e.xlsx", [row.split(",") for row in ours.splitlines()])
    assert texts(ours_in_excel, centre) == expected


def test_several_activities_in_a_cell_are_told_apart_and_places_of_work_are_none(tmp_path: Path) -> None:
    busy = read_centre(SMALL.parent / "reference")
    rows = "n1-01;8h-12h accueil, 13h-16h courriel;9h-13h (télétravail)\nn1-02;8h-16h (pause 12h-13h);\n"
    path = written(tmp_path / "g.csv", "Agent;Lundi 30/11;Mardi 1/12\n" + rows)
    assert [place[:2] for place in refused(path, busy)] == [(3, "Lundi 30/11")]
    found = texts(written(path, path.read_text("utf-8").rpartition("n1-02")[0]), busy)
    assert found["n1-01", WEEK.days[0]] == "08:00-12:00 accueil; 13:00-16:00 courriel"
    assert found["n1-01", WEEK.days[1]].startswith("09:00-10:45 accueil; 10:45-11:00 break")


def test_a_workbook_without_days_is_refused_with_what_it_takes(tmp_path: Path, centre: Centre) -> None:
    book = workbook(tmp_path / "g.xlsx", [["Agent", "Heures"], ["std-01", "8h-16h"]])
    assert refused(book, centre) == [(None, None, "no sheet with days for headings")]


def test_a_plan_s_french_csv_is_read_back(tmp_path: Path, centre: Centre) -> None:
    """As ``affluence export --form csv`` writes it: queues by their labels, the day apart, hours at the end."""
    rows = "std-01;Karim Peyrescot;30/11/2026;08:30;12:30;Standard;4,00\n"
    rows += "std-01;Karim Peyrescot;30/11/2026;12:30;13:15;repas;0,75\n"
    path = written(tmp_path / "g.csv", "\ufeffAgent;Nom;Jour;Début;Fin;Activité;Heures\n" + rows)
    found = texts(path, centre)
    assert found == {("std-01", WEEK.monday): "08:30-12:30 standard_prefecture; 12:30-13:15 meal"}
