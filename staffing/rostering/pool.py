"""Search for a roster: one agent after the other re-chooses a whole week from their menu against all others.

The agent is taken out; the marginal worth of each slot is read from a table of the convex cost; every option of
every day is valued at once, the best of each paid length per day is combined by pattern (``menus.py``), and one week
is drawn with probability ~ exp(value / temperature): a heat bath (Gibbs sampling; Geman and Geman 1984) by Gumbel
noise, cooled as in annealing. An agent with several queues takes the best in each slot as they go.
"""

from __future__ import annotations

import copy
import random
from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from staffing.rostering.instance import Demand, Instance, Ints, Tours, on_duty, tour_eur
from staffing.rostering.labels import LITTLE, coverage
from staffing.rostering.menus import Menu
from staffing.rostering.tours import index_of

Singles = npt.NDArray[np.float32]
NOISE = 1 << 20
PARTS = 8
"""Steps of a fraction of an agent in the table of marginal worth, where coverage is not whole."""


@dataclass(frozen=True)
class Gains:
    """``worth`` flat [Q * (T + 1) * N]: what one more agent is worth beside n of them; index = ``at`` [Q, T + 1] +
    min(n * parts, top)."""

    worth: Singles
    at: npt.NDArray[np.int32]
    top: int
    parts: int

    @staticmethod
    def of(demand: Demand, parts: int) -> Gains:
        need = demand.filled[..., -1].max(initial=0.0)
        top = int((1.2 * need + 8) * parts)
        slots, queues = demand.base.shape
        table = np.zeros((queues, slots + 1, top + 1), dtype=np.float32)
        for n in range(top + 1):
            gain = demand.cost(np.full((slots, queues), n / parts)) - demand.cost(
                np.full((slots, queues), n / parts + 1)
            )
            table[:, :-1, n] = gain.T
        at = np.arange(queues * (slots + 1), dtype=np.int32).reshape(queues, slots + 1) * (top + 1)
        return Gains(table.ravel(), at, top, parts)


def whole(instance: Instance, duty: Singles) -> bool:
    """Whether coverage can only be a whole number."""
    parts = (instance.pace, instance.demand.base, instance.demand.filled, duty)
    return all(bool((p == np.round(p)).all()) for p in parts)


class Standing:
    """Everybody's current week. ``choice`` [A, D, 3]; ``duty`` [A, T + 1]; ``labels`` [A, T + 1] queue per slot;
    ``agents`` [Q, T + 1] paced coverage, base inside; ``share`` [A, T + 1] of a slot worked that is left for queues."""

    def __init__(self, instance: Instance, tours: Tours, gains: Gains | None = None) -> None:
        self.instance = instance
        self.choice = tours.choice.copy()
        self.duty = np.zeros((len(tours), instance.slots + 1), dtype=np.float32)
        self.duty[:, :-1] = on_duty(instance, tours)
        self.gains = gains or Gains.of(instance.demand, 1 if whole(instance, self.duty) else PARTS)
        self.queues = [np.flatnonzero(p > 0) for p in instance.pace]
        self.pace = instance.pace.astype(np.float32)
        self.agents = np.zeros((len(instance.queues), instance.slots + 1), dtype=np.float32)
        self.agents[:, :-1] = instance.demand.base.T
        self.labels = np.zeros(self.duty.shape, dtype=np.int64)
        share = np.stack([np.append(g.duty, 0.0) for g in instance.groups]).astype(np.float32)
        self.share = share[instance.group_of]
        self.columns = np.arange(instance.slots + 1)
        for a in range(len(tours)):
            self.add(a, self.worth(a))

    @property
    def tours(self) -> Tours:
        return Tours(np.arange(len(self.choice)), self.choice)

    def cost_eur(self) -> float:
        """Own costs and coverage, exactly."""
        coverage = self.instance.demand.cost(self.agents[:, :-1].T.astype(float)).sum()
        return float(tour_eur(self.instance, self.tours).sum() + coverage)

    def remove(self, a: int) -> None:
        """Take the agent's week off the floor (``choice`` and ``duty`` stay to be written)."""
        s = self.instance.profile_of[a]
        mine = self.queues[s]
        if len(mine) == 1:
            self.agents[mine[0]] -= self.duty[a] * self.pace[s, mine[0]]
        else:
            label = self.labels[a]
            self.agents[label, self.columns] -= self.duty[a] * self.pace[s].take(label)

    def worth(self, a: int) -> tuple[Singles, Ints | None]:
        """([T + 1] worth of the agent on duty, their best queue or None if they have but one)."""
        s = self.instance.profile_of[a]
        mine, gains = self.queues[s], self.gains
        if len(mine) == 1:
            n = (self.agents[mine[0]] * gains.parts + 0.5).astype(np.int32)
            np.minimum(n, gains.top, out=n)
            n += gains.at[mine[0]]
            pace = self.pace[s, mine[0]]
            worth = gains.worth.take(n)
            return (worth if pace == 1 else worth * pace), None
        n = (self.agents[mine] * gains.parts + 0.5).astype(np.int32)
        np.minimum(n, gains.top, out=n)
        n += gains.at[mine]
        each = gains.worth.take(n) * self.pace[s, mine][:, None]
        best = each.argmax(axis=0)
        return each[best, self.columns], mine[best]

    def add(self, a: int, worth: tuple[Singles, Ints | None]) -> None:
        """Put the agent on duty on the queue that was best."""
        s, label = self.instance.profile_of[a], worth[1]
        if label is None:
            q = self.queues[s][0]
            self.agents[q] += self.duty[a] * self.pace[s, q]
            self.labels[a] = q
        else:
            self.agents[label, self.columns] += self.duty[a] * self.pace[s].take(label)
            self.labels[a] = label

    def leave(self, a: int, cells: Ints) -> Ints:
        """Take the agent off the floor in these slots (``cells`` [n, W], each once); the queues served there."""
        label: Ints = self.labels[a, cells]
        self.agents[label, cells] -= self.duty[a, cells] * self.pace[self.instance.profile_of[a], label]
        return label

    def come(self, a: int, cells: Ints, label: Ints) -> None:
        """Put the agent on duty in these slots on the queues ``label`` [n, W]."""
        self.labels[a, cells] = label
        self.agents[label, cells] += self.duty[a, cells] * self.pace[self.instance.profile_of[a], label]

    def anew(self, choice: Ints, labels: Ints, changed: Ints | None = None) -> Standing:
        """Other weeks and queues (``labels`` [A, T + 1]) on the same table of worth; ``changed`` whose (None:
        everybody's)."""
        new, who = copy.copy(self), np.arange(len(choice)) if changed is None else changed
        new.choice, new.labels = choice, labels
        new.duty = self.duty.copy()
        new.duty[who, :-1] = on_duty(self.instance, Tours(who, choice[who]))
        new.agents = np.zeros_like(self.agents)
        served = np.where(new.duty[:, :-1] > LITTLE, labels[:, :-1], -1)
        new.agents[:, :-1] = coverage(self.instance, new.duty[:, :-1].astype(float), served).T
        return new

    def copy_from(self, choice: Ints, duty: Singles, labels: Ints, agents: Singles) -> None:
        self.choice[:], self.duty[:], self.labels[:], self.agents[:] = choice, duty, labels, agents

    def snapshot(self) -> tuple[Ints, Singles, Ints, Singles]:
        return self.choice.copy(), self.duty.copy(), self.labels.copy(), self.agents.copy()


class Bath:
    """The heat bath: menus of all agents, the slots of their days, and noise."""

    def __init__(self, standing: Standing, menus: Sequence[Menu], rng: np.random.Generator) -> None:
        instance = standing.instance
        self.standing, self.menus = standing, menus
        self.windows = [k.window for k in instance.classes]
        self.apart = [len(np.unique(live)) == len(live) for live in (w[w < instance.slots] for w in self.windows)]
        self.noise = rng.gumbel(size=NOISE).astype(np.float32)
        self.dice = random.Random(int(rng.integers(2**31)))
        self.anchor = [0] * len(menus)
        self.starts = [index_of(k).start_min for k in instance.classes]
        self.tight = np.array([rests_bind(instance, a) for a in range(len(menus))])
        for a in range(len(menus)):
            self.measure(a, 0.0)

    def _gumbel(self, size: int) -> Singles:
        start = int(self.dice.random() * (NOISE - size))
        return self.noise[start : start + size]

    def measure(self, a: int, heat: float) -> None:
        """Re-choose the start from which the agent's starts are measured."""
        instance, choice = self.standing.instance, self.standing.choice[a]
        step = instance.people.anchor_eur_h[a]
        if step == 0:
            return
        kind = int(instance.class_of[a])
        rows = choice[choice[:, 0] >= 0, 0]
        start = instance.classes[kind].candidates.shift[rows, 0]
        eur = abs(self.starts[kind][:, None] - start).sum(axis=1) * (step / 60) + self.menus[a].wish_eur
        if heat > 0:
            eur = eur - heat * self._gumbel(len(eur))
        self.anchor[a] = int(eur.argmin())

    def move(self, a: int, heat: float) -> None:
        """Draw a new week for agent ``a`` at temperature ``heat`` EUR (0: the best)."""
        standing, menu = self.standing, self.menus[a]
        kind = standing.instance.class_of[a]
        window = self.windows[kind]
        standing.remove(a)
        worth = standing.worth(a)
        value = np.matmul(menu.duty, worth[0][window][:, :, None])[:, :, 0]
        value -= menu.eur[self.anchor[a]]
        flat = value.ravel()
        if heat > 0:
            flat += heat * self._gumbel(flat.size)
        best = np.maximum.reduceat(flat, menu.first)
        score = best[menu.patterns].sum(axis=1) - menu.pattern_eur
        if heat > 0:
            score += heat * self._gumbel(score.size)
        groups = menu.patterns[score.argmax()].tolist()
        picks = self._rested_picks(a, flat, groups) if self.tight[a] else _picks(menu, flat, groups)
        if picks is None:
            standing.add(a, worth)
            return
        days, pick = np.arange(len(picks)), np.array(picks)
        standing.choice[a] = menu.choice[days, pick]
        duty = standing.duty[a]
        duty[:] = 0
        rows = menu.duty[days, pick]
        if self.apart[kind]:
            duty[window] = rows
        else:
            np.add.at(duty, window, rows)
        duty[-1] = 0
        standing.add(a, worth)

    def _rested_picks(self, a: int, flat: Singles, groups: list[int]) -> list[int] | None:
        """The options drawn one day after the other, each rested from the last; None where no week rest is left."""
        people, menu, instance = self.standing.instance.people, self.menus[a], self.standing.instance
        width, picks = menu.choice.shape[1], []
        rest, last, longest = int(people.rest[a]), -(10**6), 0
        free = int(people.week_from[a])
        start, end = menu.start.ravel(), menu.end.ravel()
        for d, g in enumerate(groups):
            low = int(menu.first[g])
            span, midnight = slice(low, low + int(menu.size[g])), int(instance.days[d]) * 1440
            at = start[span]
            fit = np.where((at < 0) | (at + midnight >= last + rest), flat[span], -np.inf)
            pick = low + int(fit.argmax())
            if fit[pick - low] == -np.inf:
                return None
            picks.append(pick - d * width)
            if start[pick] >= 0:
                longest = max(longest, midnight + int(start[pick]) - free)
                last = free = midnight + int(end[pick])
        longest = max(longest, int(people.week_end[a]) - free)
        return picks if longest >= people.week_rest[a] else None


def _picks(menu: Menu, flat: Singles, groups: list[int]) -> list[int]:
    """The best option of each day's group."""
    width, picks = menu.choice.shape[1], []
    for d, g in enumerate(groups):
        first = int(menu.first[g])
        picks.append(first + int(flat[first : first + menu.size[g]].argmax()) - d * width)
    return picks


def rests_bind(instance: Instance, a: int) -> bool:
    """Whether some shift may not follow some other the next day, or the week's rest could be missed."""
    key, people = instance.classes[instance.class_of[a]].candidates.key, instance.people
    low, high = int(key[:, 0].min()), int(key[:, 2].max())
    off = (
        int(instance.days[-1]) < 6
        and int(people.week_end[a]) - (int(instance.days[-1]) * 1440 + high) >= people.week_rest[a]
    )
    days_off = all(len(instance.days) - s.sum() >= 1 for s in people.work_days[a])
    free = low + 1440 - high >= max(people.rest[a], people.week_rest[a] - 1440) and days_off
    first, last = (int(instance.days[i]) * 1440 for i in (1, -2)) if len(instance.days) > 1 else (0, 0)
    # A day off at either end of the week has no shift beyond it: what rests is cut off at week_from or week_end.
    free &= min(first + low - people.week_from[a], int(people.week_end[a]) - last - high) >= people.week_rest[a]
    return not (low + 1440 - high >= people.rest[a] and (off or free))
