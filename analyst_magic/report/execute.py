"""Runs a notebook from its top in a kernel of its own, before it becomes a report."""

from __future__ import annotations

import atexit
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from jupyter_client.kernelspec import KernelSpecManager, NoSuchKernel
from nbclient import NotebookClient
from nbclient.exceptions import CellExecutionError, CellTimeoutError, DeadKernelError

from ..errors import InputError, ReportError
from ..language import message, messages
from .parameters import Value, unknown, with_parameters
from .plain import plain_text, text_of


def execute(
    notebook: Any,
    folder: Path,
    parameters: Mapping[str, Value] | None = None,
    *,
    frozen: bool = True,
    seconds: int | None = None,
    start_seconds: int = 60,
    tell: Callable[[str], None] = lambda _: None,
) -> Any:
    """Run a notebook and return it with its results; what was passed in stays as it is.

    Args:
        notebook: A notebook of the format 4.
        folder: Where it runs: beside its data and its ``analyst.lock``.
        parameters: Values for its variables.
        frozen: Whether questions may only be answered from ``analyst.lock``, so that no model is needed.
        seconds: How long a cell may take; without a limit where None.
        start_seconds: How long its kernel may take to start.
        tell: Takes a sentence for the user, such as that a parameter is unknown to the notebook.

    Raises:
        ReportError: A cell failed, its kernel is not installed, does not start or has ended.
        InputError: Parameters were given for a notebook that is not in Python.
    """
    values = dict(parameters or {})
    for name in unknown(notebook, values):
        tell(f"{name} is not among the notebook's parameters: its cell tagged `parameters` does not set it.")
    kernel, language = _kernel(notebook)
    if values and language != "python":
        raise _no_parameters(language)
    made = _cleared(with_parameters(notebook, values))
    reached: list[int] = []
    client = NotebookClient(
        made,
        on_cell_execute=lambda cell, cell_index: reached.append(cell_index),
        kernel_name=kernel,
        timeout=seconds,
        startup_timeout=start_seconds,
        resources={"metadata": {"path": str(folder)}},
        extra_arguments=["--log-level=ERROR"] if language == "python" else [],
    )
    try:
        client.execute(env={**os.environ, **({"ANALYST_FROZEN": "1"} if frozen else {})})
    except CellExecutionError as error:
        raise ReportError(*failure(made, error, frozen, reached[-1])) from None
    except (CellTimeoutError, DeadKernelError) as error:
        place = _named(made, reached[-1] if reached else 0)
        raise _took_too_long(place, seconds or 0) if isinstance(error, CellTimeoutError) else _ended(place) from error
    except RuntimeError as error:  # what the client of kernels raises where one does not come up
        if reached:
            raise
        atexit.unregister(client._cleanup_kernel)  # it has done that, and would complain when the process ends
        raise _not_started(kernel, error) from error
    return made


def _took_too_long(place: str, seconds: int) -> ReportError:
    counted = messages("{number} second", "{number} seconds", seconds)
    return ReportError(
        message("{named} took more than {counted}.", named=place, counted=counted),
        message("Allow more with --timeout."),
    )


def _ended(place: str) -> ReportError:
    return ReportError(message("{where} ended its kernel.", where=place), message("It may have run out of memory."))


def _not_started(kernel: str, error: RuntimeError) -> ReportError:
    return ReportError(
        message("The kernel {kernel} did not start: {error}.", kernel=kernel, error=str(error).strip()),
        message("See whether it starts in JupyterLab; on a busy machine try again."),
    )


def _no_parameters(language: str) -> InputError:
    return InputError(
        message("Parameters are for notebooks in Python, and this one is in {language}.", language=language),
        message("Leave out -p."),
    )


def _kernel(notebook: Any) -> tuple[str, str]:
    """The kernel that the notebook names, or this Python's where it is in Python, and its language."""
    metadata = notebook.get("metadata", {})
    named = metadata.get("kernelspec")
    name = str(named.get("name") or "") if isinstance(named, Mapping) else ""
    info = metadata.get("language_info")
    language = str(info.get("name") or "") if isinstance(info, Mapping) else ""
    language = language or (str(named.get("language") or "") if isinstance(named, Mapping) else "") or "python"
    kernels = KernelSpecManager()
    ours = "python3" if language.lower().startswith(("python", "ipython")) else ""
    for candidate in filter(None, (name, ours)):
        try:
            return candidate, str(kernels.get_kernel_spec(candidate).language).lower()
        except NoSuchKernel:
            continue
    raise ReportError(
        message("The notebook's kernel {name} is not installed.", name=name or language),
        message("Install it, or choose another in JupyterLab."),
    )


def _cleared(notebook: Any) -> Any:
    """Without the results of another run: what does not run must not show any."""
    for cell in notebook.cells:
        if cell.get("cell_type") == "code":
            cell["outputs"], cell["execution_count"] = [], None
            cell["metadata"].pop("execution", None)
    return notebook


def failure(notebook: Any, error: CellExecutionError, frozen: bool, place: int | None = None) -> tuple[str, str]:
    """Which cell failed and why, and what to do about it.

    Args:
        notebook: The notebook as far as it ran.
        error: What its run raised.
        frozen: Whether questions could only be answered from ``analyst.lock``.
        place: The failed cell's place; by default the last one that shows an error.
    """
    if place is None:
        failed = [n for n, cell in enumerate(notebook.cells) if any(map(_is_error, cell.get("outputs") or []))]
        place = failed[-1] if failed else 0
    cell = _named(notebook, place)
    reason = plain_text(error.evalue).strip().splitlines()
    name = str(error.ename or "Error")
    message = f"{cell} failed: {name}{': ' if reason else ''}{' '.join(reason)[:500]}"
    if name == "Unpinned" and frozen:
        return message, "Run the notebook once so that analyst.lock holds its answers, or export with --no-frozen."
    return message, "Correct the cell, or tag it `raises-exception` if it is meant to fail."


def _is_error(output: Any) -> bool:
    return bool(output.get("output_type") == "error")


def _named(notebook: Any, place: int) -> str:
    """What a person calls a cell: its number in the notebook's file, with its question or its first line of code."""
    number = sum("injected-parameters" not in (cell.metadata.get("tags") or []) for cell in notebook.cells[: place + 1])
    source = text_of(notebook.cells[place].get("source", "")) if place < len(notebook.cells) else ""
    lines = [line.strip() for line in source.strip().splitlines() if line.strip()]
    if lines and lines[0].startswith("%%analyst") and len(lines) > 1:
        lines = lines[1:]
    first = plain_text(lines[0]) if lines else ""
    return f"Cell {number} (“{first[:80]}{'…' if len(first) > 80 else ''}”)"
