"""What a screen works with: the language, the store, the plan on the desk. Session state and caches live here."""

from __future__ import annotations

import contextlib
import datetime as dt
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TypeVar, cast
from zoneinfo import ZoneInfo

import streamlit as st

from forecasts.grid import Week
from staffing.centre import Centre
from staffing.files.atomic import copy_folder
from staffing.gate.read import read_centre
from staffing.home import home_folder, store_place
from staffing.plan import Plan, begun
from staffing.rostering.changes import Reading
from staffing.rostering.team import Absence
from staffing.rostering.verify import verify
from staffing.screens.spare import Spare, worker
from staffing.store.carry import beside_published
from staffing.store.carry import draft_before as draft_kept_before
from staffing.store.database import Database, StoreUnavailable, open_database
from staffing.store.edits import Held, Key, working_copy
from staffing.store.jobs import Job, Jobs
from staffing.store.log import read_log
from staffing.store.plans import Saved, has_plan, load_plan, plans, reading_of
from staffing.store.publication import told_beside
from staffing.store.rights import LOCAL, User, user_of_claims
from staffing.store.undo import Kept
from staffing.store.undo import last_kept as last_kept_of
from staffing.words import LANGUAGES, say

SAMPLES = Path(__file__).parent.parent.parent / "data_samples"
SAMPLE, SAMPLE_WEEK = "medium", "2026-W49"
FIRST_CENTRES = 3
T = TypeVar("T")
CHOSEN, LEFT = (str, int, float, dt.date, list, tuple), ("week_views", "reason")
MARKS = re.compile(r"([\\`*_{}\[\]()#+\-.!|>~$:<&])")


def language() -> str:
    """The language of this visit: chosen on a page, asked in the address, that of the page around it, else the
    browser's."""
    asked = st.session_state.get("speak") or st.query_params.get("lang")
    asked = asked or st.context.cookies.get("affluence_lang") or (st.context.locale or "")[:2]
    return asked if asked in LANGUAGES else "en"


def speak(code: str) -> None:
    """Go on in that language from here: what is typed and chosen on the page stays."""
    st.session_state["speak_next"] = code


def spoken() -> None:
    """The page has been drawn, so that what was typed last has been read: now the language asked for."""
    code = st.session_state.pop("speak_next", None)
    if code is not None:
        st.session_state["speak"], st.session_state["spoken_now"] = code, True
        if "lang" in st.query_params:
            st.query_params["lang"] = code
        st.rerun()


def words(key: str, **values: object) -> str:
    """A sentence in the language of this visit."""
    return say(key, language(), **values)


def unmarked(text: str) -> str:
    """User text for a place that reads markdown, shown as it is.

    >>> unmarked("![x](http://a)")
    '\\\\!\\\\[x\\\\]\\\\(http\\\\://a\\\\)'
    """
    return MARKS.sub(r"\\\1", " ".join(text.split()))


@st.cache_resource(show_spinner=False)
def _opened(place: str) -> Database:
    return open_database(place)


def database() -> Database:
    """The store, opened once."""
    return _opened(store_place())


def say_anew() -> None:
    """Before a page is drawn in another language: what is chosen in lists is handed to them once more, or they would go
    on showing it in the words of before. A tab is chosen by its words: its page begins with the first. What is typed
    in a form is not known here before it is sent."""
    if st.session_state.pop("spoken_now", False):
        for key, value in st.session_state.items():
            if isinstance(value, CHOSEN) and not isinstance(value, bool) and key not in LEFT:
                st.session_state[key] = value


def shared() -> bool:
    """Whether people sign in here: an ``[auth]`` table in Streamlit's secrets names their provider (extra ``auth``)."""
    return bool(st.secrets.load_if_toml_exists() and "auth" in st.secrets)


def user() -> User:
    """Who is at the desk: the account behind a verified login, or the single user of a desk that nobody shares.

    NotAllowed for a login without an account.
    """
    return user_of_claims(database(), st.user.to_dict()) if shared() else LOCAL


def jobs() -> Jobs:
    """The runs of the engine in the store."""
    return Jobs(database(), user())


def sample_folder(name: str = SAMPLE) -> Path:
    """A copy of a sample centre that may be edited, made when it is first asked for."""
    folder = home_folder() / "centres" / f"sample-{name}"
    if not folder.exists():
        folder.parent.mkdir(parents=True, exist_ok=True)
        try:
            copy_folder(SAMPLES / name, folder)
        except OSError:  # somebody else may have made it meanwhile
            if not folder.exists():
                raise
    return folder


def folders() -> tuple[Path, ...]:
    """Every centre's folder kept here, newest first."""
    found = [p for p in (home_folder() / "centres").glob("[!.]*") if (p / "centre.toml").exists()]
    return tuple(sorted(found, key=lambda p: -p.stat().st_mtime))


def folder() -> Path:
    """The folder of the centre on the desk."""
    told = st.session_state.get("folder") or st.query_params.get("centre")
    if told:
        asked = home_folder() / "centres" / Path(str(told)).name
        if (asked / "centre.toml").exists():
            return asked
    return sample_folder()


def gone() -> str:
    """The centre that was asked for and is not here, so that the sample stands in for it; empty when none is."""
    told = str(st.session_state.get("folder") or st.query_params.get("centre") or "")
    return told if told and folder().name != Path(told).name else ""


def take_folder(place: Path) -> None:
    """Put another centre on the desk."""
    st.session_state["folder"] = place.name
    st.query_params["centre"] = place.name
    for name in ("plan", "run"):
        st.session_state.pop(name, None)
        st.query_params.pop(name, None)


def recalled(key: str, usual: T, read: Callable[[str], T]) -> str:
    """The widget's ``key``, its answer where it stands or as this visit, else the address, last had it under that name;
    else, and where ``read`` refuses it (ValueError), the ``usual`` one."""
    if key not in st.session_state:
        told = st.session_state.get("asked", {}).get(key) or st.query_params.get(key)
        st.session_state[key] = usual
        if told is not None:
            with contextlib.suppress(ValueError):
                st.session_state[key] = read(told)
    return key


def recall(key: str, answer: str, usual: str) -> None:
    """Keep what was answered through a look at another page and a reload; the usual answer needs no place there."""
    st.session_state.setdefault("asked", {})[key] = answer
    if answer == usual:
        st.query_params.pop(key, None)
    elif st.query_params.get(key) != answer:
        st.query_params[key] = answer


def one_of(options: Iterable[T], text: Callable[[T], str] = str) -> Callable[[str], T]:
    """Reads the option of that text; ValueError where it is none of them."""

    def read(told: str) -> T:
        for option in options:
            if text(option) == told:
                return option
        raise ValueError(told)

    return read


def remember() -> None:
    """Carry centre, plan and run from page to page and through a reload: the address loses them when another page is
    chosen."""
    for name, asked in (("folder", "centre"), ("plan", "plan"), ("run", "run")):
        told = st.session_state.get(name) or st.query_params.get(asked)
        if told:
            st.session_state[name] = told
            if st.query_params.get(asked) != str(told):
                st.query_params[asked] = str(told)


@st.cache_resource(max_entries=4, show_spinner=False)
def _read(place: str, stamp: tuple[tuple[str, int, int], ...]) -> Centre:
    _spare(store_place()).ready(f"- {place}")  # it reads the folder at the same time
    return read_centre(Path(place))


def centre() -> Centre:
    """The centre on the desk, read through the gate; BadInput with every problem when its files are broken."""
    place = folder()
    stamp = tuple(sorted((p.name, p.stat().st_mtime_ns, p.stat().st_size) for p in place.iterdir() if p.is_file()))
    return _read(str(place), stamp)


@st.cache_resource(max_entries=12, show_spinner=False)
def _plans(place: str, centre: str, login: str, mark: int, _by: User) -> tuple[Saved, ...]:
    return tuple(p for p in plans(_opened(place), centre=centre, by=_by) if p.state != "archived")


def saved_plans() -> tuple[Saved, ...]:
    """The centre's plans that are not archived, newest first."""
    by = user()
    return _plans(store_place(), centre().name, by.login, mark(), by)


def plan_id() -> int | None:
    """The plan on the desk: the one chosen, else the newest."""
    known = [p.id for p in saved_plans()]
    told = st.session_state.get("plan") or st.query_params.get("plan", "")
    if str(told).isdigit() and int(told) in known:
        return int(told)
    return known[0] if known else None


def published() -> bool:
    """Whether the plan on the desk stands published as it is."""
    return any(p.id == plan_id() and p.state == "published" for p in saved_plans())


def take_plan(id: int) -> None:
    """Put another plan on the desk."""
    st.session_state["plan"] = id
    st.query_params["plan"] = str(id)
    st.session_state.pop("run", None)
    st.query_params.pop("run", None)


@st.cache_resource(max_entries=12, show_spinner=False)
def _loaded(place: str, id: int, reading: tuple[int, int], away: tuple[Absence, ...], told: int) -> Plan:
    return beside_published(_opened(place), load_plan(_opened(place), id, away=away))


@st.cache_resource(max_entries=12, show_spinner=False)
def _last_kept(place: str, id: int, mark: int, _by: User) -> tuple[Kept | None]:
    return (last_kept_of(_opened(place), id, by=_by),)


def last_kept() -> Kept | None:
    """The change of the plan on the desk that can be taken back."""
    id = plan_id()
    return None if id is None else _last_kept(store_place(), id, mark(), user())[0]


def mark() -> int:
    """Number of the newest entry in the change log: the list of plans holds until it moves."""
    with database().reading() as connection:
        newest = read_log(connection, last=1)
    return newest[0].id if newest else 0


def plan(id: int | None = None) -> Plan | None:
    """The plan on the desk with the absences noted and the weeks beside it published since it was made, read again only
    when they or it changed: publishing it or saving another keeps what was read."""
    wanted = id if id is not None else plan_id()
    if wanted is None:
        return None
    week = next((Week.parse(p.week) for p in saved_plans() if p.id == wanted), None)
    told = 0 if week is None else told_beside(database(), centre().name, week)
    return _loaded(store_place(), wanted, reading_of(database(), wanted), centre().team.absences, told)


def stand() -> tuple[str, int, int]:
    """What identifies the roster on the desk: what is typed into its table holds until this changes."""
    job, id = running(), plan_id() or 0
    return ("plan", id, reading_of(database(), id)[0]) if job is None else ("run", job.id, job.improvements)


def draft_before(week: Week, known: Centre) -> Saved | None:
    """The plan of the week before that waits to be published and counts for nothing in ``week`` as yet."""
    return draft_kept_before(database(), known, week, by=user())


def begun_week(plan: Plan) -> str:
    """Whether the plan's week is ``past`` or ``running`` by the centre's clock; empty when it is still to come."""
    return begun(plan.week, today(plan))


def today(plan: Plan) -> dt.date:
    """The day by the centre's clock."""
    return database().clock().astimezone(ZoneInfo(plan.centre.grid.tz)).date()


def told_begun(plan: Plan, published: int) -> str:
    """What a week that has begun means for its plan, of which version ``published`` (0: none) is out; empty before."""
    when = begun_week(plan)
    if when == "running" and published:
        return words("publishing.week_changed", number=published)
    return words(f"publishing.week_{when}") if when else ""


@dataclass(frozen=True)
class Shelf:
    """What was made from one plan; it holds the plan, so that no other takes its identity."""

    plan: Plan
    made: dict[tuple[str, ...], object]


@st.cache_resource(max_entries=12, show_spinner=False, hash_funcs={Plan: id})
def _shelf(plan: Plan) -> Shelf:
    return Shelf(plan, {})


def kept(plan: Plan, key: tuple[str, ...], make: Callable[[], T]) -> T:
    """What is made from a plan, once for every visit; ``key`` names it and all else it depends on."""
    made = _shelf(plan).made
    if key not in made:
        made[key] = make()
    return cast(T, made[key])


def known(plan: Plan, key: tuple[str, ...]) -> object | None:
    """What was made from a plan under that key, nothing when it was not yet."""
    return _shelf(plan).made.get(key)


def go_on(page: str) -> None:
    """A link to another page, by the name it has on top."""
    pages = st.session_state.get("pages", {})
    if page in pages:
        st.page_link(pages[page], label=words("frame.go_on", page=words(f"frame.page_{page}")))


def reading(plan: Plan) -> Reading:
    """The plan's roster with its coverage, read once for many questions."""
    return kept(plan, ("reading",), lambda: Reading(plan.roster, plan.requirement, plan.centre))


@st.cache_resource(max_entries=2, show_spinner=False)
def _best(place: str, id: int, improvements: int, _plan: Plan) -> Plan:
    best = Jobs(_opened(place)).best(id)
    if best is None or best.frame.equals(_plan.roster.frame):
        return _plan
    return replace(_plan, roster=best, verification=verify(best, _plan.requirement, _plan.centre))


def best_of(job: Job, plan: Plan) -> Plan:
    """The plan of a run's first roster with its best roster so far."""
    return _best(store_place(), job.id, job.improvements, plan)


@st.cache_resource(max_entries=4, show_spinner=False)
def _held(place: str, id: int, reading: tuple[int, int]) -> dict[Key, Held]:
    return working_copy(_opened(place), id)


def held(id: int) -> dict[Key, Held]:
    """Every shift of a saved plan with its revision."""
    return _held(store_place(), id, reading_of(database(), id))


def running() -> Job | None:
    """The newest run of this centre that is not over and that this desk follows."""
    return next((job for job in runs() if not job.over and _followed(job)), None)


def beside() -> Job | None:
    """The newest run that goes on without taking this desk's plan away."""
    return next((job for job in runs() if not job.over and not _followed(job)), None)


def follow(id: int) -> None:
    """Show that run until it is over, and its plan from then on."""
    st.session_state["run"] = id
    st.query_params["run"] = str(id)


def _followed(job: Job) -> bool:
    """Whether a run is what this desk is about: it was started or asked for here, it plans the week on the desk, or
    there is none. Whoever has typed something that is not kept yet goes on with it, whatever others start."""
    here = plan_id()
    if here is None or job.plan == here or str(st.session_state.get("run")) == str(job.id):
        return True
    same = any(p.id == here and p.week == job.question.get("week") for p in saved_plans())
    return same and st.session_state.get("unkept") != here


def runs(kind: str = "") -> tuple[Job, ...]:
    """This centre's runs of one kind, newest first: rosters, or a kind of question about a peak."""
    here = str(folder())
    return tuple(
        job for job in jobs().latest() if job.question.get("folder") == here and job.question.get("kind", "") == kind
    )


def start(week: Week, *, seconds: float, seed: int = 1, scenario: str = "") -> int:
    """Start a run in a process of its own and return its id."""
    id = ask({"week": str(week), "seconds": seconds, "seed": seed, "scenario": scenario})
    follow(id)
    return id


def ask(question: Mapping[str, object]) -> int:
    """Have a question about the centre on the desk answered in a process of its own; the run's id."""
    here = folder()
    id = jobs().submit({"folder": str(here), **question})
    if not _spare(store_place()).run(id, here):
        worker(store_place(), str(id))
    return id


@st.cache_resource(show_spinner=False)
def _spare(place: str) -> Spare:
    return Spare(place)


def wake() -> None:
    """Somebody is here: have what it takes to answer loaded."""
    _spare(store_place()).ready()


def open_up() -> None:
    """The server starts: load what it takes to answer, and make ready the newest centres without a plan."""
    wake()
    with contextlib.suppress(StoreUnavailable):  # a page says so
        here = database()
        for place in [place for place in folders() or (sample_folder(),) if not has_plan(here, place)][:FIRST_CENTRES]:
            _spare(store_place()).later(f"- {place}")


def make_ready(week: Week | None = None) -> None:
    """Somebody is about to ask for a roster of that week, of the first week to plan when none is told."""
    _spare(store_place()).ready(f"{week or '-'} {folder()}")
