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
from staffing.sizing.futures import at_confidence, averaged, rate_cv
from staffing.sizing.gamma import Floats
from staffing.sizing.options import Sizing
from staffing.sizing.patience import Patience, PatienceCurve, estimated_patience_s
from staffing.sizing.rates import departures
from staffing.sizing.requirement import COLUMNS, Requirement
from staffing.sizing.retrials import called_again, first_tries
from staffing.sizing.stream import Sized, Stream
from staffing.targets import CallBack, Deadline, ServiceLevel

USUAL = Sizing()


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
        sure = options.confidence
        self.forecast = forecast if sure is None else at_confidence(forecast, sure)
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
            queues = self.centre.level_queues(level)
            for queue in (q for q in queues if kind_of(q.kind).live):
                self._size(queue)
            for queue in (q for q in queues if not kind_of(q.kind).live):
                self._size(queue)
            for channel in self.centre.channels:
                if self.centre.queue(channel.queue).level == level:
                    self._hand_on(channel)
        if self.lost_to_closed >= 0.5:
            self.notes.append(f"{self.lost_to_closed:.0f} transfers come while their level-2 queue is closed")

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
        own = self.cv.xs(channel.name, level="channel").reindex(self.starts)
        return np.asarray(np.nan_to_num(own.to_numpy(dtype=float)))

    def _size(self, queue: Queue) -> None:
        arrivals, open_ = self.reaching[queue.name], queue.opening.mask(self.starts)
        patience = self._patience(queue)
        aht = arrivals.aht_s(self._usual_aht_s(queue)) + queue.pacing_s
        inside = np.where(open_, arrivals.contacts, 0.0)
        if not kind_of(queue.kind).live:
            inside = arrivals.contacts
        stream = Stream(
            queue, self.centre.grid, self.starts, open_, inside, aht, patience, self.options, self._live(queue)
        )
        self.lost_to_closed += float((arrivals.contacts - inside).sum())
        sized = kind_of(queue.kind).size(stream)
        if again := self._again(queue, stream, sized):
            stream, sized = again
        if self.options.expected and isinstance(queue.target, ServiceLevel) and kind_of(queue.kind).live:
            sized = replace(sized, agents=averaged(stream, sized, arrivals.cv))
        self.sized[queue.name] = stream, sized
        if sized.capped.any():
            self.notes.append(
                f"{queue.name}: the occupancy cap of {queue.max_occupancy:.0%}, not the target, decides in "
                f"{int(sized.capped.sum())} intervals"
            )

    def _first(self, channel: Channel) -> float:
        """Share of a channel's forecast that are first calls."""
        return first_tries(self.centre, channel.name) if self.options.retrials else 1.0

    def _again(self, queue: Queue, stream: Stream, sized: Sized) -> tuple[Stream, Sized] | None:
        """The queue with the calls that callers who gave up make again; None where nobody does.

        Two passes of the fixed point: what a third would add is the repeated calls' own share of a few in a hundred,
        squared.
        """
        calling = queue.level == 1 and kind_of(queue.kind).live and self.options.retrials and self.centre.retry_share
        if not calling or stream.patience is None:
            return None
        first, abandon = stream.contacts, np.nan_to_num(sized.abandon)
        again = called_again(self.centre, first, abandon, stream.open_)
        again = called_again(self.centre, first + again, abandon, stream.open_)
        if again.sum() < 0.5:
            return None
        with np.errstate(divide="ignore", invalid="ignore"):
            self.swell[queue.name] = np.where(first > 0, 1.0 + again / first, 1.0)
        self.notes.append(f"{queue.name}: {again.sum() / first.sum():.1%} more calls by callers who gave up before")
        stream = replace(stream, contacts=first + again)
        return stream, kind_of(queue.kind).size(stream)

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
        leaving = departures(answered, open_, aht + stream.queue.pacing_s, stream.interval_s)
        for transfer in channel.transfers:
            if transfer.to in self.reaching:
                come = leaving * transfer.share
                self.reaching[transfer.to] = self.reaching[transfer.to].plus(
                    come, come * transfer.aht_s, self._cv(channel)
                )


def size(forecast: Forecast, centre: Centre, week: Week, *, options: Sizing = USUAL) -> Requirement:
    """Agents to schedule per queue and open interval of ``week``.

    Level-2 arrivals are the contacts level 1 answers times the transfer share, as level 1 ends them; each queue is
    sized by its kind; unplanned shrinkage is added once. Raises ValueError when the forecast lacks intervals.
    """
    flow = _Flow(forecast, centre, week, options)
    flow.run()
    parts = [_part(centre, *flow.sized[name]) for name in sorted(flow.sized)]
    parts = [part for part in parts if len(part[0])]
    heads = max((table.shape[1] for _, table in parts), default=1)
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
    agents = sized.agents[rows] / kept
    frame = pd.DataFrame(
        {
            "start": stream.starts[rows], "queue": queue.name, "agents": agents, "load_erl": stream.load_erl[rows],
            "model": sized.model[rows], "service_level": sized.service_level[rows],
            "arrivals": stream.contacts[rows], "aht_s": stream.aht_s[rows], "occupancy": sized.occupancy[rows],
        }
    )  # fmt: skip
    return frame, _service(stream, sized.even_load_erl[rows], stream.aht_s[rows], agents, kept)


def _service(stream: Stream, load: Floats, aht_s: Floats, agents: Floats, kept: Floats) -> Floats:
    """[rows, heads] service level with 0, 1, 2... agents scheduled, of whom ``kept`` are there."""
    if isinstance(stream.queue.target, (Deadline, CallBack)) or not len(agents):
        return np.full((len(agents), 1), np.nan)
    heads = np.arange(int(np.ceil(1.3 * agents.max())) + 6)
    whole = service_level(
        load[:, None], heads[None, :].astype(float), aht_s[:, None], within_s(stream),
        patience=stream.patience, counting=counting(stream),
    )  # fmt: skip
    there = heads[None, :] * kept[:, None]
    low = np.minimum(there.astype(int), len(heads) - 2)
    at = np.take_along_axis(whole, low, axis=1), np.take_along_axis(whole, low + 1, axis=1)
    return np.asarray(at[0] + (at[1] - at[0]) * (there - low))


def shrinkage_share(centre: Centre, level: int, starts: pd.DatetimeIndex) -> npt.NDArray[np.float64]:
    """Share of scheduled time lost without warning in each interval; several losses multiply."""
    kept, minute, weekday = np.ones(len(starts)), clock_min(starts), np.asarray(starts.day_of_week)
    for loss in centre.shrinkage:
        if loss.level in (None, level):
            here = np.isin(weekday, loss.weekdays) & (minute >= loss.from_min) & (minute < loss.to_min)
            kept = kept * np.where(here, 1.0 - loss.share, 1.0)
    return 1.0 - kept
