"""Traces, metrics and logs of a turn that is over, each only where it is wanted.

None of them can cost an answer: what cannot be written or sent is said in a note.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from ..cleaning.text import clean
from ..history.store import history_path
from ..settings import AnalystSettings
from ..storage.files import append_private
from ..turn import Stage, Turn
from ..wording import count
from .metrics import Counters, counted, metrics_path
from .tracing import tracer

LOGGER = logging.getLogger("analyst_magic")
Exporter = Callable[[Turn, Sequence[Stage]], None]
"""Takes a turn and the starts of sandboxes since the last one; raises where it cannot write or send them."""


def exporters(settings: AnalystSettings) -> dict[str, Exporter]:
    """What the settings want of a turn, each under what a note calls it.

    Raises:
        UnknownOption: Traces are wanted, and cannot be sent.
    """
    wanted: dict[str, Exporter] = {"the log of this process": log}
    if settings.log_path:
        path = Path(settings.log_path).expanduser()
        wanted[f"the log {path}"] = _Journal(path)
    if settings.metrics:
        counters = Counters(metrics_path(history_path(settings.history_path)))
        wanted[f"the counts {counters.path}"] = lambda turn, starts: counters.add(counted(turn, starts))
    if settings.tracing:
        wanted["the traces"] = tracer(settings.tracing, content=settings.trace_content)
    return wanted


def records(turn: Turn) -> list[dict[str, object]]:
    """A turn as structured log records: one for each stage, one for the whole. No question, no code, no data."""
    request: dict[str, object] = {"request": turn.question.request} if turn.question.request else {}
    stages: list[dict[str, object]] = [
        {"event": "stage", "turn": turn.uid, "stage": s.name, "time": round(s.begun, 3), "seconds": round(s.seconds, 4),
         **request, **s.facts, **({"error": s.error} if s.error else {})}
        for s in turn.stages
    ]  # fmt: skip
    whole: dict[str, object] = {
        "event": "turn",
        "turn": turn.uid,
        **request,
        "history": turn.id,
        "model": turn.model,
        "ok": turn.ok,
        "pinned": turn.pinned,
        "privacy": turn.privacy,
        "attempts": len(turn.attempts),
        "results": [result.kind for result in turn.results],
        "seconds": round(turn.seconds.get("total", 0.0), 4),
    }
    if turn.stages:
        whole["time"] = round(turn.stages[0].begun, 3)
    if turn.tokens is not None:
        whole |= {"input_tokens": turn.tokens.prompt, "output_tokens": turn.tokens.completion}
    if turn.cost is not None:
        whole["cost"] = turn.cost
    if turn.error is not None:
        whole["error"] = type(turn.error).__name__
    return [*stages, whole]


def log(turn: Turn, starts: Sequence[Stage]) -> None:
    """Give the records to Python's logging, where an application may take them: in ``record.analyst``."""
    if LOGGER.isEnabledFor(logging.INFO):
        for record in records(turn):
            LOGGER.info("%s %s", record["event"], json.dumps(record), extra={"analyst": record})


class _Journal:
    """A file of records, one JSON object in a line. Many kernels may write to it."""

    def __init__(self, path: Path) -> None:
        self._path = path

    def __call__(self, turn: Turn, starts: Sequence[Stage]) -> None:
        text = "".join(f"{json.dumps(record)}\n" for record in records(turn))
        self._path.parent.mkdir(parents=True, exist_ok=True)
        append_private(self._path, text)


@dataclass(slots=True)
class Tally:
    """What an ``Analyst`` has done so far, for people.

    Attributes:
        turns, failed, pinned, repairs: Numbers of questions, failures, answers from the lock file, further attempts.
        tokens: Tokens that models reported.
        cost: Their price in US dollars.
        seconds: Time that all turns took.
        noted: Notes on what could not be written, each of which is given once.
    """

    turns: int = 0
    failed: int = 0
    pinned: int = 0
    repairs: int = 0
    tokens: int = 0
    cost: float = 0.0
    seconds: float = 0.0
    noted: set[str] = field(default_factory=set)

    def add(self, turn: Turn) -> None:
        """Add a turn."""
        self.turns += 1
        self.failed += not turn.ok
        self.pinned += turn.pinned
        self.repairs += sum(attempt.error is not None for attempt in turn.attempts[:-1])
        self.tokens += turn.tokens.prompt + turn.tokens.completion if turn.tokens is not None else 0
        self.cost += turn.cost or 0.0
        self.seconds += turn.seconds.get("total", 0.0)

    def __str__(self) -> str:
        parts = [count(self.turns, "question"), f"{self.failed} failed", f"{self.pinned} answered from the lock"]
        parts += [count(self.repairs, "repair")]
        parts += [count(self.tokens, "token")] if self.tokens else []
        parts += [f"${self.cost:.4f}"] if self.cost else []
        return f"{', '.join(parts)}, {self.seconds:.1f} s in all"


def observed(settings: AnalystSettings, tally: Tally) -> Callable[[Turn, Sequence[Stage]], list[str]]:
    """Observer that updates the totals and the exporters configured in the settings; it gives notes for the user.

    Args:
        settings: The settings of a turn.
        tally: The totals.

    Raises:
        UnknownOption: Traces are wanted, and cannot be sent.
    """
    wanted = exporters(settings)

    def observe(turn: Turn, starts: Sequence[Stage]) -> list[str]:
        tally.add(turn)
        notes = [_failure(name, export, turn, starts) for name, export in wanted.items()]
        new = [note for note in notes if note and note not in tally.noted]
        tally.noted.update(new)
        return new

    return observe


def _failure(name: str, export: Exporter, turn: Turn, starts: Sequence[Stage]) -> str:
    """What a note says of an exporter that failed; empty where it did not."""
    try:
        export(turn, starts)
    except Exception as error:  # noqa: BLE001 - handlers of logs and tracers can be an application's own
        reason = getattr(error, "strerror", None) or str(error) or type(error).__name__
        return f"This turn and perhaps later ones are not in {name}: {clean(reason, 200)}. The answer is not affected."
    return ""
