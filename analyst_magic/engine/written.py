"""Outputs and frames as plain JSON, for a process that goes on with them later or elsewhere."""

from __future__ import annotations

import base64
from collections.abc import Mapping
from typing import Any

import pyarrow as pa

from ..results.table import Table
from ..sources.frames import Frame, decode_label, encode_label, to_frame
from ..turn import Output

WRITTEN = frozenset({"table", "text", "answer", "figure"})
"""Kinds of outputs that can be written."""


def write_output(output: Output) -> dict[str, Any]:
    """An output of a kind in ``WRITTEN`` as JSON; of a table the plain columns."""
    data = write_table(output.data) if output.kind == "table" else output.data
    labels = [label for label in output.labels if isinstance(label, str)]
    labels = labels if len(labels) == len(output.labels) else []
    return {"kind": output.kind, "data": data, "stream": output.stream, "note": output.note, "labels": labels,
            "rows": output.rows, "behind": list(output.behind)}  # fmt: skip


def read_output(entry: Mapping[str, Any]) -> Output:
    """The output again.

    Raises:
        KeyError, ValueError, pyarrow.ArrowException: It is not one.
    """
    data = read_table(entry["data"]) if entry["kind"] == "table" else entry["data"]
    return Output(
        entry["kind"], data, stream=entry["stream"], note=entry["note"], labels=tuple(entry["labels"]),
        rows=entry["rows"], behind=tuple(entry["behind"]),
    )  # fmt: skip


def frame_of(name: str, output: Output) -> Frame:
    """The frame that a table of the sandbox was, so that a sandbox can be given it again.

    Raises:
        FirewallError: The sandbox described a frame that cannot be made of these values.
    """
    table = Table(output.data, output.labels, total_rows=output.rows, origin=output.origin)
    kind = output.origin.kind if output.origin is not None else "arrow"
    series = output.origin is not None and output.origin.description.get("series") is not None
    if kind == "pandas":
        return to_frame(name, table.to_series() if series else table.to_pandas())
    if kind == "polars":
        frame = table.to_polars()
        return to_frame(name, frame.to_series() if series else frame)
    return to_frame(name, table.to_arrow())


def write_frame(frame: Frame) -> dict[str, Any]:
    """A frame as JSON: what the guest needs of it, with the columns as an Arrow stream."""
    table = frame.table
    for position, part in enumerate(frame.parts):
        table = table.append_column(f"part {position}", part)
    return {
        "kind": frame.kind,
        "labels": [encode_label(label) for label in frame.labels],
        "index": frame.index,
        "description": frame.description,
        "data": write_table(table),
    }


def read_frame(name: str, entry: Mapping[str, Any]) -> Frame:
    """The frame again.

    Raises:
        KeyError, ValueError, pyarrow.ArrowException: It is not one.
    """
    labels = tuple(decode_label(label) for label in entry["labels"])
    table = read_table(entry["data"])
    plain, parts = table.select(range(len(labels))), tuple(table.columns[len(labels) :])
    return Frame(name, entry["kind"], plain, labels, entry["index"], description=entry["description"], parts=parts)


def write_table(table: pa.Table) -> str:
    """An Arrow table as a stream in Base64."""
    sink = pa.BufferOutputStream()
    with pa.ipc.new_stream(sink, table.schema) as writer:
        writer.write_table(table)
    return base64.b64encode(sink.getvalue()).decode("ascii")


def read_table(text: str) -> pa.Table:
    """The table again.

    >>> read_table(write_table(pa.table({"a": [1, 2]}))).to_pydict()
    {'a': [1, 2]}

    Raises:
        ValueError, pyarrow.ArrowException: It is none.
    """
    return pa.ipc.open_stream(base64.b64decode(text)).read_all()
