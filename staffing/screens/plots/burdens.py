"""Who carries what, week by week: a map of agents by weeks, with the numbers printed."""

from __future__ import annotations

from dataclasses import dataclass

import pandas as pd

from staffing.rostering.team import Ledger
from staffing.screens.plots.drawn import escaped
from staffing.screens.plots.gaps import PUOR
from staffing.words import say
from staffing.words.speech import number, percent

HEAT = PUOR[3::-1]
MEASURES = ("late", "saturdays", "wishes")


@dataclass(frozen=True)
class Burden:
    """What one agent had of one measure: ``share`` 0..1 colours it (the more, the darker), ``text`` is printed; None
    and a dash where they did not work or wished nothing."""

    share: float | None
    text: str


def rate(ledger: Ledger, measure: str) -> float | None:
    """Late shifts or Saturdays a week worked, or the share of wishes refused; None where there is nothing to share."""
    if measure == "wishes":
        return 1 - ledger.wishes_granted / ledger.wishes_asked if ledger.wishes_asked else None
    count = ledger.late_shifts if measure == "late" else ledger.saturdays
    return count / ledger.weeks if ledger.weeks else None


def burden(ledger: Ledger, measure: str, most: float, language: str) -> Burden:
    """One cell, beside the worst rate of all."""
    own = rate(ledger, measure)
    if own is None:
        return Burden(None, "–")
    if measure == "wishes":
        return Burden(own, f"{ledger.wishes_granted}/{ledger.wishes_asked}")
    count = ledger.late_shifts if measure == "late" else ledger.saturdays
    return Burden(own / most if most else 0.0, number(count, language))


def total_text(ledger: Ledger, measure: str, language: str) -> str:
    """The last column: the rate a week worked, or the share of wishes granted."""
    own = rate(ledger, measure)
    if own is None:
        return "–"
    return percent(1 - own, language) if measure == "wishes" else number(own, language, 1)


def colour(share: float | None) -> str:
    """White for none, then three steps of orange."""
    if share is None:
        return "transparent"
    return HEAT[0 if share <= 0 else min(3, 1 + int(3 * share))]


def burden_map(cells: pd.DataFrame, totals: pd.Series, told: str, language: str, sentence: str) -> str:
    """``cells`` of Burden, one row an agent by name and one column a week; ``totals`` the last column; ``told`` is how
    a cell is worked out, said on hover. An HTML table."""
    last = say("fairness.a_week", language)
    heads = "".join(f'<th scope="col">{escaped(str(week))}</th>' for week in (*cells.columns, last))
    lines = []
    for name, row, total in zip(cells.index, cells.to_numpy(), totals, strict=True):
        inside = "".join(
            f'<td style="background:{colour(cell.share)}" data-t="{escaped(f"{name} · {week} · {told}")}">'
            f"{cell.text}</td>"
            for week, cell in zip(cells.columns, row, strict=True)
        )
        lines.append(f'<tr><th scope="row">{escaped(str(name))}</th>{inside}<td>{total}</td></tr>')
    names = "min(180px,38vw)"  # a phone shows two weeks and the rate without scrolling
    width = f"calc({names} + {64 * (len(cells.columns) + 1)}px)"
    return (
        f'<div class="aff aff-wide" tabindex="0" role="region" aria-label="{escaped(sentence)}">'
        f'<table class="aff-map aff-fair" style="width:{width}"><colgroup><col style="width:{names}"></colgroup>'
        f"<thead><tr><td></td>{heads}</tr></thead><tbody>{''.join(lines)}</tbody></table></div>"
    )
