"""Forms as they leave people's tools: titles, totals, ranges, bare hours, packed files, a forecast without a header."""

from __future__ import annotations

import datetime as dt
import gzip
from collections.abc import Callable
from pathlib import Path

import pandas as pd
import pytest
import xlsxwriter

from forecasts.grid import Grid
from staffing.files.history_import import detect, import_history
from staffing.files.imported import Imported
from staffing.files.reading import Limits, read_table
from staffing.files.stamps import stamps
from staffing.problems import BadInput
from tests.files import samples

PARIS, HOURS = Grid("Europe/Paris", 30), Grid("Europe/Paris", 60)
DAYS = [dt.date(2026, 9, 7) + dt.timedelta(days=i) for i in range(5)]


def lines(row: Callable[[dt.date, int], str]) -> list[str]:
    return [row(day, slot) for day in DAYS for slot in range(16, 36)]


def clock(slot: int) -> str:
    return f"{slot // 2:02d}:{slot % 2 * 30:02d}"


def as_meant(read: Imported) -> bool:
    """Five days from 08:00 to 18:00, the slot's number as its count."""
    starts = [at.strftime("%d %H:%M") for at in read.frame["start"]]
    wanted = [f"{day:%d} {clock(slot)}" for day in DAYS for slot in range(16, 36)]
    return starts == wanted and read.frame["offered"].tolist() == [float(s) for _ in DAYS for s in range(16, 36)]


def test_titles_above_the_header_and_totals_among_the_rows_are_left_out(tmp_path: Path) -> None:
    rows = lines(lambda day, slot: f"{day:%d/%m/%Y};{clock(slot)};{slot};270")
    text = "\n".join(
        ["Rapport d'activité;;;", "", "Période du 07/09/2026;;;", "Date;Heure;Appels reçus;DMT", *rows[:20],
         "Total;;510;270", *rows[20:], "Total général;;2550;270"]
    )  # fmt: skip
    read = import_history(samples.write(tmp_path, "t.csv", text), PARIS)
    assert as_meant(read)
    assert {"title_lines", "total_rows"} <= {n.key for n in read.notes}


def test_a_subtotal_over_the_queues_is_not_counted_twice(tmp_path: Path) -> None:
    rows = lines(lambda day, slot: f"{day:%d/%m/%Y};{clock(slot)};A;{slot}\n{day:%d/%m/%Y};{clock(slot)};Total;{slot}")
    read = import_history(samples.write(tmp_path, "t.csv", "\n".join(["Date;Heure;File;Appels reçus", *rows])), PARIS)
    assert as_meant(read) and read.channels == ("A",)


def test_a_fault_under_titles_is_told_with_its_row_in_the_file(tmp_path: Path) -> None:
    text = "Rapport;;\n\nDate;Heure;Appels reçus\n07/09/2026;08:00;beaucoup\n"
    with pytest.raises(BadInput, match="row 4, column Appels"):
        import_history(samples.write(tmp_path, "t.csv", text), PARIS)


@pytest.mark.parametrize("form", ["{a} - {b}", "{a}-{b}", "{a} – {b}", "{a} à {b}", "{a}", "{h}"])
def test_a_start_with_its_day_may_be_a_span(tmp_path: Path, form: str) -> None:
    def row(day: dt.date, slot: int) -> str:
        span = form.format(a=clock(slot), b=clock(slot + 1), h=clock(slot).replace(":", "h"))
        return f"{day:%d/%m/%Y} {span};{slot}"

    text = "\n".join(["Créneau;Appels reçus", *lines(row), "14/09/2026 08:00 ;1"])
    read = import_history(samples.write(tmp_path, "t.csv", text), PARIS)
    assert len(read.frame) == 101
    assert read.frame["start"].iloc[19].strftime("%d %H:%M") == "07 17:30"


@pytest.mark.parametrize("headers", ["Date,Interval,Calls Offered", "Interval,Calls Offered"])
@pytest.mark.parametrize("form", ["{a}", "{a} - {b}", "{a}-{b}"])
@pytest.mark.parametrize("half", [" %p", "%p", " p.m."])
def test_an_american_afternoon_stays_in_the_afternoon(tmp_path: Path, headers: str, form: str, half: str) -> None:
    def told(slot: int) -> str:
        hour = dt.time(slot // 2, slot % 2 * 30)
        half_day = half.replace("p.m.", f"{hour:%p}"[0].lower() + ".m.").replace("%p", f"{hour:%p}")
        return f"{hour:%I:%M}".lstrip("0") + half_day

    def row(day: dt.date, slot: int) -> str:
        apart = "," if headers.startswith("Date") else " "
        return f"{day:%m/%d/%Y}{apart}{form.format(a=told(slot), b=told(slot + 1))},{slot}"

    if form == "{a}-{b}" and not headers.startswith("Date"):
        return  # a hyphen stuck to two times of a day is no form that tools write
    assert as_meant(import_history(samples.write(tmp_path, "t.csv", "\n".join([headers, *lines(row)])), PARIS))


def test_of_a_span_whose_end_alone_says_which_half_of_the_day_nothing_is_guessed(tmp_path: Path) -> None:
    path = samples.write(tmp_path, "t.csv", "Date,Interval,Calls Offered\n9/7/2026,1:00 - 1:30 PM,4\n")
    with pytest.raises(BadInput, match="row 2, column Date: found '9/7/2026 1:00 - 1:30 PM'"):
        import_history(path, PARIS)


@pytest.mark.parametrize("form", ["%m/%d/%Y", "%d/%m/%Y"])
def test_days_that_could_be_months_are_those_that_lie_together(tmp_path: Path, form: str) -> None:
    text = "\n".join(["Date;Heure;Appels reçus", *lines(lambda day, slot: f"{day:{form}};{clock(slot)};{slot}")])
    assert as_meant(import_history(samples.write(tmp_path, "t.csv", text), PARIS))


@pytest.mark.parametrize("weekday", ["", "lun. ", "Mon, "])
@pytest.mark.parametrize("form", ["{d:%d/%m/%Y}", "{d.day} {m} {d.year}", "{d.day} {d:%B} {d.year}", "{d:%d-%b-%Y}"])
def test_a_day_may_name_its_weekday_and_its_month(tmp_path: Path, weekday: str, form: str) -> None:
    months = ["janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc."]
    days = [dt.date(2025, month, 28 if "%m" in form else 5) for month in range(1, 13)]
    rows = [f"{weekday}{form.format(d=day, m=months[day.month - 1])};08:00;{day.month}" for day in days]
    read = import_history(samples.write(tmp_path, "t.csv", "\n".join(["Date;Heure;Appels reçus", *rows])), HOURS)
    assert [at.date() for at in read.frame["start"]] == days
    assert read.frame["offered"].tolist() == [float(m) for m in range(1, 13)]


def test_an_offset_is_no_span(tmp_path: Path) -> None:
    read = import_history(samples.write(tmp_path, "t.csv", "start,offered\n2026-09-07T08:30-05:00,4\n"), PARIS)
    assert read.frame["start"].iloc[0].isoformat() == "2026-09-07T15:30:00+02:00"


def test_a_bare_hour_and_a_part_of_a_day_are_hours(tmp_path: Path) -> None:
    text = "\n".join(["Date;Heure;Appels reçus", *(f"07/09/2026;{h};{h}" for h in range(8, 18))])
    read = import_history(samples.write(tmp_path, "t.csv", text), Grid("Europe/Paris", 60))
    assert [at.hour for at in read.frame["start"]] == read.frame["offered"].tolist() == list(range(8, 18))
    book = xlsxwriter.Workbook(str(tmp_path / "t.xlsx"))
    sheet, day = book.add_worksheet(), book.add_format({"num_format": "dd/mm/yyyy"})
    sheet.write_row(0, 0, ["Mon rapport"])
    sheet.write_row(2, 0, ["Date", "Heure", "Appels reçus"])
    for i, (date, slot) in enumerate((d, s) for d in DAYS for s in range(16, 36)):
        sheet.write_datetime(3 + i, 0, date, day)
        sheet.write_row(3 + i, 1, [slot / 48, slot])
    book.close()
    assert as_meant(import_history(tmp_path / "t.xlsx", PARIS))


def test_a_packed_log_reads_as_the_log_within_the_same_budget(tmp_path: Path) -> None:
    log, packed = tmp_path / "queue_log", tmp_path / "queue_log.gz"
    samples.queue_log(log, 500)
    packed.write_bytes(gzip.compress(log.read_bytes()))
    assert import_history(packed, PARIS).tally == import_history(log, PARIS).tally
    bomb = tmp_path / "bomb.gz"
    bomb.write_bytes(gzip.compress(b"a;b\n" * 500_000))
    for path, limits, found in (
        (bomb, Limits(file_bytes=1 << 20), "1 MB"), (_with(tmp_path, packed.read_bytes()[:-9]), Limits(), "damaged"),
        (_with(tmp_path, gzip.compress(packed.read_bytes())), Limits(), "in a .gz"),
    ):  # fmt: skip
        with pytest.raises(BadInput, match=found):
            read_table(path, limits)


def _with(folder: Path, content: bytes) -> Path:
    path = folder / f"{len(content)}.gz"
    path.write_bytes(content)
    return path


def test_a_calabrio_forecast_stands_in_for_a_history(tmp_path: Path) -> None:
    rows = lines(lambda day, slot: f"Front;{day:%Y%m%d} {clock(slot)};{day:%Y%m%d} {clock(slot + 1)};2,4;240;30")
    path = samples.write(tmp_path, "f.txt", "\n".join(rows))
    assert detect(read_table(path))[0].profile == "calabrio_forecast"
    read = import_history(path, PARIS)
    assert read.grid.interval_min == 30 and read.channels == ("Front",)
    assert read.frame["offered"].sum() == 240 and set(read.frame["offered"]) == {2.0, 3.0}
    assert set(read.frame["aht_s"]) == {270.0}


def test_a_row_without_its_hour_gets_no_other_row_s() -> None:
    columns = {"date": "Date", "time": "Heure"}
    half = pd.DataFrame({"Date": ["01/10/2026", "01/10/2026"], "Heure": ["08:30", None]}, dtype="str")
    assert stamps(half, columns).isna().to_list() == [False, True]
    assert stamps(half.assign(Heure=pd.Series([None, None], dtype="str")), columns).isna().all()
