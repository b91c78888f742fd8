"""Collected messages -> outputs: the best admitted form of each display, rebuilt; all else is dropped and said."""

from __future__ import annotations

import contextlib
import re
from collections.abc import Mapping
from typing import Any

from ...errors import CodeFailed, FirewallError
from ...turn import Output, Preview
from ..limits import Limits
from ..messages import Message
from . import arrow, images, plotly
from .bundles import base64_bytes, changes, picture, words
from .collect import FILE, Collected, Printed
from .shared import SharedResults
from .text import clean

TABLE = "application/vnd.analyst.table+json"
MOST_PREVIEW = 2_000_000
PAGES, ROWS, COLUMNS, CHARACTERS = 5, 12, 10, 200
"""How much of a file a preview shows."""
PLOTLY = "application/vnd.plotly.v1+json"
_EXTENSIONS = {"xlsx", "docx", "pdf", "pptx", "csv", "parquet", "png", "jpg", "json", "txt", "md"}


def admit(
    collected: Collected, limits: Limits, results: int = -1
) -> tuple[tuple[Output, ...], list[str], CodeFailed | None]:
    """Check all that a run sent.

    Args:
        collected: The run's messages.
        limits: The caps.
        results: The host's descriptor of the file that the sandbox writes results to, or -1.

    Returns:
        The outputs in order of appearance, what was dropped or cut (one sentence each), and the code's own failure.
    """
    outputs: list[Output] = []
    notes: list[str] = []
    failure: CodeFailed | None = None
    shared = SharedResults(results, limits)
    for item in collected.items:
        if isinstance(item, Printed):
            outputs.append(Output("text", clean(item.text.text()), stream=item.stream))
        elif item.type == "error":
            failure = _failure(item.content)
        else:
            try:
                output = _display(item, limits, notes, shared)
            except FirewallError as error:
                notes.append(str(error))
                continue
            if output is not None:
                outputs.append(output)
    if collected.oversize:
        notes.append(f"{collected.oversize} output(s) over {limits.message // 1_000_000} MB were dropped.")
    if collected.dropped.pop("update_display_data", 0):
        notes.append("An update of what an earlier run shows was left out: an output changes in its own run alone.")
    for kind, count in sorted(collected.dropped.items()):
        notes.append(f"{count} message(s) of the kind {clean(kind, 40)} were dropped.")
    return tuple(outputs), list(dict.fromkeys(notes))[:20], failure


def _display(message: Message, limits: Limits, notes: list[str], shared: SharedResults) -> Output | None:
    data = message.content.get("data")
    if not isinstance(data, Mapping):
        raise FirewallError("An output without content was dropped.")
    if isinstance(data.get(TABLE), Mapping):
        notes.extend(changes(message.content.get("metadata"), data))
        return _table(data[TABLE], shared.buffers(data[TABLE], message.buffers), limits)
    if isinstance(data.get(FILE), Mapping):
        return _file(data[FILE], shared.buffers(data[FILE], message.buffers), limits)
    if PLOTLY in data:
        rebuilt, left_out = plotly.figure(data[PLOTLY])
        notes.extend(left_out)
        return Output("figure", rebuilt)
    shown = picture(data, limits) or words(data, limits)
    notes.extend(changes(message.content.get("metadata"), data))
    return shown


def _table(content: Mapping[str, Any], buffers: tuple[Any, ...], limits: Limits) -> Output:
    if len(buffers) != 1:
        raise FirewallError("A table came back without its data.", "Run the question again.")
    data, labels = arrow.table(buffers[0], content.get("labels"), limits.rows)
    rows = content.get("rows")
    note = ""
    if rows == -1:
        note = f"Only the first {data.num_rows:,} rows were fetched; there are more."
    elif isinstance(rows, int) and not isinstance(rows, bool) and rows > data.num_rows:
        note = f"Only the first {data.num_rows:,} of {rows:,} rows were fetched."
    return Output("table", data, labels=labels, note=note)


def _file(content: Mapping[str, Any], buffers: tuple[Any, ...], limits: Limits) -> Output:
    name = content.get("name")
    name = safe_name(name if isinstance(name, str) else "")
    if len(buffers) != 1 or len(buffers[0]) > limits.result:
        raise FirewallError(
            f"The file {name} is over the limit of {limits.result // 1_000_000} MB and was left in the sandbox.",
            "Write less into it.",
        )
    return Output("file", bytes(buffers[0]), name=name, preview=_preview(content.get("preview"), limits))


def _preview(given: Any, limits: Limits) -> Preview:
    """What can be shown of a preview; one that cannot be read is none."""
    if not isinstance(given, Mapping):
        return Preview()
    image = b""
    if isinstance(given.get("image"), str) and len(given["image"]) < MOST_PREVIEW:
        with contextlib.suppress(FirewallError):
            image = images.png(base64_bytes(given["image"]), limits.pixels)
    pages = given.get("pages")
    return Preview(image, tuple(_page(page) for page in pages[:PAGES]) if isinstance(pages, list) else ())


def _page(given: Any) -> tuple[str, tuple[tuple[str, ...], ...]]:
    title, rows = (given[0], given[1]) if isinstance(given, list) and len(given) == 2 else ("", [])
    shown = [row[:COLUMNS] for row in rows[:ROWS] if isinstance(row, list)] if isinstance(rows, list) else []
    return _words(title), tuple(tuple(_words(cell) for cell in row) for row in shown)


def _words(text: Any) -> str:
    return " ".join(clean(text, 4 * CHARACTERS).split())[:CHARACTERS] if isinstance(text, str) else ""


def safe_name(name: str) -> str:
    """A plain file name with an admitted extension, whatever the guest called it.

    Raises:
        FirewallError: The extension is not one that may leave the sandbox.
    """
    base = re.split(r"[/\\]", clean(name, 5_000))[-1]
    stem, _, extension = base.rpartition(".")
    if extension.lower() not in _EXTENSIONS:
        raise FirewallError(f"A file of the kind .{extension[:10]} was left in the sandbox.", "Save another format.")
    stem = re.sub(r"[^\w \-().]", "_", stem).strip(" .-")[:80] or "file"
    if re.fullmatch(r"(?i)con|prn|aux|nul|com\d|lpt\d", stem.partition(".")[0]):
        stem = f"_{stem}"
    return f"{stem}.{extension.lower()}"


def _failure(content: Mapping[str, Any]) -> CodeFailed:
    name, value = (clean(str(content.get(key) or ""), 4_000) for key in ("ename", "evalue"))
    lines = content.get("traceback")
    traceback = (
        "\n".join(clean(line, 20_000) for line in lines[:100] if isinstance(line, str))
        if isinstance(lines, list)
        else ""
    )
    said = value.strip().split("\n")[0][:300]
    told = f"The code failed: {name[:100]}" + (f": {said}" if said else "")
    return CodeFailed(
        told if told.endswith((".", "!", "?")) else f"{told}.",
        _advice(name, value),
        name=name[:100],
        value=value,
        traceback=traceback[:20_000],
    )


def _advice(name: str, value: str) -> str:
    if "No space left on device" in value or "File too large" in value:
        return "The sandbox's disk is full: write less, or raise the setting disk."
    if name == "ModuleNotFoundError":
        return "The sandbox has no such package and no network: use one of its own."
    if name in {"gaierror", "URLError", "ConnectionError", "ConnectTimeout"} or "Network is unreachable" in value:
        return "The sandbox has no network: load the data in the notebook first."
    if name in {"MemoryError", "OutOfMemoryException"}:
        return "The sandbox's memory is used up: use fewer rows, or raise the setting memory."
    if name == "BlockingIOError" or "can't start new thread" in value:
        return "The sandbox's limit of processes is used up: start fewer, or raise the setting pids."
    return "Correct the code, or ask again in other words."
