"""From contacts to agents: both levels, each loss counted once, whole weeks of the sample centres."""

from __future__ import annotations

import dataclasses
import datetime as dt
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

from forecasts.distribution import Forecast
from forecasts.grid import Grid, Week
from staffing.centre import Centre, Shrinkage
from staffing.cli import main
from staffing.gate.read import read_centre
from staffing.plan import before, forecast_week
from staffing.sizing.options import Sizing
from staffing.sizing.rates import departures
from staffing.sizing.size import size
from tests import tiny
from tests.centre.folder import good, written

SAMPLES = Path(__file__).parents[2] / "data_samples"
WEEK = Week.parse("2026-W49")


def forecast(contacts: float) -> Forecast:
    """That many calls in every open half hour of the tiny centre."""
    starts = tiny.GRID.week(tiny.WEEK)
    starts = starts[tiny.NINE_TO_FIVE.mask(starts)]
    frame = pd.DataFrame({"start": starts, "channel": "phone", "contacts": contacts})
    for column, value in (("p10", contacts), ("p90", contacts), ("aht_s", 300.0), ("aht_cv", 1.0)):
        frame[column] = value
    return dataclasses.replace(forecast_week(tiny.centre(), tiny.WEEK), frame=frame)


def steady(centre: Centre, contacts: float = 24.0) -> pd.DataFrame:
    frame = size(forecast(contacts), centre, tiny.WEEK, options=Sizing(method="stationary")).frame
    return frame[frame["start"].dt.hour == 11]


def test_level_two_gets_what_level_one_answers_times_the_transfer_share() -> None:
    frame = steady(tiny.centre()).set_index("queue")
    front = frame.loc["front"]
    assert front["load_erl"].iloc[0] == pytest.approx(24 * 300 / 1800)
    answered = frame.loc["expert", "arrivals"].iloc[0] / (24 * 0.2)
    assert 0.9 < answered < 1.0


def test_a_caller_handed_on_with_words_reaches_level_two_once_these_are_said() -> None:
    """The agent stays on for ten minutes: level 2 had its first callers as if at once."""
    made = tiny.centre()
    warm = dataclasses.replace(made.channels[0].transfers[0], warm=True, handover_s=600.0)
    phone = dataclasses.replace(made.channels[0], transfers=(warm,))
    need = size(forecast(24.0), dataclasses.replace(made, channels=(phone,)), tiny.WEEK).of("expert")["arrivals"]
    day = need.iloc[:16].to_numpy()
    left = departures(np.full(16, 24.0 * 0.2), np.ones(16, dtype=bool), np.full(16, 300.0 + 600.0), 1800.0)
    assert day / left == pytest.approx(np.full(16, 0.96), abs=0.04), "all but those who give up at level 1"


def test_the_smallest_number_that_keeps_the_target_is_asked_for() -> None:
    requirement = size(forecast(24.0), tiny.centre(), tiny.WEEK, options=Sizing(method="stationary"))
    for i, row in enumerate(requirement.frame.itertuples()):
        target = 0.8 if row.queue == "front" else 0.7
        assert requirement.service[i, int(row.agents)] >= target > requirement.service[i, int(row.agents) - 1]


def test_shrinkage_is_added_once_and_not_rounded() -> None:
    lossy = dataclasses.replace(tiny.centre(), shrinkage=(Shrinkage("sick", 0.1), Shrinkage("late", 0.05, level=1)))
    plain, more = steady(tiny.centre()).set_index("queue"), steady(lossy).set_index("queue")
    assert more.loc["front", "agents"].iloc[0] == pytest.approx(plain.loc["front", "agents"].iloc[0] / 0.9 / 0.95)
    assert more.loc["expert", "agents"].iloc[0] == pytest.approx(plain.loc["expert", "agents"].iloc[0] / 0.9)


def test_an_occupancy_cap_that_decides_is_reported() -> None:
    centre = tiny.centre()
    capped = dataclasses.replace(
        centre, queues=(dataclasses.replace(centre.queues[0], max_occupancy=0.5), centre.queues[1])
    )
    requirement = size(forecast(24.0), capped, tiny.WEEK)
    assert any("occupancy cap" in note for note in requirement.notes)
    assert (requirement.of("front")["occupancy"] <= 0.5).all()


def test_hours_too_long_for_a_sharp_hump_are_remarked_and_half_hours_are_not() -> None:
    def notes(grid: Grid, contacts: list[float]) -> list[str]:
        starts = grid.week(tiny.WEEK)
        starts = starts[tiny.NINE_TO_FIVE.mask(starts)]
        frame = pd.DataFrame({"start": starts, "channel": "phone", "contacts": np.tile(contacts, 5), "aht_s": 180.0})
        frame = frame.assign(p10=1.0, p90=1.0, aht_cv=1.0)
        asked = dataclasses.replace(forecast(1.0), grid=grid, frame=frame)
        found = size(asked, dataclasses.replace(tiny.centre(), grid=grid), tiny.WEEK).notes
        return [note for note in found if note.startswith("front: ") and "beside them" in note]

    calm = [80.0, 95.0, 100.0, 90.0, 70.0, 80.0, 85.0, 60.0]
    (told,) = notes(Grid("Europe/Paris", 60), [*calm[:2], 240.0, *calm[3:]])
    assert "5 hours" in told
    assert notes(Grid("Europe/Paris", 60), calm) == []
    assert notes(tiny.GRID, [*calm[:2], 240.0, *calm[3:]] * 2) == []


def test_a_forecast_with_a_gap_is_refused() -> None:
    gap = dataclasses.replace(forecast(24.0), frame=forecast(24.0).frame.iloc[3:])
    with pytest.raises(ValueError, match="lacks intervals"):
        size(gap, tiny.centre(), tiny.WEEK)


def test_no_contacts_need_no_agents() -> None:
    assert size(forecast(0.0), tiny.centre(), tiny.WEEK).agent_hours == 0


@pytest.mark.parametrize("name", ["small", "medium"])
def test_a_sample_week_is_sized_whole(name: str) -> None:
    centre = before(read_centre(SAMPLES / name), WEEK)
    requirement = size(forecast_week(centre, WEEK), centre, WEEK)
    frame = requirement.frame
    assert set(frame["queue"]) == {q.name for q in centre.queues}
    work = (frame["arrivals"] * frame["aht_s"]).groupby(frame["queue"]).sum() / 3600
    agents = frame["agents"].groupby(frame["queue"]).sum() * centre.grid.interval_h
    assert (agents >= work * 0.99).all()
    live = ~frame["queue"].isin(requirement.deferrable)
    assert np.isfinite(requirement.service[live]).all() and np.isnan(requirement.service[~live]).all()
    assert (np.diff(requirement.service[live], axis=1) >= -1e-6).all()


def test_a_week_that_rounds_to_no_contact_asks_for_nobody_unless_staff_is_promised() -> None:
    centre = tiny.centre()
    assert size(forecast(2e-5), centre, tiny.WEEK).frame["agents"].max() == 0
    promised = dataclasses.replace(centre.queue("front"), min_agents=2)
    kept = dataclasses.replace(centre, queues=(promised, centre.queue("expert")))
    frame = size(forecast(2e-5), kept, tiny.WEEK).frame
    assert (frame.loc[frame["queue"] == "front", "agents"] == 2).all()


def test_mail_that_comes_while_its_queue_is_closed_is_among_the_contacts_told(tmp_path: Path) -> None:
    """A mail every half hour of the week, a queue open 15 h of it: 336 contacts, not 30."""
    files = good()
    queue = '\n[queues.mail]\nkind = "email"\nhours = "day"\ntarget = { deadline_working_days = 2 }\n'
    channel = '\n[channels.mail]\nkind = "email"\nqueue = "mail"\nhours = "always"\naht_s = 300\n'
    days = "".join(f'{day} = "00:00-24:00"\n' for day in ("mon", "tue", "wed", "thu", "fri", "sat", "sun"))
    files["centre.toml"] = f"{files['centre.toml']}{queue}{channel}\n[hours.always]\nclosed_on_holidays = false\n{days}"
    files["agents.csv"] = str(files["agents.csv"]).replace("1,front,", "1,front|mail,")
    starts = tiny.GRID.span(dt.date(2026, 2, 2), dt.date(2026, 3, 1))
    mails = "".join(f"{start.isoformat(timespec='minutes')},mail,1,1,0,300,\n" for start in starts)
    head, *rows = str(files["history.csv"]).splitlines()
    assert len(head.split(",")) == 7
    files["history.csv"] = "\n".join([head, *rows, mails])
    folder, need, come = written(tmp_path, files), tmp_path / "need.csv", tmp_path / "come.csv"
    for command, out in (("size", need), ("forecast", come)):
        with pytest.raises(SystemExit) as left:
            main([command, str(folder), "--week", "2026-W10", "--out", str(out)])
        assert not left.value.code
    told, forecast_of = pd.read_csv(need), pd.read_csv(come)
    expected = forecast_of[forecast_of["channel"] == "mail"]["contacts"].sum()
    mine = told[told["queue"] == "mail"]["arrivals"]
    assert expected == pytest.approx(336, rel=0.05) and mine.sum() == pytest.approx(expected, rel=1e-3)
    assert mine.iloc[0] == pytest.approx(19, rel=0.1), "since midnight"
