"""What a turn costs beside the model and the code's own run, and how much of what models get wrong is mended.

The model is a scripted server on loopback, so its time is that of the wire. Run with ``python benchmarks/turn.py``.
"""

from __future__ import annotations

import argparse
import statistics
import sys
import tempfile
import time
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from faulty import corpus

from analyst_magic import Analyst
from analyst_magic.engine.job import Event

sys.path.insert(0, str(Path(__file__).parents[1] / "tests"))
from fakes import ScriptedModel

CHART = """```python
import plotly.express as px
total = sales.groupby("region", as_index=False).revenue.sum()
px.bar(total, x="region", y="revenue", title="Revenue by region")
```"""
GOOD = "```python\nsales.revenue.sum()\n```"


def frame(rows: int) -> pd.DataFrame:
    """A frame of sales; the same one each time."""
    random = np.random.default_rng(0)
    return pd.DataFrame(
        {
            "region": pd.Categorical.from_codes(random.integers(0, 5, rows), ["n", "s", "e", "w", "c"]),
            "product": pd.Categorical.from_codes(random.integers(0, 9, rows), list("abcdefghi")),
            "revenue": random.normal(100, 20, rows),
            "quantity": random.integers(1, 9, rows),
            "order_date": pd.Timestamp("2024-01-01") + pd.to_timedelta(random.integers(0, 700, rows), unit="D"),
        }
    )


def times(rows: int, rounds: int) -> None:
    """Milliseconds by stage from the model's last token to the turn, with the sandbox warm."""
    sales = frame(rows)
    stages: dict[str, list[float]] = defaultdict(list)
    with ScriptedModel() as server, Analyst(model="openai:x", base_url=server.base_url, api_key="k") as analyst:
        for number in range(rounds + 1):
            server.say(CHART)
            last = 0.0

            def listen(event: Event) -> None:
                nonlocal last
                last = time.monotonic() if event.stage == "text" else last

            turn = analyst.ask("revenue by region as a bar chart", {"sales": sales}, fresh=True, listen=listen)
            over = time.monotonic()
            assert turn.figures, turn.error
            execution = turn.attempts[-1].execution
            assert execution is not None
            if number:  # the first one warms
                stages["context, before the model"].append(turn.seconds["context"])
                stages["checks"].append(turn.seconds["checks"])
                stages["frames on their way"].append(execution.sent_seconds)
                stages["the code's own run"].append(execution.seconds)
                stages["last token to picture"].append(over - last)
                stages["of that, beyond the run"].append(over - last - execution.seconds)
    print(f"\n{rows:,} rows")
    for stage, found in stages.items():
        print(f"{stage:28} {1000 * statistics.median(found):9.1f} [{1000 * min(found):.1f}] ms")


def mended() -> None:
    """How many faulty replies are answered with no further call, with one, and not."""
    found: dict[str, Counter[str]] = defaultdict(Counter)
    sales = frame(1_000)
    with tempfile.TemporaryDirectory() as folder, ScriptedModel() as server:
        options: dict[str, Any] = {"base_url": server.base_url, "api_key": "k", "output_directory": folder}
        with Analyst(model="openai:x", **options) as analyst:
            for kind, reply in corpus():
                calls = len(server.requests)
                server.say(reply)
                server.say(GOOD)
                turn = analyst.ask("total revenue", {"sales": sales}, fresh=True, max_repairs=1)
                used = len(server.requests) - calls
                found[kind]["without a call" if turn.ok and used == 1 else "with one" if turn.ok else "not"] += 1
                server.clear()
    total = sum(found.values(), Counter[str]())
    print(f"\n{total.total()} faulty replies, mended   without a call   with one   not")
    for kind, counts in [*sorted(found.items()), ("all", total)]:
        print(f"{kind:32} {counts['without a call']:15} {counts['with one']:10} {counts['not']:5}")
    print(
        f"{'share':32} "
        + "  ".join(f"{100 * total[w] / total.total():10.0f} %" for w in ("without a call", "with one", "not"))
    )


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, nargs="*", default=[10_000, 10_000_000])
    parser.add_argument("--rounds", type=int, default=7)
    options = parser.parse_args()
    for rows in options.rows:
        times(rows, options.rounds)
    mended()


if __name__ == "__main__":
    main()
