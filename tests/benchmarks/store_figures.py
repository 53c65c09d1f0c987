"""The store's figures: kills survived, editors at once. From the root: ``python -m tests.benchmarks.store_figures``.

Kills: 100 processes that save, edit, publish, solve with the real engine and import, each killed with SIGKILL at a
random moment (seeds 0..99); then every promise it had been given is looked for. Editors: 20 threads, 1,000 edits of ten
contended shifts; every edit must be one revision and one line of the log.
"""

from __future__ import annotations

import shutil
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from staffing.store.consistency import inconsistencies
from staffing.store.database import open_database
from staffing.store.edits import DayEdit, edit_days, working_copy
from staffing.store.plans import save_plan
from staffing.store.publication import log_of
from staffing.store.refusals import Conflict
from tests.store.lives import Found, exports, file_digest, judged, killed
from tests.store.servers import Server, running_server
from tests.store.weeks import folder, moved, planned

KILLS, EDITORS, EDITS = 100, 20, 1_000


def kills(where: str, place: Path) -> None:
    """Print how many of the kills left something wrong."""
    home, found, whole, torn, promises = folder(place / "centre"), Found(), exports(place), 0, 0
    began = time.monotonic()
    for seed in range(KILLS):
        told = killed(where, home, seed, within_s=0.5)
        promises += len(told)
        judged(where, told, found)
        torn += file_digest(place / "history.csv") not in whole
    print(
        f"kills {KILLS}: promises {promises}, versions promised and kept {found.kept}, lost {len(found.lost)}, "
        f"inconsistent {len(found.inconsistent)}, torn files {torn}, {time.monotonic() - began:.0f} s"
    )
    for line in [*found.lost, *found.inconsistent][:10]:
        print("  ", line)


def editors(where: str, place: Path) -> None:
    """Print how many of the edits were lost."""
    database, home = open_database(where), folder(place / "centre")
    plan = save_plan(database, planned(home), home)
    start, met = sum(h.revision for h in working_copy(database, plan).values()), [0] * EDITORS

    def work(number: int) -> None:
        mine, left = open_database(where), EDITS // EDITORS
        while left:
            held = working_copy(mine, plan)
            key = sorted(k for k, h in held.items() if h.pieces)[(number + left) % 10]
            try:
                left -= edit_days(mine, plan, [DayEdit(*key, moved(held[key].pieces, 1), held[key].revision)])
            except Conflict:
                met[number] += 1
        mine.close()

    began = time.monotonic()
    threads = [threading.Thread(target=work, args=(number,)) for number in range(EDITORS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    made = sum(h.revision for h in working_copy(database, plan).values()) - start
    logged = sum(entry.act == "edit" for entry in log_of(database, f"plan {plan}", last=10_000))
    print(
        f"editors {EDITORS}, edits {EDITS}: revisions {made}, in the log {logged}, clashes met and told {sum(met)}, "
        f"lost {EDITS - made}, inconsistent {len(inconsistencies(database))}, {time.monotonic() - began:.0f} s"
    )
    database.close()


@contextmanager
def places() -> Iterator[tuple[Path, Server | None]]:
    place = Path(tempfile.mkdtemp(prefix="figures-"))
    try:
        with running_server() as server:
            yield place, server
    finally:
        shutil.rmtree(place, ignore_errors=True)


def main(what: list[str]) -> None:
    with places() as (place, server):
        for name, figure in (("kills", kills), ("editors", editors)):
            if what and name not in what:
                continue
            for kind in ("sqlite", "postgresql"):
                here = place / f"{name}-{kind}"
                here.mkdir()
                where = str(here / "s.sqlite") if kind == "sqlite" else server.fresh() if server else ""
                print(f"{kind}: ", end="", flush=True)
                figure(where, here) if where else print("not installed")


if __name__ == "__main__":
    main(sys.argv[1:])
