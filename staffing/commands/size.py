"""``affluence size``: agents needed, queue by queue, and what being surer costs."""

from __future__ import annotations

import re
from typing import Annotated

import typer

from staffing.commands.options import Folder, Language, Out, WeekText, asked_week, opened, tell_forecast
from staffing.problems import BadInput, Problem
from staffing.sizing.options import METHODS, MODELS, Sizing
from staffing.words import decimals, say
from staffing.words.heard import heard

COUNT = re.compile(r"(?P<queue>.+)=(?P<count>\d+(\.\d+)?)")
Method = Annotated[str, typer.Option("--method", callback=lambda value: one_of(value, METHODS))]
Model = Annotated[str, typer.Option("--model", callback=lambda value: one_of(value, MODELS))]
Confidence = Annotated[float | None, typer.Option("--confidence", min=0.01, max=0.99, show_default=False)]
Carried = Annotated[list[str] | None, typer.Option("--carried", metavar="QUEUE=COUNT", show_default=False)]
Price = Annotated[bool, typer.Option("--price", show_default=False)]


def size(
    centre: Folder, week: WeekText, out: Out = None, method: Method = "auto", model: Model = "auto",
    confidence: Confidence = None, carried: Carried = None, price: Price = False, language: Language = "",
) -> None:  # fmt: skip
    """CSV on stdout, or into the file ``--out``; with ``--price`` what each step of confidence costs, on stderr."""
    from staffing.files.atomic import write_texts
    from staffing.outputs import requirement_text
    from staffing.plan import forecast_week
    from staffing.sizing.channels import kind_of
    from staffing.sizing.confidence import price_of_confidence
    from staffing.sizing.size import size as sized

    asked, when = opened(centre, language), asked_week(week)
    waiting = tuple(q.name for q in asked.queues if not kind_of(q.kind).live)
    chosen = Sizing(method=method, model=model, confidence=confidence, carried=counted(carried or [], waiting))
    tell_forecast(asked, language)
    known = forecast_week(asked, when)
    requirement = sized(known, asked, when, options=chosen)
    for note in requirement.notes:
        typer.echo(say("cli.remark", language, remark=decimals(heard(note, language), language)), err=True)
    typer.echo(say("cli.needed", language, hours=requirement.agent_hours), err=True)
    if price:
        for step in price_of_confidence(known, asked, when, options=chosen).frame.itertuples():
            told = {"sure": step.confidence, "hours": step.agent_hours, "more": step.more_hours, "eur": step.eur}
            typer.echo(say("cli.price_step", language, **told), err=True)
    text = requirement_text(requirement)
    typer.echo(text, nl=False) if out is None else write_texts({out: text})


def counted(carried: list[str], waiting: tuple[str, ...]) -> tuple[tuple[str, float], ...]:
    """Contacts left over from last week by queue, from texts like courriel=120; BadInput when one is no count of a
    queue in ``waiting``, all of them at once.

    >>> counted(["mailbox=120"], ("mailbox",))
    (('mailbox', 120.0),)
    """
    found = [COUNT.fullmatch(text) for text in carried]
    expected = f"QUEUE=COUNT, of {', '.join(waiting)}" if waiting else "no queue here holds work that may wait"
    wrong = [text for text, pair in zip(carried, found, strict=True) if pair is None or pair["queue"] not in waiting]
    if wrong:
        raise BadInput([Problem("--carried", None, None, text, expected, "Write it like mail=120.") for text in wrong])
    return tuple((pair["queue"], float(pair["count"])) for pair in found if pair)


def one_of(value: str, known: tuple[str, ...]) -> str:
    """The value, when it is a known one; BadParameter otherwise."""
    if value not in known:
        raise typer.BadParameter(", ".join(known))
    return value
