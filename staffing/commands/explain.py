"""``affluence explain``: what a roster costs, why intervals are short and what mends them, why a week is as it is."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from staffing.commands.needed import needed
from staffing.commands.options import Folder, Language, asked_week, opened, tell_remarks
from staffing.commands.storing import DEFAULT, Alone, Store, with_published
from staffing.problems import BadInput, Problem


def explain(
    centre: Folder,
    roster: Annotated[Path, typer.Argument(show_default=False)],
    week: Annotated[str, typer.Option("--week", show_default=False)] = "",
    agent: Annotated[str, typer.Option("--agent", show_default=False)] = "",
    most: Annotated[int, typer.Option("--most", min=0, max=1000)] = 5,
    store: Store = DEFAULT,
    alone: Alone = False,
    language: Language = "",
) -> None:
    """Exit 0; the agent's week alone when one is asked for."""
    from staffing.gate.roster import read_roster
    from staffing.plan import before
    from staffing.rostering.changes import Reading
    from staffing.rostering.costs import bill
    from staffing.rostering.explain import costliest, why_short, why_week

    asked = opened(centre, language)
    if agent and agent not in {a.id for a in asked.team.agents}:
        fix = "Write the agent's id as in agents.csv."
        raise BadInput([Problem("--agent", None, None, repr(agent), "an id of agents.csv", fix)])
    read, remarks = read_roster(roster, asked, asked_week(week) if week else None)
    tell_remarks(remarks, language)
    audited = before(with_published(asked, read.week, language, store=store, alone=alone), read.week)
    _, requirement = needed(roster, audited, read.week, language)
    reading = Reading(read, requirement, audited)
    if agent:
        typer.echo("\n".join(why_week(reading, agent, language)))
        return
    typer.echo("\n".join(bill(read, requirement, audited).sentences(language)))
    for queue, moment in costliest(reading, most):
        typer.echo("\n" + "\n".join(why_short(reading, queue, moment).sentences(language)))
