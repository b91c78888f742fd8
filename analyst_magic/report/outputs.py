"""Outputs of a notebook file as HTML of a report."""

from __future__ import annotations

import base64
import binascii
import re
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from markupsafe import Markup

from ..results.figure import MIME as FIGURE
from ..results.html import human_size, one_line
from ..wording import count
from .figures import figure_html, left_out
from .markdown import markdown_html
from .plain import plain_text, text_of
from .sanitise import clean

_WIDGET = "application/vnd.jupyter.widget-view+json"
_SVG_CAP = 5_000_000
_PICTURE_CAP = 30_000_000
_HTML_CAP = 3_000_000
_LINES_CAP = 2_000
_LINE_CAP = 20_000
_OUTPUTS_CAP = 200

# What IPython says of objects whose only content is something that a report does not run.
_PLACEHOLDER = re.compile(r"<IPython\.core\.display\.\w+ object>|<plotly\.\S+ .*>")


def outputs_of(cell: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The outputs of a cell that have the shape of one."""
    found = cell.get("outputs")
    return [output for output in found if isinstance(output, Mapping)] if isinstance(found, list | tuple) else []


def outputs_html(outputs: Sequence[Mapping[str, Any]], folder: Path | None) -> list[Markup]:
    """The outputs of one cell that have something to show; pieces of one stream are put together again.

    Args:
        outputs: As the notebook file has them, of any origin and number.
        folder: The notebook's directory, for files that the outputs link to.
    """
    joined: list[Mapping[str, Any]] = []
    for output in outputs:
        last = joined[-1] if joined else {}
        if output.get("output_type") == "stream" == last.get("output_type") and output.get("name") == last.get("name"):
            joined[-1] = {**last, "text": [text_of(last.get("text", "")), text_of(output.get("text", ""))]}
        else:
            joined.append(output)
    shown = [html for output in joined[:_OUTPUTS_CAP] if (html := output_html(output, folder))]
    if len(joined) > _OUTPUTS_CAP:
        shown.append(left_out(f"Left out: {count(len(joined) - _OUTPUTS_CAP, 'more output')} of this cell."))
    return shown


def output_html(output: Mapping[str, Any], folder: Path | None) -> Markup:
    """One output as HTML; empty where it has nothing to show.

    Args:
        output: The output as the notebook file has it, of any origin.
        folder: The notebook's directory, for files that the output links to.
    """
    kind = output.get("output_type")
    if kind == "stream":
        return _stream(output)
    if kind == "error":
        return _error(output)
    data = output.get("data")
    if kind in {"display_data", "execute_result"} and isinstance(data, Mapping):
        return _bundle(data, folder)
    return Markup()


def _stream(output: Mapping[str, Any]) -> Markup:
    text = _shortened(plain_text(output.get("text", "")))
    if not text.strip():
        return Markup()
    name = "stderr" if output.get("name") == "stderr" else "stdout"
    return Markup('<pre class="output {}">{}</pre>').format(name, text)


def _error(output: Mapping[str, Any]) -> Markup:
    name, value = plain_text(output.get("ename", "Error")), plain_text(output.get("evalue", ""))
    trace = _shortened("\n".join(plain_text(line) for line in output.get("traceback") or []))
    fold = Markup("<details><summary>Traceback</summary><pre>{}</pre></details>").format(trace) if trace else ""
    return Markup('<div class="error" role="alert"><p><strong>{}</strong> {}</p>{}</div>').format(name, value, fold)


def _bundle(data: Mapping[str, Any], folder: Path | None) -> Markup:
    """The richest form that a report can show. A widget has none: without its kernel it is an empty box."""
    if _WIDGET in data:
        return Markup()
    if isinstance(data.get(FIGURE), Mapping):
        return figure_html(data[FIGURE], _picture("image/png", data.get("image/png"), ""))
    scripted = False
    if "text/html" in data:
        source = text_of(data["text/html"])
        if len(source) > _HTML_CAP:
            size = human_size(len(source))
            return left_out(f"An output of {size} of HTML was left out; its text stands here.") + _simple(
                {"text/plain": data.get("text/plain", "")}, folder
            )
        shown = clean(source, folder)
        if shown.striptags().strip() or "<img" in shown:
            return Markup('<div class="output html">{}</div>').format(shown)
        scripted = "<script" in source.lower() or "<iframe" in source.lower()
    script = scripted or "application/javascript" in data
    return _simple(data, folder) or (
        left_out("An output that is a script was left out: a report runs none.") if script else Markup()
    )


def _simple(data: Mapping[str, Any], folder: Path | None) -> Markup:
    if "text/markdown" in data:
        return Markup('<div class="output prose">{}</div>').format(
            markdown_html(text_of(data["text/markdown"]), folder)
        )
    words = _shortened(plain_text(data.get("text/plain", "")))
    for mime in ("image/svg+xml", "image/png", "image/jpeg", "image/gif"):
        if picture := _picture(mime, data.get(mime), words):
            return Markup('<div class="output">{}</div>').format(picture)
    if not words.strip() or _PLACEHOLDER.fullmatch(words.strip()):
        return Markup()
    return Markup('<pre class="output">{}</pre>').format(words)


def _shortened(text: str) -> str:
    """The head and the tail of a text that nobody would read in full."""
    lines = [line if len(line) <= _LINE_CAP else f"{line[:_LINE_CAP]} …" for line in text.split("\n")]
    if len(lines) > _LINES_CAP:
        half = _LINES_CAP // 2
        lines = [*lines[:half], f"… {count(len(lines) - 2 * half, 'line')} left out …", *lines[-half:]]
    return "\n".join(lines)


def _picture(mime: str, value: Any, words: str) -> Markup:
    """A picture from the page itself. As the source of an ``img`` even an SVG runs no script and loads nothing."""
    if value is None:
        return Markup()
    text = text_of(value)
    if len(text) > _PICTURE_CAP or (mime == "image/svg+xml" and len(text) > _SVG_CAP):
        return left_out(f"A picture of {human_size(len(text))} was left out.")
    if mime == "image/svg+xml":
        data = text.encode()
    else:
        try:
            data = base64.b64decode(text, validate=False)
        except (binascii.Error, ValueError):
            return Markup()
    source = f"data:{mime};base64,{base64.b64encode(data).decode('ascii')}"
    said = one_line(words, 300) if words and not words.startswith("<") else "Picture made by the code above"
    return Markup('<img src="{}" alt="{}">').format(source, said)
