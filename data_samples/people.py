"""Generated people: invented names, contracts, skills, absences, commitments, last week's shifts."""

from __future__ import annotations

import datetime as dt

import numpy as np

from forecasts.grid import Week

FIRST = [
    "Camille",
    "Dominique",
    "Claude",
    "Sacha",
    "Noa",
    "Alix",
    "Maxence",
    "Inès",
    "Yanis",
    "Lina",
    "Rayan",
    "Salomé",
    "Hugo",
    "Jeanne",
    "Malik",
    "Aurore",
    "Théo",
    "Nadia",
    "Bastien",
    "Élise",
    "Karim",
    "Margaux",
    "Loïc",
    "Fatou",
    "Rémi",
    "Zoé",
    "Adèle",
    "Gaspard",
    "Soraya",
    "Mathis",
    "Agathe",
    "Idriss",
    "Manon",
    "Cyril",
    "Leïla",
]
LAST = [
    "Vernade",
    "Bressoul",
    "Orlanges",
    "Cadiou",
    "Malvesin",
    "Tournebise",
    "Quercelle",
    "Hautbrin",
    "Desalves",
    "Rochambel",
    "Ferrandal",
    "Lormeau",
    "Pruneval",
    "Castellin",
    "Vaubrise",
    "Granjolet",
    "Mirandeau",
    "Saulieux",
    "Bellorge",
    "Trévouzin",
    "Amblard-Coste",
    "Dorvigny",
    "Falconet",
    "Jossigny",
    "Kerlanguy",
    "Noirval",
    "Peyrescot",
    "Ruffiac",
    "Sennevoy",
    "Thuillac",
]


def names(count: int, rng: np.random.Generator) -> list[str]:
    """Different invented names."""
    pairs = rng.permutation(len(FIRST) * len(LAST))[:count]
    return [f"{FIRST[p // len(LAST)]} {LAST[p % len(LAST)]}" for p in pairs]


def wishes(rng: np.random.Generator) -> dict[str, str]:
    """What one agent would like; most like little."""
    return {
        "wish_start": str(rng.choice(["", "", "08:00", "08:30", "09:00", "09:30", "10:00"])),
        "wish_weekdays_off": str(rng.choice(["", "", "", "", "mon", "wed", "wed", "fri"])),
        "avoid_late": str(rng.choice(["no", "no", "yes"])),
        "avoid_saturday": str(rng.choice(["no", "no", "yes"])),
    }


def absences(agents: list[str], weeks: list[Week], rng: np.random.Generator, *, share: float) -> list[dict[str, str]]:
    """Leave and training as whole days: a share of agents is away for the week, as many for a day or two."""
    rows = []
    for week in weeks:
        for agent in agents:
            luck = rng.random()
            if luck < share * 0.6:
                first, last = week.days[0], week.days[6]
            elif luck < share * 1.6:
                begin = int(rng.integers(0, 5))
                first, last = week.days[begin], week.days[min(4, begin + int(rng.integers(0, 2)))]
            else:
                continue
            rows.append({"agent": agent, "first": first.isoformat(), "last": last.isoformat(), "credit_h": ""})
    return rows


def commitments(
    agents: list[str], activity: str, minutes: int, weeks: list[Week], away: list[dict[str, str]]
) -> list[dict[str, str]]:
    """One block a week for each agent who is there for three days at least, on any day present from Tuesday."""
    rows = []
    for week in weeks:
        for agent in agents:
            spells = [(a["first"], a["last"]) for a in away if a["agent"] == agent]
            days = [d.isoformat() for d in week.days[1:4]]
            free = [d for d in days if not any(first <= d <= last for first, last in spells)]
            if len(free) >= 2:
                rows.append(
                    {"agent": agent, "activity": activity, "minutes": str(minutes), "start": "", "days": "|".join(free)}
                )
    return rows


def day_shift(agent: str, day: dt.date, queue: str, *, saturday: bool, offset: str) -> list[dict[str, str]]:
    """A lawful seven-hour day from 09:00, or a five-hour Saturday, in segments."""
    weekday = (
        ("09:00", "11:00", queue), ("11:00", "11:15", "break"), ("11:15", "12:15", queue), ("12:15", "13:00", "meal"),
        ("13:00", "15:00", queue), ("15:00", "15:15", "break"), ("15:15", "16:45", queue),
    )  # fmt: skip
    short = (("09:00", "11:30", queue), ("11:30", "11:45", "break"), ("11:45", "12:45", queue))
    return [
        {"agent": agent, "start": f"{day}T{start}{offset}", "end": f"{day}T{end}{offset}", "activity": activity}
        for start, end, activity in (short if saturday else weekday)
    ]
