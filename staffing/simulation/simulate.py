"""simulate(): a named roster against the forecast's possible weeks, until the answer is precise enough."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pandas as pd

from forecasts.distribution import Forecast
from staffing.centre import Centre
from staffing.rostering.roster import Roster
from staffing.simulation.draws import Source
from staffing.simulation.kernel import run
from staffing.simulation.play import Play
from staffing.simulation.played import Played, ratio
from staffing.simulation.room import Room, room
from staffing.simulation.tally import Tally, served, tallied
from staffing.sizing.channels import kind_of
from staffing.targets import Counting, ServiceLevel

BATCH = 10
Step = Callable[[int, float], bool]
USUAL = Play()


def silent(_replications: int, _half_width: float) -> bool:
    """A step that never stops the play."""
    return True


def simulate(
    roster: Roster, forecast: Forecast, centre: Centre, *, options: Play = USUAL, step: Step = silent
) -> Played:
    """Play the roster's week, contact by contact, at both levels.

    ``step(replications so far, half-width reached)`` is called after each batch; False stops and keeps what is known.
    One seed gives one answer, to the last bit. Raises ValueError when the forecast lacks intervals of the week or the
    roster names an agent the centre does not know.
    """
    source, played = Source(forecast, centre, roster.week, options), room(roster, centre, options)
    due_s = np.array([source.due[q.name] for q in centre.queues])
    open_ = np.array([q.opening.mask(source.starts) for q in centre.queues])
    tallies: list[Tally] = []
    staffed = np.zeros(len(played.agents))
    half = np.inf
    while len(tallies) < options.at_most:
        count = min(BATCH, options.at_most - len(tallies))
        rates = source.rates(count, len(tallies) // BATCH)
        for i in range(count):
            floor, seconds = played.drawn(options.seed, len(tallies), absences=options.absences)
            staffed += seconds
            contacts = source.drawn(rates[i], len(tallies))
            tallies.append(tallied(run(floor, contacts), contacts, centre, due_s, open_))
        half = widest(tallies, centre)
        goes_on = step(len(tallies), half)
        if not goes_on or (len(tallies) >= options.at_least and half <= options.precision):
            break
    return Played(
        centre, roster.week, options.seed, len(tallies), options.precision, half,
        np.stack([t.counts for t in tallies]), np.sum([t.waits for t in tallies], axis=0),
        _worked(played, tallies, staffed), _notes(centre),
    )  # fmt: skip


def widest(tallies: list[Tally], centre: Centre) -> float:
    """Widest half-width of the week's service over the live queues, as shares; inf while it cannot be told."""
    counts = np.stack([t.counts.sum(axis=-1, dtype=float) for t in tallies])
    found = 0.0
    for number, queue in enumerate(centre.queues):
        if kind_of(queue.kind).live and counts[:, 0, number].any():
            _, half = ratio(*served(queue.target, counts[:, :, number].T))
            found = max(found, float(half) if np.isfinite(half) else np.inf)
    return found


def _worked(played: Room, tallies: list[Tally], staffed: np.typing.NDArray[np.float64]) -> pd.DataFrame:
    count = len(tallies)
    busy = np.sum([t.busy_s for t in tallies], axis=0)
    over = np.sum([t.overrun_s for t in tallies], axis=0)
    at_work = staffed + over
    frame = pd.DataFrame(
        {
            "agent": played.agents, "hours": staffed / 3600 / count,
            "occupancy": busy / np.maximum(at_work, 1e-9), "overrun_min": over / 60 / count,
        }
    )  # fmt: skip
    return frame[staffed > 0].reset_index(drop=True)


def _notes(centre: Centre) -> tuple[str, ...]:
    return tuple(
        f"{q.name}: the virtual wait of callers who give up is not played; those who gave up early are left out instead"
        for q in centre.queues
        if isinstance(q.target, ServiceLevel) and q.target.counting is Counting.VIRTUAL
    )
