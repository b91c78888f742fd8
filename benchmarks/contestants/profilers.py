"""Looks at one frame of many kinds of columns, and writes how long it took and how much memory, as a line of JSON.

    python profilers.py {profile|copied|describe|summarize|ydata} ROWS COLUMNS REPEAT
    python profilers.py ydata-faults < PICKLES

Needs what the contestant needs alone, so that one of another environment runs it too.
"""

from __future__ import annotations

import json
import pickle
import sys
import time
import warnings
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

CITIES = np.array(["Berlin", "Lyon", "Madrid", "Oslo", "Porto", "Rome", "Turin", "Vienna"])
KINDS = "nnnnniiidt"
"""What ten columns are: five of numbers, three of whole numbers, one of dates, one of texts."""


def frame(rows: int, columns: int) -> pd.DataFrame:
    """The frame that all look at; one column of numbers in five has missing values."""
    draw = np.random.default_rng(0)
    made: dict[str, Any] = {}
    for place in range(columns):
        kind = KINDS[place % len(KINDS)]
        if kind == "n":
            values = draw.standard_normal(rows)
            if place % 5 == 0:
                values[draw.integers(0, rows, rows // 50)] = np.nan
        elif kind == "i":
            values = draw.integers(0, 10 ** (1 + place % 6), rows)
        elif kind == "d":
            values = np.datetime64("2024-01-01", "s") + draw.integers(0, 63_072_000, rows).astype("m8[s]")
        else:
            values = pd.Categorical.from_codes(draw.integers(0, len(CITIES), rows), CITIES).astype("str")
        made[f"{kind}{place}"] = values
    return pd.DataFrame(made, copy=False)


def profile(data: pd.DataFrame) -> object:
    """The page of this project, as it is computed in the sandbox."""
    from analyst_magic.facts.program import records

    return records("data", data)


def copied(data: pd.DataFrame) -> object:
    """The frame copied in memory once."""
    return data.copy()


def describe(data: pd.DataFrame) -> object:
    """Count, mean, deviation and quartiles of each column by pandas."""
    return data.describe(include="all")


def summarize(data: pd.DataFrame) -> object:
    """DuckDB's summary, in which distinct values and quantiles are estimates."""
    import duckdb

    return duckdb.sql("SUMMARIZE data").fetchall()


def ydata(data: pd.DataFrame) -> object:
    """The report of ydata-profiling as HTML, without its pictures of each pair of columns, which take it hours."""
    return _report(data).to_html()


def _report(data: pd.DataFrame) -> Any:
    warnings.simplefilter("ignore")
    from ydata_profiling import ProfileReport

    return ProfileReport(data, progress_bar=False, interactions={"continuous": False})


def ydata_faults() -> list[list[str]]:
    """The alerts of ydata-profiling on each pickled frame of standard input, as ``TYPE column``."""
    frames = pickle.load(sys.stdin.buffer)
    return [
        sorted(
            {f"{alert.alert_type.name} {alert.column_name or ''}" for alert in _report(data).get_description().alerts}
        )
        for data in map(pd.DataFrame, frames)
    ]


CONTESTANTS: dict[str, Callable[[pd.DataFrame], object]] = {
    "profile": profile, "copied": copied, "describe": describe, "summarize": summarize, "ydata": ydata,
}  # fmt: skip


def memory(line: str) -> int:
    """A line of the process's status in bytes, as VmHWM, the most that it took."""
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.partition(f"{line}:")[2].split()[0]) * 1024


def measure(name: str, rows: int, columns: int, repeat: int) -> dict[str, Any]:
    """The seconds of each round by the clock and of the processor, and the bytes at most beyond the frame."""
    data = frame(rows, columns)
    CONTESTANTS[name](data.head(1_000))  # what is imported is no part of it
    Path("/proc/self/clear_refs").write_text("5", encoding="ascii")  # the most so far was that of making the frame
    before, seconds, processor = memory("VmRSS"), [], []
    for _ in range(repeat):
        since, used = time.perf_counter(), time.process_time()
        CONTESTANTS[name](data)
        seconds.append(time.perf_counter() - since)
        processor.append(time.process_time() - used)
    return {"seconds": seconds, "processor": processor, "bytes": memory("VmHWM") - before, "frame": before}


if __name__ == "__main__":
    out = sys.stdout
    sys.stdout = sys.stderr  # a contestant may print
    found = ydata_faults() if sys.argv[1] == "ydata-faults" else measure(sys.argv[1], *map(int, sys.argv[2:5]))
    print(json.dumps(found), file=out)
