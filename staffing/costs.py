"""What a week costs: EUR per handled contact, per agent-hour, per service point, and the caller's own cost."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from forecasts.grid import Week
from staffing.centre import Centre
from staffing.rostering.roster import MEAL, Roster
from staffing.simulation.played import Played
from staffing.simulation.tally import ANSWERED, GAVE_UP, TURNED, VAIN, WAIT
from staffing.sizing.channels import kind_of

FULL_TIME_H = 35.0
"""Hours a week of one full-time post (L3121-27; decree 2000-815, article 1)."""


@dataclass(frozen=True)
class Funded:
    """One funding body in a week, in full-time posts: ``owed``, ``filled`` by contracts of agents it pays, ``used`` by
    hours of the roster; ``eur`` of wages. ``body`` "" pays those who name none."""

    body: str
    owed: float
    filled: float
    used: float
    eur: float


@dataclass(frozen=True)
class Costs:
    """EUR of one week. Basis, full: every paid hour of the roster, breaks and meetings included, at its contract's
    employer cost, plus what sinks charge. Marginal basis is the difference of two of these.

    ``caller_wait_h`` hours waited by those answered and by those who ``gave_up``; ``turned_away`` callers who found a
    queue closed. ``eur_h_wait`` is what an hour of a caller's time is taken to be worth.
    """

    hours_paid: float
    eur: float
    sinks_eur: float
    handled: float
    service_points: float
    caller_wait_h: float
    by_funding: tuple[Funded, ...]
    eur_h_wait: float = 15.0
    gave_up: float = 0.0
    turned_away: float = 0.0

    @property
    def eur_per_handled(self) -> float:
        return self.eur / self.handled if self.handled else float("nan")

    @property
    def eur_per_hour(self) -> float:
        """EUR per paid hour of the centre's own agents, answers from outside left aside."""
        return (self.eur - self.sinks_eur) / self.hours_paid if self.hours_paid else float("nan")

    @property
    def eur_per_point(self) -> float:
        """EUR per point (hundredth) of contact-weighted service level."""
        return self.eur / self.service_points if self.service_points else float("nan")

    def marginal_to(self, base: Costs) -> tuple[float, float]:
        """EUR for each further contact handled and each further point of service than in ``base`` (marginal basis);
        NaN where there is no more of it."""
        more, contacts, points = self.eur - base.eur, self.handled - base.handled, self.service_points
        points -= base.service_points
        return (more / contacts if contacts > 0.5 else float("nan"), more / points if points > 0.05 else float("nan"))

    @property
    def caller_eur(self) -> float:
        """What callers' waiting costs them."""
        return self.caller_wait_h * self.eur_h_wait


def costs_of(roster: Roster, centre: Centre, played: Played) -> Costs:
    """Costs of a roster that was played."""
    paid = roster.frame[roster.frame["activity"] != MEAL]
    hours = (paid["end"] - paid["start"]).dt.total_seconds().groupby(paid["agent"]).sum() / 3600
    paid_h = {str(agent): float(h) for agent, h in hours.items()}
    eur = {a: h * centre.team.contract(centre.team.agent(a).contract).cost_eur_h for a, h in paid_h.items()}
    mean = played.counts.mean(axis=0).sum(axis=-1).astype(float)
    level1 = np.array([q.level == 1 for q in centre.queues])
    sinks = _sinks_eur(centre, mean)
    rows = played.weeks
    points = 100 * float(np.average(rows["served"], weights=rows["offered"])) if len(rows) else 0.0
    live = np.array([kind_of(q.kind).live for q in centre.queues])
    waited = float(((mean[WAIT] + mean[VAIN]) * live).sum()) / 3600
    return Costs(
        float(hours.sum()), sum(eur.values()) + sinks, sinks, float(mean[ANSWERED][level1].sum()), points, waited,
        _by_funding(centre, roster.week, paid_h, eur), gave_up=float((mean[GAVE_UP] * live).sum()),
        turned_away=float((mean[TURNED] * live).sum()),
    )  # fmt: skip


def _by_funding(centre: Centre, week: Week, paid_h: dict[str, float], eur: dict[str, float]) -> tuple[Funded, ...]:
    """Every body that owes posts or pays somebody, by name."""
    owed, out = dict(centre.posts), []
    for body in sorted({*owed, *(a.funding for a in centre.team.agents)}):
        mine = [a for a in centre.team.agents if a.funding == body]
        filled = sum(centre.team.hours_week(a) for a in mine if any(map(a.in_post, week.days))) / FULL_TIME_H
        used = sum(paid_h.get(a.id, 0.0) for a in mine) / FULL_TIME_H
        out.append(Funded(body, owed.get(body, 0.0), filled, used, sum(eur.get(a.id, 0.0) for a in mine)))
    return tuple(out)


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
