"""Each form people have is recognised, read to the number, and what it cannot say is asked."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest
import xlsxwriter
from hypothesis import given
from hypothesis import strategies as st

from forecasts.grid import Grid
from forecasts.history import ChannelHours
from staffing.files.cells import Faults, durations_s, numbers
from staffing.files.history_import import detect, import_history, write_history
from staffing.files.imported import Answers
from staffing.files.mapper import propose
from staffing.files.reading import read_table
from staffing.problems import BadInput, Problem
from staffing.words.heard import heard
from tests.files import samples
from tests.tiny import NINE_TO_FIVE

PARIS = Grid("Europe/Paris", 30)


@pytest.mark.parametrize(
    ("name", "text", "form"),
    [
        ("a.csv", samples.GENESYS, "genesys"),
        ("b.csv", samples.AMAZON, "amazon_connect"),
        ("c.csv", samples.CALABRIO, "calabrio"),
        ("d.csv", samples.CALABRIO.replace(";", ","), "calabrio"),
        ("e.csv", samples.FRENCH, "table"),
    ],
)
def test_each_form_recognises_itself_and_no_other(tmp_path: Path, name: str, text: str, form: str) -> None:
    guesses = detect(read_table(samples.write(tmp_path, name, text)))
    assert guesses[0].profile == form
    assert guesses[0].confidence > guesses[1].confidence


def test_genesys_skill_sets_of_a_queue_are_added_and_utc_becomes_local(tmp_path: Path) -> None:
    got = import_history(samples.write(tmp_path, "g.csv", samples.GENESYS), PARIS)
    front = got.frame[got.frame["channel"] == "Front / voice"]
    assert list(front["start"].dt.strftime("%H:%M%z")) == ["08:00+0100", "08:15+0100"]
    assert list(front["offered"]) == [6.0, 5.0]
    assert list(front["aht_s"]) == [240.0, 300.0]
    assert got.grid.interval_min == 15
    assert not got.questions


def test_amazon_connect_counts_the_last_upload_of_an_interval_and_says_so(tmp_path: Path) -> None:
    got = import_history(samples.write(tmp_path, "a.csv", samples.AMAZON), PARIS)
    assert list(got.frame["offered"]) == [11.0, 12.0]
    assert list(got.frame["aht_s"]) == [305.0, 310.5]
    assert "1" in got.notes[0].say("en")
    assert "dernière" in got.notes[0].say("fr")


def test_amazon_connect_by_day_is_refused(tmp_path: Path) -> None:
    path = samples.write(tmp_path, "a.csv", samples.AMAZON.replace("30mins", "daily"))
    with pytest.raises(BadInput, match="one interval of 15 or 30 minutes"):
        import_history(path, PARIS)


def test_calabrio_adds_overflow_in_and_wrap_up_and_asks_where_calls_are_counted(tmp_path: Path) -> None:
    path = samples.write(tmp_path, "c.csv", samples.CALABRIO)
    got = import_history(path, PARIS)
    assert list(got.frame["offered"]) == [9.0, 6.0]
    assert list(got.frame["aht_s"]) == [300.0, 300.0]
    assert got.frame["wait_s"].tolist() == pytest.approx([190 / 9, 15.0])
    assert got.questions == ("counted_at_end",)
    answered = import_history(path, PARIS, answers=Answers(counted_at_end=True))
    assert not answered.questions
    assert any(n.key == "counted_at_end" for n in answered.notes)


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "cp1252", "utf-16"])
def test_a_french_table_reads_the_same_in_every_encoding(tmp_path: Path, encoding: str) -> None:
    got = import_history(samples.write(tmp_path, "f.csv", samples.FRENCH, encoding), PARIS)
    assert got.frame["offered"].tolist() == [1208.0, 1208.0, 1209.0, 1209.0, 1210.0, 1210.0]
    assert got.frame["aht_s"].tolist() == [270.0] * 6
    assert got.frame["start"].iloc[0].isoformat() == "2026-01-05T08:00:00+01:00"
    assert got.grid.interval_min == 30


def test_a_workbook_reads_as_its_csv_does(tmp_path: Path) -> None:
    book = xlsxwriter.Workbook(str(tmp_path / "t.xlsx"))
    sheet = book.add_worksheet()
    stamp = book.add_format({"num_format": "dd/mm/yyyy hh:mm"})
    clock = book.add_format({"num_format": "[mm]:ss"})
    sheet.write_row(0, 0, ["Créneau", "File", "Offerts", "Durée moyenne de traitement"])
    for i, hour in enumerate((8, 9)):
        sheet.write_datetime(1 + i, 0, samples.clock(f"2026-01-05T{hour:02d}:00:00"), stamp)
        sheet.write(1 + i, 1, "Accueil")
        sheet.write_number(1 + i, 2, 10.5)
        sheet.write_number(1 + i, 3, 270 / 86400, clock)
    book.close()
    got = import_history(tmp_path / "t.xlsx", Grid("Europe/Paris", 60))
    assert got.frame["offered"].tolist() == [10.5, 10.5]
    assert got.frame["aht_s"].tolist() == [270.0, 270.0]
    assert got.channels == ("Accueil",)


def test_the_doubled_hour_keeps_both_passes_and_the_skipped_hour_is_refused(tmp_path: Path) -> None:
    rows = ["start,offered", *(f"2026-10-25 {t},{i}" for i, t in enumerate(("01:00", "02:00", "02:00", "03:00"), 1))]
    got = import_history(samples.write(tmp_path, "d.csv", "\n".join(rows)), Grid("Europe/Paris", 60))
    assert [s.utcoffset().total_seconds() / 3600 for s in got.frame["start"]] == [2, 2, 1, 1]
    assert got.frame["offered"].tolist() == [1, 2, 3, 4]
    once = import_history(samples.write(tmp_path, "o.csv", "\n".join(rows[:3] + rows[4:])), Grid("Europe/Paris", 60))
    assert any(n.key == "doubled_hour" for n in once.notes)
    skipped = samples.write(tmp_path, "s.csv", "start,offered\n2026-03-29 02:30,1\n2026-03-29 03:30,1\n")
    with pytest.raises(BadInput, match=r"row 2, column start.*an hour that exists"):
        import_history(skipped, PARIS)


REPEATED = [
    ("Date;Heure;File;Appels présentés", "04/03/2026;08:{:02d};tel;7", "Date"),
    ("start;channel;offered", "2026-03-04 08:{:02d};tel;7", "start"),
    ("", "15;2026-03-04;08:{:02d};7;tel;8;1;1;0;8;160;30;2000;400;60;30;4;7;0;0;1", "date_from"),
    ("", "tel;20260304 08:{0:02d};20260304 08:{1:02d};7;200;20;3", "start"),
]


@pytest.mark.parametrize("above", [0, 3])
@pytest.mark.parametrize(("header", "row", "column"), REPEATED)
def test_a_row_that_comes_again_is_told_as_a_spreadsheet_counts_it(
    tmp_path: Path, header: str, row: str, column: str, above: int
) -> None:
    """Under its own header, with the channel and the first of the two, under title lines and blank ones too."""
    quarters = [row.format(minute, minute + 15) for minute in (0, 15, 30, 0)]
    lines = [*["Export of March", "", ""][: above if header else 0], *[header] * bool(header), *quarters[:2], ""]
    path = samples.write(tmp_path, "e.csv", "\n".join([*lines, *quarters[2:]]))
    with pytest.raises(BadInput) as refused:
        import_history(path, Grid("Europe/Paris", 15))
    first = lines.index(quarters[0]) + 1
    told = Problem("e.csv", first + 4, column, f"tel, 2026-03-04 08:00 again (first in row {first})",
                   "each channel and start once", "Keep the right one of the two rows.")  # fmt: skip
    assert refused.value.problems == (told,)
    assert heard(str(told), "fr").startswith(f"e.csv, ligne {first + 4}, colonne {column}")
    assert f"(d'abord ligne {first})" in heard(str(told), "fr")


def test_of_many_rows_that_come_again_five_are_told_and_the_rest_counted(tmp_path: Path) -> None:
    rows = [f"2026-03-04 {8 + i // 4:02d}:{15 * (i % 4):02d},7" for i in range(8)]
    path = samples.write(tmp_path, "e.csv", "\n".join(["start,offered", *rows, *rows]))
    with pytest.raises(BadInput) as refused:
        import_history(path, Grid("Europe/Paris", 15))
    assert [p.row for p in refused.value.problems] == [10, 11, 12, 13, 14]
    assert refused.value.problems[-1].fix.endswith("(3 more rows like this)")


def test_every_problem_of_a_table_is_told_at_once(tmp_path: Path) -> None:
    text = "start;offered;DMT\n2026-01-05 08:00;abc;300\nnever;4;300\n2026-01-05 09:00;5;-3\n"
    with pytest.raises(BadInput) as caught:
        import_history(samples.write(tmp_path, "p.csv", text), PARIS)
    assert [(p.row, p.column) for p in caught.value.problems] == [(3, "start"), (2, "offered"), (4, "DMT")]


def test_a_log_of_calls_gives_the_counts_of_an_independent_reader(tmp_path: Path) -> None:
    path = tmp_path / "queue_log"
    samples.queue_log(path, 3000, seed=2, damage=0.02)
    got = import_history(path, PARIS)
    tally, truth = dict(got.tally), samples.counted_by_hand(path)
    assert got.profile == "queue_log"
    assert {name: tally[name] for name in truth} == truth
    assert got.frame["offered"].sum() == truth["offered"]
    assert got.frame["handled"].sum() == truth["answered"]
    assert got.questions == ("wrap_up_s",)
    assert tally["broken_lines"] + tally["strays"] > 0


def test_wrap_up_told_is_added_to_every_handle_time(tmp_path: Path) -> None:
    path = tmp_path / "queue_log"
    samples.queue_log(path, 200)
    bare, told = import_history(path, PARIS), import_history(path, PARIS, answers=Answers(wrap_up_s=45.0))
    difference = (told.frame["aht_s"] - bare.frame["aht_s"]).dropna()
    assert len(difference) > 3
    assert np.allclose(difference, 45.0)
    assert not told.questions


def test_patience_from_raw_waits_is_total_wait_over_abandonments(tmp_path: Path) -> None:
    epoch = samples.PARIS_WINTER_EPOCH_S
    lines = [
        f"{epoch}|c1|front|NONE|ENTERQUEUE||06|1",
        f"{epoch + 60}|c1|front|NONE|ABANDON|1|1|60",
        f"{epoch}|c2|front|NONE|ENTERQUEUE||06|1",
        f"{epoch + 30}|c2|front|SIP/1|CONNECT|30|x|2",
        f"{epoch + 130}|c2|front|SIP/1|COMPLETECALLER|30|100|1",
    ]
    patience = import_history(samples.write(tmp_path, "queue_log", "\n".join(lines)), PARIS).patience[0]
    assert (patience.mean_s, patience.abandoned, patience.answered) == (90.0, 1, 1)


def test_written_history_reads_back_to_the_same_frame(tmp_path: Path) -> None:
    got = import_history(samples.write(tmp_path, "f.csv", samples.FRENCH), PARIS)
    write_history(got, tmp_path / "history.csv")
    again = import_history(tmp_path / "history.csv", PARIS)
    pd.testing.assert_frame_equal(got.frame, again.frame, check_dtype=False)
    assert sorted(p.name for p in tmp_path.iterdir()) == ["f.csv", "history.csv"]


def test_an_import_becomes_a_history_once_hours_are_known(tmp_path: Path) -> None:
    got = import_history(samples.write(tmp_path, "f.csv", samples.FRENCH), PARIS)
    assert got.history((ChannelHours("phone", NINE_TO_FIVE),)).channels == ("phone",)


@given(st.lists(st.floats(0, 99_999).map(lambda x: round(x, 2)), min_size=1, max_size=8), st.booleans())
def test_numbers_read_the_same_with_a_decimal_comma_or_point(values: list[float], comma: bool) -> None:
    written = pd.Series([f"{v:.2f}".replace(".", ",") if comma else f"{v:.2f}" for v in values], name="n", dtype="str")
    faults = Faults("f")
    assert numbers(written, faults).tolist() == values
    assert not faults.problems


@given(st.integers(0, 99 * 3600))
def test_durations_read_the_same_in_seconds_and_as_a_clock(total_s: int) -> None:
    clock = f"{total_s // 3600}:{total_s // 60 % 60:02d}:{total_s % 60:02d}"
    column = pd.Series([str(total_s), clock, f"{total_s // 60}:{total_s % 60:02d}"], name="d", dtype="str")
    assert durations_s(column, Faults("f")).tolist() == [total_s] * 3


def test_thousands_are_grouped_only_where_the_whole_column_groups_them() -> None:
    assert numbers(pd.Series(["1,234", "1,234,567"], dtype="str"), Faults("f")).tolist() == [1234, 1234567]
    assert numbers(pd.Series(["1,234", "2,5"], dtype="str"), Faults("f")).tolist() == [1.234, 2.5]
    assert numbers(pd.Series(["1.234,5", "1 234,5"], dtype="str"), Faults("f")).tolist() == [1234.5, 1234.5]


@pytest.mark.parametrize(
    ("header", "field"),
    [
        ("Appels présentés", "offered"),
        ("Nb d'appels reçus", "offered"),
        ("Calls Offered", "offered"),
        ("volume", "offered"),
        ("Appels traités", "handled"),
        ("Calls answered", "handled"),
        ("Appels perdus", "abandoned"),
        ("Dissuadés", "abandoned"),
        ("lost", "abandoned"),
        ("AHT (s)", "aht_s"),
        ("Durée moyenne de traitement", "aht_s"),
        ("DMC", "talk_s"),
        ("Talk Time", "talk_s"),
        ("Temps moyen d'attente", "wait_s"),
        ("Taux de décroché", "answer_rate"),
        ("Créneau", "start"),
        ("Tranche horaire", "start"),
        ("Interval Start", "start"),
        ("File d'attente", "channel"),
        ("Post-appel", "wrap_s"),
    ],
)
def test_the_mapper_knows_the_usual_headers(header: str, field: str) -> None:
    assert propose([header]).columns == {field: header}


def test_a_row_wider_than_the_header_is_named_and_never_cut(tmp_path: Path) -> None:
    """1,5 unquoted between commas is two cells: the row would silently lose its last."""
    rows = [f"2026-01-05 {h:02d}:00,10,240" for h in range(8, 18)]
    for wide, count in ((3, 10), (400, 500)):
        lines = ["start,offered,aht_s", *(rows[i % 10].replace("01-05", f"01-{5 + i // 10:02d}") for i in range(count))]
        lines[wide] += ",5"
        path = tmp_path / f"wide{wide}.csv"
        path.write_text("\n".join(lines) + "\n", "utf-8")
        with pytest.raises(BadInput) as refused:
            import_history(path, PARIS)
        assert "cells" in str(refused.value.problems[0]) and "decimal comma" in str(refused.value.problems[0])


@pytest.mark.parametrize(
    ("headers", "fields"),
    [
        ("Date,Split/Skill,Time,ACD Calls,Aban Calls,Avg ACD Time,Avg ACW Time,Avg Speed Ans",
         "date,channel,time,handled,abandoned,talk_s,wrap_s,wait_s"),
        ("CSQ Name,Interval Start Time,Calls Presented,Calls Handled,Calls Abandoned,Average Handle Time",
         "channel,start,offered,handled,abandoned,aht_s"),
        ("Interval Start,Queue Name,Offer,Answer,Abandon,Avg Handle,ASA",
         "start,channel,offered,handled,abandoned,aht_s,wait_s"),
        ("Jour,Heure,Appels présentés,Appels décrochés,Attente moyenne,DMC (s),Post-appel moyen",
         "date,time,offered,handled,wait_s,talk_s,wrap_s"),
        ("date_heure,file_attente,nb_appels_recus,nb_appels_traites,duree_moyenne_traitement_s",
         "start,channel,offered,handled,aht_s"),
        ("Date/Heure,Nombre d'appels,Durée moyenne de communication,Temps d'attente moyen",
         "start,offered,talk_s,wait_s"),
        ("Période,Compétence,Contacts offerts,Contacts traités,TMT", "start,channel,offered,handled,aht_s"),
        ("start,queue,n_offered,n_handled,aht_seconds", "start,channel,offered,handled,aht_s"),
    ],
)  # fmt: skip
def test_headers_as_switches_and_people_write_them_are_known(headers: str, fields: str) -> None:
    found = propose(headers.split(","))
    assert dict(found.columns) == dict(zip(fields.split(","), headers.split(","), strict=True))
