"""What a week costs: EUR per handled contact, per agent-hour, per service point, and the caller's own cost."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from staffing.centre import Centre
from staffing.rostering.roster import MEAL, Roster
from staffing.simulation.played import Played
from staffing.simulation.tally import ANSWERED, GAVE_UP, WAIT


@dataclass(frozen=True)
class Costs:
    """EUR of one week. Basis, full: every paid hour of the roster, breaks and meetings included, at its contract's
    employer cost, plus what sinks charge. Marginal basis is the difference of two of these.

    ``eur_h_wait`` is what an hour of a caller's time is taken to be worth.
    """

    hours_paid: float
    eur: float
    sinks_eur: float
    handled: float
    service_points: float
    caller_wait_h: float
    by_funding: tuple[tuple[str, float, float], ...]
    eur_h_wait: float = 15.0

    @property
    def eur_per_handled(self) -> float:
        return self.eur / self.handled if self.handled else float("nan")

    @property
    def eur_per_hour(self) -> float:
        return self.eur / self.hours_paid if self.hours_paid else float("nan")

    @property
    def eur_per_point(self) -> float:
        """EUR per point (hundredth) of contact-weighted service level."""
        return self.eur / self.service_points if self.service_points else float("nan")

    @property
    def caller_eur(self) -> float:
        """What callers' waiting costs them."""
        return self.caller_wait_h * self.eur_h_wait


def costs_of(roster: Roster, centre: Centre, played: Played) -> Costs:
    """Costs of a roster that was played; ``by_funding`` holds (body, posts, EUR) of those who fund agents."""
    paid = roster.frame[roster.frame["activity"] != MEAL]
    hours = (paid["end"] - paid["start"]).dt.total_seconds().groupby(paid["agent"]).sum() / 3600
    people = {a.id: a for a in centre.team.agents}
    wage = {a: centre.team.contract(people[a].contract).cost_eur_h for a in hours.index}
    eur = {a: float(h) * wage[a] for a, h in hours.items()}
    bodies: dict[str, tuple[float, float]] = {}
    for agent, cost in eur.items():
        posts, before = bodies.get(people[str(agent)].funding, (0.0, 0.0))
        bodies[people[str(agent)].funding] = (posts + 1.0, before + cost)
    mean = played.counts.mean(axis=0).sum(axis=-1).astype(float)
    level1 = np.array([q.level == 1 for q in centre.queues])
    sinks = _sinks_eur(centre, mean)
    rows = played.weeks
    rows = rows[rows["more_is_better"]]
    points = 100 * float(np.average(rows["expected"], weights=rows["offered"])) if len(rows) else 0.0
    live = np.array([q.kind not in ("email", "callback") for q in centre.queues])
    patience = np.array([q.patience_s or 0.0 for q in centre.queues])
    waited = float((mean[WAIT] * live).sum() + (mean[GAVE_UP] * patience * live).sum()) / 3600
    return Costs(
        float(hours.sum()), sum(eur.values()) + sinks, sinks, float(mean[ANSWERED][level1].sum()), points, waited,
        tuple((body, posts, cost) for body, (posts, cost) in sorted(bodies.items())),
    )  # fmt: skip


def _sinks_eur(centre: Centre, mean: np.typing.NDArray[np.float64]) -> float:
    """What outside answers cost: handled contacts of each channel by its share of its queue, times transfer share."""
    price = {s.name: s.cost_eur for s in centre.sinks}
    number = {q.name: i for i, q in enumerate(centre.queues)}
    frame = centre.history.frame.groupby("channel")["offered"].sum()
    total = 0.0
    for channel in centre.channels:
        mates = [c.name for c in centre.channels if c.queue == channel.queue]
        whole = float(frame.reindex(mates).sum())
        part = float(frame.get(channel.name, 0.0)) / whole if whole else 0.0
        handled = float(mean[ANSWERED][number[channel.queue]]) * part
        total += sum(handled * t.share * price.get(t.to, 0.0) for t in channel.transfers)
    return total
