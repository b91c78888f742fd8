"""A file that code made, kept beside the notebook."""

from __future__ import annotations

import shutil
from base64 import b64encode
from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, ClassVar, Protocol
from urllib.parse import quote

from ..filetypes import FILE_TYPES, OTHER
from ..turn import Output, Preview
from .digest import comparable_document
from .html import LINE, MUTED, escape, human_size, one_line, select


class Saved(Protocol):
    """What the store of documents says of a file."""

    @property
    def path(self) -> Path: ...

    @property
    def version(self) -> int: ...

    @property
    def size(self) -> int: ...

    @property
    def extent(self) -> str: ...

    @property
    def note(self) -> str: ...


Save = Callable[[Output], Saved]
"""Stores a file that code made."""


@dataclass(frozen=True, slots=True)
class Document:
    """A file that has been saved beside the notebook.

    Attributes:
        path: Where it lies.
        size: Its size in bytes when it was saved.
        note: What was changed on the way, in one sentence; empty where nothing was.
        version: Its number among the versions of this document, from 1.
        extent: How much there is of it, such as ``3 slides``; empty where that is not known.
        preview: A first look at it.

    Example:
        >>> document = Document(Path("analyst_output/sales.xlsx"), 5_120, extent="1 sheet")
        >>> document.name, document.format
        ('sales.xlsx', 'xlsx')
        >>> document.relative, document.to_text(), document.to_json()
        ('analyst_output/sales.xlsx', 'document: analyst_output/sales.xlsx', 'analyst_output/sales.xlsx')
    """

    kind: ClassVar[str] = "document"
    output: ClassVar[str] = "file"

    path: Path
    size: int
    note: str = ""
    version: int = 1
    extent: str = ""
    preview: Preview = field(default_factory=Preview, repr=False)

    @classmethod
    def from_output(cls, output: Output, save: Save) -> Document:
        """The file of an output, once it is stored."""
        saved = save(output)
        note = " ".join(part for part in (output.note, saved.note) if part)
        return cls(saved.path, saved.size, note, saved.version, saved.extent, output.preview)

    def to_text(self) -> str:
        """Where the file lies."""
        return f"document: {self.path}"

    def to_json(self) -> str:
        """Where the file lies."""
        return str(self.path)

    def to_message(self) -> tuple[dict[str, Any], list[bytes]]:
        """What the panel's card says of the file, with a first look at it."""
        pages = [{"title": title, "rows": [list(row) for row in rows]} for title, rows in self.preview.pages]
        look = {"image": b64encode(self.preview.image).decode("ascii"), "pages": pages}
        card = {"name": self.name, "format": self.format, "size": self.size, "path": self.relative, "note": self.note,
                "version": self.version, "extent": self.extent, **look}  # fmt: skip
        return {"document": card}, []

    def comparable(self) -> Any:
        """The texts of an Office file; nothing of others."""
        return comparable_document(self.path)

    @property
    def name(self) -> str:
        """The file's name."""
        return self.path.name

    @property
    def format(self) -> str:
        """The extension without its dot."""
        return self.path.suffix[1:].lower()

    @property
    def relative(self) -> str:
        """The path as seen from the notebook's directory, with slashes."""
        return f"{self.path.parent.name}/{self.name}"

    def save(self, destination: str | Path) -> Path:
        """Copy the file to another place, a directory or a file's path, and return where the copy lies.

        Example:
            >>> from tempfile import TemporaryDirectory
            >>> with TemporaryDirectory() as folder:
            ...     path = Path(folder, "sales.csv")
            ...     size = path.write_text("region,revenue")
            ...     Document(path, size).save(Path(folder, "copy.csv")).name
            'copy.csv'
        """
        return Path(shutil.copyfile(self.path, _target(Path(destination).expanduser(), self.name)))

    def _repr_mimebundle_(
        self, include: Collection[str] | None = None, exclude: Collection[str] | None = None
    ) -> dict[str, Any]:
        facts = [FILE_TYPES.get(self.format, OTHER).label, self.extent, human_size(self.size)]
        facts += [f"version {self.version}"] if self.version > 1 else []
        label = " · ".join(fact for fact in facts if fact)
        text = f"{self.relative} ({label})"
        return select({"text/html": self._card(label), "text/plain": text}, include, exclude)

    def _card(self, label: str) -> str:
        """A card with a link; a relative one works in JupyterLab and in a report that lies beside the notebook."""
        colour = FILE_TYPES.get(self.format, OTHER).colour
        name = escape(one_line(self.name, 120))
        note = f'<br><span style="{MUTED}">{escape(one_line(self.note, 300))}</span>' if self.note else ""
        return (
            f'<div style="display:inline-block;border:{LINE};border-radius:8px;padding:10px 18px 10px 12px;'
            f'max-width:100%">\n<span style="display:inline-block;vertical-align:middle;background-color:{colour};'
            f'color:white;border-radius:5px;padding:8px 7px;font-size:0.75em;font-weight:700;line-height:1">'
            f"{escape(self.format.upper()[:8])}</span>\n"
            f'<span style="display:inline-block;vertical-align:middle;padding-left:10px;line-height:1.5">'
            f'<a href="{escape(quote(self.relative))}" download="{name}" title="{name} version {self.version}" '
            f'style="font-weight:600">{name}</a><br>'
            f'<span style="{MUTED}">{escape(label)}</span>{note}</span>\n{self._look()}</div>'
        )

    def _look(self) -> str:
        """The first page, or the first rows, folded."""
        parts = []
        if self.preview.image:
            source = f"data:image/png;base64,{b64encode(self.preview.image).decode('ascii')}"
            what = {"docx": "Sketch of the first page", "pptx": "Sketch of the first slide"}
            words = escape(f"{what.get(self.format, 'First page')} of {one_line(self.name, 120)}")
            parts.append(f'<img src="{source}" alt="{words}" style="max-width:100%;border:{LINE}">')
        for title, rows in () if parts else self.preview.pages:
            heading = f'<div style="font-weight:600;padding-top:6px">{escape(title)}</div>' if title else ""
            cell = f"padding:1px 8px 1px 0;text-align:left;border-bottom:{LINE};white-space:pre-wrap"
            widest = max((len(row) for row in rows), default=1)
            lines = "".join(
                f"<tr>{''.join(f'<td{wide} style={chr(34)}{cell}{chr(34)}>{escape(text)}</td>' for text in row)}</tr>"
                for row in rows
                for wide in (f' colspan="{widest}"' if len(row) == 1 < widest else "",)
            )
            parts.append(f'{heading}<table style="font-size:0.85em;border-collapse:collapse">{lines}</table>')
        if not parts:
            return ""
        return f'<details><summary style="{MUTED}">Preview</summary>{"".join(parts)}</details>\n'


def _target(destination: Path, name: str) -> Path:
    return destination / name if destination.is_dir() else destination
