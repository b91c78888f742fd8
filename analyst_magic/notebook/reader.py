"""The questions that the notebooks of a folder ask, as the lock knows them."""

from __future__ import annotations

import textwrap
from dataclasses import dataclass
from pathlib import Path, PurePath

from ..errors import InputError
from ..history.lock import follows, key
from .options import parse

_CODE = ("SQL:", "PYTHON:")


@dataclass(frozen=True, slots=True)
class Asked:
    """A question of a notebook.

    Attributes:
        notebook: The notebook's name.
        text: The question.
        key: What its pin is found by, as the notebook runs from its top.
    """

    notebook: str
    text: str
    key: str


def questions_in(folder: Path) -> list[Asked]:
    """The questions of all notebooks in a folder that can be read, in their order."""
    import nbformat  # slow to load, as it brings a validator of JSON with it

    found: list[Asked] = []
    for path in sorted(folder.glob("*.ipynb")):
        try:
            cells = nbformat.read(path, as_version=4).cells  # type: ignore[no-untyped-call]
        except (ValueError, KeyError, AttributeError, TypeError, OSError, nbformat.ValidationError):
            cells = []  # a file that only has a notebook's name
        before = ""
        for cell in cells:
            one = asked(str(cell.get("source", "")), path.name, before) if cell.cell_type == "code" else None
            if one is not None:
                found.append(one)
                before = one.text
    return found


def asked(source: str, notebook: str, before: str) -> Asked | None:
    """The question that a code cell asks, or None.

    Args:
        source: The cell's text.
        notebook: The notebook's name.
        before: The question that was asked before it, or an empty text.
    """
    line, _, body = source.lstrip().partition("\n")
    if not line.startswith("%%analyst"):
        return None
    text = textwrap.dedent(body).strip()
    if not text or text.upper().startswith(_CODE):
        return None
    try:
        options = parse(line.removeprefix("%%analyst"))
    except InputError:
        return None
    form = f"{options.wants or ''}{f' like {PurePath(options.template).name}' if options.template else ''}"
    name = key(text, form, options.language or "", follows(text, before))
    return Asked(notebook, text, name)
