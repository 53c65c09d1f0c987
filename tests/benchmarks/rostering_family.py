"""Adapter for a seeded family of weekly instances kept outside this repository.

``read(folder)`` turns its instance.json, agents.csv and demand.csv into an engine ``Instance``;
``write(instance, roster, path)`` writes the plain CSV its independent checker reads.
"""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import numpy as np

from staffing.rostering.instance import ContractClass, Demand, Group, Instance, People
from staffing.rostering.rules.rule import Shape
from staffing.rostering.search import Solution
from staffing.rostering.shifts import Candidates, list_candidates
from staffing.rostering.team import Contract


def minutes(text: str) -> int:
    return int(text[:2]) * 60 + int(text[3:])


def permits(rules: dict[str, Any]) -> Any:
    """The family's rules on one shift."""

    def ok(shape: Shape) -> bool:
        blocks = [(shape.start_min, shape.end_min)]
        if shape.meal:
            low, high = rules["meal_window"]
            if shape.start_min > 660:
                low, high = (shape.start_min + m for m in rules["meal_after_start"])
            edge = rules["meal_edge"]
            if not low <= shape.meal[0] <= high:
                return False
            if shape.meal[0] - shape.start_min < edge or shape.end_min - shape.meal[1] < edge:
                return False
            blocks = [(shape.start_min, shape.meal[0]), (shape.meal[1], shape.end_min)]
        if not rules["break_len"]:
            return not shape.breaks
        if len(shape.breaks) != len(blocks):
            return False
        edge = rules["break_edge"]
        return all(f - a >= edge and b - t >= edge for (a, b), (f, t) in zip(blocks, shape.breaks, strict=True))

    return ok


def read(folder: Path) -> Instance:
    """The engine's problem of one family folder; wage 2.5 a paid slot of 15 minutes."""
    rules = json.loads((folder / "instance.json").read_text())
    with (folder / "agents.csv").open() as f:
        agents = list(csv.DictReader(f))
    with (folder / "demand.csv").open() as f:
        need = {(r["group"], r["day"], minutes(r["time"])): int(r["required"]) for r in csv.DictReader(f)}
    days, slot, queues = rules["days"], rules["slot"], tuple(rules["groups"])
    slots = [(d, m) for d in days for m in range(*rules["open"][d], slot)]
    spans = list(rules["open"].values())
    low, high = min(s[0] for s in spans), max(s[1] for s in spans)
    contract = Contract(
        "family", "none", 35.0, 10.0,
        shift_min_h=rules["paid_min"] / 60, shift_max_h=rules["paid_max"] / 60,
        shift_step_min=rules["paid_step"], start_step_min=rules["start_step"],
        meal_min=tuple(rules["meal_lengths"]), meal_from_h=rules["meal_from_paid"] / 60, break_min=rules["break_len"],
    )  # fmt: skip
    candidates = list_candidates(contract, permits(rules), span=(low, high), interval_min=slot)
    index = {key: i for i, key in enumerate(slots)}
    window = np.array([[index.get((d, m), len(slots)) for m in range(low, high, slot)] for d in days])
    kind = ContractClass("family", candidates, low, window, slot // candidates.unit_min)
    pace, groups, group_of = _groups(agents, queues, candidates, rules, len(slots))
    people = _people(agents, rules, low)
    numbers = np.arange(len(days))
    return Instance(
        slot, numbers, queues, _demand(need, slots, queues, rules), pace, (kind,), groups,
        tuple(a["agent"] for a in agents), group_of, people,
    )  # fmt: skip


def _demand(need: dict[Any, int], slots: list[Any], queues: tuple[str, ...], rules: dict[str, Any]) -> Demand:
    w, k = rules["weights"], rules["slot"] / 15
    d = np.array([[need[q, *s] for q in queues] for s in slots], dtype=float)
    tolerance = np.floor(w["under2_frac"] * d)
    factor = k * np.array([1.0 if q == "L1" else w["expert_factor"] for q in queues])
    under = np.broadcast_to(w["under"] * factor, d.shape)
    deep = np.broadcast_to((w["under"] + w["under2"]) * factor, d.shape)
    worth = np.stack([deep, under, np.full(d.shape, -k * w["over"])], axis=2)
    return Demand(np.stack([d - tolerance, tolerance, np.full(d.shape, 1e6)], axis=2), worth, np.zeros(d.shape))


def _groups(agents: list[Any], queues: tuple[str, ...], c: Candidates, rules: dict[str, Any], slots: int) -> Any:
    sets = sorted({a["skills"] for a in agents})
    pace = np.array([[float(q in s.split("|")) for q in queues] for s in sets])
    barred = np.array([c.shift[:, 1] > rules["open"][d][1] for d in rules["days"]])
    groups = tuple(Group(0, i, barred, None, np.ones(slots)) for i in range(len(sets)))
    return pace, groups, np.array([sets.index(a["skills"]) for a in agents])


def _people(agents: list[Any], rules: dict[str, Any], low: int) -> People:
    n, days, w = len(agents), rules["days"], rules["weights"]
    number = {c: np.array([int(a[c]) for a in agents]) for c in ("min_paid", "max_paid", "late_cost", "sat_cost")}
    day_eur = np.zeros((n, len(days)))
    for i, a in enumerate(agents):
        day_eur[i, days.index("Sat")] += int(a["sat_cost"])
        for j, d in enumerate(days):
            if d in a["leave"].split("|"):
                day_eur[i, j] = np.inf
            if d in a["off_request"].split("|"):
                day_eur[i, j] += int(a["off_weight"])
    worked = np.arange(8)
    days_eur = np.where(worked > rules["max_days"], np.inf, w["sixth_day"] * (worked > rules["pref_days"]))
    full = np.ones(n, dtype=np.int64)
    every_day = np.zeros((n, len(days)))
    return People(
        number["min_paid"], number["max_paid"], full * 10.0, (full * 10**6)[:, None], (full * 0.0)[:, None],
        np.tile(days_eur, (n, 1)), day_eur, every_day, every_day, number["late_cost"].astype(float), 1140,
        full * 2.0 * w["anchor"], full * 2.0 * w["pref_start"],
        np.array([minutes(a["pref_start"]) for a in agents]),
        full * rules["rest_min"], full * rules["week_rest"], 0 * full, full * (7 * 1440 + low),
        tuple(np.ones((1, len(days)), dtype=bool) for _ in agents),
    )  # fmt: skip


def write(instance: Instance, solution: Solution, folder: Path, path: Path) -> None:
    """The roster as the family's checker reads it: agent, day, from, to, what."""
    rules = json.loads((folder / "instance.json").read_text())
    c, length = instance.classes[0].candidates, instance.interval_min
    slots = [(d, m) for d, day in enumerate(rules["days"]) for m in range(*rules["open"][day], length)]
    index = {key: i for i, key in enumerate(slots)}
    with path.open("w", newline="") as f:
        out = csv.writer(f)
        out.writerow(["agent", "day", "from", "to", "what"])
        for a, d in zip(*np.nonzero(solution.tours.choice[:, :, 0] >= 0), strict=True):
            shape = c.shape(*(int(v) for v in solution.tours.choice[a, d]))
            off = {m: "break" for f_, t in shape.breaks for m in range(f_, t, length)}
            off |= dict.fromkeys(range(*shape.meal, length), "meal") if shape.meal else {}
            run: list[tuple[int, int, str]] = []
            for m in range(shape.start_min, shape.end_min, length):
                word = off.get(m) or instance.queues[solution.labels[a, index[int(d), m]]]
                if run and run[-1][2] == word:
                    run[-1] = (run[-1][0], m + length, word)
                else:
                    run.append((m, m + length, word))
            for low, high, word in run:
                out.writerow([instance.agents[a], rules["days"][d], clock(low), clock(high), word])


def clock(minute: int) -> str:
    return f"{minute // 60:02d}:{minute % 60:02d}"
