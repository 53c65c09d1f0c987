"""A small good folder that tests break in one place at a time."""

from __future__ import annotations

from pathlib import Path

CENTRE = """\
name = "Test"
time_zone = "Europe/Paris"
interval_min = 30

[hours.day]
mon = "09:00-12:00"
tue = "09:00-12:00"

[queues.front]
hours = "day"
target = { service_level = 0.8, within_s = 20 }
patience_s = 180

[queues.expert]
level = 2
hours = "day"
target = { service_level = 0.7, within_s = 75 }

[channels.phone]
queue = "front"
aht_s = 300
transfers = [{ to = "expert", share = 0.2, aht_s = 420 }]

[contracts.full]
rules = "neutral"
hours_week = 35
cost_eur_h = 25
"""
AGENTS = """\
id,name,level,skills,contract
a1,Ana,1,front,full
a2,Béa,1,front:0.9,full
a3,Cem,2,expert|front,full
"""
ABSENCES = """\
agent,first,last
a1,2026-03-02,2026-03-04
a2,2026-03-10,2026-03-10
"""
EVENTS = """\
name,first,last,channels,effect,leave_out
campaign,2026-03-02,2026-03-03,phone,1.5,no
"""
ROSTER = """\
agent,start,end,activity
a1,2026-03-02T09:00,2026-03-02T12:00,front
a3,2026-03-02T09:00,2026-03-02T10:00,expert
a3,2026-03-02T10:00,2026-03-02T12:00,front
"""


def history(days: tuple[str, ...] = ("2026-02-16", "2026-02-17", "2026-02-23", "2026-02-24")) -> str:
    """Twelve contacts in every open half-hour of those days, 300 s each."""
    clock = ("09:00", "09:30", "10:00", "10:30", "11:00", "11:30")
    rows = [f"{day} {at},phone,12,11,1,300,15" for day in days for at in clock]
    return "\n".join(["start,channel,offered,handled,abandoned,aht_s,wait_s", *rows, ""])


def good() -> dict[str, str | bytes]:
    """The files of a folder the gate lets through."""
    return {
        "centre.toml": CENTRE,
        "history.csv": history(),
        "agents.csv": AGENTS,
        "absences.csv": ABSENCES,
        "events.csv": EVENTS,
        "past.csv": ROSTER,
    }


def written(folder: Path, files: dict[str, str | bytes]) -> Path:
    """The files in a folder."""
    for name, content in files.items():
        (folder / name).write_bytes(content if isinstance(content, bytes) else content.encode())
    return folder
