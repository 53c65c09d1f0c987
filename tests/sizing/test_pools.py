"""Queues that the same agents serve: one pool."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest

from forecasts.distribution import Forecast, Spread
from forecasts.grid import Opening
from forecasts.history import ChannelHours, History
from staffing.centre import Centre, Shrinkage
from staffing.rostering.team import Skill
from staffing.sizing.erlang import service_level
from staffing.sizing.heads import agents_for
from staffing.sizing.options import Sizing
from staffing.sizing.requirement import Requirement
from staffing.sizing.reverse import growth_carried
from staffing.sizing.size import size
from staffing.targets import AverageWait, ServiceLevel
from tests import tiny
from tests.sizing.test_size import forecast

EVEN = Sizing(method="stationary")
MORNING = Opening(weekdays=(((540, 780),),) * 5 + ((), ()))


def two(
    contacts: tuple[float, float] = (60.0, 30.0), *, aht_s: float = 300.0, patience_s: float | None = None,
    shared: bool = True,
) -> tuple[Forecast, Centre]:  # fmt: skip
    """Calls on ``front`` and on ``other``, of which everybody (or nobody) serves both."""
    centre = tiny.centre()
    phone = dataclasses.replace(centre.channels[0], transfers=(), aht_s=aht_s)
    front = dataclasses.replace(centre.queues[0], patience_s=patience_s)
    skills = (Skill("front"), Skill("other")) if shared else (Skill("front"),)
    agents = tuple(dataclasses.replace(a, skills=skills) for a in centre.team.agents)
    made = dataclasses.replace(
        centre,
        channels=(phone, dataclasses.replace(phone, name="second", queue="other")),
        queues=(front, dataclasses.replace(front, name="other")),
        team=dataclasses.replace(centre.team, agents=agents),
    )
    known = forecast(1.0)
    frames = [
        known.frame.assign(channel=c.name, contacts=n, aht_s=aht_s)
        for c, n in zip(made.channels, contacts, strict=True)
    ]
    spreads = tuple(Spread(channel.name, 0.1) for channel in made.channels)
    return dataclasses.replace(known, frame=pd.concat(frames, ignore_index=True), spreads=spreads), made


def pooled(need: Requirement) -> np.ndarray:
    return need.frame.groupby("start")["agents"].sum().to_numpy()


def test_queues_of_the_same_agents_need_what_their_pool_needs() -> None:
    known, centre = two()
    need = size(known, centre, tiny.WEEK, options=EVEN)
    assert pooled(need) == pytest.approx(19.0)
    assert need.of("front")["agents"].to_numpy() == pytest.approx(19 * 2 / 3)
    apart = size(known, two(shared=False)[1], tiny.WEEK, options=EVEN)
    assert pooled(apart) == pytest.approx(14.0 + 8.0)
    assert any("sized as one" in note for note in need.notes) and not any("sized as one" in n for n in apart.notes)


@pytest.mark.parametrize(("method", "patience_s"), [("stationary", None), ("mol", 180.0), ("transient", 180.0)])
def test_a_pool_is_its_contacts_in_one_queue(method: str, patience_s: float | None) -> None:
    known, centre = two(patience_s=patience_s)
    both = dataclasses.replace(centre, channels=centre.channels[:1], queues=centre.queues[:1])
    frame = known.frame[known.frame["channel"] == "phone"].assign(contacts=90.0)
    one = dataclasses.replace(known, frame=frame, spreads=known.spreads[:1])
    chosen = Sizing(method=method)
    whole = size(one, both, tiny.WEEK, options=chosen)
    assert pooled(size(known, centre, tiny.WEEK, options=chosen)) == pytest.approx(whole.frame["agents"].to_numpy())


def test_the_service_at_each_head_count_is_the_pools_with_the_others_there() -> None:
    known, centre = two()
    need = size(known, centre, tiny.WEEK, options=EVEN)
    row = int(np.flatnonzero(need.frame["queue"] == "front")[6])
    there = 19 / 3 + np.array([11, 12, 13])
    low = np.floor(there)
    ends = [service_level(15.0, low + i, 300.0, 20.0) for i in (0, 1)]
    assert need.service[row, 11:14] == pytest.approx(ends[0] + (ends[1] - ends[0]) * (there - low), abs=1e-6)


def test_each_queue_of_a_pool_keeps_its_own_promise_and_minimum() -> None:
    known, centre = two(patience_s=180.0)
    strict = dataclasses.replace(centre.queues[1], target=ServiceLevel(0.95, 10.0), min_agents=8, max_occupancy=0.85)
    demanding = dataclasses.replace(centre, queues=(centre.queues[0], strict))
    need = size(known, demanding, tiny.WEEK, options=EVEN)
    asked = int(agents_for(strict.target, 15.0, 300.0, patience=180.0, max_occupancy=0.85))
    assert pooled(need) == pytest.approx(asked)
    assert need.of("other")["agents"].to_numpy() == pytest.approx(8.0)
    for queue, within_s in (("front", 20.0), ("other", 10.0)):
        met = float(service_level(15.0, asked, 300.0, within_s, patience=180.0))
        assert need.of(queue)["service_level"].to_numpy() == pytest.approx(met)


def test_a_patient_neighbour_is_not_taken_to_hang_up() -> None:
    known, centre = two(patience_s=60.0)
    patient = dataclasses.replace(centre.queues[1], patience_s=None, target=AverageWait(600.0))
    need = size(known, dataclasses.replace(centre, queues=(centre.queues[0], patient)), tiny.WEEK, options=EVEN)
    assert pooled(need) == pytest.approx(int(agents_for(ServiceLevel(0.8, 20.0), 15.0, 300.0)))


def test_while_one_queue_is_closed_the_other_is_sized_alone() -> None:
    known, centre = two()
    channels = (centre.channels[0], dataclasses.replace(centre.channels[1], opening=MORNING))
    queues = (centre.queues[0], dataclasses.replace(centre.queues[1], opening=MORNING))
    early = (known.frame["channel"] == "phone") | (known.frame["start"].dt.hour < 13)
    known = dataclasses.replace(known, frame=known.frame[early].reset_index(drop=True))
    halves = dataclasses.replace(centre, channels=channels, queues=queues)
    agents = pooled(size(known, halves, tiny.WEEK, options=EVEN)).reshape(5, 16)
    assert agents[:, :8] == pytest.approx(19.0)
    assert agents[:, 8:] == pytest.approx(14.0)


def test_shrinkage_and_repeated_calls_reach_a_pool_too() -> None:
    known, centre = two(patience_s=120.0)
    plain = size(known, centre, tiny.WEEK, options=EVEN)
    lossy = dataclasses.replace(centre, shrinkage=(Shrinkage("sick", 0.1),))
    assert pooled(size(known, lossy, tiny.WEEK, options=EVEN)) == pytest.approx(pooled(plain) / 0.9)
    frame = centre.history.frame.assign(abandoned=0.0)
    both = pd.concat([frame, frame.assign(channel="second")], ignore_index=True)
    hours = (ChannelHours("phone", tiny.NINE_TO_FIVE), ChannelHours("second", tiny.NINE_TO_FIVE))
    history = History(centre.grid, both, hours)
    again = dataclasses.replace(centre, history=history, retry_share=0.5, retry_delay_min=30.0)
    more = size(known, again, tiny.WEEK, options=EVEN)
    for queue in ("front", "other"):
        assert (more.of(queue)["arrivals"].iloc[1:16] > plain.of(queue)["arrivals"].iloc[1:16]).all()


def test_a_pools_agents_carry_its_contacts_whoever_sits_where() -> None:
    known, centre = two()
    need = size(known, centre, tiny.WEEK, options=EVEN).frame
    seats = need.assign(agents=np.where(need["queue"] == "front", 12.0, 7.0))[["start", "queue", "agents"]]
    factors = growth_carried(known, centre, tiny.WEEK, seats, options=EVEN, tolerance=0.02)
    assert factors["front"] == factors["other"] >= 0.98
