"""What makes a day special: public and school holidays, the days around them, bridges, user events."""

from __future__ import annotations

import datetime as dt
import itertools
from dataclasses import dataclass

import holidays as national
import numpy as np
import numpy.typing as npt

from forecasts.history import Event

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
ONE_DAY = dt.timedelta(days=1)
WEEKEND = frozenset({5, 6})
REACH_DAYS = 4
MONTH_DAYS = 31
EDGE_DAYS = 5
"""Working days counted from either end of a month."""
GAP_DAYS = 8
COURSE_DAYS = 10
"""Working days of an event with an effect of their own: a letter's contacts rise and fade; later days are alike."""


@dataclass(frozen=True)
class SpecialDays:
    """Public holidays with their names, and school holidays, of a stretch of days."""

    holidays: tuple[tuple[dt.date, str], ...]
    school_holidays: tuple[dt.date, ...]


def special_days(
    subdivision: str, school_zone: str, first: dt.date, last: dt.date, *, country: str = "FR"
) -> SpecialDays:
    """Public and school holidays from ``first`` to ``last``, both included, as the ``holidays`` package knows them.

    ``subdivision`` "57", "67" or "68" is Alsace-Moselle (Good Friday and 26 December too, Code du travail L3134-13),
    "" the whole country; ``school_zone`` is A, B, C or "" for none. Raises ValueError on an unknown name.

    >>> days = special_days("57", "B", dt.date(2026, 4, 1), dt.date(2026, 4, 10))
    >>> [day.isoformat() for day, _ in days.holidays]
    ['2026-04-03', '2026-04-06']
    """
    if last < first:
        raise ValueError(f"last day {last} lies before first day {first}")
    years = range(first.year, last.year + 1)
    language = {"FR": "fr"}.get(country)
    if country == "FR" and subdivision in ("67", "68"):
        subdivision = "57"
    try:
        public = national.country_holidays(country, subdiv=subdivision or None, years=years, language=language)
        school = _school(country, school_zone, years)
    except NotImplementedError as error:
        raise ValueError(f"no calendar for {country} {subdivision or 'as a whole'}: {error}") from error
    named = tuple((day, name) for day, name in sorted(public.items()) if first <= day <= last)
    return SpecialDays(named, tuple(day for day in school if first <= day <= last))


def _school(country: str, zone: str, years: range) -> list[dt.date]:
    if not zone:
        return []
    if country != "FR" or zone not in ("A", "B", "C"):
        raise ValueError(f"school zones are A, B and C in France, got {zone!r} in {country}")
    return sorted(national.country_holidays("FR", subdiv=f"Zone {zone}", years=years, categories="school"))


@dataclass(frozen=True)
class Marks:
    """What is special about each of D days, for one channel.

    ``names`` of the F features, ``values`` [D, F] (0 = ordinary day); ``holiday`` [D]; ``left_out`` [D] days kept
    out of training; ``given`` [D] product of the effects told beforehand (1 = none); ``month_days`` [D, 72] which
    day of the month each is, see ``month_days``; ``untold`` the events without an effect.
    """

    days: tuple[dt.date, ...]
    names: tuple[str, ...]
    values: Floats
    holiday: Bools
    left_out: Bools
    given: Floats
    month_days: Floats
    untold: tuple[str, ...] = ()

    def unknown(self, known: int) -> list[str]:
        """What is said of coming events that the first ``known`` days never saw and nobody gave an effect for."""
        out = []
        for name in self.untold:
            column = self.values[:, self.names.index(name)]
            if column[known:].any() and not column[:known].any():
                out.append(f"{name} was never seen and has no effect given: none is assumed")
        return out


def marks(
    days: tuple[dt.date, ...],
    holidays: tuple[tuple[dt.date, str], ...],
    school_holidays: tuple[dt.date, ...],
    events: tuple[Event, ...] = (),
    *,
    channel: str = "",
    rest_weekdays: frozenset[int] = WEEKEND,
) -> Marks:
    """The special days of one channel as regressors.

    ``rest_weekdays`` (0 = Monday) are the quiet or closed days of the week: a bridge is a day caught between a
    holiday and a rest day; the day after a holiday is the first working day that follows it.
    """
    named = dict(holidays)
    index = {day: i for i, day in enumerate(days)}
    columns: dict[str, Floats] = {}

    def mark(name: str, day: dt.date) -> None:
        if day in index:
            columns.setdefault(name, np.zeros(len(days)))[index[day]] = 1.0

    for day in named:
        mark("holiday", day)
        if day - ONE_DAY not in named:
            mark("eve", day - ONE_DAY)
        for morrow in _working_after(day, named, rest_weekdays):
            mark("day after", morrow)
    for day in days:
        if _is_bridge(day, named, rest_weekdays):
            mark("bridge", day)
    for day in _between(sorted(named)):
        mark("between holidays", day)
    for day in school_holidays:
        mark("school holidays", day)
    mine = [e for e in events if not e.channels or channel in e.channels]
    for event in mine:
        if not event.leave_out:
            for day, place in _course(event, named, rest_weekdays):
                mark(f"event {event.name}", day)
                if event.last > event.first and place < COURSE_DAYS:
                    mark(f"course {place + 1} {event.name}", day)
    _name_holidays(days, named, columns)
    return Marks(
        days=days,
        names=tuple(columns),
        values=np.column_stack(list(columns.values())) if columns else np.zeros((len(days), 0)),
        holiday=np.array([day in named for day in days], dtype=bool),
        left_out=_left_out(index, mine),
        given=_given(index, mine),
        month_days=month_days(days, frozenset(named), rest_weekdays),
        untold=tuple(n for e in mine if e.effect is None and (n := f"event {e.name}") in columns),
    )


def month_days(days: tuple[dt.date, ...], holidays: frozenset[dt.date], rest_weekdays: frozenset[int]) -> Floats:
    """Which day of the month each day is, so that bills of the 5th or pay on the last working day are learnt as such.

    [D, 72], rows of norm about 1: its number; every number that falls due on it, where what falls on a holiday or rest
    day waits for the next working day; the first and the last five working days of the month.

    >>> week = tuple(dt.date(2026, 12, 4) + i * ONE_DAY for i in range(4))  # Friday to Monday
    >>> month_days(week, frozenset(), WEEKEND)[3, 31:62].nonzero()[0] + 1
    array([5, 6, 7])
    """
    whole = _span(days[0].replace(day=1), days[-1] + MONTH_DAYS * ONE_DAY)
    stamps = np.array(whole, dtype="datetime64[D]")
    month = stamps.astype("datetime64[M]")
    place = (stamps - month.astype("datetime64[D]")).astype(int)
    working = np.array([day not in holidays and day.weekday() not in rest_weekdays for day in whole])
    own, due = np.zeros((2, len(whole), MONTH_DAYS))
    own[np.arange(len(whole)), place] = 1.0
    met = np.minimum.accumulate(np.where(working, np.arange(len(whole)), len(whole))[::-1])[::-1]
    due[met[met < len(whole)], place[met < len(whole)]] = 1.0
    first, last = np.zeros((2, len(whole), EDGE_DAYS))
    for begins in np.unique(month):
        rows = np.flatnonzero((month == begins) & working)
        for edge, ordered in ((first, rows), (last, rows[::-1])):
            edge[ordered[:EDGE_DAYS], np.arange(len(ordered[:EDGE_DAYS]))] = 1.0
    here = (days[0] - whole[0]).days
    return np.asarray(np.column_stack([own, due, first, last])[here : here + len(days)] / np.sqrt(2.0))


def tagged(
    days: tuple[dt.date, ...], holidays: tuple[tuple[dt.date, str], ...], events: tuple[Event, ...], channel: str
) -> Bools:
    """Days on which a channel's volume has a reason to stray: holidays, the days beside them, events; [D]."""
    named = {day + i * ONE_DAY for day, _ in holidays for i in (-1, 0, 1)}
    for event in events:
        if not event.channels or channel in event.channels:
            named.update(_span(event.first, event.last))
    return np.array([day in named for day in days], dtype=bool)


def _name_holidays(days: tuple[dt.date, ...], named: dict[dt.date, str], columns: dict[str, Floats]) -> None:
    """A column of its own for each holiday that comes back: Christmas is not the first of May."""
    for name in sorted(set(named.values())):
        here = np.array([named.get(day) == name for day in days], dtype=float)
        if here.sum() >= 2:
            columns[f"holiday {name}"] = here


def _given(index: dict[dt.date, int], events: list[Event]) -> Floats:
    factor = np.ones(len(index))
    for event in events:
        if event.effect is not None and not event.leave_out:
            for day in _span(event.first, event.last):
                if day in index:
                    factor[index[day]] *= event.effect
    return factor


def _left_out(index: dict[dt.date, int], events: list[Event]) -> Bools:
    out = np.zeros(len(index), dtype=bool)
    for event in events:
        if event.leave_out:
            for day in _span(event.first, event.last):
                if day in index:
                    out[index[day]] = True
    return out


def _course(event: Event, named: dict[dt.date, str], rest: frozenset[int]) -> list[tuple[dt.date, int]]:
    """Each day of an event and how many working days of it lie before; what has no working day counts every day."""
    span = _span(event.first, event.last)
    working = np.array([day not in named and day.weekday() not in rest for day in span])
    if not working.any():
        working[:] = True
    return list(zip(span, (np.cumsum(working) - working).tolist(), strict=True))


def _span(first: dt.date, last: dt.date) -> list[dt.date]:
    return [first + i * ONE_DAY for i in range((last - first).days + 1)]


def _working_after(day: dt.date, named: dict[dt.date, str], rest: frozenset[int]) -> list[dt.date]:
    """The first working day after a holiday, when it comes within four days."""
    for i in range(1, REACH_DAYS + 1):
        morrow = day + i * ONE_DAY
        if morrow not in named and morrow.weekday() not in rest:
            return [morrow]
    return []


def _is_bridge(day: dt.date, named: dict[dt.date, str], rest: frozenset[int]) -> bool:
    if day in named or day.weekday() in rest:
        return False
    around = (day - ONE_DAY, day + ONE_DAY)
    return any(d in named for d in around) and all(d in named or d.weekday() in rest for d in around)


def _between(holidays: list[dt.date]) -> list[dt.date]:
    """Days caught between two holidays at most eight days apart, as between Christmas and New Year."""
    caught: list[dt.date] = []
    for earlier, later in itertools.pairwise(holidays):
        if 2 < (later - earlier).days <= GAP_DAYS:
            caught += _span(earlier + ONE_DAY, later - ONE_DAY)
    return caught
