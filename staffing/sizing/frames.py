"""Formulas on frames: what is asked with labels is answered with the same labels."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import fields, is_dataclass, replace
from functools import wraps
from typing import Any, ParamSpec, TypeVar, cast

import numpy as np
import pandas as pd

P = ParamSpec("P")
R = TypeVar("R")


def labelled(formula: Callable[P, R]) -> Callable[P, R]:
    """The same formula, which answers a Series or DataFrame by one with its index (and columns), every field of it
    where the answer has several. ValueError when two arguments have different labels: nothing is matched by position.

    >>> labelled(np.sqrt)(pd.Series([4.0], index=["monday"])).to_dict()
    {'monday': 2.0}
    """

    @wraps(formula)
    def answered(*args: P.args, **kwargs: P.kwargs) -> R:
        given = [value for value in (*args, *kwargs.values()) if isinstance(value, (pd.Series, pd.DataFrame))]
        if not given:
            return formula(*args, **kwargs)
        if not all(_alike(given[0], other) for other in given[1:]):
            raise ValueError("series and frames must have the same labels")
        bare: list[Any] = [_bare(value) for value in args]
        named: dict[str, Any] = {name: _bare(value) for name, value in kwargs.items()}
        return cast(R, _dressed(formula(*bare, **named), given[0]))

    return answered


def _alike(one: pd.Series | pd.DataFrame, other: pd.Series | pd.DataFrame) -> bool:
    return len(one.axes) == len(other.axes) and all(a.equals(b) for a, b in zip(one.axes, other.axes, strict=True))


def _bare(value: Any) -> Any:
    return value.to_numpy() if isinstance(value, (pd.Series, pd.DataFrame)) else value


def _dressed(answer: Any, like: pd.Series | pd.DataFrame) -> Any:
    if is_dataclass(answer) and not isinstance(answer, type):
        return replace(answer, **{f.name: _dressed(getattr(answer, f.name), like) for f in fields(answer)})
    if np.shape(answer) != like.shape:
        return answer
    if isinstance(like, pd.Series):
        return pd.Series(answer, index=like.index)
    return pd.DataFrame(answer, index=like.index, columns=like.columns)
