"""Notebooks to make reports of, with outputs made by the result classes themselves."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Literal

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from analyst_magic.display.card import answer_bundle, footer_bundle
from analyst_magic.errors import CodeFailed
from analyst_magic.evidence.provenance import FOOTER, record_of
from analyst_magic.turn import AnswerKind, Attempt, Code, Question, Turn


def display(result: Any) -> Any:
    """A result as the output that a kernel writes into the notebook."""
    return new_output("display_data", data=result._repr_mimebundle_())


def bundle(**data: Any) -> Any:
    """An output of these MIME types; ``text_html`` stands for ``text/html``."""
    return new_output("display_data", data={name.replace("_", "/", 1): value for name, value in data.items()})


def code(source: str, *outputs: Any) -> Any:
    """A code cell that has been run."""
    return new_code_cell(source, outputs=list(outputs), execution_count=1)


def answered(
    question: str,
    *results: Any,
    answer: str = "SELECT carrier FROM flights",
    language: Literal["python", "sql"] = "sql",
    model: str = "openai:gpt-5.5",
    failed: str = "",
    pinned: bool = False,
    words: str = "",
    kind: AnswerKind = "result",
    text: str = "Read as: what was asked.",
) -> Any:
    """A question that was answered, with what a turn shows: the answer in words, these results, and how it was made."""
    tries = [Attempt(Code("SELECT 1", "sql"), error=CodeFailed(failed))] if failed else []
    tries.append(Attempt(Code(answer, language)))
    turn = Turn(
        Question(question),
        code=answer,
        language=language,
        text=text,
        answer=words,
        kind=kind,
        model=model,
        attempts=tuple(tries),
        seconds={"total": 0.53},
        sandbox="docker",
        pinned=pinned,
        uid="0123456789abcdef",
    )
    line = new_output("display_data", data=answer_bundle(turn), metadata=record_of(turn).metadata())
    footer = new_output("display_data", data=footer_bundle(turn), metadata=FOOTER)
    shown = [result if isinstance(result, dict) else display(result) for result in results]
    cell = code(f"%%analyst\n{question}", line, *shown, footer)
    cell.metadata["execution"] = {"iopub.execute_input": "2026-03-01T09:30:12.123456Z"}
    return cell


def markdown(source: str) -> Any:
    return new_markdown_cell(source)


def write(path: Path, *cells: Any, **metadata: Any) -> Path:
    """Write a notebook with these cells."""
    metadata.setdefault("language_info", {"name": "python", "pygments_lexer": "ipython3"})
    nbformat.write(new_notebook(cells=list(cells), metadata=metadata), path)
    return path
