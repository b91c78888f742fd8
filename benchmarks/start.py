"""What ``%load_ext analyst_magic`` costs: a kernel with pandas, without the extension and with it, side by side.

    python benchmarks/start.py [--rounds 7] [--imports]

Each start is a fresh process, and the two kinds take turns, so that whatever else the machine does hits both. The
figure to look at is the difference, and what part of the bare start it is; where the machine is busy, that of the
processor's seconds. ``--imports`` lists the slowest modules of
one start with the extension.
"""

from __future__ import annotations

import argparse
import os
import resource
import statistics
import subprocess
import sys
import time

BARE = """
import pandas, ipykernel.ipkernel
from IPython.core.interactiveshell import InteractiveShell
shell = InteractiveShell.instance()
"""
KINDS = {"bare": BARE, "extension": f"{BARE}shell.run_line_magic('load_ext', 'analyst_magic')\n"}
FIRST = f"{KINDS['extension']}shell.run_line_magic('analyst', 'help')\n"
"""The first use as well, which loads everything."""


def start(code: str, *options: str) -> tuple[float, float, str]:
    """Seconds of one process by the clock and of the processor, and what it wrote to standard error.

    No sandbox is started in it.
    """
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    environment = {**os.environ, "ANALYST_SPARES": "0"}
    begun = time.perf_counter()
    done = subprocess.run(
        [sys.executable, *options, "-c", code], capture_output=True, text=True, env=environment, check=True
    )
    seconds, after = time.perf_counter() - begun, resource.getrusage(resource.RUSAGE_CHILDREN)
    return seconds, after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime, done.stderr


def slowest(log: str, number: int = 25) -> list[str]:
    """The modules that took longest by themselves, of what ``-X importtime`` wrote."""
    rows = [line.removeprefix("import time:").split("|") for line in log.splitlines() if line.count("|") == 2]
    timed = [(int(own), name.strip()) for own, _, name in rows if own.strip().isdigit()]
    return [f"{own / 1000:8.1f} ms  {name}" for own, name in sorted(timed, reverse=True)[:number]]


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--imports", action="store_true")
    chosen = parser.parse_args()
    if chosen.imports:
        print("\n".join(slowest(start(KINDS["extension"], "-X", "importtime")[2])))
        return
    kinds = {**KINDS, "first use": FIRST}
    seconds: dict[str, list[float]] = {kind: [] for kind in kinds}
    processor: dict[str, list[float]] = {kind: [] for kind in kinds}
    for _ in range(chosen.rounds):
        for kind, code in kinds.items():
            taken, computed, _ = start(code)
            seconds[kind].append(taken)
            processor[kind].append(computed)
    bare = statistics.median(seconds["bare"])
    for kind, taken in seconds.items():
        middle = statistics.median(taken)
        more = statistics.median(one - other for one, other in zip(taken, seconds["bare"], strict=True))
        work = statistics.median(processor[kind]) - statistics.median(processor["bare"])
        print(
            f"{kind:10} {middle:6.2f} s  {middle / bare:5.2f} times bare  {more:+6.2f} s beyond bare  "
            f"{work:+6.2f} s of the processor"
        )


if __name__ == "__main__":
    main()
