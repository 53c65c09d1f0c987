"""What no queue ever saw: single intervals and single days set aside before any model learns, each one named."""

from __future__ import annotations

import datetime as dt

import numpy as np
import numpy.typing as npt

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

SPIKE_RATIO = 6.0
SPIKE_SD = 12.0
DAY_RATIO = 3.0
STORM_RATIO = 20.0
LOST_RATIO = 10.0
DAY_SD = 6.0
SMALLEST_SD = 0.1
NEIGHBOURS = 4
LONGEST_RUN = 3
LONGEST_SILENCE_DAYS = 28
LEAST_LIKE = 3
RECURRING_SHARE = 0.02
RECURRING = 3
LEAST_SEEN = 0.2
SHOWN = 5
HOUR_MIN = 60
OLD_DAYS, NEW_DAYS = (210, 63), (21, 0)
LEAST_CONTACTS = 300.0
CLEARLY = 20.0
CLOSER = 4.0


def without_spikes(table: Floats, days: tuple[dt.date, ...], slots: Ints, channel: str) -> tuple[Floats, list[str]]:
    """Set aside single absurd intervals: far above the same slot's usual counts AND above the rest of that day."""
    weekend = np.array([day.weekday() >= 5 for day in days])
    ratio, usual = np.full(table.shape, 0.0), np.full(table.shape, np.nan)
    for group in (weekend, ~weekend):
        if np.isfinite(table[group]).any():
            with np.errstate(all="ignore"):
                high = np.nanquantile(np.where(np.isfinite(table[group]).any(0), table[group], 0.0), 0.9, axis=0)
            usual[group] = np.maximum(high, 1.0)
    np.divide(table, usual, out=ratio, where=np.isfinite(table) & np.isfinite(usual))
    day_ratio = np.zeros((len(days), 1))
    some = np.isfinite(table).any(axis=1)
    day_ratio[some, 0] = np.nanmedian(np.where(np.isfinite(table), ratio, np.nan)[some], axis=1)
    with np.errstate(invalid="ignore"):
        excess = table - usual * np.maximum(day_ratio, 1.0)
        spike = (ratio > SPIKE_RATIO * np.maximum(day_ratio, 1.0)) & (excess > SPIKE_SD * np.sqrt(usual) + 10)
    if not spike.any():
        return table, []
    notes = [
        f"{channel}: {table[d, s]:.0f} contacts on {days[d]} at {slots[s] // 60:02d}:{slots[s] % 60:02d} against "
        f"{usual[d, s]:.0f} usually; set aside as a spike"
        for d, s in zip(*np.nonzero(spike), strict=True)
    ]
    more = [f"{channel}: and {len(notes) - SHOWN} more spikes"] if len(notes) > SHOWN else []
    return np.asarray(np.where(spike, np.nan, table)), notes[:SHOWN] + more


def without_absurd_days(
    table: Floats, days: tuple[dt.date, ...], explained: Bools, channel: str
) -> tuple[Floats, list[str]]:
    """Set aside whole days far above (over three times) or below (under a tenth of) the nearest same weekdays.

    At most three such days in a row: what lasts longer is a change of level, unless up to four weeks brought no contact
    at all: a busy queue falls silent where the record broke or the doors were shut. Two or three days in a row of too
    much are a storm, and it teaches, unless over twenty times the usual: no storm is. Days ``explained`` [D] by a
    holiday or an event stay, and so do all when they come back (over three runs in more than 2 % of the days): that is
    a habit.
    """
    total, seen = _day_totals(table)
    usual = _usual_totals(total, seen, np.array([day.weekday() for day in days]))
    known = seen & np.isfinite(usual) & (usual > 0)
    if not known.any():
        return table, []
    log = np.zeros(len(days))
    log[known] = np.log((total[known] + 0.5) / (usual[known] + 0.5))
    sd = max(SMALLEST_SD, 1.4826 * float(np.median(np.abs(log[known]))))
    with np.errstate(invalid="ignore"):
        far = np.abs(total - usual) > SPIKE_SD * np.sqrt(np.maximum(usual, 1.0)) + 10
        strange = (log > np.log(DAY_RATIO)) | ((total < usual / LOST_RATIO) & far)
    strange &= known & far & (np.abs(log) > DAY_SD * sd) & ~explained
    runs = [
        run
        for run in _runs(strange, np.nonzero(seen)[0])
        if len(run) <= LONGEST_RUN and ((log[run] > 0).sum() < 2 or log[run].max() > np.log(STORM_RATIO))
    ]
    absurd = np.array(sorted(row for run in runs for row in run), dtype=np.int64)
    if len(runs) > RECURRING and len(absurd) > RECURRING_SHARE * known.sum():
        absurd = absurd[:0]
    notes = [told(channel, total[d], days[d], usual[d]) for d in absurd[-SHOWN:]]
    silent = seen & (total == 0) & ~explained & (np.nan_to_num(usual) > 0)
    silences = [run for run in _runs(silent, np.nonzero(seen)[0]) if len(run) > LONGEST_RUN and _broken(run, usual)]
    for run in silences[-SHOWN:]:
        notes.append(
            f"{channel}: no contact at all from {days[run[0]]} to {days[run[-1]]}, where {usual[run].mean():.0f} a day "
            "are usual; taken as a hole in the record, not as zero"
        )
    clean = table.copy()
    clean[[*absurd, *(row for run in silences for row in run)]] = np.nan
    return clean, notes


def _broken(run: list[int], usual: Floats) -> bool:
    """Whether silent days are neither chance nor a new level: much is usual on them, for four weeks at most."""
    missed = float(usual[run].sum())
    return run[-1] - run[0] < LONGEST_SILENCE_DAYS and missed > SPIKE_SD * np.sqrt(missed) + 10


def shifted_clock(table: Floats, known: int, slots: Ints, channel: str) -> list[str]:
    """A remark when the last three weeks look like the weeks before moved by one hour: a wrong zone or clock change."""
    step = int(np.diff(slots).min()) if len(slots) > 1 else HOUR_MIN
    lag = HOUR_MIN // step
    old, new = (np.nansum(table[max(0, known - a) : max(0, known - b)], axis=0) for a, b in (OLD_DAYS, NEW_DAYS))
    if HOUR_MIN % step or old.sum() < LEAST_CONTACTS or new.sum() < LEAST_CONTACTS or len(slots) <= 2 * lag:
        return []
    noise = 1 / old.sum() + 1 / new.sum()
    before, now = old / old.sum(), new / new.sum()

    def apart(hours: int) -> float:
        return float(np.square(now - np.roll(before, hours * lag)).sum())

    best = min((-1, 1), key=apart)
    if apart(0) < CLEARLY * noise or apart(best) > apart(0) / CLOSER:
        return []
    return [f"{channel}: the last weeks look like those before moved by {best:+d} h: check the clock of the export"]


def told(channel: str, contacts: float, day: dt.date, usual: float) -> str:
    """The remark on a day that no model learns from."""
    return f"{channel}: {contacts:.0f} contacts on {day} against {usual:.0f} usually; the day is set aside"


def _day_totals(table: Floats) -> tuple[Floats, Bools]:
    """Contacts of each day as if all its usual slots were on record, and whether enough of them are."""
    on_record = np.isfinite(table)
    profile = np.zeros(table.shape[1])
    some = on_record.any(axis=0)
    profile[some] = np.nanmedian(table[:, some], axis=0) + 1e-3
    share = on_record @ (profile / profile.sum()) if some.any() else np.zeros(len(table))
    seen = share > LEAST_SEEN
    total = np.full(len(table), np.nan)
    total[seen] = np.where(on_record, table, 0.0).sum(axis=1)[seen] / share[seen]
    return total, seen


def _usual_totals(total: Floats, seen: Bools, weekday: Ints) -> Floats:
    """Median total of the nearest nine same weekdays (of all days alike when they are few); NaN when not told."""
    usual = np.full(len(total), np.nan)
    width = 2 * NEIGHBOURS + 1
    for w in range(7):
        rows = np.nonzero(seen & (weekday == w))[0]
        alike = rows if len(rows) >= LEAST_LIKE else np.nonzero(seen & ((weekday >= 5) == (w >= 5)))[0]
        if not len(rows) or len(alike) < LEAST_LIKE:
            continue
        if len(rows) < width:
            usual[rows] = np.median(total[alike])
            continue
        medians = np.median(np.lib.stride_tricks.sliding_window_view(total[rows], width), axis=1)
        usual[rows] = medians[np.clip(np.arange(len(rows)) - NEIGHBOURS, 0, len(medians) - 1)]
    return usual


def _runs(strange: Bools, order: Ints) -> list[list[int]]:
    """Strange days in runs without an ordinary day on record between them."""
    runs: list[list[int]] = []
    before = False
    for row in order:
        if strange[row]:
            if before:
                runs[-1].append(int(row))
            else:
                runs.append([int(row)])
        before = bool(strange[row])
    return runs
