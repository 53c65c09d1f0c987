"""From a forecast to one possible week of contacts, with every random number that belongs to them.

Common random numbers: the k-th contact of a channel's day has the same draws in every roster, scenario and lever
played with the same seed. Arrivals are a unit-rate Poisson process run on the clock of expected contacts, so a
volume scenario moves the same contacts closer together instead of drawing others.
"""

from __future__ import annotations

import datetime as dt
import zlib
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd
from scipy.special import ndtri

from forecasts.distribution import Forecast
from forecasts.grid import Week
from forecasts.spread import paths
from staffing.centre import Centre, Channel, Queue
from staffing.simulation.floor import Contacts, Floats, Ints
from staffing.simulation.play import Play
from staffing.sizing.channels import kind_of
from staffing.sizing.deferrable import due_interval
from staffing.sizing.patience import PatienceCurve, estimated_patience_s
from staffing.sizing.rates import slopes
from staffing.sizing.retrials import first_tries, gone_on_record
from staffing.targets import CallBack, Deadline

WIDTH = 8
ARRIVAL, WORK, PATIENCE, TRANSFER, WORK2, PATIENCE2, TRIES, PAUSE = range(WIDTH)
MAX_TRIES = 5


@dataclass(frozen=True, eq=False)
class ChannelDay:
    """The intervals of one channel on one civil day: rows of the forecast, seconds, change of the rate across each as a
    share of its mean, handle time, share of contacts that an agent calls back, key of its draws."""

    channel: Channel
    rows: Ints
    start_s: Floats
    lean: Floats
    aht_s: Floats
    aht_cv: Floats
    back: Floats
    key: tuple[int, int]


class Source:
    """Draws one replication after another of a forecast's week at a centre."""

    def __init__(self, forecast: Forecast, centre: Centre, week: Week, options: Play) -> None:
        self.centre, self.options = centre, options
        self.starts = centre.grid.week(week)
        self.interval_s = centre.grid.interval_min * 60.0
        self.number = {q.name: i for i, q in enumerate(centre.queues)}
        self.patience = {q.name: self._patience(q) for q in centre.queues}
        self.due = {q.name: self._due(q) for q in centre.queues}
        inside = (forecast.frame["start"] >= self.starts[0]) & (forecast.frame["start"] <= self.starts[-1])
        self.forecast, self.inside = forecast, inside.to_numpy()
        self.days = [day for channel in centre.channels for day in self._days(channel)]
        first = {c.name: first_tries(centre, c.name) if options.retrials else 1.0 for c in centre.channels}
        self.first_tries = forecast.frame["channel"].map(first).to_numpy(dtype=float)

    def rates(self, replications: int, batch: int) -> Floats:
        """Expected first calls of each row in each replication of a batch [replications, rows]."""
        if self.options.uncertain:
            rates = paths(self.forecast, replications, seed=self.options.seed * 1009 + batch, rates=True)
        else:
            rates = np.tile(self.forecast.frame["contacts"].to_numpy(dtype=float), (replications, 1))
        return np.asarray(rates * self.first_tries, dtype=float)

    def drawn(self, rates: Floats, replication: int) -> Contacts:
        """The contacts of one replication, whose expected numbers are ``rates`` [rows of the forecast]."""
        parts = [self._day(day, rates[day.rows], replication) for day in self.days]
        parts += [self._carried(name, count) for name, count in self.options.carried]
        children: list[Ints] = []
        handed, total = 0, sum(len(p.queue) for p in parts)
        for part in parts:
            here = np.flatnonzero(part.child_queue >= 0)
            part.child[here] = total + handed + np.arange(len(here))
            handed += len(here)
            children.append(here)
        return _joined(parts, children)

    def _days(self, channel: Channel) -> list[ChannelDay]:
        frame = self.forecast.frame
        rows = np.flatnonzero((frame["channel"] == channel.name).to_numpy() & self.inside)
        own = frame.iloc[rows]
        self._check(channel, own)
        since: Floats = np.asarray((own["start"] - self.starts[0]) / pd.Timedelta(seconds=1), dtype=np.float64)
        dates = own["start"].dt.date.to_numpy()
        aht, cv = own["aht_s"].to_numpy(dtype=float), own["aht_cv"].to_numpy(dtype=float)
        back, lean = _called_back(own), self._lean(since, own["contacts"].to_numpy(dtype=float))
        out = []
        for date in dict.fromkeys(dates):
            here = np.flatnonzero(dates == date)
            key = (zlib.crc32(channel.name.encode()), date.toordinal() if isinstance(date, dt.date) else 0)
            out.append(ChannelDay(channel, rows[here], since[here], lean[here], aht[here], cv[here], back[here], key))
        return out

    def _lean(self, since_s: Floats, contacts: Floats) -> Floats:
        """Slope of the contact rate in each of a channel's intervals over its mean, as sizing takes it."""
        at = (since_s / self.interval_s).astype(int)
        week, open_ = np.zeros(len(self.starts)), np.zeros(len(self.starts), dtype=bool)
        week[at], open_[at] = contacts, True
        return np.asarray(slopes(week, open_)[at] / np.maximum(contacts, 1e-9))

    def _check(self, channel: Channel, own: pd.DataFrame) -> None:
        asked = self.starts[channel.opening.mask(self.starts)]
        if len(asked.difference(pd.DatetimeIndex(own["start"]))):
            raise ValueError(f"the forecast lacks intervals of channel {channel.name}")

    def _due(self, queue: Queue) -> Floats:
        """Instant by which work arriving in each interval of the week should be done; inf for live queues."""
        if not isinstance(queue.target, (Deadline, CallBack)):
            return np.full(len(self.starts), np.inf)
        last = due_interval(self.starts, self.centre.grid, queue.opening, queue.target)
        return np.asarray((last + 1) * self.interval_s, dtype=float)

    def _patience(self, queue: Queue) -> float | PatienceCurve | None:
        for name, curve in self.options.patience:
            if name == queue.name:
                return curve
        if queue.model == "erlang_c" or not kind_of(queue.kind).live:
            return None
        mean_s = queue.patience_s
        if mean_s is None:
            own = tuple(c.name for c in self.centre.channels if c.queue == queue.name)
            mean_s = estimated_patience_s(self.centre.history, own)
        if mean_s is not None and queue.model == "general":
            return PatienceCurve.lognormal(mean_s, queue.patience_cv)
        return mean_s

    def _day(self, day: ChannelDay, rates: Floats, replication: int) -> _Part:
        mass = np.concatenate([[0.0], np.cumsum(rates)])
        draws = np.random.default_rng([self.options.seed, replication, *day.key]).random(
            (int(mass[-1] + 7 * np.sqrt(mass[-1]) + 20), WIDTH)
        )
        clock = np.cumsum(-np.log1p(-draws[:, ARRIVAL]))
        count = int(np.searchsorted(clock, mass[-1]))
        clock, draws = clock[:count], draws[:count]
        row = np.minimum(np.searchsorted(mass, clock, side="right") - 1, len(rates) - 1)
        arrival = day.start_s[row] + leaning((clock - mass[row]) / rates[row], day.lean[row]) * self.interval_s
        queue = self.centre.queue(day.channel.queue)
        work = lognormal(draws[:, WORK], day.aht_s[row], day.aht_cv[row]) + queue.pacing_s
        child_queue, child_aht, held = _handed_on(day.channel, self.number, draws[:, TRANSFER])
        name2 = np.array([q.name for q in self.centre.queues])
        patience2 = np.full(count, np.inf)
        for number in set(child_queue[child_queue >= 0].tolist()):
            here = child_queue == number
            patience2[here] = patient(self.patience[str(name2[number])], draws[here, PATIENCE2])
        pacing2 = np.array([q.pacing_s for q in self.centre.queues])
        work2 = lognormal(draws[:, WORK2], np.maximum(child_aht, 1e-9), day.aht_cv[row]) + pacing2[child_queue]
        told = self.options.retrials and gone_on_record(self.centre, day.channel.name)
        share = self.centre.retry_share if told else 0.0
        waits = self.patience[queue.name] is not None
        back = day.back[row]
        dialled, u = draws[:, PATIENCE] < back, (draws[:, PATIENCE] - back) / np.maximum(1 - back, 1e-9)
        patience = np.where(dialled, np.inf, patient(self.patience[queue.name], np.clip(u, 0.0, 1 - 1e-12)))
        again = np.where(dialled, 0, tries(draws[:, TRIES], share if waits else 0.0))
        return _Part(
            arrival, np.full(count, self.number[queue.name]), work + held, patience, np.full(count, -1), again,
            -np.log1p(-draws[:, PAUSE]) * self.centre.retry_delay_min * 60.0,
            child_queue, work2, patience2,
        )  # fmt: skip

    def _carried(self, name: str, count: int) -> _Part:
        """Work left over from last week, in line at the first instant, due on the first day."""
        queue = self.centre.queue(name)
        aht = float(np.mean([c.aht_s for c in self.centre.channels if c.queue == name] or [300.0]))
        none = np.full(count, -1)
        return _Part(
            np.zeros(count), np.full(count, self.number[queue.name]), np.full(count, aht), np.full(count, np.inf),
            none.copy(), np.zeros(count, dtype=np.int64), np.zeros(count),
            none, np.zeros(count), np.zeros(count),
        )  # fmt: skip


@dataclass(eq=False)
class _Part:
    """Contacts of one channel's day, and what each hands on."""

    arrival: Floats
    queue: npt.NDArray[np.int64]
    work: Floats
    patience: Floats
    child: npt.NDArray[np.int64]
    tries: npt.NDArray[np.int64]
    pause: Floats
    child_queue: npt.NDArray[np.int64]
    work2: Floats
    patience2: Floats


def _joined(parts: list[_Part], children: list[npt.NDArray[np.int64]]) -> Contacts:
    """All parts one after the other, then the contacts that their transfers start."""
    handed = sum(len(c) for c in children)

    def line(name: str, second: str | None, otherwise: float) -> Floats:
        own = [getattr(p, name) for p in parts]
        own += [np.full(handed, otherwise)] if second is None else [
            getattr(p, second)[c] for p, c in zip(parts, children, strict=True)]  # fmt: skip
        return np.concatenate(own) if own else np.zeros(0)

    return Contacts(
        line("arrival", None, np.nan), line("queue", "child_queue", 0).astype(np.int64), line("work", "work2", 0),
        line("patience", "patience2", 0), line("child", None, -1).astype(np.int64),
        line("tries", None, 0).astype(np.int64), line("pause", None, 0),
    )  # fmt: skip


def _called_back(rows: pd.DataFrame) -> Floats:
    """Share of each row's contacts that an agent calls back (see ``scenarios.changes.CalledBack``)."""
    if "called_back" not in rows.columns:
        return np.zeros(len(rows))
    contacts = np.maximum(rows["contacts"].to_numpy(dtype=float), 1e-9)
    return np.asarray(np.clip(rows["called_back"].to_numpy(dtype=float) / contacts, 0.0, 1.0), dtype=np.float64)


def _handed_on(channel: Channel, number: dict[str, int], u: Floats) -> tuple[Ints, Floats, Floats]:
    """By contact: queue it goes on to (-1 none or outside), handle time there, seconds its first agent stays on."""
    to, aht, held, low = np.full(len(u), -1), np.zeros(len(u)), np.zeros(len(u)), 0.0
    for transfer in channel.transfers:
        here = (u >= low) & (u < low + transfer.share)
        low += transfer.share
        to[here] = number.get(transfer.to, -1)
        aht[here] = transfer.aht_s
        held[here] = transfer.handover_s if transfer.warm else 0.0
    return to, aht, held


def leaning(u: Floats, lean: Floats) -> Floats:
    """Quantiles ``u`` of the density ``1 + lean (x - 1/2)`` on 0..1, ``lean`` from -2 to 2.

    >>> leaning(np.array([0.25, 0.25, 0.25]), np.array([0.0, 2.0, -2.0])).round(3).tolist()
    [0.25, 0.5, 0.134]
    """
    low = 1 - lean / 2
    return np.asarray(2 * u / np.maximum(low + np.sqrt(np.maximum(low**2 + 2 * lean * u, 0.0)), 1e-300))


def lognormal(u: Floats, mean: Floats, cv: Floats) -> Floats:
    """Lognormal of that mean and coefficient of variation at the quantiles ``u``."""
    spread = np.log1p(np.square(cv))
    return np.asarray(mean * np.exp(np.sqrt(spread) * ndtri(np.maximum(u, 1e-300)) - spread / 2))


def patient(law: float | PatienceCurve | None, u: Floats) -> Floats:
    """Seconds before giving up: never, exponential of that mean, or by a curve."""
    if law is None:
        return np.full(len(u), np.inf)
    if isinstance(law, PatienceCurve):
        gone = 1.0 - np.asarray(law.survival)
        return np.asarray(law.times_s)[np.minimum(np.searchsorted(gone, u, side="right"), len(gone) - 1)]
    return np.asarray(-np.log1p(-u) * law)


def tries(u: Floats, share: float) -> Ints:
    """How often a caller who gives up calls again: each time with that chance, five times at most."""
    if share <= 0:
        return np.zeros(len(u), dtype=np.int64)
    again = np.log(np.maximum(u, 1e-300)) // np.log(min(share, 0.999999))
    return np.asarray(np.minimum(again, MAX_TRIES), dtype=np.int64)
