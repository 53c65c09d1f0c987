"""What a week costs: each figure another way."""

from __future__ import annotations

import dataclasses

import pytest

from staffing.centre import Sink, Transfer
from staffing.costs import costs_of
from staffing.simulation.play import Play
from staffing.simulation.simulate import simulate
from staffing.simulation.tally import ANSWERED, GAVE_UP, VAIN, WAIT
from tests.simulation import weeks

PLAY = Play(at_least=4, at_most=4)


def test_an_agent_s_hour_costs_what_its_contract_says_whatever_is_answered_outside() -> None:
    made = weeks.centre(8, 3)
    outside = tuple(
        dataclasses.replace(c, transfers=(*c.transfers, Transfer("tax", 0.3, 200.0))) for c in made.channels
    )
    made = dataclasses.replace(made, channels=outside, sinks=(Sink("tax", 4.0),))
    roster = weeks.roster(made)
    found = costs_of(roster, made, simulate(roster, weeks.forecast(), made, options=PLAY))
    assert found.hours_paid == pytest.approx(11 * 5 * 7.5)
    assert found.eur_per_hour == pytest.approx(25.0)
    assert found.sinks_eur == pytest.approx(found.handled * 0.3 * 4.0, rel=1e-6)
    assert found.eur == pytest.approx(found.hours_paid * 25.0 + found.sinks_eur)


def test_callers_who_give_up_wait_as_long_as_they_did_not_as_long_as_they_might() -> None:
    """Those who give up are the hasty ones: less than the mean patience each."""
    made = weeks.centre(5, 3)
    roster = weeks.roster(made)
    played = simulate(roster, weeks.forecast(), made, options=PLAY)
    found, mean = costs_of(roster, made, played), played.counts.mean(axis=0).sum(axis=(1, 2))
    assert found.caller_wait_h * 3600 == pytest.approx(float(mean[WAIT] + mean[VAIN]), rel=1e-5)
    patience = made.queue("front").patience_s
    assert patience is not None and 10 < mean[VAIN] / mean[GAVE_UP] < 0.8 * patience
    assert found.gave_up == pytest.approx(float(mean[GAVE_UP])) and mean[ANSWERED] > mean[GAVE_UP] > 50


def test_further_contacts_and_points_are_priced_against_a_base() -> None:
    made = weeks.centre(8, 3)
    few, all_there = weeks.roster(made, absent=("a0", "a1")), weeks.roster(made)
    base, more = (
        costs_of(roster, made, simulate(roster, weeks.forecast(), made, options=PLAY)) for roster in (few, all_there)
    )
    contact, point = more.marginal_to(base)
    assert contact == pytest.approx((more.eur - base.eur) / (more.handled - base.handled))
    assert point == pytest.approx((more.eur - base.eur) / (more.service_points - base.service_points))
    assert all(each != each for each in base.marginal_to(more)), "nothing more is handled"
