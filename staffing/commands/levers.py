"""``affluence levers``: what would carry a peak with the roster one has, from doing nothing to meeting the target."""

from __future__ import annotations

import math
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from staffing.commands.asked import applied, fit, scenario_asked
from staffing.commands.needed import forecast_needed
from staffing.commands.options import Language, Out, Seed, asked_day, asked_week, opened, tell_remarks
from staffing.commands.storing import DEFAULT, Alone, Store, with_published
from staffing.words import figure as told_figure
from staffing.words import say

if TYPE_CHECKING:
    from staffing.levers.lever import Lever, Peak
    from staffing.levers.planner import Answer, Mix, Wish


def levers(
    centre: Annotated[Path | None, typer.Argument(show_default=False)] = None,
    roster: Annotated[Path | None, typer.Argument(show_default=False)] = None,
    today: Annotated[str, typer.Option("--today", show_default=False)] = "",
    against: Annotated[str, typer.Option("--scenario", show_default=False)] = "",
    probability: Annotated[float, typer.Option("--probability", min=0.0, max=1.0)] = 0.9,
    week: Annotated[str, typer.Option("--week", show_default=False)] = "",
    processes: Annotated[int, typer.Option("--processes", min=1, max=64)] = 1,
    lever: Annotated[list[str] | None, typer.Option("--lever", show_default=False)] = None,
    figure: Annotated[list[str] | None, typer.Option("--figure", show_default=False)] = None,
    seed: Seed = 1,
    out: Out = None,
    store: Store = DEFAULT,
    alone: Alone = False,
    language: Language = "",
) -> None:
    """The frontier on stdout or into ``--out``, what each lever of the mix gives at the margin and asks of whom.

    Without a centre: every lever with its notice, its limit, its figures and where they come from.
    """
    from contextlib import nullcontext

    from staffing.gate.roster import read_roster
    from staffing.levers.lever import Peak
    from staffing.levers.planner import Wish, levers_for
    from staffing.plan import before
    from staffing.scenarios.executors import local_processes
    from staffing.simulation.play import Play
    from staffing.sizing.options import Sizing
    from staffing.sizing.size import size

    chosen = _with_figures(_chosen(lever or []), figure or [])
    if centre is None or roster is None:
        typer.echo("\n".join(_lever_lines(chosen if lever else _with_figures(_every(), figure or []), language)))
        return
    day = asked_day("--today", today)
    peak_asked = scenario_asked(centre, against) if against else None
    asked = opened(centre, language)
    read, remarks = read_roster(roster, asked, asked_week(week) if week else None)
    tell_remarks(remarks, language)
    here = before(with_published(asked, read.week, language, store=store, alone=alone), read.week)
    fit([peak_asked] if peak_asked else [], here, read.week, language)
    forecast = forecast_needed(roster, here, read.week, language)
    if peak_asked is not None:
        here, forecast = applied(peak_asked, here, forecast)

    def tell(done: int, total: int, name: str) -> bool:
        typer.echo(say("play.compared", language, done=done, total=total, name=name), err=True)
        return True

    wish = Wish(day, probability, play=Play(seed=seed, at_least=40, at_most=40))
    with local_processes(processes) if processes > 1 else nullcontext() as executor:
        found = levers_for(read, forecast, here, wish, levers=chosen, executor=executor, watch=tell)
    _tell_frontier(found, probability, out, language)
    mix = found.shown
    peak = Peak(here, forecast, size(forecast, here, read.week, options=Sizing(method="stationary")), read, day)
    _tell_queues(found.nothing, mix, language)
    _tell_mix(mix, peak, wish, language)


def _chosen(names: list[str]) -> tuple[Lever, ...]:
    """The levers of these names, the usual ones when none is named; BadInput with every unknown name."""
    from staffing.levers.planner import EVERY, LEVERS
    from staffing.problems import BadInput, Problem

    known = f"one of {', '.join(EVERY)}"
    wrong = [Problem("--lever", None, None, repr(n), known, "Check the name.") for n in names if n not in EVERY]
    if wrong:
        raise BadInput(wrong)
    return tuple(EVERY[name] for name in names) or LEVERS


def _every() -> tuple[Lever, ...]:
    from staffing.levers.planner import EVERY

    return tuple(EVERY.values())


def _with_figures(levers: tuple[Lever, ...], told: list[str]) -> tuple[Lever, ...]:
    """The levers with figures given as LEVER.NAME=VALUE; BadInput for a lever that is not among them."""
    from staffing.commands.inputs import beyond, with_inputs
    from staffing.problems import BadInput, Problem

    known = [lever.name for lever in levers]
    wrong = [text for text in told if text.partition(".")[0] not in known]
    if wrong:
        fix = "Write it like overflow.eur_contact=3.5."
        raise BadInput([Problem("--figure", None, None, t, f"one of {', '.join(known)}", fix) for t in wrong])
    parts = [text.partition(".") for text in told]
    return tuple(
        with_inputs(lever, [rest for name, _, rest in parts if name == lever.name], "--figure", refuses=beyond)
        for lever in levers
    )


def _lever_lines(levers: tuple[Lever, ...], language: str) -> list[str]:
    """Each lever: what it is, notice, limit, figures."""
    from staffing.commands.inputs import input_lines
    from staffing.words.heard import heard

    lines = [say("cli.inputs", language)]
    for lever in levers:
        title = say(f"peaks.lever_{lever.name}", language)
        lines.append(say("play.lever", language, name=lever.name, title=title, notice=lever.notice_days,
                         article=heard(lever.article, language)))  # fmt: skip
        lines += input_lines(lever, lever.TAGS, language, labelled=False)
    return lines


def _tell_frontier(found: Answer, wished: float, out: Path | None, language: str) -> None:
    """Each point of the frontier on a line, and into ``out`` as CSV."""
    from staffing.files.atomic import write_texts
    from staffing.outputs import csv_text

    if out is not None:
        frame = found.frame.fillna(0.0)
        write_texts({out: csv_text(frame, tuple(frame.columns))})
    typer.echo(say("play.head_levers", language))
    for mix in found.frontier:
        used = ", ".join(f"{name} {count}" for name, count in sorted(mix.by_lever.items()))
        typer.echo(say("play.mix", language, eur=mix.eur, service=mix.service, p=mix.p_target, used=used))
    if found.chosen is None:
        typer.echo(say("play.no_mix", language, wished=wished))
    else:
        typer.echo(say("play.chosen", language, wished=wished, eur=found.chosen.eur))


def _tell_queues(nothing: Mix, mix: Mix, language: str) -> None:
    """What the mix makes of each queue, work that may wait included."""
    from staffing.commands.simulate import measured

    typer.echo(say("play.head_mix_queues", language))
    before = nothing.played.weeks.set_index("queue")["expected"]
    for row in mix.played.weeks.to_dict("records"):
        told = {str(k): v for k, v in row.items()} | {"before": before[row["queue"]]}
        typer.echo(say(measured("play.mix_queue", row), language, **told))


def _tell_mix(mix: Mix, peak: Peak, wish: Wish, language: str) -> None:
    """What each lever of a mix gives at the margin, under which article, and what is asked of whom."""
    from collections import Counter

    from staffing.levers.planner import EVERY, margins
    from staffing.words.heard import heard

    if mix.needless:
        asked_for = Counter(offer.lever for offer in mix.needless)
        used = ", ".join(f"{name} {count}" for name, count in sorted(asked_for.items()))
        typer.echo(say("play.needless", language, used=used, eur=sum(offer.eur for offer in mix.needless)))
    typer.echo(say("play.head_margins", language))
    for row in margins(mix, peak, wish.play).to_dict("records"):
        lever = EVERY[str(row["lever"])]
        values = {str(key): value for key, value in row.items()}
        a_point = float(values["eur_per_point"])
        values["each"] = told_figure(a_point, ",.0f", language) if math.isfinite(a_point) else "–"
        typer.echo(say("play.margin", language, **values, notice=lever.notice_days,
                       article=heard(lever.article, language)))  # fmt: skip
    asked: dict[tuple[str, str], list[float]] = {}
    for offer in mix.offers:
        asked.setdefault((offer.lever, offer.subject), []).append(offer.eur)
    for (name, subject), each in asked.items():
        typer.echo(say("play.offer", language, lever=name, subject=subject, count=len(each), eur=sum(each)))
