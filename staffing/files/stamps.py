"""When a row of a table was: day and hour as people and spreadsheets write them, and the rows that are no interval."""

from __future__ import annotations

from collections.abc import Callable, Mapping

import numpy as np
import pandas as pd

from staffing.files.cells import Bools

CLOCK = r"^\s*(\d{1,2})\s*[:hH]\s*(\d{2})?.*$"
HALF_DAY = r"^\s*(0?[1-9]|1[0-2])(?:\s*:\s*(\d{2}))?(?::\d{2})?\s*([aApP])\.?\s?[mM]\b.*$"
"""08:30 PM, and 8 PM."""
SPAN = r"^(.*\d[:hH]\d{0,2}(?::\d{2})?(?:\s*[aApP]\.?\s?[mM]\.?)?)(?:\s+(?:-|–|—|à|to|au|>)\s+|\s*[–—]\s*)\d.*$"
TIGHT = r"^(\d{1,2}[./-]\d{1,2}[./-]\d{2,4}\s+\d{1,2}[:hH]\d{0,2})-\d.*$"
HOUR = r"(\d{1,2})\s*[hH]\s*(\d{2})?$"
TOTAL = r"(?:grand |sous[ -]?|sub[ -]?)?(?:totale?s?|totaux)(?: .*)?|somme|sum|ensemble|moyennes?|averages?|mean"
DAY_MIN = 1440


def stamps(body: pd.DataFrame, columns: Mapping[str, str]) -> pd.Series:
    """One text per row that says when it starts; of ``08:30 - 09:00``, with or without the day before it, the 08:30."""
    if "start" in columns:
        return _each_once(body[columns["start"]], _start)
    day = _each_once(body[columns["date"]], lambda days: days.str.replace(r"[ T]00:00(:00)?$", "", regex=True))
    return (day + " " + _each_once(body[columns["time"]].fillna(""), _clock_or_text)).rename(columns["date"])


def _clock_or_text(cells: pd.Series) -> pd.Series:
    """``HH:MM``, else what stands there: it is told as no time, not as nothing."""
    return clock(cells).fillna(cells.mask(cells == ""))


def _start(cells: pd.Series) -> pd.Series:
    """The first of the two times of a span, its hour with minutes."""
    start = cells.str.replace(SPAN, r"\1", regex=True).str.replace(TIGHT, r"\1", regex=True)
    return start.str.replace(HOUR, lambda m: f"{m[1]}:{m[2] or '00'}", regex=True)


def _each_once(column: pd.Series, read: Callable[[pd.Series], pd.Series]) -> pd.Series:
    """The column's texts as ``read`` makes them, each distinct text read once; absent where there is none."""
    codes, distinct = pd.factorize(column.astype("str").str.strip())
    made = read(pd.Series(distinct, dtype="str")).reindex(codes).set_axis(column.index)
    made.name = column.name
    return made


def clock(column: pd.Series) -> pd.Series:
    """``HH:MM`` from 08:30, 8h30, 8:30 PM, a bare hour, or the part of a day that a spreadsheet keeps; absent where
    none is, and where of a span only the end says which half of the day is meant.

    >>> list(clock(pd.Series(["08:30 - 09:00", "8h"]))), list(clock(pd.Series(["8", "17"])))
    (['08:30', '08:00'], ['08:00', '17:00'])
    >>> list(clock(pd.Series(["0.3333333333", "0.75"]))), list(clock(pd.Series(["12:30 am - 1:00 am", "1 PM"])))
    (['08:00', '18:00'], ['00:30', '13:00'])
    """
    cells = column.astype("str").str.strip()
    bare = pd.to_numeric(cells.where(cells.str.fullmatch(r"\d{1,2}([.,]\d+)?")).str.replace(",", "."), errors="coerce")
    if bare.notna().any() and (bare.dropna() < 1).all() and (bare > 0).any():
        minute = (bare * DAY_MIN).round()
    else:
        minute = (bare * 60).where((bare % 1 == 0) & (bare < 24))
    found = cells.str.extract(CLOCK)
    written = (found[0].str.zfill(2) + ":" + found[1].fillna("00")).mask(cells.str.contains(r"\d\s*[aApP]\.?\s?[mM]\b"))
    halved = cells.str.extract(HALF_DAY)
    of_day = pd.to_numeric(halved[0], errors="coerce") % 12 + 12.0 * halved[2].str.lower().eq("p")
    minute = minute.fillna(of_day * 60 + pd.to_numeric(halved[1].where(halved[1].notna(), "0")))
    hour, rest = (minute // 60).astype("Int64").astype("str"), (minute % 60).astype("Int64").astype("str")
    return written.where(minute.isna(), hour.str.zfill(2) + ":" + rest.str.zfill(2))


def totals(body: pd.DataFrame, columns: Mapping[str, str]) -> Bools:
    """The rows that add others up: ``Total`` stands where a day, an hour or a queue should."""
    found = np.zeros(len(body), dtype=bool)
    for field in ("start", "date", "time", "channel"):
        if field in columns:
            cells = body[columns[field]].astype("str").str.strip().str.lower()
            found |= cells.str.fullmatch(TOTAL).fillna(False).to_numpy(dtype=bool)
    return found


def written_down(column: pd.Series) -> pd.Series:
    """The column with each text repeated over the empty cells below it, where it is written only at its first row, as
    merged cells leave it; as it is where any text stands twice in a row.

    >>> list(written_down(pd.Series(["07/09", None, "08/09", None])))
    ['07/09', '07/09', '08/09', '08/09']
    """
    told = column.dropna()
    once = len(told) < len(column) and column.index[0] in told.index and bool((told != told.shift()).all())
    return column.ffill() if once else column
