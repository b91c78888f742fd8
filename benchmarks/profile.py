"""What a look at data costs, beside other profilers: seconds and memory, and which planted faults each one finds.

    python benchmarks/profile.py [--rows 10000000] [--columns 50] [--repeat 3] [--sandbox docker|local]
    make bench-profilers          # the same, with ydata-profiling in an environment of its own

Each contestant is a process of its own that makes the same frame (``contestants/profilers.py``), and looks at it
``--repeat`` times: the median counts, by the clock and in seconds of the processor. Memory is what it took at most
beyond the frame. ``profile`` is what is computed; ``command`` all of ``analyst profile sales -o page.html`` with a
sandbox that is up: the rows counted here, the sample sent there, and the page written. ``one copy`` is the frame copied
in memory once, as sending all of it would at least. ydata-profiling gets ``--their-rows`` rows, and so
does the profile once more, as more would take it hours. Then come the planted faults of ``tests/profile_frames.py``:
which each one names, and which it alone does.
"""

from __future__ import annotations

import argparse
import json
import os
import pickle
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

HERE = Path(__file__).resolve().parent
THEIRS = HERE / ".profilers" / "bin" / "python"
CONTESTANTS = HERE / "contestants" / "profilers.py"
sys.path[:0] = [str(HERE / "contestants"), str(HERE.parent / "tests")]


def measured(name: str, rows: int, columns: int, repeat: int, python: str = sys.executable) -> dict[str, Any]:
    """What a contestant's process measured."""
    command = [python, str(CONTESTANTS), name, str(rows), str(columns), str(repeat)]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    found: dict[str, Any] = json.loads(done.stdout.splitlines()[-1])
    return found


def command(rows: int, columns: int, repeat: int, sandbox: str) -> dict[str, Any]:
    """The whole command: rows counted here, the profile made in a sandbox that is up, the page written here.

    Seconds of the processor are those of this process; the sandbox sees the sample alone.
    """
    import profilers

    from analyst_magic import Analyst

    data, seconds, processor = profilers.frame(rows, columns), [], []
    with tempfile.TemporaryDirectory() as folder, Analyst(model="offline", sandbox=sandbox, history=False) as analyst:
        analyst.profile("sales", {"sales": data.head(1_000)})
        for _ in range(repeat):
            since, used = time.perf_counter(), time.process_time()
            analyst.profile("sales", {"sales": data}).save(Path(folder, "sales.html"))
            seconds.append(time.perf_counter() - since)
            processor.append(time.process_time() - used)
    return {"seconds": seconds, "processor": processor, "bytes": None}


def show(name: str, rows: int, found: dict[str, Any]) -> float:
    """Print one line, and return the median seconds."""
    median = statistics.median(found["seconds"])
    memory = f"{found['bytes'] / 1e6:8,.0f} MB" if found["bytes"] is not None else " " * 11
    processor = statistics.median(found["processor"])
    print(f"{name:34}{rows:12,} rows {median:9.2f} s ({processor:8.2f} s of the processor) {memory}", flush=True)
    return median


def faults() -> None:
    """Print how many planted faults the profile and ydata-profiling name, and what the latter alone finds."""
    from profile_frames import CLEAN, FAULTS, clean, customers

    from analyst_magic.facts.program import records

    def findings(data: object) -> set[tuple[str, str]]:
        found = records("data", data, others={"customers": customers()})
        return {(record["kind"], record["column"]) for record in found if record["part"] == "finding"}

    ours = {fault for fault in FAULTS if (fault.kind, fault.column) in findings(fault.plant(clean()))}
    alarms = sum(len(findings(make())) for make in CLEAN.values())
    print(f"\nPlanted faults: the profile names {len(ours)} of {len(FAULTS)}, with {alarms} false alarms.")
    if not THEIRS.exists():
        return
    frames = [{name: list(map(_plain, column)) for name, column in data.items()}
              for data in (clean(), *(fault.plant(clean()) for fault in FAULTS))]  # fmt: skip
    done = subprocess.run([str(THEIRS), str(CONTESTANTS), "ydata-faults"], input=pickle.dumps(frames),
                          capture_output=True, check=True)  # fmt: skip
    before, *after = map(set, json.loads(done.stdout.splitlines()[-1]))
    theirs = {fault for fault, alerts in zip(FAULTS, after, strict=True) if _names(alerts - before, fault.column)}
    alone = [f"{fault.kind} ({fault.column or 'rows'})" for fault in FAULTS if fault in theirs - ours]
    print(f"ydata-profiling has a new alert about {len(theirs)} of them; it alone: {', '.join(alone) or 'none'}.")


def _names(alerts: set[str], column: str) -> bool:
    return any(alert.partition(" ")[2] == column for alert in alerts)


def _plain(value: object) -> object:
    """A value as another pandas reads it too: a missing moment of ours it does not."""
    if hasattr(value, "to_pydatetime"):
        return value.to_pydatetime() if value == value else None
    return value


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rows", type=int, default=10_000_000)
    parser.add_argument("--their-rows", type=int, default=20_000)
    parser.add_argument("--columns", type=int, default=50)
    parser.add_argument("--repeat", type=int, default=3)
    parser.add_argument("--sandbox", choices=("docker", "local"), help="also measure the whole command there")
    parser.add_argument("--ours", action="store_true", help="measure no other profilers, and plant no faults")
    chosen = parser.parse_args()
    rows, columns, repeat = chosen.rows, chosen.columns, chosen.repeat
    print(f"{columns} columns, {os.cpu_count()} processors, load {os.getloadavg()[0]:.1f}")
    show("profile", rows, measured("profile", rows, columns, repeat))
    if chosen.sandbox:
        show(f"command, {chosen.sandbox}", rows, command(rows, columns, repeat, chosen.sandbox))
    if chosen.ours:
        return
    others = (
        ("copied", "one copy"),
        ("describe", "pandas, describe of all columns"),
        ("summarize", "DuckDB, SUMMARIZE"),
    )
    for name, label in others:
        show(label, rows, measured(name, rows, columns, 1))
    if THEIRS.exists():
        few = chosen.their_rows
        ours = show("profile", few, measured("profile", few, columns, repeat))
        other = show("ydata-profiling", few, measured("ydata", few, columns, 1, str(THEIRS)))
        print(f"The profile is {other / ours:.0f} times as fast.")
    faults()


if __name__ == "__main__":
    main()
