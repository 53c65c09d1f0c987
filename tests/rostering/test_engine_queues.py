"""Who serves which queue when: stays of a least length, and activities that the engine places."""

from __future__ import annotations

import dataclasses
import datetime as dt
import itertools

import numpy as np
import pandas as pd
import pytest

from forecasts.grid import Grid
from staffing.rostering.assign import Solve, assign
from staffing.rostering.costs import bill
from staffing.rostering.labels import _viterbi
from staffing.rostering.roster import Progress, Roster
from staffing.rostering.team import Commitment
from staffing.rostering.verify import verify
from tests import tiny
from tests.rostering import small

QUARTERS = Grid("Europe/Paris", 15)


def stays(path: tuple[int, ...]) -> list[int]:
    return [len(list(run)) for _, run in itertools.groupby(path)]


def best_by_hand(gain: np.ndarray, edges: list[int], switch_eur: float, shortest: int) -> float:
    """The best of all labellings, each shift by itself."""
    total = 0.0
    for low, high in itertools.pairwise(edges):
        least = min(shortest, high - low)
        found = []
        for path in itertools.product(range(gain.shape[1]), repeat=high - low):
            if min(stays(path)) >= least:
                worth = sum(gain[low + i, q] for i, q in enumerate(path))
                found.append(worth - switch_eur * (len(stays(path)) - 1))
        total += max(found)
    return total


@pytest.mark.parametrize("seed", range(8))
@pytest.mark.parametrize("shortest", [1, 2, 3])
def test_the_queues_of_a_shift_are_the_best_of_all_that_stay_long_enough(seed: int, shortest: int) -> None:
    rng = np.random.default_rng(seed)
    gain, fresh = rng.normal(size=(8, 3)), np.zeros(7, dtype=bool)
    fresh[int(rng.integers(7))] = True
    edges = [0, int(np.flatnonzero(fresh)[0]) + 1, 8]
    path = _viterbi(gain, fresh, 0.3, shortest).tolist()
    parts = [tuple(path[a:b]) for a, b in itertools.pairwise(edges)]
    assert all(min(stays(p)) >= min(shortest, len(p)) for p in parts)
    worth = sum(gain[i, q] for i, q in enumerate(path)) - 0.3 * sum(len(stays(p)) - 1 for p in parts)
    assert worth == pytest.approx(best_by_hand(gain, edges, 0.3, shortest))


@pytest.fixture(scope="module")
def drafting() -> Roster:
    """Three experts, each with an hour and a half to draft on Tuesday or Wednesday, one with more than fits."""
    return assign(NEED, CENTRE, tiny.WEEK, options=Solve(seconds=2.0))


DAYS = (dt.date(2026, 12, 1), dt.date(2026, 12, 2))
NEED = small.requirement({"front": 4, "expert": 1}, grid=QUARTERS)
EXPERTS = small.centre(8, experts=3)
WANTED = (*(Commitment(f"a{i}", "drafting", 90, None, DAYS) for i in (5, 6, 7)), Commitment("a0", "course", 540))
CENTRE = dataclasses.replace(EXPERTS, grid=QUARTERS, team=dataclasses.replace(EXPERTS.team, commitments=WANTED))


def test_floating_activities_are_placed_whole_on_a_day_allowed(drafting: Roster) -> None:
    rows = drafting.frame[drafting.frame["activity"] == "drafting"]
    assert sorted(rows["agent"]) == ["a5", "a6", "a7"]
    assert (rows["end"] - rows["start"] == pd.Timedelta(minutes=90)).all()
    assert set(rows["start"].dt.date) <= set(DAYS)
    assert verify(drafting, NEED, CENTRE).breaches == ()


def test_an_activity_too_long_for_any_span_is_named(drafting: Roster) -> None:
    assert [(r.kind, r.subject) for r in drafting.reasons] == [("commitment_dropped", "a0")]


def test_placed_activities_are_in_the_price(drafting: Roster) -> None:
    assert drafting.proof is not None
    assert bill(drafting, NEED, CENTRE).eur == pytest.approx(drafting.proof.cost_eur, abs=0.01)
    assert drafting.proof.bound_eur <= drafting.proof.cost_eur


def test_the_bound_told_on_the_way_stands_to_the_end() -> None:
    """Floating activities and a team that starts together: both move what the search itself knows."""
    team = [dataclasses.replace(a, together="T" if a.id in ("a0", "a1") else "") for a in CENTRE.team.agents]
    centre = dataclasses.replace(CENTRE, team=dataclasses.replace(CENTRE.team, agents=tuple(team)))
    told: list[float] = []

    def watch(progress: Progress) -> bool:
        told.extend([] if progress.bound_eur is None else [progress.bound_eur])
        return True

    roster = assign(NEED, centre, tiny.WEEK, options=Solve(2.5, repeatable=True), watch=watch)
    assert roster.proof is not None and len(told) > 1
    assert max(told) <= roster.proof.bound_eur + 1e-6


def test_nobody_hops_between_queues_within_half_an_hour(drafting: Roster) -> None:
    served = drafting.frame[drafting.frame["activity"].isin(["front", "expert"])]
    for _, day in served.groupby(["agent", served["start"].dt.date]):
        changes = (day["activity"] != day["activity"].shift()).cumsum()
        minutes = (day["end"] - day["start"]).dt.total_seconds().groupby(changes).sum() / 60
        assert len(minutes) == 1 or minutes.min() >= 30


def test_no_break_leaves_a_quarter_of_an_hour_on_another_queue() -> None:
    """On a grid of half hours a break takes half of one: what is left of it stays with its neighbour's queue."""
    made = small.centre(3, experts=3, goals=dataclasses.replace(small.centre().goals, switch_eur=0.1))
    need = small.requirement({"front": 1.0, "expert": 1.0})
    frame = need.frame.copy()
    odd = np.array([start.minute == 30 for start in frame["start"]])
    frame["agents"] = np.where(odd == (frame["queue"] == "front"), 2.0, 0.0)
    roster = assign(dataclasses.replace(need, frame=frame), made, tiny.WEEK, options=Solve(0.2, repeatable=True)).frame
    hops = 0
    for _, day in roster.groupby([roster["agent"], roster["start"].dt.date]):
        served = day[day["activity"].isin(["front", "expert"])]
        stay = (served["activity"] != served["activity"].shift()).cumsum()
        hops += stay.nunique() - 1
        assert (served["end"] - served["start"]).groupby(stay).sum().min() >= pd.Timedelta(minutes=30)
    assert hops > 10
