"""Queues that the same agents serve: one pool, sized as one stream, its agents shared out as parts.

A pool needs fewer agents than its queues apart (Smith & Whitt 1981, Resource sharing for efficiency in traffic
systems): every agent of it takes whichever contact waits. Only queues of one level and kind whose skilled agents are
the very same people form one. Queues that share some of their agents are sized apart, the careful side: what a few
flexible agents save is for the simulation to say.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import numpy as np

from staffing.centre import Centre, Queue
from staffing.sizing.channels import kind_of
from staffing.sizing.futures import averaged
from staffing.sizing.gamma import Floats
from staffing.sizing.patience import Patience, PatienceCurve
from staffing.sizing.rates import Bools
from staffing.sizing.stream import Pool, Sized, Stream
from staffing.targets import ServiceLevel, Target


def pools(centre: Centre, level: int) -> tuple[tuple[Queue, ...], ...]:
    """The live queues of a level, those together that are one pool: of one kind, and everybody who serves one serves
    all. A queue that nobody serves stands alone."""
    found: dict[tuple[object, ...], list[Queue]] = {}
    for queue in centre.level_queues(level):
        if kind_of(queue.kind).live:
            able = frozenset(agent.id for agent in centre.team.agents if agent.serves(queue.name))
            hands = (queue.kind, queue.concurrency, queue.chat_slowdown)
            found.setdefault((*hands, able) if able else (queue.name,), []).append(queue)
    return tuple(tuple(queues) for queues in found.values())


def sized_together(streams: Sequence[Stream], cvs: Sequence[Floats]) -> list[Sized]:
    """What each queue of a pool needs, in the order of ``streams``; ``cvs`` [intervals] how much each one's rate of
    contacts may vary.

    The pool's agents are the most that any queue's target asks of the pooled contacts, under any queue's patience
    (exact where patience is one); the occupancy cap is the tightest. Each queue then has the share of its load, never
    less than its promised minimum.
    """
    if len(streams) == 1:
        return [_alone(streams[0], cvs[0])]
    least = np.array([np.where(s.open_, s.least, 0.0) for s in streams])
    whole = _pooled(streams, least.sum(axis=0))
    cv = _weighted(np.array(cvs), np.array([s.contacts for s in streams]))
    agents, capped = np.zeros(len(whole.contacts)), np.zeros(len(whole.contacts), dtype=bool)
    for target, patience, open_ in _promises(streams):
        asked = _alone(_asking(whole, target, patience), cv)
        agents, capped = np.maximum(agents, np.where(open_, asked.agents, 0.0)), capped | (asked.capped & open_)
    agents = np.where(whole.open_, np.maximum(agents, whole.least), 0.0)
    loads = np.array([np.where(s.open_, s.load_erl, 0.0) for s in streams])
    shares = shared_out(agents, loads, least, np.array([s.open_ for s in streams]))
    out = []
    for stream, own in zip(streams, shares, strict=True):
        pool = replace(_asking(whole, stream.queue.target, stream.patience), least=agents)
        met = kind_of(stream.queue.kind).size(pool)
        out.append(replace(met, agents=own, capped=capped, pool=Pool(pool, agents)))
    return out


def _alone(stream: Stream, cv: Floats) -> Sized:
    """A stream sized by its kind, on average over the futures when that is asked."""
    sized = kind_of(stream.queue.kind).size(stream)
    if stream.options.expected and isinstance(stream.queue.target, ServiceLevel):
        return replace(sized, agents=averaged(stream, sized, cv))
    return sized


def _pooled(streams: Sequence[Stream], least: Floats) -> Stream:
    """All contacts of the pool as one stream: summed, handle time weighted by contacts, open when any queue is."""
    contacts = np.array([s.contacts for s in streams])
    queue = replace(streams[0].queue, max_occupancy=min(s.queue.max_occupancy for s in streams))
    open_ = np.any([s.open_ for s in streams], axis=0)
    aht_s = _weighted(np.array([s.aht_s for s in streams]), contacts)
    return replace(streams[0], queue=queue, contacts=contacts.sum(axis=0), open_=open_, aht_s=aht_s, least=least)


def _weighted(values: Floats, contacts: Floats) -> Floats:
    """Mean over queues [queues, intervals] weighted by contacts; the plain mean where nothing arrives."""
    weight = np.where(contacts.sum(axis=0) > 0, contacts, 1.0)
    return np.asarray((values * weight).sum(axis=0) / weight.sum(axis=0))


def _asking(pool: Stream, target: Target, patience: Patience) -> Stream:
    return replace(pool, queue=replace(pool.queue, target=target), patience=patience)


def _promises(streams: Sequence[Stream]) -> list[tuple[Target, Patience, Bools]]:
    """Each different target under each different patience of the pool, and when a queue that promises it is open.

    A patient neighbour makes waits longer, an impatient one makes abandonment likelier: both are asked.
    """
    laws: list[Patience] = []
    for stream in streams:
        if not any(_same(stream.patience, law) for law in laws):
            laws.append(stream.patience)
    open_: dict[Target, Bools] = {}
    for stream in streams:
        open_[stream.queue.target] = stream.open_ | open_.get(stream.queue.target, stream.open_)
    return [(target, law, when) for target, when in open_.items() for law in laws]


def _same(one: Patience, other: Patience) -> bool:
    if one is None or other is None or isinstance(one, PatienceCurve) or isinstance(other, PatienceCurve):
        return one is other or (isinstance(one, PatienceCurve) and one == other)
    return bool(np.array_equal(np.asarray(one), np.asarray(other)))


def shared_out(agents: Floats, loads: Floats, least: Floats, open_: Floats) -> Floats:
    """``agents`` [intervals] split over queues [queues, intervals] in proportion to ``loads``, none below its
    ``least``; evenly over the open ones where there is no load. Parts of an agent are kept, the sum is ``agents``.

    >>> shared_out(np.array([19.0]), np.array([[10.0], [5.0]]), np.array([[0.0], [7.0]]), np.ones((2, 1))).tolist()
    [[12.0], [7.0]]
    """
    held = np.zeros(loads.shape, dtype=bool)
    weight = np.where(loads.sum(axis=0) > 0, loads, open_)
    while True:
        free = np.where(held, 0.0, weight)
        total = np.maximum(free.sum(axis=0), 1e-300)
        out = np.where(held, least, (agents - np.where(held, least, 0.0).sum(axis=0)) * free / total)
        below = ~held & (out < least - 1e-12)
        if not below.any():
            return np.asarray(out)
        held |= below
