"""Opening hours read off contacts: when people are served, whatever rows an export writes for the rest of the day.

A row of zero is no opening, a row left out is no closing, and one call at night is a stray: an interval counts as open
when contacts come in it on several days and often enough, and what a thin record cannot say is taken from the other
weekdays.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise

import numpy as np
import numpy.typing as npt
import pandas as pd

from forecasts.grid import DAY_MIN, Spans, clock_min

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
DAYS_SHARE, VOLUME_SHARE = 0.25, 0.02
"""A weekday is open with so many of the days, and so much of the volume, of the fullest weekday."""
FAINT, REGULAR = 0.05, 0.3
"""An interval counts with that share of a usual interval's contacts, or with contacts on that share of the days."""
APART_MIN, ISLAND_SHARE = 120, 0.02
"""Intervals so far from all others are strays when they hold less than that share of the weekday's contacts."""
THIN = 8.0
"""Fewer expected contacts than this say nothing when none came: they may be absent by chance."""
EVIDENT, LEAK = 20.0, 0.1
"""A gap is a closure when its neighbours would bring so many contacts, and less than that share of them came."""
RECENT_DAYS = 56
"""Hours that changed are those of the last weeks, where these speak clearly."""
SHOWN = 6


@dataclass(frozen=True)
class OpenHours:
    """Seven weekdays' opening spans, the contacts seen, those outside, and the clock times of the most of these;
    ``opened`` and ``closed`` the spans of each weekday that are new in the last weeks, or gone."""

    weekdays: tuple[Spans, ...]
    contacts: float
    outside: float
    strays: tuple[tuple[str, float], ...]
    opened: tuple[Spans, ...] = ((),) * 7
    closed: tuple[Spans, ...] = ((),) * 7


@dataclass(frozen=True)
class _Seen:
    """Contacts and days with contacts by weekday and slot of the day, [7, slots]; days by weekday, [7]."""

    contacts: Floats
    days: Floats
    weekdays: Floats


def opening_hours(frame: pd.DataFrame, interval_min: int) -> OpenHours:
    """The hours that nearly all contacts of ``frame`` (start, offered and, where known, handled) come in.

    Contacts that are never handled, like calls to a recorded closing message, open nothing. Where the last eight weeks
    clearly differ from the record as a whole, the hours are theirs.
    """
    seen, late = _seen(frame, interval_min), _seen(_recent(frame), interval_min)
    before, now = _open(frame, seen, interval_min), _open(_recent(frame), late, interval_min)
    opened = now & ~before & (late.days >= np.maximum(REGULAR * late.weekdays, 2.0)[:, None])
    closed = before & ~now & _gone(before, seen, late)
    rows = (before | opened) & ~closed
    missed = np.where(rows, 0.0, seen.contacts).sum(axis=0)
    worst = [int(slot) for slot in np.argsort(-missed, kind="stable")[:SHOWN] if missed[slot] > 0]
    strays = tuple((_clock(slot * interval_min), float(missed[slot])) for slot in sorted(worst))
    spans, new, old = (
        tuple(_joined(np.flatnonzero(row), interval_min) for row in days) for days in (rows, opened, closed)
    )
    return OpenHours(spans, float(seen.contacts.sum()), float(missed.sum()), strays, new, old)


def _recent(frame: pd.DataFrame) -> pd.DataFrame:
    recent: pd.DataFrame = frame[frame["start"] > frame["start"].max() - pd.Timedelta(days=RECENT_DAYS)]
    return recent


def _open(frame: pd.DataFrame, seen: _Seen, interval_min: int) -> Bools:
    """[7, slots]: open as far as this record says."""
    open_ = _spread(_counted(seen, _answered(frame, interval_min)), seen)
    apart = max(1, APART_MIN // interval_min)
    return np.array([_whole(open_[w], seen.contacts[w], apart) for w in range(7)])


def _gone(before: Bools, seen: _Seen, late: _Seen) -> Bools:
    """[7, slots]: whether the last weeks would have brought contacts there, and next to none came: in that interval,
    on that whole weekday, or at that clock time on all days."""
    weeks, out = float(late.weekdays.max()), np.zeros(before.shape, dtype=bool)
    if not weeks:
        return out
    volume = late.contacts.sum() / weeks / (seen.contacts.sum() / seen.weekdays.max())
    expected = np.where(before, seen.contacts / np.maximum(seen.weekdays, 1.0)[:, None], 0.0) * weeks * volume
    came = np.where(before, late.contacts, 0.0)
    for axes in ((), (1,), (0,)):
        due, brought = (x.sum(axis=axes, keepdims=True) for x in (expected, came))
        out |= (due >= EVIDENT) & (brought <= LEAK * due)
    return out


def _places(frame: pd.DataFrame, interval_min: int) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    starts = pd.DatetimeIndex(frame["start"])
    return np.asarray(starts.day_of_week, dtype=np.int64), clock_min(starts) // interval_min


def _seen(frame: pd.DataFrame, interval_min: int) -> _Seen:
    came = frame[frame["offered"] > 0]
    weekday, slot = _places(came, interval_min)
    day = np.asarray(pd.DatetimeIndex(came["start"]).tz_localize(None).normalize().asi8)
    size = DAY_MIN // interval_min
    contacts, days, weekdays = np.zeros((7, size)), np.zeros((7, size)), np.zeros(7)
    np.add.at(contacts, (weekday, slot), came["offered"].to_numpy(dtype=float))
    once = pd.DataFrame({"weekday": weekday, "slot": slot, "day": day}).drop_duplicates()
    np.add.at(days, (once["weekday"].to_numpy(), once["slot"].to_numpy()), 1.0)
    np.add.at(weekdays, once.drop_duplicates("day")["weekday"].to_numpy(), 1.0)
    return _Seen(contacts, days, weekdays)


def _answered(frame: pd.DataFrame, interval_min: int) -> Bools:
    """[7, slots]: whether anybody was ever handled there, or nobody knows."""
    served = np.zeros((7, DAY_MIN // interval_min), dtype=bool)
    handled = frame["handled"] if "handled" in frame.columns else pd.Series(np.nan, index=frame.index)
    some = frame[(frame["offered"] > 0) & ~(handled == 0)]
    served[_places(some, interval_min)] = True
    return served


def _counted(seen: _Seen, answered: Bools) -> Bools:
    least = np.where(seen.weekdays >= 3, 2.0, 1.0)[:, None]
    total = seen.contacts.sum(axis=1, keepdims=True)
    usual = (seen.contacts**2).sum(axis=1, keepdims=True) / np.maximum(total, 1e-9)
    often = (seen.contacts >= FAINT * usual) | (seen.days >= REGULAR * seen.weekdays[:, None])
    full = (seen.weekdays >= DAYS_SHARE * seen.weekdays.max())[:, None] & (total >= VOLUME_SHARE * total.max())
    return np.asarray((seen.days >= least) & often & full & answered)


def _spread(counted: Bools, seen: _Seen) -> Bools:
    """The same, with what most open weekdays have in a slot and a thin record cannot deny."""
    open_days = counted.any(axis=1)
    shared = counted.sum(axis=0) * 2 > open_days.sum()
    days = np.where(counted, seen.weekdays[:, None], 0.0).sum(axis=0)
    per_day = np.where(counted, seen.contacts, 0.0).sum(axis=0) / np.maximum(days, 1.0)
    expected = np.outer(seen.weekdays, per_day)
    unsaid = (expected < THIN) | (seen.contacts > LEAK * expected)
    return np.asarray(counted | (unsaid & np.logical_and.outer(open_days, shared)), dtype=bool)


def _whole(counted: Bools, contacts: Floats, apart: int) -> Bools:
    """One weekday without islands of strays, its gaps filled unless they are closures."""
    open_, total = counted.copy(), contacts[counted].sum()
    slots = np.flatnonzero(open_)
    for island in np.split(slots, np.flatnonzero(np.diff(slots) > apart) + 1):
        if contacts[island].sum() < ISLAND_SHARE * total:
            open_[island] = False
    slots = np.flatnonzero(open_)
    for left, right in pairwise(slots.tolist()):
        expected = (right - left - 1) * min(contacts[left], contacts[right])
        came = contacts[left + 1 : right].sum()
        if expected < EVIDENT or came > LEAK * expected:
            open_[left:right] = True
    return open_


def _joined(slots: npt.NDArray[np.int64], length: int) -> Spans:
    """Touching slots as spans."""
    spans: list[tuple[int, int]] = []
    for slot in slots.tolist():
        if spans and spans[-1][1] == slot * length:
            spans[-1] = (spans[-1][0], (slot + 1) * length)
        else:
            spans.append((slot * length, (slot + 1) * length))
    return tuple(spans)


def _clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"
