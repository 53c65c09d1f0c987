"""Every rule's two faces agree on every week of small universes, and stop agreeing when any limit moves by one step.

The engine's face is read as the engine uses it: ``permits`` for each shift, ``limit`` for what binds between shifts.
"""

from __future__ import annotations

import dataclasses
import datetime as dt
import itertools
from collections.abc import Iterable, Iterator
from functools import cache, cached_property, lru_cache

import pandas as pd
import pytest

from forecasts.grid import Week
from staffing.rostering.roster import BREAK, MEAL
from staffing.rostering.rules.packs import pack_names, rules_for
from staffing.rostering.rules.rule import Rule, Segment, Setting, Shape, Shift, WeekLimits, WorkedWeek
from staffing.rostering.team import Contract
from tests import tiny
from tests.rostering import small

WEEKS = (tiny.WEEK, Week.parse("2026-W13"), Week.parse("2026-W43"))
"""An ordinary week, and the two in which a Sunday has 23 and 25 hours."""
FULL = Contract("full", "neutral", 35.0, 25.0)
AGENT = small.centre(1).team.agents[0]
HOLIDAYS = frozenset(week.days[2] for week in WEEKS)
Days = tuple[tuple[int, Shape], ...]
PACKS = pack_names()


ASKED_FOR = {
    "fr_private_idcc2098": (
        ("local_sundays", "most_h", 5.0), ("local_sundays", "feasts", 1.0), ("saturday_turns", "weeks", 2.0),
    ),
    "fr_state_2000_815": (("screen_work", "most_min", 120.0),),
}  # fmt: skip
ASLEEP = {rule for limits in ASKED_FOR.values() for rule, _, _ in limits}
"""Rules that bind only where a contract's limits ask for them."""


def every_rule() -> list[tuple[str, Rule]]:
    """Each rule once with the limits of each pack, and those that sleep in a pack as a contract wakes them."""
    found: dict[Rule, str] = {}
    for pack, limits in (*((pack, ()) for pack in PACKS), *ASKED_FOR.items()):
        for rule in rules_for(dataclasses.replace(FULL, rules=pack, limits=limits)):
            if rule.key not in ASLEEP or rule.key in {key for key, _, _ in limits}:
                found.setdefault(rule, f"{pack}-{rule.key}")
    return [(name, rule) for rule, name in found.items()]


@cache
def at(day: dt.date, minute: int) -> pd.Timestamp:
    return tiny.GRID.at(day, minute)


def shift_of(shape: Shape, day: dt.date) -> Shift:
    """The shape worked on ``day``, as segments."""
    cuts = sorted([(*b, BREAK) for b in shape.breaks] + ([(*shape.meal, MEAL)] if shape.meal else []))
    spans, now = [], shape.start_min
    for low, high, word in [*cuts, (shape.end_min, shape.end_min, "")]:
        spans += [(now, low, "front"), (low, high, word)]
        now = high
    return Shift(tuple(Segment(at(day, a), at(day, b), w) for a, b, w in spans if a < b))


@dataclasses.dataclass(frozen=True)
class Case:
    """A week worked, what lay before it, and by whom."""

    week: Week
    days: Days
    past: tuple[Shift, ...] = ()
    contract: Contract = FULL
    away: tuple[int, ...] = ()
    later: tuple[Shift, ...] = ()

    @property
    def absent(self) -> frozenset[dt.date]:
        return frozenset(self.week.days[d] for d in self.away)

    @cached_property
    def worked(self) -> WorkedWeek:
        shifts = tuple(shift_of(shape, self.week.days[d]) for d, shape in self.days)
        return WorkedWeek(AGENT, self.contract, self.week.days, HOLIDAYS, self.absent, shifts, self.past, self.later)

    @cached_property
    def setting(self) -> Setting:
        past, later = (tuple((s.start, s.end, _paid(s)) for s in beside) for beside in (self.past, self.later))
        return Setting(self.week.days, HOLIDAYS, AGENT, self.contract, past, self.absent, later)

    @cached_property
    def spans_min(self) -> list[tuple[float, float]]:
        """Start and end of each shift, elapsed minutes since Monday midnight."""
        monday, days = at(self.week.monday, 0), self.week.days
        return [
            (_minutes(monday, at(days[d], s.start_min)), _minutes(monday, at(days[d], s.end_min))) for d, s in self.days
        ]

    def reads_clean(self, rule: Rule) -> bool:
        """Face two: no breach in the finished week."""
        return next(iter(rule.breaches(self.worked)), None) is None

    def engine_may(self, rule: Rule) -> bool:
        """Face one: every shift permitted, and the limits between shifts kept."""
        if not all(rule.permits(shape, self.setting) for _, shape in self.days):
            return False
        return not self.days or _within(rule.limit(WeekLimits(), self.setting), self)


def _minutes(start: pd.Timestamp, end: pd.Timestamp) -> float:
    return (end - start).total_seconds() / 60


def _paid(shift: Shift) -> int:
    return round(sum((s.end - s.start).total_seconds() for s in shift.segments if s.activity != MEAL) / 60)


def _within(limits: WeekLimits, case: Case) -> bool:
    """The limits as ``WeekLimits`` words them."""
    days = case.week.days
    paid = [shape.paid_min for _, shape in case.days]
    spans = case.spans_min
    worked = [d for d, _ in case.days]
    if max(paid) > limits.paid_day_max_min or not limits.paid_min_min <= sum(paid) <= limits.paid_max_min:
        return False
    if any(s.paid_min > limits.paid_on_max_min[d] or s.end_min > limits.last_end_min[d] for d, s in case.days):
        return False
    if len(worked) > limits.days_max or limits.closed & set(worked) or spans[0][0] < limits.first_start_min:
        return False
    rests = [two[0] - one[1] for one, two in itertools.pairwise(spans)]
    end = _minutes(at(days[0], 0), at(days[6], 1440 + limits.monday_min))
    longest = max([spans[0][0] - limits.week_from_min, *rests, end - spans[-1][1]])
    if min(rests, default=1e9) < limits.rest_min or longest < limits.week_rest_min:
        return False
    run = limits.run_before
    for day in range(7):
        run = run + 1 if day in worked else 0
        if run > limits.run_max:
            return False
    return not run or run + limits.run_after <= limits.run_max


def single_shapes() -> Iterator[Shape]:
    """Shifts of a day: any hour and length straight through; with a meal; with one or two breaks."""
    for start, length in itertools.product(range(0, 1440, 60), range(60, 870, 30)):
        yield Shape(start, start + length)
    for start, length, at, meal in itertools.product(
        (420, 480, 540, 660, 720), range(240, 660, 60), range(60, 330, 30), (30, 45, 60)
    ):
        if at < length:
            yield Shape(start, start + length + meal, (start + at, start + at + meal))
    for length, at, pause in itertools.product(range(120, 421, 30), range(60, 361, 15), (5, 10, 15, 20)):
        if at + pause <= length:
            yield Shape(540, 540 + length, None, ((540 + at, 540 + at + pause),))
    yield Shape(540, 900, (840, 900), ((825, 840),))
    for start, end, meal in itertools.product((660, 705, 720), (855, 1200), (690, 780, 870)):
        if start < meal and meal + 45 < end:
            yield Shape(start, end, (meal, meal + 45))
    for between in (0, 10, 15, 30, 45):
        yield Shape(480, 960, (720, 765), ((705 - between, 720 - between),))
        yield Shape(480, 960, (720, 765), ((765 + between, 780 + between),))
    for one, two in itertools.product(range(60, 211, 30), repeat=2):
        yield Shape(480, 960, (720, 765), ((480 + one, 495 + one), (765 + two, 780 + two)))
    for paid in (450, 480, 510, 570, 600, 630, 660):
        for start in (0, 480, 1080, 1140, 1200, 1260, 1320, 1380):
            yield Shape(start, start + paid + 45, (start + 180, start + 225), ((start + 90, start + 105),))


EARLY, LATE = Shape(420, 600), Shape(1080, 1260)


def pasts(week: Week) -> tuple[tuple[Shift, ...], ...]:
    """Nothing; a late Sunday; a run of five and of six days up to Sunday; three six-day weeks; six evenings, whose rest
    ends on Monday at 8:00; a hard quarter."""

    def before(days: Iterable[int], shape: Shape) -> tuple[Shift, ...]:
        return tuple(shift_of(shape, week.monday - dt.timedelta(days=d)) for d in days)

    late_sunday = before((1,), Shape(1080, 1380))
    runs = [before(range(n, 0, -1), EARLY) for n in (3, 5, 6)]
    six_day_weeks = before((d for d in range(21, 1, -1) if d % 7 != 1), EARLY)
    quarter = before((d for d in range(77, 0, -1) if d % 7 not in (1, 2)), Shape(480, 1050, (720, 765)))
    return ((), late_sunday, *runs, six_day_weeks, before(range(7, 1, -1), LATE), quarter)


def _case(week: Week, days: tuple[Shape | None, ...], past: tuple[Shift, ...] = ()) -> Case:
    return Case(week, tuple((d, s) for d, s in enumerate(days) if s), past)


def _mostly_early() -> Iterator[tuple[Shape | None, ...]]:
    """One, four or more days worked early, at most one of them late."""
    for worked in itertools.product((None, EARLY), repeat=7):
        on = [d for d, shape in enumerate(worked) if shape]
        if len(on) in (1, 4, 5, 6, 7):
            yield worked
            for late in on:
                yield (*worked[:late], LATE, *worked[late + 1 :])


def _on_the_limit() -> Iterator[Case]:
    """Rests, nights, means and part-time weeks exactly on a limit and one step to either side."""
    evening, week = Shape(1080, 1260), tiny.WEEK
    for start in (450, 480, 510):
        yield Case(week, ((0, evening), (1, Shape(start, start + 120))))
    for end in (1230, 1260, 1290, 1320):
        yield Case(week, (*((d, EARLY) for d in range(5)), (5, Shape(end - 120, end))))
    for start in (210, 240, 270):
        yield Case(week, ((0, Shape(start, start + 585, (start + 300, start + 345))),))
    yield Case(week, tuple((d, Shape(480, 1085, (720, 765))) for d in range(5)), pasts(week)[-1])
    for paid in (560, 561, 562):
        yield Case(week, tuple((d, Shape(480, 480 + paid + 45, (720, 765))) for d in range(5)), pasts(week)[-1])
    most = dataclasses.replace(FULL, hours_week=34.0)
    for last in (375, 405, 420, 435):
        days = [Shape(480, 480 + paid + 45, (720, 765)) for paid in (420, 420, 420, 420, last)]
        yield Case(week, tuple(enumerate(days)), (), most)


def _between_two_weeks() -> Iterator[Case]:
    """Weeks after six evenings, whose rest ends on Monday at 8:00 (7:00 and 9:00 where the clocks change): with a rest
    before them or none, and a first start around it. Weeks around the rest after a night that ends on Monday."""
    for week in (tiny.WEEK, Week.parse("2026-W14"), Week.parse("2026-W44")):
        evenings = [shift_of(LATE, week.monday - dt.timedelta(days=d)) for d in range(7, 1, -1)]
        night = shift_of(Shape(1320, 1800), week.monday - dt.timedelta(days=8))
        for start in range(390, 571, 30):
            for past in (evenings, evenings[1:], evenings[2:], [night, *evenings[1:]]):
                yield Case(week, ((0, Shape(start, start + 120)),), tuple(past))
    for end, start in itertools.product((1440, 1500, 1800), range(990, 1051, 30)):
        night = shift_of(Shape(1320, end), tiny.WEEK.monday - dt.timedelta(days=1))
        days = [Shape(start - 1800 + end, start - 1680 + end)] + [Shape(1020, 1140)] * 5
        yield Case(tiny.WEEK, tuple(enumerate(days, 1)), (night,))


def _before_a_settled_week() -> Iterator[Case]:
    """Weeks before one that is settled: an evening or a night before its first shift, rests that only Monday makes long
    enough, and runs of days on both sides of the midnight between; also where the clocks change."""
    for week in (*WEEKS, Week.parse("2026-W12")):
        ahead, sunday = week.plus(1).days, 6
        for start in (300, 330, 360, 480, 600, 720, 1080):
            later = (shift_of(Shape(start, start + 120), ahead[0]), shift_of(EARLY, ahead[2]))
            for end in (1080, 1110, 1140, 1260, 1380, 1440, 1560):
                yield Case(week, ((1, EARLY), (sunday, Shape(end - 180, end))), later=later)
                yield Case(week, (*((d, EARLY) for d in range(5)), (5, Shape(end - 180, end))), later=later)
                yield Case(week, (*((d, LATE) for d in range(5)), (5, Shape(end - 180, end))), later=later)
        for after in range(8):
            later = tuple(shift_of(EARLY, day) for day in ahead[:after])
            for first, last in itertools.product(range(7), (5, 6)):
                yield Case(week, tuple((d, EARLY) for d in range(first, last + 1)), later=later)
            yield Case(week, tuple((d, EARLY) for d in range(7)), pasts(week)[2], later=later)


def _after_nights() -> Iterator[Case]:
    """A week around the 29 hours that eleven weeks of 41 leave to a night worker; nights of three hours and of less,
    in the evening and in the morning, twice a week and once."""
    nights = (
        (Shape(1320, 1740), 2), (Shape(1320, 1740), 1), (Shape(1080, 1500), 2), (Shape(1050, 1470), 2),
        (Shape(240, 660), 2), (Shape(270, 690), 2),
    )  # fmt: skip
    for night, count in nights:
        length = (2460 - 420 * count) // (5 - count) + 45
        day = Shape(480, 480 + length, (720, 765))
        past = tuple(
            shift_of(night if d < count else day, tiny.WEEK.monday + dt.timedelta(days=d - 7 * w))
            for w in range(11, 0, -1)
            for d in range(5)
        )
        for last in (510, 540, 570):
            days = [Shape(480, 480 + m + 45, (720, 765)) for m in (300, 300, 300, 300, last)]
            yield Case(tiny.WEEK, tuple(enumerate(days)), past)


def _after_a_hard_year() -> Iterator[Case]:
    """A week around the 38 hours that 31 weeks of 42 leave of the year's quota; a year ago they count no more."""
    full = Shape(480, 480 + 504 + 45, (720, 765))
    for back, hours in ((0, 35.0), (52, 35.0), (0, 34.5)):
        days = (tiny.WEEK.monday + dt.timedelta(days=d - 7 * (w + back)) for w in range(31, 0, -1) for d in range(5))
        past = tuple(shift_of(full, day) for day in days)
        for last in (420, 450, 480, 510):
            week = [Shape(480, 480 + paid + 45, (720, 765)) for paid in (450, 450, 450, 450, last)]
            yield Case(tiny.WEEK, tuple(enumerate(week)), past, dataclasses.replace(FULL, hours_week=hours))


def _after_a_year_of_days_off() -> Iterator[Case]:
    """A week around the three hours of overtime that 31 weeks of seven leave, from 35, 37 and 39 hours on: those that
    the days off of the private contract make up for."""
    for hours, made_up in ((36.0, 35), (37.0, 37), (38.0, 37), (39.0, 39)):
        full = Shape(480, 480 + (made_up + 7) * 12 + 45, (720, 765))
        days = (tiny.WEEK.monday + dt.timedelta(days=d - 7 * w) for w in range(31, 0, -1) for d in range(5))
        past, contract = tuple(shift_of(full, day) for day in days), Contract("c", "fr_private_idcc2098", hours, 25.0)
        for more in (-30, 0, 30):
            week = [Shape(480, 480 + (made_up + 3) * 12 + m + 45, (720, 765)) for m in (0, 0, 0, 0, more)]
            yield Case(tiny.WEEK, tuple(enumerate(week)), past, contract)


def _after_a_modulated_year() -> Iterator[Case]:
    """A week around the 40 hours that 23 weeks of 42, three beyond what an account takes, leave of its quota."""
    past = tuple(
        shift_of(Shape(480, 480 + 504 + 45, (720, 765)), tiny.WEEK.monday + dt.timedelta(days=d - 7 * w))
        for w in range(23, 0, -1)
        for d in range(5)
    )
    for last in (450, 480, 510, 540):
        week = [Shape(480, 480 + paid + 45, (720, 765)) for paid in (480, 480, 480, 480, last)]
        for hours, account in ((35.0, 20.0), (35.0, 0.0), (34.5, 20.0)):
            contract = dataclasses.replace(FULL, hours_week=hours, flex_h=4.0, account_h=account)
            yield Case(tiny.WEEK, tuple(enumerate(week)), past, contract)


def _after_saturdays() -> Iterator[Case]:
    """A Saturday, and a Friday, after Saturdays one, two or three weeks ago."""
    for ago in ((1,), (2,), (3,), (1, 2)):
        past = tuple(
            shift_of(EARLY, tiny.WEEK.monday - dt.timedelta(days=7 * w - 5)) for w in sorted(ago, reverse=True)
        )
        for day in (4, 5):
            yield Case(tiny.WEEK, ((day, EARLY),), past)


def _after_long_weeks() -> Iterator[Case]:
    """Four and five days, two weeks after a week of six days that nothing has made up for yet."""
    for long, since in itertools.product((5, 6), (4, 5)):
        before = [(d, 2) for d in range(long)] + [(d, 1) for d in range(since)]
        past = tuple(shift_of(EARLY, tiny.WEEK.monday + dt.timedelta(days=d - 7 * w)) for d, w in before)
        for n in (4, 5):
            yield Case(tiny.WEEK, tuple((d, EARLY) for d in range(n)), past)


def _modulated() -> Iterator[Case]:
    """Weeks around 42 hours beside none or eleven full weeks in a row, and one more within a year, a year ago, with a
    Sunday, or not quite full. Weeks around the 20 hours of five days: 16 with a holiday, 12 or 8 with absences too."""
    contract, monday = dataclasses.replace(FULL, account_h=20.0), tiny.WEEK.monday
    for last in (225, 240, 255):
        for terms in (contract, FULL, dataclasses.replace(contract, hours_week=19.0)):
            days = [Shape(540, 540 + paid) for paid in (240, 240, 240, last)]
            yield Case(tiny.WEEK, tuple(enumerate(days)), (), terms)
        for away, count in (((0,), 3), ((4,), 3), ((0, 4, 5), 2), ((2,), 4), ((5,), 4)):
            days = [Shape(540, 540 + paid) for paid in (*(240,) * (count - 1), last)]
            yield Case(tiny.WEEK, tuple(enumerate(days, 1)), (), contract, away)
    full = Shape(480, 480 + 504 + 45, (720, 765))

    def before(weeks: Iterable[int], days: Iterable[int] = range(5)) -> tuple[Shift, ...]:
        return tuple(shift_of(full, monday + dt.timedelta(days=d - 7 * w)) for w in weeks for d in days)

    eleven, sunday = before(range(13, 2, -1)), before([2], (0, 1, 2, 3, 6))
    four_days_before = before([14], range(4)) + before(range(13, 3, -1)) + before([3])
    for spread in ((), before([51]) + eleven, before([52]) + eleven, eleven + sunday, four_days_before):
        for last in (474, 503, 504, 534):
            days = [Shape(480, 480 + paid + 45, (720, 765)) for paid in (504, 504, 504, 504, last)]
            for terms in (contract, FULL):
                yield Case(tiny.WEEK, tuple(enumerate(days)), spread, terms)


@lru_cache(maxsize=1)
def cases() -> tuple[Case, ...]:
    """The universes."""
    out = [*_on_the_limit(), *_modulated(), *_after_nights(), *_after_long_weeks(), *_after_a_hard_year()]
    out += [*_after_a_year_of_days_off(), *_after_a_modulated_year(), *_after_saturdays(), *_between_two_weeks()]
    out += _before_a_settled_week()
    out += [Case(tiny.WEEK, ((d, shape),)) for shape in single_shapes() for d in (0, 6)]
    out += [_case(tiny.WEEK, days) for days in itertools.product((None, EARLY, LATE), repeat=7)]
    for week in WEEKS:
        for past, days in itertools.product(pasts(week), _mostly_early()):
            out.append(_case(week, days, past))
    hours = [Shape(480, 480 + m + 45, (720, 765)) for m in (420, 480, 540, 576, 600)]
    for contract in (FULL, dataclasses.replace(FULL, hours_week=24.0), dataclasses.replace(FULL, sundays=True)):
        for past, one, two, n in itertools.product(pasts(tiny.WEEK), hours, hours, range(1, 6)):
            out.append(Case(tiny.WEEK, tuple((d, one if d else two) for d in range(n)), past, contract))
        out += [Case(tiny.WEEK, ((6, EARLY),), (), contract), Case(tiny.WEEK, ((2, EARLY),), (), contract)]
        for night, n in itertools.product((Shape(1320, 1320 + m) for m in (420, 480, 540)), range(1, 6)):
            out.append(Case(tiny.WEEK, tuple((d, night) for d in range(n)), (), contract))
    sundays = [Shape(540, 540 + paid) for paid in (270, 285, 300, 315, 330)]
    feasts = [Week.parse(w) for w in ("2026-W14", "2026-W15", "2026-W21", "2026-W22", "2026-W52")]
    out += [Case(week, ((d, s),)) for week in (tiny.WEEK, *feasts) for d in (2, 4, 6) for s in sundays]
    evenings = [Shape(1320, end) for end in (1425, 1440, 1455, 1800)]
    out += [Case(week, ((d, s),)) for week in (tiny.WEEK, *feasts) for d in range(7) for s in evenings]
    may = Week.parse("2026-W18")
    out += [Case(may, ((3, s),), (), c) for s in evenings for c in (FULL, dataclasses.replace(FULL, sundays=True))]
    out += [Case(may, ((d, EARLY),), (), c) for d in range(7) for c in (FULL, dataclasses.replace(FULL, sundays=True))]
    return tuple(out)


@lru_cache(maxsize=64)
def judged(name: str) -> tuple[bool, ...]:
    rule = dict(every_rule())[name]
    return tuple(case.engine_may(rule) for case in cases())


ONE_ENGINE_SHIFT_A_DAY = {"part_time_interruption"}
"""The engine never gives two shifts a day, so that this rule cannot bind it."""


@pytest.mark.parametrize("name", [name for name, _ in every_rule()])
def test_both_faces_allow_the_same_weeks(name: str) -> None:
    rule = dict(every_rule())[name]
    allowed = judged(name)
    for case, may in zip(cases(), allowed, strict=True):
        assert case.reads_clean(rule) == may, case
    assert any(allowed)
    assert name.split("-")[1] in ONE_ENGINE_SHIFT_A_DAY or not all(allowed)


def moved(rule: Rule) -> Iterator[tuple[str, Rule]]:
    """The rule with each of its limits one step up and one step down."""
    for field in dataclasses.fields(rule):  # type: ignore[arg-type]
        value = getattr(rule, field.name)
        step = 1 / 12 if field.name == "share" else 1 if isinstance(value, int) and "_min" not in field.name else 0.5
        step = {"pause_min": 5, "break_min": 5, "short_break_min": 5, "long_break_min": 5}.get(field.name, step)
        step = 30 if field.name.endswith("_min") and "break" not in field.name and "pause" not in field.name else step
        for sign in (1, -1):
            yield f"{field.name}{sign:+d}", dataclasses.replace(rule, **{field.name: type(value)(value + sign * step)})  # type: ignore[type-var]


NO_WEEK_TELLS = {f"fr_state_2000_815-meal_time:latest_after_min{sign}" for sign in ("+1", "-1")}
"""Civil servants' meals may be any time after the start: that limit is there to be set, and never binds."""
NO_WEEK_TELLS |= {"fr_private_idcc2098-local_sundays:feasts+1"}
"""A yes or no: only its turning off can be seen."""


@pytest.mark.parametrize("name", [name for name, _ in every_rule() if name.split("-")[1] not in ONE_ENGINE_SHIFT_A_DAY])
def test_moving_any_limit_by_one_step_is_caught(name: str) -> None:
    rule = dict(every_rule())[name]
    for change, other in moved(rule):
        if f"{name}:{change}" in NO_WEEK_TELLS:
            continue
        found = any(case.reads_clean(other) != may for case, may in zip(cases(), judged(name), strict=True))
        assert found, change
