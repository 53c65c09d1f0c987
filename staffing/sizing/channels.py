"""The kinds of channel: how the agents of each are found. A new kind is one more function and its line in KINDS."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace

import numpy as np

from staffing.sizing.chat import Chats, agents_for_chats
from staffing.sizing.deferrable import Workload, carried_due, due_interval, dues_before, fitted
from staffing.sizing.erlang import measures, service_level
from staffing.sizing.gamma import Floats
from staffing.sizing.heads import agents_for
from staffing.sizing.patience import Patience, PatienceCurve
from staffing.sizing.rates import in_handling, lagging_aht_s
from staffing.sizing.stream import Sized, Stream
from staffing.sizing.transient import Line, Slot, least_agents
from staffing.targets import AbandonRate, AnswerRate, AverageWait, CallBack, Counting, Deadline, ServiceLevel, Target


@dataclass(frozen=True)
class Kind:
    """One kind of channel. ``live``: somebody waits on the line, so service moves with every agent."""

    name: str
    live: bool
    size: Callable[[Stream], Sized]


def kind_of(name: str) -> Kind:
    """The kind of that name; ValueError when unknown."""
    if name not in KINDS:
        raise ValueError(f"a kind of channel is one of {', '.join(KINDS)}, got {name!r}")
    return KINDS[name]


def live_load(stream: Stream) -> Floats:
    """Load by interval, erlangs: what arrives (stationary), or what is in handling and lags behind (mol)."""
    if stream.options.method == "stationary":
        return stream.load_erl
    mean = in_handling(stream.contacts, stream.open_, stream.aht_s, stream.interval_s, sloped=stream.options.sloped)
    return np.where(stream.open_, mean, 0.0)


def phone(stream: Stream) -> Sized:
    """Live calls: the transient queue (methods auto and transient), or Erlang A, C or M/M/n+G on each interval's load.

    A patience curve has no chain of its own: it is sized interval by interval on the lagging load.
    """
    if stream.options.method in ("auto", "transient") and not isinstance(stream.patience, PatienceCurve):
        return carried_on(stream)
    queue, load = stream.queue, live_load(stream)
    free = np.maximum(agents_for(queue.target, load, stream.aht_s, patience=stream.patience), stream.least)
    bound = free
    if queue.max_occupancy < 1:
        capped = agents_for(
            queue.target, load, stream.aht_s, patience=stream.patience, max_occupancy=queue.max_occupancy
        )
        bound = np.maximum(capped, stream.least)
    agents = np.where(stream.open_, np.asarray(bound, dtype=np.float64), 0.0)
    return answered(stream, agents, load, np.asarray(bound > free) & stream.open_)


def carried_on(stream: Stream, held: int = 1) -> Sized:
    """The transient queue: each open span starts empty, each interval inherits who the one before left waiting.
    ``held`` contacts an agent has at once."""
    queue, size, slowdown = stream.queue, len(stream.contacts), stream.queue.chat_slowdown if held > 1 else 0.0
    patience_s, slower = _mean_patience_s(stream), 1 + slowdown * (held - 1)
    pace, spread = slower / held, stream.options.sloped
    guess = agents_for(queue.target, stream.load_erl * pace, stream.aht_s * pace, patience=patience_s)
    agents, capped = np.zeros(size), np.zeros(size, dtype=bool)
    told = np.full((4, size), np.nan)
    lagging = (
        lagging_aht_s(stream.contacts, stream.open_, stream.aht_s * slower, stream.interval_s, sloped=spread) / slower
    )
    for span in stream.spans():
        line = Line.of(
            stream.contacts[span], lagging[span], stream.interval_s, patience_s=patience_s,
            within_s=within_s(stream), counting=counting(stream), sloped=spread,
            most_agents=float(np.maximum(guess, stream.least)[span].max()), held=held, slowdown=slowdown,
        )  # fmt: skip
        least = np.ceil(stream.least[span] - 1e-9).astype(np.int64)
        start = np.maximum(guess[span], least)
        free, slots = least_agents(line, lambda slot: promised(queue.target, slot), start, least)
        bound = free
        if queue.max_occupancy < 1:
            bound, slots = least_agents(
                line,
                lambda slot: promised(queue.target, slot) and slot.occupancy <= queue.max_occupancy,
                free,
                least,
            )
        agents[span], capped[span] = bound, bound > free
        told[:, span] = np.array([(s.service_level, s.asa_s, s.abandon, s.occupancy) for s in slots]).T
    model = np.full(size, "transient" if held == 1 else "chat_transient", dtype="<U16")
    return Sized(agents, told[0], told[1], told[2], told[3], model, even_load(stream, agents, told[0]), capped)


def promised(target: Target, slot: Slot) -> bool:
    """Whether one interval keeps the target."""
    if isinstance(target, ServiceLevel):
        return slot.service_level >= target.share
    if isinstance(target, AverageWait):
        return slot.asa_s <= target.seconds
    if isinstance(target, AbandonRate):
        return slot.abandon <= target.share
    if isinstance(target, AnswerRate):
        return 1 - slot.abandon >= target.share
    raise ValueError(f"{type(target).__name__} is sized by its deadline, not as live work")


def _mean_patience_s(stream: Stream) -> float | None:
    if isinstance(stream.patience, PatienceCurve):
        return stream.patience.mean_s
    return None if stream.patience is None else float(np.asarray(stream.patience))


def even_load(stream: Stream, agents: Floats, service: Floats) -> Floats:
    """Load at which the stationary formula gives the same service with the same agents: what one agent more or fewer
    does is read from it. The interval's own load where service is all or nothing. Where agents hold several contacts
    at once, each of their hands is a server at the pace of full hands."""
    inside = np.flatnonzero((service > 1e-6) & (service < 1 - 1e-6) & (agents > 0))
    out = np.where(stream.open_, stream.load_erl * stream.full_aht_s / stream.aht_s, 0.0)
    low, high = np.zeros(len(inside)), (4 * agents[inside] + 4) * stream.hands
    for _ in range(45):
        middle = (low + high) / 2
        better = service_level(
            middle, agents[inside] * stream.hands, stream.full_aht_s[inside], within_s(stream),
            patience=stream.patience, counting=counting(stream),
        ) > service[inside]  # fmt: skip
        low, high = np.where(better, middle, low), np.where(better, high, middle)
    out[inside] = (low + high) / 2
    return out


def answered(stream: Stream, agents: Floats, load: Floats, capped: np.typing.NDArray[np.bool_]) -> Sized:
    """What callers meet with those agents at that load, by the stationary formula."""
    found = measures(
        load, agents, stream.aht_s, within_s(stream), patience=stream.patience, counting=counting(stream)
    )  # fmt: skip
    shown = [
        np.where(stream.open_, field, np.nan)
        for field in (found.service_level, found.asa_s, found.abandon, found.occupancy)
    ]
    model = np.full(len(agents), model_name(stream.patience), dtype="<U16")
    return Sized(agents, shown[0], shown[1], shown[2], shown[3], model, load, capped)


def model_name(law: Patience) -> str:
    """The formula's name in reports."""
    if law is None:
        return "erlang_c"
    return "general" if isinstance(law, PatienceCurve) else "erlang_a"


def within_s(stream: Stream) -> float:
    """Seconds by which service is told: the target's own, else 20 as most centres report."""
    target = stream.queue.target
    return target.within_s if isinstance(target, ServiceLevel) else 20.0


def counting(stream: Stream) -> Counting:
    """The definition of service level asked for."""
    target = stream.queue.target
    return target.counting if isinstance(target, ServiceLevel) else Counting.OFFERED


def chat(stream: Stream) -> Sized:
    """Chats: the birth-death chain of agents who hold ``concurrency`` at once, carried from interval to interval
    (methods auto and transient) or in balance.

    In balance, targets other than a service level are sized as calls of the time an agent spends on one chat when all
    hands are full.
    """
    queue, held, slower = stream.queue, stream.queue.concurrency, stream.queue.chat_slowdown
    target = queue.target
    if held > 1 and stream.options.method in ("auto", "transient"):
        return carried_on(stream, held)
    if held == 1 or not isinstance(target, ServiceLevel):
        sized = phone(stream.with_handle_time(stream.aht_s * (1 + slower * (held - 1)) / held))
        return replace(sized, even_load_erl=sized.even_load_erl * held)
    size, mean_s = len(stream.contacts), _mean_patience_s(stream)
    agents, level = np.zeros(size), np.full(size, np.nan)
    for i in np.flatnonzero(stream.open_):
        chats = Chats(float(stream.contacts[i]) / stream.interval_s, float(stream.aht_s[i]), held, slower, mean_s)
        agents[i] = agents_for_chats(chats, target.share, target.within_s, least=int(np.ceil(stream.least[i] - 1e-9)))
        level[i] = chats.service_level(int(agents[i]), target.within_s) if chats.rate_s > 0 else np.nan
    none, model = np.full(size, np.nan), np.full(size, "chat_chain", dtype="<U16")
    return Sized(agents, level, none, none, none, model, even_load(stream, agents, level), np.zeros(size, dtype=bool))


def deferred(stream: Stream) -> Sized:
    """E-mail, forms, call-backs: done within their promise, laid into the troughs of live work."""
    target = stream.queue.target
    if not isinstance(target, (Deadline, CallBack)):
        raise ValueError(f"queue {stream.queue.name} holds work that may wait: its target is a deadline")
    due = due_interval(stream.starts, stream.grid, stream.queue.opening, target)
    carried = dict(stream.options.carried).get(stream.queue.name)
    weights = stream.contacts if stream.contacts.sum() > 0 else None
    work = Workload(
        stream.contacts * stream.aht_s / 3600, due, stream.open_, stream.live, stream.grid.interval_h,
        None if carried is None else carried * float(np.average(stream.aht_s, weights=weights)) / 3600,
        carried_due(stream.starts, stream.grid, stream.queue.opening, target),
        dues_before(stream.starts, stream.grid, stream.queue.opening, target) if carried is None else (),
    )  # fmt: skip
    agents = np.where(stream.open_, np.maximum(fitted(work, stream.days), stream.least), 0.0)
    none = np.full(len(agents), np.nan)
    model = np.full(len(agents), "deadline", dtype="<U16")
    return Sized(agents, none, none, none, none, model, agents, np.zeros(len(agents), dtype=bool))


KINDS = {
    kind.name: kind
    for kind in (
        Kind("phone", True, phone), Kind("chat", True, chat), Kind("email", False, deferred),
        Kind("callback", False, deferred),
    )
}  # fmt: skip
