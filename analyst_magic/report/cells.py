"""Cells of a notebook -> blocks of a report."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from markupsafe import Markup

from .markdown import code_html, markdown_html
from .outputs import output_html, text_of

EMPTY = Markup()
_MAGIC = re.compile(r"\s*%%analyst(?P<options>[^\n]*)(?:\n(?P<body>.*))?", re.DOTALL)
_OWN_CODE = re.compile(r"\s*(sql|python):", re.IGNORECASE)
_HEADING = re.compile(r"^#{1,6}\s+(.+?)\s*#*\s*$", re.MULTILINE)


@dataclass(frozen=True, slots=True)
class Block:
    """What a report shows of one cell.

    Attributes:
        kind: ``prose`` for a Markdown cell, ``question`` for a question to Analyst Magic, ``code`` for any other code.
        content: The prose, or the question's paragraphs.
        code: The cell's source, highlighted; it is shown folded.
        lines: How many lines it has.
        outputs: What the cell gave, in order.
    """

    kind: Literal["prose", "question", "code"]
    content: Markup = EMPTY
    code: Markup = EMPTY
    lines: int = 0
    outputs: tuple[Markup, ...] = ()


def blocks(notebook: Mapping[str, Any], folder: Path | None) -> list[Block]:
    """The blocks of a notebook, in the order of its cells; empty cells are left out."""
    language = _language(notebook)
    made = [_block(cell, language, folder) for cell in notebook.get("cells", [])]
    return [block for block in made if block is not None]


def title(notebook: Mapping[str, Any], name: str) -> str:
    """The notebook's title: its metadata's, else its first heading, else its file name."""
    given = notebook.get("metadata", {}).get("title")
    if isinstance(given, str) and given.strip():
        return text_of(given).strip()
    for cell in notebook.get("cells", []):
        if cell.get("cell_type") == "markdown" and (heading := _HEADING.search(_outside_fences(cell))):
            words = markdown_html(heading[1], None).striptags()
            return str(words)
    return name.replace("_", " ").strip() or "Report"


def has_top_heading(notebook: Mapping[str, Any]) -> bool:
    """Whether the notebook's text begins with a heading of its own, so that the page needs none."""
    for cell in notebook.get("cells", []):
        if cell.get("cell_type") == "markdown":
            return bool(re.match(r"\s*(?:#\s|<h1|\S[^\n]*\n=+\s*(?:\n|$))", text_of(cell.get("source", ""))))
    return False


def was_run(notebook: Mapping[str, Any]) -> bool:
    """Whether any code of the notebook has been run, or there is none to run."""
    code = [
        c for c in notebook.get("cells", []) if c.get("cell_type") == "code" and text_of(c.get("source", "")).strip()
    ]
    return not code or any(cell.get("outputs") or cell.get("execution_count") for cell in code)


def _block(cell: Mapping[str, Any], language: str, folder: Path | None) -> Block | None:
    source = text_of(cell.get("source", "")).strip("\n")
    if cell.get("cell_type") == "markdown":
        attachments = cell.get("attachments")
        return Block("prose", markdown_html(source, folder, attachments)) if source.strip() else None
    if cell.get("cell_type") != "code":
        return None
    outputs = tuple(html for output in cell.get("outputs", []) if (html := output_html(output, folder)))
    if not source.strip() and not outputs:
        return None
    lines = source.count("\n") + 1 if source else 0
    question, written_in = read_magic(source)
    if question:
        return Block("question", _paragraphs(question), code_html(source, "text"), lines, outputs)
    return Block("code", EMPTY, code_html(source, written_in or language), lines, outputs)


def read_magic(source: str) -> tuple[str, str]:
    """The question of a ``%%analyst`` cell, without the magic's options, and the language of code that it runs as is.

    Both are empty for any other cell; a cell that holds the user's own code has a language and no question.
    """
    magic = _MAGIC.fullmatch(source)
    if magic is None or (magic["options"] and not magic["options"][0].isspace()):
        return "", ""
    body = (magic["body"] or "").strip()
    if own := _OWN_CODE.match(body):
        return "", own[1].lower()
    for flag in ("sql", "python"):
        if f"--{flag}" in magic["options"].split():
            return "", flag
    return body, ""


def _paragraphs(question: str) -> Markup:
    paragraphs = [Markup("<br>").join(part.splitlines()) for part in re.split(r"\n\s*\n", question)]
    return Markup().join(Markup("<p>{}</p>").format(paragraph) for paragraph in paragraphs)


def _outside_fences(cell: Mapping[str, Any]) -> str:
    return re.sub(r"^(```|~~~).*?(^\1|\Z)", "", text_of(cell.get("source", "")), flags=re.MULTILINE | re.DOTALL)


def _language(notebook: Mapping[str, Any]) -> str:
    info = notebook.get("metadata", {}).get("language_info", {})
    name = str(info.get("name") or "python") if isinstance(info, Mapping) else "python"
    return "python" if name.startswith(("python", "ipython")) else name
