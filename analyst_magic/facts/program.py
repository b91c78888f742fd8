"""What runs in the sandbox: the records of a profile, or of expectations, and how they get to the host."""

from __future__ import annotations

import json
import math
import os
from concurrent.futures import ThreadPoolExecutor
from typing import Any

from . import drift, expectations, findings, joins, pairs, rows, source
from .columns import describe

Record = dict[str, Any]


def records(
    name: str,
    frame: object,
    others: dict[str, object] | None = None,
    baseline: tuple[str, object] | tuple[str, object, str] | None = None,
    facts: object = None,
) -> list[Record]:
    """The records of a profile.

    Args:
        name: What the data is called.
        frame: A frame of pandas, polars, Arrow or DuckDB.
        others: Other frames in scope, whose keys it is matched with.
        baseline: An earlier state of the data, with its name, to compare with; of a sample, with its facts.
        facts: Of a sample, what was counted over all rows: by a database one row, by ``counts.count_rows`` its text.

    Returns:
        One ``frame``, then ``column``, ``pair``, ``join``, ``drift`` and ``finding`` records; each has its ``part``.
    """
    data = source.read(name, frame, facts)
    with ThreadPoolExecutor(os.cpu_count() or 1) as pool:  # most of the work is NumPy's and Arrow's
        columns = list(pool.map(lambda position: describe(data, position), range(len(data.names))))
    found = [finding for column in columns for finding in findings.of_column(column)]
    duplicates = rows.duplicates(data)
    related = pairs.find(data, columns)
    matched = joins.find(data, columns, others or {})
    found += findings.of_rows(data, duplicates, rows.total_row(data)) + related.findings + matched.findings
    moved = drift.compare(data, source.read(*baseline), baseline[0]) if baseline else []
    head: Record = {
        "part": "frame", "name": name, "rows": data.rows, "columns": len(columns), "duplicates": duplicates,
        "sampled": data.sample.num_rows if data.is_sampled else None, "bytes": data.bytes,
        "keys": related.keys, "baseline": baseline[0] if baseline else None, "notes": data.notes + related.notes,
    }  # fmt: skip
    ordered = sorted(found, key=lambda finding: (finding["severity"], -finding.get("share", 0.0)))
    sent = [
        head,
        *({"part": "column", **column.record} for column in columns),
        *({"part": "pair", **pair} for pair in related.pairs),
        *({"part": "join", **join} for join in matched.joins),
        *({"part": "drift", **change} for change in moved),
        *({"part": "finding", **finding} for finding in ordered),
    ]
    return [_finite(record) for record in sent]


def _finite(value: Any) -> Any:
    """A value with None for what has no number: a mean of values near the end of floats, say."""
    if isinstance(value, float):
        return value if math.isfinite(value) else None
    if isinstance(value, dict):
        return {key: _finite(part) for key, part in value.items()}
    return [_finite(part) for part in value] if isinstance(value, list) else value


def show(
    name: str,
    frame: object,
    others: dict[str, object] | None = None,
    baseline: tuple[str, object] | tuple[str, object, str] | None = None,
    facts: object = None,
) -> None:
    """Send the records of a profile to the host; the arguments are those of ``records``."""
    _send(records(name, frame, others, baseline, facts))


def check(frame: object, schema: str) -> None:
    """Send what a file of expectations finds in a frame: one record for each expectation.

    Args:
        frame: A frame of pandas, polars, Arrow or DuckDB.
        schema: The expectations as JSON, as the host has read them.
    """
    _send(expectations.check(source.read("data", frame, whole=True), json.loads(schema)))


def _send(found: list[Record]) -> None:
    import pyarrow as pa
    from IPython.display import display

    texts = [json.dumps(record, ensure_ascii=False, allow_nan=False) for record in found]
    display(pa.table({"record": pa.array(texts, pa.string())}))
