"""Where the meal and the breaks of a shift may lie when only its hours are told."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from itertools import islice, pairwise, product

import numpy as np
import pandas as pd

from forecasts.grid import Spans
from staffing.centre import Centre
from staffing.files.roster_text import Piece, reshaped
from staffing.rostering.roster import BREAK, MEAL
from staffing.rostering.rules.packs import rules_for
from staffing.rostering.rules.rule import Setting, Shape
from staffing.rostering.shifts import Breaks, Frame, break_counts, break_options
from staffing.rostering.team import Agent, Contract

STEP_MIN, MOST_MIXES = 15, 40
TURNS_WITHIN_MIN = 90
Blocks = tuple[tuple[int, int], ...]


def rested(pieces: tuple[Piece, ...], agent: Agent, day: dt.date, centre: Centre) -> tuple[Piece, ...]:
    """The same hours with the rests that fewest rules of single shifts refuse: as they lie where none does, else those
    whose meal lies nearest. A split shift, one of several meals and one across a change of the clock stay as they are.
    """
    there = _shape(pieces)
    if there is None:
        return pieces
    contract, refusals = centre.team.contract(agent.contract), _refusals(agent, day, centre)
    best, fewest = there, refusals(there)
    for shape in _others(there, contract):
        if not fewest:
            break
        if (found := refusals(shape)) < fewest:
            best, fewest = shape, found
    return pieces if best is there else _worked(pieces, best, day, centre)


def in_turn(
    pieces: tuple[Piece, ...], agent: Agent, day: dt.date, centre: Centre, *, taken: Sequence[tuple[int, int]]
) -> tuple[Piece, ...]:
    """The same hours with a meal as long where the agent's first queue is closed or fewest ``taken`` ones, in clock
    minutes, lie: of the places within an hour and a half that no rule of single shifts refuses, the nearest of those.
    """
    there = _shape(pieces)
    if there is None or there.meal is None:
        return pieces
    opened = centre.queue(agent.skills[0].queue).opening.on(day)
    best, least, refusals = there, _missed(there.meal, opened, taken), _refusals(agent, day, centre)
    for shape in () if refusals(there) else _others(there, centre.team.contract(agent.contract)):
        meal = shape.meal
        if not least or meal is None or abs(meal[0] - there.meal[0]) > TURNS_WITHIN_MIN:
            break
        same = meal[1] - meal[0] == there.meal[1] - there.meal[0]
        if same and (found := _missed(meal, opened, taken)) < least and not refusals(shape):
            best, least = shape, found
    return pieces if best is there else _worked(pieces, best, day, centre)


def _missed(meal: tuple[int, int], opened: Spans, taken: Sequence[tuple[int, int]]) -> int:
    """Minutes of the meal while the queue is open, again for each meal that is taken then."""
    times = [meal, *((max(meal[0], low), min(meal[1], high)) for low, high in taken)]
    return sum(max(0, min(b, high) - max(a, low)) for a, b in times for low, high in opened)


def meal_of(pieces: tuple[Piece, ...]) -> tuple[int, int] | None:
    """The one meal of a shift of one stretch, in minutes after the midnight before it."""
    there = _shape(pieces)
    return there.meal if there else None


def _refusals(agent: Agent, day: dt.date, centre: Centre) -> Callable[[Shape], int]:
    """How many rules of single shifts refuse a shape on that day, a meal that lacks among them."""
    contract = centre.team.contract(agent.contract)
    holidays = frozenset(date for date, _ in centre.calendar.holidays)
    setting = Setting(tuple(day - dt.timedelta(day.weekday() - i) for i in range(7)), holidays, agent, contract)
    rules = rules_for(contract)

    def refusals(shape: Shape) -> int:
        hungry = shape.meal is None and _eats(shape.paid_min, contract)
        return hungry + sum(not rule.permits(shape, setting) for rule in rules)

    return refusals


def _eats(paid_min: int, contract: Contract) -> bool:
    """Whether the contract has a meal in a shift of that length."""
    return bool(contract.meal_min) and paid_min >= contract.meal_from_h * 60


def _shape(pieces: tuple[Piece, ...]) -> Shape | None:
    """The shift in clock minutes."""
    meals = [_clock(pieces, p) for p in pieces if p.activity == MEAL]
    breaks = tuple(_clock(pieces, p) for p in pieces if p.activity == BREAK)
    if not pieces or len(meals) > 1 or any(a.end != b.start for a, b in pairwise(pieces)):
        return None
    if pieces[0].start.utcoffset() != pieces[-1].end.utcoffset():
        return None
    start, end = _clock(pieces, Piece(pieces[0].start, pieces[-1].end, ""))
    return Shape(start, end, meals[0] if meals else None, breaks)


def _clock(pieces: tuple[Piece, ...], piece: Piece) -> tuple[int, int]:
    """Start and end in minutes after the midnight before the shift."""
    midnight = pieces[0].start.normalize()
    low, high = (int((t - midnight).total_seconds() // 60) for t in (piece.start, piece.end))
    return low, high


def _others(there: Shape, contract: Contract) -> Iterator[Shape]:
    """Every other way to rest within these hours, a meal as long as it is and nearest to where it lies first."""
    start, end = there.start_min, there.end_min
    wanted = there.meal[0] if there.meal else (start + end) // 2
    length = there.meal[1] - there.meal[0] if there.meal else 0
    cuts: list[tuple[int, int]] = []
    for meal in contract.meal_min:
        if _eats(end - start - meal, contract):
            cuts += [(at, at + meal) for at in range(start + STEP_MIN, end - meal, STEP_MIN)]
    cuts.sort(key=lambda cut: (cut[1] - cut[0] != length, abs(cut[0] - wanted)))  # hours paid stay, if they may
    blocks: list[Blocks] = [((start, low), (high, end)) for low, high in cuts]
    for block in blocks or [((start, end),)]:
        yield from (Frame(block).shape(breaks) for breaks in _breaks(block, there, contract))


def _breaks(blocks: Blocks, there: Shape, contract: Contract) -> Iterator[Breaks]:
    """Those there are, where they still fit, then those that the engine would weigh."""
    yield tuple(b for b in there.breaks if any(low < b[0] and b[1] < high for low, high in blocks))
    for count in break_counts(contract):
        every = (break_options(block, contract.break_min or STEP_MIN, count, STEP_MIN) for block in blocks)
        yield from (sum(mix, ()) for mix in islice(product(*every), MOST_MIXES))


def _worked(pieces: tuple[Piece, ...], shape: Shape, day: dt.date, centre: Centre) -> tuple[Piece, ...]:
    """What is worked around those rests: each hour what it was."""
    work: list[Piece] = []
    for piece in pieces:  # a rest that goes becomes the work before it
        activity = work[-1].activity if work and piece.activity in (MEAL, BREAK) else piece.activity
        work.append(replace(piece, activity=activity))
    rests = sorted([(*b, BREAK) for b in shape.breaks] + ([(*shape.meal, MEAL)] if shape.meal else []))
    edges = [shape.start_min, *(t for low, high, _ in rests for t in (low, high)), shape.end_min]
    naive = pd.DatetimeIndex([pd.Timestamp(day) + pd.Timedelta(minutes=m) for m in edges])
    at = centre.grid.from_clock(naive, np.zeros(len(naive), dtype=bool))
    made: list[Piece] = []
    for i, (low, high) in enumerate(pairwise(at)):
        if i % 2:
            made.append(Piece(low, high, rests[i // 2][2]))
        else:
            made += reshaped(tuple(work), ((low, high),), work[0].activity)
    return tuple(made)
