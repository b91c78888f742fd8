"""A turn as JSON, for programs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from .results import KINDS
from .results.text import is_warning
from .turn import Turn


def as_json(turn: Turn, written: Sequence[Path] = ()) -> dict[str, Any]:
    """A turn as values that JSON has.

    Returns:
        ``ok``, ``error`` (``kind``, ``message``, ``next_step``), ``question``, ``answer`` (in words, as Markdown; empty
        where the results stand alone), ``kind`` (``result``, ``refusal``, ``question`` or ``explanation``), ``code``,
        ``language``, ``model``, ``text`` (what was written beside the code); for each kind of result a list:
        ``tables`` (``columns``, ``rows``: at most 1,000, ``total``), ``figures`` (plotly JSON), ``images`` (``mime``,
        ``data`` in base64), ``texts``, ``documents`` (paths) and those of other packages; ``warnings`` (texts),
        ``written`` (paths), ``seconds`` by stage, ``tokens``, ``cost``, ``sandbox``, ``notes``.
    """
    error = turn.error
    results = [result for result in turn.results if not is_warning(result)]
    kinds = dict.fromkeys([*KINDS, *(result.kind for result in results)])
    return {
        "ok": turn.ok,
        "error": error and {"kind": error.kind, "message": error.message, "next_step": error.next_step},
        "question": turn.question.text,
        "answer": turn.answer,
        "kind": turn.kind,
        "code": turn.code,
        "language": turn.language,
        "model": turn.model,
        "text": turn.text,
        **{f"{kind}s": [r.to_json() for r in results if r.kind == kind] for kind in kinds},
        "warnings": [r.to_json() for r in turn.results if is_warning(r)],
        "written": [str(path) for path in written],
        "seconds": {stage: round(seconds, 4) for stage, seconds in turn.seconds.items()},
        "tokens": turn.tokens and {"prompt": turn.tokens.prompt, "completion": turn.tokens.completion},
        "cost": turn.cost,
        "sandbox": turn.sandbox,
        "notes": list(turn.notes),
    }
