"""Notebooks to make reports of, with outputs made by the result classes themselves."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import nbformat
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output


def display(result: Any) -> Any:
    """A result as the output that a kernel writes into the notebook."""
    return new_output("display_data", data=result._repr_mimebundle_())


def bundle(**data: Any) -> Any:
    """An output of these MIME types; ``text_html`` stands for ``text/html``."""
    return new_output("display_data", data={name.replace("_", "/", 1): value for name, value in data.items()})


def code(source: str, *outputs: Any) -> Any:
    """A code cell that has been run."""
    return new_code_cell(source, outputs=list(outputs), execution_count=1)


def markdown(source: str) -> Any:
    return new_markdown_cell(source)


def write(path: Path, *cells: Any, **metadata: Any) -> Path:
    """Write a notebook with these cells."""
    metadata.setdefault("language_info", {"name": "python", "pygments_lexer": "ipython3"})
    nbformat.write(new_notebook(cells=list(cells), metadata=metadata), path)
    return path
