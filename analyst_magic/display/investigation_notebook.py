"""An investigation as a notebook of its own, which reports, decks and documents are made from as from any other.

Each step is a ``%%analyst`` cell with its results. With the lock file beside it, the notebook runs again with no model.
"""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

from IPython.core.getipython import get_ipython

from ..errors import InputError
from ..language import message
from ..storage.files import SHARED, write_atomic
from ..turn import Turn
from ..turn.investigation import Findings, Investigation, StepResult
from .card import shown

LOAD = """\
%load_ext analyst_magic
# Load the data here; the steps below are then answered from analyst.lock, without a model."""


def save(investigation: Investigation, path: Path) -> Path:
    """Write an investigation to a file: a notebook (``.ipynb``), or a report of it (``.html``, ``.pdf``, ``.docx``,
    ``.pptx``).

    Raises:
        InputError: The file's ending is none of these, or nothing was found yet.
        ReportError: The report cannot be made.
    """
    from ..report.export import export  # takes a while to load
    from ..report_formats import REPORT_FORMATS

    if investigation.findings is None:
        raise InputError(message("The investigation has no findings yet."), message("Run it to its end first."))
    kind = path.suffix.lower().removeprefix(".")
    if kind not in {"ipynb", *REPORT_FORMATS}:
        raise InputError(
            message("An investigation cannot be written to {path}.", path=path),
            message("Name a file that ends in .ipynb, .{report_formats}.", report_formats=", .".join(REPORT_FORMATS)),
        )
    text = _text(to_notebook(investigation))
    if kind == "ipynb":
        try:
            write_atomic(path, text, mode=SHARED)
        except OSError as error:
            raise InputError(
                message("{path} cannot be written: {reason}.", path=path, reason=error.strerror or error),
                message("Name another file."),
            ) from error
        return path
    with tempfile.TemporaryDirectory() as folder:
        notebook = Path(folder) / f"{path.stem}.ipynb"
        notebook.write_text(text, encoding="utf-8")
        return export(notebook, kind, path)


def to_notebook(investigation: Investigation) -> Any:
    """The investigation as a notebook with its outputs: the findings first, then a cell for each step."""
    from nbformat.v4 import new_markdown_cell, new_notebook

    cells = [new_markdown_cell(_head(investigation)), _code_cell(LOAD, [])]  # type: ignore[no-untyped-call]
    for number, result in enumerate(investigation.results, 1):
        cells.append(new_markdown_cell(_step_head(number, result)))  # type: ignore[no-untyped-call]
        cells.append(_code_cell(source(result), _outputs(result.turn)))
    kernel = {"display_name": "Python 3", "language": "python", "name": "python3"}
    return new_notebook(cells=cells, metadata={"kernelspec": kernel})  # type: ignore[no-untyped-call]


def source(result: StepResult) -> str:
    """The text of a step's cell: its question, or the code that the plan brought."""
    code = result.step.code
    if code is None:
        return f"%%analyst\n{result.step.text}"
    return f"%%analyst\n{'SQL' if code.language == 'sql' else 'PYTHON'}:\n{code.text}"


def _text(notebook: Any) -> str:
    import nbformat

    return str(nbformat.writes(notebook))  # type: ignore[no-untyped-call]


def _code_cell(text: str, outputs: list[Any]) -> Any:
    from nbformat.v4 import new_code_cell

    return new_code_cell(text, outputs=outputs)  # type: ignore[no-untyped-call]


def _outputs(turn: Turn) -> list[Any]:
    """What the cell of a step showed."""
    from nbformat.v4 import new_output

    outputs = []
    for output in shown(turn):
        data = output.data if isinstance(output.data, dict) else _bundle(output.data)
        outputs.append(new_output("display_data", data=data, metadata=output.metadata))  # type: ignore[no-untyped-call]
    return outputs


def _bundle(result: Any) -> dict[str, Any]:
    """A result's MIME bundle as a front end gets it."""
    from IPython.core.formatters import DisplayFormatter

    shell = get_ipython()
    formatter = shell.display_formatter if shell is not None else DisplayFormatter()
    data, _ = formatter.format(result)
    return dict(data)


def _head(investigation: Investigation) -> str:
    """Title, findings and what was not looked at, as Markdown."""
    found = investigation.findings or Findings()
    lines = [f"# {investigation.question}", "", *([found.summary, ""] if found.summary else []), "## Findings", ""]
    for number, claim in enumerate(found.claims, 1):
        steps = f"step {', '.join(map(str, claim.steps))}; " if claim.steps else ""
        remark = f" {claim.remark}" if claim.remark else ""
        lines.append(f"{number}. {claim.text} *({steps}{claim.support}, confidence {claim.confidence}.{remark})*")
    lines += ["", "Not looked at:", "", *(f"- {text}" for text in found.not_examined)] if found.not_examined else []
    return "\n".join(lines)


def _step_head(number: int, result: StepResult) -> str:
    parts = [("Confirmed if", result.step.confirms), ("refuted if", result.step.refutes)]
    why = "; ".join(f"{name}: {text}" for name, text in parts if text)
    return f"## Step {number}: {result.step.question}" + (f"\n\n{why}." if why else "")
