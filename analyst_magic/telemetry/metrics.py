"""Counts of what happened, stored on this machine, so that the Jupyter server can show those of all its kernels.

Every kernel adds to one small SQLite file; ``/metrics`` of the Jupyter server reads it. Nothing is sent anywhere.
"""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import sqlite3
import threading
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from ..storage.sqlite import Schema, open_database, transaction
from ..turn import Stage, Turn

NAME = "metrics.sqlite3"
BUCKETS = (0.01, 0.05, 0.1, 0.25, 0.5, 1.0, 2.5, 5.0, 10.0, 30.0, 60.0, 120.0, 300.0)
"""Upper bounds of the histogram of seconds."""
HELP = {
    "analyst_turns": "Questions answered or failed.",
    "analyst_model_calls": "Requests to a model.",
    "analyst_model_tokens": "Tokens that models reported.",
    "analyst_repairs": "Further attempts after a failure.",
    "analyst_sandbox_starts": "Sandboxes started.",
    "analyst_firewall_drops": "Things from the sandbox that the firewall dropped or cut.",
}
SECONDS = "analyst_stage_seconds"
SCHEMA = Schema(
    (("CREATE TABLE IF NOT EXISTS counts (name TEXT, labels TEXT, value REAL, PRIMARY KEY (name, labels))",),),
    wait=1.0,
    synchronous="OFF",  # a count may be lost, and a turn must not wait for the disk
)
"""``IF NOT EXISTS``, as files of version 0.1 have the table and no number of a version."""
Labels = tuple[tuple[str, str], ...]
Count = tuple[str, Labels]


def metrics_path(history: Path) -> Path:
    """The file of this user's kernels: it lies beside their history."""
    return history.with_name(NAME)


def counted(turn: Turn, starts: Sequence[Stage]) -> dict[Count, float]:
    """What a turn adds to the counts.

    Args:
        turn: The turn.
        starts: The starts of sandboxes since the last one.
    """
    found: dict[Count, float] = {}

    def add(name: str, value: float = 1, **labels: str) -> None:
        key = (name, tuple(sorted(labels.items())))
        found[key] = found.get(key, 0.0) + value

    outcome = "ok" if turn.error is None else type(turn.error).__name__
    add("analyst_turns", model=turn.model, outcome=outcome, pinned=str(turn.pinned).lower())
    add("analyst_repairs", max(0, sum(a.error is not None for a in turn.attempts[:-1])), model=turn.model)
    for stage in (*turn.stages, *starts):
        add(f"{SECONDS}_sum", stage.seconds, stage=stage.name)
        add(f"{SECONDS}_count", stage=stage.name)
        bound = next((str(b) for b in BUCKETS if stage.seconds <= b), "+Inf")
        add(f"{SECONDS}_bucket", stage=stage.name, le=bound)
        outcome = stage.error or "ok"
        if stage.name == "model":
            add("analyst_model_calls", model=str(stage.facts.get("model", "")), outcome=outcome)
            for kind in ("input", "output"):
                if tokens := stage.facts.get(f"{kind}_tokens"):
                    add("analyst_model_tokens", float(tokens), model=str(stage.facts["model"]), kind=kind)
        elif stage.name == "start":
            add("analyst_sandbox_starts", sandbox=str(stage.facts.get("sandbox", "")), outcome=outcome)
        elif stage.name == "firewall":
            add("analyst_firewall_drops", float(stage.facts.get("dropped", 0)))
    return found


class Counters:
    """The file of counts. Many kernels may add at once.

    Args:
        path: The file; it is made at the first count.
    """

    def __init__(self, path: Path) -> None:
        self.path = path

    def add(self, counts: Mapping[Count, float]) -> None:
        """Add to the counts.

        Raises:
            sqlite3.Error, OSError: They cannot be stored, and are lost.
        """
        rows = [(name, json.dumps(labels), value) for (name, labels), value in counts.items()]
        sum_up = "INSERT INTO counts VALUES (?, ?, ?) ON CONFLICT DO UPDATE SET value = value + excluded.value"
        with _LOCK, _writer(self.path) as connection, transaction(connection):
            connection.executemany(sum_up, rows)

    def read(self) -> dict[Count, float]:
        """All counts; none where there is no file, or one that cannot be read."""
        if not self.path.exists():
            return {}
        with (
            contextlib.suppress(sqlite3.Error, OSError, ValueError),
            contextlib.closing(_open(self.path)) as connection,
        ):
            rows = connection.execute("SELECT name, labels, value FROM counts ORDER BY name, labels").fetchall()
            return {
                (name, tuple((str(k), str(v)) for k, v in json.loads(labels))): value for name, labels, value in rows
            }
        return {}


# One connection a process: opening and closing the file for each turn takes longer than the counts themselves.
_LOCK = threading.Lock()
_WRITERS: dict[tuple[int, Path], tuple[sqlite3.Connection, os.stat_result]] = {}
"""By process, as a connection must not be used after a fork, with the file that it has open."""


def _open(path: Path) -> sqlite3.Connection:
    return open_database(path, SCHEMA).connection


@contextlib.contextmanager
def _writer(path: Path) -> Iterator[sqlite3.Connection]:
    """The connection that this process writes a file of counts with; opened anew where the file is another one."""
    key = (os.getpid(), path)
    connection, file = _WRITERS.get(key, (None, None))
    if connection is None or file is None or not _is_at(path, file):
        _close(key)
        connection = _open(path)
        _WRITERS[key] = (connection, path.stat())
    try:
        yield connection
    except BaseException:
        _close(key)
        raise


def _is_at(path: Path, file: os.stat_result) -> bool:
    try:
        return os.path.samestat(path.stat(), file)
    except OSError:
        return False


def _close(key: tuple[int, Path]) -> None:
    if key in _WRITERS:
        with contextlib.suppress(sqlite3.Error):
            _WRITERS.pop(key)[0].close()


@atexit.register
def _close_all() -> None:
    for key in [key for key in _WRITERS if key[0] == os.getpid()]:
        _close(key)


class Collector:
    """Gives the counts to a registry of ``prometheus_client``.

    Args:
        counters: The file of counts.
    """

    def __init__(self, counters: Counters) -> None:
        self._counters = counters

    def describe(self) -> list[Any]:
        """Nothing: which labels there are is known only when the counts are read."""
        return []

    def collect(self) -> Iterator[Any]:
        """The metric families, as they stand now."""
        from prometheus_client.core import CounterMetricFamily, HistogramMetricFamily

        counts = self._counters.read()
        for name, text in HELP.items():
            found = {labels: value for (known, labels), value in counts.items() if known == name}
            names = [label for label, _ in next(iter(found), ())]
            family = CounterMetricFamily(name, text, labels=names)
            for labels, value in found.items():
                family.add_metric([value for _, value in labels], value)
            yield family
        yield self._seconds(counts, HistogramMetricFamily(SECONDS, "Seconds by stage of a turn.", labels=["stage"]))

    @staticmethod
    def _seconds(counts: Mapping[Count, float], family: Any) -> Any:
        sums = {dict(labels)["stage"]: value for (name, labels), value in counts.items() if name == f"{SECONDS}_sum"}
        for stage, total in sums.items():
            buckets, running = [], 0.0
            for bound in (*(str(b) for b in BUCKETS), "+Inf"):
                running += counts.get((f"{SECONDS}_bucket", (("le", bound), ("stage", stage))), 0.0)
                buckets.append((bound, running))
            family.add_metric([stage], buckets=buckets, sum_value=total)
        return family
