"""Replay: what happened on recorded calls, told again by the kernel with the agents who were present."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from staffing.simulation.draws import patient
from staffing.simulation.kernel import AWAY, Contacts, Desk, Floats, Floor, Shift, run
from staffing.sizing.patience import PatienceCurve


@dataclass(frozen=True)
class Replayed:
    """Shares of all calls: answered within the limit, given up; waits of the answered in seconds."""

    service_level: float
    abandon: float
    asa_s: float
    answered: int
    gave_up: int


def replay(
    arrivals_s: npt.ArrayLike,
    handle_s: npt.ArrayLike,
    present: tuple[npt.ArrayLike, npt.ArrayLike],
    *,
    patience: float | PatienceCurve | None,
    within_s: float = 20.0,
    seed: int = 1,
) -> Replayed:
    """Play recorded arrivals (seconds, any order) against ``present`` = (instants, agents from then on).

    ``handle_s`` one time per call, or recorded times to draw from when their number differs (abandoned calls have
    none). ``patience``: a mean (exponential), a curve (see ``PatienceCurve.kaplan_meier``), or None (nobody gives up).
    Agents leave last come, first gone, and finish their call. Raises ValueError on gaps.
    """
    arrivals, work = np.sort(np.asarray(arrivals_s, dtype=float)), np.asarray(handle_s, dtype=float)
    if not len(arrivals) or not np.isfinite(arrivals).all() or not len(work) or not (work >= 0).all():
        raise ValueError("replay needs finite arrivals and handle times of at least 0 s")
    rng = np.random.default_rng(seed)
    count = len(arrivals)
    if len(work) != count:
        work = rng.choice(work, count)
    callers = Contacts(
        arrivals, np.zeros(count, dtype=np.int64), work, patient(patience, rng.random(count)), np.full(count, -1),
        np.zeros(count, dtype=np.int64), np.zeros(count),
    )  # fmt: skip
    log = run(_floor(np.asarray(present[0], dtype=float), np.asarray(present[1])), callers)
    wait = log.answer_s - log.arrival_s
    answered = ~np.isnan(wait)
    return Replayed(
        float(np.mean(wait[answered] <= within_s + 1e-9) * answered.mean()) if answered.any() else 0.0,
        float(log.gave_up.mean()), float(wait[answered].mean()) if answered.any() else float("nan"),
        int(answered.sum()), int(log.gave_up.sum()),
    )  # fmt: skip


def _floor(instants: Floats, agents: npt.NDArray[np.generic]) -> Floor:
    """A room whose head count follows ``agents`` (rounded) from each instant on."""
    heads = np.round(agents.astype(float)).astype(int)
    if len(instants) != len(heads) or not len(heads) or (np.diff(instants) <= 0).any() or (heads < 0).any():
        raise ValueError("present needs rising instants and as many head counts of at least 0")
    shifts, now = [], 0
    for at, wanted in zip(instants.tolist(), heads.tolist(), strict=True):
        shifts += [Shift(at, a, 0) for a in range(now, wanted)]
        shifts += [Shift(at, a, AWAY) for a in range(wanted, now)]
        now = wanted
    return Floor((Desk(0, (0,)),), ((1.0,),) * int(heads.max()), tuple(shifts), (1,))
