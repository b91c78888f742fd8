"""Outputs of a notebook file as HTML of a report."""

from __future__ import annotations

import base64
import binascii
import json
import re
import warnings
from collections.abc import Mapping, Sequence
from io import BytesIO
from pathlib import Path
from types import MappingProxyType
from typing import Any
from xml.etree import ElementTree

from markupsafe import Markup
from PIL import Image

from ..drawing.figures import figure_html, left_out
from ..results.figure import MIME as FIGURE
from ..results.html import human_size, one_line
from ..wording import count
from .drawings import drawing_html, drawing_of
from .markdown import diagram_html, markdown_html, with_formulas
from .media import around_media, media_html
from .plain import plain_text, text_of
from .references import References
from .sanitise import clean, with_marks
from .styles import with_styles
from .widgets import WIDGET, widget_html

_SVG_CAP = 5_000_000
_PICTURE_CAP = 30_000_000
_HTML_CAP = 3_000_000
_LINES_CAP = 2_000
_LINE_CAP = 20_000
_OUTPUTS_CAP = 200

_LOADERS = (
    "application/vnd.bokehjs_load.v0+json",
    "application/vnd.bokehjs_exec.v0+json",
    "application/vnd.holoviews_load.v0+json",
)

# What Python says of objects whose only content is something that a report does not run, or that is drawn beside it.
_PLACEHOLDER = re.compile(
    r"<IPython\.core\.display\.\w+ object>|<plotly\.\S+ .*>|Text\(.*\)|alt\.\w*Chart\(\.\.\.\)"
    r"|[\[(]*(?:array\(.*?\),?\s*)*<(?:matplotlib|seaborn|AxesSubplot|Axes|BarContainer|Figure|mpl_toolkits|pandas\.plotting)\b.*",
    re.DOTALL,
)


def outputs_of(cell: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The outputs of a cell that have the shape of one."""
    found = cell.get("outputs")
    return [output for output in found if isinstance(output, Mapping)] if isinstance(found, list | tuple) else []


def outputs_html(
    outputs: Sequence[Mapping[str, Any]], folder: Path | None, references: References | None = None
) -> list[Markup]:
    """The outputs of one cell that have something to show; pieces of one stream are put together again.

    Args:
        outputs: As the notebook file has them, of any origin and number.
        folder: The notebook's directory, for files that the outputs link to.
        references: Numbers the equations of all cells.
    """
    joined: list[Mapping[str, Any]] = []
    for output in outputs:
        last = joined[-1] if joined else {}
        if output.get("output_type") == "stream" == last.get("output_type") and output.get("name") == last.get("name"):
            joined[-1] = {**last, "text": [text_of(last.get("text", "")), text_of(output.get("text", ""))]}
        else:
            joined.append(output)
    shown = [html for output in joined[:_OUTPUTS_CAP] if (html := output_html(output, folder, references))]
    if len(joined) > _OUTPUTS_CAP:
        more = count(len(joined) - _OUTPUTS_CAP, "more output")
        shown.append(left_out(f"Left out: {more} of this cell.", "output"))
    return shown


def output_html(output: Mapping[str, Any], folder: Path | None, references: References | None = None) -> Markup:
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
        return _bundle(output, data, folder, references)
    return Markup()


_WARNING = re.compile(r"^(?:/|[A-Za-z]:\\)[^\n:]*[/\\]([^/\\\n:]+:\d+: \w*Warning: )", re.MULTILINE)
"""A warning of Python's, with the path of the file that it is about."""


def _stream(output: Mapping[str, Any]) -> Markup:
    text = _shortened(_WARNING.sub(r"\1", plain_text(output.get("text", ""))))
    if not text.strip():
        return Markup()
    name = "stderr" if output.get("name") == "stderr" else "stdout"
    return Markup('<pre class="output {}" tabindex="0">{}</pre>').format(name, text)


def _error(output: Mapping[str, Any]) -> Markup:
    name, value = plain_text(output.get("ename", "Error")), plain_text(output.get("evalue", ""))
    trace = _shortened("\n".join(plain_text(line) for line in output.get("traceback") or []))
    fold = Markup('<details><summary>Traceback</summary><pre tabindex="0">{}</pre></details>')
    shown = fold.format(trace) if trace else ""
    return Markup('<div class="error" role="alert"><p><strong>{}</strong> {}</p>{}</div>').format(name, value, shown)


def _bundle(
    output: Mapping[str, Any], data: Mapping[str, Any], folder: Path | None, references: References | None
) -> Markup:
    """The richest form that a report can show."""
    if isinstance(data.get(FIGURE), Mapping):
        return figure_html(data[FIGURE], _picture("image/png", data.get("image/png"), ""))
    if drawn := drawing_of(data):
        return drawing_html(drawn, _picture("image/png", data.get("image/png"), ""))
    if WIDGET in data:
        states = references.widgets if references else {}
        shown = widget_html(data[WIDGET], states, lambda found: outputs_html(found, folder))
        return shown or _fallback(data, folder, references)
    if media := media_html(data):
        around = around_media(data)
        return (_html({"text/html": around}, folder, references) if around else Markup()) + media
    if "text/html" in data and (shown := _html(data, folder, references)):
        return shown
    if any(mime in data for mime in _LOADERS):
        return Markup()  # it loads the script that draws what follows
    noted = output.get("metadata")
    noted = noted if isinstance(noted, Mapping) else {}
    if (simple := _simple(data, folder, references, noted)) or "application/javascript" not in data:
        return simple
    return left_out("An output that is a script was left out: a report runs none.", "script")


def _html(data: Mapping[str, Any], folder: Path | None, references: References | None) -> Markup:
    """The HTML of an output; its other forms where nothing of it may be shown."""
    source = text_of(data["text/html"])
    rest = {mime: value for mime, value in data.items() if mime != "text/html"}
    if len(source) > _HTML_CAP:
        said = f"An output of {human_size(len(source))} of HTML was left out; its text stands here."
        return left_out(said, "output") + _simple({"text/plain": data.get("text/plain", "")}, folder, references)
    if animation := _animation(source):
        return animation
    shown = clean(with_styles(source), folder)
    if shown.striptags().strip() or "<img" in shown:
        shown = clean(with_marks(with_styles(source)), folder)
        return Markup('<div class="output html" tabindex="0">{}</div>').format(with_formulas(shown, references))
    lower = source.lower()
    if "<script" not in lower and "<iframe" not in lower:
        return Markup()
    simple = _simple(rest, folder, references)
    if simple and not re.fullmatch(r"\s*<[^\n]* at 0x[0-9a-f]+>\s*", text_of(data.get("text/plain", ""))):
        return simple
    if "<iframe" in lower:
        return left_out("A page within the page was left out: a report loads nothing from elsewhere.", "page")
    return left_out("An output that is a script was left out: a report runs none.", "script")


_FRAME = re.compile(r"frames\[(\d+)\]\s*=\s*\"data:image/(png|jpeg);base64,([A-Za-z0-9+/=\\\s]+)\"")


def _animation(source: str) -> Markup:
    """An animation of matplotlib's, which a script plays, as its first frame; empty where the HTML is none."""
    frames = _FRAME.findall(source) if 'class="animation"' in source else []
    if not frames:
        return Markup()
    _, kind, data = frames[0]
    picture = _picture(f"image/{kind}", re.sub(r"[\\\s]", "", data), "First frame of an animation")
    said = f"The first of {count(len(frames), 'frame')} of an animation, which a script would play."
    return Markup('<div class="output">{}</div>').format(picture) + left_out(said, "animation")


def _fallback(data: Mapping[str, Any], folder: Path | None, references: References | None) -> Markup:
    """What stands for a widget whose state was not saved: its HTML or its text."""
    if "text/html" in data and (shown := _html(data, folder, references)):
        return shown
    words = plain_text(data.get("text/plain", "")).strip()
    name = re.match(r"[A-Za-z]\w*", words)
    what = f"A widget ({name[0]})" if name else "A widget"
    return left_out(f"{what} was left out: its state was not saved in the notebook.", "widget")


def _sized(picture: Markup, noted: Any) -> Markup:
    """A picture as wide as the notebook shows it: one for fine screens has twice as many points."""
    width = noted.get("width") if isinstance(noted, Mapping) else None
    if not isinstance(width, int) or isinstance(width, bool) or not 8 <= width <= 10_000:
        return picture
    return Markup(str(picture).replace("<img ", f'<img width="{width}" ', 1))  # noqa: S704 - a number, in our own tag


def _simple(
    data: Mapping[str, Any],
    folder: Path | None,
    references: References | None,
    metadata: Mapping[str, Any] = MappingProxyType({}),
) -> Markup:
    words = _shortened(plain_text(data.get("text/plain", "")))
    if "text/latex" in data:
        source = text_of(data["text/latex"]).strip()
        source = source if re.match(r"\$|\\[\[(]|\\begin", source) else f"$${source}$$"
        return Markup('<div class="output prose">{}</div>').format(markdown_html(source, None, None, references))
    if "text/markdown" in data:
        shown = markdown_html(text_of(data["text/markdown"]), folder, None, references)
        return Markup('<div class="output prose">{}</div>').format(shown)
    for mime in ("image/svg+xml", "image/png", "image/jpeg", "image/gif", "image/webp"):
        if picture := _picture(mime, data.get(mime), words):
            return Markup('<div class="output">{}</div>').format(_sized(picture, metadata.get(mime)))
    if "text/vnd.mermaid" in data:
        return Markup('<div class="output prose">{}</div>').format(diagram_html(text_of(data["text/vnd.mermaid"])))
    for mime, value in data.items():
        if str(mime).startswith("application/") and str(mime).endswith("json") and isinstance(value, dict | list):
            return json_html(str(mime), value)
    if "application/pdf" in data:
        return left_out("A PDF was left out: a report shows none.", "output")
    if not words.strip() or _PLACEHOLDER.fullmatch(words.strip()):
        return Markup()
    return Markup('<pre class="output" tabindex="0">{}</pre>').format(words)


def json_html(mime: str, value: Any) -> Markup:
    """JSON, folded away."""
    try:
        text = json.dumps(value, indent=1, ensure_ascii=False, default=str)
    except (ValueError, TypeError, RecursionError):
        return left_out("A JSON output was left out: it cannot be read.", "output")
    name = "JSON" if mime == "application/json" else mime.removeprefix("application/")
    fold = Markup(
        '<details class="json"><summary>{} <span>{}</span></summary><pre class="output" tabindex="0">{}</pre></details>'
    )
    return fold.format(name, count(text.count("\n") + 1, "line"), _shortened(plain_text(text)))


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
        return left_out(f"A picture of {human_size(len(text))} was left out.", "picture")
    data = read_picture(mime, text)
    if data is None:
        return left_out("A picture was left out: its data cannot be read.", "picture")
    source = f"data:{mime};base64,{base64.b64encode(data).decode('ascii')}"
    said = one_line(words, 300) if words and not words.startswith("<") else "Picture made by the code above"
    return Markup('<img src="{}" alt="{}">').format(source, said)


def read_picture(mime: str, text: str) -> bytes | None:
    """The bytes of a picture; None where they are none that a browser could show."""
    try:
        if mime == "image/svg+xml":
            ElementTree.fromstring(text)  # noqa: S314 - entities are limited by its parser; nothing is taken from it
            return text.encode()
        data = base64.b64decode(text, validate=False)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            with Image.open(BytesIO(data)) as picture:
                picture.verify()
    except (binascii.Error, ValueError, SyntaxError, OSError, Image.DecompressionBombError, ElementTree.ParseError):
        return None
    return data
