"""The ground all models stand on: day types, the usual week of a channel, and its daily level split into causes."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property

import numpy as np
import numpy.typing as npt

from forecasts.absurd import SHOWN, told
from forecasts.level import Decomposition, Level
from forecasts.panel import Panel

Floats = npt.NDArray[np.float64]
Ints = npt.NDArray[np.int64]
Bools = npt.NDArray[np.bool_]

SEASON_DAYS = 400
REST_RATIO = 0.75
TOLD_DAYS = 56
MOVE_DAYS = 56
WILD_RATIO = 2.0
MOVES = ("drift", "wander", "growth")
MOVE_SHARE = 0.85


@dataclass(frozen=True)
class Ground:
    """What a channel's past says at one origin; arrays over the panel's D days.

    ``kind`` [D] day type 0..6 (a holiday may borrow the rest day's); ``usual`` [7, S] contacts per slot at level 1;
    ``level`` [D] log level expected, of which ``calendar`` [D] is due to the calendar and events; ``split`` its
    parts; ``observed``, ``exposure`` [known] contacts of each day and what the usual week has on the same slots;
    ``wild`` [known] the odd days over twice or under half of what was expected; ``variances`` the fitted
    hyperparameters.
    """

    panel: Panel
    kind: Ints
    usual: Floats
    level: Floats
    calendar: Floats
    split: Decomposition
    observed: Floats
    exposure: Floats
    wild: Bools
    variances: tuple[float, ...]
    notes: tuple[str, ...] = field(default=())

    @cached_property
    def weeks(self) -> float:
        """Weeks of history on record."""
        return float(np.isfinite(self.panel.counts).any(axis=1).sum() / max(self._open_days_per_week, 1.0))

    @property
    def _open_days_per_week(self) -> float:
        return 7.0 * float(self.panel.is_open.any(axis=1).mean())

    def part(self, name: str) -> Floats:
        """One part of the log level on every day [D]; KeyError when unknown."""
        return self.split.part(name)

    @property
    def odd(self) -> Bools:
        """Ordinary known days nobody could have expected [known]; models of the daily level look past them."""
        return self.split.odd

    @cached_property
    def counts(self) -> Floats:
        """The panel's counts without the wild days [D, S]: what averages learn from.

        A storm of half as much again teaches them: it is often followed by another busy day.
        """
        return without_days(self.panel.counts, self.wild)

    @cached_property
    def fixed(self) -> Floats:
        """What is known of every day beforehand: calendar, season of a year or more on record, level shifts; [D]."""
        season = self.part("season") if self.panel.known > SEASON_DAYS else 0.0
        return np.asarray(self.calendar + season + self.part("month") + self.part("steps"))

    @cached_property
    def adjusted(self) -> Floats:
        """What averages of the last weeks are freed of [D]: all that is fixed, and most of how the level has moved.

        Without the last a mean of six weeks lags a new level by three; the rest stays in the counts, as a second
        opinion on where the level stands.
        """
        return np.asarray(self.fixed + MOVE_SHARE * sum(self.part(name) for name in MOVES))

    def age_weeks(self) -> Floats:
        """Age of each known day in weeks, seen from the first unknown day; shape [known]."""
        return np.arange(self.panel.known, 0, -1) / 7.0

    def future(self) -> slice:
        return slice(self.panel.known, len(self.panel.days))


def ground_of(panel: Panel, variances: tuple[float, ...] | None = None, *, refit: bool = True) -> Ground:
    """Study a panel; ``variances`` start (or, without ``refit``, replace) the search for hyperparameters."""
    kind, notes = _kinds(panel)
    flat = np.zeros(len(kind))
    usual = usual_week(panel.counts, kind, flat, half_life_weeks=26.0, known=panel.known)
    observed, exposure = day_level(panel, usual, kind)
    model = Level(panel, kind, observed, exposure)
    theta = model.search(variances) if refit or variances is None else np.log(np.asarray(variances))
    split = model.split(theta)
    given = np.log(panel.marks.given)
    level = split.total + given
    wild = split.odd & _far(observed, exposure * np.exp(level[: panel.known]))
    learnt = without_days(panel.counts, wild)
    usual = filled(usual_week(learnt, kind, level, half_life_weeks=13.0, known=panel.known), panel)
    observed, exposure = day_level(panel, usual, kind)
    notes += _wild_days(panel, wild, observed, exposure * np.exp(level[: panel.known]))
    notes += _moves(panel, split, wild, observed, exposure)
    return Ground(
        panel=panel,
        kind=kind,
        usual=usual,
        level=level,
        calendar=split.part("calendar") + given,
        split=split,
        observed=observed,
        exposure=exposure,
        wild=wild,
        variances=tuple(np.exp(theta)),
        notes=tuple(notes),
    )


def _kinds(panel: Panel) -> tuple[Ints, list[str]]:
    """Day type of each day: its weekday, or the quietest weekday on a public holiday unless the past says otherwise."""
    kind = panel.weekday
    holiday = panel.marks.holiday
    totals = _totals(panel.counts, kind, ~holiday)
    if not holiday.any() or not np.isfinite(totals).any():
        return kind, []
    rest = int(np.nanargmin(totals))
    if totals[rest] > REST_RATIO * np.nanmedian(totals):
        return kind, []
    past = [i for i in np.nonzero(holiday)[0] if np.isfinite(panel.counts[i]).any() and np.isfinite(totals[kind[i]])]
    if len(past) >= 3:
        seen = np.array([np.nansum(panel.counts[i]) for i in past]) + 0.5
        as_own = np.abs(np.log(seen / (totals[kind[past]] + 0.5)))
        as_rest = np.abs(np.log(seen / (totals[rest] + 0.5)))
        if as_own.sum() < as_rest.sum():
            return kind, [f"{panel.channel}: public holidays look like ordinary days here"]
    return np.where(holiday, rest, kind), []


def without_days(counts: Floats, odd: Bools) -> Floats:
    """The counts with some known days taken out."""
    out = counts.copy()
    out[: len(odd)][odd] = np.nan
    return out


def _far(observed: Floats, expected: Floats) -> Bools:
    """Days over twice or under half of what was expected."""
    with np.errstate(invalid="ignore"):
        return np.asarray(np.abs(np.log((observed + 0.5) / (expected + 0.5))) > np.log(WILD_RATIO))


def _wild_days(panel: Panel, wild: Bools, observed: Floats, expected: Floats) -> list[str]:
    """A remark on each wild day of the last weeks, those a planner remembers."""
    recent = [i for i in np.nonzero(wild)[0] if i >= panel.known - TOLD_DAYS]
    return [told(panel.channel, observed[i], panel.days[i], expected[i]) for i in recent[-SHOWN:]]


def _moves(panel: Panel, split: Decomposition, wild: Bools, observed: Floats, exposure: Floats) -> list[str]:
    """A remark on each lasting change of level, by what came in up to eight weeks before and after it: the step found
    is shrunk, and drift takes a part of it."""
    season = split.part("season") if panel.known > SEASON_DAYS else 0.0
    causes = (split.part("calendar") + split.part("month") + season)[: panel.known]
    due = exposure * np.exp(causes) * panel.marks.given[: panel.known]
    use = np.isfinite(observed) & (np.nan_to_num(due) > 0) & ~wild
    days = sorted({day for day, _ in split.shifts})
    edges = [0, *map(panel.row, days), panel.known]
    notes = []
    for i, day in enumerate(days, start=1):
        before = np.arange(max(edges[i - 1], edges[i] - MOVE_DAYS), edges[i])
        after = np.arange(edges[i], min(edges[i + 1], edges[i] + MOVE_DAYS))
        was, now = (observed[rows[use[rows]]].sum() / due[rows[use[rows]]].sum() for rows in (before, after))
        if was > 0:
            notes.append(f"{panel.channel}: volume {now / was - 1:+.0%} since about {day}")
    return notes


def _totals(counts: Floats, kind: Ints, use: Bools) -> Floats:
    """Mean day total per weekday, NaN where never seen."""
    out = np.full(7, np.nan)
    seen = np.isfinite(counts).any(axis=1) & use
    for k in range(7):
        rows = counts[seen & (kind == k)]
        if len(rows):
            out[k] = float(np.nansum(rows) / len(rows))
    return out


def usual_week(counts: Floats, kind: Ints, log_level: Floats, *, half_life_weeks: float, known: int) -> Floats:
    """Contacts per weekday and slot at level 1 [7, S]: discounted counts over levels; NaN if never seen."""
    weight = 0.5 ** (np.arange(known, 0, -1) / 7.0 / half_life_weeks)
    level = np.exp(log_level[:known])
    seen = np.isfinite(counts[:known])
    out = np.full((7, counts.shape[1]), np.nan)
    for k in range(7):
        rows = kind[:known] == k
        if not rows.any():
            continue
        top = (weight[rows, None] * np.where(seen[rows], counts[:known][rows], 0.0)).sum(axis=0)
        bottom = (weight[rows] * level[rows]) @ seen[rows]
        out[k] = np.divide(top, bottom, out=np.full(len(top), np.nan), where=bottom > 0)
    return out


def filled(usual: Floats, panel: Panel) -> Floats:
    """A usual week without holes: an unseen weekday takes the mean of the others, an unseen slot its neighbours'."""
    if not np.isfinite(usual).any():
        return np.zeros_like(usual)
    slots = np.arange(usual.shape[1])
    seen = np.isfinite(usual)
    mean = np.divide(np.where(seen, usual, 0.0).sum(0), seen.sum(0), out=np.full(len(slots), np.nan), where=seen.any(0))
    known = np.isfinite(mean)
    mean = np.interp(slots, slots[known], mean[known])
    out = usual.copy()
    for k in range(7):
        holes = ~seen[k]
        if holes.any():
            here = seen[k] & (mean > 0)
            ratio = usual[k, here].sum() / mean[here].sum() if here.any() else 1.0
            out[k, holes] = mean[holes] * ratio
    return out


def day_level(panel: Panel, usual: Floats, kind: Ints) -> tuple[Floats, Floats]:
    """Contacts of each known day and what the usual week expected on the same slots; NaN where nothing is on record."""
    counts, expected = panel.counts[: panel.known], usual[kind[: panel.known]]
    both = np.isfinite(counts) & np.isfinite(expected)
    some = both.any(axis=1)
    seen = np.where(some, np.where(both, counts, 0.0).sum(axis=1), np.nan)
    return seen, np.where(some, np.where(both, expected, 0.0).sum(axis=1), np.nan)
