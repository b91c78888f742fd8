"""Cells of a notebook -> blocks of a report."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from pathlib import Path
from typing import Any, Literal

from markupsafe import Markup
from traitlets import Enum

from ..credentials import without_credentials
from ..evidence.provenance import is_footer
from ..history.pin import FROM_LOCK, UNCHANGED
from ..notebook.cell import Cells, ParsedCell, asks_alone, read_cell
from .front_matter import front_matter, split
from .headings import Heading, Outline, accessible, first_level, levels, words_of
from .markdown import code_html, footnotes_in, line_html, markdown_html
from .outputs import outputs_html, outputs_of
from .plain import text_of
from .provenance import Answer, read_answer
from .references import References
from .sanitise import clean, with_marks

EMPTY = Markup()
CodeMode = Literal["folded", "shown", "none"]
"""What becomes of code: it is folded away (on paper: in the appendix), shown, or left out everywhere."""


def code_trait() -> Any:
    """The setting of every exporter that says what becomes of code."""
    help = "Code is folded away (on paper: stands in the appendix), shown, or left out everywhere."
    return Enum(("folded", "shown", "none"), "folded", help=help).tag(config=True)


_HEADINGS = re.compile(r"<h([1-6])[^>]*>(.*?)</h\1>", re.DOTALL)
_BOLD_TITLE = re.compile(r"<p>\s*<(?:strong|b)>([^<]{3,150})</(?:strong|b)>\s*(?:</p>|<br)")
_NO_TITLE = re.compile(
    r"(?:©|copyright|licen[cs]e|set-?up|imports?|get (?:the )?data|(?:table of )?contents|install(?:ation|ing)?|"
    r"requirements|prerequisites|preamble|introduction|about this notebook)\b.{0,60}$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Hiding:
    """What the notebook itself hides of a cell: by tags, or as JupyterLab and older notebooks note it.

    Attributes:
        cell, code, outputs: These are to be left out.
        fold_code, fold_outputs: These are folded away, and may be unfolded where that is possible.
    """

    cell: bool = False
    code: bool = False
    outputs: bool = False
    fold_code: bool = False
    fold_outputs: bool = False


@dataclass(frozen=True, slots=True)
class Block:
    """What a report shows of one cell.

    Attributes:
        kind: ``prose`` for a Markdown cell, ``question`` for a question to Analyst Magic, ``code`` for any other code.
        content: The prose, or the question's paragraphs.
        question: The question's plain words.
        source, language: The cell's own source, and what it is written in.
        code: That source, highlighted; empty where no code is to be shown.
        open: Whether code is shown unfolded.
        lines: How many lines it has.
        answer: What the output says of the turn.
        answer_code: The code that answered, highlighted.
        outputs: What the cell gave, in order.
        folded: Whether the notebook folds the outputs away.
        heading: Where a question stands in the report.
        number: The cell's place in the notebook, from 1.
        asked: What the cell asks; None where it is no question.
        slide: What the cell is in a presentation, as Jupyter notes it: ``slide``, ``subslide``, ``fragment``, ``skip``,
            ``notes``; empty where nothing is noted.
        changed: Whether its answer came from ``analyst.lock`` and is no longer what was pinned.
    """

    kind: Literal["prose", "question", "code"]
    content: Markup = EMPTY
    question: str = ""
    source: str = ""
    language: str = ""
    code: Markup = EMPTY
    open: bool = False
    lines: int = 0
    answer: Answer | None = None
    answer_code: Markup = EMPTY
    outputs: tuple[Markup, ...] = ()
    folded: bool = False
    heading: Heading | None = None
    number: int = 0
    asked: ParsedCell | None = None
    slide: str = ""
    changed: bool = False


def blocks(
    notebook: Mapping[str, Any],
    folder: Path | None,
    outline: Outline,
    code: CodeMode,
    references: References | None = None,
) -> list[Block]:
    """The blocks of a notebook, in the order of its cells; what is empty or hidden is left out.

    Args:
        notebook: The notebook, of the format 4.
        folder: Its directory, for the files that it links to; None where it has none.
        outline: Takes the headings.
        code: What becomes of code.
        references: Counts figures, tables, equations and footnotes, and knows what can be cited.
    """
    language, cells = _language(notebook), Cells()
    state = references or References()
    state.footnotes = _footnotes(notebook)
    made = []
    for number, cell in enumerate(notebook.get("cells", []), 1):
        asked, hiding = None, _hiding(cell)
        if cell.get("cell_type") == "code":
            asked, cells = asked_in(text_of(cell.get("source", "")).strip("\n"), cells)
        if hiding.cell:
            continue
        if cell.get("cell_type") == "markdown":
            made.append(_prose(cell, folder, outline, number, state))
        elif cell.get("cell_type") == "raw":
            made.append(_raw(cell, folder, number))
        elif cell.get("cell_type") == "code":
            made.append(_code(cell, asked, language, folder, outline, code, hiding, number, state))
    types = {number: _slide_type(cell) for number, cell in enumerate(notebook.get("cells", []), 1)}
    made = [replace(block, slide=types.get(block.number, "")) for block in made if block is not None]
    outline.headings = [replace(one, text=state.plain(one.text)) for one in outline.headings]
    return [_resolved(block, state) for block in made if block is not None]


def _slide_type(cell: Mapping[str, Any]) -> str:
    noted = cell.get("metadata", {}).get("slideshow")
    given = noted.get("slide_type") if isinstance(noted, Mapping) else None
    return given if given in {"slide", "subslide", "fragment", "skip", "notes"} else ""


def _resolved(block: Block, references: References) -> Block:
    """A block whose references are links, now that all they can lead to is known."""
    outputs = tuple(references.resolved(html) for html in block.outputs)
    return replace(block, content=references.resolved(block.content), outputs=outputs)


def _footnotes(notebook: Mapping[str, Any]) -> dict[str, str]:
    """The footnotes that are defined anywhere, as one cell may refer to another's."""
    found: dict[str, str] = {}
    for cell in notebook.get("cells", []):
        if cell.get("cell_type") == "markdown" and "[^" in (source := text_of(cell.get("source", ""))):
            found |= footnotes_in(source)
    return found


def title(notebook: Mapping[str, Any], name: str) -> str:
    """The notebook's title: its metadata's, else what it begins with in bold, else its first heading that says what it
    is about, else its file name."""
    given = notebook.get("metadata", {}).get("title")
    if isinstance(given, str) and given.strip():
        return text_of(given).strip()
    if isinstance(given := front_matter(notebook).title, str) and given:
        return given
    prose = [_html_of(cell) for cell in notebook.get("cells", []) if cell.get("cell_type") == "markdown"]
    bold = _BOLD_TITLE.match(prose[0].strip()) if prose else None
    found = [words_of(bold[1])] if bold else []
    found += [words_of(words) for html in prose for level, words in _HEADINGS.findall(html) if level == "1"]
    found += [words_of(words) for html in prose for _, words in _HEADINGS.findall(html)]
    sensible = [words for words in found if words and not _NO_TITLE.match(words)]
    return next(iter([*sensible, *filter(None, found)]), name.replace("_", " ").strip() or "Report")


_FIRST_LINE = re.compile(r"\s*#[ \t][^\n]*(?:\n|$)")


def without_title(notebook: Mapping[str, Any], title: str) -> Mapping[str, Any]:
    """A notebook whose text does not begin with a heading that only repeats the title of its front matter."""
    cells = list(notebook.get("cells", []))
    for place, cell in enumerate(cells):
        if cell.get("cell_type") != "markdown":
            break
        source = text_of(cell.get("source", ""))
        body = split(source)[1]
        if not body.strip():
            continue
        found, heading = _FIRST_LINE.match(body), _HEADINGS.match(_html_of(cell).strip())
        if found and heading and " ".join(words_of(heading[2]).split()) == " ".join(title.split()):
            front = source[: len(source) - len(body)]
            cells[place] = {**cell, "source": front + body[found.end() :]}
        break
    return {**notebook, "cells": cells}


def has_top_heading(notebook: Mapping[str, Any]) -> bool:
    """Whether the text begins with a heading that stands above all others, so that the page needs none of its own."""
    found = [_html_of(cell) for cell in notebook.get("cells", []) if cell.get("cell_type") == "markdown"]
    found = [html for html in found if html.strip()]
    first = first_level(found[0]) if found else 0
    others = [level for html in found for level in levels(html)][1:]
    return bool(first) and (first == 1 or all(level > first for level in others))


def was_run(notebook: Mapping[str, Any]) -> bool:
    """Whether any code of the notebook has been run, or there is none to run."""
    code = _with_code(notebook)
    return not code or any(outputs_of(cell) or cell.get("execution_count") for cell in code)


def stale(notebook: Mapping[str, Any]) -> str:
    """A sentence where the outputs may not belong to the code as it stands now; empty where nothing speaks for that."""
    counts = [count if isinstance(count := cell.get("execution_count"), int) else None for cell in _with_code(notebook)]
    run = [count for count in counts if count is not None]
    if not run:
        return ""
    if any(later <= earlier for earlier, later in pairwise(run)):
        return "The cells were not run in the order in which they stand: the results may differ when they are."
    if None in counts:
        missing = counts.count(None)
        cells = "one code cell was" if missing == 1 else f"{missing} code cells were"
        return f"The notebook was not run to its end: {cells} not run, or changed and not run again."
    return ""


def _with_code(notebook: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    cells = notebook.get("cells", [])
    return [c for c in cells if c.get("cell_type") == "code" and text_of(c.get("source", "")).strip()]


def _hiding(cell: Mapping[str, Any]) -> Hiding:
    metadata = cell.get("metadata", {})
    tags = metadata.get("tags")
    named = {str(tag).lower().replace("_", "-") for tag in tags} if isinstance(tags, list | tuple) else set()
    jupyter = metadata.get("jupyter")
    jupyter = jupyter if isinstance(jupyter, Mapping) else {}
    hidden = "hide-cell" in named
    options = _options(text_of(cell.get("source", "")))
    return Hiding(
        cell="remove-cell" in named or options.get("include") == "false",
        code="remove-input" in named or options.get("echo") == "false",
        outputs="remove-output" in named or options.get("output") == "false",
        fold_code=hidden or "hide-input" in named or jupyter.get("source_hidden") is True,
        fold_outputs=hidden
        or "hide-output" in named
        or metadata.get("collapsed") is True
        or jupyter.get("outputs_hidden") is True,
    )


def _html_of(cell: Mapping[str, Any]) -> Markup:
    return markdown_html(split(text_of(cell.get("source", "")))[1], None)


def _prose(
    cell: Mapping[str, Any], folder: Path | None, outline: Outline, number: int, references: References
) -> Block | None:
    source = text_of(cell.get("source", "")).strip("\n")
    if number == 1:
        _, source = split(source)
    if not source.strip():
        return None
    html = accessible(outline.prose(markdown_html(source, folder, cell.get("attachments"), references)))
    return Block("prose", html, source=source, number=number)


def _raw(cell: Mapping[str, Any], folder: Path | None, number: int) -> Block | None:
    """A raw cell that is text or HTML; one that is written for another program, such as LaTeX, has no place here."""
    metadata = cell.get("metadata", {})
    source = text_of(cell.get("source", "")).strip("\n")
    source = split(source)[1] if number == 1 else source
    guessed = "text/html" if source.lstrip().startswith("<") else "text/plain"
    kind = str(metadata.get("raw_mimetype", metadata.get("format", "")) or guessed)
    if not source.strip() or kind not in {"text/plain", "text/html"} or re.match(r"\s*\\[a-zA-Z]", source):
        return None
    html = clean(with_marks(source), folder) if kind == "text/html" else Markup("<pre>{}</pre>").format(source)
    return Block("prose", accessible(html), source=source, number=number)


def _code(
    cell: Mapping[str, Any],
    asked: ParsedCell | None,
    language: str,
    folder: Path | None,
    outline: Outline,
    mode: CodeMode,
    hiding: Hiding,
    number: int,
    references: References,
) -> Block | None:
    source = text_of(cell.get("source", "")).strip("\n")
    found, answer = ([], None) if hiding.outputs else _shown(outputs_of(cell))
    question, written_in = _asked_for(asked, language)
    heading = outline.question(question) if question else None
    outputs = tuple(accessible(outline.output(html)) for html in outputs_html(found, folder, references))
    outputs = _captioned(outputs, _options(source), references)
    with_code = mode != "none" and not hiding.code and bool(source.strip())
    if not question and not outputs and not with_code:
        return None
    return Block(
        "question" if question else "code",
        _paragraphs(question) if question else EMPTY,
        question=question,
        source=source if with_code else "",
        language=written_in,
        code=code_html(source, written_in) if with_code else EMPTY,
        open=mode == "shown" and not hiding.fold_code,
        lines=source.count("\n") + 1 if with_code else 0,
        answer=answer,
        answer_code=code_html(answer.code, answer.language) if answer and with_code else EMPTY,
        outputs=outputs,
        folded=hiding.fold_outputs,
        heading=heading,
        number=number,
        asked=asked if question else None,
        changed=bool(question) and any(map(_says_changed, found)),
    )


def _shown(outputs: Sequence[Mapping[str, Any]]) -> tuple[list[Mapping[str, Any]], Answer | None]:
    """The outputs that show something, and how the question was answered, which another of them tells."""
    answers = [(output, read_answer(output)) for output in outputs]
    found = [output for output, read in answers if read is None and not is_footer(output.get("metadata"))]
    return found, next((read for _, read in answers if read is not None), None)


def _asked_for(asked: ParsedCell | None, language: str) -> tuple[str, str]:
    """The question of a cell, empty where it asks none, and the language that its source is shown in."""
    if asked is not None and asked.is_question:
        return without_credentials(asked.text), "text"  # a report is made to be handed on
    return "", asked.code.language if asked is not None and asked.code is not None else language


def _says_changed(output: Mapping[str, Any]) -> bool:
    """Whether an output is the note that an answer is no longer the one that was pinned."""
    data = output.get("data")
    words = text_of(data.get("text/plain", "")).strip() if isinstance(data, Mapping) else ""
    return words.startswith(FROM_LOCK) and not words.endswith(UNCHANGED)


def asked_in(source: str, cells: Cells) -> tuple[ParsedCell | None, Cells]:
    """What a cell does nothing else than ask, or the user's own code that it runs; None for any other cell.

    Args:
        source: The cell's text.
        cells: What the cells before it have settled.

    Returns:
        That, and what holds for the cells after it.
    """
    asked, cells = read_cell(source, cells)
    return asked[-1] if asked and asks_alone(source) else None, cells


_OPTION = re.compile(r"^(?:#|//|--)\|\s*([\w.-]+)\s*:\s*(.*?)\s*$", re.MULTILINE)


def _options(source: str) -> dict[str, str]:
    """What Quarto's comments at the head of a cell (``#| fig-cap: "Sales"``) say."""
    head = re.match(r"(?:(?:#|//|--)\|[^\n]*\n?)+", source)
    return {name: value.strip("\"'") for name, value in _OPTION.findall(head[0])} if head else {}


def _captioned(outputs: tuple[Markup, ...], options: Mapping[str, str], references: References) -> tuple[Markup, ...]:
    """The outputs with the caption that the cell's options give them."""
    label = options.get("label", "")
    if "lst-label" in options or "lst-cap" in options:
        outputs = (
            _caption("lst", "Listing", options.get("lst-label", ""), options.get("lst-cap"), references),
            *outputs,
        )
    for kind, words, name in (("fig", "Figure", "fig-cap"), ("tbl", "Table", "tbl-cap")):
        if outputs and (name in options or label.startswith(f"{kind}-")):
            own = label if label.startswith(f"{kind}-") else ""
            caption = _caption(kind, words, own, options.get(name), references)
            return (caption, *outputs) if kind == "tbl" else (*outputs, caption)
    return outputs


def _caption(kind: str, words: str, label: str, said: str | None, references: References) -> Markup:
    """A line that counts a figure, a table or a listing, and says what it shows."""
    number, anchor = references.number(kind, label)
    place = Markup(' id="{}"').format(anchor) if anchor else ""
    more = Markup(": {}").format(line_html(said, references)) if said else ""
    return Markup('<p class="caption"{}>{} {}{}</p>').format(place, words, number, more)


def _paragraphs(question: str) -> Markup:
    paragraphs = [Markup("<br>").join(part.splitlines()) for part in re.split(r"\n\s*\n", question)]
    return Markup().join(Markup("<p>{}</p>").format(paragraph) for paragraph in paragraphs)


def _language(notebook: Mapping[str, Any]) -> str:
    info = notebook.get("metadata", {}).get("language_info", {})
    name = str(info.get("name") or "python") if isinstance(info, Mapping) else "python"
    return "python" if name.startswith(("python", "ipython")) else name
