"""Sanitised HTML of a report -> the elements that Word and PowerPoint know: paragraphs, tables, pictures."""

from __future__ import annotations

import base64
import binascii
import re
import warnings
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache
from io import BytesIO
from typing import Literal
from urllib.parse import quote

from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString
from markupsafe import Markup
from PIL import Image
from pygments.styles import get_style_by_name
from pygments.token import STANDARD_TYPES

from ..drawing.plots import Picture as Picture
from ..drawing.plots import Plot as Plot
from ..filetypes import OUTPUT_FOLDER
from .coloured import coloured_cell
from .media import media_words
from .plain import xml_text

_DATA = re.compile(r"data:image/(png|jpeg|jpg|gif|webp|svg\+xml);base64,(.*)", re.DOTALL | re.IGNORECASE)
_BLOCKS = {
    "p", "div", "section", "article", "center", "dl", "dt", "dd", "caption", "figcaption", "summary", "details",
    "figure", "hr", "address", "header", "footer", "nav", "main", "aside",
}  # fmt: skip
_HEADINGS = {"h1", "h2", "h3", "h4", "h5", "h6"}
_ENDING = _HEADINGS | {"audio", "video", "pre", "table", "ul", "ol", "blockquote", "li"}
_NUMBER = re.compile(r"[-−+]?[$€£]?[\d,.\u202f\u00a0]*\d[\d,.]*(?:[eE][-+]?\d+)?\s*[%kMGB$€£]?|[-–]|NaN|nan|None|inf")
_TABLE_CELLS = 200_000
_BESIDE = re.compile(
    r"(?![/\\])[^:\s\\]{1,200}\.(?:ipynb|html?|pdf|docx|xlsx|pptx|csv|tsv|parquet|json|md|txt|png|jpe?g|svg|gif)(?:#\S*)?",
    re.IGNORECASE,
)
"""A file beside the notebook that only shows something."""


@dataclass(frozen=True, slots=True)
class Run:
    """A piece of text in one style.

    Attributes:
        text: What it says.
        bold, italic, code, strike: How it is set.
        raised: ``sup`` or ``sub`` where it stands above or below its line.
        link: Where it leads: an address of the web, a file beside the notebook, or ``#`` and the anchor of a place in
            the report; empty where nowhere.
        colour: Its colour as six hexadecimal digits, or empty.
        math: The MathML of a formula, whose text is its plain signs; empty for other text.
    """

    text: str
    bold: bool = False
    italic: bool = False
    code: bool = False
    strike: bool = False
    raised: str = ""
    link: str = ""
    colour: str = ""
    math: str = ""


@dataclass(frozen=True, slots=True)
class Heading:
    """A heading, with its level from 1; its words stand in pieces, too, where some of them are formulas."""

    level: int
    text: str
    anchor: str = ""
    runs: tuple[Run, ...] = ()


Style = Literal["text", "bullet", "number", "quote", "note", "error", "caption", "callout", "formula", "definition"]


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph; ``depth`` counts from 1 for an entry of a list, ``number`` is that of one of a numbered list,
    ``anchor`` is what links to it name, and one that is ``boxed`` is part of a callout."""

    runs: tuple[Run, ...]
    style: Style = "text"
    depth: int = 0
    number: int = 0
    anchor: str = ""
    boxed: bool = False

    @property
    def text(self) -> str:
        """Its words."""
        return "".join(run.text for run in self.runs)


@dataclass(frozen=True, slots=True)
class Listing:
    """Code, or text of a terminal, whose lines and spaces count."""

    runs: tuple[Run, ...]
    error: bool = False

    @property
    def text(self) -> str:
        """Its characters."""
        return "".join(run.text for run in self.runs)


@dataclass(frozen=True, slots=True)
class Grid:
    """A table: rows of equal length.

    Attributes:
        head: The rows at its top.
        rows: All others.
        caption: What is said under it.
        labels: How many columns at the left are labels of the rows.
    """

    head: tuple[tuple[str, ...], ...]
    rows: tuple[tuple[str, ...], ...]
    caption: str = ""
    labels: int = 0

    @property
    def width(self) -> int:
        """How many columns it has."""
        return len((*self.head, *self.rows)[0])

    def numeric(self, column: int) -> bool:
        """Whether a column holds numbers, so that it is set to the right."""
        cells = [row[column].strip() for row in self.rows[:200] if row[column].strip()]
        return bool(cells) and all(_NUMBER.fullmatch(cell) for cell in cells)


Element = Heading | Paragraph | Listing | Grid | Picture | Plot


def elements(html: Markup) -> list[Element]:
    """Read a piece of sanitised HTML; what is nested beyond reason becomes plain text."""
    reader = _Reader()
    try:
        reader.read(BeautifulSoup(html, "html.parser"), Run(""), "text", 0)
        reader.flush("text", 0)
    except RecursionError:
        return [Paragraph((Run(xml_text(html.striptags())),))]
    return reader.found


def listing(code: Markup) -> Listing:
    """Highlighted code as it stands in a ``pre`` of the page."""
    page = BeautifulSoup(f"<pre>{code}</pre>", "html.parser")  # outside of pre the parser drops empty lines
    return Listing(tuple(_coloured(page, Run("", code=True))))


class _Reader:
    """Goes through a page from its top; text waits until its block ends."""

    def __init__(self) -> None:
        self.found: list[Element] = []
        self._runs: list[Run] = []
        self._anchor = ""
        self._boxes = 0

    def read(self, tag: Tag, run: Run, style: Style, depth: int) -> None:
        """Everything in a tag, in the style of what stands around it."""
        for child in tag.children:
            if isinstance(child, NavigableString):
                self._text(str(child), run)
            elif isinstance(child, Tag):
                self._tag(child, run, style, depth)

    def flush(self, style: Style, depth: int) -> None:
        """The waiting text as a paragraph."""
        runs = _trimmed(self._runs)
        self._runs = []
        if runs:
            self.found.append(Paragraph(tuple(runs), style, depth, anchor=self._anchor, boxed=self._boxes > 0))
            self._anchor = ""

    def _text(self, text: str, run: Run) -> None:
        words = xml_text(re.sub(r"[ \t\r\n\f]+", " ", text))
        words = words.lstrip(" ") if self._runs and self._runs[-1].text.endswith("\n") else words
        if words and (words != " " or (self._runs and not self._runs[-1].text.endswith((" ", "\n")))):
            self._runs.append(replace(run, text=words))

    def _tag(self, tag: Tag, run: Run, style: Style, depth: int) -> None:
        if tag.name in {"script", "style"} or _class(tag, "anchor-link"):
            return
        if not self._of_a_line(tag, run) and not self._own_block(tag, run, style, depth):
            self.read(tag, _inline(tag, run), style, depth)

    def _of_a_line(self, tag: Tag, run: Run) -> bool:
        """Add what is a piece of a line by its tag; False for all other."""
        name = tag.name
        if name == "br":
            self._runs.append(replace(run, text="\n"))
        elif name == "math":
            words = xml_text(str(tag.get("alttext") or tag.get_text()))
            self._runs.append(replace(run, text=words or " ", math=str(tag)))
        elif name in {"sup", "sub"} and (raised := _raised(tag)):
            within = tag.find("a")
            self._runs.append(replace(run, text=raised, link=_target(within) if within else run.link))
        else:  # a link back from a footnote is left out: only a page needs it
            return name == "a" and tag.get_text() == "↩"
        return True

    def _own_block(self, tag: Tag, run: Run, style: Style, depth: int) -> bool:
        """Add what ends the waiting paragraph; False for all other."""
        name = tag.name
        if name == "img":
            self._picture(tag, style, depth)
            return True
        if name not in _ENDING and name not in _BLOCKS:
            return False
        self.flush(style, depth)
        if name in {"audio", "video"}:
            said = media_words(name, str(tag.get("data-size")))
            self.found.append(Paragraph((Run(said),), "note"))
        elif name in _HEADINGS:
            self._heading(tag)
        elif name == "pre":
            self._listing(tag, error=_class(tag, "stderr"))
        elif name == "table":
            self._table(tag)
        elif name == "figure" and _class(tag, "plot"):
            self._plot(tag)
        elif name in {"ul", "ol"}:
            self._list(tag, run, depth + 1)
        else:
            self._block(tag, run, style, depth)
        return True

    def _heading(self, tag: Tag) -> None:
        words = " ".join(_words(tag).replace("¶", "").split())
        if words:
            runs = tuple(_cell_runs(tag, Run(""))) if tag.find(_SET) is not None else ()
            self.found.append(Heading(int(tag.name[1]), words, str(tag.get("id") or ""), runs))

    def _block(self, tag: Tag, run: Run, style: Style, depth: int) -> None:
        self.flush(style, depth)
        self._anchor = str(tag.get("id") or self._anchor)
        if tag.name == "blockquote":
            style = "quote"
        elif tag.name == "dt":
            run = replace(run, bold=True)
        elif tag.name == "dd":
            style = "definition"
        elif _class(tag, "left-out"):
            style = "note"
        elif _class(tag, "formula"):
            style = "formula"
        elif _class(tag, "callout") or _class(tag, "alert"):
            style = "callout"
        elif _class(tag, "callout-title"):
            run = replace(run, bold=True)
        elif _class(tag, "caption") or tag.name == "figcaption":
            style = "caption"
        elif _class(tag, "error"):
            style = "error"
        elif tag.name == "summary":
            style, run = "caption", replace(run, italic=True)
        boxed = style == "callout"
        self._boxes += boxed
        self.read(tag, run, style, depth)
        self.flush(style, depth)
        self._boxes -= boxed

    def _list(self, tag: Tag, run: Run, depth: int) -> None:
        style: Style = "bullet" if tag.name == "ul" else "number"
        start = str(tag.get("start") or "")
        first = int(start) if start.isascii() and start.isdigit() and len(start) < 6 else 1
        for number, item in enumerate(tag.find_all("li", recursive=False), first):
            before = len(self.found)
            self._anchor = str(item.get("id") or self._anchor)
            self.read(item, run, style, depth)
            self.flush(style, depth)
            made = self.found[before] if len(self.found) > before else None
            if style == "number" and isinstance(made, Paragraph) and made.style == "number" and made.depth == depth:
                self.found[before] = replace(made, number=number)
            for place in range(before + 1, len(self.found)):  # further paragraphs of an entry have no sign of their own
                more = self.found[place]
                if isinstance(more, Paragraph) and more.style == "bullet" and more.depth == depth:
                    self.found[place] = replace(more, style="definition")

    def _listing(self, tag: Tag, *, error: bool) -> None:
        runs = _trimmed(list(_coloured(tag, Run("", code=True))), "\n")
        if runs:
            self.found.append(Listing(tuple(runs), error))

    def _picture(self, tag: Tag, style: Style, depth: int) -> None:
        picture = _read_picture(str(tag.get("src") or ""), str(tag.get("alt") or ""))
        if picture is not None:
            self.flush(style, depth)
            self.found.append(replace(picture, width=str(tag.get("width") or "")))
        elif tag.get("alt"):
            self._text(f" {tag['alt']} ", Run("", italic=True))

    def _plot(self, tag: Tag) -> None:
        script, image = tag.find("script"), tag.find("img")
        saved = _read_picture(str(image.get("src")), "") if isinstance(image, Tag) else None
        height = re.search(r"min-height:(\d+)px", str(tag))
        json = script.text if isinstance(script, Tag) else "{}"
        alt = xml_text(str(tag.get("aria-label") or "Figure"))
        traces = tuple(str(tag.get("data-traces") or "").split())
        under = tag.find("figcaption")
        note = _words(under) if isinstance(under, Tag) else ""
        self.found.append(
            Plot(json, str(tag.get("data-library") or ""), traces, alt, int(height[1]) if height else 450, saved, note)
        )

    def _table(self, tag: Tag) -> None:
        head, rows, labels = _rows(tag)
        if not head and not rows:
            return
        width = max(len(row) for row in (*head, *rows))
        caption = tag.find("caption")
        self.found.append(
            Grid(
                tuple(_padded(row, width) for row in head),
                tuple(_padded(row, width) for row in rows),
                _words(caption) if isinstance(caption, Tag) else "",
                min(labels, width - 1),
            )
        )


def _rows(table: Tag) -> tuple[list[list[str]], list[list[str]], int]:
    """The head and the body of a table, with cells that span several repeated as empty ones, and its label columns."""
    head: list[list[str]] = []
    rows: list[list[str]] = []
    down: dict[int, int] = {}
    labels = cells = 0
    for line in table.find_all("tr"):
        if line.find_parent("table") is not table:
            continue
        row: list[str] = []
        heads = 0
        for cell in line.find_all(["td", "th"], recursive=False):
            while down.get(len(row), 0):
                down[len(row)] -= 1
                row.append("")
            across = _span(cell, "colspan")
            for position in range(across):
                down[len(row)] = _span(cell, "rowspan") - 1
                row.append(_cell(cell) if position == 0 else "")
            heads += cell.name == "th"
        while down.get(len(row), 0):
            down[len(row)] -= 1
            row.append("")
        if line.find_parent("thead") is not None or (not rows and row and heads == len(row)):
            head.append(row)
        elif row:
            labels = max(labels, heads)
            rows.append(row)
        cells += len(row)
        if cells > _TABLE_CELLS:
            break
    return head, rows, labels


def _cell(cell: Tag) -> str:
    """A cell's text, with its colours, and with its formulas where it has some."""
    runs = tuple(_cell_runs(cell, Run(""))) if cell.find(_SET) is not None else ()
    return coloured_cell(_words(cell), str(cell.get("style") or ""), runs)


_SET = ["math", "a", "b", "strong", "i", "em", "code", "s", "del", "sub", "sup"]
"""What sets a part of a cell or a heading apart from the rest of it."""


def _cell_runs(tag: Tag, run: Run) -> Iterator[Run]:
    """The pieces of a cell or a heading, which are one line."""
    for child in tag.children:
        if isinstance(child, NavigableString):
            if words := xml_text(re.sub(r"\s+", " ", str(child))):
                yield replace(run, text=words)
        elif isinstance(child, Tag) and child.name == "math":
            yield replace(run, text=xml_text(str(child.get("alttext") or child.get_text())) or " ", math=str(child))
        elif isinstance(child, Tag) and not _class(child, "anchor-link"):
            yield from _cell_runs(child, _inline(child, run))


def _span(cell: Tag, name: str) -> int:
    value = str(cell.get(name) or "1")
    return min(max(1, int(value)), 500) if value.isascii() and value.isdigit() and len(value) < 6 else 1


def _padded(row: list[str], width: int) -> tuple[str, ...]:
    return (*row, *[""] * (width - len(row)))


_UP = str.maketrans("0123456789+-=()ni", "⁰¹²³⁴⁵⁶⁷⁸⁹⁺⁻⁼⁽⁾ⁿⁱ")
_DOWN = str.maketrans("0123456789+-=()aeox", "₀₁₂₃₄₅₆₇₈₉₊₋₌₍₎ₐₑₒₓ")


def _raised(tag: Tag) -> str:
    """What stands raised or lowered, in signs that do so by themselves; empty where there are none."""
    text = " ".join(tag.get_text().split())
    if not text or tag.find(["math", "img"]) is not None or len(text) > 60:
        return ""
    if _class(tag, "footnote-ref"):
        return f"[{text.strip('[]')}]"
    table = _UP if tag.name == "sup" else _DOWN
    return xml_text(text.translate(table)) if all(ord(sign) in table for sign in text) else ""


def _inline(tag: Tag, run: Run) -> Run:
    name = tag.name
    if name in {"b", "strong", "th"}:
        return replace(run, bold=True)
    if name in {"i", "em", "cite", "var", "dfn"}:
        return replace(run, italic=True)
    if name in {"code", "kbd", "samp", "tt"}:
        return replace(run, code=True)
    if name in {"s", "del", "strike"}:
        return replace(run, strike=True)
    if name in {"sup", "sub"}:
        return replace(run, raised=name)
    if name == "a":
        return replace(run, link=_target(tag))
    return run


def _target(tag: Tag) -> str:
    """Where a link may lead from another kind of file: to the web, or to a document beside the notebook."""
    href = str(tag.get("href") or "")
    if tag.get("download") and href.startswith("data:"):
        return f"{OUTPUT_FOLDER}/{quote(str(tag['download']))}"
    if re.match(r"(?:https?://|mailto:|tel:)[^\s\x00-\x20]", href, re.IGNORECASE) and len(href) < 2000:
        return xml_text(href)
    return xml_text(href) if re.fullmatch(r"#\S{1,300}", href) or _BESIDE.fullmatch(href) else ""


def _read_picture(source: str, alt: str) -> Picture | None:
    found = _DATA.fullmatch(source)
    if found is None:
        return None
    try:
        data = base64.b64decode(re.sub(r"\s+", "", found[2]), validate=False)
    except (binascii.Error, ValueError):
        return None
    kind = found[1].lower().replace("jpg", "jpeg")
    if kind == "webp":  # no office program takes it
        data, kind = _as_png(data), "png"
    return Picture(data, kind, xml_text(alt)) if data else None


def _as_png(data: bytes) -> bytes:
    """A picture as PNG; nothing where it cannot be read."""
    made = BytesIO()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            with Image.open(BytesIO(data)) as picture:
                picture.convert("RGBA").save(made, "PNG")
    except (OSError, ValueError, SyntaxError, Warning, Image.DecompressionBombError):
        return b""
    return made.getvalue()


def _coloured(tag: Tag, run: Run) -> Iterable[Run]:
    for child in tag.children:
        if isinstance(child, NavigableString):
            if text := xml_text(str(child)):
                yield replace(run, text=text)
        elif isinstance(child, Tag):
            if child.name == "br":
                yield replace(run, text="\n")
                continue
            style = _token_style(str((child.get("class") or [""])[0]))
            yield from _coloured(child, replace(run, colour=style[0] or run.colour, bold=style[1] or run.bold))


@lru_cache(maxsize=256)
def _token_style(name: str) -> tuple[str, bool]:
    """The colour of a class that Pygments writes, and whether it is bold."""
    token = next((token for token, short in STANDARD_TYPES.items() if short == name and name), None)
    if token is None:
        return "", False
    style = get_style_by_name("default").style_for_token(token)
    return str(style["color"] or ""), bool(style["bold"])


def _trimmed(runs: list[Run], what: str = " \n") -> list[Run]:
    """Runs without space at either end."""
    runs = list(runs)
    while runs and not runs[0].text.strip(what):
        runs.pop(0)
    while runs and not runs[-1].text.strip(what):
        runs.pop()
    if runs:
        runs[0] = replace(runs[0], text=runs[0].text.lstrip(what))
        runs[-1] = replace(runs[-1], text=runs[-1].text.rstrip(what))
    return runs


def _words(tag: Tag) -> str:
    return xml_text(" ".join(" ".join(_texts(tag)).split()))


def _texts(tag: Tag) -> Iterator[str]:
    """The texts in a tag; of a formula, its plain signs."""
    for child in tag.children:
        if isinstance(child, NavigableString):
            yield str(child)
        elif isinstance(child, Tag):
            yield from [str(child.get("alttext") or "")] if child.name == "math" else _texts(child)


def _class(tag: Tag, name: str) -> bool:
    return name in (tag.get("class") or [])
