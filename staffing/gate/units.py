"""Times in another unit than seconds a contact: totals, minutes, milliseconds, in the whole file or a part."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pandas as pd

from staffing.gate.findings import Findings

Floats = npt.NDArray[np.float64]
FAR = 6.0
"""A typical handle time so many times above or below centre.toml's is a mistake in one of the two."""
WORTH_SAYING = 2.0
PART_FAR = 12.0
ALIKE = 2.0
WHOLE_SHARE = 0.8
OWN_SHARE = 0.2
LEAST_DAYS = 3
LEAST_ROWS = 24
UNITS = (
    (60.0, "These look like minutes: multiply by 60."),
    (3600.0, "These look like hours: multiply by 3600."),
    (1 / 60, "These look like seconds multiplied by 60 once too often: divide by 60."),
    (1 / 1000, "These look like milliseconds: divide by 1000."),
)
TOTAL = "These look like the total of the interval: divide by the handled contacts."
WAITS = "Correct wait_s, or leave it empty where it was not measured."
EITHER = "Correct aht_s in history.csv or in centre.toml, whichever is wrong."


PATIENCE_S = (10.0, 36_000.0)
"""Those who gave up waited longer than that on average, and less (the longest patience that centre.toml takes)."""
USUAL_PATIENCE_S = 120.0
LEAST_GIVEN_UP = 30


@dataclass(frozen=True)
class Times:
    """Handle times on record of one channel, s, oldest first: of how many contacts, on which day; all [n]."""

    aht_s: Floats
    contacts: Floats
    day: pd.DatetimeIndex


def tell_units(file: str, name: str, rows: pd.DataFrame, expected_s: float, findings: Findings) -> None:
    """Problems of one channel's handle times against centre.toml's ``expected_s``; a remark when they merely differ.

    ``rows`` has ``start``, ``offered``, ``handled``, ``aht_s``. A whole file of totals shows in handle times that grow
    in proportion to the contacts; a stretch of days in another unit shows against the days that are not.
    """
    rows = rows.sort_values("start")
    contacts = rows["handled"].where(rows["handled"].notna(), rows["offered"])
    use = (rows["aht_s"] > 0) & (contacts > 0) & (rows["offered"] > 0)
    if not use.any():
        return
    times = Times(
        rows.loc[use, "aht_s"].to_numpy(dtype=float),
        contacts[use].to_numpy(dtype=float),
        pd.DatetimeIndex(rows.loc[use, "start"]).normalize(),
    )
    typical = float(np.median(times.aht_s))
    other, usual = _strange_days(times, expected_s)
    if len(other) and usual is not None:
        _tell_part(file, name, other, usual, findings)
    elif _is_total(times, expected_s) or not 1 / FAR <= typical / expected_s <= FAR:
        findings.wrong(
            file,
            None,
            "aht_s",
            found=f"a median handle time of {typical:g} s on {name}",
            expected=f"seconds a contact (centre.toml says about {expected_s:g} s)",
            fix=TOTAL if _is_total(times, expected_s) else _unit(expected_s / typical),
        )
    elif not 1 / WORTH_SAYING <= typical / expected_s <= WORTH_SAYING:
        findings.remark(
            file,
            "aht_s",
            found=f"a typical handle time of {typical:.0f} s on {name}",
            expected=f"{expected_s:.0f} s by centre.toml; the history's is taken",
        )


def tell_wait_unit(file: str, name: str, rows: pd.DataFrame, findings: Findings) -> None:
    """A problem when the waits of a live channel say that callers give up sooner or later than anybody does.

    All waiting over all abandonments is the mean patience (Mandelbaum & Zeltyn 2005, section 3); ``rows`` has
    ``offered``, ``abandoned``, ``wait_s``. Waits without abandonments on record decide nothing and pass.
    """
    known = rows.dropna(subset=["offered", "abandoned", "wait_s"])
    given_up = float(known["abandoned"].sum())
    waited_s = float((known["offered"] * known["wait_s"]).sum())
    if given_up < LEAST_GIVEN_UP or waited_s <= 0:
        return
    patience_s = waited_s / given_up
    least, most = PATIENCE_S
    if least <= patience_s <= most:
        return
    times, words = min(UNITS, key=lambda unit: abs(np.log(patience_s * unit[0] / USUAL_PATIENCE_S)))
    findings.wrong(
        file,
        None,
        "wait_s",
        found=f"waits by which the callers of {name} give up after {round(patience_s, 2):g} s on average",
        expected="mean waits in seconds of all offered contacts",
        fix=words if least <= patience_s * times <= most else WAITS,
    )


def _is_total(times: Times, expected_s: float) -> bool:
    """Whether handle times are in proportion to the contacts, as the total of an interval is and a mean is not."""
    x, y = np.log(times.contacts), np.log(times.aht_s)
    each = float(np.exp(np.median(y - x)))
    fits = max(each / expected_s, expected_s / each) < ALIKE
    if len(x) < LEAST_ROWS or x.std() < 0.1:
        return fits and float(np.median(times.aht_s)) > FAR / ALIKE * expected_s
    slope = float(np.cov(x, y, bias=True)[0, 1] / x.var())
    return 0.75 < slope < 1.25 and (fits or float((y - x).std()) < 0.5 * float(y.std()))


def _strange_days(times: Times, expected_s: float) -> tuple[pd.DataFrame, float | None]:
    """Days whose median is in another unit than that of the others, with their medians; and the others' own median.

    Empty, or None for the median, when no part of the file stands out.
    """
    frame = pd.DataFrame({"day": times.day, "aht_s": times.aht_s, "each_s": times.aht_s / times.contacts})
    days = frame.groupby("day").median()
    near = days["aht_s"].between(expected_s / FAR, expected_s * FAR)
    if near.mean() < OWN_SHARE:
        return days.iloc[:0], None
    usual = float(days.loc[near, "aht_s"].median())
    ratio = days["aht_s"] / usual
    totals = (ratio > FAR / ALIKE) & (days["each_s"] / usual).between(1 / ALIKE, ALIKE)
    far = ~ratio.between(1 / PART_FAR, PART_FAR) | totals
    if far.sum() < LEAST_DAYS or far.mean() > WHOLE_SHARE:
        return days.iloc[:0], None
    return days[far].assign(total=totals[far]), usual


def _tell_part(file: str, name: str, days: pd.DataFrame, usual_s: float, findings: Findings) -> None:
    typical = float(days["aht_s"].median())
    first, last = days.index[0].date(), days.index[-1].date()
    findings.wrong(
        file,
        None,
        "aht_s",
        found=f"a median handle time of {typical:g} s on {name} on {len(days)} days between {first} and {last}",
        expected=f"one unit throughout (about {usual_s:g} s on the other days)",
        fix=TOTAL if days["total"].mean() > 0.5 else _unit(usual_s / typical),
    )


def _unit(factor: float) -> str:
    """What to do with times that must be multiplied by about ``factor``."""
    for times, words in UNITS:
        if 1 / ALIKE <= factor / times <= ALIKE:
            return words
    return EITHER
