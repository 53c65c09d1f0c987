"""The three sample centres: what each is made of.

Figures marked P were published (sources in README.md), the rest are guesses; the centres are composites.
"""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass

from forecasts.grid import DAY_MIN, Opening, Spans, Week
from forecasts.history import Event

FIRST_DAY, LAST_DAY = dt.date(2024, 11, 25), dt.date(2026, 11, 22)
PLANNED = Week(2026, 49)
TIME_ZONE, INTERVAL_MIN = "Europe/Paris", 30


@dataclass(frozen=True)
class Domain:
    """A subject: its share of calls, where a part of them goes on to, and for how long."""

    name: str
    label: str
    share: float
    to: str
    transfer: float
    aht2_s: float


@dataclass(frozen=True)
class Group:
    """Agents alike: how many, which contract, which skills; some have a second one."""

    prefix: str
    level: int
    count: int
    contracts: tuple[tuple[str, float], ...]
    skills: tuple[str, ...]
    seconds: tuple[str, ...] = ()
    second_share: float = 0.0
    site: str = ""


@dataclass(frozen=True)
class Sample:
    """One sample centre to generate."""

    name: str
    toml: str
    calls_year: float
    aht_s: float
    domains: tuple[Domain, ...]
    groups: tuple[Group, ...]
    hours: tuple[Spans, ...]
    emails: tuple[tuple[str, float, float], ...] = ()
    absent_share: float = 0.10
    drafting_min: int = 0


def weekdays(*spans: Spans) -> tuple[Spans, ...]:
    """Seven days from Monday; days left out are closed."""
    return (*spans, *(() for _ in range(7 - len(spans))))


L1 = weekdays(*(((480, 1140),),) * 5, ((540, 840),))
SWITCHBOARD = weekdays(*(((540, 750), (810, 960)),) * 5)
ROUND_THE_CLOCK = weekdays(*(((0, DAY_MIN),),) * 7)

DOMAINS = (
    Domain("interieur", "Intérieur", 0.34, "n2_interieur", 0.15, 390),
    Domain("travail", "Travail", 0.12, "n2_travail", 0.52, 510),
    Domain("justice", "Justice", 0.10, "n2_justice", 0.48, 480),
    Domain("logement", "Logement", 0.07, "n2_logement", 0.42, 480),
    Domain("consommation", "Consommation", 0.04, "n2_consommation", 0.35, 420),
    Domain("impots", "Impôts", 0.08, "impots_service", 0.35, 300),
    Domain("social_sante", "Social et santé", 0.14, "caisses", 0.05, 300),
    Domain("autre", "Autre", 0.11, "autres_services", 0.02, 300),
)
PRIVATE = (("prive_35h", 0.7), ("prive_28h", 0.2), ("prive_24h", 0.1))
STATE = (("etat_37h", 1.0),)
EXPERTS = tuple(d.to for d in DOMAINS[:5])


def events() -> tuple[Event, ...]:
    """What happened in the two years: campaigns whose true effect the forecast is to learn, outages to leave out."""
    made = [
        Event("loi_nouvel_an", dt.date(y, 1, 2), dt.date(y, 1, 12), (channel,), effect)
        for y in (2025, 2026)
        for channel, effect in (("travail", 1.4), ("impots", 1.6))
    ]
    made += [Event("campagne_impots", dt.date(y, 4, 15), dt.date(y, 6, 5), ("impots",), 2.2) for y in (2025, 2026)]
    made += [
        Event("rentree", dt.date(y, 8, 25), dt.date(y, 9, 20), (channel,), effect)
        for y in (2025, 2026)
        for channel, effect in (("social_sante", 1.5), ("interieur", 1.25))
    ]
    deadline = dt.date(2026, 2, 6)
    ramp = (1.2, 1.25, 1.3, 1.4, 1.5, 1.7, 1.95, 2.25, 2.73, 3.0)
    made += [
        Event("listes_electorales", day, day, ("interieur",), effect)
        for day, effect in zip((deadline - dt.timedelta(days=9 - i) for i in range(10)), ramp, strict=True)
    ]
    made += [
        Event("panne", day, day, (), 0.4, leave_out=True)
        for day in (dt.date(2025, 3, 12), dt.date(2025, 10, 7), dt.date(2026, 5, 19))
    ]
    return tuple(made)


def opening(spans: tuple[Spans, ...], holidays: tuple[dt.date, ...]) -> Opening:
    """Opening hours closed on those holidays."""
    return Opening(spans, frozenset(holidays))


SMALL = Sample(
    "small", "small.toml", 45_000, 170,
    (Domain("standard", "Standard", 1.0, "services", 0.25, 240),),
    (Group("std", 1, 4, (("etat_37h", 1.0),), ("standard_prefecture",), site="Préfecture"),),
    SWITCHBOARD, absent_share=0.0,
)  # fmt: skip
MEDIUM = Sample(
    "medium", "medium.toml", 190_000, 150,
    (
        Domain("demarches", "Démarches", 0.62, "n2_droits", 0.08, 420),
        Domain("travail", "Travail", 0.22, "n2_travail", 0.30, 480),
        Domain("autre", "Autre", 0.16, "autres_services", 0.05, 300),
    ),
    (
        Group("n1", 1, 12, PRIVATE, ("accueil",), site="Plateau"),
        Group("dro", 2, 4, STATE, ("n2_droits",), ("n2_travail",), 0.75, "Metz"),
        Group("tra", 2, 4, STATE, ("n2_travail",), ("n2_droits",), 0.75, "Metz"),
    ),
    L1, absent_share=0.06,
)  # fmt: skip
REFERENCE = Sample(
    "reference", "reference.toml", 1_300_000, 150, DOMAINS,
    (
        Group("n1", 1, 63, PRIVATE, ("accueil",), ("courriel",), 0.6, "Plateau"),
        Group("tra", 2, 22, STATE, ("n2_travail", "courriel_expert"), EXPERTS, 0.4, "Metz"),
        Group("int", 2, 10, STATE, ("n2_interieur", "courriel_expert"), EXPERTS, 0.4, "Metz"),
        Group("jus", 2, 12, STATE, ("n2_justice", "courriel_expert"), EXPERTS, 0.4, "Metz"),
        Group("log", 2, 8, STATE, ("n2_logement", "courriel_expert"), EXPERTS, 0.4, "Metz"),
        Group("con", 2, 4, STATE, ("n2_consommation", "courriel_expert"), EXPERTS, 0.4, "Metz"),
    ),
    L1, (("courriel", 25_200, 300), ("courriel_expert", 10_800, 1320)), drafting_min=90,
)  # fmt: skip
SAMPLES = {s.name: s for s in (SMALL, MEDIUM, REFERENCE)}
