"""What one machine holds: memory of a sandbox, starts, and tasks an hour, for the local sandbox and for Docker.

    python benchmarks/scaling.py [local] [docker]

docs/concepts/scaling.md rests on these figures. Memory is the proportional set size: what processes share, such as
libraries, counts once over all of them. Seconds of a processor change less than those of the clock on a busy machine;
what the engine itself spends on a container is not among them.
"""

from __future__ import annotations

import asyncio
import os
import statistics
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

import pandas as pd

from analyst_magic import Analyst
from analyst_magic.engine.configure import make_sandbox
from analyst_magic.engine.session import Place
from analyst_magic.history.store import History, HistoryEntry
from analyst_magic.sandbox.docker import connect
from analyst_magic.sandbox.limits import Limits
from analyst_magic.sandbox.session import Sandbox

STARTS, TASKS, AT_ONCE, WRITES = 5, 40, 2, 300
SALES = pd.DataFrame({"region": ["north", "south", "north"] * 10_000, "revenue": [1.0, 2.0, 3.0] * 10_000})
TASK = "PYTHON: sales.groupby('region').revenue.sum()"
TICKS = os.sysconf("SC_CLK_TCK")


def tree(process: int) -> list[int]:
    """A process with all that it has started."""
    found = [process]
    for task in Path(f"/proc/{process}/task").glob("*/children"):
        found += [one for child in task.read_text().split() for one in tree(int(child))]
    return found


def of_sandbox(sandbox: Sandbox) -> list[int]:
    """The processes of a sandbox, as this machine numbers them."""
    if sandbox.provider.name == "docker":
        return tree(int(connect().inspect_container(sandbox.id)["State"]["Pid"]))
    return tree(int(sandbox.id))


def megabytes(processes: list[int]) -> float:
    """What processes hold, with their part of what they share with others."""
    texts = [Path(f"/proc/{process}/smaps_rollup").read_text() for process in processes]
    lines = [line.split() for text in texts for line in text.splitlines() if line.startswith("Pss:")]
    return sum(int(words[1]) for words in lines) / 1000


def processor_seconds(processes: list[int]) -> float:
    """What processes have used, and what ended ones that they had started did."""
    stats = [Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split() for process in processes]
    return sum(int(number) for words in stats for number in words[11:15]) / TICKS


def line(name: str, value: str) -> None:
    """Print a figure, with the load of the machine."""
    print(f"  {name:58}{value:>24}   (load {os.getloadavg()[0]:.1f})", flush=True)


async def starts(kind: str) -> None:
    """What a sandbox takes to start and holds then, while others are up."""
    limits = Limits()
    sandboxes = [make_sandbox(Place(kind, limits)) for _ in range(STARTS)]
    try:
        seconds = []
        for sandbox in sandboxes:
            begun = time.perf_counter()
            await sandbox.start()
            seconds.append(time.perf_counter() - begun)
        trees = [of_sandbox(sandbox) for sandbox in sandboxes]
        line("start with the imports of pandas and plotly", f"{statistics.median(seconds):.2f} s [{min(seconds):.2f}]")
        line("  of a processor inside", f"{statistics.median(map(processor_seconds, trees)):.2f} s")
        line(f"memory of one of {STARTS}, warm and idle", f"{statistics.median(map(megabytes, trees)):.0f} MB")
    finally:
        for sandbox in sandboxes:
            await sandbox.close()


def tasks(kind: str) -> None:
    """Tasks an hour in sandboxes that stay, and in one for each task: no model is asked, so no time goes there."""
    options = {"model": "offline", "sandbox": kind, "spares": 0, "history": False}
    begun = time.perf_counter()
    with Analyst(**options) as analyst:
        turns = analyst.map([f"{TASK} * {number}" for number in range(TASKS)], {"sales": SALES}, concurrency=AT_ONCE)
    assert all(turn.ok for turn in turns)
    line(f"tasks in {AT_ONCE} sandboxes that stay", f"{3600 * TASKS / (time.perf_counter() - begun):,.0f} an hour")
    begun = time.perf_counter()
    for _ in range(TASKS // 10):
        with Analyst(**options) as analyst:
            assert all(turn.ok for turn in analyst.map([TASK] * AT_ONCE, {"sales": SALES}, concurrency=AT_ONCE))
    done = TASKS // 10 * AT_ONCE
    line(
        f"tasks in sandboxes of their own, {AT_ONCE} at a time",
        f"{3600 * done / (time.perf_counter() - begun):,.0f} an hour",
    )


def write_history(path: Path) -> None:
    """Write turns into a history, as a kernel does."""
    history = History(path)
    entry = HistoryEntry("2026-01-01T00:00:00", "/home", "main", "Total revenue by region", "offline", "stats", True,
                         "SELECT 1", "sql", rest={"seconds": {"total": 1.0}})  # fmt: skip
    for _ in range(WRITES):
        history.add(entry)
    history.close()


def history() -> None:
    """Turns a second that one file of history takes, from one process and from several."""
    for writers in (1, 4):
        with tempfile.TemporaryDirectory() as folder, ProcessPoolExecutor(writers) as executor:
            path = Path(folder) / "history.sqlite3"
            write_history(path)
            begun = time.perf_counter()
            list(executor.map(write_history, [path] * writers))
            rate = writers * WRITES / (time.perf_counter() - begun)
        line(f"turns into one history, from {writers} processes at a time", f"{rate:,.0f} a second")


def host() -> None:
    """What a kernel holds with an ``Analyst`` that has answered."""
    line("memory of the process that asks", f"{megabytes([os.getpid()]):.0f} MB")


def main(kinds: list[str]) -> None:
    """Measure each kind of sandbox."""
    print(f"{os.cpu_count()} cores, limits as they are by default")
    for kind in kinds:
        print(kind)
        asyncio.run(starts(kind))
        tasks(kind)
    print("beside them")
    host()
    history()


if __name__ == "__main__":
    main(sys.argv[1:] or ["local", "docker"])
