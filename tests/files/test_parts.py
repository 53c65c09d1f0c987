"""Several queues in one export: beside each other under merged titles, named in the headings, a sheet each."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
import xlsxwriter

from forecasts.grid import Grid
from staffing.cli import main
from staffing.files.history_import import import_history
from staffing.files.imported import Answers, Imported
from staffing.problems import BadInput
from tests.files import samples

PARIS = Grid("Europe/Paris", 30)
DAYS = [dt.date(2026, 9, 7) + dt.timedelta(days=i) for i in range(5)]
SLOTS = range(16, 36)
QUEUES = ("Accueil", "Technique")
Row = Callable[[dt.date, int], Sequence[object]]


def count(queue: str, day: dt.date, slot: int) -> int:
    return slot + day.day if queue == "Accueil" else slot // 2


def clock(slot: int) -> str:
    return f"{slot // 2:02d}:{slot % 2 * 30:02d}"


def beside(day: dt.date, slot: int) -> Sequence[object]:
    """Calls and handle time of each queue on one row."""
    return [f"{day:%d/%m/%Y}", clock(slot), count("Accueil", day, slot), 270, count("Technique", day, slot), 400]


def csv(folder: Path, heads: Sequence[str], row: Row) -> Path:
    rows = [";".join(map(str, row(day, slot))) for day in DAYS for slot in SLOTS]
    return samples.write(folder, "export.csv", "\r\n".join([*heads, *rows]), "cp1252")


def told_apart(read: Imported, names: Sequence[str] = QUEUES) -> bool:
    """Every count of both queues at its own time, and each queue's handle time."""
    rows = read.frame[["channel", "start", "offered"]].itertuples(index=False)
    found = {(channel, start.strftime("%d %H:%M")): offered for channel, start, offered in rows}
    truth = {
        (name, f"{day:%d} {clock(slot)}"): float(count(queue, day, slot))
        for queue, name in zip(QUEUES, names, strict=True)
        for day in DAYS
        for slot in SLOTS
    }
    return found == truth and sorted(set(read.frame["aht_s"])) == [270.0, 400.0]


@pytest.mark.parametrize(
    "heads",
    [
        ["Rapport;;;;;", ";;;;;", ";;Accueil;;Technique;", "Date;Heure;Appels reçus;DMT (s);Appels reçus;DMT (s)"],
        ["Date;Heure;Accueil;;Technique;", ";;Appels reçus;DMT (s);Appels reçus;DMT (s)"],
        ["Date;Heure;Appels reçus Accueil;DMT Accueil;Appels reçus Technique;DMT Technique"],
        ["Date;Heure;Accueil - Appels reçus;Accueil - DMT (s);Technique - Appels reçus;Technique - DMT (s)"],
        ["Date;Heure;Appels reçus (Accueil);DMT (Accueil);Appels reçus (Technique);DMT (Technique)"],
    ],
)
def test_queues_beside_each_other_are_all_read_and_named(tmp_path: Path, heads: list[str]) -> None:
    read = import_history(csv(tmp_path, heads, beside), PARIS)
    assert told_apart(read)
    assert "Accueil, Technique" in next(n for n in read.notes if n.key == "queues_apart").say("fr")


def test_a_total_beside_the_queues_is_no_queue(tmp_path: Path) -> None:
    heads = [";;Accueil;;Technique;;Total;", "Date;Heure" + ";Appels reçus;DMT (s)" * 3]
    path = csv(tmp_path, heads, lambda day, slot: [*beside(day, slot), 99, 300])
    assert told_apart(import_history(path, PARIS))


def test_a_heading_over_two_columns_that_nothing_tells_apart_is_refused_by_its_name(tmp_path: Path) -> None:
    """The second queue went without a word."""
    path = csv(tmp_path, ["Date;Heure" + ";Appels reçus;DMT (s)" * 2], beside)
    with pytest.raises(BadInput) as refused:
        import_history(path, PARIS)
    told = [str(problem) for problem in refused.value.problems]
    assert [line.split(":")[0] for line in told] == [f"export.csv, column {h}" for h in ("Appels reçus", "DMT (s)")]
    assert "found 2 columns; expected each heading once, or a queue's name above each" in told[0]


def test_a_column_told_twice_alike_is_read_once(tmp_path: Path) -> None:
    heads = ["Date;Heure;File;Appels reçus;DMT (s);Date"]
    path = csv(tmp_path, heads, lambda day, slot: [f"{day:%d/%m/%Y}", clock(slot), "A", 7, 270, f"{day:%d/%m/%Y}"])
    assert import_history(path, PARIS).frame["offered"].tolist() == [7.0] * 100


def book(path: Path, sheets: dict[str, Sequence[Sequence[object]]], merged: Sequence[str] = ()) -> Path:
    made = xlsxwriter.Workbook(str(path))
    day = made.add_format({"num_format": "dd/mm/yyyy"})
    for name, rows in sheets.items():
        sheet = made.add_worksheet(name)
        for place in merged:
            sheet.merge_range(place, "")
        for number, row in enumerate(rows):
            for column, cell in enumerate(row):
                if cell is not None:
                    sheet.write(number, column, cell, *([day] if isinstance(cell, dt.date) else []))
    made.close()
    return path


def test_a_workbook_with_merged_titles_headings_and_days_is_read(tmp_path: Path) -> None:
    rows: list[Sequence[object]] = [
        ["Rapport hebdomadaire"], [], ["Date", "Heure", "Accueil", None, "Technique"],
        [None, None, "Reçus", "DMT", "Reçus", "DMT"],
    ]  # fmt: skip
    places, first = ["A1:F1", "A3:A4", "B3:B4", "C3:D3", "E3:F3"], len(rows) + 1
    for day in DAYS:
        places.append(f"A{len(rows) + 1}:A{len(rows) + len(SLOTS)}")
        rows += [[day if slot == SLOTS[0] else None, *beside(day, slot)[1:]] for slot in SLOTS]
    assert len(rows) == first - 1 + 5 * len(SLOTS)
    read = import_history(book(tmp_path / "e.xlsx", {"Export": rows}, places), PARIS)
    assert told_apart(read)
    assert {"written_down", "queues_apart", "title_lines"} <= {n.key for n in read.notes}


def test_a_queue_written_once_for_its_rows_is_theirs_and_a_row_without_any_is_told(tmp_path: Path) -> None:
    """Both became calls of a queue named phone, without a word."""

    def row(day: dt.date, slot: int) -> Sequence[object]:
        name = "Accueil" if (day, slot) == (DAYS[0], 16) else "Technique" if (day, slot) == (DAYS[2], 16) else ""
        return [f"{day:%d/%m/%Y}", clock(slot), name, 7, 270]

    heads = ["Date;Heure;File;Appels reçus;DMT (s)"]
    read = import_history(csv(tmp_path, heads, row), PARIS)
    assert read.frame.groupby("channel").size().to_dict() == {"Accueil": 40, "Technique": 60}
    path = csv(tmp_path, heads, lambda d, s: [f"{d:%d/%m/%Y}", clock(s), "" if s == 20 else "A", 7, 270])
    with pytest.raises(BadInput, match=r"row 6, column File: found nothing; expected a queue's name"):
        import_history(path, PARIS)


def rows_of(queue: str, days: Sequence[dt.date] = DAYS, aht_s: int = 270) -> list[Sequence[object]]:
    head: list[Sequence[object]] = [["Date", "Heure", "Appels reçus", "DMT (s)"]]
    return head + [[day, clock(slot), count(queue, day, slot), aht_s] for day in days for slot in SLOTS]


def test_a_sheet_for_each_queue_gives_every_queue_and_says_which_sheets_it_leaves_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """All but the first sheet went without a word; a cover before the table was refused."""
    sheets: dict[str, Sequence[Sequence[object]]] = {
        "Couverture": [["Confidentiel"]], "Accueil": rows_of("Accueil"), "Technique": rows_of("Technique", aht_s=400),
        "Copie": rows_of("Accueil"), "Bilan": [["Mois", "Coût"], ["09", 3]],
    }  # fmt: skip
    path = book(tmp_path / "e.xlsx", sheets)
    assert told_apart(import_history(path, PARIS))
    with pytest.raises(SystemExit):
        main(["import", str(path), "--into", str(tmp_path / "c"), "--language", "en"])
    told = capsys.readouterr().err
    assert "Queues read beside each other: Accueil, Technique." in told
    assert "Sheets left out, for they repeat another or have other columns: Couverture, Copie, Bilan." in told


def test_a_sheet_for_each_week_is_one_queue(tmp_path: Path) -> None:
    sheets = {"S37": rows_of("Accueil", DAYS[:3]), "S38": rows_of("Accueil", DAYS[3:])}
    read = import_history(book(tmp_path / "e.xlsx", sheets), PARIS)
    assert read.channels == ("phone",) and len(read.frame) == 5 * len(SLOTS)


def test_a_fault_on_a_sheet_is_told_with_the_sheet(tmp_path: Path) -> None:
    bad = rows_of("Technique")
    bad[3] = [*bad[3][:2], "beaucoup", 270]
    path = book(tmp_path / "e.xlsx", {"Accueil": rows_of("Accueil"), "Technique": bad})
    with pytest.raises(BadInput, match=r"e\.xlsx \[Technique\], row 4, column Appels reçus: found 'beaucoup'"):
        import_history(path, PARIS)


def alone(day: dt.date, slot: int) -> Sequence[object]:
    return [f"{day:%d/%m/%Y}", clock(slot), day.isocalendar().week, *(count(queue, day, slot) for queue in QUEUES)]


def test_columns_headed_by_a_queue_s_name_alone_count_its_contacts(tmp_path: Path) -> None:
    path = csv(tmp_path, ["Volumes par service;;;;", "Date;Heure;Semaine;Accueil;Technique"], alone)
    read = import_history(path, PARIS)
    rows = read.frame[["channel", "start", "offered"]].itertuples(index=False)
    found = {(channel, start.strftime("%d %H:%M")): offered for channel, start, offered in rows}
    assert found == {(q, f"{d:%d} {clock(s)}"): float(count(q, d, s)) for q in QUEUES for d in DAYS for s in SLOTS}
    said = [note.say("en") for note in read.notes if note.key == "queues_by_name"]
    assert len(said) == 1 and "Accueil, Technique" in said[0], "it is said what they were taken for"
    chosen = import_history(path, PARIS, answers=Answers(columns={"offered": "Accueil"}))
    assert set(chosen.frame["channel"]) == {"phone"}


@pytest.mark.parametrize(
    "heads", ["Entr.;Décr.", "Prés.;Rép.", "Accueil;Effectif", "Agents;ETP", "Accueil;DMT", "Prévision;Nb agents"]
)
def test_measures_of_one_queue_are_never_taken_for_queues(heads: str, tmp_path: Path) -> None:
    with pytest.raises(BadInput):
        import_history(csv(tmp_path, [f"Date;Heure;Semaine;{heads}"], alone), PARIS)
