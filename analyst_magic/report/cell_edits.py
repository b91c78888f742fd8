"""The code cells of a notebook file, and the file with changes that its user has accepted."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import nbformat
from nbformat.v4 import new_markdown_cell

from ..errors import InputError, ReportError
from ..language import message
from ..storage.files import write_atomic
from ..turn.own_cells import CellEdit
from .export import read_notebook


@dataclass(frozen=True, slots=True)
class NotebookFile:
    """A notebook file; its code cells are numbered from 1.

    Attributes:
        path: The file.
        node: What is in it.
    """

    path: Path
    node: Any

    @classmethod
    def read(cls, path: Path) -> NotebookFile:
        """The file at a path.

        Raises:
            ReportError: It is not there, or is no notebook.
        """
        return cls(path, read_notebook(path))

    @property
    def code(self) -> list[str]:
        """Its code cells."""
        return [str(cell.source) for cell in self._code_cells]

    @property
    def _code_cells(self) -> list[Any]:
        return [cell for cell in self.node.cells if cell.cell_type == "code"]

    @property
    def noted(self) -> frozenset[int]:
        """The numbers of the cells that have a note above them."""
        number, noted, above = 0, set[int](), ""
        for cell in self.node.cells:
            if cell.cell_type == "code":
                number += 1
                noted |= {number} if above == "markdown" else set()
            above = cell.cell_type
        return frozenset(noted)

    def cell(self, number: int) -> str:
        """The code cell with a number.

        Raises:
            InputError: There is none.
        """
        if not 1 <= number <= len(self.code):
            raise InputError(
                message("{file} has no code cell {place}.", file=self.path.name, place=str(number)),
                message("Its code cells are numbered 1 to {code}.", code=len(self.code)),
            )
        return self.code[number - 1]

    def error(self, number: int) -> tuple[str, str] | None:
        """The class and the text of the error that a cell ended in; None where it ended in none."""
        for output in self._code_cells[number - 1].get("outputs", ()):
            if output.output_type == "error":
                return str(output.ename), str(output.evalue)
        return None

    def save(self, edits: Sequence[CellEdit]) -> None:
        """Write the file with accepted changes: cells that are corrected, and notes above cells.

        Outputs of a corrected cell are those of other code, and go.

        Raises:
            InputError: It has changed since it was read.
            ReportError: It cannot be written.
        """
        if NotebookFile.read(self.path).node != self.node:
            raise InputError(message("{file} has changed meanwhile.", file=self.path.name), message("Ask again."))
        changed = {edit.place: edit for edit in edits}
        cells, number = [], 0
        for cell in self.node.cells:
            number += cell.cell_type == "code"
            edit = changed.get(number) if cell.cell_type == "code" else None
            if edit is not None and edit.before:
                cell.update(source=edit.after, outputs=[], execution_count=None)
            elif edit is not None:
                cells.append(new_markdown_cell(edit.after))  # type: ignore[no-untyped-call]
            cells.append(cell)
        self.node.cells = cells
        try:
            write_atomic(self.path, nbformat.writes(self.node))  # type: ignore[no-untyped-call]
        except OSError as error:
            raise ReportError(
                message("{path} cannot be written: {reason}.", path=self.path, reason=error.strerror),
                message("Check the folder."),
            ) from error
