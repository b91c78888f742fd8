"""How long a frame takes to be described, and how many tokens a model is told, beside what PandasAI would send.

    python benchmarks/context.py [--peer PYTHON]     # an interpreter that has pandasai 3; ours where it is left out

Times are medians; tokens of both are counted with the same estimate. Nothing is sent anywhere.
"""

from __future__ import annotations

import argparse
import statistics
import subprocess
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pandas as pd

from analyst_magic.context.build import build
from analyst_magic.engine.session import Session
from analyst_magic.models.prompt import messages, readable
from analyst_magic.sandbox.limits import Limits
from analyst_magic.sandbox.local.provider import LocalProvider
from analyst_magic.sandbox.session import Sandbox
from analyst_magic.sources.frames import to_frame
from analyst_magic.sources.profile import profile
from analyst_magic.turn import Question
from analyst_magic.turn.tokens import estimate_tokens

PEER = Path(__file__).parent / "contestants" / "pandas_ai.py"
QUESTION = "What is the mean of amount_7 by group_3?"


def frame(rows: int, columns: int) -> pd.DataFrame:
    """Numbers, counts, names and times, as tables have them."""
    random = np.random.default_rng(0)
    names = np.array([f"category {letter}" for letter in "abcdefgh"])
    found: dict[str, object] = {}
    for i in range(columns):
        kind = i % 10
        if kind < 6:
            found[f"amount_{i}"] = random.random(rows)
        elif kind < 8:
            found[f"count_{i}"] = random.integers(0, 1000, rows)
        elif kind == 8:
            found[f"group_{i}"] = names[random.integers(0, len(names), rows)]
        else:
            found[f"time_{i}"] = pd.Timestamp("2020-01-01") + pd.to_timedelta(random.integers(0, 10**6, rows), "min")
    return pd.DataFrame(found)


def median(work: Callable[[], object], rounds: int) -> float:
    times = []
    for _ in range(rounds):
        started = time.perf_counter()
        work()
        times.append(time.perf_counter() - started)
    return statistics.median(times) * 1e3


def times() -> None:
    for rows, columns in ((10_000, 20), (10_000, 50), (10_000_000, 50)):
        value = frame(rows, columns)
        session = Session(Sandbox(LocalProvider(Limits()), Limits()))
        started = time.perf_counter()
        card = session.card("frame", value)
        first = (time.perf_counter() - started) * 1e3
        again = median(lambda session=session, value=value: session.card("frame", value), 5)
        said = "exact" if card.exact else "sampled"
        print(f"{rows:>12,} rows, {columns:3} columns, {said:8} first sight {first:8.0f} ms   again {again:7.1f} ms")


def widths() -> None:
    """CPU time of describing frames of ever more columns, and how it grows: 1.0 is linear."""
    print()
    for rows in (1, 1_000):
        before = 0.0
        for columns in (375, 750, 1_500, 3_000):
            value = to_frame("frame", frame(rows, columns))
            started = time.process_time()
            profile(value)
            spent = time.process_time() - started
            growth = f"{spent / before / 2:5.2f} times linear" if before else ""
            print(f"{rows:>12,} rows, {columns:5,} columns {spent * 1e3:8.0f} ms of CPU  {growth}")
            before = spent


def tokens(peer: str) -> None:
    print(f"\ntokens of the whole prompt{'':16} stats      rows  PandasAI")
    for columns in (10, 200, 2_000):
        value = frame(1_000, columns)
        card = profile(to_frame("frame", value))
        ours = []
        for level in ("stats", "rows"):
            context = build(Question(QUESTION), [card], privacy=level)  # type: ignore[arg-type]
            ours.append(estimate_tokens(readable(messages(context))))
        with tempfile.NamedTemporaryFile(suffix=".parquet") as file:
            value.to_parquet(file.name)
            done = subprocess.run([peer, PEER, file.name, QUESTION], capture_output=True, text=True) if peer else None
        theirs = f"{estimate_tokens(done.stdout):9,}" if done and done.returncode == 0 else "  MISSING"
        print(f"{columns:6,} columns{'':26} {ours[0]:9,} {ours[1]:9,} {theirs}", flush=True)


def main() -> None:
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--peer", default="", help="an interpreter that has pandasai 3")
    options = parser.parse_args()
    times()
    widths()
    tokens(options.peer)


if __name__ == "__main__":
    main()
