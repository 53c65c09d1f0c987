"""The examples in the docstrings of the room run."""

from __future__ import annotations

import doctest
import importlib

import pytest

MODULES = ("grid", "calendars", "spread", "backtest", "intraday", "series")


@pytest.mark.parametrize("name", MODULES)
def test_the_examples_of_a_module_hold(name: str) -> None:
    result = doctest.testmod(importlib.import_module(f"forecasts.{name}"))
    assert result.attempted > 0 and result.failed == 0
