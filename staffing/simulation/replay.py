"""Replay: recorded calls told again by the kernel with the agents who were present, beside what happened."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pandas as pd

from staffing.simulation.draws import patient
from staffing.simulation.floor import AWAY, Desk, Floor, Shift, alone
from staffing.simulation.kernel import run
from staffing.simulation.records import ABANDONED, ANSWERED, LEFT, Presence, Records, Told
from staffing.sizing.patience import PatienceCurve

SERVICE_POINTS, ABANDON_POINTS = 0.05, 0.03
"""How near a replay should come to what happened."""
ALL = ""


@dataclass(frozen=True)
class Replaying:
    """How to replay: a call is in time when answered ``within_s``; ``times`` plays, from ``seed`` on."""

    within_s: float = 20.0
    times: int = 20
    seed: int = 1


@dataclass(frozen=True, eq=False)
class Replayed:
    """What happened and what the simulator makes of it.

    ``frame`` one row a queue, the last one ("") all together: ``calls``; shares of all calls ``in_time`` and
    ``gave_up``, ``asa_s`` mean wait of the answered, and the same as ``played_in_time``, ``played_gave_up``,
    ``played_asa_s`` (means over the plays); ``patience_s`` learnt. ``left_out`` calls were sent elsewhere.
    """

    frame: pd.DataFrame
    told: Told
    left_out: int

    @property
    def service_apart(self) -> float:
        """Share in time played less recorded, all queues."""
        row = self.frame.iloc[-1]
        return float(row["played_in_time"] - row["in_time"])

    @property
    def abandon_apart(self) -> float:
        """Share who gave up played less recorded, all queues."""
        row = self.frame.iloc[-1]
        return float(row["played_gave_up"] - row["gave_up"])

    @property
    def near(self) -> bool:
        """Whether service is within five points and abandonment within three."""
        return abs(self.service_apart) <= SERVICE_POINTS and abs(self.abandon_apart) <= ABANDON_POINTS


def replay(records: Records, told: Told, options: Replaying) -> Replayed:
    """Play the recorded arrivals and service times against those present.

    Patience is drawn anew from each queue's Kaplan-Meier curve, beyond the ring: whoever gives up within a ring does so
    whoever is free. A caller who gave up gets the service time of an answered one. An agent who knows several queues
    takes the caller who waited longest. Raises ValueError when a queue was answered by nobody present.
    """
    calls = records.frame[records.frame["outcome"] != LEFT].sort_values("arrival_s", ignore_index=True)
    queues = tuple(sorted(calls["queue"].unique()))
    served = {q for p in told.present for q in p.queues}
    if missing := sorted(set(queues) - served):
        raise ValueError(f"nobody present answers {', '.join(missing)}")
    curves = {q: _patience(records.frame[records.frame["queue"] == q], told.ring_s) for q in queues}
    floor = _floor(told.present, queues, float(calls["arrival_s"].iloc[0]))
    plays = [_played(calls, curves, told, floor, options, number) for number in range(options.times)]
    happened = _shares(calls, options.within_s)
    played = sum(plays[1:], plays[0]) / len(plays)
    frame = happened.join(played.add_prefix("played_"))
    frame.insert(0, "calls", [*calls.groupby("queue").size().reindex(list(queues)), len(calls)])
    frame["patience_s"] = [*(np.nan if curves[q] is None else curves[q].mean_s for q in queues), np.nan]  # type: ignore[union-attr]
    return Replayed(frame.reset_index(), told, len(records.frame) - len(calls))


def _patience(calls: pd.DataFrame, ring_s: float) -> PatienceCurve | None:
    """Kaplan-Meier of the time beyond the ring; None when nobody gave up."""
    gave_up = (calls["outcome"] == ABANDONED).to_numpy()
    if not gave_up.any():
        return None
    return PatienceCurve.kaplan_meier(np.maximum(calls["wait_s"].to_numpy(dtype=float) - ring_s, 0.0), gave_up)


def _played(
    calls: pd.DataFrame, curves: dict[str, PatienceCurve | None], told: Told, floor: Floor, options: Replaying,
    number: int,
) -> pd.DataFrame:  # fmt: skip
    """Shares of one play."""
    rng = np.random.default_rng([options.seed, number])
    queues = tuple(curves)
    queue = calls["queue"].map({q: i for i, q in enumerate(queues)}).to_numpy(dtype=np.int64)
    work, patience = np.zeros(len(calls)), np.zeros(len(calls))
    for place, name in enumerate(queues):
        here = queue == place
        service = calls.loc[here, "service_s"].to_numpy(dtype=float)
        known = service[np.isfinite(service)]
        work[here] = np.where(np.isfinite(service), service, rng.choice(known, len(service)) if len(known) else 0.0)
        patience[here] = patient(curves[name], rng.random(int(here.sum())))
    stays = patience > 0
    arrival, line = calls["arrival_s"].to_numpy(dtype=float), np.asarray(queue, dtype=np.int64)
    log = run(floor, alone(arrival[stays], line[stays], work[stays] + told.pause_s, patience[stays]))
    wait = np.full(len(calls), np.nan)
    wait[stays] = log.answer_s - log.arrival_s + told.ring_s
    answered = np.isfinite(wait)
    made = pd.DataFrame({"queue": calls["queue"], "wait_s": wait})
    made["outcome"] = np.where(answered, ANSWERED, ABANDONED)
    return _shares(made, options.within_s)


def _shares(calls: pd.DataFrame, within_s: float) -> pd.DataFrame:
    """in_time, gave_up, asa_s by queue, and of all under ""."""
    answered = calls["outcome"] == ANSWERED
    told = pd.DataFrame({
        "queue": calls["queue"], "in_time": answered & (calls["wait_s"] <= within_s + 1e-9),
        "gave_up": calls["outcome"] == ABANDONED, "asa_s": calls["wait_s"].where(answered),
    })  # fmt: skip
    by_queue = told.groupby("queue").mean().astype(float)
    return pd.concat([by_queue, told.drop(columns="queue").mean().astype(float).to_frame(ALL).T]).rename_axis("queue")


def _floor(present: tuple[Presence, ...], queues: tuple[str, ...], opens_s: float) -> Floor:
    """A room where everybody comes when recorded, or when the call he is on is over."""
    number = {q: i for i, q in enumerate(queues)}
    people = {name: i for i, name in enumerate(dict.fromkeys(p.agent for p in present))}
    takes = [tuple(number[q] for q in p.queues if q in number) for p in present]
    desks = {kind: i for i, kind in enumerate(dict.fromkeys(t for t in takes if t))}
    shifts = []
    for one, kind in zip(present, takes, strict=True):
        if kind:
            agent = people[one.agent]
            shifts += [Shift(max(one.from_s, opens_s), agent, desks[kind]), Shift(one.to_s, agent, AWAY)]
    return Floor(
        tuple(Desk(kind[0], kind) for kind in desks), ((1.0,) * len(queues),) * len(people),
        tuple(sorted(shifts, key=lambda s: s.at_s)), (1,) * len(queues), oldest_first=True, keeps_breaks=False,
    )  # fmt: skip
