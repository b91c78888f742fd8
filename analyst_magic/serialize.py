"""A turn as JSON, for programs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from .results import KINDS
from .turn import Turn


def as_json(turn: Turn, written: Sequence[Path] = ()) -> dict[str, Any]:
    """A turn as values that JSON has.

    Returns:
        ``ok``, ``error`` (``kind``, ``message``, ``next_step``), ``question``, ``code``, ``language``, ``model``,
        ``text``; for each kind of result a list: ``tables`` (``columns``, ``rows``: at most 1,000, ``total``),
        ``figures`` (plotly JSON), ``images`` (``mime``, ``data`` in base64), ``texts`` and ``documents`` (paths);
        ``written`` (paths), ``seconds`` by stage, ``tokens``, ``cost``, ``sandbox``, ``notes``.
    """
    error = turn.error
    return {
        "ok": turn.ok,
        "error": error and {"kind": error.kind, "message": error.message, "next_step": error.next_step},
        "question": turn.question.text,
        "code": turn.code,
        "language": turn.language,
        "model": turn.model,
        "text": turn.text,
        **{f"{kind}s": [r.to_json() for r in turn.results if r.kind == kind] for kind in KINDS},
        "written": [str(path) for path in written],
        "seconds": {stage: round(seconds, 4) for stage, seconds in turn.seconds.items()},
        "tokens": turn.tokens and {"prompt": turn.tokens.prompt, "completion": turn.tokens.completion},
        "cost": turn.cost,
        "sandbox": turn.sandbox,
        "notes": list(turn.notes),
    }
