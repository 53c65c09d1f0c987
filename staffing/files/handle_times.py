"""Handle times that can only have been meant otherwise: minutes, parts of a day, hours for minutes, totals for means.

What is read otherwise than written is always said. An e-mail may take an hour, so nothing is guessed for it.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from staffing.files.cells import Bools, Floats
from staffing.files.mapper import plain
from staffing.files.notes import Note, note

LEAST_S, MOST_S, BRIEF_S = 12.0, 3600.0, 5.0
"""A mean contact of less or more than the first two is looked into; no other reading may give less than the third."""
DAY_S = 86_400.0
DAY_MOST = 0.05
ENOUGH, SLOPE, TIE = 20, 0.6, 0.4
"""Times are totals when they grow with the contacts handled: slope of their logarithms, correlation, rows to tell."""
SAYS_MEAN = re.compile(r"\b(average|avg|mean|moyenn?e?s?|aht|acht|att|dmt|dtt|dmc|tmt)\b")
MEANS = ("aht_s", "talk_s")


@dataclass(frozen=True)
class Times:
    """Seconds by field, whether ``aht_s`` and ``talk_s`` are totals, and what was read otherwise than written."""

    seconds: Mapping[str, Floats]
    totals: frozenset[str]
    notes: tuple[Note, ...]


def plausible(read: Mapping[str, Floats], headers: Mapping[str, str], handled: Floats, live: Bools) -> Times:
    """The columns of a table in seconds a contact can take; ``live`` the rows that are no e-mail."""
    seconds, notes, totals = dict(read), list[Note](), set[str]()
    for field in MEANS:
        if field not in read or not (live & (handled > 0)).any():
            continue
        if _total(headers[field], seconds[field], handled, live):
            totals.add(field)
            notes.append(note("times_total", column=headers[field]))
            continue
        usual = _usual(seconds[field], live & (handled > 0))
        if usual > MOST_S and _hours_for_minutes(seconds[field], live):
            seconds |= {f: v / 60 for f, v in seconds.items() if _hours_for_minutes(v, live)}
            notes.append(note("times_hh_mm", column=headers[field]))
        elif 0 < usual < LEAST_S:
            factor, key = (DAY_S, "times_days") if usual < DAY_MOST else (60.0, "times_minutes")
            seconds[field] = seconds[field] * factor
            notes.append(note(key, column=headers[field], example=f"{usual:.4g}"))
        elif usual > MOST_S:
            notes.append(note("times_long", column=headers[field], minutes=f"{usual / 60:.0f}"))
    return Times(seconds, frozenset(totals), tuple(notes))


def _usual(values: Floats, rows: Bools) -> float:
    known = values[rows & (values > 0)]
    return float(np.median(known)) if len(known) else 0.0


def _hours_for_minutes(values: Floats, live: Bools) -> bool:
    """Whole minutes throughout: 4:30 typed into a spreadsheet is stored as 04:30:00."""
    known = values[live & (values > 0)]
    return bool(len(known)) and not (known % 60).any() and float(np.median(known)) / 60 >= BRIEF_S


def _total(header: str, values: Floats, handled: Floats, live: Bools) -> bool:
    """Whether the column grows with the contacts handled, as totals do and means do not.

    A column that calls itself a mean is believed unless no mean can be that long.
    """
    rows = live & (handled > 0) & (values > 0)
    if rows.sum() < ENOUGH:
        return False
    if SAYS_MEAN.search(plain(header)) and np.median(values[rows]) <= MOST_S:
        return False
    x, y = np.log(handled[rows]), np.log(values[rows])
    if x.std() < 0.05 or y.std() < 0.05:
        return False
    tie = float(np.corrcoef(x, y)[0, 1])
    mean_s = float(values[rows].sum() / handled[rows].sum())
    return tie >= TIE and tie * y.std() / x.std() >= SLOPE and BRIEF_S <= mean_s <= MOST_S
