"""The one table of what a centre's CSV files hold: attribute, type, unit, default, meaning.

Each file is a model, each column a field; the gate reads by it and ``affluence columns`` prints it.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass
from typing import Annotated, Any, Literal

from pydantic import BaseModel, ConfigDict, Field

from forecasts.grid import DAY_MIN
from staffing.gate.kinds import (
    Count,
    Day,
    Days,
    Email,
    Eur,
    Hours,
    Instant,
    Label,
    Minute,
    Presences,
    Seconds,
    Skills,
    Weekdays,
    Word,
    Words,
    YesNo,
)


def says(meaning: str, unit: str = "", default: Any = ..., **limits: Any) -> Any:
    """A field of the schema: what it means, its unit, its default (required when left out)."""
    return Field(default, description=meaning, json_schema_extra={"unit": unit}, **limits)


class Row(BaseModel):
    """One row of a CSV file."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class HistoryRow(Row):
    """Contacts of one channel in one interval. A missing row of an open interval is missing, not zero."""

    start: Instant = says("start of the interval, centre time or with offset; the doubled autumn hour needs its offset")
    channel: Word = says("a channel of centre.toml (a column `queue` is read too when one channel enters that queue)")
    offered: Count = says("contacts that arrived in the interval", "contacts")
    handled: Count | None = says("contacts answered", "contacts", None)
    abandoned: Count | None = says("contacts given up before an answer", "contacts", None)
    aht_s: Seconds | None = says("mean handle time of the handled: talk + hold + wrap-up", "s", None)
    wait_s: Seconds | None = says("mean wait of all offered", "s", None)


class AgentRow(Row):
    """One person of the team."""

    id: Word = says("what the roster calls the agent; unique")
    name: Label = says("shown to people", default="")
    level: Annotated[int, Field(ge=1, le=2)] = says("1 answers first, 2 is the expert level")
    skills: Skills = says("queues served, as queue or queue:proficiency (1 = normal pace), separated by |")
    contract: Word = says("a contract of centre.toml")
    hours_week: Annotated[float, Field(gt=0, le=60)] | None = says("weekly hours when not the contract's", "h", None)
    site: Label = says("where the agent works", default="")
    wish_start: Minute | None = says("wished start of the day", "HH:MM", None)
    wish_days_off: Days = says("wished days off, separated by |", default=())
    wish_weekdays_off: Weekdays = says("wished weekdays off (mon..sun), separated by |", default=())
    avoid_late: YesNo = says("would rather not end late", "yes/no", False)
    avoid_saturday: YesNo = says("would rather not work on Saturday", "yes/no", False)
    wish_weight_eur: Eur = says("what granting one wish is worth to the centre", "EUR", 10.0)
    availability: Presences = says(
        "only hours the agent can work, as `mon 08:00-12:00` or `sun 21:00-07:00`, separated by |", default=()
    )
    since: Day | None = says("first working day of a new agent", "day", None)
    last_day: Day | None = says("last working day of an agent who leaves", "day", None)
    together: Label = says("a word that agents who start together share: see goals.together_eur_h", default="")
    telework: Weekdays = says("weekdays worked from home, separated by |: no company for new agents", default=())
    funding: Label = says("body that pays the post", default="")
    email: Email = says("work address, asked by Teams Shifts alone", default="")


class AbsenceRow(Row):
    """Whole days away. The reason is never asked."""

    agent: Word = says("an id of agents.csv")
    first: Day = says("first day away", "day")
    last: Day = says("last day away, included", "day")
    credit_h: Annotated[Hours, Field(le=24)] | None = says(
        "hours counted as paid for each absent working day, or for the only day (a fifth of the week when empty)",
        "h",
        None,
    )
    from_time: Minute = says("clock time of the first day from which the agent is away", "HH:MM", 0)
    until_time: Minute = says("clock time of the last day from which the agent is back", "HH:MM", DAY_MIN)


class EventRow(Row):
    """Something that makes days special: a campaign, a reform, an outage."""

    name: Word = says("the same name for the same kind of event, so that its effect is learned")
    first: Day = says("first day", "day")
    last: Day = says("last day, included", "day")
    channels: Words = says("channels touched, separated by | (empty = all)", default=())
    effect: Annotated[float, Field(gt=0, le=50)] | None = says(
        "volume ratio when known (1.5 = half more)", "ratio", None
    )
    leave_out: YesNo = says("keep these days out of training (outage, strike)", "yes/no", False)


class EditRow(Row):
    """A change of the forecast by hand, kept apart from the history and shown beside the model's own line."""

    act: Literal["multiply", "set", "add"] = says("what is done to the forecast")
    value: Annotated[float, Field(allow_inf_nan=False)] = says(
        "the ratio, or contacts per interval", "ratio or contacts"
    )
    first: Instant = says("from this instant")
    until: Instant = says("to this instant, not included")
    reason: Word = says("why")
    channel: Word | None = says("only that channel (empty = all)", default=None)


class SegmentRow(Row):
    """One stretch of one activity, as in the roster the command writes."""

    agent: Word = says("an id of agents.csv")
    start: Instant = says("start, centre time or with offset")
    end: Instant = says("end, centre time or with offset")
    activity: Word = says("a queue's name, meal, break or a commitment's word")


class CommitmentRow(Row):
    """Paid time off the queues: a meeting, a training, drafting."""

    agent: Word = says("an id of agents.csv")
    activity: Word = says("the word written in the roster")
    minutes: Annotated[int, Field(gt=0, le=720)] = says("length", "min")
    start: Instant | None = says("when it is fixed; empty when the engine may place it", default=None)
    days: Days = says("days on which it may be placed, separated by |", default=())


class LedgerRow(Row):
    """What past published weeks left on an agent's account."""

    agent: Word = says("an id of agents.csv")
    weeks: Annotated[int, Field(ge=0, le=520)] = says("weeks counted", "weeks", 0)
    late_shifts: Annotated[int, Field(ge=0)] = says("late shifts in them", "shifts", 0)
    saturdays: Annotated[int, Field(ge=0)] = says("Saturdays worked in them", "days", 0)
    wishes_asked: Annotated[int, Field(ge=0)] = says("wishes asked", "wishes", 0)
    wishes_granted: Annotated[int, Field(ge=0)] = says("wishes granted", "wishes", 0)
    account_h: Annotated[float, Field(ge=-1000, le=1000)] = says(
        "hours paid less hours owed so far, where the contract keeps an account", "h", 0.0
    )


FILES: dict[str, type[Row]] = {
    "history.csv": HistoryRow,
    "agents.csv": AgentRow,
    "absences.csv": AbsenceRow,
    "events.csv": EventRow,
    "edits.csv": EditRow,
    "commitments.csv": CommitmentRow,
    "past.csv": SegmentRow,
    "locked.csv": SegmentRow,
    "ledgers.csv": LedgerRow,
}
"""Which row each file holds; ``history.csv`` and ``agents.csv`` are required, ``.csv.gz`` is read too."""
REQUIRED = ("history.csv", "agents.csv")

KINDS = {
    float: "number",
    int: "whole number",
    str: "text",
    bool: "yes or no",
    dt.date: "day (2026-12-01)",
    dt.datetime: "instant (2026-12-01T08:30+01:00)",
}


@dataclass(frozen=True)
class Attribute:
    """One line of the documentation."""

    file: str
    name: str
    kind: str
    unit: str
    default: str
    meaning: str


def attributes(file: str, model: type[BaseModel], prefix: str = "") -> list[Attribute]:
    """What one model asks, field by field."""
    lines = []
    for name, field in model.model_fields.items():
        extra = field.json_schema_extra if isinstance(field.json_schema_extra, dict) else {}
        default = "required" if field.is_required() else plain(field.get_default(call_default_factory=True))
        unit, kind = str(extra.get("unit", "")), kind_of(field.annotation)
        if unit == CLOCK:
            kind, default = (
                "clock time",
                f"{int(default) // 60:02}:{int(default) % 60:02}" if default.isdigit() else default,
            )
        lines.append(
            Attribute(
                file,
                prefix + (field.alias or name),
                kind,
                unit,
                default,
                field.description or "",
            )
        )
    return lines


CLOCK = "HH:MM"
"""The unit of a clock time, which is read as minutes."""
ITS_OWN = "see its keys"
"""The default of a table: what each of its keys says."""


def plain(value: object) -> str:
    """A default as one would write it in a file."""
    if isinstance(value, BaseModel):
        return ITS_OWN
    if isinstance(value, tuple) and value:
        return f"[{', '.join(map(plain, value))}]"
    if value is None or value in ((), "", {}, []):
        return "empty"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return f"{value:g}" if isinstance(value, float) else str(value)


def kind_of(annotation: Any) -> str:
    """The plain word for a field's type."""
    if annotation in KINDS:
        return KINDS[annotation]
    inner = [a for a in getattr(annotation, "__args__", ()) if a is not type(None) and a is not Ellipsis]
    if getattr(annotation, "__origin__", None) in (tuple, list):
        return "list"
    if getattr(annotation, "__origin__", None) is dict:
        return "tables"
    if inner and all(isinstance(a, str) for a in inner):
        return "one of " + ", ".join(inner)
    if inner and all(isinstance(a, int) for a in inner):
        return "one of " + ", ".join(map(str, inner))
    return kind_of(inner[0]) if inner else "table"
