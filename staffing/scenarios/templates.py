"""Events that centres know, as scenarios to start from. Every figure is tagged: published, derived or guess.

``TEMPLATES[name](day, channels)`` answers with a scenario whose first day is ``day``; ``channels`` () means all.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable

from staffing.centre import Centre
from staffing.scenarios.changes import (
    AbsenceWave,
    Added,
    Daily,
    Gathered,
    HandleTime,
    LaterHours,
    LevelClosed,
    Outage,
    Volume,
)
from staffing.scenarios.scenario import Scenario

Channels = tuple[str, ...]


def _run(name: str, day: dt.date, days: int, channels: Channels, factor: float, said: str) -> Scenario:
    last = day + dt.timedelta(days=days - 1)
    return Scenario(name, (Volume(channels, day, last, factor=factor),), (said,))


def tax_season(day: dt.date, channels: Channels = ()) -> Scenario:
    """Mid-April to early June."""
    return _run("tax_season", day, 50, channels, 2.2, "mid-April to early June: published; x2.2: guess")


def back_to_school(day: dt.date, channels: Channels = ()) -> Scenario:
    """25 August to 20 September."""
    return _run("back_to_school", day, 27, channels, 1.5, "25 August to 20 September and x1.5: guess")


def new_year_laws(day: dt.date, channels: Channels = ()) -> Scenario:
    """The first working days of January."""
    return _run("new_year_laws", day, 11, channels, 1.5, "2 to 12 January, x1.4 to x1.6: guess")


def election_deadline(day: dt.date, channels: Channels = ()) -> Scenario:
    """``day`` is the last of the ten days before registrations close."""
    first = day - dt.timedelta(days=9)
    ramp = tuple(round(1.2 + (2.25 - 1.2) * i / 7, 4) for i in range(8))
    said = (
        "last three days 0.75 : 0.91 : 1.00 of the peak: published (37,136 / 45,124 / 49,576 registrations, 2016)",
        "x1.2 rising to x3.0: guess",
    )
    return Scenario("election_deadline", (Daily(channels, first, factors=(*ramp, 0.91 * 3.0, 3.0)),), said)


def polling_day(day: dt.date, channels: Channels = ()) -> Scenario:
    """``day`` is the Sunday of the vote: the lines are closed, people write; what they wrote waits on Monday."""
    said = (
        "625,000 of more than a million status checks between 12:00 and 15:30: published (10 April 2022)",
        "written contacts follow the checks, six times a usual Sunday: guess",
    )
    return Scenario("polling_day", (Gathered(channels, day, day, 720, 930, factor=6.0, share=0.625),), said)


def reform_launch(day: dt.date, channels: Channels = ()) -> Scenario:
    """A reform starts: the shape of the withholding tax's first two weeks, handle time longer, and an IVR that settles
    a third of the calls it adds (whoever has another errand hears nothing of use)."""
    falls = [6.0, 6.0 * 0.53**0.5, 6.0 * 0.53]
    falls += [falls[2] * (1.3 / falls[2]) ** (i / 10) for i in range(1, 11)]
    kept = tuple(round(1 + (f - 1) * 2 / 3, 4) for f in falls)
    last = day + dt.timedelta(days=len(falls) - 1)
    said = (
        "-47 % in two days, -79 % in twelve: published (withholding tax, January 2019)",
        "IVR settles a third of what the reform adds: derived (215,075 of 639,696 calls, January 2019)",
        "handle time x1.8: derived from 'about doubled', published; x6 on the first day: guess",
    )
    changes = (Daily(channels, day, factors=kept), HandleTime(channels, day, last, factor=1.8))
    return Scenario("reform_launch", changes, said)


def crisis_hour(day: dt.date, channels: Channels = ()) -> Scenario:
    """Unannounced at 10:40: four times the contacts for five hours, a message contains three in ten."""
    changes = (
        Volume(channels, day, day, 640, 940, factor=4.0 * 0.7),
        HandleTime(channels, day, day, 640, 940, factor=1.3),
    )
    return Scenario("crisis_hour", changes, ("x4 for 5 h, handle time x1.3, 30 % contained: guess",))


def prefecture_go_live(day: dt.date, channels: Channels = (), *, sites: int = 86) -> Scenario:
    """``sites`` more prefectures hand 7 % of their calls to level 1."""
    said = (
        "7 % of incoming calls transferred, 14 sites already on: published (2013 audit summary)",
        "45,000 calls a prefecture and year: derived; 86 more sites, all at once: guess",
    )
    return Scenario(
        "prefecture_go_live", (Added(channels, day, contacts_week=round(sites * 45_000 * 0.07 / 52, 1)),), said
    )


def flu_wave(day: dt.date, channels: Channels = ()) -> Scenario:
    """A winter wave of absence at both levels."""
    return Scenario("flu_wave", (AbsenceWave(0.04),), ("unplanned absence 8 % x 1.5: guess",))


def level_two_closed(day: dt.date, channels: Channels = ()) -> Scenario:
    """A local holiday at level 2's site (Good Friday, 26 December in Moselle) while level 1 answers."""
    return Scenario("level_two_closed", (LevelClosed(2, (day,)),), ("13 holidays in Moselle: published (L3134-13)",))


def outage(day: dt.date, channels: Channels = ()) -> Scenario:
    """The line is down from 9:00 to 11:00, and most of those who got nobody call in the hour after."""
    return Scenario("outage", (Outage(channels, day, day, 540, 660),), ("two hours, 60 % call again: guess",))


def longer_hours(day: dt.date, channels: Channels = (), *, queue: str = "", minutes: int = 60) -> Scenario:
    """Level 1 closes later, and demand follows."""
    said = ("+30 % hours gave +20.6 % calls: published (Senate l08-542-2); proportional below that: derived",)
    return Scenario("longer_hours", (LaterHours(queue, minutes),), said)


ON_THE_LINE = ("outage", "prefecture_go_live")
"""Events of the telephone alone: unless channels are named, mail and chat go on."""
TEMPLATES: dict[str, Callable[[dt.date, Channels], Scenario]] = {
    "tax_season": tax_season, "back_to_school": back_to_school, "new_year_laws": new_year_laws,
    "election_deadline": election_deadline, "polling_day": polling_day, "reform_launch": reform_launch,
    "crisis_hour": crisis_hour, "prefecture_go_live": prefecture_go_live, "flu_wave": flu_wave,
    "level_two_closed": level_two_closed, "outage": outage, "longer_hours": longer_hours,
}  # fmt: skip


def event(name: str, day: dt.date, channels: Channels, centre: Centre) -> Scenario:
    """The template of that name for a centre: what happens on the line strikes its phone channels when none is named.
    KeyError for another name."""
    phones = tuple(c.name for c in centre.channels if c.kind == "phone")
    return TEMPLATES[name](day, phones if name in ON_THE_LINE and not channels else channels)
