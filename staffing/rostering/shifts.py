"""Candidate shifts of one kind of contract: every start, length, meal and break placement that the rules permit.

A shift is one or two *blocks* of work with an unpaid meal between them. A block may be reused by many shifts, and
its paid breaks are chosen inside it, apart from the other block's: so a few hundred blocks stand for tens of
thousands of shifts (a shift's value under slot prices is the sum of its blocks' best values).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from functools import cached_property, lru_cache

import numpy as np
import numpy.typing as npt

from staffing.rostering.rules.rule import Shape
from staffing.rostering.team import Contract

Ints = npt.NDArray[np.int64]
Breaks = tuple[tuple[int, int], ...]
Permits = Callable[[Shape], bool]
EDGE_MIN = 60
MEAL_EDGE_MIN = 120


@dataclass(frozen=True, eq=False)
class Candidates:
    """The shifts of one contract class, as index arrays. Minutes are clock minutes after the shift's own midnight.

    ``shift`` [C, 5] start, end, paid, first block, second block (-1 = no meal); rows sorted by (start, paid, end).
    ``block`` [B, 2] from, to. ``option`` [O, 1 + 2*N] block, then from/to of up to N breaks (from = to: none);
    rows sorted by block. ``unit_min`` divides every time in here.
    """

    shift: Ints
    block: Ints
    option: Ints
    unit_min: int

    @cached_property
    def key(self) -> Ints:
        """[K, 3] distinct (start, paid, end), in the order of the shifts; what a week's rules need to know."""
        return np.asarray(np.unique(self.shift[:, [0, 2, 1]], axis=0), dtype=np.int64)

    @cached_property
    def key_from(self) -> Ints:
        """[K] first shift row of each key."""
        wanted = self.shift[:, [0, 2, 1]]
        fresh = np.any(wanted[1:] != wanted[:-1], axis=1)
        return np.concatenate([[0], np.flatnonzero(fresh) + 1]).astype(np.int64)

    @cached_property
    def option_from(self) -> Ints:
        """[B] first option row of each block."""
        return np.searchsorted(self.option[:, 0], np.arange(len(self.block))).astype(np.int64)

    @cached_property
    def starts(self) -> Ints:
        """[S] distinct start minutes."""
        return np.unique(self.key[:, 0])

    def row(self, shape: Shape) -> tuple[int, int, int] | None:
        """(shift row, option of the first block, of the second or -1) that is exactly ``shape``; None if not here."""
        cut = shape.meal
        for c in np.flatnonzero((self.shift[:, 0] == shape.start_min) & (self.shift[:, 1] == shape.end_min)):
            first, second = self.shift[c, 3], self.shift[c, 4]
            meal = None if second < 0 else (int(self.block[first, 1]), int(self.block[second, 0]))
            if meal != cut:
                continue
            one = self._option(int(first), shape.breaks if cut is None else _within(shape.breaks, 0, cut[0]))
            two = -1 if cut is None else self._option(int(second), _within(shape.breaks, cut[1], 10**6))
            if one is not None and two is not None:
                return int(c), one, two
        return None

    def _option(self, block: int, breaks: Breaks) -> int | None:
        for o in np.flatnonzero(self.option[:, 0] == block):
            if _breaks(self.option[o]) == breaks:
                return int(o)
        return None

    def shape(self, row: int, first: int, second: int) -> Shape:
        """The clock times of a shift row with its chosen options."""
        start, end, _, one, two = (int(v) for v in self.shift[row])
        if two < 0:
            return Shape(start, end, None, _breaks(self.option[first]))
        meal = (int(self.block[one, 1]), int(self.block[two, 0]))
        return Shape(start, end, meal, _breaks(self.option[first]) + _breaks(self.option[second]))


def _within(breaks: Breaks, low: int, high: int) -> Breaks:
    return tuple(b for b in breaks if low <= b[0] and b[1] <= high)


def _breaks(option: Ints) -> Breaks:
    pairs = option[1:].reshape(-1, 2)
    return tuple((int(a), int(b)) for a, b in pairs if b > a)


@dataclass(frozen=True)
class Frame:
    """A shift before its breaks: blocks around an optional meal."""

    blocks: tuple[tuple[int, int], ...]

    def shape(self, breaks: Breaks = ()) -> Shape:
        meal = (self.blocks[0][1], self.blocks[1][0]) if len(self.blocks) == 2 else None
        return Shape(self.blocks[0][0], self.blocks[-1][1], meal, breaks)


def frames(contract: Contract, span: tuple[int, int], step_min: int) -> Iterator[Frame]:
    """Every start, paid length and meal of the contract inside clock ``span``; the law has not been asked yet."""
    low, high = span
    first = -(-low // contract.start_step_min) * contract.start_step_min
    shortest, longest = contract.shift_paid_min
    for start in range(first, min(high, low + 1440), contract.start_step_min):
        for paid in range(shortest, longest + 1, contract.shift_step_min):
            if paid < contract.meal_from_h * 60 or not contract.meal_min:
                if start + paid <= high:
                    yield Frame(((start, start + paid),))
                continue
            edge = min(MEAL_EDGE_MIN, paid // 2)
            for meal in contract.meal_min:
                end = start + paid + meal
                if end <= high:
                    for at in range(start + edge, start + paid - edge + 1, step_min):
                        yield Frame(((start, at), (at + meal, end)))


def break_counts(contract: Contract) -> range:
    """Breaks a block may have, fewest first: one where the contract has any, up to two more if the rules ask."""
    fewest = 1 if contract.break_min else 0
    return range(fewest, fewest + 3)


@lru_cache(maxsize=8192)
def break_options(block: tuple[int, int], length: int, count: int, step_min: int) -> tuple[Breaks, ...]:
    """Where ``count`` breaks may lie in a block, middle first: an hour off the edges where it is long enough.

    Two or more breaks cut the block into equal parts and slide together by up to half an hour.
    """
    a, b = block
    if count == 0:
        return ((),)
    edge = min(EDGE_MIN, max(0, (b - a - count * length) // (count + 1)))
    edge -= edge % step_min
    if count == 1:
        places = list(range(a + edge, b - edge - length + 1, step_min))
        middle = (a + b - length) / 2
        return tuple(((at, at + length),) for at in sorted(places, key=lambda at: (abs(at - middle), at)))
    part = (b - a - count * length) / (count + 1)
    found = []
    for slide in (0, -15, 15, -30, 30):
        ats = [round((a + (i + 1) * part + i * length + slide) / 5) * 5 for i in range(count)]
        if ats[0] > a and ats[-1] + length < b:
            found.append(tuple((at, at + length) for at in ats))
    return tuple(found)


@dataclass
class _Listing:
    """Blocks and options met so far, and the shifts made of them."""

    contract: Contract
    permits: Permits
    step_min: int
    blocks: dict[tuple[int, int, tuple[Breaks, ...]], int] = field(default_factory=dict)
    shifts: list[tuple[int, int, int, int, int]] = field(default_factory=list)
    known: dict[tuple[str, int, int, int], list[Breaks]] = field(default_factory=dict)

    def block(self, ends: tuple[int, int], options: list[Breaks]) -> int:
        return self.blocks.setdefault((*ends, tuple(options)), len(self.blocks))

    def add(self, frame: Frame) -> None:
        """List the frame with every break placement the rules permit; with more breaks if they ask for more."""
        length = self.contract.break_min
        for count in break_counts(self.contract):
            choices = self._choices(frame, count, length or 15)
            if choices is not None:
                shape = frame.shape()
                rows = [self.block(ends, options) for ends, options in zip(frame.blocks, choices, strict=True)]
                second = rows[1] if len(rows) == 2 else -1
                self.shifts.append((shape.start_min, shape.end_min, shape.paid_min, rows[0], second))
                return

    def _choices(self, frame: Frame, count: int, length: int) -> list[list[Breaks]] | None:
        """Per block the permitted options, such that any mix is permitted; None when the frame is not lawful."""
        every = [break_options(b, length, count, min(15, self.step_min)) for b in frame.blocks]
        if not all(every):
            return None
        base = [options[0] for options in every]
        if not self.permits(frame.shape(sum(base, ()))):
            return None
        kept = []
        for i, options in enumerate(every):
            role = (f"{i}/{len(every)}", *frame.blocks[i], count)
            if role not in self.known:
                self.known[role] = [o for o in options if self._permitted(frame, base, i, o)]
            kept.append(self.known[role])
        corners = ([min(o) for o in kept], [max(o) for o in kept]) if all(kept) else ()
        if corners and all(self.permits(frame.shape(sum(c, ()))) for c in corners):
            return kept
        # The blocks are not free of each other here: keep what holds beside the other block's middle placement.
        return [[o for o in every[0] if self._permitted(frame, base, 0, o)], *([o] for o in base[1:])]

    def _permitted(self, frame: Frame, base: list[Breaks], i: int, option: Breaks) -> bool:
        return self.permits(frame.shape(sum([*base[:i], option, *base[i + 1 :]], ())))


def list_candidates(
    contract: Contract,
    permits: Permits,
    *,
    span: tuple[int, int],
    interval_min: int,
    extra: tuple[Shape, ...] = (),
) -> Candidates:
    """Every shift of ``contract`` inside clock ``span`` that ``permits`` lets through, and the ``extra`` shapes as
    they are (locked or kept shifts). Meals are placed every ``interval_min`` (30 at most), breaks every 15 or less.

    >>> from staffing.rostering.team import Contract
    >>> short = Contract("short", "neutral", 20.0, 20.0, shift_min_h=4, shift_max_h=4)
    >>> list_candidates(short, lambda shape: True, span=(480, 780), interval_min=30).shift[:, :3].tolist()
    [[480, 720, 240], [510, 750, 240], [540, 780, 240]]
    """
    step = min(interval_min, 30)
    listing = _Listing(contract, permits, step)
    for frame in frames(contract, span, step):
        listing.add(frame)
    for shape in extra:
        _add_extra(listing, shape)
    return _packed(listing)


def _add_extra(listing: _Listing, shape: Shape) -> None:
    if shape.meal is None:
        rows = [listing.block((shape.start_min, shape.end_min), [shape.breaks])]
    else:
        before, after = _within(shape.breaks, 0, shape.meal[0]), _within(shape.breaks, shape.meal[1], 10**6)
        rows = [
            listing.block((shape.start_min, shape.meal[0]), [before]),
            listing.block((shape.meal[1], shape.end_min), [after]),
        ]
    second = rows[1] if len(rows) == 2 else -1
    listing.shifts.append((shape.start_min, shape.end_min, shape.paid_min, rows[0], second))


def _packed(listing: _Listing) -> Candidates:
    widest = max((len(o) for key in listing.blocks for o in key[2]), default=0)
    options = []
    for (a, _, choices), b in listing.blocks.items():
        for breaks in choices:
            flat = [t for pair in breaks for t in pair]
            options.append([b, *flat, *([a] * (2 * widest - len(flat)))])
    shift = np.array(sorted(listing.shifts, key=lambda s: (s[0], s[2], s[1], s[3], s[4])), dtype=np.int64)
    block = np.array([key[:2] for key in listing.blocks], dtype=np.int64).reshape(-1, 2)
    option = np.array(options, dtype=np.int64).reshape(-1, 1 + 2 * widest)
    times = np.concatenate([shift[:, :3].ravel(), block.ravel(), option[:, 1:].ravel()]) if len(shift) else [15]
    return Candidates(shift.reshape(-1, 5), block, option, int(np.gcd.reduce(times)) or 15)
