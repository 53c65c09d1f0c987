"""New queues: a channel with little or no past borrows a sister's, scaled to its own size."""

from __future__ import annotations

from dataclasses import dataclass, replace

import pandas as pd

from forecasts.history import COLUMNS, History

YOUNG_DAYS = 14
OLD_DAYS = 56
LEAST_INTERVALS = 8


@dataclass(frozen=True)
class Borrow:
    """``channel`` takes the past of ``sister`` times ``share``; None = the ratio of their common counts."""

    channel: str
    sister: str
    share: float | None = None

    def __post_init__(self) -> None:
        if self.share is not None and not self.share > 0:
            raise ValueError(f"a borrowed share must be above 0, got {self.share}")


def with_borrowed(history: History, borrow: tuple[Borrow, ...]) -> tuple[History, tuple[str, ...]]:
    """The history with borrowed pasts put before the young channels' own, and a note for each.

    Channels with less than two weeks on record and no ``borrow`` take the busiest old channel's profile when at
    least a few of their intervals are common. Raises ValueError when a share can be neither read nor learned.
    """
    wanted = {b.channel: b for b in borrow}
    unknown = [name for b in borrow for name in (b.channel, b.sister) if name not in history.channels]
    if unknown:
        raise ValueError(f"borrowing names unknown channels: {', '.join(unknown)}")
    pieces, notes = [history.frame], []
    days = _days_on_record(history)
    for name in history.channels:
        deal = wanted.get(name) or _natural(history, name, days)
        if deal is None:
            continue
        rows, share = _borrowed(history, deal)
        if len(rows):
            pieces.append(rows)
            notes.append(f"{name}: {days[name]} days of its own; the earlier past is {share:.2f} x {deal.sister}'s")
    if len(pieces) == 1:
        return history, ()
    frame = pd.concat(pieces, ignore_index=True).sort_values(["channel", "start"], ignore_index=True)
    return replace(history, frame=frame), tuple(notes)


def _days_on_record(history: History) -> dict[str, int]:
    known = history.frame[history.frame["offered"].notna()]
    days = known["start"].dt.normalize().groupby(known["channel"]).nunique()
    return {name: int(days.get(name, 0)) for name in history.channels}


def _natural(history: History, name: str, days: dict[str, int]) -> Borrow | None:
    """The busiest channel old enough to lend, when the young one shares some intervals with it."""
    if not 0 < days[name] < YOUNG_DAYS:
        return None
    totals = history.frame.groupby("channel")["offered"].sum()
    lenders = [c for c in history.channels if days[c] >= OLD_DAYS]
    if not lenders:
        return None
    sister = max(lenders, key=lambda c: float(totals[c]))
    common = history.of(name)["offered"].dropna().index.intersection(history.of(sister)["offered"].dropna().index)
    return Borrow(name, sister) if len(common) >= LEAST_INTERVALS else None


def _borrowed(history: History, deal: Borrow) -> tuple[pd.DataFrame, float]:
    own, sister = (history.of(name)["offered"].dropna() for name in (deal.channel, deal.sister))
    share = deal.share
    if share is None:
        common = own.index.intersection(sister.index)
        total = float(sister.loc[common].sum())
        if len(common) < LEAST_INTERVALS or total <= 0:
            raise ValueError(f"channel {deal.channel} shares too little past with {deal.sister}: give a share")
        share = (float(own.loc[common].sum()) + 0.5) / (total + 0.5)
    past = history.of(deal.sister).reset_index()
    if len(own):
        past = past[past["start"] < own.index[0]]
    past = past[history.opening(deal.channel).mask(pd.DatetimeIndex(past["start"]))] if len(past) else past
    rows = past.assign(
        channel=deal.channel, offered=past["offered"] * share, handled=float("nan"), abandoned=float("nan")
    )
    return rows[list(COLUMNS)], share
