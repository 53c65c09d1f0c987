"""Charts say what the plan says, in few elements, and stay apart for every eye."""

from __future__ import annotations

import itertools
import re
from dataclasses import replace

import numpy as np
import pandas as pd
import plotly.graph_objects as go
import pytest

from staffing.plan import Plan
from staffing.rostering.team import Ledger
from staffing.rostering.verify import summed, verify
from staffing.screens.peaks import through
from staffing.screens.plots.burdens import burden, burden_map
from staffing.screens.plots.burdens import colour as colour_of
from staffing.screens.plots.contacts import daily_figure, daily_rows, forecast_figure, week_rows
from staffing.screens.plots.coverage import coverage_chart
from staffing.screens.plots.day import activity_labels, day_chart, day_rows
from staffing.screens.plots.drawn import HEIGHT_PX
from staffing.screens.plots.frontier import frontier_figure, services_figure
from staffing.screens.plots.gaps import PUOR, colour, gap_map, gap_table, places_short, signed
from staffing.screens.plots.look import BLUE, INK, ORANGE, QUEUE_PATTERNS, QUEUES, looks
from staffing.screens.plots.months import months_figure
from staffing.screens.plots.need import need_figure
from staffing.screens.plots.past import cause_figure, cause_rows, past_figure, past_rows
from staffing.screens.plots.peak import CAPACITIES, NEEDS, capacity_figure, needs_figure
from staffing.screens.plots.shares import shares_figure
from staffing.screens.shown import headed
from staffing.screens.tiles import queue_label, week_tiles
from staffing.words import say

# Viénot, Brettel & Mollon 1999, "Digital video colourmaps for checking the legibility of displays by dichromats",
# in linear RGB; the last is the luminance of ITU-R BT.709.
EYES = {
    "protan": [[0.11238, 0.88762, 0.0], [0.11238, 0.88762, 0.0], [0.00401, -0.00401, 1.0]],
    "deutan": [[0.29275, 0.70725, 0.0], [0.29275, 0.70725, 0.0], [-0.02234, 0.02234, 1.0]],
    "grey": [[0.2126, 0.7152, 0.0722]] * 3,
    "usual": [[1.0, 0.0, 0.0], [0.0, 1.0, 0.0], [0.0, 0.0, 1.0]],
}

PEAK = pd.DataFrame(
    {"start": pd.date_range("2026-11-30 08:00", periods=4, freq="30min", tz="Europe/Paris"), "expected": 1.0,
     "required": 2.0, "scheduled": 1.5, "shortage": 0.5}
)  # fmt: skip


def lab(colour: str, eye: str) -> np.ndarray:
    rgb = np.array([int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5)])
    linear = np.where(rgb <= 0.04045, rgb / 12.92, ((rgb + 0.055) / 1.055) ** 2.4)
    linear = np.clip(np.array(EYES[eye]) @ linear, 0, 1)
    xyz = np.array([[0.4124, 0.3576, 0.1805], [0.2126, 0.7152, 0.0722], [0.0193, 0.1192, 0.9505]]) @ linear
    scaled = xyz / np.array([0.9505, 1.0, 1.089])
    f = np.where(scaled > 0.008856, np.cbrt(scaled), 7.787 * scaled + 16 / 116)
    return np.array([116 * f[1] - 16, 500 * (f[0] - f[1]), 200 * (f[1] - f[2])])


@pytest.mark.parametrize("eye", EYES)
def test_queues_differ_in_colour_or_hatch_for_every_eye(eye: str) -> None:
    pairs = itertools.combinations(zip(QUEUES, QUEUE_PATTERNS, strict=True), 2)
    close = [(a, b) for a, b in pairs if a[1] == b[1] and np.linalg.norm(lab(a[0], eye) - lab(b[0], eye)) < 10]
    assert not close


@pytest.mark.parametrize("eye", EYES)
def test_lines_of_a_peak_differ_in_colour_or_dash_for_every_eye(eye: str) -> None:
    needs = [(colour, dash, name) for name, colour, dash in NEEDS]
    lines = needs + [(colour, dash, name) for name, colour, dash in CAPACITIES]
    pairs = itertools.combinations(lines, 2)
    close = [(a, b) for a, b in pairs if a[1] == b[1] and np.linalg.norm(lab(a[0], eye) - lab(b[0], eye)) < 10]
    assert not close


def over_white(colour: str) -> str:
    """An rgba() colour as it looks on a page, in hexadecimal."""
    if colour.startswith("#"):
        return colour
    *rgb, alpha = (float(part) for part in re.findall(r"[\d.]+", colour))
    return "#" + "".join(f"{round(255 * (1 - alpha) + alpha * part):02x}" for part in rgb)


def marks(figure: go.Figure) -> list[tuple[str, tuple[str, ...]]]:
    """Colour and form (bar and hatch, area, line and dash) of everything a figure draws and names."""
    found = []
    for trace in figure.data:
        if trace.type == "bar":
            found.append((trace.marker.color, ("bar", trace.marker.pattern.shape or "")))
        elif trace.showlegend is not False:
            if trace.fill:
                found.append((over_white(trace.fillcolor), ("area",)))
            if trace.line.width != 0:
                found.append((trace.line.color, ("line", trace.line.dash or "solid")))
    return found


def figures(plan: Plan) -> dict[str, go.Figure]:
    """Every chart of more than one colour that Plotly draws."""
    forecast, history, channel = plan.forecast, plan.centre.history, plan.forecast.channels[0]
    assert forecast.decomposition is not None and forecast.backtest is not None
    rows = week_rows(forecast, history, channel)
    days = daily_rows(forecast, history, channel)
    need = pd.DataFrame({"start": rows["start"], "agents": 1.0})
    months = pd.DataFrame({"week": ["2026-W49", "2026-W50"], "staff_fte": 1.0, "hired_fte": 2.0, "need_fte": 3.0})
    money = pd.DataFrame({"eur": [0.0, 1.0], "service": 0.5, "p_target": 0.4, "shown": True})
    burdens = pd.DataFrame(
        {"agent": ["a"], "name": ["A"], "late_before": 1, "late_now": 1, "saturdays_before": 1, "saturdays_now": 1}
    )
    sides = pd.DataFrame(
        [{"name": "x", "label": f"queue {i}", "expected": 0.5, "low": 0.4, "high": 0.6} for i in range(8)]
    )
    capacity = PEAK.assign(kept=1.0, anew=2.0, helped=3.0)
    return {
        "forecast": forecast_figure(rows.assign(model_contacts=rows["contacts"] + 1), "en"),
        "days": daily_figure(days, "en"), "past": past_figure(past_rows(forecast.backtest, channel), "en"),
        "causes": cause_figure(cause_rows(forecast.decomposition, channel), "en"),
        "need": need_figure(need, need, "en"), "months": months_figure(months, "en"),
        "frontier": frontier_figure(money, "en"), "services": services_figure(sides, "en"),
        "fairness": shares_figure(burdens, "en"), "peak": needs_figure(PEAK, "en"),
        "through": capacity_figure(capacity, "en"),
    }  # fmt: skip


def test_two_people_of_one_name_have_a_bar_each() -> None:
    columns = ("late_before", "late_now", "saturdays_before", "saturdays_now")
    table = pd.DataFrame({"agent": ["a", "b", "c"], "name": ["Zoé", "Zoé", "Noa"], **dict.fromkeys(columns, 1)})
    bars = [str(bar) for bar in shares_figure(table, "fr").data[0].x]
    assert len(set(bars)) == 3
    assert [bar.strip("\u200b") for bar in bars] == ["Zoé", "Zoé", "Noa"]


def test_each_day_of_a_single_week_is_named_under_its_bar() -> None:
    days = pd.DataFrame({"day": pd.date_range("2026-11-16", periods=28).date})
    days = days.assign(actual=1.0, expected=1.0).assign(**{"four-week mean": 1.0})
    assert list(past_figure(days.head(6), "fr").layout.xaxis.ticktext) == [f"{day}/11" for day in range(16, 22)]
    assert list(past_figure(days, "fr").layout.xaxis.ticktext) == ["16/11", "23/11", "30/11", "07/12"]


@pytest.mark.parametrize("eye", EYES)
def test_whatever_stands_in_one_chart_differs_in_form_or_colour_for_every_eye(at_home: Plan, eye: str) -> None:
    for name, figure in figures(at_home).items():
        drawn = marks(figure)
        assert len(drawn) > 1, name
        pairs = itertools.combinations(drawn, 2)
        close = [(a, b) for a, b in pairs if a[1] == b[1] and np.linalg.norm(lab(a[0], eye) - lab(b[0], eye)) < 10]
        assert not close, (name, close)


@pytest.mark.parametrize("eye", EYES)
def test_scales_step_visibly_and_drawn_charts_keep_their_marks_apart_for_every_eye(eye: str) -> None:
    """The two ends of the gaps are told apart by their printed sign; in grey too, each step by its lightness."""
    for ramp in (PUOR[:4], PUOR[3:], tuple(colour_of(share) for share in (0.0, 0.1, 0.5, 0.9))):
        steps = [np.linalg.norm(lab(a, eye) - lab(b, eye)) for a, b in itertools.pairwise(ramp)]
        assert min(steps) > 4, (ramp, steps)
    for pair in itertools.combinations((BLUE, ORANGE, INK), 2):
        assert np.linalg.norm(lab(pair[0], eye) - lab(pair[1], eye)) >= 15, pair


def test_every_activity_has_a_look_of_its_own() -> None:
    names = [f"queue {i}" for i in range(8)] + ["meal", "break"]
    assert len(set(looks(names).values())) == len(names)


def test_shortage_of_all_queues_is_the_sum_of_each(at_home: Plan) -> None:
    every = summed(at_home.verification.coverage)
    assert every["shortage"].sum() * 0.5 == pytest.approx(at_home.verification.shortage_hours)


@pytest.mark.parametrize(("language", "monday"), [("fr", "lun. 30"), ("en", "Mon 30")])
def test_coverage_is_one_element_an_interval_and_its_days_are_named(at_home: Plan, language: str, monday: str) -> None:
    rows = summed(at_home.verification.coverage)
    chart = coverage_chart(rows, language, "what it says")
    assert 'role="img" aria-label="what it says"' in chart
    assert chart.count("data-t=") == len(rows)
    assert f">{monday}<" in chart
    one = coverage_chart(rows[rows["start"].dt.day_of_week == 0], language, "")
    assert ">08:00<" in one and f">{monday}<" not in one


def test_a_bar_and_the_need_stand_in_proportion(at_home: Plan) -> None:
    rows = summed(at_home.verification.coverage)
    chart = coverage_chart(rows, "en", "")
    bars, needs = (np.array(re.findall(rf"--{v}:([\d.]+)", chart), dtype=float) for v in "bn")
    ratio = (rows["scheduled"] / rows["required"]).to_numpy()
    assert bars / needs == pytest.approx(ratio, rel=0.01)
    assert max(bars.max(), needs.max()) <= HEIGHT_PX


def test_a_shortage_shows_on_the_map_whatever_another_queue_has_too_many_of(at_home: Plan) -> None:
    """All of one queue serve another for a day: chart, map and tile tell the same agents missing at the same times."""
    left, taken = at_home.requirement.queues[1:3]
    frame = at_home.roster.frame
    moved = (frame["activity"] == left) & (frame["start"].dt.date == at_home.week.days[2])
    there = frame.assign(activity=frame["activity"].mask(moved, taken))
    found = verify(replace(at_home.roster, frame=there), at_home.requirement, at_home.centre)
    rows = summed(found.coverage)
    short = rows.set_index("start")["shortage"].round(1)
    hidden = rows[(rows["shortage"] > 0.6) & (rows["scheduled"] > rows["required"])]
    assert len(hidden) > 5, "otherwise nothing is netted here"
    table = gap_table(rows)
    for start, agents in short[short > 0].items():
        assert table.loc[start.date(), f"{start:%H:%M}"] == -agents
    assert places_short(table) == int((short > 0.5).sum())
    shown = gap_map(table, "en", "")
    assert shown.count("−") == 2 * int((short > 0).sum()), "in the cell and on hover, nowhere else"
    worst = short[short == short.max()].index  # several may be as short, to the tenth
    assert f">{signed(-short.max(), 'en', 1)}<" in shown
    note = week_tiles(replace(at_home, verification=found), "en")[1].note
    assert any(f"{start:%H:%M}, {signed(-short.max(), 'en', 1)} agents (" in note for start in worst)


def test_a_worst_interval_that_several_queues_share_names_the_part_of_the_first(at_home: Plan) -> None:
    coverage = at_home.verification.coverage.assign(shortage=0.0)
    start = coverage.loc[coverage["queue"] == at_home.requirement.queues[1], "start"].iloc[0]
    for queue, agents in zip(at_home.requirement.queues[:2], (0.3, 0.6), strict=True):
        coverage.loc[(coverage["start"] == start) & (coverage["queue"] == queue), "shortage"] = agents
    plan = replace(at_home, verification=replace(at_home.verification, coverage=coverage))
    label = queue_label(at_home, at_home.requirement.queues[1])
    assert (
        week_tiles(plan, "fr")[1]
        .note.replace("\xa0", " ")
        .endswith(f"à {start:%H:%M}, −0,9 agent (dont {label} : −0,6)")
    )
    none = coverage.assign(shortage=0.0)
    plan = replace(at_home, verification=replace(at_home.verification, coverage=none))
    assert week_tiles(plan, "fr")[1].note == say("week.none_short", "fr")


def test_gaps_print_their_numbers_and_closed_hours_stay_empty(at_home: Plan) -> None:
    table = gap_table(summed(at_home.verification.coverage))
    shown = gap_map(table, "fr", "what it says")
    assert shown.count("data-t=") == int(table.notna().sum().sum())
    assert shown.count("<td></td>") == int(table.isna().sum().sum()) + 1 > 1, "Saturday is open for part of the day"
    assert shown.count("−") >= int((table <= -0.5).sum().sum())
    assert colour(-0.5, 5) == colour(-0.2, 5) == colour(0.2, 5) == "#ffffff"
    assert len({colour(gap, 5) for gap in (-5, -3, -1, 0, 1, 3, 5)}) == 7


def test_a_day_has_one_box_a_segment_and_escapes_what_users_wrote(at_home: Plan) -> None:
    rows = day_rows(at_home.roster, at_home.centre, at_home.week.monday)
    people = rows.assign(name='<img src="x">')
    labels = {**activity_labels(at_home.roster, at_home.centre, "fr"), "accueil": '"<a href=x>Accueil'}
    chart = day_chart(people, labels, "fr", "what it says")
    assert chart.count("data-t=") == len(rows)
    assert "<img" not in chart and "<a" not in chart and '"&' not in chart.replace('="&', "")


def test_the_more_of_a_burden_the_darker_and_names_are_escaped() -> None:
    ledgers = [Ledger("a", 2, late_shifts=n, wishes_asked=2, wishes_granted=1) for n in (0, 1, 2, 4)]
    cells = [burden(ledger, "late", 2.0, "en") for ledger in ledgers]
    assert [cell.text for cell in cells] == ["0", "1", "2", "4"]
    assert len({colour_of(cell.share) for cell in cells}) == 4
    assert burden(ledgers[0], "wishes", 1.0, "en").text == "1/2"
    assert burden(Ledger("a"), "late", 2.0, "en").text == burden(Ledger("a", 1), "wishes", 1.0, "en").text == "–"
    drawn = burden_map(pd.DataFrame({"W49": cells}, index=["<b>"] * 4), pd.Series(["1"] * 4), "sum", "fr", "says")
    assert "<b>" not in drawn and drawn.count("data-t=") == 4 and 'aria-label="says"' in drawn


@pytest.mark.parametrize("language", ["fr", "en"])
def test_causes_that_matter_are_drawn_and_past_days_hold_every_contact(at_home: Plan, language: str) -> None:
    forecast = at_home.forecast
    assert forecast.decomposition is not None and forecast.backtest is not None
    channel = forecast.channels[0]
    causes = cause_rows(forecast.decomposition, channel)
    assert len(cause_figure(causes, language).data) == len(causes.columns) - 1 > 0
    assert (causes.iloc[:, 1:].abs().max() >= 1.0).all()
    past = past_rows(forecast.backtest, channel)
    mine = forecast.backtest[forecast.backtest["channel"] == channel]
    assert past["actual"].sum() == pytest.approx(mine["actual"].sum())
    assert len(past_figure(past, language).data) == 3


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_tables_under_the_charts_are_headed_in_words(at_home: Plan, language: str) -> None:
    forecast, history, channel = at_home.forecast, at_home.centre.history, at_home.forecast.channels[0]
    assert forecast.decomposition is not None and forecast.backtest is not None
    coverage = at_home.verification.coverage
    tables = [
        summed(coverage), day_rows(at_home.roster, at_home.centre, at_home.week.monday).drop(columns="agent"),
        week_rows(forecast, history, channel), daily_rows(forecast, history, channel), at_home.requirement.frame,
        past_rows(forecast.backtest, channel), cause_rows(forecast.decomposition, channel), through(coverage, coverage),
    ]  # fmt: skip
    for table in tables:
        shown = headed(table, language)
        assert not set(shown.columns) & {str(column) for column in table.columns}
        assert shown.columns.is_unique
