"""Contacts per interval as rates in time: the slope inside an interval, and the load that is still being handled.

A row of a forecast says how many contacts come in an interval, not that they come evenly: on a steep morning the last
minutes of a half hour carry twice its first. Slopes are limited (van Leer 1977, monotonised central difference), so
that no new peak is invented and every interval keeps its number of contacts.
"""

from __future__ import annotations

import numpy as np
import numpy.typing as npt

from staffing.sizing.gamma import Floats

Bools = npt.NDArray[np.bool_]
LONGEST = 36.0
"""Handle times after which nobody is still in handling (a share of 1e-16)."""
FEWEST = 1e-9
STEEP, SOME = 2.0, 10.0
"""Ratio to the interval beside beyond which hours were played 3 to 43 points below their target, and from how many
contacts on that is said."""


def slopes(contacts: Floats, open_: Bools) -> Floats:
    """Change of the contact rate across each interval, contacts per interval per interval; 0 outside opening hours.

    ``contacts`` per interval on consecutive intervals. The first and last interval of a span follow their one open
    neighbour; no rate falls below zero.

    >>> slopes(np.array([2.0, 4.0, 6.0, 6.0]), np.ones(4, dtype=bool)).tolist()
    [2.0, 2.0, 0.0, 0.0]
    """
    before = np.concatenate([[np.nan], contacts[:-1]])
    after = np.concatenate([contacts[1:], [np.nan]])
    before[~np.concatenate([[False], open_[:-1]])] = np.nan
    after[~np.concatenate([open_[1:], [False]])] = np.nan
    back, ahead = contacts - before, after - contacts
    middle = (back + ahead) / 2
    limited = np.sign(middle) * np.minimum(np.abs(middle), 2 * np.minimum(np.abs(back), np.abs(ahead)))
    limited = np.where(np.sign(back) == np.sign(ahead), limited, 0.0)
    one_sided = np.where(np.isnan(back), np.where(np.isnan(ahead), 0.0, ahead), back)
    out = np.where(np.isnan(middle), one_sided, limited)
    return np.asarray(np.where(open_, np.clip(out, -2 * contacts, 2 * contacts), 0.0))


def steep(contacts: Floats, open_: Bools) -> Bools:
    """Open intervals of some contacts, over twice as many as in an open interval beside them: where within the interval
    they come is anybody's guess.

    >>> steep(np.array([10.0, 30.0, 35.0, 12.0]), np.ones(4, dtype=bool)).tolist()
    [False, True, True, False]
    """
    calm = np.where(open_, contacts, np.inf)
    beside = np.minimum(np.append(np.inf, calm[:-1]), np.append(calm[1:], np.inf))
    return np.asarray(open_ & (contacts >= SOME) & (contacts > STEEP * beside))


def fine(contacts: Floats, open_: Bools, parts: int, *, sloped: bool = True) -> Floats:
    """Contacts of each of ``parts`` equal parts of every interval; [intervals, parts]."""
    steps = (np.arange(parts) + 0.5) / parts - 0.5
    slope = slopes(contacts, open_) if sloped else np.zeros_like(contacts)
    return np.asarray((contacts[:, None] + slope[:, None] * steps) / parts)


def in_handling(contacts: Floats, open_: Bools, aht_s: Floats, interval_s: float, *, sloped: bool = True) -> Floats:
    """Mean number of contacts in handling if each found an agent at once: the offered load in erlangs, interval by
    interval, that lags behind arrivals (M_t/M/infinity; Eick, Massey & Whitt 1993).

    The first interval starts empty. ``contacts`` and ``aht_s`` (seconds) per interval.

    >>> calls, open_, aht_s = np.array([6.0, 6.0, 0.0]), np.ones(3, dtype=bool), np.full(3, 600.0)
    >>> load_erl = in_handling(calls, open_, aht_s, 1800.0, sloped=False)
    >>> load_erl.round(3).tolist()
    [1.367, 1.968, 0.632]
    """
    return _infinite(contacts, open_, aht_s, interval_s, sloped)[0]


def departures(contacts: Floats, open_: Bools, aht_s: Floats, interval_s: float, *, sloped: bool = True) -> Floats:
    """Contacts that end their handling in each interval: what level 1 hands on, delayed by its handle time (the
    departures of the same M_t/M/infinity). Arguments as in ``in_handling``.

    >>> ended = departures(np.array([6.0, 6.0, 0.0]), np.ones(3, dtype=bool), np.full(3, 600.0), 1800.0, sloped=False)
    >>> ended.round(3).tolist()
    [4.1, 5.905, 1.896]
    """
    return _infinite(contacts, open_, aht_s, interval_s, sloped)[1]


def lagging_aht_s(contacts: Floats, open_: Bools, aht_s: Floats, interval_s: float, *, sloped: bool = True) -> Floats:
    """Mean handle time of whoever is in handling, interval by interval: contacts keep the handle time of the interval
    they came in, so a change of it lags behind. Arguments as in ``in_handling``; seconds.

    >>> calls, open_, aht_s = np.full(3, 6.0), np.ones(3, dtype=bool), np.array([600.0, 900.0, 900.0])
    >>> lagging_aht_s(calls, open_, aht_s, 1800.0, sloped=False).round().tolist()
    [600.0, 796.0, 895.0]
    """
    load, ended = _infinite(contacts, open_, aht_s, interval_s, sloped)
    mean = np.divide(load * interval_s, ended, out=np.array(aht_s, dtype=np.float64), where=ended > FEWEST)
    return np.asarray(mean.round(6))  # Equal handle times stay equal.


def _infinite(contacts: Floats, open_: Bools, aht_s: Floats, interval_s: float, sloped: bool) -> tuple[Floats, Floats]:
    """Exact solution of m' = rate - m/aht for the contacts of each interval, all intervals abreast, until they are
    gone: [mean in handling, contacts ended] per interval."""
    parts, size = max(1, round(interval_s / 300.0)), len(contacts)
    width, lasts = interval_s / parts, min(size, 2 + int(LONGEST * float(np.max(aht_s)) / interval_s))
    arrivals = fine(contacts, open_, parts, sloped=sloped)
    keep = np.exp(-width / aht_s)
    load, ended, now = np.zeros(size), np.zeros(size), np.zeros(size)
    for later in range(lasts):
        for part in range(parts):
            level = arrivals[:, part] / width * aht_s if later == 0 else 0.0
            mean = level + (now - level) * (1 - keep) * aht_s / width
            now = level + (now - level) * keep
            load[later:] += mean[: size - later] / parts
            ended[later:] += (mean * width / aht_s)[: size - later]
    return load, ended


def delayed(contacts: Floats, delay_s: float, interval_s: float) -> Floats:
    """The same contacts some seconds later, split over the intervals they then fall in; those past the end are cut."""
    whole, part = divmod(delay_s / interval_s, 1.0)
    out = np.zeros_like(contacts)
    for shift, share in ((int(whole), 1.0 - part), (int(whole) + 1, part)):
        if shift < len(contacts) and share > 0:
            out[shift:] += share * contacts[: len(contacts) - shift]
    return out
