"""Exact queue formulas on arrays: Erlang B, Erlang C (M/M/n), Erlang A (M/M/n+M), and M/M/n+G.

Loads are in erlangs, times in seconds, shares 0..1; arguments broadcast against each other and scalars give scalars.
``agents`` may be fractional where the formula has a natural continuation (B and C through the incomplete gamma
function). Sources: Erlang 1917; Jagerman 1974 (B as an incomplete gamma ratio); Palm 1957 and Mandelbaum & Zeltyn
2005/2007 (Erlang A); Zeltyn & Mandelbaum 2005, "Call centers with impatient customers" (M/M/n+G); Loader 2000
(Poisson probabilities without cancellation).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from staffing.sizing.frames import labelled
from staffing.sizing.gamma import TINY, Floats, blocking, checked, checked_share
from staffing.sizing.impatient import Chain, general, markovian
from staffing.sizing.patience import Patience, PatienceCurve
from staffing.targets import Counting

__all__ = [
    "Floats",
    "Measures",
    "abandonment",
    "average_wait_s",
    "blocking",
    "delay",
    "measures",
    "service_level",
    "wait_quantile",
]


@dataclass(frozen=True)
class Measures:
    """What a queue does to its callers and agents; every field has the shape of the broadcast arguments.

    ``service_level`` under the definition asked; ``p_wait`` share that waits at all; ``asa_s`` mean wait of the
    answered, ``mean_wait_s`` of all offered; ``abandon`` and ``answer_rate`` shares of the offered; ``occupancy``
    busy share of agents; ``queue_length`` mean number waiting. An overloaded Erlang C queue waits for ever (inf), and
    so is ``asa_s`` where agents are none and calls some: nobody is ever answered; ``occupancy`` of no agents is NaN.
    """

    service_level: Floats
    p_wait: Floats
    asa_s: Floats
    mean_wait_s: Floats
    abandon: Floats
    answer_rate: Floats
    occupancy: Floats
    queue_length: Floats


@labelled
def delay(load_erl: npt.ArrayLike, agents: npt.ArrayLike) -> Floats:
    """Erlang C: share of calls that wait when nobody gives up; 1 when agents do not exceed the load.

    >>> round(float(delay(10, 14)), 10)
    0.1741319336
    """
    load, n = np.broadcast_arrays(checked("load_erl", load_erl), checked("agents", agents))
    lost = blocking(load, n)
    with np.errstate(divide="ignore", invalid="ignore"):
        out = n * lost / (n - load + load * lost)
    return np.where(load <= 0, np.where(n > 0, 0.0, 1.0), np.where(n > load, out, 1.0))[()]


@labelled
def service_level(
    load_erl: npt.ArrayLike,
    agents: npt.ArrayLike,
    aht_s: npt.ArrayLike,
    within_s: npt.ArrayLike,
    *,
    patience: Patience = None,
    counting: Counting = Counting.OFFERED,
) -> Floats:
    """Share answered within ``within_s`` under one of three named definitions.

    ``patience`` None: nobody gives up (Erlang C); a number or array: exponential mean in seconds (Erlang A);
    a PatienceCurve: M/M/n+G. An empty queue (load 0) with an agent serves all at once; without agents nobody.

    >>> round(float(service_level(10, 14, 180, 20)), 6)
    0.88835
    """
    load, n, aht, within = _four(load_erl, agents, aht_s, within_s)
    if patience is None:
        return _c_service(load, n, aht, within)[()]
    chain = _chain(load, n, aht, patience)
    late, answered_late, still = chain.p_longer(within)
    if counting is Counting.VIRTUAL:
        out = 1.0 - late
    else:
        out = 1.0 - chain.abandon - answered_late
        if counting is Counting.OFFERED_LESS_SHORT:
            with np.errstate(invalid="ignore", divide="ignore"):
                out = np.where(out + still > 0, out / (out + still), 0.0)
    out = np.where(n <= 0, 0.0, np.where(load <= 0, 1.0, out))
    return np.clip(out, 0.0, 1.0)[()]


@labelled
def abandonment(load_erl: npt.ArrayLike, agents: npt.ArrayLike, aht_s: npt.ArrayLike, *, patience: Patience) -> Floats:
    """Share of the offered that gives up; ``patience`` as in service_level (None: nobody ever).

    >>> round(float(abandonment(48, 50, 60, patience=120)), 4)
    0.0309
    """
    load, n, aht, _ = _four(load_erl, agents, aht_s, 0.0)
    if patience is None:
        return np.zeros_like(load)[()]
    return np.where(load <= 0, 0.0, _chain(load, n, aht, patience).abandon)[()]


@labelled
def average_wait_s(
    load_erl: npt.ArrayLike, agents: npt.ArrayLike, aht_s: npt.ArrayLike, *, patience: Patience
) -> Floats:
    """Mean wait in seconds of the answered (ASA); ``patience`` as in service_level. Infinite where nobody is answered
    or an Erlang C queue is overloaded, 0 where nobody calls.

    >>> [round(float(average_wait_s(48, 50, 60, patience=mean_s)), 3) for mean_s in (None, 120)]
    [20.834, 3.616]
    """
    load, n, aht, _ = _four(load_erl, agents, aht_s, 0.0)
    if patience is None:
        with np.errstate(divide="ignore", invalid="ignore"):
            mean = np.where(n > load, np.asarray(delay(load, n)) * aht / np.maximum(n - load, TINY), np.inf)
    else:
        mean = np.where(n > 0, _chain(load, n, aht, patience).asa_s(), np.inf)
    return np.where(load <= 0, 0.0, mean)[()]


def _four(*arguments: npt.ArrayLike) -> tuple[Floats, Floats, Floats, Floats]:
    load, n, aht, within = np.broadcast_arrays(
        checked("load_erl", arguments[0]),
        checked("agents", arguments[1]),
        checked("aht_s", arguments[2], above_zero=True),
        checked("within_s", arguments[3]),
    )
    return load, n, aht, within


def _c_service(load: Floats, n: Floats, aht: Floats, within: Floats) -> Floats:
    wait = delay(load, n) * np.exp(-np.maximum(n - load, 0.0) * within / aht)
    return np.where(n > load, 1.0 - wait, 0.0)


@labelled
def measures(
    load_erl: npt.ArrayLike,
    agents: npt.ArrayLike,
    aht_s: npt.ArrayLike,
    within_s: npt.ArrayLike = 20.0,
    *,
    patience: Patience = None,
    counting: Counting = Counting.OFFERED,
) -> Measures:
    """Every usual measure of one queue at once; arguments as in service_level.

    >>> m = measures(48, 50, 60, patience=120)
    >>> round(float(m.abandon), 4), round(float(m.mean_wait_s), 2), round(float(m.occupancy), 4)
    (0.0309, 3.71, 0.9303)
    """
    load, n, aht, within = _four(load_erl, agents, aht_s, within_s)
    service = service_level(load, n, aht, within, patience=patience, counting=counting)
    if patience is None:
        p_wait, abandon = np.asarray(delay(load, n)), np.zeros_like(load)
        with np.errstate(divide="ignore", invalid="ignore"):
            mean = np.where(n > load, p_wait * aht / np.maximum(n - load, TINY), np.inf)
        asa = mean
    else:
        chain = _chain(load, n, aht, patience)
        p_wait, abandon, mean, asa = chain.p_wait, chain.abandon, chain.mean_wait_s(), chain.asa_s()
    empty = load <= 0
    p_wait, abandon = np.where(empty & (n > 0), 0.0, p_wait), np.where(empty, 0.0, abandon)
    mean, asa = np.where(empty, 0.0, mean), np.where(empty, 0.0, np.where(n > 0, asa, np.inf))
    with np.errstate(divide="ignore", invalid="ignore"):
        occupancy = np.where(n > 0, np.minimum(load * (1.0 - abandon) / n, 1.0), np.nan)
        queue = np.where(empty, 0.0, load / aht * mean)
    answered = np.where((n <= 0) & ~empty, 0.0, 1.0 - abandon)
    fields = (service, p_wait, asa, mean, abandon, answered, occupancy, queue)
    return Measures(*(np.asarray(f, dtype=np.float64)[()] for f in fields))


@labelled
def wait_quantile(load_erl: npt.ArrayLike, agents: npt.ArrayLike, aht_s: npt.ArrayLike, share: float) -> Floats:
    """Wait in seconds that ``share`` of callers stay below when nobody gives up (Erlang C); inf when overloaded.
    ``share`` at least 0 and below 1 (ValueError otherwise).

    >>> round(float(wait_quantile(48, 50, 60, 0.9)), 3)
    58.139
    """
    load, n, aht, _ = _four(load_erl, agents, aht_s, 0.0)
    checked_share("share", share, zero=True, one=False)
    with np.errstate(divide="ignore", invalid="ignore"):
        wait = np.log(delay(load, n) / (1.0 - share)) * aht / (n - load)
    return np.where(n > load, np.maximum(wait, 0.0), np.inf)[()]


def _chain(load: Floats, n: Floats, aht: Floats, patience: Patience) -> Chain:
    if isinstance(patience, PatienceCurve):
        return general(load, n, aht, patience)
    mean = checked("patience_s", np.asarray(patience, dtype=np.float64), above_zero=True)
    return markovian(*np.broadcast_arrays(load, n, aht, mean))
