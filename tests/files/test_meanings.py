"""What a column can only mean: units in headers, totals, hours for minutes, thousands, rates, blanks."""

from __future__ import annotations

import datetime as dt
import random
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xlsxwriter

from forecasts.grid import Grid
from staffing.files.cells import Faults, durations_s, numbers
from staffing.files.centre_folder import write_centre
from staffing.files.history_import import import_history
from staffing.files.imported import Imported
from staffing.files.new_centre import Stand
from tests.files import samples

PARIS = Grid("Europe/Paris", 30)


def table(tmp_path: Path, head: str, row: Callable[[int], str], separator: str = ";") -> Imported:
    """Four weeks of office half hours; ``row`` gives the cells after date and time for a slot 16..35."""
    days = [dt.date(2026, 9, 7) + dt.timedelta(days=i) for i in range(28)]
    lines = [
        separator.join((f"{day:%d/%m/%Y}", f"{slot // 2:02d}:{slot % 2 * 30:02d}", row(slot)))
        for day in days if day.weekday() < 5 for slot in range(16, 36)
    ]  # fmt: skip
    return import_history(samples.write(tmp_path, "t.csv", "\n".join([head, *lines])), PARIS)


def keys(read: Imported) -> set[str]:
    return {n.key for n in read.notes}


@pytest.mark.parametrize(
    ("header", "cell"),
    [("DMT (min)", "4,5"), ("DMT en minutes", "4,5"), ("DMT (h)", "0,075"), ("DMT (ms)", "270000"), ("DMT (s)", "270"),
     ("DMT (mm:ss)", "4:30"), ("DMT", "4 min 30 s"), ("DMT", "4,5"), ("DMT", "0,003125"), ("DMT", "04:30:00")],
)  # fmt: skip
def test_a_handle_time_of_270_s_is_read_from_any_unit(tmp_path: Path, header: str, cell: str) -> None:
    read = table(tmp_path, f"Date;Heure;Appels reçus;{header}", lambda slot: f"{slot};{cell}")
    assert read.frame["aht_s"].to_numpy() == pytest.approx(270.0)


def test_totals_under_an_unclear_header_are_not_taken_for_means(tmp_path: Path) -> None:
    draw = random.Random(1)
    head = "Date;Heure;Appels reçus;Appels traités;Durée de traitement"
    read = table(
        tmp_path, head, lambda slot: f"{slot};{slot};{sum(draw.expovariate(1 / 270) for _ in range(slot)):.0f}"
    )
    assert read.frame["aht_s"].mean() == pytest.approx(270, rel=0.05)
    assert "times_total" in keys(read)
    mean = table(tmp_path, head, lambda slot: f"{slot};{slot};{draw.gauss(270, 40):.0f}")
    assert mean.frame["aht_s"].mean() == pytest.approx(270, rel=0.05)
    assert "times_total" not in keys(mean)


def test_four_thirty_typed_into_a_workbook_is_four_minutes_and_a_half(tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(str(tmp_path / "t.xlsx"))
    sheet = book.add_worksheet()
    stamp, clock = book.add_format({"num_format": "dd/mm/yyyy hh:mm"}), book.add_format({"num_format": "hh:mm"})
    sheet.write_row(0, 0, ["Créneau", "Offerts", "DMC", "Post-appel"])
    for i in range(20):
        sheet.write_datetime(1 + i, 0, samples.clock(f"2026-01-05T{8 + i // 2:02d}:{i % 2 * 30:02d}:00"), stamp)
        sheet.write_number(1 + i, 1, 10)
        sheet.write_datetime(1 + i, 2, dt.time(4, 30), clock)
        sheet.write_datetime(1 + i, 3, dt.time(0, 45), clock)
    book.close()
    read = import_history(tmp_path / "t.xlsx", PARIS)
    assert read.frame["aht_s"].tolist() == [315.0] * 20
    assert "times_hh_mm" in keys(read)


def read_numbers(cells: list[str], separator: str = "", *, whole: bool = False) -> list[float]:
    return numbers(pd.Series(cells, name="n", dtype="str"), Faults("f", separator), whole=whole).tolist()


def test_a_comma_before_three_digits_is_read_by_what_stands_around_it() -> None:
    assert read_numbers(["900", "1,217"]) == [900, 1217]
    assert read_numbers(["270", "291,600"]) == [270, 291.6]
    assert read_numbers(["916", "1,117"], whole=True) == [916, 1117]
    assert read_numbers(["916", "1.117"], whole=True) == [916, 1117]
    assert read_numbers(["4,800", "5,100"], ",") == [4800, 5100]
    assert read_numbers(["291,600", "284,800"], ";") == [291.6, 284.8]
    assert read_numbers(["900.5", "1,217"]) == [900.5, 1217]
    assert read_numbers(["270.125", "271"]) == [270.125, 271]


def test_an_unclear_comma_is_told_as_it_was_written() -> None:
    faults = Faults("f", ",")
    assert durations_s(pd.Series(["900", "1,217"], name="AHT", dtype="str"), faults).tolist() == [900, 1217]
    assert [n.say("en") for n in faults.notes] == ["Column AHT: 1,217 read as 1217."]
    proved = Faults("f")
    numbers(pd.Series(["1,217", "1,234,567"], name="n", dtype="str"), proved)
    numbers(pd.Series(["1,5", "1,217"], name="n", dtype="str"), proved)
    assert [n.say("en") for n in proved.notes] == ["Column n: 1,217 read as 1.217."]


def test_thousands_of_calls_become_a_centre(tmp_path: Path) -> None:
    row = lambda slot: f'"1,{100 + slot}",300' if slot % 2 else f"{900 + slot},300"  # noqa: E731
    made, _ = write_centre(
        table(tmp_path, "Date,Time,Calls Offered,AHT", row, ","), PARIS, Stand("c"), tmp_path / "c", "en"
    )
    assert made.history.frame["offered"].max() == 1135


def test_an_answer_rate_gives_whole_contacts_and_a_centre(tmp_path: Path) -> None:
    read = table(tmp_path, "Date;Heure;Appels reçus;Taux de décroché;DMT", lambda slot: f"{slot};87,5 %;270")
    made, notes = write_centre(read, PARIS, Stand("c"), tmp_path / "c", "fr")
    handled = made.history.frame["handled"]
    assert (handled == handled.round()).all() and handled.iloc[1] == 15
    assert "rate_rounded" in {n.key for n in notes}


def test_a_row_without_any_count_is_unknown_and_counted(tmp_path: Path) -> None:
    head = "Date;Heure;Appels traités;Appels abandonnés;DMT"
    read = table(tmp_path, head, lambda slot: f"{slot};{slot % 2};270" if slot % 3 else ";;")
    assert len(read.frame) == 14 * 20 and read.frame["offered"].min() > 0
    assert "offered_unknown" in keys(read)
    blank = table(tmp_path, head, lambda slot: f"{slot};;270" if slot % 2 else f"{slot};2;270")
    assert set(blank.frame["offered"]) == {s + 2 * (s % 2 == 0) for s in range(16, 36)}


def test_a_sum_with_an_unknown_part_is_unknown(tmp_path: Path) -> None:
    text = samples.GENESYS.replace("fr,2,2,300", "fr,2,,300")
    read = import_history(samples.write(tmp_path, "g.csv", text), PARIS)
    front = read.frame[read.frame["channel"] == "Front / voice"]
    assert front["offered"].tolist() == [6.0, 5.0]
    assert np.isnan(front["handled"].iloc[0]) and np.isnan(front["aht_s"].iloc[0])
    assert "handled_unknown" in keys(read)
