"""Forty-odd kinds of broken input: each is told once, with its file, row, column and mending, and never a traceback."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from pathlib import Path

import pytest

from staffing.gate.read import read_centre
from staffing.problems import BadInput
from staffing.words.heard import heard
from tests.centre.folder import AGENTS, good, history, written

Files = dict[str, str | bytes]


def put(name: str, content: str | bytes) -> Callable[[Files], None]:
    return lambda files: files.update({name: content})


def swap(name: str, old: str, new: str, count: int = 1) -> Callable[[Files], None]:
    def change(files: Files) -> None:
        text = files[name]
        assert isinstance(text, str) and old in text
        files[name] = text.replace(old, new, count)

    return change


def drop(name: str) -> Callable[[Files], None]:
    return lambda files: files.pop(name) and None


def row(name: str, line: str) -> Callable[[Files], None]:
    def change(files: Files) -> None:
        text = files[name]
        assert isinstance(text, str)
        files[name] = text + line + "\n"

    return change


def always_open(line: str) -> Callable[[Files], None]:
    """A history row on a day of clock change, with hours that hold it."""

    def change(files: Files) -> None:
        swap("centre.toml", 'tue = "09:00-12:00"', 'tue = "09:00-12:00"\nsun = "00:00-24:00"')(files)
        row("history.csv", line)(files)

    return change


BROKEN: list[tuple[str, Callable[[Files], None], str, int | None, str | None, str]] = [
    (
        "yes for seconds",
        swap("centre.toml", "aht_s = 300", "aht_s = true"),
        "centre.toml",
        21,
        "channels.phone.aht_s",
        "number",
    ),
    (
        "yes for posts",
        swap("centre.toml", "[queues.expert]", "[posts]\ninterior = true\n\n[queues.expert]"),
        "centre.toml",
        15,
        "posts.interior",
        "number",
    ),
    ("no centre.toml", drop("centre.toml"), "centre.toml", None, None, "no such file"),
    ("no history", drop("history.csv"), "history.csv", None, None, "no such file"),
    (
        "an address that is none",
        lambda files: files.update(
            {
                "agents.csv": AGENTS.replace("full", "full,")
                .replace("contract", "contract,email")
                .replace("full,", "full,=c@x", 1)
            }
        ),
        "agents.csv",
        2,
        "email",
        "an e-mail address like",
    ),
    ("no agents", drop("agents.csv"), "agents.csv", None, None, "no such file"),
    (
        "TOML that does not parse",
        swap("centre.toml", 'name = "Test"', "name = Test"),
        "centre.toml",
        1,
        "8",
        "text in quotes",
    ),
    (
        "an unknown key",
        swap("centre.toml", "patience_s", "patience"),
        "centre.toml",
        12,
        "queues.front.patience",
        "patience_s?",
    ),
    (
        "a missing key",
        swap("centre.toml", 'time_zone = "Europe/Paris"\n', ""),
        "centre.toml",
        None,
        "time_zone",
        "Add it",
    ),
    (
        "an unknown time zone",
        swap("centre.toml", "Europe/Paris", "Europe/Lutece"),
        "centre.toml",
        None,
        "time_zone",
        "IANA",
    ),
    (
        "an interval of 20 minutes",
        swap("centre.toml", "= 30", "= 20"),
        "centre.toml",
        3,
        "interval_min",
        "one of 15, 30, 60",
    ),
    (
        "a share in per cent",
        swap("centre.toml", "share = 0.2", "share = 20"),
        "centre.toml",
        22,
        "channels.phone.transfers.0.share",
        "less than or equal to 1",
    ),
    (
        "two promises",
        swap("centre.toml", "within_s = 20", "within_s = 20, answer_rate = 0.9"),
        "centre.toml",
        11,
        "queues.front.target",
        "exactly one",
    ),
    (
        "a closing before the opening",
        swap("centre.toml", 'mon = "09:00-12:00"', 'mon = "12:00-09:00"'),
        "centre.toml",
        6,
        "hours.day.mon",
        "ends after it starts",
    ),
    (
        "hours off the grid",
        swap("centre.toml", 'mon = "09:00-12:00"', 'mon = "09:10-12:00"'),
        "centre.toml",
        None,
        "hours.day.mon",
        "30-minute grid",
    ),
    (
        "a queue without hours",
        swap("centre.toml", 'hours = "day"', 'hours = "night"'),
        "centre.toml",
        None,
        "queues.front.hours",
        "a name of hours",
    ),
    (
        "a transfer to nowhere",
        swap("centre.toml", 'to = "expert"', 'to = "experts"'),
        "centre.toml",
        None,
        "channels.phone.transfers",
        "queues or sinks",
    ),
    (
        "an unknown rule pack",
        swap("centre.toml", '"neutral"', '"swiss"'),
        "centre.toml",
        None,
        "contracts.full.rules",
        "fr_private_idcc2098",
    ),
    (
        "a contract out of reach",
        swap("centre.toml", "hours_week = 35", "hours_week = 35\nmax_days = 3"),
        "centre.toml",
        24,
        "contracts.full",
        "less than the 35 h",
    ),
    (
        "an unknown school zone",
        swap("centre.toml", "[hours.day]", '[calendar]\nsubdivision = "99"\n[hours.day]'),
        "centre.toml",
        None,
        "calendar",
        "no calendar",
    ),
    ("an empty file", put("history.csv", ""), "history.csv", None, None, "an empty file"),
    ("a header without rows", put("agents.csv", "id,level,skills,contract\n"), "agents.csv", None, None, "Fill it."),
    ("a missing column", swap("history.csv", "offered", "received"), "history.csv", 1, "offered", "a column offered"),
    ("a column twice", swap("history.csv", "wait_s", "aht_s"), "history.csv", 1, "aht_s", "each column once"),
    ("a row too short", row("history.csv", "2026-02-25 09:00,phone"), "history.csv", 26, None, "2 cells"),
    ("an open quote", row("agents.csv", 'a4,"Dan,1,front,full'), "agents.csv", 5, None, "Close the quotes"),
    ("one endless line", put("history.csv", b"x" * 2_000_000), "history.csv", 1, None, "one row a line"),
    ("an endless zipped line", put("events.csv", "x" * 30_000), "events.csv", 1, None, "one row a line"),
    (
        "a spreadsheet renamed",
        put("agents.csv", b"PK\x03\x04\x14\x00\x00\x00"),
        "agents.csv",
        None,
        None,
        "Save it again as CSV",
    ),
    ("UTF-16", put("agents.csv", "id,name".encode("utf-16")), "agents.csv", None, None, "UTF-16"),
    ("a word for a count", swap("history.csv", ",12,11", ",twelve,11"), "history.csv", 2, "offered", "a number"),
    (
        "a negative count",
        swap("history.csv", ",12,11", ",-12,11"),
        "history.csv",
        2,
        "offered",
        "greater than or equal to 0",
    ),
    ("a part of a contact", swap("history.csv", ",12,11", ",12.5,11"), "history.csv", 2, "offered", "a whole number"),
    ("an infinite count", swap("history.csv", ",12,11", ",inf,11"), "history.csv", 2, "offered", "finite"),
    ("an empty cell", swap("history.csv", ",12,11", ",,11"), "history.csv", 2, "offered", "Fill it"),
    ("minutes for seconds", swap("history.csv", ",300,", ",5,", 99), "history.csv", None, "aht_s", "multiply by 60"),
    ("columns swapped", swap("history.csv", ",12,11", ",1,120", 99), "history.csv", None, "handled", "swapped"),
    (
        "day and month swapped",
        swap("history.csv", "2026-02-16 09:00", "16/02/2026 09:00"),
        "history.csv",
        2,
        "start",
        "2026-12-01T08:30",
    ),
    (
        "an interval twice",
        row("history.csv", "2026-02-24 11:30,phone,3,3,0,300,1"),
        "history.csv",
        26,
        "start",
        "first in row 25",
    ),
    (
        "a start off the grid",
        row("history.csv", "2026-02-24 11:47,phone,3,3,0,300,1"),
        "history.csv",
        26,
        "start",
        "start of each interval",
    ),
    (
        "intervals too coarse",
        put("history.csv", "start,channel,offered\n2026-02-16 09:00,phone,3\n2026-02-16 10:00,phone,3\n"),
        "history.csv",
        None,
        "start",
        "interval_min = 60",
    ),
    (
        "an unknown channel",
        row("history.csv", "2026-02-25 09:00,fax,3,3,0,300,1"),
        "history.csv",
        26,
        "channel",
        "Add the channel",
    ),
    (
        "a clock hour that never was",
        always_open("2026-03-29 02:30,phone,3,3,0,300,1"),
        "history.csv",
        26,
        "start",
        "an hour that exists",
    ),
    (
        "a doubled hour without offset",
        always_open("2026-10-25 02:30,phone,3,3,0,300,1"),
        "history.csv",
        26,
        "start",
        "+02:00",
    ),
    (
        "contacts at night",
        put("history.csv", history().replace(" 09:", " 19:").replace(" 10:", " 20:")),
        "history.csv",
        None,
        "start",
        "time_zone",
    ),
    ("an agent twice", row("agents.csv", "a1,Eve,1,front,full"), "agents.csv", 5, "id", "first in row 2"),
    ("an agent without contract", swap("agents.csv", "front,full", "front,"), "agents.csv", 2, "contract", "Fill it"),
    ("an unknown contract", swap("agents.csv", "front,full", "front,half"), "agents.csv", 2, "contract", "one of full"),
    ("an unknown skill", swap("agents.csv", "Ana,1,front", "Ana,1,font"), "agents.csv", 2, "skills", "front, expert"),
    ("a proficiency of nothing", swap("agents.csv", "front:0.9", "front:0"), "agents.csv", 3, "skills", "above 0"),
    ("a third level", swap("agents.csv", "Ana,1", "Ana,3"), "agents.csv", 2, "level", "less than or equal to 2"),
    ("an id like a formula", swap("agents.csv", "a1,Ana", "=1+1,Ana"), "agents.csv", 2, "id", "formula"),
    (
        "an absence of nobody",
        row("absences.csv", "a9,2026-03-02,2026-03-02"),
        "absences.csv",
        4,
        "agent",
        "an id of agents.csv",
    ),
    (
        "a last day before the first",
        put(
            "agents.csv",
            AGENTS.replace("contract\n", "contract,since,last_day\n")
            .replace("full\n", "full,,\n", 2)
            .replace("front,full\n", "front,full,2026-03-02,2026-02-27\n"),
        ),
        "agents.csv",
        4,
        "last_day",
        "on or after the first",
    ),
    (
        "an absence that ends first",
        row("absences.csv", "a3,2026-03-05,2026-03-02"),
        "absences.csv",
        4,
        "last",
        "on or after the first",
    ),
    (
        "absences that overlap",
        row("absences.csv", "a1,2026-03-04,2026-03-06"),
        "absences.csv",
        4,
        "first",
        "do not overlap",
    ),
    ("an event on no channel", swap("events.csv", "phone", "fax"), "events.csv", 2, "channels", "Correct the name"),
    ("a word for yes or no", swap("events.csv", ",no", ",maybe"), "events.csv", 2, "leave_out", "yes or no"),
    (
        "segments that overlap",
        row("past.csv", "a1,2026-03-02T11:00,2026-03-02T13:00,front"),
        "past.csv",
        5,
        "start",
        "do not overlap",
    ),
    (
        "a segment that ends first",
        row("past.csv", "a2,2026-03-02T11:00,2026-03-02T09:00,front"),
        "past.csv",
        5,
        "end",
        "end after start",
    ),
]


@pytest.mark.parametrize(
    ("change", "file", "line", "column", "words"), [b[1:] for b in BROKEN], ids=[b[0] for b in BROKEN]
)
def test_broken_input_is_told_once_and_clearly(
    change: Callable[[Files], None], file: str, line: int | None, column: str | None, words: str, tmp_path: Path
) -> None:
    files = good()
    change(files)
    with pytest.raises(BadInput) as refused:
        read_centre(written(tmp_path, files))
    told = [p for p in refused.value.problems if words in str(p)]
    assert len(told) == 1, "\n".join(map(str, refused.value.problems))
    assert (told[0].file, told[0].row, told[0].column) == (file, line, column)
    assert len(refused.value.problems) <= 2, "one mistake, one report: " + str(refused.value)
    assert told[0].expected and told[0].fix


def test_all_mistakes_of_a_folder_are_told_at_once(tmp_path: Path) -> None:
    files = good()
    swap("history.csv", ",12,11", ",-12,11")(files)
    swap("agents.csv", "front,full", "front,half")(files)
    row("absences.csv", "a9,2026-03-02,2026-03-02")(files)
    with pytest.raises(BadInput) as refused:
        read_centre(written(tmp_path, files))
    assert {p.file for p in refused.value.problems} == {"history.csv", "agents.csv", "absences.csv"}


@pytest.mark.parametrize(
    "elsewhere",
    [
        swap("centre.toml", "patience_s = 180", 'patience_s = "long"'),
        swap("centre.toml", "aht_s = 300", "aht = 300"),
        swap("centre.toml", "time_zone =", "zone ="),
        swap("centre.toml", 'queue = "front"', 'queue = "back"'),
        swap("agents.csv", "Ana,1", "Ana,9"),
        swap("history.csv", ",12,11", ",-12,11"),
        swap("absences.csv", "2026-03-10,2026-03-10", "2026-03-10,soon"),
        swap("events.csv", ",1.5,no", ",1.5,maybe"),
        swap("past.csv", "2026-03-02T09:00,2026-03-02T12:00", "nine,2026-03-02T12:00"),
    ],
    ids=["a value", "a key", "the zone", "a name", "agents", "history", "absences", "events", "past"],
)
def test_names_that_meet_nothing_are_told_beside_a_wrong_cell_elsewhere(
    elsewhere: Callable[[Files], None], tmp_path: Path
) -> None:
    """Skill, contract, absent agent, ended absence, event's channel, past agent, history's channel: in one round."""
    files = good()
    elsewhere(files)
    alone = _told(tmp_path / "alone", files)
    swap("agents.csv", "2,expert|front,full", "2,export|front,half")(files)
    row("absences.csv", "a9,2026-03-02,2026-03-02")(files)
    row("absences.csv", "a3,2026-03-05,2026-03-02")(files)
    row("events.csv", "outage,2026-03-09,2026-03-09,fax,,yes")(files)
    row("past.csv", "a8,2026-03-02T09:00,2026-03-02T10:00,front")(files)
    row("history.csv", "2026-02-24 11:30,fax,1,1,0,300,1")(files)
    (tmp_path / "both").mkdir()
    both = _told(tmp_path / "both", files)
    assert len(alone) <= 2 and len(both - alone) == 7 and alone <= both, "\n".join(map(str, both))


def _told(folder: Path, files: Files) -> set[tuple[str, int | None, str | None, str]]:
    folder.mkdir(exist_ok=True)
    with pytest.raises(BadInput) as refused:
        read_centre(written(folder, files))
    return {(p.file, p.row, p.column, p.found) for p in refused.value.problems}


@pytest.mark.parametrize(
    "hidden",
    [
        swap("centre.toml", "[queues.front]", "[queus.front]"),
        swap("centre.toml", "[contracts.full]", "[contract.full]"),
        swap("centre.toml", 'name = "Test"', "name = Test"),
        swap("agents.csv", "id,name", "number,name"),
        swap("agents.csv", "a1,Ana,1,front,full", "a1,Ana,1,front"),
        swap("history.csv", "phone", "fax", 24),
        swap("history.csv", "2026-02-16 09:00,phone", "2026-02-16 09:00,", 1),
    ],
    ids=["queues", "contracts", "syntax", "ids", "a row", "a channel", "a cell"],
)
def test_what_another_mistake_hides_is_not_judged(hidden: Callable[[Files], None], tmp_path: Path) -> None:
    files = good()
    hidden(files)
    told = _told(tmp_path, files)
    assert len({(file, column) for file, _, column, _ in told}) <= 2 and len(told) <= 5, told


def test_hours_that_fit_no_contact_are_told_beside_a_wrong_agent(tmp_path: Path) -> None:
    files = good()
    files["centre.toml"] = str(files["centre.toml"]).replace("09:00-12:00", "14:00-17:00")
    swap("agents.csv", "front,full", "front,half")(files)
    told = _told(tmp_path, files)
    assert {(file, column) for file, _, column, _ in told} == {("agents.csv", "contract"), ("history.csv", "start")}


def test_a_thousand_rows_wrong_alike_are_counted_and_not_listed(tmp_path: Path) -> None:
    files = good()
    body = "\n".join(f"2026-02-24 11:30,fax,{i},1,0,300,1" for i in range(1000))
    files["history.csv"] = str(files["history.csv"]) + body + "\n"
    with pytest.raises(BadInput) as refused:
        read_centre(written(tmp_path, files))
    assert len(refused.value.problems) == 5
    assert "995 more rows like this" in str(refused.value)


def test_a_zipped_flood_is_read_no_further_than_the_limit(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("staffing.gate.sheet.MAX_BYTES", 1_000_000)
    files = good()
    files.pop("history.csv")
    files["history.csv.gz"] = gzip.compress(b"2026-02-16 09:00,phone,1\n" * 100_000)
    with pytest.raises(BadInput, match="more than 1 MB"):
        read_centre(written(tmp_path, files))


def _cut(packed: bytes) -> bytes:
    return packed[: len(packed) // 2]


def _changed(packed: bytes) -> bytes:
    middle = len(packed) // 2
    return packed[:middle] + bytes([packed[middle] ^ 255]) + packed[middle + 1 :]


@pytest.mark.parametrize(
    "damage", [_cut, _changed, lambda packed: b"start,channel,offered"], ids=["cut", "byte", "plain"]
)
def test_a_damaged_gz_is_told_beside_every_other_mistake(tmp_path: Path, damage: Callable[[bytes], bytes]) -> None:
    files = good()
    packed = gzip.compress(str(files.pop("history.csv")).encode())
    files["history.csv.gz"] = damage(packed)
    row("absences.csv", "a9,2026-03-02,2026-03-02")(files)
    with pytest.raises(BadInput) as refused:
        read_centre(written(tmp_path, files))
    told = {problem.file: problem for problem in refused.value.problems}
    assert set(told) == {"history.csv.gz", "absences.csv"}
    assert "damaged" in told["history.csv.gz"].found and "abîmé" in heard(str(told["history.csv.gz"]), "fr")


def test_blank_lines_before_a_header_leave_its_separator_and_its_row_known(tmp_path: Path) -> None:
    files = good()
    files["absences.csv"] = "\n \n" + str(files["absences.csv"]).replace(",", ";")
    assert len(read_centre(written(tmp_path, files)).team.absences) == 2
    swap("absences.csv", "first", "furst")(files)
    with pytest.raises(BadInput) as refused:
        read_centre(written(tmp_path, files))
    assert {problem.row for problem in refused.value.problems} == {3}
