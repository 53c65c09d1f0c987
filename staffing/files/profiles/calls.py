"""Calls one by one, as many switches list them: a row a call with its arrival, wait, time and outcome."""

from __future__ import annotations

import re
from typing import ClassVar

import numpy as np
import pandas as pd

from forecasts.grid import Grid
from staffing.files.call_records import ANSWERED_OR_NOT, WORDS, named_in, outcome_of, stamps_of
from staffing.files.cells import Faults, durations_s, instants, text
from staffing.files.imported import Answers, Reading
from staffing.files.mapper import plain, propose
from staffing.files.media import media
from staffing.files.notes import Note, note
from staffing.files.profiles.queue_log import intervals_of, patience_of
from staffing.files.reading import Table
from staffing.files.stamps import totals

ALSO = {
    "wrap": r"(after ?call ?work|acw|wrap ?up|after ?work|(temps|duree)?( de)? ?post ?appel)( ?time)?",
    "direction": r"direction|sens|call ?(type|direction)|type( d'?)? ?appel",
}
OUTWARD, INWARD = (
    re.compile(r"out.*|sortant.*|emis.*|intern.*"),
    re.compile(r"in(bound|coming)?( call)?|entrant.*|recu.*"),
)
CLOCK = r"(\d{1,2})[:hH](\d{2})(?::(\d{2}))?"
SEEN = 50
OWN_NAMES = {"channel": "queue", "wait_s": "wait", "talk_s": "service", "aht_s": "service", "wrap_s": "wrap"}
"""What the other forms call the same columns."""


class Calls:
    """Each row is one contact, offered where it arrives. It is answered or abandoned by its outcome, or where none is
    written by whether anybody spoke; ended otherwise (voice mail, overflow) it is offered alone. Handle time is talk
    and wrap-up; calls outward are left out."""

    key: ClassVar[str] = "calls"

    def confidence(self, table: Table) -> float:
        """Times of day off the marks of five minutes tell calls from intervals."""
        if table.events or propose(table.headers()).enough:
            return 0.0
        body = table.body().iloc[:SEEN]
        named = named_in(list(body.columns), {})
        timed = "start" in named or {"date", "time"} <= set(named)
        if not timed or not {"service", "outcome"} & set(named) or not len(body):
            return 0.0
        found = stamps_of(body, named).str.extract(CLOCK).astype("float64")
        off = (found[1] % 5 != 0) | (found[2].fillna(0) != 0)
        return 0.6 if off[found[1].notna()].mean() > 0.5 else 0.0

    def read(self, table: Table, grid: Grid, answers: Answers, faults: Faults) -> Reading | None:
        body = table.body()
        named = _named(body, answers, faults)
        if named is None:
            return None
        notes = [note("columns_read", columns=", ".join(f"{f} = {h}" for f, h in named.items()))]
        if unused := [header for header in body.columns if header and header not in named.values()]:
            notes.append(note("columns_unused", columns=", ".join(unused)[:300]))
        body = _kept(body, named, notes)
        calls = _calls(body, named, grid, answers, faults, notes)
        if not len(calls) or faults.problems:
            return None
        ended = calls["outcome"].map(ANSWERED_OR_NOT)
        counts = {name: int((calls["outcome"] == name).sum()) for name in ANSWERED_OR_NOT}
        notes.append(note("calls_counted", offered=len(calls), **counts))
        visits = calls.assign(outcome=ended)
        asks = ("wrap_up_s",) if "service" in named and "wrap" not in named and _talk(named["service"]) else ()
        kinds = media(calls["queue"].drop_duplicates(), [""] * calls["queue"].nunique())
        tally = (("offered", len(calls)), *counts.items())
        frame, patience = intervals_of(visits, grid), patience_of(visits)
        return Reading(frame, grid.interval_min, tuple(notes), asks, False, False, patience, tally, kinds)


def _named(body: pd.DataFrame, answers: Answers, faults: Faults) -> dict[str, str] | None:
    """Field -> header; None after a fault."""
    told = {OWN_NAMES.get(field, field): header for field, header in answers.columns.items()}
    for field, header in told.items():
        if field not in {*WORDS, *ALSO} or header not in body.columns:
            faults.whole(f"{field}={header}", f"one of {', '.join(WORDS)} and a column", "Correct --column.")
    also = {f: h for f, pattern in ALSO.items() for h in body.columns if h and re.fullmatch(pattern, plain(h))}
    if "direction" in also and not _directions(body[also["direction"]]):
        del also["direction"]
    rest = [header for header in body.columns if header not in also.values()]
    named = named_in(rest, told) | also | {field: told[field] for field in ALSO if field in told}
    timed = "start" in named or {"date", "time"} <= set(named)
    if not timed or not {"service", "outcome"} & set(named):
        have = ", ".join(body.columns)[:300]
        faults.whole(f"columns {have}", "arrival (or date and time), wait, service", "Say which: --column wait=HEADER.")
    return None if faults.problems else named


def _directions(cells: pd.Series) -> bool:
    """Whether a column says which way calls went."""
    words = cells.dropna().map(plain)
    return bool((words.str.fullmatch(OUTWARD) | words.str.fullmatch(INWARD)).all())


def _kept(body: pd.DataFrame, named: dict[str, str], notes: list[Note]) -> pd.DataFrame:
    """The calls that came in: no totals, no calls outward."""
    if (added := totals(body, {"channel": named["queue"], **named} if "queue" in named else named)).any():
        notes.append(note("total_rows", rows=int(added.sum())))
        body = body[~added]
    if "direction" in named:
        outward = body[named["direction"]].fillna("").map(plain).str.fullmatch(OUTWARD).to_numpy(dtype=bool)
        if outward.any():
            notes.append(note("calls_outward", rows=int(outward.sum())))
            body = body[~outward]
    return body


def _calls(
    body: pd.DataFrame, named: dict[str, str], grid: Grid, answers: Answers, faults: Faults, notes: list[Note]
) -> pd.DataFrame:
    """One row a call: at_s, queue, outcome, wait_s, talk_s (with wrap-up), agent."""
    each = pd.Series(range(len(body)), index=body.index)
    read = instants(stamps_of(body, named), grid, faults, within=each)
    if read.doubled:
        notes.append(note("calls_doubled_hour", rows=read.doubled))
    unknown = np.full(len(body), np.nan)
    times = {f: durations_s(body[named[f]], faults) if f in named else unknown for f in ("wait", "service", "wrap")}
    agent = text(body[named["agent"]]).fillna("") if "agent" in named else pd.Series("", index=body.index)
    outcome = outcome_of(body, named, times["service"])
    queue = text(body[named["queue"]]) if "queue" in named else pd.Series(answers.channel, index=body.index)
    if (nameless := int(queue.isna().sum())) and nameless < len(queue):
        notes.append(note("calls_nameless", rows=nameless, channel=answers.channel))
    if "outcome" in named and not (outcome == "answered").any():
        words = ", ".join(body[named["outcome"]].dropna().astype("str").unique()[:5])[:200]
        faults.whole(words, "answered calls", "Write answered or abandoned.", named["outcome"])
    talk_s = np.where(outcome == "answered", times["service"] + np.nan_to_num(times["wrap"]), np.nan)
    at_s = np.asarray((read.at - pd.Timestamp(0, tz="UTC")) / pd.Timedelta(seconds=1), dtype=np.float64)
    queues = queue.fillna(answers.channel).astype("category").to_numpy()
    return pd.DataFrame({
        "at_s": at_s, "queue": queues, "outcome": outcome, "wait_s": times["wait"], "talk_s": talk_s,
        "agent": agent.to_numpy(),
    })  # fmt: skip


def _talk(header: str) -> bool:
    """Whether a time is told as talk alone, without what follows it."""
    return not re.search(r"handl|traitement|aht|dmt|service", plain(header))


PROFILE = Calls()
