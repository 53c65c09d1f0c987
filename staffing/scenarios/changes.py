"""The changes a scenario can make, one class each; a file names them by ``KINDS``.

Each answers ``applied(centre, forecast)`` with another centre and forecast and changes neither. Days are civil days of
the centre, minutes are clock minutes, ``channels`` () means all of them. Changes apply one after the other.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
from dataclasses import dataclass
from typing import ClassVar, Protocol

import numpy as np
import numpy.typing as npt
import pandas as pd

from forecasts.distribution import Forecast
from forecasts.grid import DAY_MIN, Opening, Spans, clock_min
from staffing.centre import Centre, Channel, Shrinkage
from staffing.scenarios.limits import LIMITS, Limited, Limits
from staffing.sizing.channels import kind_of
from staffing.targets import Counting, ServiceLevel

Asked = tuple[Centre, Forecast]
SCALED = ("contacts", "p10", "p90", "p025", "p975", "model_contacts", "called_back")


class Change(Protocol):
    """One thing that is otherwise than expected."""

    kind: ClassVar[str]

    def applied(self, centre: Centre, forecast: Forecast) -> Asked:
        """The centre and the forecast with this change."""
        ...


@dataclass(frozen=True)
class Span(Limited):
    """When a change holds: ``first`` to ``last`` day (None: open-ended), ``from_min`` to ``to_min`` clock time.
    ValueError where it ends before it begins."""

    channels: tuple[str, ...] = ()
    first: dt.date | None = None
    last: dt.date | None = None
    from_min: int = 0
    to_min: int = 1440

    def __post_init__(self) -> None:
        super().__post_init__()
        if self.first is not None and self.last is not None and self.last < self.first:
            raise ValueError(f"the change ends on {self.last}, before it begins on {self.first}")
        if self.to_min <= self.from_min:
            raise ValueError(f"the change ends at minute {self.to_min}, not after it begins at {self.from_min}")

    def rows(self, centre: Centre, forecast: Forecast) -> npt.NDArray[np.bool_]:
        """Rows of the forecast inside the span; ValueError for a channel the centre does not have."""
        for name in self.channels:
            if name not in {c.name for c in centre.channels}:
                raise ValueError(f"the scenario names channel {name}, which the centre does not have")
        frame = forecast.frame
        starts = pd.DatetimeIndex(frame["start"])
        days, minutes = np.asarray(starts.date), clock_min(starts)
        inside = (minutes >= self.from_min) & (minutes < self.to_min)
        if self.first is not None:
            inside &= days >= self.first
        if self.last is not None:
            inside &= days <= self.last
        if self.channels:
            inside &= frame["channel"].isin(self.channels).to_numpy()
        return np.asarray(inside, dtype=bool)


def scaled(forecast: Forecast, factor: npt.NDArray[np.float64]) -> Forecast:
    """The forecast with each row's contacts and their quantiles times ``factor`` [rows]."""
    frame = forecast.frame.copy()
    for column in SCALED:
        if column in frame.columns:
            frame[column] = frame[column] * factor
    return dataclasses.replace(forecast, frame=frame)


@dataclass(frozen=True)
class Volume(Span):
    """Contacts times ``factor``. Contained by an announcement: a factor below 1."""

    kind: ClassVar[str] = "volume"
    factor: float = 1.0

    def applied(self, centre: Centre, forecast: Forecast) -> Asked:
        return centre, scaled(forecast, np.where(self.rows(centre, forecast), self.factor, 1.0))


@dataclass(frozen=True)
class Daily(Span):
    """Contacts times one factor a day: ``factors[i]`` on the i-th day from ``first`` on, Sundays counted."""

    kind: ClassVar[str] = "daily"
    factors: tuple[float, ...] = ()

    def applied(self, centre: Centre, forecast: Forecast) -> Asked:
        if self.first is None or not self.factors:
            raise ValueError("daily needs a first day and its factors")
        day = np.array([(d - self.first).days for d in pd.DatetimeIndex(forecast.frame["start"]).date])
        inside = (day >= 0) & (day < len(self.factors)) & self.rows(centre, forecast)
        factors = np.asarray(self.factors)[np.clip(day, 0, len(self.factors) - 1)]
        return centre, scaled(forecast, np.where(inside, factors, 1.0))


@dataclass(frozen=True)
class Gathered(Span):
    """On each day of the span contacts times ``factor``, and ``share`` of a channel's day between ``from_min`` and
    ``to_min``. ValueError when nothing is expected then."""

    kind: ClassVar[str] = "gathered"
    factor: float = 1.0
    share: float = 0.5

    def applied(self, centre: Centre, forecast: Forecast) -> Asked:
        inside = self.rows(centre, forecast)
        whole = dataclasses.replace(self, from_min=0, to_min=1440).rows(centre, forecast)
        frame = forecast.frame.assign(day=pd.DatetimeIndex(forecast.frame["start"]).date).reset_index(drop=True)
        factor = np.where(whole, self.factor, 1.0)
        for _, rows in frame[whole].groupby(["channel", "day"], sort=False):
            here, contacts = inside[rows.index], rows["contacts"].to_numpy(dtype=float)
            within, total = float(contacts[here].sum()), float(contacts.sum())
            if 0 < within < total:
                shares = np.where(here, self.share / within, (1.0 - self.share) / (total - within))
                factor[rows.index] *= shares * total
        if not float(frame["contacts"][whole].sum()) > 0:
            raise ValueError("contacts cannot be gathered on a day when none are expected")
        return centre, scaled(forecast, factor)


@dataclass(frozen=True)
class Added(Span):
    """``contacts_week`` more contacts in a full week of the channels and hours told, spread as their own (a feeder
    site); of a week that ``first`` or ``last`` cuts, what its other days have of them. ValueError when nothing is
    expected then."""

    kind: ClassVar[str] = "added"
    contacts_week: float = 0.0

    def applied(self, centre: Centre, forecast: Forecast) -> Asked:
        rows, contacts = self.rows(centre, forecast), forecast.frame["contacts"]
        if not float(contacts[rows].sum()) > 0:
            raise ValueError("contacts cannot be added where none are expected")
        base = float(contacts[dataclasses.replace(self, first=None, last=None).rows(centre, forecast)].sum())
        weeks = len({pd.Timestamp(s).isocalendar()[:2] for s in forecast.frame["start"].dt.date.unique()})
        return centre, scaled(forecast, np.where(rows, 1.0 + self.contacts_week * weeks / base, 1.0))


@dataclass(frozen=True)
class HandleTime(Span):
    """Handle time times ``factor``, at level 1 and, for ``transfers``, at level 2."""

    kind: ClassVar[str] = "handle_time"
    limits: ClassVar[Limits] = {**LIMITS, "factor": (0.01, 1000.0)}
    factor: float = 1.0
    transfers: bool = False

    def applied(self, centre: Centre, forecast: Forecast) -> Asked:
        frame = forecast.frame.copy()
        frame["aht_s"] = frame["aht_s"] * np.where(self.rows(centre, forecast), self.factor, 1.0)
        if self.transfers:
            centre = dataclasses.replace(centre, channels=tuple(
                dataclasses.replace(c, transfers=tuple(
                    dataclasses.replace(t, aht_s=t.aht_s * self.factor) for t in c.transfers))
                if not self.channels or c.name in self.channels else c for c in centre.channels))  # fmt: skip
        return centre, dataclasses.replace(forecast, frame=frame)


@dataclass(frozen=True)
class Outage(Span):
    """The line is down: nobody gets through in the span; ``return_share`` of them call within ``return_min`` after."""

    kind: ClassVar[str] = "outage"
    return_share: float = 0.6
    return_min: int = 60

    def applied(self, centre: Centre, forecast: Forecast) -> Asked:
        down = self.rows(centre, forecast)
        factor = np.where(down, 0.0, 1.0)
        until = min(DAY_MIN, self.to_min + self.return_min)
        if until <= self.to_min:  # down until midnight: nobody calls again that day
            return centre, scaled(forecast, factor)
        after = dataclasses.replace(self, from_min=self.to_min, to_min=until)
        frame = forecast.frame
        days = np.asarray(pd.DatetimeIndex(frame["start"]).date)
        for name in frame["channel"].unique():
            for day in np.unique(days[down]):
                here = (frame["channel"] == name).to_numpy() & (days == day)
                lost = float(frame["contacts"][here & down].sum())
                back = here & after.rows(centre, forecast)
                base = float(frame["contacts"][back].sum())
                if base > 0:
                    factor = np.where(back, 1.0 + self.return_share * lost / base, factor)
        return centre, scaled(forecast, factor)


def waits(after_min: int, interval_min: int) -> tuple[tuple[pd.Timedelta, float], ...]:
    """Whole intervals later, and the share of an interval's contacts that falls there ``after_min`` later.

    >>> [(wait.seconds // 60, share) for wait, share in waits(45, 30)]
    [(30, 0.5), (60, 0.5)]
    """
    whole, rest = divmod(after_min, interval_min)
    parts = ((whole, 1.0 - rest / interval_min), (whole + 1, rest / interval_min))
    return tuple((pd.Timedelta(minutes=number * interval_min), share) for number, share in parts if share > 0)


@dataclass(frozen=True)
class CalledBack(Span):
    """A ``share`` of the span's contacts is called back ``after_min`` later the same day, if their channel is open.

    Column ``called_back`` of the forecast says how many of a row's contacts are such: when played they wait for an
    agent like others, but never give up, for it is the agent who dials.
    """

    kind: ClassVar[str] = "called_back"
    share: float = 0.15
    after_min: int = 120

    def applied(self, centre: Centre, forecast: Forecast) -> Asked:
        frame = forecast.frame
        asked = np.where(self.rows(centre, forecast), self.share, 0.0) * frame["contacts"].to_numpy(dtype=float)
        keys = pd.MultiIndex.from_frame(frame[["channel", "start"]])
        moved, come = np.zeros(len(frame)), np.zeros(len(frame))
        for wait, part in waits(self.after_min, forecast.grid.interval_min):
            at = keys.get_indexer(pd.MultiIndex.from_arrays([frame["channel"], frame["start"] + wait]))
            moved += np.where(at >= 0, part * asked, 0.0)
            np.add.at(come, at[at >= 0], part * asked[at >= 0])
        mean = np.maximum(frame["contacts"].to_numpy(dtype=float), 1e-9)
        stay = np.maximum(1.0 - moved / mean, 0.0)
        before = frame["called_back"].to_numpy(dtype=float) if "called_back" in frame.columns else np.zeros(len(frame))
        made = scaled(forecast, np.maximum(stay + come / mean, 0.0))
        return centre, dataclasses.replace(made, frame=made.frame.assign(called_back=before * stay + come))


@dataclass(frozen=True)
class AbsenceWave(Limited):
    """A further ``share`` of agents away without warning, at a ``level`` (None: both), on some ``weekdays``."""

    kind: ClassVar[str] = "absence"
    share: float = 0.1
    level: int | None = None
    weekdays: tuple[int, ...] = (0, 1, 2, 3, 4, 5, 6)

    def applied(self, centre: Centre, forecast: Forecast) -> Asked:
        more = Shrinkage("scenario", self.share, self.level, self.weekdays)
        return dataclasses.replace(centre, shrinkage=(*centre.shrinkage, more)), forecast


@dataclass(frozen=True)
class TransferRate(Limited):
    """The share of a channel's contacts that goes on ``to`` level 2 times ``factor`` ("" for every place). ValueError
    where none of these channels hands on there."""

    kind: ClassVar[str] = "transfer_rate"
    channels: tuple[str, ...] = ()
    to: str = ""
    factor: float = 1.0

    def applied(self, centre: Centre, forecast: Forecast) -> Asked:
        for name in self.channels:
            if name not in {c.name for c in centre.channels}:
                raise ValueError(f"the scenario names channel {name}, which the centre does not have")
        mine = [c for c in centre.channels if not self.channels or c.name in self.channels]
        if not any(self.to in ("", t.to) for c in mine for t in c.transfers):
            raise ValueError(f"the scenario changes transfers to {self.to!r}, and there are none")
        channels = tuple(self._changed(c) if c in mine else c for c in centre.channels)
        return dataclasses.replace(centre, channels=channels), forecast

    def _changed(self, channel: Channel) -> Channel:
        changed = tuple(
            dataclasses.replace(t, share=t.share * self.factor) if self.to in ("", t.to) else t
            for t in channel.transfers
        )
        if sum(t.share for t in changed) > 1:
            raise ValueError(f"channel {channel.name} would hand on more than all of its contacts")
        return dataclasses.replace(channel, transfers=changed)


@dataclass(frozen=True)
class NewTarget(Limited):
    """Another service level for a queue where callers wait: ``share`` within ``within_s``, counted as the queue counts
    its own. Also how a target is relaxed knowingly."""

    kind: ClassVar[str] = "target"
    limits: ClassVar[Limits] = {**LIMITS, "share": (0.01, 0.99)}
    queue: str = ""
    share: float = 0.8
    within_s: float = 20.0

    def applied(self, centre: Centre, forecast: Forecast) -> Asked:
        if self.queue not in {q.name for q in centre.queues}:
            raise ValueError(f"the scenario names queue {self.queue!r}, which the centre does not have")
        asked = centre.queue(self.queue)
        if not kind_of(asked.kind).live:
            raise ValueError(f"queue {self.queue} holds work that may wait: its promise is a time to do it in")
        old = asked.target
        counting = old.counting if isinstance(old, ServiceLevel) else Counting.OFFERED
        target = ServiceLevel(self.share, self.within_s, counting)
        queues = tuple(dataclasses.replace(q, target=target) if q.name == self.queue else q for q in centre.queues)
        return dataclasses.replace(centre, queues=queues), forecast


@dataclass(frozen=True)
class ChatPace(Limited):
    """Agents of a chat queue hold ``concurrency`` at once, each further one lengthening all by ``slowdown``; what is
    not told stays. ``queue`` "" means every chat queue."""

    kind: ClassVar[str] = "chat_pace"
    queue: str = ""
    concurrency: int | None = None
    slowdown: float | None = None

    def applied(self, centre: Centre, forecast: Forecast) -> Asked:
        mine = [q for q in centre.queues if q.kind == "chat" and self.queue in ("", q.name)]
        if not mine:
            raise ValueError(f"the centre has no chat queue {self.queue}".rstrip())
        queues = tuple(
            dataclasses.replace(
                q, concurrency=q.concurrency if self.concurrency is None else self.concurrency,
                chat_slowdown=q.chat_slowdown if self.slowdown is None else self.slowdown,
            ) if q in mine else q
            for q in centre.queues
        )  # fmt: skip
        return dataclasses.replace(centre, queues=queues), forecast


@dataclass(frozen=True)
class LevelClosed(Limited):
    """The queues of a ``level`` are closed on these ``days`` while the others stay open (local holidays). ValueError
    without days."""

    kind: ClassVar[str] = "level_closed"
    level: int = 2
    days: tuple[dt.date, ...] = ()

    def applied(self, centre: Centre, forecast: Forecast) -> Asked:
        if not self.days:
            raise ValueError("level_closed needs its days")
        queues = tuple(
            dataclasses.replace(q, opening=_closed(q.opening, self.days)) if q.level == self.level else q
            for q in centre.queues
        )
        starts = pd.DatetimeIndex(forecast.frame["start"].unique())
        if not any(q.opening.mask(starts).any() for q in queues):
            raise ValueError("the scenario closes every queue all along")
        return dataclasses.replace(centre, queues=queues), forecast


@dataclass(frozen=True)
class LaterHours(Limited):
    """A level-1 queue ("" for every one where callers wait) and its channels stay open ``minutes`` longer after their
    last closing, Monday to Friday.

    Each share of hours added brings ``elasticity`` times that share of contacts: 0.206 / 0.30 = 0.687 was seen when
    opening hours grew by 30 % and calls by 20.6 % (Senate l08-542-2, wider hours and cheaper tariff together).
    """

    kind: ClassVar[str] = "later_hours"
    queue: str = ""
    minutes: int = 60
    elasticity: float = 0.687

    def applied(self, centre: Centre, forecast: Forecast) -> Asked:
        longer = [q.name for q in centre.level_queues(1) if self.queue in ("", q.name) and q.kind in ("phone", "chat")]
        if not longer:
            raise ValueError(f"the scenario names queue {self.queue!r}, which is none of level 1 where callers wait")
        queues = tuple(
            dataclasses.replace(q, opening=_later(q.opening, self.minutes)) if q.name in longer else q
            for q in centre.queues
        )
        mine = [c.name for c in centre.channels if c.queue in longer]
        channels = tuple(
            dataclasses.replace(c, opening=_later(c.opening, self.minutes)) if c.name in mine else c
            for c in centre.channels
        )
        made = dataclasses.replace(centre, queues=queues, channels=channels)
        parts = [_with_rows(forecast, made, name, self.elasticity) for name in mine]
        frame = pd.concat([forecast.frame, *parts], ignore_index=True)
        frame = frame.sort_values(["channel", "start"], kind="stable", ignore_index=True)
        return made, dataclasses.replace(forecast, frame=frame)


def _with_rows(forecast: Forecast, centre: Centre, channel: str, elasticity: float) -> pd.DataFrame:
    """Rows for the hours that the channel newly opens, evenly filled; nobody is called back in them."""
    own = forecast.frame[forecast.frame["channel"] == channel]
    if own.empty:
        return own
    days = pd.DatetimeIndex(own["start"]).date
    span = centre.grid.span(days.min(), days.max())
    wanted = span[centre.channel(channel).opening.mask(span)].difference(pd.DatetimeIndex(own["start"]))
    if not len(wanted):
        return own.iloc[:0]
    last = own.iloc[[-1]]
    rows = last.loc[last.index.repeat(len(wanted))].reset_index(drop=True)
    rows["start"] = wanted
    each = elasticity * float(own["contacts"].sum()) / len(own)
    for column in SCALED:
        if column in rows.columns:
            rows[column] = 0.0 if column == "called_back" else each
    return rows


def _closed(opening: Opening, days: tuple[dt.date, ...]) -> Opening:
    others = tuple((day, spans) for day, spans in opening.exceptions if day not in days)
    return dataclasses.replace(opening, closed=opening.closed | frozenset(days), exceptions=others)


def _later(opening: Opening, minutes: int) -> Opening:
    def longer(spans: Spans) -> Spans:
        if not spans:
            return spans
        opens, closes = spans[-1]
        return (*spans[:-1], (opens, min(1440, closes + minutes)))

    days = tuple(longer(s) if d < 5 else s for d, s in enumerate(opening.weekdays))
    return dataclasses.replace(opening, weekdays=days)


KINDS: dict[str, type[Change]] = {
    c.kind: c
    for c in (
        Volume, Daily, Gathered, Added, HandleTime, Outage, CalledBack, AbsenceWave, TransferRate, NewTarget, ChatPace,
        LevelClosed, LaterHours,
    )
}  # fmt: skip
