"""Which column is which: proposals for a table nobody described, from headers in French or English."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

CALLS = r"(n|nb|number ?of|total)? ?(calls?|contacts?|interactions?|e ?mails?|chats?|messages?)?"
APPELS = (
    r"(n|nb|nombre|total|volume)? ?(d'? ?|des? ?)?"
    r"(appels?|contacts?|sollicitations?|e ?mails?|courriels?|chats?|messages?)?"
)
MEAN = r"(average|avg|mean)?"
DUREE = r"((duree|temps|delai)( ?moyenn?e?)? ?(de ?|d' ?)?)"
MOYENNE = r"( ?moyenn?e?)?"

WORDS: dict[str, tuple[str, ...]] = {
    "start": (
        r"(interval|period|slot|date ?time|datetime|timestamp)( ?start)?( ?time)?",
        r"start( ?time| ?date)?|debut( du)?( ?creneau| ?de ?tranche| ?intervalle)?",
        r"horodatage|horodate|date ?(et|/|-)? ?heure( ?de ?debut)?",
        r"(creneau|tranche|intervalle|periode)( ?horaire)?( ?debut)?",
    ),
    "date": (r"date|day|jour|journee|date ?(du ?)?jour|call ?date|date ?appel",),
    "time": (r"time|hour|clock|heure|hh:?mm|plage ?horaire|heure ?(de ?)?debut|half ?hour|demi ?heure",),
    "channel": (
        r"(queue|skill|channel|service|group|acd|split|split/skill|vdn|csq|line)( ?(name|id))?",
        r"(file|canal|competence|groupe|activite|ligne|domaine)( ?d'? ?| )?(attente)?|nom ?(de ?la ?)?file",
    ),
    "offered": (
        rf"{CALLS} ?(offered|offer|received|incoming|presented|arrived|entered) ?{CALLS}",
        rf"{APPELS} ?(recus?|presentes?|offerts?|entrants?|arrives?)",
        r"(incoming|total|call|contact)? ?(volume|calls|contacts|interactions)|(nb|number) ?of ?(calls|contacts)",
        r"((nb|nombre|total|volume) ?)?(d'? ?|des? ?)?(appels?|contacts?|sollicitations?)|volumes?",
    ),
    "handled": (
        rf"{CALLS} ?(answered|answer|handled|connected|taken) ?{CALLS}|acd ?calls",
        rf"{APPELS} ?(traites?|repondus?|decroches?|servis|pris)",
    ),
    "abandoned": (
        rf"{CALLS} ?(abandoned|aban|lost|missed|abandons?|abandonments?) ?{CALLS}",
        rf"{APPELS} ?(abandonnes?|perdus?|dissuades?|abandons?)",
    ),
    "answer_rate": (r"(answer|response) ?rate|taux ?(de ?)?(decroche|reponse|prise ?en ?charge|efficacite)",),
    "aht_s": (rf"aht|acht|{MEAN} ?handl(e|ing)( ?time)?|d[mt]t|tmt|{DUREE}traitement{MOYENNE}",),
    "talk_s": (rf"{MEAN} ?(talk(ing)?|acd) ?time|att|dmc|{DUREE}(conversation|communication){MOYENNE}",),
    "wrap_s": (
        rf"{MEAN} ?(acw|wrap ?up|after ?call ?work|after ?work)( ?time)?",
        rf"{DUREE}?post ?appel{MOYENNE}",
    ),
    "wait_s": (
        rf"asa|{MEAN} ?(wait|waiting|queue) ?(time)?|(average|avg) ?speed ?(of ?)?(answer|ans)",
        rf"dma|{DUREE}?attente{MOYENNE}",
    ),
}
FIELDS = tuple(WORDS)
UNITS = re.compile(
    r"\(.*?\)|\[.*?\]|\b((en|in) )?(s|sec|secs|secondes?|seconds?|mm:ss|hh:mm:ss|utc|local|mins?|minutes|ms|milli\w+)\b"
)
PATTERNS = {name: tuple(re.compile(p) for p in patterns) for name, patterns in WORDS.items()}


@dataclass(frozen=True)
class Proposal:
    """Field -> header, and the headers that stand for nothing known."""

    columns: Mapping[str, str]
    unused: tuple[str, ...]

    @property
    def timed(self) -> bool:
        """Whether it tells when."""
        return "start" in self.columns or {"date", "time"} <= set(self.columns)

    @property
    def enough(self) -> bool:
        """Whether a history can be read: when, and how many."""
        return self.timed and ("offered" in self.columns or {"handled", "abandoned"} <= set(self.columns))


def plain(header: str) -> str:
    """A header without accents, case, units and punctuation.

    >>> plain("Appels reçus (nb)"), plain("DMT_en_secondes")
    ('appels recus', 'dmt')
    """
    folded = unicodedata.normalize("NFKD", header[:200]).encode("ascii", "ignore").decode().lower()
    folded = re.sub(r"[_\-.]+", " ", folded.replace("’", "'"))
    return " ".join(UNITS.sub(" ", folded).split())


def propose(headers: Sequence[str], chosen: Mapping[str, str] | None = None) -> Proposal:
    """The field each header most likely stands for; what the owner ``chosen`` wins, each header is used once.

    >>> propose(["Tranche horaire", "Appels reçus", "DMT (s)"]).columns["aht_s"]
    'DMT (s)'
    """
    columns: dict[str, str] = {f: h for f, h in (chosen or {}).items() if f in FIELDS and h in headers}
    for name in FIELDS:
        if name in columns:
            continue
        for pattern in PATTERNS[name]:
            free = [h for h in headers if h and h not in columns.values()]
            found = next((h for h in free if pattern.fullmatch(plain(h))), None)
            if found is not None:
                columns[name] = found
                break
    if "start" in columns and "date" in columns and "time" not in columns:
        columns["time"] = columns.pop("start")
    return Proposal(columns, tuple(h for h in headers if h and h not in columns.values()))
