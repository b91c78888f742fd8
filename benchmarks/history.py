"""What the lock, the history, metrics and traces add to a turn, and how fast 100,000 turns are searched.

Run with ``python benchmarks/history.py``; no sandbox and no model are needed.
"""

from __future__ import annotations

import random
import statistics
import tempfile
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pandas as pd
import pyarrow as pa

from analyst_magic.engine.pins import find, remember
from analyst_magic.engine.record import history_entry
from analyst_magic.history.lock import LockFile
from analyst_magic.history.store import History, HistoryEntry
from analyst_magic.results.table import Table
from analyst_magic.telemetry.metrics import Counters, counted
from analyst_magic.telemetry.tracing import tracer
from analyst_magic.turn import Attempt, Code, Execution, Question, Stage, Turn

STAGES = tuple(Stage(name, 1_800_000_000.0, 0.2) for name in ("context", "model", "checks", "sandbox"))
WORDS = "total mean revenue region month orders delay carrier share growth customer product margin weekly top".split()


def measured(work: Callable[[], object], rounds: int = 30) -> str:
    """Median and best of some rounds, in milliseconds."""
    found = []
    for _ in range(rounds):
        began = time.perf_counter()
        work()
        found.append(1000 * (time.perf_counter() - began))
    return f"{statistics.median(found):8.2f} [{min(found):.2f}] ms"


def main() -> None:
    frames = {"sales": pd.DataFrame({"region": ["a", "b"] * 5_000, "revenue": [1.0, 2.0] * 5_000})}
    code = Code("sales.groupby('region').revenue.sum()")
    result = Table(pa.table({"region": ["a", "b"], "revenue": [1.0, 2.0]}))
    turn = Turn(Question("total revenue by region"), code.text, results=(result,), model="openai:x",
                attempts=(Attempt(code, execution=Execution()),))  # fmt: skip
    with tempfile.TemporaryDirectory() as folder:
        lock, history = LockFile(Path(folder) / "analyst.lock"), History(Path(folder) / "history.sqlite3")
        for i in range(50):
            remember(lock, replace(turn, question=Question(f"question {i}")), None, "", frames, "image")
        remember(lock, turn, None, "", frames, "image")
        print(f"find a pin among 51            {measured(lambda: find(lock, turn.question, '', frames, frozen=False))}")
        pin, _ = find(lock, turn.question, "", frames, frozen=False)
        print(f"compare with the pin           {measured(lambda: remember(lock, turn, pin, '', frames, 'image'))}")
        numbers = iter(range(1_000))
        again = lambda: replace(turn, question=Question(f"new {next(numbers)}"))  # noqa: E731
        print(f"pin a new answer               {measured(lambda: remember(lock, again(), None, '', frames, 'image'))}")
        entry = lambda: history_entry(turn, frames, "main", "image")  # noqa: E731
        print(f"keep a turn in the history     {measured(lambda: history.add(entry()))}")
        watched = replace(turn, stages=STAGES, seconds={"total": 1.0})
        counters = Counters(Path(folder) / "metrics.sqlite3")
        print(f"count it                       {measured(lambda: counters.add(counted(watched, ())))}")
        # Nobody listens at that address: what is measured is what the turn waits for, not the sending.
        send = tracer("http://127.0.0.1:9/v1/traces")
        print(f"hand its spans over            {measured(lambda: send(watched, ()))}")
        chance = random.Random(0)
        template = HistoryEntry("2026-01-01T00:00:00+00:00", "/x", "main", "", "openai:x", "stats", True, code.text,
                            "python", frames={"sales": "region text, revenue number"})  # fmt: skip
        for _ in range(100_000):
            history.add(replace(template, question=" ".join(chance.choices(WORDS, k=6))))
        print(f"search two words in 100,000    {measured(lambda: history.search('revenue margin'))}")
        print(f"search a rare word in 100,000  {measured(lambda: history.search('nowhere'))}")
        schemas = {"sales": "region text, revenue number"}
        for number in range(1, 2_000, 7):
            history.mark(number, True)
        print(f"examples from 100,000          {measured(lambda: history.examples('revenue by month', schemas))}")
        history.close()


if __name__ == "__main__":
    main()
