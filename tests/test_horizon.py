"""The months ahead: capacity adds up, hires come in time, leave is granted where there is room."""

from __future__ import annotations

import dataclasses
import datetime as dt

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from staffing.horizon import Hire, Workforce, at_level, horizon, least_hires, may_leave, weeks_from
from staffing.rostering.team import Absence
from tests import tiny
from tests.rostering import small

WEEKS = weeks_from(tiny.WEEK, 26)
STEADY = Workforce(turnover_year=0.0)


def test_without_turnover_capacity_is_the_hours_owed_and_leave_takes_its_hours() -> None:
    centre = small.centre(4)
    away = Absence("a0", WEEKS[1].days[0], WEEKS[1].days[4])
    on_leave = dataclasses.replace(centre, team=dataclasses.replace(centre.team, absences=(away,)))
    found = horizon(on_leave, WEEKS, np.zeros(26), workforce=STEADY).frame["capacity_h"].tolist()
    assert found == [140.0, 105.0, *[140.0] * 24]


def test_after_a_year_turnover_has_taken_its_share() -> None:
    year = weeks_from(tiny.WEEK, 53)
    found = horizon(small.centre(4), year, np.zeros(53), workforce=Workforce(turnover_year=0.2)).frame
    assert found["capacity_h"].iloc[-1] / found["capacity_h"].iloc[0] == pytest.approx(0.8, abs=0.002)


def test_a_hire_in_training_takes_no_contact_and_then_grows() -> None:
    hire = Hire(WEEKS[2], 1)
    found = horizon(small.centre(4), WEEKS, np.zeros(26), workforce=STEADY, hires=(hire,)).frame["hired_h"]
    assert (found.iloc[: 2 + 9] == 0).all()
    assert found.iloc[2 + 9] == pytest.approx(0.6 * 35)
    assert found.iloc[2 + 9 + 8] == pytest.approx(35)
    assert found.is_monotonic_increasing


def test_hires_are_as_few_and_as_late_as_the_need_allows() -> None:
    need = np.where(np.arange(26) < 20, 140.0, 175.0)
    hires, found = least_hires(small.centre(4), WEEKS, need, workforce=dataclasses.replace(STEADY, ramp_weeks=0))
    assert hires == (Hire(WEEKS[11], 1),)
    assert found.short_weeks == ()


def test_a_need_that_comes_before_anyone_can_be_trained_stays_short() -> None:
    need = np.full(26, 175.0)
    hires, found = least_hires(small.centre(4), WEEKS, need, workforce=STEADY)
    assert [w in found.short_weeks for w in (str(WEEKS[0]), str(WEEKS[14]))] == [True, True]
    assert hires[0].week == WEEKS[6]
    assert found.fte_short == pytest.approx(1.0)


@settings(max_examples=25, deadline=None)
@given(st.lists(st.floats(100, 260), min_size=20, max_size=26))
def test_hiring_never_leaves_more_hours_short_than_doing_nothing(need: list[float]) -> None:
    weeks = WEEKS[: len(need)]
    workforce = Workforce(turnover_year=0.3)
    bare = horizon(small.centre(5), weeks, np.array(need), workforce=workforce).frame["spare_h"].clip(upper=0).sum()
    _, found = least_hires(small.centre(5), weeks, np.array(need), workforce=workforce)
    assert found.frame["spare_h"].clip(upper=0).sum() >= bare - 1e-6


def test_leave_is_granted_where_there_is_room_and_refused_where_there_is_none() -> None:
    centre = small.centre(4)
    need = np.array([100.0, 130.0, *[100.0] * 24])
    ahead = horizon(centre, WEEKS, need, workforce=STEADY)
    agent = centre.team.agents[0]
    assert may_leave(ahead, centre, agent, WEEKS[0].days[0], WEEKS[0].days[4]).granted
    refused = may_leave(ahead, centre, agent, WEEKS[0].days[0], WEEKS[1].days[4])
    assert not refused.granted and refused.weeks_short == (str(WEEKS[1]),)
    assert may_leave(ahead, centre, agent, WEEKS[1].days[0], WEEKS[1].days[0]).granted
    with pytest.raises(ValueError, match="outside the horizon"):
        may_leave(ahead, centre, agent, WEEKS[25].days[0], WEEKS[25].days[0] + dt.timedelta(days=8))


def test_a_need_that_does_not_match_the_weeks_is_refused() -> None:
    with pytest.raises(ValueError, match="one a week"):
        horizon(small.centre(4), WEEKS, np.zeros(3), workforce=STEADY)


def test_leave_still_to_be_taken_comes_off_once() -> None:
    """Leave already told counts toward the plan of its week; a year of weeks takes all the days."""
    centre = small.centre(4)
    workforce = Workforce(turnover_year=0.0, leave_days_year=25.0, rtt_days_year=9.0)
    year = weeks_from(tiny.WEEK, 52)
    found = horizon(centre, year, np.zeros(52), workforce=workforce).frame
    assert found["leave_h"].sum() == pytest.approx(4 * 34 * 7, rel=0.02)
    away = Absence("a0", year[0].days[0], year[0].days[4])
    told = dataclasses.replace(centre, team=dataclasses.replace(centre.team, absences=(away,)))
    there = horizon(told, year, np.zeros(52), workforce=workforce).frame
    assert found["leave_h"].iloc[0] < 35, "one agent's week is more than the plan of that week"
    assert there["leave_h"].iloc[0] == 0 and there["capacity_h"].iloc[0] == pytest.approx(105)


def test_the_rtt_days_of_the_contracts_come_on_top_of_leave() -> None:
    """37 h at the State give 12 days, 35 h none: each level has its own, and who takes no leave here takes none."""
    made = small.centre(4, experts=2)
    state = dataclasses.replace(made.team.contracts[0], name="state", rules="fr_state_2000_815", hours_week=37.0)
    agents = tuple(dataclasses.replace(a, contract="state") if a.level == 2 else a for a in made.team.agents)
    team = dataclasses.replace(made.team, agents=agents, contracts=(*made.team.contracts, state))
    centre, leave = dataclasses.replace(made, team=team), Workforce(leave_days_year=25.0)
    assert [at_level(centre, level, leave)[1].rtt_days_year for level in (1, 2)] == [0.0, 12.0]
    assert at_level(centre, 2, Workforce())[1].rtt_days_year == 0.0


def test_a_leave_inside_the_plan_takes_nothing_more() -> None:
    centre = small.centre(30)
    workforce = Workforce(turnover_year=0.0, leave_days_year=34.0)
    need = horizon(centre, WEEKS, np.zeros(26), workforce=workforce).frame["capacity_h"].to_numpy()
    ahead = horizon(centre, WEEKS, need, workforce=workforce)
    agent, (monday, *_, friday) = centre.team.agents[0], WEEKS[3].days[:5]
    assert may_leave(ahead, centre, agent, monday, friday).granted
    told = tuple(Absence(f"a{i}", monday, friday) for i in range(1, 9))
    full = dataclasses.replace(centre, team=dataclasses.replace(centre.team, absences=told))
    assert not may_leave(horizon(full, WEEKS, need, workforce=workforce), full, agent, monday, friday).granted


def test_somebody_who_has_not_begun_owes_nothing() -> None:
    centre = small.centre(4)
    agents = list(centre.team.agents)
    agents[0] = dataclasses.replace(agents[0], since=WEEKS[5].monday)
    later = dataclasses.replace(centre, team=dataclasses.replace(centre.team, agents=tuple(agents)))
    owed = horizon(later, WEEKS, np.zeros(26), workforce=STEADY).frame["owed_h"]
    assert owed.tolist() == [105.0] * 5 + [140.0] * 21


def test_somebody_who_leaves_owes_the_days_until_the_last_and_nothing_after() -> None:
    """The last day is a Wednesday: three fifths of that week; leave asked after it takes nothing."""
    centre = small.centre(4)
    agents = list(centre.team.agents)
    agents[0] = dataclasses.replace(agents[0], last_day=WEEKS[5].days[2])
    left = dataclasses.replace(centre, team=dataclasses.replace(centre.team, agents=tuple(agents)))
    ahead = horizon(left, WEEKS, np.zeros(26), workforce=STEADY)
    assert ahead.frame["owed_h"].tolist() == [140.0] * 5 + [126.0] + [105.0] * 20
    asked = may_leave(ahead, left, agents[0], WEEKS[5].days[1], WEEKS[6].days[4])
    assert asked.frame["takes_h"].tolist() == pytest.approx([14.0 * (1 - STEADY.lost_share), 0.0])


def grown(weeks: int, growth: float) -> tiny.Centre:  # type: ignore[name-defined]
    """The tiny centre with so many weeks of history, whose last 26 weeks hold ``growth`` times the calls."""
    history = tiny.history(weeks)
    late = history.frame["start"] >= tiny.GRID.at(tiny.WEEK.plus(-26).monday, 0)
    frame = history.frame.assign(offered=history.frame["offered"] * np.where(late, growth, 1.0))
    return dataclasses.replace(tiny.centre(), history=dataclasses.replace(history, frame=frame))


def test_beyond_the_forecast_the_need_is_last_year_s_grown_as_of_late() -> None:
    from staffing.need_ahead import last_year

    centre = grown(80, 1.25)
    week = tiny.WEEK.plus(20)
    then = centre.history.frame[centre.history.frame["start"].between(
        tiny.GRID.at(week.plus(-52).monday, 0), tiny.GRID.at(week.plus(-51).monday, 0), inclusive="left")]  # fmt: skip
    found = last_year(centre, week).frame
    assert found["contacts"].sum() == pytest.approx(1.25 * then["offered"].sum(), rel=0.03)
    assert (found["aht_s"] == 300.0).all()
    with pytest.raises(ValueError, match="not a year before"):
        last_year(tiny.centre(), week)


def test_the_need_says_where_it_comes_from() -> None:
    from staffing.need_ahead import need_ahead

    found = need_ahead(grown(60, 1.0), weeks_from(tiny.WEEK, 14))
    by_level = found.groupby("level")["source"].value_counts()
    assert by_level[1, "forecast"] == 12 and by_level[1, "last_year"] == 2, "the record ends on a Friday"
    near, far = (
        found[(found["level"] == 1) & (found["source"] == s)]["need_h"].mean() for s in ("forecast", "last_year")
    )
    assert near == pytest.approx(far, rel=0.1), "nothing grows and nothing has a season here"


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_command_tells_needs_hires_and_leave(tmp_path, capsys, language: str) -> None:  # type: ignore[no-untyped-def]
    from staffing.cli import main
    from tests.centre.folder import good, written

    folder, out = written(tmp_path, good()), tmp_path / "ahead.csv"
    asked = ["horizon", str(folder), "--week", "2026-W10", "--weeks", "4", "--language", language, "--out", str(out)]
    with pytest.raises(SystemExit) as left:
        main([*asked, "--leave", "a1:2026-03-03"])
    told = capsys.readouterr().out
    assert not left.value.code and "2026-W13" in told and "a1" in told
    assert out.read_text().count("\n") == 1 + 2 * 4


def test_weeks_too_near_for_a_hire_are_not_said_to_need_none(tmp_path, capsys) -> None:  # type: ignore[no-untyped-def]
    from staffing.cli import main
    from tests.centre.folder import good, history, written

    crowd = good() | {"history.csv": history().replace("phone,12,11,1", "phone,400,390,10")}
    with pytest.raises(SystemExit) as left:
        main(["horizon", str(written(tmp_path, crowd)), "--week", "2026-W10", "--weeks", "4", "--language", "en"])
    told = capsys.readouterr().out
    assert not left.value.code and "no hire would be ready in time" in told and "Short all the same" in told
    assert "Nobody has to be hired" not in told.partition("Level 2")[0]


def test_the_team_told_is_who_is_in_post_in_the_first_week(tmp_path, capsys) -> None:  # type: ignore[no-untyped-def]
    from staffing.cli import main
    from tests.centre.folder import good, written

    files = good()
    rows = str(files["agents.csv"]).splitlines()
    told = []
    for first, last in (("", ""), ("2026-06-01", ""), ("", "2026-02-27")):
        there = [f"{rows[0]},since,last_day", f"{rows[1]},{first},{last}", *(f"{row},," for row in rows[2:])]
        (place := tmp_path / f"c{len(told)}").mkdir()
        folder = written(place, files | {"agents.csv": "\n".join(there) + "\n"})
        with pytest.raises(SystemExit):
            main(["horizon", str(folder), "--week", "2026-W10", "--weeks", "4", "--language", "en"])
        told.append(int(capsys.readouterr().out.split("Level 1: ")[1].split(" ")[0]))
    assert told == [told[0], told[0] - 1, told[0] - 1]
