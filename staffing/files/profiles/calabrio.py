"""Calabrio (Teleopti): the queue data file, 21 columns by position, no header, local times, totals in seconds."""

from __future__ import annotations

from typing import ClassVar

import numpy as np
import pandas as pd

from forecasts.grid import Grid
from staffing.files.cells import Faults, durations_s, instants, numbers, text
from staffing.files.imported import Answers, Reading
from staffing.files.media import media
from staffing.files.notes import note
from staffing.files.reading import Table

NAMES = (
    "interval",
    "date_from",
    "time",
    "queue",
    "queue_name",
    "offd_direct_call_cnt",
    "overflow_in_call_cnt",
    "aband_call_cnt",
    "overflow_out_call_cnt",
    "answ_call_cnt",
    "queued_and_answ_call_dur",
    "queued_and_aband_call_dur",
    "talking_call_dur",
    "wrap_up_dur",
    "queued_answ_longest_que_dur",
    "queued_aband_longest_que_dur",
    "avg_avail_member_cnt",
    "ans_servicelevel_cnt",
    "wait_dur",
    "aband_short_call_cnt",
    "aband_within_sl_cnt",
)
LEAST = NAMES.index("wrap_up_dur") + 1


class Calabrio:
    """Offered = direct + overflow in; handle time = talking + wrap-up; waits of the answered and the abandoned."""

    key: ClassVar[str] = "calabrio"

    def confidence(self, table: Table) -> float:
        cells = table.cells.head(50)
        if not LEAST <= cells.shape[1] <= len(NAMES) + 2 or table.events:
            return 0.0
        sound = cells[0].astype("str").isin(["5", "10", "15", "30", "60"])
        sound &= cells[2].astype("str").str.fullmatch(r"\d{1,2}:\d{2}(:\d{2})?").fillna(False)
        sound &= cells[1].astype("str").str.contains(r"\d{4}", regex=True).fillna(False)
        return float(sound.mean()) * 0.95

    def read(self, table: Table, grid: Grid, answers: Answers, faults: Faults) -> Reading | None:
        body = table.cells.iloc[:, : len(NAMES)].set_axis(list(NAMES[: table.cells.shape[1]]), axis=1)
        body.index = body.index + 1
        minutes = numbers(body["interval"], faults, needed=True)
        if len(set(minutes[np.isfinite(minutes)])) > 1:
            faults.whole("several intervals", "one interval in the whole file", "Export each apart.", "interval")
        channel = text(body["queue_name"]).fillna(text(body["queue"])).fillna("?")
        stamp = (body["date_from"].astype("str").str.slice(0, 10) + " " + body["time"].astype("str")).rename(
            "date_from"
        )
        read = instants(stamp, grid, faults, within=channel)
        if faults.problems:
            return None
        count = {n: numbers(body[n], faults, needed=True, whole=True) for n in NAMES[5:10]}
        total_s = {n: durations_s(body[n], faults, needed=True) for n in NAMES[10:14]}
        frame = pd.DataFrame({"start": read.at, "channel": channel.to_numpy()}, index=body.index)
        frame["offered"] = count["offd_direct_call_cnt"] + count["overflow_in_call_cnt"]
        frame["handled"], frame["abandoned"] = count["answ_call_cnt"], count["aband_call_cnt"]
        frame["handle_s"] = total_s["talking_call_dur"] + total_s["wrap_up_dur"]
        frame["waited_s"] = total_s["queued_and_answ_call_dur"] + total_s["queued_and_aband_call_dur"]
        notes = [note("doubled_hour", rows=read.doubled)] if read.doubled else []
        kinds = media(frame["channel"], frame["channel"])
        asks = ("counted_at_end",)
        return Reading(frame, int(minutes[0]), tuple(notes), asks, kinds=kinds, start="date_from")


PROFILE = Calabrio()
