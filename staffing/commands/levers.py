"""``affluence levers``: what would carry a peak with the roster one has, from doing nothing to meeting the target."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from staffing.commands.asked import applied, scenario_asked
from staffing.commands.options import Folder, Language, Out, Seed, asked_week, opened, tell_remarks
from staffing.words import say

if TYPE_CHECKING:
    from staffing.levers.lever import Lever, Peak
    from staffing.levers.planner import Answer, Mix, Wish


def levers(
    centre: Folder,
    roster: Annotated[Path, typer.Argument(show_default=False)],
    today: Annotated[str, typer.Option("--today", show_default=False)],
    against: Annotated[str, typer.Option("--scenario", show_default=False)] = "",
    probability: Annotated[float, typer.Option("--probability", min=0.0, max=1.0)] = 0.9,
    week: Annotated[str, typer.Option("--week", show_default=False)] = "",
    processes: Annotated[int, typer.Option("--processes", min=1, max=64)] = 1,
    lever: Annotated[list[str] | None, typer.Option("--lever", show_default=False)] = None,
    seed: Seed = 1,
    out: Out = None,
    language: Language = "",
) -> None:
    """The frontier on stdout or into ``--out``, what each lever of the mix gives at the margin and asks of whom."""
    from contextlib import nullcontext

    from staffing.gate.roster import read_roster
    from staffing.levers.lever import Peak
    from staffing.levers.planner import Wish, levers_for
    from staffing.plan import before, forecast_week
    from staffing.scenarios.executors import local_processes
    from staffing.simulation.play import Play
    from staffing.sizing.options import Sizing
    from staffing.sizing.size import size

    day, chosen = _day(today), _chosen(lever or [])
    asked = opened(centre, language)
    read, remarks = read_roster(roster, asked, asked_week(week) if week else None)
    tell_remarks(remarks, language)
    here = before(asked, read.week)
    forecast = forecast_week(here, read.week)
    if against:
        here, forecast = applied(scenario_asked(centre, against), here, forecast)

    def tell(done: int, total: int, name: str) -> bool:
        typer.echo(say("play.compared", language, done=done, total=total, name=name), err=True)
        return True

    wish = Wish(day, probability, play=Play(seed=seed, at_least=40, at_most=40))
    with local_processes(processes) if processes > 1 else nullcontext() as executor:
        found = levers_for(read, forecast, here, wish, levers=chosen, executor=executor, watch=tell)
    _tell_frontier(found, probability, out, language)
    mix = found.chosen or max(found.frontier, key=lambda m: (m.p_target, m.service, -m.eur))
    peak = Peak(here, forecast, size(forecast, here, read.week, options=Sizing(method="stationary")), read, day)
    _tell_mix(mix, peak, wish, language)


def _day(text: str) -> dt.date:
    from staffing.problems import BadInput, Problem

    try:
        return dt.date.fromisoformat(text)
    except ValueError as error:
        fix = "Write it like 2026-11-30."
        raise BadInput([Problem("--today", None, None, repr(text), str(error), fix)]) from error


def _chosen(names: list[str]) -> tuple[Lever, ...]:
    """The levers of these names, the usual ones when none is named; BadInput with every unknown name."""
    from staffing.levers.planner import EVERY, LEVERS
    from staffing.problems import BadInput, Problem

    known = f"one of: {', '.join(EVERY)}"
    wrong = [Problem("--lever", None, None, repr(n), known, "Check the name.") for n in names if n not in EVERY]
    if wrong:
        raise BadInput(wrong)
    return tuple(EVERY[name] for name in names) or LEVERS


def _tell_frontier(found: Answer, wished: float, out: Path | None, language: str) -> None:
    """Each point of the frontier on a line, and into ``out`` as CSV."""
    from staffing.outputs import csv_text

    if out is not None:
        frame = found.frame.fillna(0.0)
        out.write_text(csv_text(frame, tuple(frame.columns)), "utf-8")
    typer.echo(say("play.head_levers", language))
    for mix in found.frontier:
        used = ", ".join(f"{name} {count}" for name, count in sorted(mix.by_lever.items()))
        typer.echo(say("play.mix", language, eur=mix.eur, service=mix.service, p=mix.p_target, used=used))
    if found.chosen is None:
        typer.echo(say("play.no_mix", language, wished=wished))
    else:
        typer.echo(say("play.chosen", language, wished=wished, eur=found.chosen.eur))


def _tell_mix(mix: Mix, peak: Peak, wish: Wish, language: str) -> None:
    """What each lever of a mix gives at the margin, under which article, and what is asked of whom."""
    from staffing.levers.planner import EVERY, margins

    typer.echo(say("play.head_margins", language))
    for row in margins(mix, peak, wish.play).to_dict("records"):
        lever = EVERY[str(row["lever"])]
        values = {str(key): value for key, value in row.items()}
        typer.echo(say("play.margin", language, **values, notice=lever.notice_days, article=lever.article))
    for offer in mix.offers:
        typer.echo(say("play.offer", language, lever=offer.lever, subject=offer.subject, eur=offer.eur))
