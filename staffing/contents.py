"""What each room answered, as JSON and back: in the store and beside a plan's roster. CSV inside, nothing that runs."""

from __future__ import annotations

import base64
import datetime as dt
import io
import json
import zlib
from dataclasses import asdict
from typing import Any

import numpy as np
import pandas as pd

from forecasts.distribution import Accuracy, Forecast, Spread
from forecasts.grid import Grid, Week
from staffing.rostering.roster import Proof, Reason, Roster
from staffing.sizing.requirement import Requirement

MOST_BYTES = 1 << 30
LEVEL = 3
"""Of compression: half the time of the usual 6, a tenth more bytes."""


def written(content: object) -> bytes:
    """JSON-able content in the one form that has a digest; infinities and NaN read back as they were."""
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def packed(content: object) -> bytes:
    """JSON-able content as compressed bytes."""
    return zlib.compress(written(content), LEVEL)


def unpacked(body: bytes) -> bytes:
    """Decompressed within bounds; ValueError beyond them, or where it is not what was packed."""
    tool = zlib.decompressobj()
    try:
        raw = tool.decompress(body, MOST_BYTES)
    except zlib.error as error:
        raise ValueError(str(error)) from error
    if not tool.eof:
        raise ValueError("cut, or larger than any content is")
    return raw


def frame_text(frame: pd.DataFrame) -> str:
    """A frame as CSV, instants in UTC, floats that read back exactly."""
    out = frame.copy()
    for column in out.columns:
        if isinstance(out[column].dtype, pd.DatetimeTZDtype):
            instants = out[column].dt.tz_convert("UTC").dt.tz_localize(None).to_numpy()
            out[column] = np.datetime_as_string(instants, unit="s").astype(object) + "Z"
    return out.to_csv(index=False, lineterminator="\n")


def frame_back(text: str, tz: str, words: tuple[str, ...]) -> pd.DataFrame:
    """The frame of such a text: ``start`` and ``end`` in ``tz``, the columns ``words`` as text, the rest numbers."""
    frame = pd.read_csv(io.StringIO(text), dtype="str", keep_default_na=False, na_values=[""])
    for column in set(frame.columns) - set(words):
        if column in ("start", "end"):
            frame[column] = pd.to_datetime(frame[column], utc=True).dt.tz_convert(tz).dt.as_unit("us")
        else:
            frame[column] = _numbers(frame[column])
    return frame


def _numbers(column: pd.Series) -> pd.Series:
    """Whole numbers, or the very floats that were written; pandas' own parser may be one bit off."""
    cells = ["nan" if pd.isna(cell) else cell for cell in column]
    if all(cell.lstrip("-").isdigit() for cell in cells):
        return pd.Series([int(cell) for cell in cells], dtype="int64")
    return pd.Series([float(cell) for cell in cells], dtype="float64")


def requirement_content(requirement: Requirement) -> dict[str, Any]:
    """A requirement as JSON."""
    bits = io.BytesIO()
    np.save(bits, requirement.service, allow_pickle=False)
    return {
        "frame": frame_text(requirement.frame),
        "service": base64.b64encode(bits.getvalue()).decode(),
        "deferrable": list(requirement.deferrable),
        "notes": list(requirement.notes),
    }


def requirement_back(content: dict[str, Any], week: Week, grid: Grid) -> Requirement:
    """The requirement of such a JSON."""
    service = np.load(io.BytesIO(base64.b64decode(content["service"])), allow_pickle=False)
    frame = frame_back(content["frame"], grid.tz, ("queue", "model"))
    return Requirement(week, grid, frame, service, tuple(content["deferrable"]), tuple(content["notes"]))


def forecast_content(forecast: Forecast) -> dict[str, Any]:
    """A forecast as JSON: its rows, how it spreads, what it notes, how its models did, causes and trials for charts."""
    return {
        "frame": frame_text(forecast.frame),
        "spreads": [[s.channel, s.day_cv, s.interval_cv] for s in forecast.spreads],
        "correlation": None if forecast.correlation is None else np.asarray(forecast.correlation).tolist(),
        "notes": list(forecast.notes),
        "quick": forecast.quick,
        "decomposition": None if forecast.decomposition is None else frame_text(_rounded(forecast.decomposition, 4)),
        "backtest": None if forecast.backtest is None else frame_text(_rounded(forecast.backtest, 2)),
        "accuracy": [[None if v != v else v for v in asdict(a).values()] for a in forecast.accuracy],
    }


def forecast_back(content: dict[str, Any], grid: Grid) -> Forecast:
    """The forecast of such a JSON."""
    frame = frame_back(content["frame"], grid.tz, ("channel",))
    spreads = tuple(Spread(*row) for row in content["spreads"])
    matrix = None if content["correlation"] is None else np.array(content["correlation"])
    told: list[list[Any]] = [
        [float("nan") if value is None else value for value in row] for row in content.get("accuracy", ())
    ]
    accuracy = tuple(Accuracy(*row) for row in told)
    quick = bool(content.get("quick"))
    causes, past = (content.get(name) for name in ("decomposition", "backtest"))
    return Forecast(
        grid, frame, spreads, matrix, accuracy, tuple(content["notes"]), quick=quick,
        decomposition=None if causes is None else _days_back(frame_back(causes, grid.tz, ("channel", "day")), "day"),
        backtest=None if past is None else _days_back(frame_back(past, grid.tz, ("channel", "origin")), "origin"),
    )  # fmt: skip


def _rounded(frame: pd.DataFrame, places: int) -> pd.DataFrame:
    return frame.round({str(name): places for name in frame.select_dtypes("number")})


def _days_back(frame: pd.DataFrame, name: str) -> pd.DataFrame:
    return frame.assign(**{name: [dt.date.fromisoformat(text) for text in frame[name]]})


def roster_content(roster: Roster) -> dict[str, Any]:
    """A roster as JSON, its proof and reasons with it."""
    return {
        "week": str(roster.week),
        "tz": roster.grid.tz,
        "interval_min": roster.grid.interval_min,
        "frame": frame_text(roster.frame),
        **proof_content(roster),
    }


def roster_back(content: dict[str, Any]) -> Roster:
    """The roster of such a JSON."""
    grid = Grid(content["tz"], content["interval_min"])
    frame = frame_back(content["frame"], grid.tz, ("agent", "activity"))
    return Roster(Week.parse(content["week"]), grid, frame, *proof_back(content))


def proof_content(roster: Roster) -> dict[str, Any]:
    """What the engine says of a roster as JSON: its proof, and what could not be done."""
    return {
        "proof": None if roster.proof is None else asdict(roster.proof),
        "reasons": [[r.kind, r.subject, r.detail] for r in roster.reasons],
    }


def proof_back(content: dict[str, Any]) -> tuple[Proof | None, tuple[Reason, ...]]:
    """The proof and reasons of such a JSON."""
    proof = None if content["proof"] is None else Proof(**content["proof"])
    return proof, tuple(Reason(*reason) for reason in content["reasons"])
