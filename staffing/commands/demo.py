"""``affluence demo``: the main job on the embedded medium centre, then what to do next."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated

import typer

from staffing.commands.options import Language, Seconds, Seed
from staffing.words import say

WEEK = "2026-W49"
SAMPLES = Path(__file__).parent.parent.parent / "data_samples"


def demo(
    out: Annotated[Path, typer.Option("--out")] = Path("out/demo"),
    seconds: Seconds = 12.0,
    seed: Seed = 1,
    language: Language = "",
) -> None:
    """Plan the medium sample."""
    from staffing.commands.plan import run

    folder = SAMPLES / "medium"
    typer.echo(say("cli.demo_start", language, week=WEEK))
    run(folder, WEEK, out, seconds=seconds, seed=seed, sample=True, language=language)
    typer.echo(say("cli.demo_next", language, folder=os.path.relpath(folder), out=out))
