"""``centre.toml``: what a centre is, table by table, with the unit and meaning of every key."""

from __future__ import annotations

from typing import Annotated, Literal, get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationInfo, field_validator, model_validator

from staffing.gate.kinds import Day, DaySpans, Eur, Hours, Label, Minute, Seconds, Sentence, Share, Weekday, Word, YesNo
from staffing.gate.schema import Attribute, attributes, says
from staffing.targets import AbandonRate, AnswerRate, AverageWait, CallBack, Counting, Deadline, ServiceLevel, Target

Contact = Literal["phone", "email", "chat", "callback"]
Positive = Annotated[float, Field(gt=0, allow_inf_nan=False)]


def _counted(kind: object) -> bool:
    """Whether values of this type are numbers, or hold some."""
    return kind in (int, float) or any(_counted(part) for part in get_args(kind))


def _in_words(value: object) -> object:
    """The value with every true and false in it as a word."""
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        return {key: _in_words(held) for key, held in value.items()}
    return [_in_words(held) for held in value] if isinstance(value, list) else value


class Table(BaseModel):
    """A table of centre.toml; unknown keys are refused."""

    model_config = ConfigDict(extra="forbid", frozen=True)

    @field_validator("*", mode="before")
    @classmethod
    def yes_is_no_number(cls, value: object, field: ValidationInfo) -> object:
        """TOML's true would pass for 1: where a number is asked for, it goes on as the word that was written."""
        return _in_words(value) if _counted(cls.model_fields[str(field.field_name)].annotation) else value


class HolidayTable(Table):
    day: Day = says("the day", "day")
    name: Label = says("its name", default="")


class CalendarTable(Table):
    """Which days are special."""

    country: Label = says("as in the holidays package", default="FR")
    subdivision: Label = says('holidays of a place: "57" is Moselle, Alsace included', default="")
    school_zone: Literal["", "A", "B", "C"] = says("French school zone", default="")
    holidays: tuple[HolidayTable, ...] = says("more public holidays, beside the country's", default=())


class OtherDayTable(Table):
    day: Day = says("the day", "day")
    hours: DaySpans = says("its hours; empty when closed", "HH:MM-HH:MM")


class HoursTable(Table):
    """Opening hours under a name, used by queues and channels."""

    mon: DaySpans = says("Monday, as 08:30-13:00, 14:00-18:00; empty when closed", "HH:MM-HH:MM", ())
    tue: DaySpans = says("Tuesday", "HH:MM-HH:MM", ())
    wed: DaySpans = says("Wednesday", "HH:MM-HH:MM", ())
    thu: DaySpans = says("Thursday", "HH:MM-HH:MM", ())
    fri: DaySpans = says("Friday", "HH:MM-HH:MM", ())
    sat: DaySpans = says("Saturday", "HH:MM-HH:MM", ())
    sun: DaySpans = says("Sunday", "HH:MM-HH:MM", ())
    closed_on_holidays: YesNo = says("closed on the calendar's public holidays", "yes/no", True)
    closed: tuple[Day, ...] = says("further days closed", "day", ())
    other: tuple[OtherDayTable, ...] = says("days with other hours; they win over holidays", default=())

    @property
    def weekdays(self) -> tuple[tuple[tuple[int, int], ...], ...]:
        return (self.mon, self.tue, self.wed, self.thu, self.fri, self.sat, self.sun)


class TargetTable(Table):
    """What a queue promises: exactly one of the promises below."""

    service_level: Annotated[Share, Field(gt=0, lt=1)] | None = says("share answered within `within_s`", "share", None)
    within_s: Seconds | None = says("the limit of service_level", "s", None)
    counting: Literal["offered", "offered_less_short", "virtual"] = says(
        "what service_level divides by: all offered; offered less those who gave up before the limit; virtual wait",
        default="offered",
    )
    average_wait_s: Seconds | None = says("mean wait of the answered at most", "s", None)
    abandon_rate: Annotated[Share, Field(gt=0, lt=1)] | None = says("share giving up at most", "share", None)
    answer_rate: Annotated[Share, Field(gt=0, lt=1)] | None = says("share answered at least", "share", None)
    deadline_working_days: Annotated[int, Field(ge=0, le=60)] | None = says(
        "work that may wait: done within that many opening days (0 = the same day)", "days", None
    )
    call_back_within_min: Annotated[Positive, Field(le=10_000)] | None = says(
        "callers are rung back within", "min", None
    )

    @model_validator(mode="after")
    def one_promise(self) -> TargetTable:
        promises = ("service_level", "average_wait_s", "abandon_rate", "answer_rate", "deadline_working_days")
        given = [p for p in (*promises, "call_back_within_min") if getattr(self, p) is not None]
        if len(given) != 1:
            raise ValueError(f"a target is exactly one of {', '.join(promises)}, call_back_within_min, got {given}")
        if (self.service_level is None) != (self.within_s is None):
            raise ValueError("service_level and within_s go together")
        return self

    def target(self) -> Target:
        """The promise as the sizing room reads it."""
        if self.service_level is not None and self.within_s is not None:
            return ServiceLevel(self.service_level, self.within_s, Counting[self.counting.upper()])
        if self.average_wait_s is not None:
            return AverageWait(self.average_wait_s)
        if self.abandon_rate is not None:
            return AbandonRate(self.abandon_rate)
        if self.answer_rate is not None:
            return AnswerRate(self.answer_rate)
        if self.deadline_working_days is not None:
            return Deadline(self.deadline_working_days)
        return CallBack(self.call_back_within_min or 0.0)


class QueueTable(Table):
    """Where contacts wait for an agent with the skill of that name."""

    label: Label = says("shown to people", default="")
    level: Annotated[int, Field(ge=1, le=2)] = says("1 answers first, 2 is the expert level", default=1)
    kind: Contact = says("medium", default="phone")
    hours: Word = says("a name of [hours]")
    target: TargetTable = says("the promise, see [queues.NAME.target]")
    patience_s: Annotated[Positive, Field(le=36_000)] | None = says(
        "mean patience: total waiting / abandonments; empty = callers never give up (Erlang C)", "s", None
    )
    patience_cv: Annotated[Positive, Field(le=10)] = says("its coefficient of variation", "ratio", 1.0)
    pacing_s: Annotated[Seconds, Field(le=300)] = says("pause after each contact (branch agreement)", "s", 0.0)
    min_agents: Annotated[int, Field(ge=0, le=10_000)] = says(
        "never fewer people than this while open, named where it cannot be kept", "agents", 0
    )
    max_occupancy: Annotated[Share, Field(ge=0.3)] = says("ceiling of busy / available time", "share", 1.0)
    concurrency: Annotated[int, Field(ge=1, le=20)] = says("chats one agent holds at once", "contacts", 1)
    chat_slowdown: Share = says("share by which each further chat held lengthens all of them", "share", 0.25)
    model: Label = says("sizing model; auto chooses by kind and target", default="auto")


class TransferTable(Table):
    """A share of the handled contacts goes on."""

    to: Word = says("a level-2 queue or a sink")
    share: Share = says("share of handled contacts", "share")
    aht_s: Annotated[Seconds, Field(gt=0)] = says("mean handle time there", "s")
    warm: YesNo = says("the first agent stays on the line", "yes/no", False)
    handover_s: Seconds = says("for that long", "s", 0.0)


class ChannelTable(Table):
    """A stream of contacts forecast on its own: a medium and a subject."""

    label: Label = says("shown to people", default="")
    kind: Contact = says("medium", default="phone")
    queue: Word = says("the queue it enters")
    hours: Word | None = says("a name of [hours]: when contacts arrive; the queue's when empty", default=None)
    aht_s: Annotated[Seconds, Field(gt=0)] = says("mean handle time where the history has none", "s")
    sister: Word | None = says("a channel whose past stands in for what this one has not", default=None)
    sister_share: Annotated[Positive, Field(le=1000)] | None = says(
        "its contacts over the sister's; empty = learnt from the days both have", "ratio", None
    )
    transfers: tuple[TransferTable, ...] = says("what goes on to level 2 or outside", default=())


class SinkTable(Table):
    """Somewhere outside that takes transferred contacts."""

    cost_eur: Eur = says("price of one contact", "EUR", 0.0)


class ShrinkageTable(Table):
    """Scheduled time lost without warning; leave and breaks are counted elsewhere."""

    kind: Word = says("a word for it", default="unplanned")
    share: Annotated[Share, Field(lt=0.9)] = says("share of scheduled time lost", "share")
    level: Annotated[int, Field(ge=1, le=2)] | None = says("only that level", default=None)
    weekdays: tuple[Weekday, ...] = says("only those weekdays (mon..sun)", default=(0, 1, 2, 3, 4, 5, 6))
    from_: Minute = says("only from that clock time", "HH:MM", 0, alias="from")
    to: Minute = says("only up to that clock time", "HH:MM", 1440)


class ContractTable(Table):
    """What an employment contract allows, beside the law of its rule pack."""

    rules: Word = says("rule pack: neutral, fr_private_idcc2098, fr_state_2000_815")
    hours_week: Annotated[float, Field(gt=0, le=60)] = says("weekly hours", "h")
    cost_eur_h: Annotated[Eur, Field(le=1000)] = says("employer's cost of one paid hour", "EUR/h")
    flex_h: Annotated[Hours, Field(le=24)] = says("how far one week's paid hours may move either way", "h", 0.0)
    shift_min_h: Annotated[Hours, Field(gt=0, le=12)] = says("shortest paid shift", "h", 4.0)
    shift_max_h: Annotated[Hours, Field(gt=0, le=12)] = says("longest paid shift", "h", 9.0)
    shift_step_min: Literal[15, 30, 60] = says("step of shift lengths", "min", 30)
    start_step_min: Literal[15, 30, 60] = says("step of shift starts", "min", 30)
    meal_min: tuple[Annotated[int, Field(ge=0, le=180)], ...] = says("meal lengths on offer, unpaid", "min", (60,))
    meal_from_h: Hours = says("paid length from which a shift has a meal", "h", 6.0)
    break_min: Annotated[int, Field(ge=0, le=60)] = says("length of a paid break, one per work sequence", "min", 0)
    account_h: Annotated[Hours, Field(le=300)] = says(
        "modulation: how far hours paid less hours owed may add up either way over the weeks; 0 = no account", "h", 0.0
    )
    off_queue_h: Annotated[Hours, Field(le=40)] = says(
        "hours a week set aside for work off the queues (drafting, watch); meetings and trainings count", "h", 0.0
    )
    off_queue_block_min: Annotated[int, Field(ge=15, le=480)] = says("given in blocks of", "min", 60)
    off_queue_activity: Word = says("the word written in the roster for them", default="drafting")
    off_queue_hours: DaySpans = says(
        "when they may be worked while the queues are closed, also before and after opening; empty: closings at midday",
        "HH:MM-HH:MM", (),
    )  # fmt: skip
    max_days: Annotated[int, Field(ge=1, le=7)] = says("days worked a week at most", "days", 5)
    overtime_max_h: Annotated[Hours, Field(le=24)] = says("overtime on offer in a week", "h", 0.0)
    sundays: YesNo = says(
        "works Sundays and the public holidays on which its pack rests, under a derogation", "yes/no", False
    )
    sunday_share: Annotated[float, Field(ge=0, le=5)] | None = says(
        "share of the hourly cost on top on Sundays and public holidays (empty: the rule pack's)", "share", None
    )
    night_share: Annotated[float, Field(ge=0, le=5)] | None = says(
        "share of the hourly cost on top between 21:30 and 6:30 (empty: the rule pack's)", "share", None
    )
    part_time_least_h: Annotated[Hours, Field(le=35)] | None = says(
        "least weekly hours at part-time by agreement (L3123-19; branch 23 h; empty: the law's 24 h)",
        "h", None,
    )  # fmt: skip
    asked_short: YesNo = says(
        "agents have asked in writing for fewer hours than that, or are students under 26 (L3123-7)", "yes/no", False
    )
    limits: dict[Word, dict[Word, Annotated[float, Field(ge=0, le=10_000)]]] = says(
        "limits of the pack's rules that an agreement moves, as daily_work.most_h = 12", default={}
    )

    @model_validator(mode="after")
    def reachable(self) -> ContractTable:
        if self.shift_min_h > self.shift_max_h:
            raise ValueError(f"shift_min_h is at most shift_max_h, got {self.shift_min_h:g} and {self.shift_max_h:g}")
        if self.off_queue_hours and not self.off_queue_h:
            raise ValueError("off_queue_hours are of use beside off_queue_h alone, got no off_queue_h")
        longest = self.max_days * self.shift_max_h
        if longest < self.hours_week - self.flex_h:
            raise ValueError(
                f"{self.max_days} days of at most {self.shift_max_h:g} h give {longest:g} h, "
                f"less than the {self.hours_week:g} h of the contract"
            )
        return self


class GoalsTable(Table):
    """What the roster engine pays for; wages come from contracts."""

    shortage_eur_h: Eur = says("one agent missing one hour", "EUR/h", 100.0)
    shortage_deep_eur_h: Eur = says("more, beyond a tenth of the need", "EUR/h", 100.0)
    callers_share: Share = says(
        "how far both follow the callers that a missing agent keeps waiting, interval by interval (0: one price)",
        "share", 1.0,
    )  # fmt: skip
    expert_factor: Annotated[Positive, Field(le=100)] = says("both at level 2, multiplied by", "ratio", 1.4)
    surplus_eur_h: Eur = says("one agent too many one hour", "EUR/h", 8.0)
    min_staff_eur_h: Eur = says("one hour of an agent below a queue's min_agents, on top", "EUR/h", 500.0)
    sixth_day_eur: Eur = says("a sixth day worked", "EUR", 60.0)
    late_eur: Eur = says("a late shift", "EUR", 3.0)
    saturday_eur: Eur = says("a Saturday worked", "EUR", 10.0)
    start_shift_eur_h: Eur = says("starts that differ between days", "EUR/h", 2.0)
    together_eur_h: Eur = says("a team member's start off the team's start, beside that", "EUR/h", 20.0)
    alone_eur_h: Eur = says("a new agent at work with nobody experienced at hand", "EUR/h", 15.0)
    new_weeks: Annotated[int, Field(ge=0, le=104)] = says("an agent is new for that long", "weeks", 8)
    switch_eur: Eur = says("a change of queue inside a shift", "EUR", 1.0)
    block_min: Annotated[int, Field(ge=0, le=480)] = says("shortest stay on a queue before a change", "min", 30)
    change_eur: Eur = says("an agent-day changed when planning again", "EUR", 30.0)
    late_after: Minute = says("a shift is late when it ends after", "HH:MM", 1140)


class HistoryTable(Table):
    """How to read history.csv."""

    missing_days: Literal["missing", "closed"] = says(
        "what a day without any row is: a hole in the record, or a closed day", default="missing"
    )
    missing_intervals: Literal["missing", "zero"] = says(
        "what an open interval without a row is on a recorded day; zero for switches that leave out empty intervals",
        default="missing",
    )
    wrap_up_s: Seconds | None = says("after-call work the import added to the export's times; empty: none", "s", None)
    counted: Literal["unknown", "start", "end"] = says(
        "whether the switch counts a contact where it arrives or where it ends", default="unknown"
    )
    notes: tuple[Sentence, ...] = says("what an import noted; shown with the remarks", default=())


class CentreTable(Table):
    """The top of centre.toml."""

    name: Word = says("what the centre is called")
    time_zone: Word = says("IANA name, like Europe/Paris")
    interval_min: Literal[15, 30, 60] = says("length of a planning interval", "min", 30)
    retry_share: Annotated[Share, Field(lt=1)] = says("share of those who give up that call again", "share", 0.0)
    retry_delay_min: Annotated[Positive, Field(le=10_000)] = says("after that long", "min", 20.0)
    calendar: CalendarTable = says("which days are special", default=CalendarTable())
    history: HistoryTable = says("how to read history.csv", default=HistoryTable())
    hours: dict[Word, HoursTable] = says("named opening hours, [hours.NAME]", min_length=1)
    queues: dict[Word, QueueTable] = says("[queues.NAME]", min_length=1)
    channels: dict[Word, ChannelTable] = says("[channels.NAME]", min_length=1)
    contracts: dict[Word, ContractTable] = says("[contracts.NAME]", min_length=1)
    sinks: dict[Word, SinkTable] = says("[sinks.NAME]", default={})
    posts: dict[Word, Annotated[float, Field(ge=0, le=10_000)]] = says(
        "full-time posts each funding body owes, as interior = 13 under [posts]", "posts", {}
    )
    shrinkage: tuple[ShrinkageTable, ...] = says("[[shrinkage]]", default=())
    goals: GoalsTable = says("[goals]", default=GoalsTable())


TABLES: dict[str, type[Table]] = {
    "": CentreTable,
    "calendar": CalendarTable,
    "history": HistoryTable,
    "hours.NAME": HoursTable,
    "queues.NAME": QueueTable,
    "queues.NAME.target": TargetTable,
    "channels.NAME": ChannelTable,
    "channels.NAME.transfers": TransferTable,
    "contracts.NAME": ContractTable,
    "sinks.NAME": SinkTable,
    "shrinkage": ShrinkageTable,
    "goals": GoalsTable,
}


def toml_attributes() -> list[Attribute]:
    """Every key of centre.toml."""
    return [
        line
        for table, model in TABLES.items()
        for line in attributes("centre.toml", model, f"{table}." if table else "")
    ]
