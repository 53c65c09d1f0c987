"""Recorded calls told again: records of an independent room, who was there read from the calls alone."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from forecasts.grid import Grid
from staffing.cli import main
from staffing.files.call_records import read_presence, read_records
from staffing.problems import BadInput
from staffing.simulation.records import ABANDONED, ANSWERED, LEFT, Presence, Records, Told, told_by
from staffing.simulation.replay import Replaying, replay
from staffing.sizing.erlang import measures
from tests.simulation.recorded import MONDAY_S, RING_S, SwitchRoom
from tests.simulation.rooms import stationary

GRID = Grid("Europe/Paris", 15)
ONE, TWO = {"a": 60.0}, {"a": 60.0, "b": 40.0}
CROWDS = {
    "busy": (ONE, [("a",)] * 6),
    "calm": (ONE, [("a",)] * 11),
    "skills": (TWO, [("a",)] * 5 + [("a", "b")] * 6 + [("b",)] * 3),
}


def recorded(path: Path, kind: str, seed: int = 1, days: int = 4) -> tuple[SwitchRoom, Path]:
    queues, takes = CROWDS[kind]
    room = SwitchRoom(queues, takes, days=days, seed=seed)
    room.table.to_csv(path / "calls.csv", index=False)
    (path / "queue_log").write_text(room.queue_log)
    return room, path


@pytest.mark.parametrize("kind", CROWDS)
@pytest.mark.parametrize("file", ["calls.csv", "queue_log"])
def test_what_happened_is_met_within_the_points_asked(tmp_path: Path, kind: str, file: str) -> None:
    """Wrap-up, ringing, breaks and shift ends are nowhere in the records; a part of the callers hangs up at once."""
    _, folder = recorded(tmp_path, kind)
    records = read_records(folder / file, GRID)
    told = told_by(records)
    found = replay(records, told, Replaying(times=5))
    assert abs(found.service_apart) <= 0.03 and abs(found.abandon_apart) <= 0.02 and found.near
    assert told.ring_s == pytest.approx(RING_S, abs=1.0)
    assert 15 < told.pause_s < 40, "25 s of wrap-up and 4 s of ringing, cut where breaks begin"


def test_agents_read_from_the_calls_are_there_about_as_long_as_they_were(tmp_path: Path) -> None:
    _, folder = recorded(tmp_path, "busy")
    there_h = 6 * 4 * (100 + 105 + 85 + 100) / 60
    assert told_by(read_records(folder / "calls.csv", GRID)).agent_hours == pytest.approx(there_h, rel=0.1)


def test_presence_may_be_told(tmp_path: Path) -> None:
    _, folder = recorded(tmp_path, "busy")
    rows = []
    for number in range(6):
        cuts = [0, 100 + 7 * (number % 5), 115 + 7 * (number % 5), 220, 265, 350, 365, 465]
        for day in range(4):
            begins = MONDAY_S + 86400 * day + 3600 * (8 + number % 3)
            rows += [(f"agent-{number}", begins + 60 * a, begins + 60 * b)
                     for a, b in zip(cuts[::2], cuts[1::2], strict=True)]  # fmt: skip
    frame = pd.DataFrame(rows, columns=["agent", "start", "end"])
    for column in ("start", "end"):
        frame[column] = [t.isoformat() for t in pd.to_datetime(frame[column], unit="s", utc=True)]
    frame.to_csv(folder / "present.csv", index=False)
    records = read_records(folder / "calls.csv", GRID)
    told = told_by(records, read_presence(folder / "present.csv", GRID, records))
    assert told.agent_hours == pytest.approx(156) and replay(records, told, Replaying(times=3)).near


@pytest.mark.parametrize(("kind", "spread"), [("busy", 0.8), ("busy", 1.5), ("calm", 0.8)])
def test_calls_that_name_no_agent_tell_how_many_were_there(tmp_path: Path, kind: str, spread: float) -> None:
    """Also where one call in a hundred lasts longer than ten mean ones."""
    queues, takes = CROWDS[kind]
    table = SwitchRoom(queues, takes, days=3, seed=2, spread=spread).table.assign(agent="")
    table.to_csv(tmp_path / "calls.csv", index=False)
    records = read_records(tmp_path / "calls.csv", GRID)
    told = told_by(records)
    assert replay(records, told, Replaying(times=4)).near
    assert told.agent_hours == pytest.approx(len(takes) * 3 * 6.5, rel=0.15)


def test_calls_whose_end_is_lacking_or_absurd_take_as_long_as_others_of_their_hour(tmp_path: Path) -> None:
    """One call in ten has no end, two never ended: their times are drawn, and end before the agent's next call."""
    room, _ = recorded(tmp_path, "busy")
    table = room.table
    answered = table.index[table["outcome"] == "answered"]
    table.loc[answered[::10], "talk"] = np.nan
    table.loc[answered[[11, 21]], "talk"] = 30 * 3600.0
    table.to_csv(tmp_path / "calls.csv", index=False)
    records = read_records(tmp_path / "calls.csv", GRID)
    calls = records.answered.sort_values(["agent", "from_s"])
    again = calls.groupby("agent")["from_s"].shift(-1)
    assert (calls["to_s"] <= again.fillna(np.inf) + 1e-6).all()
    drawn = records.frame["service_s"].dropna()
    assert drawn.nunique() > 100 and drawn.max() < 4 * 3600 and replay(records, told_by(records), Replaying()).near


def test_heavy_tails_do_not_add_agents(tmp_path: Path) -> None:
    """Who is still on a long call when his break ends is not there twice."""
    queues, takes = CROWDS["busy"]
    SwitchRoom(queues, takes, days=4, seed=1, spread=1.5).table.to_csv(tmp_path / "calls.csv", index=False)
    records = read_records(tmp_path / "calls.csv", GRID)
    found = replay(records, told_by(records), Replaying(times=5))
    assert abs(found.service_apart) < 0.025 and abs(found.abandon_apart) < 0.02


def test_an_agent_fewer_is_seen(tmp_path: Path) -> None:
    """The verdict can fail: one of six agents struck out is no longer what happened."""
    _, folder = recorded(tmp_path, "busy")
    records = read_records(folder / "calls.csv", GRID)
    told = told_by(records)
    fewer = Told(told.ring_s, told.pause_s, tuple(p for p in told.present if p.agent != "agent-0"))
    assert not replay(records, fewer, Replaying(times=3)).near


def test_a_replay_of_constant_staff_meets_erlang_a() -> None:
    calls, rng = stationary(20.0, 240.0, 40_000, seed=3), np.random.default_rng(1)
    patience, offered = rng.exponential(150.0, 40_000), rng.exponential(100.0, 40_000)
    answered = offered < patience
    frame = pd.DataFrame({
        "arrival_s": calls.arrival_s, "queue": "q", "wait_s": np.minimum(offered, patience),
        "service_s": np.where(answered, calls.work_s, np.nan),
        "outcome": np.where(answered, ANSWERED, ABANDONED), "agent": "",
    })  # fmt: skip
    there = tuple(Presence(f"p{i}", -1.0, float(calls.arrival_s[-1]) + 1, ("q",)) for i in range(20))
    found = replay(Records(frame), Told(0.0, 0.0, there), Replaying(times=2)).frame.iloc[-1]
    exact = measures(20.0, 20, 240.0, 20.0, patience=150.0)
    assert found["played_in_time"] == pytest.approx(float(exact.service_level), abs=0.02)
    assert found["played_gave_up"] == pytest.approx(float(exact.abandon), abs=0.01)


def test_a_bank_s_columns_are_read_as_they_stand(tmp_path: Path) -> None:
    """Date of six digits, clocks apart, outcomes AGENT, HANG and PHANTOM."""
    path = tmp_path / "january.txt"
    path.write_text(
        "vru+line\tcall_id\tpriority\ttype\tdate\tvru_exit\tq_start\tq_exit\tq_time\toutcome\tser_start\tser_time\tserver\n"
        "AA0101\t1\t0\tPS\t990104\t10:00:00\t10:00:00\t10:00:30\t30\tAGENT\t10:00:30\t125\tMICHAL\n"
        "AA0102\t2\t2\tNW\t990104\t8:01:00\t0:00:00\t0:00:00\t0\tAGENT\t8:01:00\t60\tZOHARI\n"
        "AA0103\t3\t1\tPS\t990104\t10:02:00\t10:02:00\t10:02:11\t11\tHANG\t0:00:00\t0\tNO_SERVER\n"
        "AA0104\t4\t1\tPS\t990104\t10:03:00\t0:00:00\t0:00:00\t0\tPHANTOM\t0:00:00\t0\tNO_SERVER\n"
    )
    frame = read_records(path, Grid("Asia/Jerusalem", 15)).frame
    assert frame["outcome"].tolist() == [ANSWERED, ANSWERED, ABANDONED, LEFT]
    assert frame["agent"].tolist() == ["ZOHARI", "MICHAL", "", ""]
    assert frame["queue"].tolist() == [
        "NW",
        "PS",
        "PS",
        "PS",
    ]
    first = pd.Timestamp("1999-01-04T08:01+02:00").timestamp()
    assert frame["arrival_s"].tolist() == [first, first + 7140, first + 7260, first + 7320]


def test_every_problem_of_records_is_told(tmp_path: Path) -> None:
    path = tmp_path / "calls.csv"
    path.write_text("arrival,wait,talk\n2026-01-05 09:00,5,60\nsoon,-3,60\n")
    with pytest.raises(BadInput) as refused:
        read_records(path, GRID)
    assert len(refused.value.problems) == 2
    path.write_text("arrival,talk\n2026-01-05 09:00,60\n")
    with pytest.raises(BadInput, match="wait"):
        read_records(path, GRID)


@pytest.mark.parametrize(
    ("header", "queue"),
    [
        ("arrival,wait,service", "calls"),
        ("start,wait,service", "calls"),
        ("arrival,wait,talk,service", "sales"),
        ("arrivee,attente,dmc,service", "sales"),
        ("arrival,wait,service,queue", "sales"),
        ("start,wait,service,queue,outcome,agent", "sales"),
    ],
)
def test_the_columns_the_help_asks_for_are_read(tmp_path: Path, header: str, queue: str) -> None:
    """``service`` is the time of a call, or the queue where another column is that time."""
    path, rest = tmp_path / "calls.csv", ["sales", "answered", "ada"][: header.count(",") - 2]
    path.write_text(f"{header}\n" + ",".join(["2026-01-05 09:00", "5", "60", *rest]) + "\n")
    call = read_records(path, GRID).frame.iloc[0]
    assert (call["queue"], call["wait_s"], call["service_s"]) == (queue, 5, 60)


def test_patience_nobody_showed_is_a_dash(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    rows = [f"2026-01-05 09:{minute:02d},5,60" for minute in range(60)]
    (tmp_path / "calls.csv").write_text("\n".join(["arrival,wait,service", *rows]))
    with pytest.raises(SystemExit):
        main(["replay", str(tmp_path / "calls.csv"), "--plays", "1", "--language", "en"])
    told = capsys.readouterr().out
    assert told.count(" – s\n") == 2 and "nan" not in told


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_command_says_what_was_and_what_is_played(
    tmp_path: Path, language: str, capsys: pytest.CaptureFixture[str]
) -> None:
    _, folder = recorded(tmp_path, "skills", days=2)
    out = tmp_path / "out.csv"
    asked = ["replay", str(folder / "queue_log"), "--plays", "3", "--language", language, "--out", str(out)]
    with pytest.raises(SystemExit) as left:
        main(asked)
    told = capsys.readouterr().out
    assert not left.value.code and ("Near" in told or "Proche" in told)
    assert len(pd.read_csv(out)) == 3
