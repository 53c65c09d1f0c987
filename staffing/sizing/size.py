"""From contacts to agents, both levels in one pass: what arrives, what is handed on, what each loss of hours adds."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt
import pandas as pd

from forecasts.distribution import Forecast
from forecasts.grid import Week, clock_min
from staffing.centre import Centre, Channel, Queue
from staffing.sizing.channels import counting, kind_of, within_s
from staffing.sizing.erlang import service_level
from staffing.sizing.futures import at_confidence, rate_cv, windows_of
from staffing.sizing.gamma import Floats
from staffing.sizing.options import Sizing
from staffing.sizing.patience import Patience, PatienceCurve, estimated_patience_s
from staffing.sizing.pools import pools, sized_together
from staffing.sizing.rates import departures, steep
from staffing.sizing.requirement import COLUMNS, Requirement
from staffing.sizing.retrials import called_again, first_tries, gone_on_record
from staffing.sizing.stream import Sized, Stream
from staffing.targets import CallBack, Deadline

USUAL = Sizing()
NO_CHAIN = "a patience curve has no transient queue, so each interval is sized on the load that lags behind (mol)"
NOTHING = 0.5
"""A week of fewer contacts than this rounds to none: nobody is asked to wait for it, minimum staff apart."""


@dataclass(frozen=True)
class Arrivals:
    """What reaches one queue on every interval of the week: contacts, the seconds of work they bring, and how much
    their rate may vary (contacts times coefficient of variation)."""

    contacts: Floats
    work_s: Floats
    varying: Floats

    @property
    def cv(self) -> Floats:
        """Coefficient of variation of the rate, channels running high together."""
        with np.errstate(divide="ignore", invalid="ignore"):
            return np.nan_to_num(self.varying / self.contacts)

    def aht_s(self, otherwise_s: float) -> Floats:
        """Mean handle time, ``otherwise_s`` where nothing arrives."""
        with np.errstate(divide="ignore", invalid="ignore"):
            mean = self.work_s / self.contacts
        return np.where(self.contacts > 0, mean, otherwise_s)

    def plus(self, contacts: Floats, work_s: Floats, cv: Floats) -> Arrivals:
        return Arrivals(self.contacts + contacts, self.work_s + work_s, self.varying + contacts * cv)


class _Flow:
    """One pass over the centre: level-1 queues, what they hand on, level-2 queues, then work that may wait."""

    def __init__(self, forecast: Forecast, centre: Centre, week: Week, options: Sizing) -> None:
        sure, waiting = options.confidence, [q.name for q in centre.queues if not kind_of(q.kind).live]
        for name, _ in options.carried:
            if name not in waiting:
                raise ValueError(f"carried names a queue of work that may wait ({', '.join(waiting)}), got {name!r}")
        self.forecast = forecast if sure is None else at_confidence(forecast, sure, windows_of(centre))
        self.cv = pd.Series(rate_cv(forecast), index=pd.MultiIndex.from_frame(forecast.frame[["channel", "start"]]))
        self.centre, self.options = centre, options
        self.starts = centre.grid.week(week)
        none = np.zeros(len(self.starts))
        self.reaching = {q.name: Arrivals(none, none, none) for q in centre.queues}
        self.sized: dict[str, tuple[Stream, Sized]] = {}
        self.swell: dict[str, Floats] = {}
        self.notes: list[str] = []
        self.lost_to_closed = 0.0

    def run(self) -> None:
        for channel in self.centre.channels:
            contacts, aht = self._rows(channel)
            contacts = contacts * self._first(channel)
            held = sum(t.share * t.handover_s for t in channel.transfers if t.warm)
            before = self.reaching[channel.queue]
            self.reaching[channel.queue] = before.plus(contacts, contacts * (aht + held), self._cv(channel))
        for level in sorted({q.level for q in self.centre.queues}):
            for pool in pools(self.centre, level):
                self._size(pool)
            for queue in self.centre.level_queues(level):
                if not kind_of(queue.kind).live:
                    self._size((queue,))
            for channel in self.centre.channels:
                if self.centre.queue(channel.queue).level == level:
                    self._hand_on(channel)
        if self.lost_to_closed >= 0.5:
            self.notes.append(f"transfers that come while their level-2 queue is closed: {self.lost_to_closed:.0f}")

    def _rows(self, channel: Channel) -> tuple[Floats, Floats]:
        """Contacts and handle time of a channel on every interval of the week; closed intervals have none."""
        rows = self.forecast.frame[self.forecast.frame["channel"] == channel.name].set_index("start")
        rows = rows.reindex(self.starts)
        contacts = rows["contacts"].to_numpy(dtype=float)
        if np.isnan(contacts[channel.opening.mask(self.starts)]).any():
            raise ValueError(f"the forecast lacks intervals of channel {channel.name}")
        aht = rows["aht_s"].to_numpy(dtype=float)
        return np.nan_to_num(contacts), np.where(np.isnan(aht), channel.aht_s, aht)

    def _cv(self, channel: Channel) -> Floats:
        own = self.cv.reindex(pd.MultiIndex.from_product([[channel.name], self.starts]))
        return np.asarray(np.nan_to_num(own.to_numpy(dtype=float)))

    def _size(self, pool: tuple[Queue, ...]) -> None:
        """Queues whose agents are the same people, together; most often one."""
        streams = [self._stream(queue) for queue in pool]
        cvs = [self.reaching[queue.name].cv for queue in pool]
        found = sized_together(streams, cvs)
        if again := self._again(streams, found):
            streams, found = again, sized_together(again, cvs)
        self.sized |= {s.queue.name: (s, sized) for s, sized in zip(streams, found, strict=True)}
        names = ", ".join(queue.name for queue in pool)
        if len(pool) > 1:
            self.notes.append(f"{names}: the same agents serve all of them, so they are sized as one")
        if self.options.method == "transient":
            for stream in streams:
                if isinstance(stream.patience, PatienceCurve):
                    self.notes.append(f"{stream.queue.name}: {NO_CHAIN}")
        self._coarse(names, streams)
        if found[0].capped.any():
            cap = min(queue.max_occupancy for queue in pool)
            self.notes.append(
                f"{names}: the occupancy cap of {cap:.0%}, not the target, decides in "
                f"{int(found[0].capped.sum())} intervals"
            )

    def _coarse(self, names: str, streams: list[Stream]) -> None:
        """A remark where hours are too long to tell when live contacts come."""
        if self.centre.grid.interval_min < 60 or not kind_of(streams[0].queue.kind).live:
            return
        contacts = np.sum([stream.contacts for stream in streams], axis=0)
        if hours := int(steep(contacts, np.any([stream.open_ for stream in streams], axis=0)).sum()):
            self.notes.append(
                f"{names}: {hours} hours bring over twice the contacts of the hour beside them, and service within "
                "them may fall far below its target: an export by 15 or 30 minutes shows when contacts come"
            )

    def _stream(self, queue: Queue) -> Stream:
        arrivals, open_ = self.reaching[queue.name], queue.opening.mask(self.starts)
        aht = arrivals.aht_s(self._usual_aht_s(queue)) + queue.pacing_s
        inside = np.where(open_, arrivals.contacts, 0.0)
        if not kind_of(queue.kind).live:
            inside = arrivals.contacts
        if inside.sum() < NOTHING:
            inside = np.zeros(len(inside))
        self.lost_to_closed += float((arrivals.contacts - inside).sum())
        least = np.full(len(open_), float(queue.min_agents))
        return Stream(
            queue, self.centre.grid, self.starts, open_, inside, aht, self._patience(queue), self.options,
            self._live(queue), least,
        )  # fmt: skip

    def _first(self, channel: Channel) -> float:
        """Share of a channel's forecast that are first calls."""
        return first_tries(self.centre, channel.name) if self.options.retrials else 1.0

    def _again(self, streams: list[Stream], found: list[Sized]) -> list[Stream] | None:
        """The queues with the calls that callers who gave up make again; None where nobody does."""
        queue = streams[0].queue
        if not (kind_of(queue.kind).live and self.options.retrials and self.centre.retry_share):
            return None
        out = [self._with_again(stream, sized) for stream, sized in zip(streams, found, strict=True)]
        return out if any(new is not old for new, old in zip(out, streams, strict=True)) else None

    def _with_again(self, stream: Stream, sized: Sized) -> Stream:
        """The stream with its repeated calls; itself where there are none to add."""
        name, first = stream.queue.name, stream.contacts
        if stream.patience is None:
            return stream
        own = [c for c in self.centre.channels if c.queue == name]
        told = [c for c in own if gone_on_record(self.centre, c.name)]
        if len(told) < len(own):
            self.notes.append(f"{name}: abandoned calls are not on record, so repeated calls are taken to be in it")
        calls = np.where(stream.open_, self._called(told), 0.0)
        again = called_again(self.centre, calls, np.nan_to_num(sized.abandon), stream.open_)
        if again.sum() < 0.5:
            return stream
        direct = self._called(own)
        with np.errstate(divide="ignore", invalid="ignore"):
            self.swell[name] = np.where(direct > 0, 1.0 + again / direct, 1.0)
        self.notes.append(f"{name}: {again.sum() / first.sum():.1%} more calls by callers who gave up before")
        return replace(stream, contacts=first + again)

    def _called(self, channels: list[Channel]) -> Floats:
        """First calls of several channels on every interval of the week."""
        return sum((self._rows(c)[0] * self._first(c) for c in channels), np.zeros(len(self.starts)))

    def _usual_aht_s(self, queue: Queue) -> float:
        own = [c.aht_s for c in self.centre.channels if c.queue == queue.name]
        handed = [t.aht_s for c in self.centre.channels for t in c.transfers if t.to == queue.name]
        return float(np.mean(own + handed)) if own or handed else 300.0

    def _live(self, queue: Queue) -> Floats:
        """Agents taken by live queues whose agents can also serve this one."""
        out = np.zeros(len(self.starts))
        if kind_of(queue.kind).live:
            return out
        able = [a for a in self.centre.team.agents if a.serves(queue.name)]
        for name, (_, sized) in self.sized.items():
            if name != queue.name and any(a.serves(name) for a in able):
                out = out + sized.agents
        return out

    def _patience(self, queue: Queue) -> Patience:
        model = queue.model if self.options.model == "auto" else self.options.model
        if model == "erlang_c" or not kind_of(queue.kind).live:
            return None
        mean_s = queue.patience_s
        if mean_s is None:
            channels = tuple(c.name for c in self.centre.channels if c.queue == queue.name)
            mean_s = estimated_patience_s(self.centre.history, channels)
            if mean_s is not None:
                self.notes.append(
                    f"{queue.name}: patience of {mean_s:.0f} s, from the history's waits and abandonments"
                )
        if mean_s is None:
            self.notes.append(f"{queue.name}: no patience known, callers are taken never to give up (Erlang C)")
            return None
        if model == "general":
            return PatienceCurve.lognormal(mean_s, queue.patience_cv)
        return mean_s

    def _hand_on(self, channel: Channel) -> None:
        """Transfers of a channel reach their queue when level 1 ends, as many as level 1 answered."""
        stream, sized = self.sized[channel.queue]
        contacts, aht = self._rows(channel)
        contacts = contacts * self._first(channel) * self.swell.get(channel.queue, 1.0)
        answered = contacts * (1 - np.nan_to_num(sized.abandon))
        open_ = channel.opening.mask(self.starts)
        for transfer in channel.transfers:
            if transfer.to in self.reaching:
                stays_s = aht + stream.queue.pacing_s + (transfer.handover_s if transfer.warm else 0.0)
                come = departures(answered * transfer.share, open_, stays_s, stream.interval_s)
                self.reaching[transfer.to] = self.reaching[transfer.to].plus(
                    come, come * transfer.aht_s, self._cv(channel)
                )


def size(forecast: Forecast, centre: Centre, week: Week, *, options: Sizing = USUAL) -> Requirement:
    """Agents to schedule per queue and open interval of ``week``.

    Level-2 arrivals are the contacts level 1 answers times the transfer share, as level 1 ends them; each queue is
    sized by its kind, live queues that the very same agents serve as one pool (see ``pools``; queues that share some
    of their agents stay apart); unplanned shrinkage is added once. No row where no queue is open. Raises ValueError
    when the forecast lacks intervals, work that may wait cannot be done in time, or shrinkage leaves nobody.

    >>> from tests import tiny
    >>> need = size(tiny.forecast(24.0), tiny.centre(), tiny.WEEK, options=Sizing(method="stationary"))
    >>> need.frame[["queue", "agents", "load_erl"]].iloc[[10, 90]].round(2).to_numpy().tolist()
    [['expert', 2.0, 1.05], ['front', 6.0, 4.0]]
    """
    flow = _Flow(forecast, centre, week, options)
    flow.run()
    parts = [_part(centre, *flow.sized[name]) for name in sorted(flow.sized)]
    parts = [part for part in parts if len(part[0])] or parts[:1]
    heads = max(table.shape[1] for _, table in parts)
    tables = [np.pad(t, ((0, 0), (0, heads - t.shape[1])), mode="edge") for _, t in parts]
    frame = pd.concat([frame for frame, _ in parts], ignore_index=True)
    return Requirement(
        week, centre.grid, frame[list(COLUMNS)], np.concatenate(tables).astype(np.float32),
        tuple(q.name for q in centre.queues if not kind_of(q.kind).live), tuple(flow.notes),
    )  # fmt: skip


def _part(centre: Centre, stream: Stream, sized: Sized) -> tuple[pd.DataFrame, Floats]:
    """One queue's rows of the requirement, and its service by scheduled heads."""
    queue, rows = stream.queue, stream.open_
    kept = 1.0 - shrinkage_share(centre, queue.level, stream.starts)[rows]
    if (kept <= 0).any():
        first = stream.starts[rows][kept <= 0][0]
        raise ValueError(f"a shrinkage of 100 % leaves nobody on queue {queue.name} at {first}")
    agents = sized.agents[rows] / kept
    frame = pd.DataFrame(
        {
            "start": stream.starts[rows], "queue": queue.name, "agents": agents, "load_erl": stream.load_erl[rows],
            "model": sized.model[rows], "service_level": sized.service_level[rows],
            "arrivals": _gathered(stream.contacts, rows), "aht_s": stream.aht_s[rows],
            "occupancy": sized.occupancy[rows],
        }
    )  # fmt: skip
    return frame, _service(stream, sized, kept)


def _gathered(contacts: Floats, open_: npt.NDArray[np.bool_]) -> Floats:
    """[open intervals] contacts that come in each, and while closed just before; after the last, at the last.

    >>> _gathered(np.array([3.0, 1, 2, 5]), np.array([False, True, True, False])).tolist()
    [4.0, 7.0]
    """
    count = int(open_.sum())
    next_open = np.minimum(np.cumsum(open_) - open_, count - 1)
    return np.asarray(np.bincount(next_open, contacts, count) if count else np.zeros(0), dtype=np.float64)


def _service(stream: Stream, sized: Sized, kept: Floats) -> Floats:
    """[rows, heads] service level with 0, 1, 2... agents scheduled, of whom ``kept`` are there; the others of the
    queue's pool have theirs."""
    rows, agents = stream.open_, sized.agents[stream.open_]
    if isinstance(stream.queue.target, (Deadline, CallBack)) or not len(agents):
        return np.full((len(agents), 1), np.nan)
    asked = stream if sized.pool is None else sized.pool.stream
    others = np.zeros(len(agents)) if sized.pool is None else sized.pool.agents[rows] - agents
    heads = np.arange(int(np.ceil(1.3 * (agents / kept).max())) + 6)
    there = others[:, None] + heads[None, :] * kept[:, None]
    whole = np.arange(int(np.ceil(there.max())) + 2)
    levels = service_level(
        sized.even_load_erl[rows, None], whole[None, :].astype(float) * asked.hands, asked.full_aht_s[rows, None],
        within_s(asked), patience=asked.patience, counting=counting(asked),
    )  # fmt: skip
    low = there.astype(int)
    at = np.take_along_axis(levels, low, axis=1), np.take_along_axis(levels, low + 1, axis=1)
    return np.asarray(at[0] + (at[1] - at[0]) * (there - low))


def shrinkage_share(centre: Centre, level: int, starts: pd.DatetimeIndex) -> npt.NDArray[np.float64]:
    """Share (0..1) of scheduled time lost without warning in each interval; several losses multiply.

    >>> from tests import tiny
    >>> from staffing.centre import Shrinkage
    >>> losses = (Shrinkage("sick", 0.1), Shrinkage("late", 0.05, to_min=570))
    >>> shrinkage_share(replace(tiny.centre(), shrinkage=losses), 1, tiny.GRID.week(tiny.WEEK)[18:20]).round(3).tolist()
    [0.145, 0.1]
    """
    kept, minute, weekday = np.ones(len(starts)), clock_min(starts), np.asarray(starts.day_of_week)
    for loss in centre.shrinkage:
        if loss.level in (None, level):
            here = np.isin(weekday, loss.weekdays) & (minute >= loss.from_min) & (minute < loss.to_min)
            kept = kept * np.where(here, 1.0 - loss.share, 1.0)
    return 1.0 - kept
