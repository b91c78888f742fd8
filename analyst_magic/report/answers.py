"""Answers as a notebook, and so as a report."""

from __future__ import annotations

import re
import tempfile
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from ..errors import ReportError
from ..language import message
from ..turn import Turn
from .export import export

MAX_VERSIONS = 1_000


def write_report(folder: Path, title: str, turns: Sequence[Turn], form: str) -> Path:
    """Write answers as a report, each with its question, its words and its results.

    Args:
        folder: Where it lies; it is made.
        title: The report's title; the file is named after it.
        turns: The answers; those that failed are left out.
        form: A format of ``REPORT_FORMATS``.

    Raises:
        ReportError: It cannot be written.
    """
    notebook = notebook_of(title, turns)
    try:
        folder.mkdir(parents=True, exist_ok=True)
        target = _free(folder, title, form)
        with tempfile.TemporaryDirectory(prefix="analyst-report-") as place:
            path = Path(place) / f"{target.stem}.ipynb"
            path.write_text(nbformat.writes(notebook), encoding="utf-8")  # type: ignore[no-untyped-call]
            return export(path, form, target)
    except OSError as error:
        reason = error.strerror or "it failed"
        raise ReportError(
            message("The report cannot be written: {reason}.", reason=reason), message("Free or unlock the folder.")
        ) from None


def notebook_of(title: str, turns: Sequence[Turn]) -> Any:
    """Answers as a notebook: a heading, and a cell for each with its question, its words and its results.

    Args:
        title: The heading.
        turns: The answers; those that failed are left out.
    """
    title = " ".join(re.sub(r"[\x00-\x1f\x7f<>]+", " ", title).split())[:120] or "Report"
    cells = [new_markdown_cell(f"# {title}")]  # type: ignore[no-untyped-call]
    cells += [_cell(turn) for turn in turns if turn.ok]
    return new_notebook(cells=cells)  # type: ignore[no-untyped-call]


def _cell(turn: Turn) -> Any:
    outputs = []
    if turn.answer:
        outputs.append(_output({"text/markdown": turn.answer, "text/plain": turn.answer}))
    outputs += [_output(result._repr_mimebundle_()) for result in turn.results]
    source = f"%%analyst\n{turn.question.text}"
    return new_code_cell(source, outputs=outputs, execution_count=1)  # type: ignore[no-untyped-call]


def _output(bundle: dict[str, Any]) -> Any:
    return new_output("display_data", data=bundle)  # type: ignore[no-untyped-call]


def _free(folder: Path, title: str, form: str) -> Path:
    """The first name after the title that is free."""
    stem = re.sub(r"[^a-z0-9]+", "_", title.lower()).strip("_")[:60] or "report"
    names = (f"{stem}{f'_{number}' if number > 1 else ''}.{form}" for number in range(1, MAX_VERSIONS))
    free = next((folder / name for name in names if not (folder / name).exists()), None)
    if free is None:
        raise ReportError(
            message(
                "There are {max_versions} reports called {stem} already.", max_versions=str(MAX_VERSIONS), stem=stem
            ),
            message("Give another title."),
        )
    return free
