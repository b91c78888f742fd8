"""A turn as JSON, for programs."""

from __future__ import annotations

import base64
import datetime as dt
import math
from collections.abc import Mapping, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

from .turn import Turn

MAX_ROWS = 1_000


def as_json(turn: Turn, written: Sequence[Path] = ()) -> dict[str, Any]:
    """A turn as values that JSON has.

    Returns:
        ``ok``, ``error`` (``kind``, ``message``, ``next_step``), ``question``, ``code``, ``language``, ``model``,
        ``text``, ``tables`` (``columns``, ``rows``: at most 1,000, ``total``), ``figures`` (plotly JSON), ``texts``,
        ``documents`` (paths), ``written`` (paths), ``seconds`` by stage, ``tokens``, ``cost``, ``sandbox``, ``notes``.
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
        "tables": [_table(table) for table in turn.tables],
        "figures": [plain(figure.json) for figure in turn.figures],
        "texts": [result.text for result in turn.results if result.kind == "text"],
        "documents": [str(document.path) for document in turn.documents],
        "written": [str(path) for path in written],
        "seconds": {stage: round(seconds, 4) for stage, seconds in turn.seconds.items()},
        "tokens": turn.tokens and {"prompt": turn.tokens.prompt, "completion": turn.tokens.completion},
        "cost": turn.cost,
        "sandbox": turn.sandbox,
        "notes": list(turn.notes),
    }


def plain(value: Any) -> Any:
    """A value as JSON has it: dates as ISO text, decimals and unknown things as text, bytes as base64, NaN as null."""
    if value is None or isinstance(value, bool | int | str):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, Mapping):
        return {str(key): plain(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [plain(item) for item in value]
    if isinstance(value, dt.date | dt.time):
        return value.isoformat()
    if isinstance(value, bytes):
        return base64.b64encode(value).decode()
    return str(value) if isinstance(value, Decimal | dt.timedelta) else str(value)[:1000]


def _table(table: Any) -> dict[str, Any]:
    data = table.to_arrow()
    columns = [plain(column.to_pylist()) for column in data.slice(0, MAX_ROWS).columns]
    names = [plain(label) for label in (table.labels or data.column_names)]
    return {"columns": names, "rows": [list(row) for row in zip(*columns, strict=True)], "total": data.num_rows}
