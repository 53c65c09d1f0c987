"""``affluence replay``: recorded calls told again by the simulator, with the agents who were there."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from staffing.commands.import_ import told_columns
from staffing.commands.options import Language, Out, Seed
from staffing.problems import BadInput, Problem
from staffing.words import say

COLUMNS = (
    "queue", "calls", "in_time", "gave_up", "asa_s", "played_in_time", "played_gave_up", "played_asa_s", "patience_s",
)  # fmt: skip


def replay(
    records: Annotated[Path, typer.Argument(show_default=False)],
    present: Annotated[Path | None, typer.Option("--present", show_default=False)] = None,
    within: Annotated[float, typer.Option("--within", min=0.0, max=86_400.0)] = 20.0,
    plays: Annotated[int, typer.Option("--plays", min=1, max=1000)] = 20,
    column: Annotated[list[str] | None, typer.Option("--column", show_default=False)] = None,
    tz: Annotated[str, typer.Option("--tz")] = "Europe/Paris",
    seed: Seed = 1,
    out: Out = None,
    language: Language = "",
) -> None:
    """Exit 0 when service is within five points and abandonment within three of what happened, else 1."""
    from forecasts.grid import Grid
    from staffing.files.atomic import write_texts
    from staffing.files.call_records import read_presence, read_records
    from staffing.outputs import csv_text
    from staffing.simulation.records import told_by
    from staffing.simulation.replay import ALL, Replaying
    from staffing.simulation.replay import replay as told_again

    try:
        grid = Grid(tz, 15)
    except (ValueError, KeyError) as error:
        raise BadInput([Problem("--tz", None, None, repr(tz), "an IANA name", "Write Europe/Paris.")]) from error
    read = read_records(records, grid, told_columns(column or ()))
    try:
        told = told_by(read, None if present is None else read_presence(present, grid, read))
        found = told_again(read, told, Replaying(within, plays, seed))
    except ValueError as error:
        fix = "Give --present: who was there, from when to when."
        raise BadInput([Problem(records.name, None, "agent", "", str(error), fix)]) from error
    if out is not None:
        write_texts({out: csv_text(found.frame, COLUMNS)})
    typer.echo(say("play.replay_told", language, ring=told.ring_s, pause=told.pause_s, hours=told.agent_hours,
                   agents=len({p.agent for p in told.present}), left=found.left_out))  # fmt: skip
    typer.echo(say("play.head_replay", language))
    for row in found.frame.to_dict("records"):
        name = say("play.all_queues", language) if row["queue"] == ALL else str(row["queue"])
        typer.echo(say("play.replay", language, **{str(k): v for k, v in row.items()} | {"queue": name}))
    verdict = "play.replay_near" if found.near else "play.replay_far"
    typer.echo(say(verdict, language, service=100 * found.service_apart, abandon=100 * found.abandon_apart))
    if not found.near:
        raise typer.Exit(1)
