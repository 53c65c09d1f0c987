"""Weeks of the year that nobody told: tax weeks, the step of September, a line shut in August, found by their return.

A window of days (from a date, or from the first Monday on or after it) moves the log level by the same amount every
year. It is believed where the days on record are far likelier with it, and likelier than with a size of its own in each
year: so every year is foretold by the others (the marginal likelihood is a product of forecasts; Rasmussen & Williams
2006, section 5.4), and what came once gains nothing.
"""

from __future__ import annotations

import datetime as dt

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]

LEAST_DAYS = 680
"""Two years on record, or as good as two at the past origins of a backtest."""
SPANS_DAYS = (4, 7, 11, 14, 18, 21, 28, 42)
SPANS_WEEKS = (1, 2, 3, 4, 6)
LEAST_SEEN = 2
"""Days on record that a window needs in a year, and years that it needs."""
MOST_WINDOWS = 6
MOST_ASKED = 400
GAIN = 6.0
"""Log of how many weeks and spans are tried that differ: one of them is thought likely beforehand."""
WEEK_SHARE = 0.5
"""Size of each week's own move beside that of its window."""


def yearly_columns(days: tuple[dt.date, ...], rows: Ints, z: Floats, inverse: Floats, variance: float) -> Floats:
    """The windows believed as regressors of D days [D, W], W 0 under two years on record.

    ``z`` [n] log level of the ``rows`` on record, ``inverse`` [n, n] that of its covariance, which comes to know of the
    windows in place; ``variance`` of a window's size, beforehand.
    """
    columns = np.zeros((len(days), 0))
    if rows[-1] - rows[0] < LEAST_DAYS:
        return columns
    begin, length = _windows(days, int(rows[0]))
    a, b = np.searchsorted(rows, begin), np.searchsorted(rows, begin + length[:, None])
    some = ((b - a) >= LEAST_SEEN).sum(axis=1) >= LEAST_SEEN
    begin, length, a, b = begin[some], length[some], a[some], b[some]
    for _ in range(MOST_WINDOWS):
        best = _believed(a, b, inverse, inverse @ z, variance)
        if best is None:
            break
        added = _course(begin[best], int(length[best]), len(days))
        columns = np.column_stack([columns, added])
        seen = added[rows]
        u = inverse @ seen
        inverse -= u @ np.linalg.solve(np.eye(seen.shape[1]) / variance + seen.T @ u, u.T)
    return columns


def _windows(days: tuple[dt.date, ...], first: int) -> tuple[Ints, Ints]:
    """Where every window begins in each year from that of row ``first`` on [C, years], and how long it is [C]."""
    of_year = np.arange("2000-01-01", "2001-01-01", dtype="datetime64[D]")
    month = of_year.astype("datetime64[M]")
    years = np.arange(days[first].year, days[-1].year + 1)
    starts = (month[:, None] + 12 * (years - 2000)).astype("datetime64[D]")
    place = (of_year - month.astype("datetime64[D]"))[:, None]
    date = (starts + place - np.datetime64(days[0])).astype(np.int64)
    monday = date + (-(date + days[0].weekday())) % 7
    parts = [(date, n) for n in SPANS_DAYS] + [(monday, 7 * n) for n in SPANS_WEEKS]
    return np.concatenate([at for at, _ in parts]), np.repeat([n for _, n in parts], len(of_year))


def _believed(a: Ints, b: Ints, inverse: Floats, score: Floats, variance: float) -> int | None:
    """The window of most gain in log likelihood that is believed; None for none.

    Windows are on record from ``a`` to before ``b`` [C, years]; their products with the inverse are differences of its
    sums.
    """
    sums = np.zeros((len(score) + 1, len(score) + 1))
    np.cumsum(np.cumsum(inverse, axis=0), axis=1, out=sums[1:, 1:])
    to = np.append(0.0, np.cumsum(score))
    told = to[b] - to[a]
    ends, begins = (b[:, :, None], b[:, None, :]), (a[:, :, None], a[:, None, :])
    own = sums[ends] - sums[begins[0], ends[1]] - sums[ends[0], begins[1]] + sums[begins]
    information = variance * own.sum(axis=(1, 2))
    gain = 0.5 * (variance * told.sum(axis=1) ** 2 / (1 + information) - np.log1p(information))
    for c in np.argsort(-gain)[:MOST_ASKED]:
        if gain[c] < GAIN:
            break
        each = np.eye(len(told[c])) + variance * own[c]
        apart = 0.5 * (variance * told[c] @ np.linalg.solve(each, told[c]) - np.linalg.slogdet(each)[1])
        if gain[c] > apart:
            return int(c)
    return None


def _course(begin: Ints, length: int, days: int) -> Floats:
    """A window as regressors: ones on its days, and less on each of its weeks and of those beside it, for it may rise
    and fade; [D, 1 + weeks]."""
    since = np.arange(days)[:, None] - begin[None, :]
    inside = ((since >= 0) & (since < length)).any(axis=1).astype(float)
    near = (since >= -7) & (since < length + 7)
    week = np.where(near, since // 7 + 1, -1).max(axis=1)
    return np.column_stack([inside, WEEK_SHARE * (week[:, None] == np.arange(week.max() + 1))])
