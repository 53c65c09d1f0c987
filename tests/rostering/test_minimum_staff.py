"""Minimum staff on a queue is a promise: kept where it can be, named where it cannot."""

from __future__ import annotations

import dataclasses

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from staffing.centre import Centre
from staffing.rostering.assign import Solve, assign
from staffing.rostering.changes import Reading
from staffing.rostering.costs import bill
from staffing.rostering.instance import Demand
from staffing.rostering.minimum import unkept, with_promise
from staffing.rostering.verify import coverage_of
from tests import tiny
from tests.rostering import small

figures = st.floats(0.0, 8.0).map(lambda x: round(x, 1))


@settings(max_examples=60, deadline=None)
@given(st.lists(figures, min_size=2, max_size=2), st.integers(0, 9), figures)
def test_the_promise_adds_its_price_to_the_cost_of_any_number_of_agents(
    widths: list[float], least: int, agents: float
) -> None:
    width = np.array([[[*widths, 1e6]]])
    plain = Demand(width, np.array([[[30.0, 10.0, -2.0]]]), np.zeros((1, 1)))
    promised = with_promise(plain, np.array([[least]]), 50.0)
    there = np.array([[agents]])
    more = promised.cost(there) - plain.cost(there)
    assert more[0, 0] == pytest.approx(50.0 * max(0.0, least - agents))
    real = promised.width > 0
    assert (np.diff(promised.worth[real]) <= 1e-9).all()


def promising(least: int) -> Centre:
    """Four people, one of them an expert, the expert queue promised ``least`` agents."""
    made = small.centre(4, experts=2)
    queues = tuple(dataclasses.replace(q, min_agents=least if q.name == "expert" else 0) for q in made.queues)
    return dataclasses.replace(made, queues=queues)


def test_the_engine_keeps_the_promise_before_a_shortage_elsewhere() -> None:
    need = small.requirement({"front": 4.0, "expert": 0.2})
    plain = assign(need, promising(0), tiny.WEEK, options=Solve(0.5, repeatable=True))
    kept = assign(need, promising(1), tiny.WEEK, options=Solve(0.5, repeatable=True))
    there = {
        name: coverage_of(made, need, promising(1)).query("queue == 'expert'")["scheduled"]
        for name, made in (("plain", plain), ("kept", kept))
    }
    assert (there["plain"] < 1).any()
    assert (there["kept"] >= 1).mean() > 0.9
    found = bill(kept, need, promising(1))
    assert kept.proof is not None and found.eur == pytest.approx(kept.proof.cost_eur, abs=0.01)
    assert Reading(kept, need, promising(1)).needs["expert"].least == 1


def test_a_promise_that_cannot_be_kept_is_named_by_queue_day_and_hours() -> None:
    need, centre = small.requirement({"front": 1.0, "expert": 1.0}), promising(3)
    roster = assign(need, centre, tiny.WEEK, options=Solve(0.3, repeatable=True))
    short = [reason for reason in roster.reasons if reason.kind == "min_staff"]
    assert [reason.subject for reason in short] == ["expert"] * 5
    assert all("of 3 agents promised" in reason.detail and "09:00" in reason.detail for reason in short)
    assert short == list(unkept(coverage_of(roster, need, centre), centre, 30))
    assert bill(roster, need, centre).by_goal()["min_staff"][0] >= 40
