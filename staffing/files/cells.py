"""Columns of text as numbers, durations and instants, read for a whole column at once so that one row cannot be read
one way and the next another."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import pandas as pd

from forecasts.grid import Grid
from staffing.files.notes import Note, note
from staffing.problems import Problem

Floats = npt.NDArray[np.float64]
Bools = npt.NDArray[np.bool_]
SHOWN = 5
ABSENT = ("", "-", "--", "n/a", "na", "nan", "null", "none", "#n/a")
SPACES = r"[\s\u00a0\u202f']"
DAY_FORMATS = ("%d/%m/%Y", "%m/%d/%Y", "%Y/%m/%d", "%d.%m.%Y", "%d-%m-%Y", "%Y%m%d", "%d/%m/%y", "%m/%d/%y")
CLOCK_FORMATS = (" %H:%M", " %H:%M:%S", " %I:%M %p", " %I:%M:%S %p", "")
UNITS_S = (
    (("min", "mins", "mn", "minute", "minutes"), 60.0),
    (("h", "hour", "hours", "heure", "heures"), 3600.0),
    (("ms", "millisecond", "milliseconds", "milliseconde", "millisecondes"), 0.001),
)
WORD = "|".join(word for words, _ in UNITS_S for word in words)
UNIT = re.compile(
    rf"[(\[] ?(?:en |in )?({WORD})\.? ?[)\]]|\b(?:en|in)[ _]({WORD})\b|\w[ _-](ms|mins?|mn|minutes|hours|heures|h)$"
)
SPELT = r"^(?:(\d{1,3}) ?h(?:eures?|ours?)?)? ?(?:(\d{1,4}) ?(?:min|mn|m)[a-z]*\.?)? ?(?:(\d{1,5}) ?s[a-z]*\.?)?$"
"""4 min 30 s, 1 h 02 min."""
DAY_NAMED = re.compile(
    r"^(?:lun|mar|mer|jeu|ven|sam|dim|mon|tue|wed|thu|fri|sat|sun)[a-z]*[., ] *(?=\d)", re.IGNORECASE
)
MONTHS = (
    "ja",
    "f[eé]",
    "mar",
    "a[pv]",
    "ma[iy]",
    "(?:juin|jun)",
    "(?:juil|jul)",
    "ao?[uû]",
    "sep",
    "oct",
    "nov",
    "d[eé]",
)
"""How January to December begin, in French and in English."""
HALF_OF_DAY = re.compile(r"(?<=\d)\s*([ap])\.?\s?m\.?$", re.IGNORECASE)
SAMPLED = 2000
"""Texts that tell how a column of times is written."""
FIRST_YEAR, LAST_YEAR = 1990, 2100


@dataclass
class Faults:
    """Problems found in a file's columns: of each kind the first five rows, and how many more; ``notes`` say what was
    read with care. ``separator`` is the file's own, which tells what a comma inside a number can be."""

    file: str
    separator: str = ""
    problems: list[Problem] = field(default_factory=list)
    notes: list[Note] = field(default_factory=list)

    def cells(self, column: pd.Series, wrong: Bools, expected: str, fix: str) -> None:
        """Note the cells of ``column`` where ``wrong``; its index holds spreadsheet rows."""
        cells = column[wrong]
        found = ["nothing" if pd.isna(cell) else repr(str(cell)[:60]) for cell in cells.iloc[:SHOWN]]
        self.rows(str(column.name), cells.index, found, expected, fix)

    def rows(self, column: str, rows: pd.Index, found: Sequence[str], expected: str, fix: str) -> None:
        """Note spreadsheet rows that are wrong in one way; ``found`` says what stands in each, the first five at
        least."""
        left = len(rows) - SHOWN
        for place, (row, shown) in enumerate(zip(rows[:SHOWN], found, strict=False), 1):
            more = f" ({left} more rows like this)" if place == SHOWN and left > 0 else ""
            self.problems.append(Problem(self.file, int(row), column, shown, expected, fix + more))

    def whole(self, found: str, expected: str, fix: str, column: str | None = None) -> None:
        """Note a problem of the whole file."""
        self.problems.append(Problem(self.file, None, column, found, expected, fix))


def text(column: pd.Series) -> pd.Series:
    """The column stripped, with the words for "nothing" made absent."""
    stripped = column.astype("str").str.strip()
    return stripped.mask(stripped.str.lower().isin(ABSENT))


def numbers(column: pd.Series, faults: Faults, *, needed: bool = False, whole: bool = False) -> Floats:
    """Counts and amounts >= 0; absent cells are NaN, or faults when ``needed``; ``whole`` for counts.

    Decimal comma or point and grouped thousands are told apart on the whole column, see ``_grouping``.
    """
    read = _reader(column, faults, whole=whole)
    return _values(column, faults, read, needed, "a number of at least 0", "Write digits, like 12 or 12,5.")


def durations_s(column: pd.Series, faults: Faults, *, needed: bool = False) -> Floats:
    """Durations in seconds from numbers, mm:ss, hh:mm:ss or 4 min 30 s; absent cells are NaN.

    Bare numbers are seconds unless the column's name tells another unit, as ``DMT (min)`` does.
    """
    unit_s, bare = unit_of(str(column.name)), _reader(column, faults)
    expected = "seconds, mm:ss or hh:mm:ss"

    def read(cells: pd.Series) -> Floats:
        return _plain_durations(cells, bare, unit_s)

    return _values(column, faults, read, needed, expected, "Write 270, 4:30 or 0:04:30.")


def _values(
    column: pd.Series, faults: Faults, read: Callable[[pd.Series], Floats], needed: bool, expected: str, fix: str
) -> Floats:
    cells = text(column)
    codes, distinct = pd.factorize(cells)
    values = np.append(read(pd.Series(distinct, dtype="str")), np.nan)
    out: Floats = values[codes]
    absent = codes < 0
    with np.errstate(invalid="ignore"):
        wrong = ~absent & ~(np.isfinite(out) & (out >= 0) & (out < 1e12))
    faults.cells(column, wrong | absent if needed else wrong, expected, fix)
    return np.where(wrong, np.nan, out)


def unit_of(header: str) -> float:
    """Seconds in the unit a column's name tells; 1 when it tells none.

    >>> unit_of("DMT (min)"), unit_of("aht_ms"), unit_of("Durée en heures"), unit_of("Heure"), unit_of("AHT (mm:ss)")
    (60.0, 0.001, 3600.0, 1.0, 1.0)
    """
    found = UNIT.search(header.strip().lower())
    word = "" if found is None else found[1] or found[2] or found[3]
    return next((seconds for words, seconds in UNITS_S if word in words), 1.0)


def _reader(column: pd.Series, faults: Faults, *, whole: bool = False) -> Callable[[pd.Series], Floats]:
    """A reader of bare numbers that notes which way an unclear column was read."""

    def read(cells: pd.Series) -> Floats:
        plain = cells.str.replace(SPACES, "", regex=True)
        grouping = {mark: _grouping(plain, mark, faults.separator, whole=whole) for mark in ",."}
        values = _plain_numbers(plain, grouping)
        for mark, grouped in grouping.items():
            unclear = plain.str.fullmatch(rf"\d{{1,3}}\{mark}\d{{3}}").fillna(False).to_numpy(dtype=bool)
            if (grouped or mark == ",") and unclear.any() and _no_proof(plain, mark):
                at = int(np.flatnonzero(unclear)[0])
                shown = f"{values[at]:g}"
                faults.notes.append(note("comma_read", column=column.name, example=plain.iloc[at], value=shown))
        return values

    return read


def _no_proof(plain: pd.Series, mark: str) -> bool:
    """Whether nothing in the column proves what ``mark`` is: a second one in a number, or the other mark beside it."""
    other = "." if mark == "," else ","
    here = plain.str.contains(mark, regex=False)
    return not ((plain.str.count(re.escape(mark)) > 1) | (here & plain.str.contains(other, regex=False))).any()


def _grouping(plain: pd.Series, mark: str, separator: str, *, whole: bool) -> bool:
    """Whether ``mark`` groups thousands in this column.

    It does not when any number has other than three digits after it. Otherwise two marks in a number prove that it
    does; counts are whole, so it does in them; beside numbers without a mark the reading nearer in size to these is
    taken; and in a file whose cells are separated by commas a comma is taken for English thousands.
    """
    other = "." if mark == "," else ","
    alone = plain.str.contains(mark, regex=False) & ~plain.str.contains(other, regex=False)
    if not alone.any() or not plain[alone].str.fullmatch(rf"\d{{1,3}}(\{mark}\d{{3}})+").all():
        return False
    if (plain.str.count(re.escape(mark)) > 1).any() or whole:
        return True
    if mark == "," and (plain.str.contains(r"^\d+\.\d{1,2}$", regex=True)).any():
        return True
    bare = pd.to_numeric(plain[plain.str.fullmatch(r"[1-9]\d*").fillna(False)]).to_numpy(dtype=float)
    if not len(bare):
        return mark == "," and separator == ","
    as_decimal = pd.to_numeric(plain[alone].str.replace(mark, ".", regex=False)).to_numpy(dtype=float)
    far = np.abs(np.log(np.maximum(np.median(as_decimal), 1e-3) / np.median(bare)))
    return bool(np.abs(np.log(np.maximum(np.median(as_decimal), 1e-3) * 1000 / np.median(bare))) < far)


def _plain_numbers(plain: pd.Series, grouping: Mapping[str, bool]) -> Floats:
    comma, point = plain.str.contains(",", regex=False), plain.str.contains(".", regex=False)
    both = comma & point
    last_comma = plain.str.rfind(",") > plain.str.rfind(".")
    decimal_comma = (both & last_comma) | (comma & ~both & (not grouping[","])) | (point & ~both & grouping["."])
    continental = plain.str.replace(".", "", regex=False).str.replace(",", ".", regex=False)
    anglo = plain.str.replace(",", "", regex=False)
    chosen = continental.where(decimal_comma, anglo)
    sound = chosen.str.fullmatch(r"[+-]?(\d{1,15}(\.\d*)?|\.\d+)([eE][+-]?\d{1,2})?")
    return pd.to_numeric(chosen.where(sound), errors="coerce").to_numpy(dtype=np.float64)


def _plain_durations(cells: pd.Series, bare: Callable[[pd.Series], Floats], unit_s: float) -> Floats:
    seconds = bare(cells.mask(cells.str.contains(":", regex=False), "x")) * unit_s
    parts = cells.str.extract(r"^(?:(\d{1,4}):)?(\d{1,4}):([0-5]\d)(?:[.,](\d{1,6}))?$")
    amounts = parts.astype("object").apply(pd.to_numeric, errors="coerce")
    clock = amounts[0].fillna(0.0) * 3600 + amounts[1] * 60 + amounts[2]
    fraction = pd.to_numeric("0." + parts[3].astype("str"), errors="coerce").fillna(0.0)
    too_many = amounts[0].notna() & (amounts[1] > 59)
    clock = (clock + fraction).mask(too_many)
    spelt = cells.str.lower().str.extract(SPELT).astype("float64").to_numpy()
    in_words = np.where(np.isnan(spelt).all(axis=1), np.nan, np.nan_to_num(spelt) @ (3600.0, 60.0, 1.0))
    read = np.where(clock.notna(), clock.to_numpy(dtype=np.float64), in_words)
    return np.where(np.isnan(seconds), read, seconds)


@dataclass(frozen=True)
class Instants:
    """Instants read from text: ``at`` (NaT where wrong), and what a reader should be told of clock changes."""

    at: pd.DatetimeIndex
    doubled: int = 0


def instants(column: pd.Series, grid: Grid, faults: Faults, *, within: pd.Series | None = None) -> Instants:
    """Instants in the grid's zone from ISO 8601 (with or without offset) or day/month/year texts.

    A time with an offset is exact. One without is local: where the autumn change doubles an hour, the second row of
    the same ``within`` (a channel) and time is its second pass, and ``doubled`` counts the times that stood there
    once only and were read as the first pass. A skipped hour and a year outside 1990..2100 are faults.
    """
    cells = text(column)
    codes, distinct = pd.factorize(cells)
    naive, exact = _clock(pd.Series(distinct, dtype="str"))
    clock = pd.DatetimeIndex(naive.append(pd.DatetimeIndex([pd.NaT])).take(codes))
    offset = np.append(exact, False)[codes]
    years = clock.year
    sane = np.asarray((years >= FIRST_YEAR) & (years <= LAST_YEAR))
    faults.cells(column, ~sane, "a date and time", "Write 2026-11-30 08:30 or 30/11/2026 08:30.")
    clock = _only(clock, sane)
    at, doubled = _local(_only(clock, ~offset), grid, within)
    skipped = sane & ~offset & np.asarray(at.isna())
    faults.cells(column, skipped, "an hour that exists", "The clock jumps over it; check the time zone of the export.")
    return Instants(pd.DatetimeIndex(at.where(~offset, grid.from_utc(_only(clock, offset)))), doubled)


def _only(clock: pd.DatetimeIndex, kept: Bools) -> pd.DatetimeIndex:
    """The times that are kept, NaT elsewhere."""
    return pd.DatetimeIndex(clock.where(kept))


def _local(clock: pd.DatetimeIndex, grid: Grid, within: pd.Series | None) -> tuple[pd.DatetimeIndex, int]:
    first = grid.from_clock(clock)
    second = grid.from_clock(clock, np.ones(len(clock), dtype=bool))
    twofold = np.asarray((first != second) & first.notna())
    if not twofold.any():
        return first, 0
    group = np.zeros(len(clock), dtype=np.int64) if within is None else pd.factorize(within)[0]
    pairs = pd.DataFrame({"group": group, "clock": clock})
    again = (pairs.groupby(["group", "clock"], dropna=False).cumcount() == 1).to_numpy()
    often = pairs.groupby(["group", "clock"], dropna=False)["group"].transform("size").to_numpy()
    return pd.DatetimeIndex(first.where(~(twofold & again), second)), int((twofold & (often == 1)).sum())


def _clock(cells: pd.Series) -> tuple[pd.DatetimeIndex, Bools]:
    """Naive times of distinct texts (UTC where the text has an offset), and which have one."""
    iso = cells.str.match(r"\d{4}-\d{2}-\d{2}")
    exact = iso & cells.str.contains(r"T.*(?:Z|[+-]\d{2}:?\d{2})$|:\d{2}.*(?:Z|[+-]\d{2}:?\d{2})$", regex=True)
    utc = pd.to_datetime(cells.where(exact), format="ISO8601", utc=True, errors="coerce").dt.tz_localize(None)
    bare = iso & ~exact & cells.str.fullmatch(r"[\d-]{10}(?:[T ]+[\d:.,]+)?")
    local = pd.to_datetime(cells.where(bare), format="ISO8601", errors="coerce")
    other = _written_otherwise(cells.mask(iso)) if (~iso).any() else local
    out = pd.DatetimeIndex(utc.where(exact, local.where(iso, other)))
    return out.as_unit("us"), exact.to_numpy(dtype=bool)


def _written_otherwise(cells: pd.Series) -> pd.Series:
    """The format under which most of the cells are times; of several the one whose days lie closest together (03/04
    and 03/05 are two days or two months apart), and day first where that tells nothing, as in French."""
    cells = _in_figures(cells.str.replace(HALF_OF_DAY, r" \1m", regex=True).str.replace(DAY_NAMED, "", regex=True))
    known = cells.dropna()
    sample, chosen, best = known.iloc[:: 1 + len(known) // SAMPLED], "", (0, 0.0)
    for day in DAY_FORMATS:
        for clock in CLOCK_FORMATS:
            read = pd.to_datetime(sample, format=day + clock, errors="coerce").dropna()
            rank = (len(read), -(read.max() - read.min()).total_seconds() if len(read) else 0.0)
            if rank > best:
                chosen, best = day + clock, rank
    nothing = pd.Series(pd.NaT, index=cells.index, dtype="datetime64[us]")
    return pd.to_datetime(cells, format=chosen, errors="coerce") if chosen else nothing


def _in_figures(cells: pd.Series) -> pd.Series:
    """The month's name as its number: 7 sept. 2026 as 2026/9/7, which can be read in one way alone."""
    if not cells.str.contains(r"[a-zû]{3}", case=False, regex=True).any():
        return cells
    for number, begun in enumerate(MONTHS, 1):
        pattern = re.compile(rf"^(\d{{1,2}})(?:er)?[ -]{begun}[a-zéû]*[. -]+(\d{{4}})\b", re.IGNORECASE)
        cells = cells.str.replace(pattern, rf"\2/{number}/\1", regex=True)
    return cells
