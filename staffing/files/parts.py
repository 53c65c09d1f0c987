"""One export that holds several queues beside each other: columns under a queue's name or with it in their headings,
columns headed by that name alone, and sheets of one workbook."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace

import pandas as pd

from staffing.files.mapper import UNITS, plain, propose
from staffing.files.reading import Table, texts, under
from staffing.files.stamps import TOTAL

COUNTED = ("offered", "handled", "abandoned")
MEASURED = (*COUNTED, "answer_rate", "aht_s", "talk_s", "wrap_s", "wait_s")
APART = " -–—:/|_()[]"
"""What may stand between a measure and the queue's name."""
CONTACTS = "contacts"
"""What the counts under a queue's name alone are."""
WHOLE = re.compile(r"\d{1,7}(?:[.,]0+)?|\d{1,3}(?:[ \u00a0\u202f]\d{3})+")
NO_QUEUE = re.compile(
    r"(?:n|no|num(?:ero)?|id|index|rang|(?:.* )?(?:semaine|week|mois|month|annee|year|quantieme))"
    r"|(?:jour|day)s?(?: .*)?"
    r"|(?:.* )?(?:agent|conseiller|effectif|etp|fte|staff|poste|plan\w*|prev\w*|forecast|objectif|target)s?(?: .*)?"
    r"|(?:.* )?(?:(?:offer|answ|handl|aban|trait|decr|dissu|recu|perd|total|taux|moyen)\w*"
    r"|pres|presentes?|rep|repondus?|entr|entrants?|sort|sortants?|servis?|lost|missed|rate|dur|durees?|temps|time"
    r"|moy|avg|mean|d[mt]\w|att|attente|wait|aht|asa|sl|sla|qs|min|max|sec)(?: .*)?"
)
"""Headings of numbers that are no queue's contacts; among them whatever begins like a measure cut short."""
INSIDE = re.compile(r"(.+?) ?[(\[]([^()\[\]]+)[)\]]")


@dataclass(frozen=True)
class Part:
    """The columns of one queue, and those that all share; ``channel`` is its name, empty where the table holds one
    queue or names them row by row."""

    channel: str
    table: Table
    name_alone: bool = False


def parts_of(table: Table, chosen: Mapping[str, str] | None = None) -> tuple[Part, ...]:
    """The table queue by queue; the whole table where it holds none side by side. Columns of totals are left out.
    ``chosen``: field -> heading, as the owner says."""
    headers = table.headers()
    places = _under_titles(headers, table.above) or _in_headings(headers)
    alone = {} if places else _names_alone(table, headers, chosen)
    places = places or alone
    owned = {place for own in places.values() for place, _ in own}
    shared = [(place, header) for place, header in enumerate(headers) if place not in owned]
    parts = [
        Part(name, _columns(table, [*shared, *own]), bool(alone))
        for name, own in places.items()
        if not re.fullmatch(TOTAL, name.lower())
    ]
    return tuple(parts) or (Part("", table),)


def twice(table: Table) -> dict[str, tuple[int, ...]]:
    """The headings that stand over more than one column of different content, each with its columns' places."""
    headers = table.headers()
    places = {h: tuple(i for i, other in enumerate(headers) if other == h) for h in headers if h}
    body = table.cells.iloc[1:]
    return {
        header: at
        for header, at in places.items()
        if any(not body.iloc[:, i].equals(body.iloc[:, at[0]].rename(body.columns[i])) for i in at[1:])
    }


Places = Mapping[str, Sequence[tuple[int, str]]]
"""Queue -> its columns, each by place and heading."""


def _under_titles(headers: Sequence[str], above: Sequence[str]) -> Places:
    """Columns that repeat under the names of queues in the row above, each name over those to its right."""
    again = {header for header, count in Counter(headers).items() if header and count > 1}
    if not again or not any(above):
        return {}
    names, name = list[str](), ""
    for title in above:
        name = title or name
        names.append(name)
    queues = {name for name, header in zip(names, headers, strict=True) if header in again}
    places = {n: [(i, h) for i, h in enumerate(headers) if h and names[i] == n] for n in dict.fromkeys(names)}
    places = {n: own for n, own in places.items() if n in queues}
    sound = "" not in queues and all(len({h for _, h in own}) == len(own) for own in places.values())
    return places if sound and len(places) > 1 else {}


def _in_headings(headers: Sequence[str]) -> Places:
    """Columns with a queue's name beside the measure, ``Appels reçus Accueil``: two names at least, each counted."""
    split = [_measure_and_name(header) for header in headers]
    counted = propose(headers).columns.get("offered")
    if counted is not None and split[list(headers).index(counted)] is None:
        return {}
    places: dict[str, list[tuple[int, str]]] = {}
    for place, found in enumerate(split):
        if found is not None:
            places.setdefault(found[1], []).append((place, found[0]))
    fields = [propose([header for _, header in own]).columns for own in places.values()]
    sound = len(places) > 1 and all("offered" in f or {"handled", "abandoned"} <= set(f) for f in fields)
    return places if sound else {}


def _names_alone(table: Table, headers: Sequence[str], chosen: Mapping[str, str] | None) -> Places:
    """Columns of counts headed by nothing but a queue's name, two at least, in a table that tells when and names no
    measure: their counts are contacts."""
    named = propose(headers, chosen)
    if not named.timed or len(set(headers)) < len(headers) or {*MEASURED, "channel"} & set(named.columns):
        return {}
    body = table.cells.iloc[1:]
    queues = [h for h in named.unused if not NO_QUEUE.fullmatch(plain(h)) and _counts(body.iloc[:, headers.index(h)])]
    return {h: [(headers.index(h), CONTACTS)] for h in queues} if len(queues) > 1 else {}


def _counts(column: pd.Series) -> bool:
    """Whether all that a column holds is whole numbers."""
    told = [text for text in texts(column) if text]
    return bool(told) and all(WHOLE.fullmatch(text) for text in told)


def _measure_and_name(header: str) -> tuple[str, str] | None:
    """The heading's measure with its unit, and the rest of it; None where nothing or another field is left.

    >>> _measure_and_name("Appels reçus Accueil"), _measure_and_name("Support calls offered"), _measure_and_name("AHT")
    (('Appels reçus', 'Accueil'), ('calls offered', 'Support'), None)
    >>> _measure_and_name("Appels reçus (Accueil)"), _measure_and_name("DMT (s)"), _measure_and_name("Date appel")
    (('Appels reçus', 'Accueil'), None, None)
    """
    found = INSIDE.fullmatch(header)
    unit = f" ({found[2]})" if found and UNITS.fullmatch(found[2]) else ""
    words = (found[1] if found and unit else header).split()
    splits = [(found[1], found[2])] if found and not unit else []
    if not splits and not _is_measure(header):
        for count in range(len(words) - 1, 0, -1):
            splits.append((" ".join(words[:count]), " ".join(words[count:])))
            splits.append((" ".join(words[-count:]), " ".join(words[:-count])))
    for measure, name in splits:
        measure, name = measure.strip(APART), name.strip(APART)
        if _is_measure(measure) and name and not propose([name]).columns:
            return measure + unit, name
    return None


def _is_measure(header: str) -> bool:
    return any(field in MEASURED for field in propose([header]).columns)


def _columns(table: Table, columns: Sequence[tuple[int, str]]) -> Table:
    """These columns alone under these headings."""
    cells = table.cells.iloc[:, [place for place, _ in columns]].set_axis(range(len(columns)), axis=1)
    return replace(table, cells=under(cells, [header for _, header in columns]), above=())
