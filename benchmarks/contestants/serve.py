"""Drives one contestant: each line that comes in is a round, and its measures go out as a line of JSON."""

from __future__ import annotations

import json
import os
import sys
import time
from typing import Protocol

ONE = "print(1 + 1)"
IMPORT = "import pandas; print(2)"
PANDAS = "import pandas; print(pandas.DataFrame({'a': [1, 1]}).a.sum())"
ENDLESS = "while True: pass"
LIMIT = 1.0  # seconds that an endless loop gets


class Contestant(Protocol):
    """One way to run code. Each method returns when its work is done."""

    def open(self) -> None:
        """Make a session, from nothing."""

    def run(self, code: str) -> str:
        """Run code in the session; what it printed."""
        ...

    def replace(self) -> None:
        """Have the next run meet a fresh session. The old one may be thrown away later, by ``tidy``."""

    def overrun(self) -> None:
        """Run ``ENDLESS`` with ``LIMIT``; afterwards a run must answer, in the same session or in a fresh one."""

    def tidy(self) -> None:
        """Untimed: throw away what was replaced, and get ready what is kept ready."""

    def close(self) -> None:
        """Untimed: throw everything away."""


def measure(contestant: Contestant) -> dict[str, list[float]]:
    """One round: milliseconds by measure."""

    def timed(*work: object, less: float = 0.0) -> float:
        started = time.perf_counter()
        for step in work:
            if isinstance(step, str):
                said = contestant.run(step)
                assert said.strip().endswith("2"), f"{step} printed {said!r}"
            else:
                step()  # type: ignore[operator]
        return (time.perf_counter() - started - less) * 1e3

    try:
        found = {"cold": [timed(contestant.open, ONE)], "call": [timed(ONE) for _ in range(6)][1:]}
        found["import"] = [timed(IMPORT)]
        contestant.tidy()
        found["fresh"] = [timed(contestant.replace, PANDAS)]
        contestant.tidy()
        found["overrun"] = [timed(contestant.overrun, ONE, less=LIMIT)]
    finally:
        contestant.close()
    return found


def serve(contestant: Contestant) -> None:
    """Answer each line of standard input with a line: the measures of one round, or the error that ended it."""
    answers = os.fdopen(os.dup(1), "w")
    os.dup2(2, 1)  # whatever a library prints stays out of the answers
    for _ in sys.stdin:
        try:
            answer: dict[str, object] = {"measures": measure(contestant)}
        except Exception as error:  # noqa: BLE001 - said in the table
            answer = {"error": f"{type(error).__name__}: {error}"[:300]}
        answers.write(json.dumps(answer) + "\n")
        answers.flush()
