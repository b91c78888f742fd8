"""A notebook file -> a report file."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Mapping
from importlib import import_module
from pathlib import Path
from typing import Any

import nbformat
import nbformat.reader
import nbformat.validator
from nbformat.warnings import MissingIDFieldWarning

from ..errors import ReportError
from ..language import message
from ..report_formats import REPORT_FORMATS
from ..storage.files import SHARED, write_atomic
from .cells import CodeMode
from .counts import Counts
from .front_matter import front_matter
from .options import read_options


def export(
    notebook: Path,
    to: str = "html",
    output: Path | None = None,
    *,
    code: CodeMode | None = None,
    max_slides: int | None = None,
    change: Callable[[Any], Any] | None = None,
    tell: Callable[[Counts], None] = lambda _: None,
) -> Path:
    """Make a report of a notebook with the outputs that are saved in it, and return where it lies.

    Args:
        notebook: The notebook's file; one of an older format is upgraded on the way. It is never written to.
        to: The report's format, a key of ``REPORT_FORMATS``.
        output: The report's path or directory; by default beside the notebook, under its name.
        code: What becomes of code: ``folded`` away (on paper: in the appendix), ``shown``, or ``none`` of it; where
            nothing is said, as ``report.toml`` or the front matter has it, else folded.
        max_slides: How many slides a presentation may have before its appendix; where nothing is said, as
            ``report.toml`` or the front matter has it, else 80.
        change: Makes another notebook of what was read, such as by running it.
        tell: Takes what the report holds and what was left out.

    Raises:
        ReportError: The notebook cannot be read, the format is unknown, something that the format needs is missing, or
            the report cannot be written.
    """
    if to not in REPORT_FORMATS:
        raise ReportError(
            message("There is no report format {to}.", to=to),
            message("Use one of: {report_formats}.", report_formats=", ".join(REPORT_FORMATS)),
        )
    notebook = Path(notebook)
    node = read_notebook(notebook)
    _, module, name = REPORT_FORMATS[to]
    folder = notebook.absolute().parent
    own = front_matter(node).other.get("report")
    options = read_options(folder, own if isinstance(own, Mapping) else {})
    chosen = {"max_slides": max_slides} if to == "pptx" else {}
    exporter = getattr(import_module(module, __package__), name)(code=code or options.code or "folded", **chosen)
    target = _target(notebook, f".{to}", output)
    node = change(node) if change else node
    resources: dict[str, Any] = {"metadata": {"name": notebook.stem, "path": str(folder)}}
    body, resources = exporter.from_notebook_node(node, resources)
    _write(target, body if isinstance(body, bytes) else body.encode("utf-8", "replace"))
    tell(resources.get("counts") or Counts())
    return target


def read_notebook(notebook: Path) -> Any:
    """A notebook's file as a notebook of the format 4.

    Raises:
        ReportError: It is not there, cannot be read, or is no notebook.
    """
    try:
        text = notebook.read_text("utf-8")
    except FileNotFoundError as error:
        raise ReportError(
            message("There is no notebook {notebook}.", notebook=notebook), message("Check the path and its spelling.")
        ) from error
    except (OSError, UnicodeDecodeError) as error:
        reason = "it is not text" if isinstance(error, UnicodeDecodeError) else error.strerror
        raise ReportError(
            message("{notebook} cannot be read: {reason}.", notebook=notebook, reason=reason),
            message("Name a notebook file (.ipynb)."),
        ) from error
    try:
        # Not nbformat.reads: it writes a log line of its own about what is reported here.
        node = nbformat.convert(nbformat.reader.reads(text), 4)  # type: ignore[no-untyped-call]
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", MissingIDFieldWarning)  # of the cells' ids that it adds itself
            _, node = nbformat.validator.normalize(node)
        nbformat.validate(node, relax_add_props=True)  # many tools leave fields of their own
    except (nbformat.ValidationError, ValueError, KeyError, AttributeError, TypeError, RecursionError) as error:
        reason = str(error).strip().splitlines()[0][:200] if str(error).strip() else type(error).__name__
        raise ReportError(
            message("{notebook} is not a notebook: {reason}", notebook=notebook, reason=reason),
            message("Open it in JupyterLab and save it again, or name another file."),
        ) from error
    return node


def _target(notebook: Path, extension: str, output: Path | None) -> Path:
    target = notebook.with_suffix(extension) if output is None else Path(output)
    if target.is_dir():
        target = target / f"{notebook.stem}{extension}"
    if target.exists() and target.samefile(notebook):
        raise ReportError(
            message("{target} is the notebook itself.", target=target), message("Name another file for the report.")
        )
    return target


def _write(target: Path, body: bytes) -> None:
    try:
        write_atomic(target, body, mode=SHARED)
    except OSError as error:
        raise ReportError(
            message(
                "The report cannot be written to {target}: {reason}.", target=target, reason=error.strerror or error
            ),
            message("Choose another place with --output."),
        ) from error
