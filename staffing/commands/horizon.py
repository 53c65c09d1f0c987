"""``affluence horizon``: the months ahead, need against staff, whom to hire by when, which leave can be granted."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING, Annotated

import typer

from staffing.commands.options import Folder, Language, Out, WeekText, asked_week, opened
from staffing.commands.repair import absence_of
from staffing.problems import BadInput, Problem
from staffing.words import say

if TYPE_CHECKING:
    import pandas as pd

    from staffing.centre import Centre
    from staffing.horizon import Horizon, Workforce
    from staffing.rostering.team import Absence

COLUMNS = (
    "level", "week", "source", "need_h", "owed_h", "leave_h", "left_h", "hired_h", "lost_h", "capacity_h", "spare_h",
)  # fmt: skip


def horizon(
    centre: Folder,
    week: WeekText,
    ahead: Annotated[int, typer.Option("--weeks", min=4, max=52)] = 26,
    turnover: Annotated[float, typer.Option("--turnover", min=0.0, max=0.95)] = 0.15,
    lead: Annotated[int, typer.Option("--lead", min=0, max=52)] = 6,
    training: Annotated[int, typer.Option("--training", min=0, max=52)] = 9,
    ramp: Annotated[int, typer.Option("--ramp", min=0, max=52)] = 8,
    lost: Annotated[float, typer.Option("--lost", min=0.0, max=0.9)] = 0.1,
    leave_days: Annotated[float, typer.Option("--leave-days", min=0.0, max=120.0)] = 25.0,
    leave: Annotated[list[str] | None, typer.Option("--leave", show_default=False)] = None,
    out: Out = None,
    language: Language = "",
) -> None:
    """Each level by itself; CSV into ``--out``."""
    import pandas as pd

    from staffing.files.atomic import write_texts
    from staffing.horizon import Workforce, weeks_from
    from staffing.need_ahead import need_ahead
    from staffing.outputs import csv_text

    asked = opened(centre, language)
    wished = tuple(absence_of("--leave", text, asked) for text in leave or ())
    span = weeks_from(asked_week(week), ahead)

    def tell(done: int, total: int, name: str) -> bool:
        typer.echo(say("play.compared", language, done=done, total=total, name=name), err=True)
        return True

    try:
        need = need_ahead(asked, span, watch=tell)
    except ValueError as error:
        fix = "Ask fewer weeks (13 after the history can be forecast), or add a year of history."
        raise BadInput([Problem("history.csv", None, "start", str(error), "a longer history", fix)]) from error
    usual = Workforce(turnover, lead, training, ramp, lost_share=lost, leave_days_year=leave_days)
    frames = []
    for level in sorted({a.level for a in asked.team.agents} & set(need["level"])):
        frames.append(_level(asked, need[need["level"] == level], usual, wished, language))
    if out is not None:
        write_texts({out: csv_text(pd.concat(frames, ignore_index=True), COLUMNS)})


def _level(
    centre: Centre, need: pd.DataFrame, usual: Workforce, wished: tuple[Absence, ...], language: str
) -> pd.DataFrame:
    """Tells one level, and its table with hires."""
    from forecasts.grid import Week
    from staffing.horizon import at_level, least_hires
    from staffing.horizon import horizon as ahead_of

    level = int(need["level"].iloc[0])
    here, workforce = at_level(centre, level, usual)
    mine = here.team.agents
    weeks = tuple(Week.parse(text) for text in need["week"])
    hours = need["need_h"].to_numpy(dtype=float)
    bare = ahead_of(here, weeks, hours, workforce=workforce)
    staff = sum(any(map(agent.in_post, weeks[0].days)) for agent in mine)
    hires, found = least_hires(here, weeks, hours, workforce=workforce)
    typer.echo(say("play.head_horizon", language, level=level, agents=staff, leavers=usual.turnover_year,
                   lost=usual.lost_share))  # fmt: skip
    full = workforce.hours_week * (1 - workforce.lost_share)
    for row, before, source in zip(
        found.frame.to_dict("records"), bare.frame["capacity_h"], need["source"], strict=True
    ):
        typer.echo(say("play.horizon", language, week=row["week"], need=row["need_h"] / full, staff=before / full,
                       with_hires=row["capacity_h"] / full, spare_h=row["spare_h"], leave_h=row["leave_h"],
                       source=say(f"play.{source}", language)))  # fmt: skip
    for hire in hires:
        decide = hire.week.monday - dt.timedelta(weeks=workforce.lead_weeks)
        eur = hire.count * workforce.hours_week * workforce.cost_eur_h * (len(weeks) - weeks.index(hire.week))
        typer.echo(say("play.hire", language, count=hire.count, week=hire.week, decide=decide, eur=eur))
    if not hires:
        typer.echo(say("ahead.no_hire" if found.short_weeks else "play.no_hire", language))
    if found.short_weeks:
        typer.echo(say("play.short_weeks", language, weeks=", ".join(found.short_weeks), fte=found.fte_short))
    for asked in (w for w in wished if w.agent in {a.id for a in mine}):
        _leave(bare, here, asked, language)
    typer.echo("")
    return found.frame.assign(level=level, source=need["source"].to_numpy())


def _leave(ahead: Horizon, centre: Centre, asked: Absence, language: str) -> None:
    from staffing.horizon import may_leave

    try:
        found = may_leave(ahead, centre, centre.team.agent(asked.agent), asked.first, asked.last)
    except ValueError as error:
        raise BadInput([Problem("--leave", None, None, asked.agent, str(error), "Ask more --weeks.")]) from error
    said = {"agent": asked.agent, "first": asked.first, "last": asked.last}
    if found.granted:
        typer.echo(say("play.leave_yes", language, **said))
        return
    worst = -float(found.frame["after_h"].min())
    typer.echo(say("play.leave_no", language, **said, weeks=", ".join(found.weeks_short), hours=worst))
