"""Work that may wait: what is carried over from last week, and how sure the week is."""

from __future__ import annotations

import dataclasses

import numpy as np
import pandas as pd
import pytest

from forecasts.distribution import Forecast, Spread
from forecasts.grid import Opening, Week
from forecasts.spread import paths
from staffing.centre import Centre, Channel, Queue
from staffing.sizing.deferrable import carried_due
from staffing.sizing.options import Sizing
from staffing.sizing.requirement import Requirement
from staffing.sizing.size import size
from staffing.targets import CallBack, Deadline
from tests import tiny
from tests.sizing.test_size import forecast

NEXT_DAY = Deadline(1)


def mail(
    promise: Deadline | CallBack = NEXT_DAY, spread: Spread | None = None, aht_s: float = 60.0
) -> tuple[Forecast, Centre]:
    """Twelve mails a half hour, known to take ``aht_s`` each where the folder says 600 s."""
    centre = tiny.centre()
    channel = Channel("mail", "email", "mailbox", tiny.NINE_TO_FIVE, 600.0)
    made = dataclasses.replace(
        centre, channels=(channel,), queues=(Queue("mailbox", 1, "email", tiny.NINE_TO_FIVE, promise),)
    )
    known = forecast(12.0)
    frame = known.frame.assign(channel="mail", aht_s=aht_s)
    return dataclasses.replace(known, frame=frame, spreads=(spread or Spread("mail", 0.0),)), made


def hours(promise: Deadline, **options: object) -> pd.Series:
    """Agent-hours by day of the week, Monday first."""
    known, centre = mail(promise=promise)
    frame = size(known, centre, tiny.WEEK, options=Sizing(**options)).of("mailbox")  # type: ignore[arg-type]
    return frame["agents"].groupby(frame.index.day_of_week).sum() * 0.5


def test_what_is_carried_over_takes_the_time_a_contact_takes() -> None:
    arriving = 80 * 12 * 60 / 3600
    assert hours(Deadline(0), carried=(("mailbox", 10_000.0),)).sum() == pytest.approx(arriving + 10_000 / 60, rel=1e-6)


@pytest.mark.parametrize(("days", "last"), [(0, 0), (1, 0), (2, 1), (5, 4)])
def test_what_is_carried_over_is_due_as_if_it_came_on_the_last_day_of_last_week(days: int, last: int) -> None:
    starts = tiny.GRID.week(tiny.WEEK)
    due = carried_due(starts, tiny.GRID, tiny.NINE_TO_FIVE, Deadline(days))
    assert (starts[due].day_of_week, starts[due].hour, starts[due].minute) == (last, 16, 30)
    done = hours(Deadline(days), carried=(("mailbox", 600.0),)).cumsum()
    assert done.iloc[last] >= 10.0 - 1e-6


def test_a_call_back_left_over_is_due_at_once() -> None:
    starts = tiny.GRID.week(tiny.WEEK)
    assert starts[carried_due(starts, tiny.GRID, tiny.NINE_TO_FIVE, CallBack(45.0))].hour == 9


def test_what_cannot_be_carried_is_refused() -> None:
    known, centre = mail()
    phone = dataclasses.replace(centre, queues=(*centre.queues, *tiny.centre().queues))
    for name in ("nobody", "front"):
        with pytest.raises(ValueError, match="carried names a queue of work that may wait"):
            size(known, phone, tiny.WEEK, options=Sizing(carried=((name, 3.0),)))
    for contacts in (-1.0, float("nan"), float("inf")):
        with pytest.raises(ValueError, match="contacts carried by mailbox"):
            Sizing(carried=(("mailbox", contacts),))


def lifted(spread: Spread, days: int, sure: float = 0.9) -> tuple[float, np.ndarray]:
    """Hours at that confidence over the expected ones, and the futures' contacts by day over what is expected."""
    known, centre = mail(promise=Deadline(days), spread=spread)

    def told(options: Sizing) -> Requirement:
        return size(known, centre, tiny.WEEK, options=options)

    more = told(Sizing(confidence=sure)).agent_hours / told(Sizing()).agent_hours
    return more, paths(known, 20_000, seed=1).reshape(20_000, 5, 16).sum(axis=2) / (12 * 16)


def test_work_of_the_whole_week_is_lifted_to_the_quantile_of_its_futures() -> None:
    more, futures = lifted(Spread("mail", 0.1, 0.5), days=5)
    assert more == pytest.approx(np.quantile(futures.mean(axis=1), 0.9), abs=0.005)
    assert 1.05 < more < 1.15


def test_work_of_the_same_day_is_lifted_day_by_day() -> None:
    more, futures = lifted(Spread("mail", 0.2, 0.5), days=0)
    assert more == pytest.approx(np.quantile(futures[:, 0], 0.9), abs=0.01)


def test_sure_work_has_no_price_but_its_own_noise() -> None:
    more, _ = lifted(Spread("mail", 0.0), days=5)
    assert more == pytest.approx(1 + 1.2816 / np.sqrt(960), abs=0.002)


def test_mail_that_comes_on_closed_days_counts_too() -> None:
    always = Opening(weekdays=(((0, 1440),),) * 7)
    known, centre = mail(spread=Spread("mail", 0.2))
    starts = tiny.GRID.week(tiny.WEEK)
    frame = known.frame.iloc[np.zeros(len(starts), dtype=int)].assign(start=starts)
    open_ = dataclasses.replace(centre, channels=(dataclasses.replace(centre.channels[0], opening=always),))
    known = dataclasses.replace(known, frame=frame.reset_index(drop=True))
    sure = size(known, open_, tiny.WEEK, options=Sizing(confidence=0.9)).agent_hours
    assert 1.0 < sure / size(known, open_, tiny.WEEK).agent_hours < 1.3


@pytest.mark.parametrize(("days", "tuesday_h"), [(0, 32.0), (1, 24.0), (2, 14.0)])
def test_what_came_before_a_monday_off_is_due_as_late_as_its_promise_says(days: int, tuesday_h: float) -> None:
    """In the week of Easter Monday all that came since Friday was due in the first half hour of Tuesday."""
    week = Week.parse("2026-W15")
    shut = dataclasses.replace(tiny.NINE_TO_FIVE, closed=frozenset({week.monday}))
    daily = Opening(weekdays=(((540, 1020),),) * 7)
    known, centre = mail(promise=Deadline(days))
    starts = tiny.GRID.week(week)
    starts = starts[daily.mask(starts)]
    frame = known.frame.iloc[np.zeros(len(starts), dtype=int)].assign(start=starts, contacts=10.0, aht_s=180.0)
    made = dataclasses.replace(
        centre, channels=(dataclasses.replace(centre.channels[0], opening=daily),),
        queues=(dataclasses.replace(centre.queues[0], opening=shut),),
    )  # fmt: skip
    need = size(dataclasses.replace(known, frame=frame.reset_index(drop=True)), made, week).of("mailbox")["agents"]
    assert need.sum() * 0.5 == pytest.approx(7 * 8.0), "a week of eight hours a day, done within it"
    by_day = need.groupby(need.index.day_of_week).sum() * 0.5
    assert need.max() == pytest.approx(by_day.max() / 8.0), "the heaviest day is level"
    assert by_day.loc[1] == pytest.approx(tuesday_h)
