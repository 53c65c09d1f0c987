"""``affluence simulate``: a roster played against the forecast's possible weeks, before it is published."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from staffing.commands.needed import forecast_needed
from staffing.commands.options import Folder, Language, OutFolder, Seed, asked_week, opened, tell_remarks
from staffing.words import say

if TYPE_CHECKING:
    from staffing.costs import Costs
    from staffing.simulation.played import Played

_SERVICE = (
    "queue", "level", "offered", "expected", "low", "high", "target", "p_met", "p_met_low", "p_met_high", "answer_rate",
    "asa_s", "gave_up", "turned_away", "pending",
)  # fmt: skip
TABLES = {
    "days": ("day", *_SERVICE),
    "intervals": ("start", *_SERVICE),
    "waits": ("queue", "level", "answered", "mean_s", "p50_s", "p90_s", "p95_s"),
    "agents": ("agent", "hours", "occupancy", "overrun_min"),
}
"""Files of ``--out`` and their columns."""


def simulate(
    centre: Folder,
    roster: Annotated[Path, typer.Argument(show_default=False)],
    week: Annotated[str, typer.Option("--week", show_default=False)] = "",
    precision: Annotated[float, typer.Option("--precision", min=0.0005, max=0.2)] = 0.01,
    seed: Seed = 1,
    out: OutFolder = None,
    language: Language = "",
) -> None:
    """Exit 0; the verdict is in the words, not in the code. Tables by day, interval, wait and agent into ``--out``."""
    from staffing.costs import costs_of
    from staffing.files.atomic import write_texts
    from staffing.gate.roster import read_roster
    from staffing.outputs import csv_text
    from staffing.plan import before
    from staffing.simulation.play import Play
    from staffing.simulation.simulate import simulate as play

    asked = opened(centre, language)
    read, remarks = read_roster(roster, asked, asked_week(week) if week else None)
    tell_remarks(remarks, language)
    here = before(asked, read.week)

    def tell(replications: int, half: float) -> bool:
        typer.echo(say("play.step", language, count=replications, half=half), err=True)
        return True

    forecast = forecast_needed(roster, here, read.week, language)
    made = play(read, forecast, here, options=Play(seed=seed, precision=precision), step=tell)
    costs = costs_of(read, here, made)
    typer.echo("\n".join([*played_lines(made, language), "", *cost_lines(costs, language)]))
    if out is not None:
        out.mkdir(parents=True, exist_ok=True)
        write_texts({out / f"{name}.csv": csv_text(getattr(made, name), columns) for name, columns in TABLES.items()})


def cost_lines(costs: Costs, language: str) -> list[str]:
    """What the week costs, on a full basis, and who funds it."""
    lines = [
        say("play.cost", language, eur=costs.eur, hours=costs.hours_paid, sinks=costs.sinks_eur),
        say("play.cost_each", language, contact=costs.eur_per_handled, hour=costs.eur_per_hour,
            point=costs.eur_per_point),
        say("play.cost_callers", language, hours=costs.caller_wait_h, eur=costs.caller_eur, each=costs.eur_h_wait,
            gave_up=costs.gave_up, away=costs.turned_away),
    ]  # fmt: skip
    named = [f for f in costs.by_funding if f.body or f.owed]
    return lines + [say("play.funded", language, **vars(f)) for f in named]


def played_lines(played: Played, language: str) -> list[str]:
    """Service by day and queue, waits, weakest intervals, agents' occupancy."""
    from staffing.sizing.channels import kind_of

    verdict = "play.reached" if played.reached else "play.not_reached"
    lines = [
        say("play.title", language, centre=played.centre.name, week=played.week, count=played.replications),
        say(verdict, language, half=played.half_width, asked=played.precision),
        "",
        say("play.head_days", language),
    ]
    for row in [*_rows(played.days), *_rows(played.weeks)]:
        lines.append(say(measured("play.day", row), language, **row))
    lines += ["", say("play.head_waits", language)]
    patient = {q.name for q in played.centre.queues if not kind_of(q.kind).live}
    for row in _rows(played.waits):
        hours = {f"{name}_h": row[f"{name}_s"] / 3600 for name in ("mean", "p50", "p90", "p95")}
        key = "play.wait_both" if not row["level"] else "play.wait_long" if row["queue"] in patient else "play.wait"
        lines.append(say(key, language, **row, **hours))
    weakest = played.weakest(5)
    lines += ["", say("play.head_weakest" if len(weakest) else "play.no_weakest", language)]
    for row in _rows(weakest):
        lines.append(say(measured("play.weak", row), language, **row))
    busy, busiest = played.agents["occupancy"], ", ".join(played.agents.nlargest(3, "occupancy")["agent"])
    told = say("play.occupancy", language, mean=busy.mean(), low=busy.min(), high=busy.max(), busiest=busiest)
    return [*lines, "", told]


def measured(key: str, row: dict[Any, Any]) -> str:
    """The sentence for what a queue's target measures: a share, a share of at most so much, or seconds."""
    return f"{key}_s" if row["in_seconds"] else key if row["more_is_better"] else f"{key}_most"


def _rows(frame: Any) -> list[dict[str, Any]]:
    return list(frame.to_dict("records"))
