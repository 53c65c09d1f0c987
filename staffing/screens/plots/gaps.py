"""Where the week is short or long: a map of signed gaps, day by clock time, with the numbers printed."""

from __future__ import annotations

from itertools import groupby

import numpy as np
import pandas as pd

from staffing.screens.plots.drawn import escaped
from staffing.words import say
from staffing.words.speech import day_short, number

PUOR = ("#f1933a", "#fbbf7c", "#fee8d0", "#ffffff", "#eceaf4", "#d0cae4", "#b2abd2")
"""Orange to violet by white, the middle one for slight gaps; ink is legible on each."""
SLIGHT = 0.5
"""Agents below or above the need that nobody would act on."""


def gap_table(rows: pd.DataFrame) -> pd.DataFrame:
    """Agents short (below zero), else agents more than needed, to a tenth, from ``verify.summed``: one line a day and
    one column a clock time; NaN where closed.

    Of several queues, what each lacks counts and what another has too many of does not make up for it.
    """
    short = rows["shortage"].round(1)
    frame = pd.DataFrame(
        {
            "day": rows["start"].dt.date,
            "clock": rows["start"].dt.strftime("%H:%M"),
            "gap": (-short).where(short > 0, (rows["scheduled"] - rows["required"]).round(1)),
        }
    )
    return frame.pivot_table(index="day", columns="clock", values="gap", aggfunc="min")


def places_short(table: pd.DataFrame) -> int:
    """Intervals of a ``gap_table`` that lack more than a slight number of agents."""
    return int((table < -SLIGHT).to_numpy().sum())


def gap_map(table: pd.DataFrame, language: str, sentence: str) -> str:
    """The map as an HTML table: orange is short, violet is more than needed; each cell says its number."""
    values = table.to_numpy(dtype=float)
    most = max(3.0, float(np.nanmax(np.abs(values))) if np.isfinite(values).any() else 3.0)
    clocks = [str(clock) for clock in table.columns]
    heads = "".join(
        f'<th scope="colgroup" colspan="{len(list(same))}">{hour}:00</th>' for hour, same in groupby(clocks, _hour)
    )
    lines = []
    for day, gaps in zip(table.index, values, strict=True):
        name = escaped(day_short(day, language))
        cells = "".join(_cell(gap, most, f"{name} {clock}", language) for gap, clock in zip(gaps, clocks, strict=True))
        lines.append(f'<tr><th scope="row">{name}</th>{cells}</tr>')
    width = 60 + 24 * len(clocks)
    return (
        f'<div class="aff aff-wide" tabindex="0" role="region" aria-label="{escaped(sentence)}">'
        f'<table class="aff-map" style="min-width:{width}px"><colgroup><col style="width:56px"></colgroup>'
        f"<thead><tr><td></td>{heads}</tr></thead><tbody>{''.join(lines)}</tbody></table></div>"
    )


def _hour(clock: str) -> str:
    return clock[:2]


def _cell(gap: float, most: float, when: str, language: str) -> str:
    """One interval; nothing where closed. A shortage is told to the tenth, as it is everywhere else."""
    if not np.isfinite(gap):
        return "<td></td>"
    told = f"{when} : {signed(gap, language, 1)} {say('charts.agents', language)}"
    return f'<td style="background:{colour(gap, most)}" data-t="{told}">{signed(gap, language, int(gap < 0))}</td>'


def colour(gap: float, most: float) -> str:
    """One of seven: up to half an agent is white, what is near ``most`` the darkest."""
    if abs(gap) <= SLIGHT:
        return PUOR[3]
    step = min(3, 1 + int(3 * abs(gap) / most))
    return PUOR[3 + step] if gap > 0 else PUOR[3 - step]


def signed(value: float, language: str, places: int = 0) -> str:
    """With its sign; a zero has none.

    >>> signed(-3.4, "en"), signed(0.2, "en"), signed(1.25, "fr", 1)
    ('−3', '0', '+1,2')
    """
    near = round(value, places)
    return number(0, language) if near == 0 else ("+" if near > 0 else "−") + number(abs(near), language, places)
