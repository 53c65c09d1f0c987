"""Lists of calls, one a row, become a history: each contact where it arrives, and what was counted is said."""

from __future__ import annotations

import datetime as dt
import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

import pytest

from forecasts.grid import Grid
from staffing.cli import main
from staffing.files.history_import import detect, import_history
from staffing.files.imported import Answers, Imported
from staffing.files.reading import read_table
from staffing.gate.read import read_centre
from staffing.problems import BadInput
from tests.files import samples

PARIS = Grid("Europe/Paris", 30)


@dataclass(frozen=True)
class Call:
    at: dt.datetime
    queue: str
    wait_s: int
    talk_s: int
    answered: bool


def some(count: int = 1500, seed: int = 1) -> list[Call]:
    """Calls of two queues on ten days from 08:00 to 18:00."""
    draw, calls = random.Random(seed), []
    for _ in range(count):
        day = dt.datetime(2026, 9, 7) + dt.timedelta(days=draw.choice((0, 1, 2, 3, 4, 7, 8, 9, 10, 11)))
        at, answered = day + dt.timedelta(seconds=draw.randrange(8 * 3600, 18 * 3600)), draw.random() < 0.9
        queue, wait_s = draw.choice(("Accueil", "Accueil", "Technique")), draw.randrange(120)
        calls.append(Call(at, queue, wait_s, draw.randrange(60, 600) if answered else 0, answered))
    return sorted(calls, key=lambda call: call.at)


CALLS = some()


def clock(seconds: int) -> str:
    return f"{seconds // 3600:02d}:{seconds // 60 % 60:02d}:{seconds % 60:02d}"


def french(call: Call) -> str:
    how = "Répondu" if call.answered else "Abandonné"
    return f"{call.at:%d/%m/%Y;%H:%M:%S};{call.queue};{clock(call.wait_s)};{clock(call.talk_s)};{how};Zoé {call.wait_s}"


def english(call: Call) -> str:
    how = "answered" if call.answered else "abandoned"
    return f"{call.at:%Y-%m-%d %H:%M:%S},{call.queue},{call.wait_s},{call.talk_s},{how}"


def american(call: Call) -> str:
    how = "Answered" if call.answered else "Missed"
    return f"{call.at:%m/%d/%Y %I:%M:%S %p},Inbound,{call.queue},{call.wait_s},{call.talk_s},{how}"


def records(call: Call) -> str:
    how = "ANSWERED" if call.answered else "NO ANSWER"
    return f"{call.at:%Y-%m-%d %H:%M:%S},0612345678,{call.queue},SIP/7,{call.wait_s},{call.talk_s},{how}"


FRENCH = "Date appel;Heure appel;File;Durée attente;Durée conversation;Statut;Conseiller"
ENGLISH = "Call start,Queue,Wait time,Handle time,Outcome"
AMERICAN = "Date/Time,Call Type,Queue,Wait Time,Talk Time,Result"
RECORDS = "calldate,src,dst,channel,hold,billsec,disposition"
TOLD = {"start": "calldate", "queue": "dst", "wait": "hold", "service": "billsec", "outcome": "disposition"}


def listed(folder: Path, header: str, row: Callable[[Call], str], more: tuple[str, ...] = ()) -> Path:
    return samples.write(folder, "calls.csv", "\r\n".join([header, *map(row, CALLS), *more]), "cp1252")


def as_called(read: Imported) -> bool:
    """Every interval of either queue has the calls that arrived in it, and the answered and abandoned of them."""

    def key(call: Call) -> tuple[str, str]:
        return call.queue, f"{call.at:%d %H}:{call.at.minute // 30 * 30:02d}"

    rows = read.frame[["channel", "start", "offered", "handled", "abandoned"]].itertuples(index=False)
    found = [((c, f"{at:%d %H:%M}"), (o, h, a)) for c, at, o, h, a in rows if o]
    offered, handled = Counter(map(key, CALLS)), Counter(key(call) for call in CALLS if call.answered)
    truth = {k: (float(n), float(handled[k]), float(n - handled[k])) for k, n in offered.items()}
    return len(found) == len(truth) and dict(found) == truth


@pytest.mark.parametrize(
    ("header", "row", "told"),
    [(FRENCH, french, {}), (ENGLISH, english, {}), (AMERICAN, american, {}), (RECORDS, records, TOLD)],
)
def test_each_call_counts_where_it_arrives(
    tmp_path: Path, header: str, row: Callable[[Call], str], told: dict[str, str]
) -> None:
    read = import_history(listed(tmp_path, header, row), PARIS, answers=Answers(columns=told))
    assert read.profile == "calls" and as_called(read)
    talked = sum(call.talk_s for call in CALLS)
    assert (read.frame["aht_s"] * read.frame["handled"]).sum() == pytest.approx(talked)
    assert (read.frame["wait_s"] * read.frame["offered"]).sum() == pytest.approx(sum(c.wait_s for c in CALLS))
    assert read.questions == (() if header == ENGLISH else ("wrap_up_s",))


def test_a_list_of_calls_becomes_a_centre_that_says_what_was_counted(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    path, into = listed(tmp_path, FRENCH, french), tmp_path / "centre"
    with pytest.raises(SystemExit) as left:
        main(["import", str(path), "--into", str(into), "--language", "fr"])
    assert left.value.code == 0
    answered = sum(call.answered for call in CALLS)
    told = capsys.readouterr().err.replace("\u202f", " ")
    assert f"1 500 appels donnés un par un sont comptés là où ils arrivent : 1 {answered - 1000} décrochés" in told
    assert "--wrap-up-s" in told and "Patience mesurée" in told
    assert read_centre(into).history.frame["offered"].sum() == len(CALLS)


def test_calls_outward_totals_and_calls_without_a_queue_are_told(tmp_path: Path) -> None:
    more = (
        "09/07/2026 09:01:02 AM,Outbound,Accueil,0,90,Answered", "09/07/2026 09:01:03 AM,Inbound,,4,90,Answered",
        "Total,,,,,",
    )  # fmt: skip
    read = import_history(listed(tmp_path, AMERICAN, american, more), PARIS)
    assert read.frame["offered"].sum() == len(CALLS) + 1
    assert {"calls_outward", "calls_nameless", "total_rows"} <= {n.key for n in read.notes}


def test_intervals_are_no_calls_even_with_waits_and_times(tmp_path: Path) -> None:
    """Half hours with means and without a count: each row taken for a call would be a forecast of one an interval."""
    rows = [f"07/09/2026;{8 + i // 2:02d}:{i % 2 * 30:02d}:00;A;20;270;12" for i in range(20)]
    header = "Date appel;Heure appel;File;Durée attente;Durée conversation;Nb"
    path = samples.write(tmp_path, "t.csv", "\n".join([header, *rows]))
    assert detect(read_table(path))[0].profile != "calls"
    with pytest.raises(BadInput, match="a row per queue and interval, or a row per call"):
        import_history(path, PARIS)


def test_every_fault_of_a_list_of_calls_is_told_with_its_row_and_column(tmp_path: Path) -> None:
    more = ("demain,Accueil,3,90,answered", "2026-09-18 09:00:01,Accueil,longtemps,90,answered")
    with pytest.raises(BadInput) as refused:
        import_history(listed(tmp_path, ENGLISH, english, more), PARIS)
    told = [str(problem).split(";")[0] for problem in refused.value.problems]
    assert told == [
        "calls.csv, row 1502, column Call start: found 'demain'",
        "calls.csv, row 1503, column Wait time: found 'longtemps'",
    ]


def test_outcomes_in_unknown_words_are_refused_with_those_words(tmp_path: Path) -> None:
    path = listed(tmp_path, ENGLISH, lambda call: english(call).replace("answered", "prata").replace("abandoned", "x"))
    with pytest.raises(BadInput, match=r"column Outcome: found .*prata.*expected answered calls"):
        import_history(path, PARIS)
