"""Documents that answers are to look like: the user's own, and a few that come along."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ...errors import InputError, UnknownOption
from ...language import message
from ...turn import OFFICE_FORMATS, Template
from ..check import require_packages

FOLDER = "analyst_templates"
"""The user's folder of templates, beside the notebook."""
MAX_BYTES = 10_000_000
_SHIPPED = Path(__file__).parent
_PLACEHOLDER = re.compile(r"{{ *(\w+) *}}")


def find(name: str, folder: Path | None = None) -> Template:
    """A template by its path, by its name in ``analyst_templates/``, or by that of one that comes along.

    Args:
        name: As the user wrote it, with or without the extension.
        folder: The notebook's folder; by default the working directory.

    Raises:
        UnknownOption: There is none of that name.
        InputError: It is of another kind, too large, or cannot be read.
    """
    path = locate(name, folder)
    format = path.suffix[1:].lower()
    if format not in OFFICE_FORMATS:
        raise InputError(
            message("{file} cannot be a template.", file=path.name),
            message("Use a file of the kind {office_formats}.", office_formats=", ".join(OFFICE_FORMATS)),
        )
    if path.stat().st_size > MAX_BYTES:
        raise InputError(
            message(
                "The template {file} is larger than {max_bytes} MB.", file=path.name, max_bytes=MAX_BYTES // 1000000
            ),
            message("Make it smaller."),
        )
    require_packages(format)
    try:
        return Template(path.name, path, "; ".join(_ABOUT[format](path)))
    except Exception as error:
        raise InputError(
            message("The template {file} cannot be read.", file=path.name),
            message("Open it in Office, and save it again."),
        ) from error


def locate(name: str, folder: Path | None = None) -> Path:
    """Where a template lies; takes and raises what ``find`` does, and does not look into the file."""
    folder = Path.cwd() if folder is None else folder
    path, known = folder / Path(name).expanduser(), available(folder)
    if not path.is_file():
        path = next((found for found in known if name in {found.name, found.stem}), path)
    if not path.is_file():
        raise UnknownOption(
            message("There is no template {name}.", name=name),
            message("Name a file, or one of: {names}.", names=", ".join(path.name for path in known)),
        )
    return path


def available(folder: Path) -> list[Path]:
    """The user's templates, then those that come along."""
    places = (folder / FOLDER, _SHIPPED)
    return [path for place in places for path in sorted(place.glob("*.*")) if path.suffix[1:].lower() in OFFICE_FORMATS]


def _workbook(path: Path) -> Iterator[str]:
    from openpyxl import load_workbook

    for sheet in load_workbook(path).worksheets:
        cells = [cell for row in sheet.iter_rows() for cell in row if isinstance(cell.value, str)]
        held = ", ".join(f"{c.value} in {c.coordinate}" for c in cells if _PLACEHOLDER.search(str(c.value)))
        yield f"sheet {sheet.title}" + (f" with {held}" if held else "")


def _word(path: Path) -> Iterator[str]:
    from docx import Document

    document = Document(str(path))
    names = dict.fromkeys(_PLACEHOLDER.findall("\n".join(paragraph.text for paragraph in document.paragraphs)))
    yield f"placeholders {', '.join(f'{{{{ {name} }}}}' for name in names)}" if names else "no placeholders"


def _slides(path: Path) -> Iterator[str]:
    from pptx import Presentation

    for number, layout in enumerate(Presentation(str(path)).slide_layouts):
        places: Any = layout.placeholders
        held = ", ".join(f"{place.placeholder_format.idx} {place.name}" for place in places)
        yield f"layout {number} {layout.name} ({held})"


_ABOUT = {"xlsx": _workbook, "docx": _word, "pptx": _slides}
