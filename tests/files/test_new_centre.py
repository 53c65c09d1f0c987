"""A history becomes a centre: hours from contacts, media with queues of their kind, answers kept, all or nothing."""

from __future__ import annotations

import datetime as dt
import os
import random
import resource
import signal
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pandas as pd
import pytest

from forecasts.grid import Grid
from forecasts.history import COLUMNS
from staffing.cli import main
from staffing.files.atomic import copy_folder, half_made, replacing, write_texts
from staffing.files.centre_folder import write_centre
from staffing.files.history_import import import_history, write_history
from staffing.files.imported import Answers, Imported
from staffing.files.new_centre import Stand, agents_csv, made_up, team_size
from staffing.files.opening_hours import opening_hours
from staffing.gate.read import read_centre
from staffing.problems import BadInput
from tests.files import samples

PARIS = Grid("Europe/Paris", 30)
EIGHT_TO_SIX = (((480, 1080),),) * 5 + ((), ())
HEAD = "Date;Heure;Appels reçus;DMT"
Count = Callable[[dt.date, int], int | None]


def frame(count: Count, weeks: int = 8) -> pd.DataFrame:
    """That many contacts on each half hour of the day (None: no row)."""
    starts = PARIS.span(dt.date(2026, 1, 5), dt.date(2026, 1, 5) + dt.timedelta(days=7 * weeks - 1))
    counts = [count(at.date(), at.hour * 2 + at.minute // 30) for at in starts]
    return pd.DataFrame({"start": starts, "offered": pd.Series(counts, dtype=float)}).dropna(ignore_index=True)


def office(day: dt.date, slot: int) -> bool:
    return day.weekday() < 5 and 16 <= slot < 36


def test_zero_rows_round_the_clock_open_nothing() -> None:
    found = opening_hours(frame(lambda day, slot: 5 if office(day, slot) else 0), 30)
    assert found.weekdays == EIGHT_TO_SIX
    assert found.outside == 0


def test_one_stray_call_at_night_opens_nothing_and_is_told() -> None:
    stray = dt.date(2026, 1, 14)
    found = opening_hours(frame(lambda day, slot: 5 if office(day, slot) else int((day, slot) == (stray, 6))), 30)
    assert found.weekdays == EIGHT_TO_SIX
    assert (found.outside, found.strays) == (1.0, (("03:00", 1.0),))


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_an_export_of_rows_with_calls_alone_gives_whole_hours(seed: int) -> None:
    draw = random.Random(seed)
    rows = frame(lambda day, slot: draw.randint(1, 3) if office(day, slot) and draw.random() < 0.45 else None)
    assert opening_hours(rows, 30).weekdays == EIGHT_TO_SIX


def test_a_closed_lunch_a_short_friday_and_open_nights_stay_as_they_are() -> None:
    def count(day: dt.date, slot: int) -> int:
        closes = 32 if day.weekday() == 4 else 36
        return 5 if office(day, slot) and slot < closes and slot not in (24, 25) else 0

    found = opening_hours(frame(count), 30).weekdays
    assert found[0] == ((480, 720), (780, 1080))
    assert found[4] == ((480, 720), (780, 960))
    assert opening_hours(frame(lambda day, slot: 10 if 16 <= slot < 40 else 1), 30).weekdays == (((0, 1440),),) * 7


def test_calls_after_closing_that_nobody_ever_handles_open_nothing() -> None:
    rows = frame(lambda day, slot: 8 if office(day, slot) else 4 if day.weekday() < 5 and slot == 36 else 0)
    rows["handled"] = rows["offered"].where([at.hour < 18 for at in rows["start"]], 0.0)
    assert opening_hours(rows, 30).weekdays == EIGHT_TO_SIX


NEW, GONE = dt.date(2026, 11, 9), dt.date(2026, 9, 7)
"""Eight weeks and seventeen before the end of 52 weeks from 5 January 2026."""
SATURDAY = {5: ((540, 750),)}


def saturday(day: dt.date, slot: int) -> bool:
    return day.weekday() == 5 and 18 <= slot < 25


@pytest.mark.parametrize(
    ("count", "opened", "closed"),
    [
        (lambda day, slot: office(day, slot) or (saturday(day, slot) and day >= NEW), SATURDAY, {}),
        (lambda day, slot: office(day, slot) or (saturday(day, slot) and day < GONE), {}, SATURDAY),
        (lambda day, slot: office(day, slot) and (slot > 17 or day >= NEW), dict.fromkeys(range(5), ((480, 540),)), {}),
        (lambda day, slot: office(day, slot) and (slot < 34 or day < GONE), {},
         dict.fromkeys(range(5), ((1020, 1080),))),
    ],
)  # fmt: skip
def test_hours_that_changed_are_those_of_the_last_weeks(
    count: Callable[[dt.date, int], bool], opened: dict[int, object], closed: dict[int, object]
) -> None:
    def contacts(day: dt.date, slot: int) -> int:
        return count(day, slot) * (1 if slot < 18 else 4)

    found = opening_hours(frame(contacts, weeks=52), 30)
    assert found.opened == tuple(opened.get(day, ()) for day in range(7))
    assert found.closed == tuple(closed.get(day, ()) for day in range(7))
    now = opening_hours(frame(lambda day, slot: contacts(day + dt.timedelta(days=364), slot)), 30)
    assert found.weekdays == now.weekdays


def test_two_strays_of_the_last_weeks_open_nothing() -> None:
    def count(day: dt.date, slot: int) -> int:
        return 5 if office(day, slot) else int(slot == 37 and day in (NEW, NEW + dt.timedelta(days=14)))

    assert opening_hours(frame(count, weeks=52), 30).weekdays == EIGHT_TO_SIX


def test_an_export_made_at_noon_has_no_zeros_for_the_afternoon(tmp_path: Path) -> None:
    """Neither has the morning before its first row; the half hours between that had no call are zeros."""

    def line(day: dt.date, slot: int) -> str:
        begun = (day, slot) >= (dt.date(2026, 9, 7), 24)
        made = (day, slot) < (dt.date(2026, 10, 2), 25)
        return f"{stamp(day, slot)};2;270" if begun and made and (day.day + slot) % 3 else ""

    made, _ = write_centre(import_history(export(tmp_path, line), PARIS), PARIS, Stand("c"), tmp_path / "c", "en")
    frame = made.history.frame
    assert len(frame) == 20 * 20 - 8 - 11
    assert frame["offered"].eq(0).sum() == pytest.approx(len(frame) / 3, abs=2)


def test_a_centre_that_opens_longer_since_last_month_is_planned_so_and_was_not_silent_before(tmp_path: Path) -> None:
    """The export leaves empty half hours out; those of 17 h that nobody served for a year are no zeros."""

    def line(day: dt.date, slot: int) -> str:
        open_ = slot < 34 or day >= dt.date(2027, 7, 20)
        return f"{stamp(day, slot)};2;270" if open_ and (day.day + slot) % 3 else ""

    path = export(tmp_path, line, days=364)
    made, notes = write_centre(import_history(path, PARIS), PARIS, Stand("c"), tmp_path / "c", "en")
    assert made.channels[0].opening.weekdays == EIGHT_TO_SIX
    late = made.history.frame[made.history.frame["start"].dt.hour == 17]
    assert late["start"].min().date() == dt.date(2027, 7, 20)
    assert late["offered"].mean() == pytest.approx(4 / 3, rel=0.05)
    (zeros,) = (dict(n.values)["rows"] for n in notes if n.key == "never_zero")
    assert zeros == str(made.history.frame["offered"].eq(0).sum())


def export(tmp_path: Path, line: Callable[[dt.date, int], str], head: str = HEAD, days: int = 28) -> Path:
    """A table of office half hours from Monday 7 September 2026."""
    dates = [dt.date(2026, 9, 7) + dt.timedelta(days=i) for i in range(days)]
    rows = [line(day, slot) for day in dates if day.weekday() < 5 for slot in range(16, 36)]
    return samples.write(tmp_path, "export.csv", "\n".join([head, *filter(None, rows)]))


def stamp(day: dt.date, slot: int) -> str:
    return f"{day:%d/%m/%Y};{slot // 2:02d}:{slot % 2 * 30:02d}"


def test_an_export_that_never_writes_a_zero_is_read_with_its_zeros(tmp_path: Path) -> None:
    path = export(tmp_path, lambda day, slot: f"{stamp(day, slot)};2;270" if (day.day + slot) % 3 else "")
    made, notes = write_centre(import_history(path, PARIS), PARIS, Stand("c"), tmp_path / "c", "en")
    assert len(made.history.frame) == 20 * 20
    assert made.history.frame["offered"].mean() == pytest.approx(4 / 3, rel=0.02)
    assert "never_zero" in {n.key for n in notes}


def test_email_and_chat_get_queues_of_their_kind(tmp_path: Path) -> None:
    path = export(
        tmp_path,
        lambda day, slot: "\n".join(
            f"{stamp(day, slot)};{name};6;{aht}" for name, aht in (("Téléphone", 270), ("E-mail", 900), ("Tchat", 600))
        ),
        "Date;Heure;Canal;Contacts reçus;DMT",
    )
    made, notes = write_centre(import_history(path, PARIS), PARIS, Stand("c"), tmp_path / "c", "en")
    kinds = {c.name: (c.kind, made.queue(c.queue).kind) for c in made.channels}
    assert kinds == {"Téléphone": ("phone", "phone"), "E-mail": ("email", "email"), "Tchat": ("chat", "chat")}
    assert made.queue("chat").concurrency > 1
    assert {"made_email", "made_chat"} <= {n.key for n in notes}
    assert made.team.agents[0].serves("mail")


def test_a_line_answered_on_sundays_gets_contracts_that_work_them_and_says_so(tmp_path: Path) -> None:
    first, clock = dt.date(2026, 3, 2), [f"{hour:02d}:{minute}" for hour in range(9, 13) for minute in ("00", "30")]
    rows = [f"{first + dt.timedelta(day)};{at};6;240" for day in range(28) for at in clock]
    for name, kept in (("seven", rows), ("six", [row for i, row in enumerate(rows) if i // 8 % 7 < 6])):
        path = tmp_path / f"{name}.csv"
        path.write_text("\n".join(["Date;Heure;Appels reçus;DMC", *kept, ""]), "utf-8")
        stand = Stand("c", rules="fr_private_idcc2098")
        made, notes = write_centre(import_history(path, PARIS), PARIS, stand, tmp_path / name, "en")
        assert {c.sundays for c in made.team.contracts} == {name == "seven"}
        assert any(n.key == "sundays" for n in notes) == (name == "seven")


def test_a_genesys_medium_decides_whatever_the_queue_is_called(tmp_path: Path) -> None:
    path = samples.write(tmp_path, "g.csv", samples.GENESYS.replace(",voice,", ",email,"))
    assert dict(import_history(path, PARIS).kinds) == {"Front": "email"}


def test_answers_and_measured_patience_stay_in_the_folder(tmp_path: Path) -> None:
    log = tmp_path / "queue_log"
    samples.queue_log(log, 3000, seed=2)
    read = import_history(log, PARIS, answers=Answers(wrap_up_s=45.0))
    made, _ = write_centre(read, PARIS, Stand("c"), tmp_path / "c", "fr")
    waited = sum(p.mean_s * p.abandoned for p in read.patience) / sum(p.abandoned for p in read.patience)
    assert made.queue("front").patience_s == pytest.approx(waited, abs=0.5)
    toml = (tmp_path / "c" / "centre.toml").read_text("utf-8")
    assert "wrap_up_s = 45\n" in toml
    assert any("45 s de post-appel" in remark.found for remark in read_centre(tmp_path / "c").remarks)


def test_patience_is_estimated_from_waits_and_abandonments_where_there_are_enough(tmp_path: Path) -> None:
    head = "Date;Heure;Appels reçus;Appels abandonnés;Attente moyenne;DMC"
    for name, gave_up, patience in (("many", 1, 90.0), ("none", 0, 180.0)):
        path = export(tmp_path, lambda day, slot, gave_up=gave_up: f"{stamp(day, slot)};6;{gave_up};15;240", head)
        made, notes = write_centre(import_history(path, PARIS), PARIS, Stand("c"), tmp_path / name, "en")
        assert made.queue("front").patience_s == patience
        assert any(n.key == "patience_estimated" for n in notes) == bool(gave_up)


def test_a_stand_in_for_handle_times_is_said_and_stays_with_the_centre(tmp_path: Path) -> None:
    for name, head, said in (
        ("without", "Date;Heure;Appels reçus", True),
        ("with", "Date;Heure;Appels reçus;DMC", False),
    ):
        path = export(tmp_path, lambda day, slot, said=said: f"{stamp(day, slot)};6" + ("" if said else ";240"), head)
        write_centre(import_history(path, PARIS), PARIS, Stand("c", aht_s=210.0), tmp_path / name, "fr")
        told = [
            r.found for r in read_centre(tmp_path / name).remarks if "210 s par contact en tiennent lieu" in r.found
        ]
        assert bool(told) == said


def test_questions_are_answered_by_options_of_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = export(tmp_path, lambda day, slot: f"{stamp(day, slot)};6;240", "Date;Heure;Appels reçus;DMC")
    for name, options, asked in (("a", [], True), ("b", ["--wrap-up-s", "30", "--counted", "end"], False)):
        with pytest.raises(SystemExit) as left:
            main(["import", str(path), "--into", str(tmp_path / name), "--language", "en", *options])
        assert left.value.code == 0
        assert ("--wrap-up-s" in capsys.readouterr().err) == asked
    assert 'counted = "end"' in (tmp_path / "b" / "centre.toml").read_text("utf-8")
    assert import_history(tmp_path / "b" / "history.csv", PARIS).frame["aht_s"].tolist() == [270.0] * 400


def test_a_refused_import_leaves_nothing_behind(tmp_path: Path) -> None:
    path = export(tmp_path, lambda day, slot: f"{stamp(day, slot)};6,5;270")
    with pytest.raises(BadInput, match="offered"):
        write_centre(import_history(path, PARIS), PARIS, Stand("c"), tmp_path / "deep" / "c", "en")
    assert [p.name for p in tmp_path.iterdir()] == ["export.csv"]


@contextmanager
def little_room() -> Iterator[None]:
    """No file may grow beyond 4 kB."""
    before, ignored = resource.getrlimit(resource.RLIMIT_FSIZE), signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (4096, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, before)
        signal.signal(signal.SIGXFSZ, ignored)


def test_a_disk_that_takes_no_more_is_told_and_leaves_nothing_behind(tmp_path: Path) -> None:
    path = export(tmp_path, lambda day, slot: f"{stamp(day, slot)};6;270")
    read = import_history(path, PARIS)
    with little_room(), pytest.raises(BadInput, match="room and leave to write"):
        write_centre(read, PARIS, Stand("c"), tmp_path / "c", "en")
    assert [p.name for p in tmp_path.iterdir()] == ["export.csv"]


def test_an_import_killed_at_any_moment_leaves_the_whole_folder_or_none(tmp_path: Path) -> None:
    path = export(tmp_path, lambda day, slot: f"{stamp(day, slot)};6;270")
    read, draw = import_history(path, PARIS), random.Random(1)
    for number in range(12):
        into = tmp_path / f"c{number}"
        child = os.fork()
        if not child:
            write_centre(read, PARIS, Stand("c"), into, "en")
            os._exit(0)
        time.sleep(draw.random() * 0.1)
        os.kill(child, signal.SIGKILL)
        os.waitpid(child, 0)
        if into.exists():
            assert len(read_centre(into).history.frame) == 400
        else:
            write_centre(read, PARIS, Stand("c"), into, "en")
    assert {p.name for p in tmp_path.iterdir()} == {"export.csv", *(f"c{n}" for n in range(12))}


def test_the_next_import_sweeps_what_a_killed_one_left_and_no_living_one(tmp_path: Path) -> None:
    path = export(tmp_path, lambda day, slot: f"{stamp(day, slot)};6;270")
    read, made = import_history(path, PARIS), []
    for _ in range(2):
        told, begun = os.pipe()
        child = os.fork()
        if not child:
            with half_made(tmp_path / "c", folder=True) as half:
                (half / "history.csv").write_text("half")
                os.write(begun, half.name.encode())
                time.sleep(60)
        made.append((child, os.read(told, 100).decode()))
        if len(made) == 1:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
    strangers = (".c.notes.part", ".cd.00000000.part", ".c.0000000g.part")
    for name in strangers:
        (tmp_path / name).write_text("somebody's own")
    try:
        assert len(write_centre(read, PARIS, Stand("c"), tmp_path / "c", "en")[0].history.frame) == 400
        assert {p.name for p in tmp_path.iterdir()} == {"export.csv", "c", made[1][1], *strangers}
    finally:
        os.kill(made[1][0], signal.SIGKILL)
        os.waitpid(made[1][0], 0)
    with replacing(tmp_path / "c.csv") as part:
        assert [p.name for p in tmp_path.glob(".c.csv.*")] == [part.name]
        with replacing(tmp_path / "c.csv") as other:
            other.write_text("second")
        part.write_text("first")
    assert (tmp_path / "c.csv").read_text() == "first"


def test_a_link_stays_and_a_pipe_is_written_itself(tmp_path: Path) -> None:
    kept, link, pipe = tmp_path / "kept.csv", tmp_path / "link.csv", tmp_path / "pipe"
    kept.write_text("first")
    link.symlink_to(kept)
    write_texts({link: "second"})
    assert link.is_symlink() and kept.read_text() == "second"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    try:
        write_texts({pipe: "third"})
        assert os.read(reader, 100) == b"third" and pipe.is_fifo()
    finally:
        os.close(reader)
    assert {p.name for p in tmp_path.iterdir()} == {"kept.csv", "link.csv", "pipe"}


def test_of_several_files_none_takes_its_place_before_all_are_written(tmp_path: Path) -> None:
    first, second = tmp_path / "first.csv", tmp_path / "second.csv"
    first.write_text("earlier")
    with little_room(), pytest.raises(OSError, match=r"second\.csv"):
        write_texts({first: "new", second: "new" * 4096})
    assert first.read_text() == "earlier" and [p.name for p in tmp_path.iterdir()] == ["first.csv"]


def test_a_folder_is_copied_whole_or_not_at_all(tmp_path: Path) -> None:
    folder = tmp_path / "centre"
    folder.mkdir()
    (folder / "agents.csv").write_text("id")
    (folder / "history.csv").write_text("start" * 4096)
    with little_room(), pytest.raises(OSError, match="too large"):
        copy_folder(folder, tmp_path / "copy")
    assert [p.name for p in tmp_path.iterdir()] == ["centre"]
    copy_folder(folder, tmp_path / "copy")
    assert {p.name for p in (tmp_path / "copy").iterdir()} == {"agents.csv", "history.csv"}


def test_a_history_is_written_as_pandas_would_write_it(tmp_path: Path) -> None:
    names = ("plain", 'a "b"', "c, d")
    starts = PARIS.span(dt.date(2026, 10, 25), dt.date(2026, 10, 25))
    draw = random.Random(1)
    rows = pd.DataFrame({"start": [at for at in starts for _ in names], "channel": [*names] * len(starts)})
    for column in COLUMNS[2:]:
        rows[column] = [draw.choice((0.0, 3.0, 271.123456789012, float("nan"), 1e9)) for _ in range(len(rows))]
    write_history(Imported("table", rows, PARIS), tmp_path / "h.csv")
    plain = rows.assign(start=[at.isoformat() for at in rows["start"]])
    text = plain.to_csv(index=False, float_format="%.10g", lineterminator="\n")
    assert (tmp_path / "h.csv").read_text("utf-8") == text


def test_a_team_is_proposed_from_the_load_of_the_mean_week() -> None:
    """4 erlangs in 100 half hours a week: (4 + 2) x 50 h, 7 paid hours in 10 at work, 32.5 h a contract."""
    rows = frame(lambda day, slot: 24 if office(day, slot) else 0)
    rows = rows.assign(channel="phone", handled=rows["offered"], abandoned=0.0, aht_s=300.0, wait_s=0.0)
    made = Imported("table", rows, PARIS)
    assert team_size(made, 300.0) == round(300 / 0.7 / 32.5) == 13
    assert team_size(made.__class__("table", rows.assign(aht_s=float("nan")), PARIS), 300.0) == 13
    ids = [line.split(",")[0] for line in agents_csv(Stand("c", agents=12), ["front"], "fr").splitlines()[1:]]
    assert made_up(ids) and not made_up([*ids, "n1-01"])
