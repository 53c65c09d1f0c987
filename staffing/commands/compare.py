"""``affluence compare``: the centre's saved scenarios side by side, on the same random numbers."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from staffing.commands.asked import Stop, applied, fit, scenario_asked
from staffing.commands.options import Folder, Language, Out, Seconds, Seed, WeekText, asked_week, opened, tell_forecast
from staffing.commands.storing import DEFAULT, Alone, Store, with_published
from staffing.words import say
from staffing.words.heard import heard

if TYPE_CHECKING:
    from staffing.centre import Centre
    from staffing.scenarios.compare import Comparison, Outcome

COLUMNS = (
    "scenario", "queue", "level", "contacts", "expected", "low", "high", "target", "p_met", "gain", "gain_half",
    "agents", "hours_paid", "eur", "required_hours", "shortage_hours", "breaches", "agents_changed",
    "served", "served_low", "served_high",
)  # fmt: skip


def compare(
    centre: Folder,
    scenarios: Annotated[list[str], typer.Argument(show_default=False)],
    week: WeekText,
    seconds: Seconds = 10.0,
    keep: Annotated[bool, typer.Option("--keep")] = False,
    processes: Annotated[int, typer.Option("--processes", min=1, max=64)] = 1,
    cluster: Annotated[str, typer.Option("--cluster", show_default=False)] = "",
    seed: Seed = 1,
    out: Out = None,
    store: Store = DEFAULT,
    alone: Alone = False,
    language: Language = "",
) -> None:
    """A table on stdout, or CSV into ``--out``; progress on stderr. Ctrl+C once keeps what is finished."""
    from contextlib import nullcontext

    from staffing.files.atomic import write_texts
    from staffing.outputs import csv_text
    from staffing.plan import before, forecast_week
    from staffing.scenarios.compare import Comparing
    from staffing.scenarios.compare import compare as side_by_side
    from staffing.scenarios.executors import local_processes, on_cluster
    from staffing.simulation.play import Play

    asked = [scenario_asked(centre, name) for name in scenarios]
    when = asked_week(week)
    known = with_published(opened(centre, language), when, language, store=store, alone=alone)
    here = before(known, when)
    fit(asked, here, when, language)
    options = Comparing(seconds=seconds, seed=seed, keep=keep, play=Play(seed=seed, at_most=60))
    stopped = Stop()

    def tell(done: int, total: int, name: str) -> bool:
        typer.echo(say("play.compared", language, done=done, total=total, name=name), err=True)
        return not stopped.asked

    tell_forecast(here, language)
    forecast = forecast_week(here, when)
    for scenario in asked:
        applied(scenario, here, forecast)
    workers = on_cluster(cluster) if cluster else local_processes(processes) if processes > 1 else nullcontext()
    with stopped, workers as executor:
        found = side_by_side(here, forecast, when, asked, options=options, executor=executor, watch=tell)
    if found.missing:
        typer.echo(say("play.missing", language, names=", ".join(found.missing)), err=True)
    if out is not None:
        write_texts({out: csv_text(found.frame, COLUMNS)})
        return
    typer.echo(say("play.head_compare", language))
    for row in found.frame.to_dict("records"):
        typer.echo(
            say(
                "play.scenario",
                language,
                **{str(k): v for k, v in row.items()} | {"scenario": heard(str(row["scenario"]), language)},
            )
        )
    for outcome in found.outcomes:
        typer.echo("\n".join(["", heard(outcome.scenario.name, language), *_told(outcome, found, here, language)]))


def _told(outcome: Outcome, found: Comparison, centre: Centre, language: str) -> list[str]:
    """What differs from the baseline, whom it touches, and the costs on a full and on a marginal basis."""
    from staffing.commands.simulate import cost_lines
    from staffing.scenarios.scenario_words import change_lines

    lines = [*change_lines(outcome.scenario, centre, language), *cost_lines(outcome.costs, language)]
    base = found.outcomes[0]
    if outcome is base:
        return lines
    lines.append(say("play.marginal", language, eur=outcome.costs.eur - base.costs.eur))
    for name, each in zip(("contact", "point"), outcome.costs.marginal_to(base.costs), strict=True):
        lines.append(say(f"play.no_more_{name}" if each != each else f"play.further_{name}", language, each=each))
    lines.append(say("play.callers", language, gave_up=outcome.costs.gave_up - base.costs.gave_up,
                     away=outcome.costs.turned_away - base.costs.turned_away))  # fmt: skip
    touched = found.affected(outcome)
    shown = ", ".join(touched[:10]) + (", ..." if len(touched) > 10 else "")
    return [*lines, say("play.affected", language, count=len(touched), names=shown)] if touched else lines
