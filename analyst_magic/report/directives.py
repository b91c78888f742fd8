"""Fenced parts of Markdown, as MyST, Quarto and Docusaurus write them, in one form.

``:::{note} Title``, ``::: {.callout-note title="Title"}``, ``::: warning``, ``!!! note`` and a fence of three
backquotes that is no code become containers of one form, which ``markdown`` renders; tabs, figures, tables and formulas
become the Markdown that says the same.
"""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from html import escape

from .admonitions import MARKS, callout_at, tabs_at

CALLOUTS = {
    "note": "note", "info": "note", "seealso": "note", "abstract": "note", "tip": "tip", "hint": "tip",
    "important": "important", "success": "tip", "warning": "warning", "attention": "warning", "caution": "caution",
    "danger": "caution", "error": "caution", "failure": "caution", "bug": "caution", "question": "note",
    "example": "note", "quote": "note", "summary": "note",
}  # fmt: skip
"""The names of callouts with the five kinds that a report tells apart."""

THEOREMS = {
    "thm": "theorem", "lem": "lemma", "cor": "corollary", "prp": "proposition", "cnj": "conjecture",
    "def": "definition", "exm": "example", "exr": "exercise", "sol": "solution", "rem": "remark", "alg": "algorithm",
}  # fmt: skip
"""The kinds of theorems that Quarto's labels begin with, as MyST names them."""

MAX_SOURCE = 400_000
_OPEN = re.compile(r"^(?P<indent> {0,3})(?P<fence>:{3,}|`{3,})\s*(?P<spec>\{.*\}.*|[A-Za-z][\w-]*(?:\s+\S.*)?)$")
_CLOSE = re.compile(r"^ {0,3}(:{3,}|`{3,})\s*$")
_CODE = re.compile(r"^ {0,3}(```+|~~~+)")
_OPTION = re.compile(r"^:([\w-]+):\s*(.*)$")
_ATTRIBUTE = re.compile(r'([\w-]+)=(?:"([^"]*)"|\'([^\']*)\'|([^\s}]+))')
_HEADING = re.compile(r"^(#{1,6})\s+(.*?)\s*(?:\{[^}]*\})?\s*$")


@dataclass(slots=True)
class Directive:
    """A fenced part.

    Attributes:
        name: ``note``, ``figure`` …; empty for a plain division.
        words: What stands behind the name.
        label: What references call it.
        options: Its other attributes.
        lines: What stands in it.
    """

    name: str
    words: str = ""
    label: str = ""
    options: dict[str, str] = field(default_factory=dict)
    lines: list[str] = field(default_factory=list)


def unified(source: str) -> str:
    """Markdown whose fenced parts are containers ``::: JSON`` of one form."""
    if not any(mark in source for mark in (":::", "```{", "{{<", "+++", *MARKS)) or len(source) > MAX_SOURCE:
        return source
    return "\n".join(_lines(source.split("\n"), 0))


def _lines(lines: Sequence[str], depth: int) -> Iterator[str]:
    at = 0
    while at < len(lines):
        if depth < 12 and (block := _block_of_mkdocs(lines, at)):
            yield from _written(block[0], depth)
            at = block[1]
            continue
        opened = _OPEN.match(lines[at])
        read = _read(opened["spec"], code=opened["fence"][0] == "`") if opened and depth < 12 else None
        if opened is None or read is None:
            end = _end_of_code(lines, at)
            yield from lines[at : end + 1] if end > at else _line(lines[at])
            at = end + 1
            continue
        end = _end(lines, at, opened["fence"])
        inside = [line.removeprefix(opened["indent"]) for line in lines[at + 1 : end]]
        read.lines = list(_options(read, inside))
        yield from _written(read, depth)
        at = end + 1


def _block_of_mkdocs(lines: Sequence[str], at: int) -> tuple[Directive, int] | None:
    """A callout or tabs of MkDocs that begin at a line, and the line behind them."""
    if found := callout_at(lines, at):
        kind, title, inside, end = found
        name = kind if kind in CALLOUTS else "admonition"
        return Directive(name, kind.capitalize() if title is None else title, lines=inside), end
    if tabs := tabs_at(lines, at):
        inside = [line for title, body in tabs[0] for line in (f"# {title}", *body)]
        return Directive("tabset", lines=inside), tabs[1]
    return None


def _line(line: str) -> Iterator[str]:
    """A line of text without what only steers a book: breaks between MyST's blocks, and Quarto's shortcodes."""
    if re.fullmatch(r"\+{3}(\s.*)?", line):
        return
    yield _SHORTCODE.sub(_shortcode, line)


_SHORTCODE = re.compile(r"\{\{<\s*(\w+)(?:\s+([^\s>]+))?([^>\n]*)>\}\}")
_SILENT = {"pagebreak", "fa", "bi", "iconify", "lipsum"}


def _shortcode(found: re.Match[str]) -> str:
    """A shortcode of Quarto as Markdown: films, sounds and other files are marked, decoration goes, others stay."""
    name, what = found[1], escape(found[2] or "")
    if name in {"video", "audio"}:
        return f'<{name} src="{what}"></{name}>'
    if name in {"include", "embed"}:
        return f'<img src="#lost-file" alt="{what}">'
    if name == "kbd":
        return f"<kbd>{what}</kbd>"
    return "" if name in _SILENT else found[0]


def _end_of_code(lines: Sequence[str], at: int) -> int:
    """The last line of the code that begins at a line; the line itself where none does."""
    fence = _CODE.match(lines[at])
    if fence is None:
        return at
    for number in range(at + 1, len(lines)):
        line = lines[number].strip()
        if line.startswith(fence[1]) and not line.strip(fence[1][0]):
            return number
    return len(lines) - 1


def _end(lines: Sequence[str], at: int, fence: str) -> int:
    """Where a fenced part ends: at its own fence, or at the bare one that belongs to it."""
    depth = 0
    number = at
    while number < len(lines):
        closed, opened = _CLOSE.match(lines[number]), _OPEN.match(lines[number])
        if fence[0] == "`":
            if number > at and closed and closed[1][0] == "`" and len(closed[1]) >= len(fence):
                return number
        elif closed and closed[1][0] == ":":
            depth -= 1
            if depth <= 0 or (len(closed[1]) >= len(fence) and len(fence) > 3):
                return number
        elif opened and opened["fence"][0] == ":":
            depth += 1
        elif number > at:
            number = _end_of_code(lines, number)
        number += 1
    return len(lines)


def _read(spec: str, *, code: bool) -> Directive | None:
    """What a line opens; None where it is a language of code."""
    found = re.match(r"\{([A-Za-z][\w:-]*)\}\s*(.*)$", spec)
    if found:
        name = found[1].lower()
        return None if code and name in {"python", "r", "julia", "mermaid", "code-cell"} else Directive(name, found[2])
    if code:
        return _listing(spec)
    if not spec.startswith("{"):
        name, _, words = spec.partition(" ")
        return Directive(name.lower(), words.strip()) if name.lower() in CALLOUTS else Directive("", "")
    inside = spec[1 : spec.rindex("}")]
    given = {key: one or two or three for key, one, two, three in _ATTRIBUTE.findall(inside)}
    classes = re.findall(r"(?:^|\s)\.([\w-]+)", inside)
    label = next(iter(re.findall(r"(?:^|\s)#([\w:.-]+)", inside)), "")
    callout = next((name.removeprefix("callout-") for name in classes if name.startswith("callout-")), "")
    name = callout if callout in CALLOUTS else "tabset" if "panel-tabset" in classes else ""
    return Directive(name, given.get("title", ""), label, given)


def _listing(spec: str) -> Directive | None:
    """Code of Quarto's that has a label or a caption: ``{#lst-sum .python lst-cap="A sum"}``; None for other code."""
    given = {key: one or two or three for key, one, two, three in _ATTRIBUTE.findall(spec)}
    label = next(iter(re.findall(r"[\s{]#(lst-[\w:.-]+)", spec)), "")
    if not label and "lst-cap" not in given:
        return None
    language = next(iter(re.findall(r"[\s{]\.([\w+-]+)|^\{([A-Za-z][\w+-]*)", spec)), ("", ""))
    return Directive("code-block", "".join(language), label, {"caption": given.get("lst-cap", "")})


def _options(directive: Directive, lines: list[str]) -> list[str]:
    """The lines without the options at their head, which the directive takes."""
    for number, line in enumerate(lines):
        found = _OPTION.match(line.strip())
        if found is None:
            return lines[number:]
        directive.options[found[1].lower()] = found[2].strip()
        directive.label = directive.options.get("name", directive.options.get("label", directive.label))
    return []


def _written(directive: Directive, depth: int) -> Iterator[str]:
    """A directive as Markdown, in containers whose fences are longer the further out they are."""
    name, body = directive.name, "\n".join(directive.lines).strip("\n")
    if name in {"math"}:
        label = f" ({directive.label})" if directive.label else ""
        yield from ("", "$$", *(body or directive.words).split("\n"), f"$${label}", "")
    elif name in {"code", "code-block", "sourcecode", "literalinclude"}:
        lines = [f"```{directive.words.strip()}", *directive.lines, "```"]
        caption = directive.options.get("caption", "")
        if not caption and not directive.label:
            yield from lines
        else:
            yield from _container({"kind": "listing", "title": caption, "label": directive.label}, lines, depth)
    elif name in {"figure", "image"}:
        caption = " ".join(body.split()).replace("[", "\\[").replace("]", "\\]")
        words = caption or directive.options.get("alt", "")
        kind = " .figure" if name == "figure" else ""
        label = f"#{directive.label}" if directive.label else ""
        yield from ("", f"![{words}]({directive.words.strip()}){{{label}{kind}}}".replace("{}", ""), "")
    elif name == "table":
        label = f" {{#{directive.label}}}" if directive.label else ""
        yield from (*directive.lines, "", f"Table: {directive.words}{label}", "")
    elif name in {"list-table", "csv-table"}:
        yield from _table(directive)
    elif name in {"tabset", "tab-set"}:
        yield from _tabs(directive, depth)
    elif name in {"toctree", "contents", "bibliography", "raw"}:
        return
    elif theorem := _theorem(directive):
        yield from _container(theorem, directive.lines, depth)
    elif not name and (captioned := _captioned(directive)):
        yield from captioned
    else:
        kind = CALLOUTS.get("note" if name == "admonition" else name, "")
        lines, title = directive.lines, directive.words
        if kind and not title:
            title, lines = _title_inside(lines)
        title = title or (name.capitalize() if kind else "")
        if not kind and title and name in _TITLED:
            lines = ["", f"**{title}**", "", *lines]
        yield from _container({"kind": kind, "title": title, "label": directive.label}, lines, depth)


def _theorem(directive: Directive) -> dict[str, str]:
    """What is said of a theorem or a proof; empty for anything else. Its title is taken from its lines."""
    kind = directive.name.removeprefix("prf:") if directive.name.startswith("prf:") else ""
    if not directive.name and directive.label[3:4] == "-":
        kind = THEOREMS.get(directive.label[:3], "")
    if not kind:
        return {}
    title = directive.words or directive.options.get("name", "")
    if not title:
        title, directive.lines = _title_inside(directive.lines)
    counted = "" if kind == "proof" or "nonumber" in directive.options else "yes"
    return {"kind": "theorem", "what": kind, "title": title, "label": directive.label, "counted": counted}


_PICTURE = re.compile(r"!\[(.*?)\]\((\S+?)\)(?:\{[^}]*\})?")


def _captioned(directive: Directive) -> list[str]:
    """A division of Quarto's that is a figure or a table, whose last paragraph is its caption; empty for any other."""
    parts = [part.strip() for part in re.split(r"\n\s*\n", "\n".join(directive.lines).strip()) if part.strip()]
    kind = directive.label[:4]
    if kind == "fig-" and len(parts) in {1, 2} and (picture := _PICTURE.fullmatch(parts[0])):
        words = " ".join(parts[1].split()) if len(parts) == 2 else picture[1]
        return ["", f"![{words}]({picture[2]}){{#{directive.label}}}", ""]
    if kind == "tbl-" and len(parts) == 2 and parts[0].startswith("|"):
        return ["", parts[0], "", f"Table: {' '.join(parts[1].split())} {{#{directive.label}}}", ""]
    return []


_TITLED = {"dropdown", "card", "grid-item-card", "sidebar", "topic", "margin", "aside", "details", "rubric"}
"""Parts that are no callouts, and whose title is read."""


def _title_inside(lines: Sequence[str]) -> tuple[str, list[str]]:
    """A callout's title where Quarto has it, as a heading at its beginning, and the rest."""
    first = next((number for number, line in enumerate(lines) if line.strip()), len(lines))
    heading = _HEADING.match(lines[first]) if first < len(lines) else None
    return (heading[2], list(lines[first + 1 :])) if heading else ("", list(lines))


def _table(directive: Directive) -> Iterator[str]:
    """A table of lists, or of CSV, as one with bars."""
    rows: list[list[str]] = []
    if directive.name == "csv-table":
        rows = [row for row in csv.reader([line.strip() for line in directive.lines], skipinitialspace=True) if row]
        if header := directive.options.get("header"):
            rows = [*csv.reader([header], skipinitialspace=True), *rows]
    for line in directive.lines if not rows else ():
        if found := re.match(r"\s*[*-]\s+[*-]\s*(.*)", line):
            rows.append([found[1]])
        elif rows and (found := re.match(r"\s+[*-](?:\s+(.*))?$", line)):
            rows[-1].append(found[1] or "")
        elif rows and line.strip():
            rows[-1][-1] += f" {line.strip()}"
    if not rows:
        yield from directive.lines
        return
    width = max(map(len, rows))
    cells = [[cell.replace("|", "\\|").strip() for cell in (*row, *[""] * (width - len(row)))] for row in rows]
    headed = directive.options.get("header-rows", "0") != "0" or "header" in directive.options
    head, body = (cells[0], cells[1:]) if headed else ([""] * width, cells)
    yield from ("", *(f"| {' | '.join(row)} |" for row in (head, ["---"] * width, *body)), "")
    label = f" {{#{directive.label}}}" if directive.label else ""
    if directive.words:
        yield from (f"Table: {directive.words}{label}", "")


def _container(spec: dict[str, str], lines: Sequence[str], depth: int) -> Iterator[str]:
    fence = ":" * (16 - depth)
    yield from ("", f"{fence} {json.dumps(spec)}", "")
    yield from _lines(lines, depth + 1)
    yield from ("", fence, "")


def _tabs(directive: Directive, depth: int) -> Iterator[str]:
    tabs: list[tuple[str, list[str]]] = []
    level = 0
    number = 0
    lines = directive.lines
    while number < len(lines):
        heading, opened = _HEADING.match(lines[number]), _OPEN.match(lines[number])
        if heading and level in (0, len(heading[1])):
            level = len(heading[1])
            tabs.append((heading[2], []))
        elif opened and re.match(r"\{tab-item\}", opened["spec"]):
            end = _end(lines, number, opened["fence"])
            inner = Directive("tab-item", opened["spec"].partition("}")[2].strip())
            tabs.append((inner.words, _options(inner, list(lines[number + 1 : end]))))
            number = end
        else:
            end = _end_of_code(lines, number)
            if tabs:
                tabs[-1][1].extend(lines[number : end + 1])
            else:
                yield from lines[number : end + 1]
            number = end
        number += 1
    for place, (title, inside) in enumerate(tabs):
        spec = {"kind": "tab", "title": title, "label": "", "first": "yes" if place == 0 else ""}
        yield from _container(spec, inside, depth)
