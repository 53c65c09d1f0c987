"""Each rule on its limit and one step beyond, and the engine under every pack against the reading of its rosters."""

from __future__ import annotations

import dataclasses
import datetime as dt
import itertools

import pandas as pd
import pytest

from forecasts.grid import Opening, Week
from staffing.rostering.assign import Solve, assign
from staffing.rostering.rules.packs import rules_for
from staffing.rostering.rules.rule import Breach, Segment, Setting, Shape, Shift, WorkedWeek
from staffing.rostering.team import Contract
from staffing.rostering.verify import verify
from tests import tiny
from tests.rostering import small

PRIVATE = dataclasses.replace(small.DAY_SHIFT, rules="fr_private_idcc2098")
STATE = dataclasses.replace(small.DAY_SHIFT, rules="fr_state_2000_815")
BRANCH = dataclasses.replace(
    PRIVATE,
    hours_week=24.0,
    limits=tuple(
        ("part_time_interruption", limit, value)
        for limit, value in (("most_count", 2), ("span_ratio", 2), ("sequence_min", 60), ("single_min", 180))
    ),
)
TURNS = dataclasses.replace(PRIVATE, limits=(("saturday_turns", "weeks", 2),))
SCREEN = dataclasses.replace(STATE, limits=(("screen_work", "most_min", 60),))
DAYS = tiny.WEEK.days
Spans = tuple[tuple[float, float, str], ...]


def shift(day: int, *spans: tuple[float, float, str]) -> Shift:
    date = DAYS[0] + dt.timedelta(days=day)
    return Shift(
        tuple(Segment(tiny.GRID.at(date, round(60 * a)), tiny.GRID.at(date, round(60 * b)), w) for a, b, w in spans)
    )


def day_shift(day: int, start: float = 9.0, paid: float = 7.0) -> Shift:
    """Two sequences of at most three hours around a meal, with breaks after two."""
    return shift(
        day, (start, start + 2, "front"), (start + 2, start + 2.25, "break"), (start + 2.25, start + 3.5, "front"),
        (start + 3.5, start + 4.25, "meal"), (start + 4.25, start + 6.25, "front"),
        (start + 6.25, start + 6.5, "break"), (start + 6.5, start + paid + 0.75, "front"),
    )  # fmt: skip


def part_time(day: int, longer: float = 0.0) -> Shift:
    """Six hours, and what is longer after a break of a quarter."""
    late = ((15.75, 16.0, "break"), (16.0, 15.75 + longer, "front")) if longer else ()
    return shift(day, (9, 12, "front"), (12, 12.75, "meal"), (12.75, 15.75, "front"), *late)


def broken(
    shifts: tuple[Shift, ...], *, contract: Contract = PRIVATE, past: tuple[Shift, ...] = (),
    holidays: frozenset[dt.date] = frozenset(), hours: float | None = None,
) -> set[str]:  # fmt: skip
    agent = dataclasses.replace(small.centre(1).team.agents[0], hours_week=hours)
    week = WorkedWeek(agent, contract, DAYS, holidays, frozenset(), shifts, past)
    return {breach.rule for rule in rules_for(contract) for breach in rule.breaches(week)}


CASES: list[tuple[str, tuple[Shift, ...], dict[str, object], set[str]]] = [
    ("an ordinary week", tuple(day_shift(d) for d in range(5)), {}, set()),
    ("a day of eight hours and a half", (day_shift(0, 8.0, 8.5),), {}, set()),
    ("rest of eleven hours", (shift(0, (18, 20, "front")), shift(1, (7, 9, "front"))), {}, set()),
    ("rest a quarter short", (shift(0, (18, 20, "front")), shift(1, (6.75, 9, "front"))), {}, {"daily_rest"}),
    ("rest after last week", (shift(0, (7, 9, "front")),),
     {"past": (shift(-1, (18, 20.25, "front")),)}, {"daily_rest"}),
    ("six days", tuple(shift(d, (9, 12, "front")) for d in range(6)), {}, set()),
    ("seven days", tuple(shift(d, (9, 12, "front")) for d in range(7)), {},
     {"days_a_week", "days_in_a_row", "sunday_rest", "weekly_rest"}),
    ("a run over the week's edge", (shift(0, (9, 12, "front")),),
     {"past": tuple(shift(-d, (9, 12, "front")) for d in range(6, 0, -1))}, {"days_in_a_row"}),
    ("six-day weeks that nothing makes up for", tuple(shift(d, (9, 12, "front")) for d in range(3)),
     {"past": tuple(shift(-7 * w + d, (9, 12, "front")) for w in (3, 2, 1) for d in range(6))}, {"mean_days"}),
    ("three hours in a row", (shift(0, (9, 12, "front")),), {}, set()),
    ("three hours and five minutes", (shift(0, (9, 12 + 5 / 60, "front")),), {}, {"work_sequence"}),
    ("ten minutes after two hours",
     (shift(0, (9, 11, "front"), (11, 11 + 1 / 6, "break"), (11 + 1 / 6, 13, "front")),), {}, set()),
    ("ten minutes after three hours",
     (shift(0, (9, 12, "front"), (12, 12 + 1 / 6, "break"), (12 + 1 / 6, 14, "front")),), {}, {"work_sequence"}),
    ("a meal of forty minutes", (shift(0, (9, 12, "front"), (12, 12 + 2 / 3, "meal"), (12 + 2 / 3, 15, "front")),), {},
     {"meal_time"}),
    ("a meal at ten", (shift(0, (7, 10, "front"), (10, 11, "meal"), (11, 13, "front"), (13, 13.25, "break"),
                             (13.25, 15.5, "front")),), {}, {"meal_time"}),
    ("a meal at ten in a day that ends before three",
     (shift(0, (8, 10, "front"), (10, 10.75, "meal"), (10.75, 12.75, "front"), (12.75, 13, "break"),
            (13, 14.75, "front")),), {}, {"meal_time"}),
    ("the same at level 2",
     (shift(0, (8, 10, "front"), (10, 10.75, "meal"), (10.75, 12.75, "front"), (12.75, 13, "break"),
            (13, 14.75, "front")),), {"contract": STATE}, {"meal_time"}),
    ("a meal at eleven in that day",
     (shift(0, (8, 9.5, "front"), (9.5, 9.75, "break"), (9.75, 11, "front"), (11, 11.75, "meal"),
            (11.75, 14.75, "front")),), {}, set()),
    ("a meal at half past nine from six to two",
     (shift(0, (6, 7.5, "front"), (7.5, 7.75, "break"), (7.75, 9.5, "front"), (9.5, 10.25, "meal"),
            (10.25, 12, "front"), (12, 12.25, "break"), (12.25, 14, "front")),), {}, set()),
    ("a meal at four from noon to eight",
     (shift(0, (12, 13.75, "front"), (13.75, 14, "break"), (14, 16, "front"), (16, 16.75, "meal"),
            (16.75, 18.5, "front"), (18.5, 18.75, "break"), (18.75, 20, "front")),), {}, set()),
    ("a break right before the meal",
     (shift(0, (9, 11.75, "front"), (11.75, 12, "break"), (12, 12.75, "meal"), (12.75, 15, "front")),), {},
     {"meal_apart"}),
    ("a break right after the meal",
     (shift(0, (9, 12, "front"), (12, 12.75, "meal"), (12.75, 13, "break"), (13, 15, "front")),),
     {"contract": small.DAY_SHIFT}, {"meal_apart"}),
    ("a quarter of work between the break and the meal",
     (shift(0, (9, 11.5, "front"), (11.5, 11.75, "break"), (11.75, 12, "front"), (12, 12.75, "meal"),
            (12.75, 15, "front")),), {}, set()),
    ("a meal after the fourth hour", (shift(0, (8, 11, "front"), (11, 11.25, "break"), (11.25, 12.5, "front"),
                                            (12.5, 13.25, "meal"), (13.25, 15.5, "front")),), {}, {"meal_time"}),
    ("the last hours of the quota from 35 h on", tuple(day_shift(d, paid=7.6) for d in range(5)),
     {"past": tuple(day_shift(d - 7 * w, paid=8.4) for w in range(31, 0, -1) for d in range(5)), "hours": 36.0}, set()),
    ("more than the quota, counted from 35 h on", tuple(day_shift(d, paid=7.8) for d in range(5)),
     {"past": tuple(day_shift(d - 7 * w, paid=8.4) for w in range(31, 0, -1) for d in range(5)), "hours": 36.0},
     {"overtime_quota"}),
    ("no overtime up to the hours that days off make up for", tuple(day_shift(d, paid=7.8) for d in range(5)),
     {"past": tuple(day_shift(d - 7 * w, paid=8.4) for w in range(31, 0, -1) for d in range(5)), "hours": 39.0}, set()),
    ("a Sunday", (shift(6, (9, 12, "front")),), {}, {"sunday_rest"}),
    ("a Sunday under a derogation", (shift(6, (9, 12, "front")),),
     {"contract": dataclasses.replace(PRIVATE, sundays=True)}, set()),
    ("a public holiday at level 1", (shift(1, (9, 12, "front")),), {"holidays": frozenset({DAYS[1]})}, set()),
    ("a public holiday at level 2", (shift(1, (9, 12, "front")),),
     {"holidays": frozenset({DAYS[1]}), "contract": STATE}, {"holiday_rest"}),
    ("thirteen hours from start to end", (shift(0, (8, 11, "front")), shift(0, (18, 21, "front"))), {}, set()),
    ("more than thirteen hours", (shift(0, (8, 11, "front")), shift(0, (18.25, 21.25, "front"))), {}, {"span"}),
    ("more than twelve hours at level 2", (shift(0, (8, 11, "front")), shift(0, (17.25, 20.25, "front"))),
     {"contract": STATE}, {"span"}),
    ("six hours on end at level 2", (shift(0, (9, 15, "front")),), {"contract": STATE}, {"pause"}),
    ("almost six hours on end at level 2", (shift(0, (9, 14.75, "front")),), {"contract": STATE}, set()),
    ("a third more at part-time", tuple(part_time(d) for d in range(5)), {"hours": 24.0}, set()),
    ("more than a third more at part-time", tuple(part_time(d, 0.5) for d in range(5)), {"hours": 24.0},
     {"part_time_extra_hours"}),
    ("a long interruption at part-time", (shift(0, (9, 12, "front")), shift(0, (14.25, 16, "front"))), {"hours": 24.0},
     {"part_time_interruption"}),
    ("two interruptions at part-time", (shift(0, (9, 11, "front")), shift(0, (12, 13, "front")),
                                        shift(0, (14, 16, "front"))), {"hours": 24.0}, {"part_time_interruption"}),
    ("two interruptions under the branch's clauses", (shift(0, (9, 11, "front")), shift(0, (12, 13, "front")),
                                                      shift(0, (14, 16, "front"))), {"contract": BRANCH}, set()),
    ("a sequence of less than an hour under them", (shift(0, (9, 11, "front")), shift(0, (12, 12.75, "front")),
                                                    shift(0, (14, 16, "front"))),
     {"contract": BRANCH}, {"part_time_interruption"}),
    ("more than twice the hours worked under them", (shift(0, (9, 10, "front")), shift(0, (12, 13, "front")),
                                                     shift(0, (14.75, 15.75, "front"))),
     {"contract": BRANCH}, {"part_time_interruption"}),
    ("three hours in one sequence under them", (shift(0, (9, 12, "front")),), {"contract": BRANCH}, set()),
    ("less than three hours in one sequence under them", (shift(0, (9, 11.75, "front")),),
     {"contract": BRANCH}, {"part_time_interruption"}),
    ("five days after a six-day week and a week of five", tuple(shift(d, (9, 12, "front")) for d in range(5)),
     {"past": tuple(shift(-14 + d, (9, 12, "front")) for d in (*range(6), *range(7, 12)))}, {"second_rest_day"}),
    ("a break kept for the end", (shift(0, (9, 11, "front"), (11, 11.25, "break")),), {}, {"saved_break"}),
    ("a Saturday after one, one in two promised", (shift(5, (9, 12, "front")),),
     {"past": (shift(-2, (9, 12, "front")),), "contract": TURNS}, {"saturday_turns"}),
    ("a Saturday after one of two weeks ago", (shift(5, (9, 12, "front")),),
     {"past": (shift(-9, (9, 12, "front")),), "contract": TURNS}, set()),
    ("an hour at the screen under a site's rule", (shift(0, (9, 10, "front")),), {"contract": SCREEN}, set()),
    ("an hour and five minutes at the screen under it", (shift(0, (9, 10 + 1 / 12, "front")),), {"contract": SCREEN},
     {"screen_work"}),
    ("four days after them", tuple(shift(d, (9, 12, "front")) for d in range(4)),
     {"past": tuple(shift(-14 + d, (9, 12, "front")) for d in (*range(6), *range(7, 12)))}, set()),
]  # fmt: skip


@pytest.mark.parametrize(("name", "shifts", "more", "rules"), CASES, ids=[case[0] for case in CASES])
def test_a_rule_is_broken_one_step_beyond_its_limit(
    name: str, shifts: tuple[Shift, ...], more: dict[str, object], rules: set[str]
) -> None:
    assert broken(shifts, **more) == rules  # type: ignore[arg-type]


def test_forty_four_hours_on_average_over_twelve_weeks() -> None:
    past = tuple(day_shift(-7 * w + d, 8.0, 9.5) for w in range(1, 12) for d in range(5))
    assert 11 * 5 * 9.5 == 522.5
    assert "mean_work" in broken((day_shift(0),), past=past)
    assert "mean_work" not in broken((shift(0, (9, 12, "front")),), past=past[1:])


def test_a_clock_change_does_not_lengthen_a_rest() -> None:
    march = tiny.GRID
    saturday, sunday = dt.date(2026, 3, 28), dt.date(2026, 3, 29)
    one = Shift((Segment(march.at(saturday, 19 * 60), march.at(saturday, 22 * 60), "front"),))
    two = Shift((Segment(march.at(sunday, 9 * 60), march.at(sunday, 11 * 60), "front"),))
    days = tuple(dt.date(2026, 3, 23) + dt.timedelta(days=i) for i in range(7))
    neutral = small.DAY_SHIFT
    week = WorkedWeek(small.centre(1).team.agents[0], neutral, days, frozenset(), frozenset(), (one, two))
    found = {b.rule for rule in rules_for(neutral) for b in rule.breaches(week)}
    assert found == {"daily_rest"}


@pytest.mark.parametrize("pack", ["neutral", "fr_private_idcc2098", "fr_state_2000_815"])
def test_every_rule_says_its_article_and_its_sentence_in_both_languages(pack: str) -> None:
    rules = rules_for(dataclasses.replace(small.DAY_SHIFT, rules=pack))
    assert len(rules) >= 8
    for rule in rules:
        assert rule.article and rule.sentence("fr") != rule.sentence("en")


def test_the_engine_gives_part_timers_the_least_sequence_their_agreement_asks_for() -> None:
    rule = next(rule for rule in rules_for(BRANCH) if rule.key == "part_time_interruption")
    setting = Setting(DAYS, frozenset(), small.centre(1).team.agents[0], BRANCH)
    assert [rule.permits(Shape(540, end), setting) for end in (715, 720)] == [False, True]
    assert rule.permits(Shape(540, 600), dataclasses.replace(setting, contract=PRIVATE))


def test_an_unknown_pack_is_refused() -> None:
    with pytest.raises(ValueError, match="rules must be one of"):
        rules_for(dataclasses.replace(small.DAY_SHIFT, rules="nowhere"))


@pytest.mark.parametrize("pack", ["neutral", "fr_private_idcc2098", "fr_state_2000_815"])
def test_the_engine_breaks_no_rule_of_any_pack_with_last_week_behind_it(pack: str) -> None:
    contract = dataclasses.replace(small.DAY_SHIFT, rules=pack, flex_h=2.0)
    centre = small.centre(6, contract=contract, experts=2)
    rows = [
        (f"a{i}", s.start, s.end, s.activity)
        for i in range(3)
        for d in (-4, -3)
        for s in shift(
            d, (10, 13, "front"), (13, 14, "meal"), (14, 17, "front"), (17, 17.25, "break"), (17.25, 20 + i, "front")
        ).segments
    ]
    past = pd.DataFrame(rows, columns=["agent", "start", "end", "activity"])
    centre = dataclasses.replace(centre, team=dataclasses.replace(centre.team, past=past))
    need = small.requirement({"front": 4, "expert": 1})
    roster = assign(need, centre, tiny.WEEK, options=Solve(seconds=2.0))
    found: tuple[Breach, ...] = verify(roster, need, centre).breaches
    assert found == ()
    assert roster.reasons == ()


@pytest.mark.parametrize(
    ("week", "longest_h"), [(tiny.WEEK, 5.0), (Week.parse("2026-W14"), 0.0)], ids=["plain", "Easter"]
)
def test_sundays_under_the_local_law_of_moselle_are_short_and_feasts_are_not_worked(
    week: Week, longest_h: float
) -> None:
    local = (("local_sundays", "most_h", 5.0), ("local_sundays", "feasts", 1.0))
    terms = dataclasses.replace(PRIVATE, sundays=True, limits=local, hours_week=16.0, flex_h=3.0)
    opening = Opening(weekdays=((),) * 4 + (((540, 1020),),) * 3)
    centre, need = small.centre(3, contract=terms), small.requirement({"front": 3.0}, opening=opening, week=week)
    roster = assign(need, centre, week, options=Solve(seconds=0.3, repeatable=True))
    assert verify(roster, need, centre).breaches == () and roster.reasons == ()
    sunday = roster.frame[(roster.frame["start"].dt.day_of_week == 6) & (roster.frame["activity"] != "meal")]
    hours = (sunday["end"] - sunday["start"]).dt.total_seconds().groupby(sunday["agent"]).sum() / 3600
    assert hours.max() == longest_h if longest_h else hours.empty


def test_one_saturday_in_two_is_kept_over_a_run_of_weeks() -> None:
    """Four weeks: everybody has the turns that the contract promises, and every Saturday has its two."""
    promised = dataclasses.replace(TURNS, flex_h=2.0)
    centre, past, turns = small.centre(4, contract=promised, experts=0), None, list[set[str]]()
    for week in (tiny.WEEK.plus(i) for i in range(4)):
        need = small.requirement({"front": 2}, opening=Opening(weekdays=(((540, 1020),),) * 6 + ((),)), week=week)
        asked = dataclasses.replace(centre, team=dataclasses.replace(centre.team, past=past))
        roster = assign(need, asked, week, options=Solve(0.1, repeatable=True))
        assert verify(roster, need, asked).breaches == () and roster.reasons == ()
        turns.append(set(roster.frame["agent"][roster.frame["start"].dt.day_of_week == 5]))
        past = roster.frame if past is None else pd.concat([past, roster.frame], ignore_index=True)
    assert all(len(turn) == 2 for turn in turns)
    assert all(not one & two for one, two in itertools.pairwise(turns))


def test_the_meals_rule_says_no_more_than_it_asks() -> None:
    def told(pack: str) -> list[str]:
        meal = next(r for r in rules_for(Contract("c", pack, 35.0, 25.0)) if r.key == "meal_time")
        return [meal.sentence(language) for language in ("fr", "en")]

    private = told("fr_private_idcc2098")
    assert "au plus 240 min après le début pour" in private[0] and "at most 240 min after the start for" in private[1]
    assert told("fr_state_2000_815") == [
        "un repas d'au moins 45 min, entre 11:00 et 15:00 pour qui travaille avant 12:00 et après 14:00",
        "a meal of at least 45 min, between 11:00 and 15:00 for who works before 12:00 and after 14:00",
    ]
