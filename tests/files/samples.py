"""Exports as the tools write them, small and seeded, with the truth beside them."""

from __future__ import annotations

import datetime as dt
import random
from pathlib import Path

PARIS_WINTER_EPOCH_S = 1_764_573_000  # 2025-12-01 07:10:00 UTC, 08:10 in Paris
GENESYS = """Interval Start UTC Date,Queue,Media Type,Skill Set,Language,Offered,Interactions Handled,Total Handle Time
2026-01-05T07:00:00Z,Front,voice,tax|||housing,fr,4,3,900
2026-01-05T07:00:00Z,Front,voice,,fr,2,2,300
2026-01-05T07:15:00Z,Front,voice,,fr,5,5,1500
2026-01-05T07:15:00Z,Front,email,,fr,1,1,240
"""
AMAZON = """QueueName,QueueId,ChannelType,TimeStamp,IntervalDuration,IncomingContactVolume,\
AverageHandleTime,ContactsHandled
Front,q1,VOICE,2026-01-05T07:00:00Z,30mins,10,300,9
Front,q1,VOICE,2026-01-05T07:30:00Z,30mins,12,310.5,12
Front,q1,VOICE,2026-01-05T07:00:00Z,30mins,11,305,10
"""
CALABRIO = """15;2026-01-05;08:00;7;Front;8;1;1;0;8;160;30;2000;400;60;30;4;7;0;0;1
15;2026-01-05;08:15;7;Front;6;0;0;0;6;90;0;1500;300;40;0;4;6;0;0;0
"""
FRENCH = "Date;Tranche horaire;Appels reçus;Appels décrochés;Appels abandonnés;DMT\r\n" + "\r\n".join(
    f"05/01/2026;{hour:02d}:{minute:02d} - {hour:02d}:{minute + 29:02d};1 2{hour:02d};{hour * 10};3;4:30"
    for hour in (8, 9, 10)
    for minute in (0, 30)
)


def write(folder: Path, name: str, text: str, encoding: str = "utf-8") -> Path:
    path = folder / name
    path.write_bytes(text.encode(encoding))
    return path


def queue_log(path: Path, calls: int, seed: int = 1, *, damage: float = 0.0) -> None:
    """A log of that many calls, about five events a call, some of its lines cut or dropped at rate ``damage``."""
    draw = random.Random(seed)
    with path.open("w", encoding="utf-8", newline="\n") as out:
        pending: list[tuple[int, int, str]] = []
        at = PARIS_WINTER_EPOCH_S
        for call in range(calls):
            at += draw.randrange(0, 20)
            while pending and pending[0][0] <= at:
                _put(out, pending.pop(0), draw, damage)
            pending += _events(call, at, draw)
            pending.sort()
        for event in pending:
            _put(out, event, draw, damage)


def _events(call: int, at: int, draw: random.Random) -> list[tuple[int, int, str]]:
    queue = draw.choice(("front", "expert", "600"))
    name, wait, talk = f"{at}.{call}", draw.randrange(0, 120), draw.randrange(10, 900)
    agent = f"SIP/{draw.randrange(100, 140)}"
    lines = [(at, f"{name}|{queue}|NONE|ENTERQUEUE||0612345678|1")]
    fate = draw.random()
    if fate < 0.12:
        lines.append((at + wait, f"{name}|{queue}|NONE|ABANDON|1|1|{wait}"))
    elif fate < 0.15:
        lines.append((at + wait, f"{name}|{queue}|NONE|EXITWITHTIMEOUT|1|1|{wait}"))
    else:
        lines.append((at + wait // 2, f"{name}|{queue}|{agent}|RINGNOANSWER|5000"))
        lines.append((at + wait, f"{name}|{queue}|{agent}|CONNECT|{wait}|{name}|3"))
        ending = draw.choice(("COMPLETEAGENT", "COMPLETECALLER"))
        lines.append((at + wait + talk, f"{name}|{queue}|{agent}|{ending}|{wait}|{talk}|1"))
    return [(when, call * 10 + i, line) for i, (when, line) in enumerate(lines)]


def _put(out: object, event: tuple[int, int, str], draw: random.Random, damage: float) -> None:
    line = f"{event[0]}|{event[2]}"
    if draw.random() < damage:
        line = line[: draw.randrange(0, len(line))] if draw.random() < 0.5 else ""
    if line:
        out.write(line + "\n")  # type: ignore[attr-defined]


def counted_by_hand(path: Path) -> dict[str, int]:
    """Offered, answered, abandoned of a log, by reading it line after line: another way to the same numbers."""
    open_visits: dict[tuple[str, str], bool] = {}
    counts = {"offered": 0, "answered": 0, "abandoned": 0}
    rows = []
    for line in path.read_text("utf-8").splitlines():
        parts = line.split("|")
        if len(parts) >= 5 and parts[0].isdigit() and len(parts[0]) == 10 and parts[1] and parts[2]:
            rows.append((int(parts[0]), parts))
    for _, parts in sorted(rows, key=lambda row: row[0]):
        key, event = (parts[1], parts[2]), parts[4]
        if event == "ENTERQUEUE":
            counts["offered"] += 1
            open_visits[key] = True
        elif event in ("CONNECT", "ABANDON", "EXITWITHTIMEOUT", "EXITWITHKEY", "EXITEMPTY") and open_visits.get(key):
            open_visits[key] = False
            counts["answered"] += event == "CONNECT"
            counts["abandoned"] += event == "ABANDON"
    return counts


def clock(text: str) -> dt.datetime:
    return dt.datetime.fromisoformat(text)
